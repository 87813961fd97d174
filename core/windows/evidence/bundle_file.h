/* bundle_file: the file that a service, a task or a key starts, as a member of its row.
 * Every file is read once, however many rows name it. One thread at a time. Inside core/windows
 * only. */
#ifndef STAKEOUT_WINDOWS_BUNDLE_FILE_H
#define STAKEOUT_WINDOWS_BUNDLE_FILE_H

#include "core/base/progress.h"
#include "core/case/json_write.h"

struct bundle_file_notes;

/* parts: enum file_part, added. progress (may be NULL) is only asked whether to go on. Owned:
 * bundle_file_done. NULL when there is no memory. */
struct bundle_file_notes *bundle_file_new(unsigned parts, struct progress *progress);
void bundle_file_done(struct bundle_file_notes *notes); /* NULL is fine */

/* "name":{"path":…,"size":…,"created":…,"mtime":…,"ctime":…,"hash":…,"code_signature":…}, or with
 * "missing":true or "unread":why instead. command: a path or a command line, whose variables are
 * expanded; nothing is written where it is empty. */
void bundle_file_add(struct bundle_file_notes *notes, struct json_writer *json, const char *name,
                     struct text command);

/* Appends the folder System32 as it is, also for a 32-bit program on 64-bit Windows. */
void bundle_file_system(struct buffer *out);
/* Appends the text with the variables of this program's environment in place. */
void bundle_file_expand(struct buffer *out, struct text text);

#endif
