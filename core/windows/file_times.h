/* file_times: what the file system tells of one file (judge/image_age.h says what it means). Any
 * thread. */
#ifndef STAKEOUT_WINDOWS_FILE_TIMES_H
#define STAKEOUT_WINDOWS_FILE_TIMES_H

#include "core/judge/image_age.h"

/* Fills *file; its state says why there is nothing to tell. Opens the file for its attributes only,
 * so that neither its access time nor a lock changes. */
void file_times_read(struct text path, struct image_file *file);
/* The same of a file that is open; handle: a HANDLE with the right to read attributes. */
void file_times_of(void *handle, struct image_file *file);

#endif
