/* watch_trap: the trap of `watch`: its rules from the command line, and what it tells. */
#ifndef STAKEOUT_CLI_WATCH_TRAP_H
#define STAKEOUT_CLI_WATCH_TRAP_H

#include "core/case/json_write.h"
#include "core/cli/text/arguments.h"
#include "core/windows/act/live_trap.h"
#include "core/windows/case/case_folder.h"

struct watch_trap;

/* Says why it can't be, and gives NULL. Where nothing is to be done at hits, it does nothing.
 * `event` (a HANDLE) is set when there is something to print. Owned: watch_trap_free. */
struct watch_trap *watch_trap_new(const struct arguments *arguments, struct case_folder *folder,
                                  void *event);
/* Cancels what is still to be done, and says so; NULL is fine. */
void watch_trap_free(struct watch_trap *trap);
/* True and *sink: what is behind the file. False: there is nothing to do at hits. */
bool watch_trap_sink(struct watch_trap *trap, struct hit_sink *sink);
/* Prints what was told meanwhile; false: it could not be. */
bool watch_trap_print(struct watch_trap *trap);
/* Until it has done what is to be done at the hits so far, or `stop` (a HANDLE) is set. */
void watch_trap_finish(struct watch_trap *trap, void *stop);
/* "on_hit" and so on, for case.json. */
void watch_trap_describe(const struct arguments *arguments, struct json_writer *json);

#endif
