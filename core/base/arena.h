/* arena: many small allocations, freed together.
 * Blocks are aligned for any type. One thread at a time. */
#ifndef STAKEOUT_BASE_ARENA_H
#define STAKEOUT_BASE_ARENA_H

#include "core/base/text.h"

struct arena;

/* Owned: arena_free. NULL when there is no memory. ceiling in bytes bounds what it will hand out.
 */
struct arena *arena_new(size_t ceiling);
void arena_free(struct arena *arena);
/* Zeroed memory that lives as long as the arena; NULL when there is none or over the ceiling. */
void *arena_take(struct arena *arena, size_t size);
/* A copy of the bytes; {NULL, 0} with *failed set when there is no memory. failed may be NULL. */
struct text arena_copy(struct arena *arena, struct text value, bool *failed);
/* What has been asked of the system, in bytes. */
size_t arena_size(const struct arena *arena);

#endif
