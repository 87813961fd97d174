/* native_path: the path under which this program sees a file of the machine.
 * A 32-bit program on 64-bit Windows that asks for System32 is given SysWOW64 instead, and would
 * tell the hash of another file. "Sysnative" is the door past that. Any thread. */
#ifndef STAKEOUT_WINDOWS_NATIVE_PATH_H
#define STAKEOUT_WINDOWS_NATIVE_PATH_H

#include "core/base/buffer.h"

/* Appends the path as it must be opened: unchanged, but for a redirected program's System32. */
void native_path_add(struct buffer *out, struct text path);
/* The same by the folder that is redirected ("C:\Windows\System32"); empty: nothing is. */
void native_path_add_past(struct buffer *out, struct text path, struct text redirected);

#endif
