/* ecs: a process, a connection, a hit as one line of JSON.
 * Names follow the Elastic Common Schema, nested; what that lacks stands under "stakeout". A value
 * that is unknown is absent, and where somebody asked and was refused, "stakeout.unread" has its
 * name and the reason ({"process.command_line":"access denied"}). Times are UTC; start and end of a
 * process bear all seven digits, since (pid, start) is what a process is. Ports are in host order.
 * "destination.domain" is the name that this machine resolved to the address, never a reverse
 * look-up. What is odd about a process, or an ancestor of a hit, stands in "stakeout.remarks", one
 * object a remark: the rule, the fact, and whether the parent was verified. Each function appends
 * one object without a line end; a failure sticks in the buffer. Any thread. */
#ifndef STAKEOUT_CASE_ECS_H
#define STAKEOUT_CASE_ECS_H

#include "core/case/json_write.h"
#include "core/model/file_facts.h"
#include "core/model/process_parts.h"
#include "core/model/snapshot.h"
#include "core/watch/hit.h"

/* `process` and `connection` are indexes into the snapshot. */
void ecs_add_process(struct buffer *out, const struct snapshot *snapshot, uint32_t process);
void ecs_add_connection(struct buffer *out, const struct snapshot *snapshot, uint32_t connection);
void ecs_add_hit(struct buffer *out, const struct hit *hit);
/* The process with its ancestors, its children, its connections, what is known of its image's file
 * (ecs_file.h) and its slow facts (ecs_parts.h); file and parts may be NULL. */
void ecs_add_details(struct buffer *out, const struct snapshot *snapshot, uint32_t process,
                     const struct file_facts *file, const struct process_parts *parts);

#endif
