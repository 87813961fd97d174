/* pending_rename: what Windows has noted down to rename or delete when it starts the next time: the
 * value PendingFileRenameOperations (MoveFileEx, MOVEFILE_DELAY_UNTIL_REBOOT), a list of pairs of
 * strings: a path with "\??\" before it, and its new one, empty where the file is to be deleted.
 * Anybody may have written there. Pure; any thread. */
#ifndef STAKEOUT_ACT_PENDING_RENAME_H
#define STAKEOUT_ACT_PENDING_RENAME_H

#include "core/base/buffer.h"

#define PENDING_KEY "SYSTEM\\CurrentControlSet\\Control\\Session Manager" /* of HKLM */
#define PENDING_VALUE "PendingFileRenameOperations"

/* data: the value's bytes, UTF-16LE. Looks for the last pair that begins with that path ("C:\…")
 * and appends it as "\??\C:\…" where the file is to be deleted, "\??\C:\… -> \??\C:\…" where it is
 * to be renamed. *deletes says which. False: there is none. */
bool pending_rename_find(const unsigned char *data, size_t size, struct text path,
                         struct buffer *recorded, bool *deletes);

#endif
