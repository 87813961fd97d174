/* device_path: names of mapped files as the kernel has them, turned into the paths that people use.
 * In the caller's storage; one thread at a time. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_DEVICE_PATH_H
#define STAKEOUT_WINDOWS_DEVICE_PATH_H

#include "core/windows/system.h"

#define DEVICE_NAME_LENGTH 128u /* "\Device\HarddiskVolume12" */

/* What the letters of drives stood for when it was asked. */
struct device_paths {
    wchar_t devices[26][DEVICE_NAME_LENGTH]; /* empty: there is no such drive */
};

void device_paths_read(struct device_paths *paths, const struct system_table *system);
/* "\Device\HarddiskVolume1\x" becomes "C:\x", "\Device\Mup\server\share" "\\server\share",
 * "\??\C:\x" "C:\x"; what is none of these stays as it is. Changes `path` in place: nothing becomes
 * longer. Returns the new length. */
size_t device_path_shorten(const struct device_paths *paths, wchar_t *path, size_t length);

#endif
