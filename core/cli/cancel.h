/* cancel: Ctrl-C for a command that works and prints, and does not wait.
 * Once in a process, on the main thread. */
#ifndef STAKEOUT_CLI_CANCEL_H
#define STAKEOUT_CLI_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>

/* From now on Ctrl-C, Ctrl-Break and a closing console set what this returns (static storage)
 * instead of ending the program: the command looks at it at least ten times a second and ends in
 * order. Where the system takes no handler, Ctrl-C goes on to end the program as it did. */
const atomic_bool *cancel_on_control(void);
/* Says that it was ended, and that what is printed is not all, where it was. Returns whether. */
bool cancel_said(void);

#endif
