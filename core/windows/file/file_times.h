/* file_times: what the file system tells of one file (judge/image_age.h says what it means). Any
 * thread. */
#ifndef STAKEOUT_WINDOWS_FILE_TIMES_H
#define STAKEOUT_WINDOWS_FILE_TIMES_H

#include <wchar.h>

#include "core/judge/image_age.h"
#include "core/model/file_facts.h"

/* Fills *file; its state says why there is nothing to tell. Opens the file for its attributes only,
 * so that neither its access time nor a lock changes. */
void file_times_read(struct text path, struct image_file *file);
/* The same of a file that is open; handle: a HANDLE with the right to read attributes. */
void file_times_of(void *handle, struct image_file *file);

/* Which file that is: volume and id of *key, which is `known` then. What else stands there is left
 * alone. */
void file_id_of(void *handle, struct file_key *key);
/* Opens what is there, past the redirection of 32-bit programs, and shares it with everybody.
 * rights and flags as CreateFile has them; returns a HANDLE, INVALID_HANDLE_VALUE with the last
 * error. */
void *file_open(const wchar_t *path, uint32_t rights, uint32_t flags);

#endif
