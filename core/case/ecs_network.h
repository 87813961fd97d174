/* ecs_network: the two ends of a connection in a line of JSON (case/ecs.h). */
#ifndef STAKEOUT_CASE_ECS_NETWORK_H
#define STAKEOUT_CASE_ECS_NETWORK_H

#include "core/case/json_write.h"
#include "core/model/connection.h"

/* Writes "network", "source" and, where there is one, "destination" into the object that is open.
 * domain: the name that this machine resolved to the remote address; may be empty. */
void ecs_add_network(struct json_writer *json, const struct connection_seen *seen,
                     struct text domain);

#endif
