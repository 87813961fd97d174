/* ecs_memory: what was found in memory as one line of JSON, with names as in ecs.h.
 * stakeout.memory has the place: addresses are texts in hexadecimal, since they do not fit into the
 * numbers of many readers; "access" is "rwx" with "c" for copy on write; "unbacked" is there, and
 * true, for executable memory that no file stands behind. */
#ifndef STAKEOUT_CASE_ECS_MEMORY_H
#define STAKEOUT_CASE_ECS_MEMORY_H

#include "core/find/scan.h"
#include "core/model/process.h"

/* Appends one object without a line end. list: of the hit's indicator; may be NULL without one. */
void ecs_add_memory_hit(struct buffer *out, const struct process_facts *facts,
                        const struct watchlist *list, const struct memory_hit *hit);
/* "private", "image", "mapped"; static storage. */
const char *region_kind_word(enum region_kind kind);
/* "rwx", "r--", "rc-" (writable by copy), "--x"; "---" without any. */
void region_access_add(struct buffer *out, unsigned access);
/* As the list has it in writing. */
void memory_hit_add_indicator(struct buffer *out, const struct watchlist *list,
                              const struct memory_hit *hit);

#endif
