/* new_file: a file that a case gets whole or not at all.
 * It is written beside its place as STEM.part, which nobody else can open meanwhile, and gets its
 * name when all of it is on the disk. No file that is there is ever replaced: a taken name gets a
 * number. In the caller's storage; one thread at a time. Inside core/windows and its tests only. */
#ifndef STAKEOUT_WINDOWS_NEW_FILE_H
#define STAKEOUT_WINDOWS_NEW_FILE_H

#include <windows.h>

#include "core/base/buffer.h"

#define NEW_FILE_NAMES 1000 /* numbers that are tried for a taken name */

struct new_file {
    HANDLE handle; /* for reading and writing */
    wchar_t *part; /* the path it has so far */
    struct text folder;
};

/* Makes the file. folder, which is borrowed until the end, must exist; stem and the extensions are
 * plain names. After a failure there is nothing to drop. failure may be NULL. */
enum status new_file_begin(struct new_file *file, struct text folder, struct text stem,
                           struct failure *failure);
/* All of size bytes behind what was written before. */
enum status new_file_write(struct new_file *file, const void *bytes, size_t size,
                           struct failure *failure);
/* Flushes, closes, and calls it STEM + extension (".dmp"), or STEM-2 + extension and so on.
 * read_only: it gets that attribute, where the disk knows it. Its full path is appended to *path.
 * On failure it is dropped. */
enum status new_file_keep(struct new_file *file, struct text stem, struct text extension,
                          bool read_only, struct buffer *path, struct failure *failure);
/* Closes and removes it. Nothing happens after new_file_keep or a second time. */
void new_file_drop(struct new_file *file);

#endif
