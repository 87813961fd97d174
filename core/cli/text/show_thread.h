/* show_thread: what is to be done to a thread, and what came of it, as people and programs read it.
 * Portable. */
#ifndef STAKEOUT_CLI_SHOW_THREAD_H
#define STAKEOUT_CLI_SHOW_THREAD_H

#include "core/act/thread_deed.h"

/* The order and, where that is harm, the warning: lines. */
void show_thread_order(struct buffer *out, enum thread_deed deed,
                       const struct thread_target *target);
/* "thread 5 of ping.exe (104): ended", one line. */
void show_thread_deed(struct buffer *out, const struct thread_target *target,
                      const struct thread_report *report);
/* What became of the process, one line; nothing where it was not watched and need not be. */
void show_aftermath(struct buffer *out, const struct thread_target *target,
                    const struct thread_report *report);
/* One line of JSON. */
void show_thread_json(struct buffer *out, const struct thread_target *target,
                      const struct thread_report *report);
/* The order as a line of JSON, for a dry run. */
void show_thread_order_json(struct buffer *out, enum thread_deed deed,
                            const struct thread_target *target);

#endif
