#include "core/watch/name_map.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/base/memory.h"
#include "core/watch/domain.h"

void name_map_done(struct name_map *map)
{
    memory_give(map->entries);
    memory_give(map->names);
    index_done(&map->by_address);
    *map = (struct name_map){0};
}

struct text name_map_name(const struct name_map *map, uint32_t entry)
{
    return (struct text){map->names + map->entries[entry].place, map->entries[entry].size};
}

static uint32_t here_or_later(const struct name_map *map, const struct address *address,
                              uint64_t hash, uint32_t entry, size_t *at)
{
    while (entry != INDEX_NONE && !address_equal(&map->entries[entry].address, address))
        entry = index_next(&map->by_address, hash, at);
    return entry;
}

uint32_t name_map_first(const struct name_map *map, const struct address *address, size_t *at)
{
    uint64_t hash = address_hash(address);

    return here_or_later(map, address, hash, index_first(&map->by_address, hash, at), at);
}

uint32_t name_map_next(const struct name_map *map, const struct address *address, size_t *at)
{
    uint64_t hash = address_hash(address);

    return here_or_later(map, address, hash, index_next(&map->by_address, hash, at), at);
}

static bool is_usable(const struct name_seen *row)
{
    return row->name.size > 0 && row->name.size <= DOMAIN_MOST &&
           !address_is_unspecified(&row->address) && !address_is_loopback(&row->address);
}

static uint64_t stamp_of(const struct name_table *table)
{
    uint64_t stamp = hash_add(1, table->count);

    for (size_t i = 0; i < table->count; i++) {
        stamp = hash_add(stamp, address_hash(&table->rows[i].address));
        stamp = hash_add(stamp, text_hash(table->rows[i].name));
    }
    return stamp;
}

/* Whether the name is there, or no more of that address are wanted. */
static bool is_done(const struct name_map *map, const struct address *address, struct text name)
{
    uint32_t count = 0;
    size_t at;

    for (uint32_t entry = name_map_first(map, address, &at); entry != INDEX_NONE;
         entry = name_map_next(map, address, &at)) {
        count++;
        if (count == NAME_MAP_EACH || text_equal(name_map_name(map, entry), name))
            return true;
    }
    return false;
}

/* Room was taken for all. */
static void put(struct name_map *map, uint32_t *used, const struct address *address,
                struct text name, moment last_seen)
{
    if (map->count == NAME_MAP_MOST || is_done(map, address, name))
        return;
    map->entries[map->count] =
        (struct name_map_entry){*address, last_seen, *used, (uint32_t)name.size};
    memcpy(map->names + *used, name.bytes, name.size);
    *used += (uint32_t)name.size;
    index_add(&map->by_address, address_hash(address), map->count);
    map->count++;
}

enum status name_map_set(struct name_map *map, const struct name_table *table, moment now,
                         bool *changed)
{
    struct name_map made = {.last = now, .stamp = stamp_of(table)};
    size_t count = map->count;
    size_t size = 0;
    uint32_t used = 0;
    enum status status = ST_NO_MEMORY;

    if (made.stamp == map->stamp && map->entries) {
        map->last = now;
        *changed = false;
        return ST_OK;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (is_usable(&table->rows[i])) {
            count++;
            size += table->rows[i].name.size;
        }
    }
    for (uint32_t i = 0; i < map->count; i++)
        size += map->entries[i].size;
    if (count > NAME_MAP_MOST)
        count = NAME_MAP_MOST;
    if (size > (size_t)NAME_MAP_MOST * DOMAIN_MOST)
        size = (size_t)NAME_MAP_MOST * DOMAIN_MOST;
    made.entries = memory_take_array(count, sizeof *made.entries);
    made.names = memory_take(size);
    if (made.entries && made.names)
        status = index_reserve(&made.by_address, count);
    if (status) {
        name_map_done(&made);
        return status;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (is_usable(&table->rows[i]))
            put(&made, &used, &table->rows[i].address, table->rows[i].name, now);
    }
    made.fresh = made.count;
    for (uint32_t i = 0; i < map->count; i++) {
        moment last_seen = i < map->fresh ? map->last : map->entries[i].last_seen;

        if (now - last_seen <= NAME_MAP_KEEP)
            put(&made, &used, &map->entries[i].address, name_map_name(map, i), last_seen);
    }
    name_map_done(map);
    *map = made;
    *changed = true;
    return ST_OK;
}
