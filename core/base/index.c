#include "core/base/index.h"

#include "core/base/memory.h"

#define FIRST_CAPACITY ((size_t)16)

void index_done(struct index *index)
{
    memory_give(index->entries);
    *index = (struct index){NULL, 0, 0};
}

static void put(struct index *index, struct index_entry entry)
{
    size_t place = entry.tag & index->mask;
    while (index->entries[place].slot != INDEX_NONE)
        place = (place + 1) & index->mask;
    index->entries[place] = entry;
}

/* At most half full, so that probes stay short also for tags that cluster. */
static enum status resize(struct index *index, size_t capacity)
{
    struct index larger = {.mask = capacity - 1, .count = index->count};
    larger.entries = memory_take_array(capacity, sizeof *larger.entries);
    if (!larger.entries)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < capacity; i++)
        larger.entries[i].slot = INDEX_NONE;
    for (size_t i = 0; index->entries && i <= index->mask; i++) {
        if (index->entries[i].slot != INDEX_NONE)
            put(&larger, index->entries[i]);
    }
    memory_give(index->entries);
    *index = larger;
    return ST_OK;
}

enum status index_reserve(struct index *index, size_t more)
{
    size_t capacity = index->entries ? index->mask + 1 : FIRST_CAPACITY;
    if (more > UINT32_MAX || index->count + more > UINT32_MAX / 2)
        return ST_TOO_LARGE;
    while (capacity / 2 < index->count + more)
        capacity *= 2;
    if (index->entries && capacity == index->mask + 1)
        return ST_OK;
    return resize(index, capacity);
}

void index_add(struct index *index, uint64_t hash, uint32_t slot)
{
    put(index, (struct index_entry){index_tag(hash), slot});
    index->count++;
}

static size_t place_of(const struct index *index, uint64_t hash, uint32_t slot)
{
    size_t place = index_tag(hash) & index->mask;
    while (index->entries[place].slot != slot)
        place = (place + 1) & index->mask;
    return place;
}

void index_remove(struct index *index, uint64_t hash, uint32_t slot)
{
    size_t gap = place_of(index, hash, slot);
    size_t place = gap;
    for (;;) {
        place = (place + 1) & index->mask;
        if (index->entries[place].slot == INDEX_NONE)
            break;
        /* An entry may move back into the gap unless its home lies behind the gap. */
        size_t home = index->entries[place].tag & index->mask;
        if (((place - home) & index->mask) >= ((place - gap) & index->mask)) {
            index->entries[gap] = index->entries[place];
            gap = place;
        }
    }
    index->entries[gap].slot = INDEX_NONE;
    index->count--;
}

void index_replace(struct index *index, uint64_t hash, uint32_t slot, uint32_t by)
{
    index->entries[place_of(index, hash, slot)].slot = by;
}

size_t index_size(const struct index *index)
{
    return index->entries ? (index->mask + 1) * sizeof *index->entries : 0;
}
