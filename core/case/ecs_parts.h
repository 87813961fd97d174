/* ecs_parts: the slow facts of a process as members of its line of JSON (ecs.h).
 * process.thread (ECS has id and name; the rest stands beside them) and process.env_vars;
 * stakeout.modules and stakeout.token. A part that could not be read is absent, and the line's
 * "stakeout.unread" has its reason; what of a single thread or of the token could not be read
 * stands in an "unread" of its own. Addresses are texts in hexadecimal, since they do not fit into
 * the numbers of many readers. */
#ifndef STAKEOUT_CASE_ECS_PARTS_H
#define STAKEOUT_CASE_ECS_PARTS_H

#include "core/case/json_write.h"
#include "core/model/process_parts.h"

/* Members of the open object "process". */
void ecs_parts_add_process(struct json_writer *json, const struct process_parts *parts);
/* Members of the open object "stakeout". */
void ecs_parts_add(struct json_writer *json, const struct process_parts *parts);

#define ECS_PARTS 4u
/* Where part number i stands in the line, and whether it could be read. */
const char *ecs_parts_name(size_t i);
enum read_state ecs_parts_state(const struct process_parts *parts, size_t i);

#endif
