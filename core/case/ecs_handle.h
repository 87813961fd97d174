/* ecs_handle: what the search for handles found, as one line of JSON (names as in ecs.h).
 * process.pid, name and start; of an image process.executable, of a command line
 * process.command_line, of a module dll.path; of a handle stakeout.handle.value, type, name and
 * access (rights in hexadecimal). stakeout.found says which of the four it is. */
#ifndef STAKEOUT_CASE_ECS_HANDLE_H
#define STAKEOUT_CASE_ECS_HANDLE_H

#include "core/case/json_write.h"
#include "core/find/handle_row.h"

/* Appends one object without a line end. */
void ecs_add_handle(struct buffer *out, const struct handle_row *row);
/* Whom the Restart Manager names as a holder of a file: process, file.path, and stakeout.found
 * "restart-manager". */
void ecs_add_locker(struct buffer *out, struct process_key key, struct text name, struct text path);
/* The object "handle" alone, as a member. */
void ecs_add_handle_object(struct json_writer *json, const struct handle_row *row);
/* "0x120089" */
void handle_row_add_hex(struct buffer *out, uint64_t number);

#endif
