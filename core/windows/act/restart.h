/* restart: starts a process again as it was: its file, command line and directory, and its user.
 * The user's token is taken before the old process is ended. Where the token can't be used the new
 * one is started as this program's own user, which is told; but never with more rights than the old
 * one had. Its environment is this program's. Any thread. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_RESTART_H
#define STAKEOUT_WINDOWS_RESTART_H

#include <windows.h>

#include "core/model/process.h"

struct reborn;

/* process: with QUERY_LIMITED_INFORMATION. ST_UNSUPPORTED: the command line is not known. Owned:
 * restart_forget. */
enum status restart_remember(HANDLE process, const struct process_facts *facts,
                             struct reborn **reborn, struct failure *failure);
enum status restart_start(struct reborn *reborn, struct process_key *key, bool *same_user,
                          struct failure *failure);
void restart_forget(struct reborn *reborn); /* NULL is fine */

#endif
