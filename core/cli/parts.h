/* parts: the slow facts of one process for `info`. */
#ifndef STAKEOUT_CLI_PARTS_H
#define STAKEOUT_CLI_PARTS_H

#include "core/model/process_parts.h"

/* Reads all parts; of a process that is gone meanwhile each says so. Owned: process_parts_free;
 * NULL when there is no memory. */
struct process_parts *parts_of(struct process_key key);

#endif
