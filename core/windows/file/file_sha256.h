/* file_sha256: the SHA-256 of a file's contents, as far as it is when it is read. Any thread. */
#ifndef STAKEOUT_WINDOWS_FILE_SHA256_H
#define STAKEOUT_WINDOWS_FILE_SHA256_H

#include "core/base/buffer.h"
#include "core/base/progress.h"

#define SHA256_DIGITS 64u

/* Appends 64 digits to *hex. The file is read in small pieces; others may be writing it. progress
 * (may be NULL) is asked for a cancel. ST_NOT_FOUND: there is none. failure may be NULL. */
enum status file_sha256(struct text path, const struct progress *progress, struct buffer *hex,
                        struct failure *failure);
/* The same of bytes. */
enum status bytes_sha256(struct text bytes, struct buffer *hex, struct failure *failure);

#endif
