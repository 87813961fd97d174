/* file_signature: windows/file/trust.h on a thread of its own, since it can neither be cancelled
 * nor hurried: a cancel leaves it behind. Inside core/windows only; any thread. */
#ifndef STAKEOUT_WINDOWS_FILE_SIGNATURE_H
#define STAKEOUT_WINDOWS_FILE_SIGNATURE_H

#include "core/windows/file/file_facts.h"
#include "core/windows/file/trust.h"

/* file: open for reading; its position is moved. progress is only asked whether to go on. Fails for
 * want of memory and with ST_CANCELLED. */
enum status file_signature_read(const struct trust_table *trust, const wchar_t *path, HANDLE file,
                                struct progress *progress, struct arena *arena,
                                struct file_signature *signature);

#endif
