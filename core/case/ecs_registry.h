/* ecs_registry: a finding in the registry as one line of JSON (see ecs.h).
 * registry.hive, .key, .path (with the value's name at its end) and .value; registry.data.type, and
 * .strings for strings and numbers (in decimal), .bytes in base64 for all else. The default value
 * has the name "". "stakeout.registry" has found_in, around, written (the key's last write),
 * data_size, and, where so, cut (the data is longer than what is written here), hidden (a NUL in a
 * name of the path), view32 and autorun. */
#ifndef STAKEOUT_CASE_ECS_REGISTRY_H
#define STAKEOUT_CASE_ECS_REGISTRY_H

#include "core/case/json_write.h"
#include "core/find/registry_search.h"

#define ECS_REGISTRY_DATA_MOST 4096u /* bytes of data that are written */

/* Appends one object without a line end. */
void ecs_add_registry(struct buffer *out, const struct registry_finding *finding);
/* Members "registry":{…} of an open object, for a journal; value may be NULL. */
void ecs_registry_members(struct json_writer *json, struct text path,
                          const struct registry_value *value);
/* The same with so many bytes of the data. */
void ecs_registry_members_most(struct json_writer *json, struct text path,
                               const struct registry_value *value, size_t most);

#endif
