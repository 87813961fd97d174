/* privilege: what this program may do. Any thread. */
#ifndef STAKEOUT_WINDOWS_PRIVILEGE_H
#define STAKEOUT_WINDOWS_PRIVILEGE_H

#include "core/base/status.h"

#include <stdbool.h>

/* Switches SeDebugPrivilege on, which opens the processes of other users. Once, at the start.
 * ST_OK: it is on. ST_DENIED: this user does not have it, or the program was not started as
 * administrator; the system says "done" then, too, so this looks twice. Nothing else depends on it:
 * what may not be opened says so in its fields. failure may be NULL. */
enum status privilege_enable_debug(struct failure *failure);
/* Switches SeBackupPrivilege on, with which a file is read whatever its access list says, if it is
 * opened for backup. As above. */
enum status privilege_enable_backup(struct failure *failure);
/* Whether this program runs with an administrator's rights. */
bool privilege_is_elevated(void);

#endif
