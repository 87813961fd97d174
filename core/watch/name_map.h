/* name_map: which names this machine has resolved to an address.
 * Takes in whole tables (source_names). What is missing from a later one, because its time in the
 * system's cache was over, is kept for a while: programs go on using an address after that.
 * Bounded; the oldest are left out, and so are names of this machine itself and of no address at
 * all, to which hosts files send whole block lists. Taking in a table is linear in it and in what
 * is kept. One thread. */
#ifndef STAKEOUT_WATCH_NAME_MAP_H
#define STAKEOUT_WATCH_NAME_MAP_H

#include "core/base/index.h"
#include "core/model/source.h"

#define NAME_MAP_MOST 65536 /* names, with one address each */
#define NAME_MAP_KEEP (30 * 60 * MOMENT_SECOND)
#define NAME_MAP_EACH 64 /* names of one address */

struct name_map_entry {
    struct address address;
    moment last_seen;
    uint32_t place; /* of the name in `names` */
    uint32_t size;
};

/* Lies in the caller's storage; zeroed is empty. */
struct name_map {
    struct name_map_entry *entries; /* newest table first */
    char *names;
    struct index by_address;
    uint32_t count;
    uint32_t fresh; /* so many, at the front, are of the last table */
    moment last;    /* when that was seen last */
    uint64_t stamp; /* of that table */
};

void name_map_done(struct name_map *map);
/* *changed: whether it was another table than the last. On failure the map is as before. */
enum status name_map_set(struct name_map *map, const struct name_table *table, moment now,
                         bool *changed);

/* The entries of an address one after the other, INDEX_NONE behind the last; *at is where the
 * search stands. */
uint32_t name_map_first(const struct name_map *map, const struct address *address, size_t *at);
uint32_t name_map_next(const struct name_map *map, const struct address *address, size_t *at);
/* Borrowed until the next name_map_set. */
struct text name_map_name(const struct name_map *map, uint32_t entry);

#endif
