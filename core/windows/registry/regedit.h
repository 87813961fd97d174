/* regedit: a key in the system's own editor of the registry. */
#ifndef STAKEOUT_WINDOWS_REGEDIT_H
#define STAKEOUT_WINDOWS_REGEDIT_H

#include "core/base/buffer.h"
#include "core/base/status.h"

/* key: "HKLM\…", as a search tells it. The editor opens where it was last, which it keeps in
 * HKCU\Software\Microsoft\Windows\CurrentVersion\Applets\Regedit, LastKey: that value is written,
 * then the editor started, another one where one is open (/m). The system may ask for consent.
 * ST_INVALID: a key that it can't show, with a NUL in its path. Blocks: not on the window's thread.
 * failure may be NULL. */
enum status regedit_show(struct text key, struct failure *failure);
/* Appends the path as the editor has it ("HKEY_LOCAL_MACHINE\…"). */
void regedit_add_path(struct buffer *out, struct text key);

#endif
