/* console: what goes out of stakeout-cli.
 * Everything is UTF-8: bytes as they are into a file or a pipe, UTF-16 into a console window,
 * whatever its code page. Results go to standard output, messages to standard error, one line each.
 * One thread. */
#ifndef STAKEOUT_CLI_CONSOLE_H
#define STAKEOUT_CLI_CONSOLE_H

#include "core/base/buffer.h"

enum exit_status {
    EXIT_FOUND = 0,   /* done, found, hit */
    EXIT_NOTHING = 1, /* nothing found, no hit in the time given */
    EXIT_TROUBLE = 2  /* wrong usage or an error; one line on standard error says which */
};

/* Writes a result. False when nobody takes it any more (a closed pipe, a full disk): the command
 * should end with console_lost. */
bool console_write(struct text bytes);
/* Says that output was lost, unless the reader just went away; returns EXIT_TROUBLE. */
enum exit_status console_lost(void);
/* Writes to standard error as it is. */
void console_write_error(struct text bytes);
/* Columns of the window that results go to; 0 when they go to a file or a pipe. */
size_t console_width(void);

/* Says one line: "stakeout-cli: " and the pieces, made visible (text/visible.h). */
void say(const struct text *pieces, size_t count);
#define SAY(...)                                                                                   \
    say((const struct text[]){__VA_ARGS__},                                                        \
        sizeof((const struct text[]){__VA_ARGS__}) / sizeof(struct text))
/* Says a line and how the call failed: "can't read evil.txt: CreateFile: error 2, not found; check
 * the name". Returns EXIT_TROUBLE. */
enum exit_status say_failure(struct text what, const struct failure *failure);

/* Writes a result that was put together and frees it; `result`, or EXIT_TROUBLE where that failed,
 * which was said. */
enum exit_status console_hand_out(struct buffer *out, enum exit_status result);

#endif
