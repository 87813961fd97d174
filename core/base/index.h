/* index: finds slots of an array by a hash of what they hold.
 * Open addressing with linear probing; a deletion closes the gap, so that nothing builds up however
 * often entries come and go. It keeps 32 bits of each hash and a slot number, never the keys: the
 * caller compares those. A hash may be there more than once.
 * Lies in the caller's storage: zeroed is empty; index_done frees. One thread at a time.
 *
 *     size_t at;
 *     for (uint32_t slot = index_first(&index, hash, &at); slot != INDEX_NONE;
 *          slot = index_next(&index, hash, &at))
 *         if (key_equal(&things[slot].key, &key))
 *             return slot;
 */
#ifndef STAKEOUT_BASE_INDEX_H
#define STAKEOUT_BASE_INDEX_H

#include "core/base/status.h"

#include <stddef.h>
#include <stdint.h>

#define INDEX_NONE UINT32_MAX

struct index_entry {
    uint32_t tag;
    uint32_t slot; /* INDEX_NONE: empty */
};

struct index {
    struct index_entry *entries; /* owned */
    size_t mask;                 /* capacity - 1; the capacity is a power of two */
    size_t count;
};

void index_done(struct index *index);
/* Room for `more` entries, so that that many calls of index_add cannot fail. */
enum status index_reserve(struct index *index, size_t more);
/* Room must have been reserved. slot is not INDEX_NONE. */
void index_add(struct index *index, uint64_t hash, uint32_t slot);
/* Takes out the entry of that slot; it must be there under that hash. */
void index_remove(struct index *index, uint64_t hash, uint32_t slot);
/* Puts another slot in the place of one that is there under that hash. */
void index_replace(struct index *index, uint64_t hash, uint32_t slot, uint32_t by);
size_t index_size(const struct index *index); /* in bytes */

static inline uint32_t index_tag(uint64_t hash)
{
    return (uint32_t)hash ^ (uint32_t)(hash >> 32);
}

/* The next slot under that hash from *at on; at is where the search stands. */
static inline uint32_t index_scan(const struct index *index, uint64_t hash, size_t *at)
{
    uint32_t tag = index_tag(hash);
    size_t place = *at & index->mask;
    while (index->entries[place].slot != INDEX_NONE) {
        if (index->entries[place].tag == tag) {
            *at = place;
            return index->entries[place].slot;
        }
        place = (place + 1) & index->mask;
    }
    *at = place;
    return INDEX_NONE;
}

static inline uint32_t index_first(const struct index *index, uint64_t hash, size_t *at)
{
    *at = index_tag(hash);
    if (!index->entries)
        return INDEX_NONE;
    return index_scan(index, hash, at);
}

static inline uint32_t index_next(const struct index *index, uint64_t hash, size_t *at)
{
    (*at)++;
    return index_scan(index, hash, at);
}

#endif
