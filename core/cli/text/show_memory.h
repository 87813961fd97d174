/* show_memory: what was found in memory, as people read it in a terminal. Portable. */
#ifndef STAKEOUT_CLI_SHOW_MEMORY_H
#define STAKEOUT_CLI_SHOW_MEMORY_H

#include "core/find/scan.h"
#include "core/model/process.h"

/* Two lines, the second with the bytes. list: of the hit's indicator; may be NULL without one. */
void show_memory_hit(struct buffer *out, const struct process_facts *facts,
                     const struct watchlist *list, const struct memory_hit *hit);
/* "12.5 MB", "4 KB": of memory, in units of 1024. */
void show_memory_size(struct buffer *out, uint64_t bytes);

#endif
