/* show_parts: the slow facts of a process as people read them in a terminal: tables of threads,
 * modules, groups, privileges and variables. As show.h has it otherwise. Portable. */
#ifndef STAKEOUT_CLI_SHOW_PARTS_H
#define STAKEOUT_CLI_SHOW_PARTS_H

#include "core/model/process_parts.h"

/* width: of the terminal, where the last column is cut; 0: never. */
enum status show_parts(struct buffer *out, const struct process_parts *parts, size_t width);

#endif
