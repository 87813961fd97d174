/* scratch: a folder of a test's own, made in the temporary one and removed with all that is in it.
 * Everything fails the test by ending the program with a line on standard error. */
#ifndef STAKEOUT_TESTS_SCRATCH_H
#define STAKEOUT_TESTS_SCRATCH_H

#include "core/base/buffer.h"

/* Its full path, UTF-8, without a slash at the end. Owned: scratch_end. */
void scratch_begin(struct buffer *folder, const char *name);
/* Removes it, read-only files too. */
void scratch_end(struct buffer *folder);

/* "FOLDER\NAME" in *path, which is borrowed until its next change. */
struct text scratch_path(struct buffer *path, const struct buffer *folder, const char *name);
/* How many files and folders lie in FOLDER\NAME whose names end so; 0 where it is not there. */
size_t scratch_count(const struct buffer *folder, const char *name, const wchar_t *end);

#endif
