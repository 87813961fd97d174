/* parts: reads the slow facts of one process (model/process_parts.h) from the live machine.
 * A process is opened by its PID and its start compared with the one that was meant; while that
 * handle is open the PID can't be another's. Each part asks with the least right that gives it, and
 * what is refused says why. A reader keeps its buffers and the names of accounts for the next time.
 * Blocks (some ms; up to half a second for names of groups that hang): not on the window's thread.
 * One thread at a time for one reader. */
#ifndef STAKEOUT_WINDOWS_PARTS_H
#define STAKEOUT_WINDOWS_PARTS_H

#include "core/model/process_parts.h"
#include "core/windows/system.h"

#define PARTS_MOST ((size_t)128 * 1024 * 1024) /* bytes that one answer may take */

struct parts_reader;

/* system: NULL for the real calls. Owned: parts_reader_free. */
enum status parts_reader_new(const struct system_table *system, struct parts_reader **reader);
void parts_reader_free(struct parts_reader *reader); /* NULL is fine */

/* Reads those parts (enum process_part). ST_GONE: the process has ended, or its PID is another's by
 * now; ST_UNSUPPORTED: its start is not known, so that nobody can tell; ST_NO_MEMORY. Else ST_OK,
 * with a state for each part. Owned: process_parts_free. */
enum status parts_read(struct parts_reader *reader, struct process_key key, unsigned which,
                       struct process_parts **parts);

#endif
