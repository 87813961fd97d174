/* files: whole files and folders, by UTF-8 paths.
 * Both slashes are taken, and paths of any length (they are given the prefix that lifts the limit).
 * A failure keeps the call and the system's code for the text that people read. Any thread. */
#ifndef STAKEOUT_WINDOWS_FILES_H
#define STAKEOUT_WINDOWS_FILES_H

#include "core/base/buffer.h"

/* The path as the W functions take it: full, with back slashes, prefixed where it is long. Owned:
 * text16_free. NULL, with *failure (may be NULL) filled, when there is no memory, a NUL inside, or
 * no such path. */
wchar_t *files_path(struct text path, struct failure *failure);

/* Appends the whole file to out. ST_TOO_LARGE when it does not fit under out's ceiling. Files that
 * others are writing or have open are read all the same. "-" is not special. failure may be NULL.
 */
enum status files_read(struct text path, struct buffer *out, struct failure *failure);
/* Writes a new file beside the old one, flushes it, and puts it in its place: at any moment there
 * is either the old content or the new. */
enum status files_replace(struct text path, struct text content, struct failure *failure);
/* Makes the folder and those above it. ST_OK when it was there. */
enum status files_make_folder(struct text path, struct failure *failure);
/* ST_NOT_FOUND when there is no such file or folder. */
enum status files_exists(struct text path, bool *is_folder);

#endif
