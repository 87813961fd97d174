/* task_file: a scheduled task as its file (System32\Tasks) tells it, as members of a row.
 * "author", "date", "description", "uri", "source", "version", "enabled", "hidden" where it has
 * them, and "principals", "triggers" and "actions": each an array of objects with "type" (the
 * element's name) and its settings by their names ("Command", "ScheduleByDay.DaysInterval"); one
 * that stands several times is an array. Portable; any thread. */
#ifndef STAKEOUT_EVIDENCE_TASK_FILE_H
#define STAKEOUT_EVIDENCE_TASK_FILE_H

#include "core/case/json_write.h"

/* content: as the file has it, usually UTF-16. ST_INVALID: it is no task, and *problem says why;
 * what was understood until then is written. ST_NO_MEMORY. command (may be NULL) gets the first
 * action's program. */
enum status task_file_add(struct json_writer *json, struct text content, struct buffer *command,
                          struct buffer *problem);

#endif
