/* object_name: names of objects as the kernel has them, as people write them.
 * Inside core/windows only; any thread. */
#ifndef STAKEOUT_WINDOWS_OBJECT_NAME_H
#define STAKEOUT_WINDOWS_OBJECT_NAME_H

#include "core/windows/file/device_path.h"

/* "\REGISTRY\MACHINE\SOFTWARE" becomes "HKLM\SOFTWARE", "\REGISTRY\USER\S-1-…" "HKU\S-1-…"; what is
 * neither stays. Changes the name in place: nothing becomes longer. Returns the new length. */
size_t object_name_shorten_key(wchar_t *name, size_t length);

/* What NtQueryObject wrote into a buffer: its text, checked to lie inside; NULL with *length 0 for
 * an object without a name. */
wchar_t *object_name_text(void *answer, size_t size, size_t *length);

#endif
