/* log_file: a file that only grows, in the form that core/case asks for (struct hit_file).
 * Bytes go to the system at once and to the disk when flushed, so that they outlive this program's
 * death at any moment, and after a flush the machine's. While it is open others may read the file,
 * not write it. One thread at a time. */
#ifndef STAKEOUT_WINDOWS_LOG_FILE_H
#define STAKEOUT_WINDOWS_LOG_FILE_H

#include "core/case/hit_log.h"
#include "core/case/journal.h"

struct log_file;

/* Makes the file when it is not there; its folder must be. Owned: log_file_close. failure may be
 * NULL. */
enum status log_file_open(struct text path, struct log_file **log, struct failure *failure);
void log_file_close(struct log_file *log); /* NULL is fine */

/* The file as a table; log is borrowed by it. */
struct hit_file log_file_table(struct log_file *log);
/* The same for a journal. */
struct journal_file log_file_journal(struct log_file *log);
/* Bytes in it; 0 where that can't be told. */
uint64_t log_file_size(const struct log_file *log);
/* The last thing that went wrong; status ST_OK: nothing did. */
struct failure log_file_failure(const struct log_file *log);

#endif
