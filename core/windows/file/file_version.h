/* file_version: a program's version resource (judge/version_block.h reads what is in it). The
 * system opens the file once more for it. Inside core/windows only; any thread. */
#ifndef STAKEOUT_WINDOWS_FILE_VERSION_H
#define STAKEOUT_WINDOWS_FILE_VERSION_H

#include "core/model/file_facts.h"

#include <wchar.h>

/* Fails only for want of memory; a file without such a resource is READ_OK and not `present`. */
enum status file_version_read(const wchar_t *path, struct arena *arena,
                              struct file_version *version);

#endif
