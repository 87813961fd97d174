/* file_hash: the hashes of a file's contents, all in one pass. Inside core/windows only; any
 * thread. */
#ifndef STAKEOUT_WINDOWS_FILE_HASH_H
#define STAKEOUT_WINDOWS_FILE_HASH_H

#include <windows.h>

#include "core/windows/file/file_facts.h"

/* Reads the first `size` bytes from an open file, in pieces so small that a cancel is heard in less
 * than 100 ms; progress counts them. A hash that could not be made says why. ST_CANCELLED and
 * ST_NO_MEMORY: nothing of `hashes` is to be used. */
enum status file_hash_read(HANDLE file, uint64_t size, struct progress *progress,
                           struct file_hash hashes[HASH_KINDS]);

#endif
