/* failure: the system's codes, translated once, here, at the edge. Any thread. */
#ifndef STAKEOUT_WINDOWS_FAILURE_H
#define STAKEOUT_WINDOWS_FAILURE_H

#include "core/base/buffer.h"
#include "core/base/status.h"

/* A Win32 error. 0, which a failed call should not leave behind, is ST_SYSTEM. */
enum status failure_from_win32(uint32_t code);
/* An NTSTATUS that is not a success. */
enum status failure_from_nt(int32_t code);

/* Fills *failure (may be NULL) from a Win32 error and returns its status. call: a literal. */
enum status failure_win32(struct failure *failure, const char *call, uint32_t code);
/* "CreateFile: error 112, disk full"; NTSTATUS codes in hexadecimal. */
void failure_add(struct buffer *out, const struct failure *failure);

#endif
