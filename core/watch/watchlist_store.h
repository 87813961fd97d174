/* watchlist_store: the indicators of a list and where they came from, packed (a part of watchlist).
 * Each is kept as its canonical text and read back by the grammar when somebody asks, which is
 * seldom: matching looks at the tables, not here. What the user wrote is kept only where it
 * differs; files and labels are kept once however often they occur. Written by one thread, then
 * immutable. */
#ifndef STAKEOUT_WATCH_WATCHLIST_STORE_H
#define STAKEOUT_WATCH_WATCHLIST_STORE_H

#include "core/base/index.h"
#include "core/watch/watchlist.h"

/* Bytes that grow; at most 4 GiB, so that 32 bits tell a place in them. */
struct packed {
    char *bytes;
    uint32_t size;
    uint32_t capacity;
};

struct store {
    struct packed records;
    struct packed shared; /* files and labels */
    uint32_t *places;     /* of the records */
    uint32_t count;
    uint32_t capacity;
};

/* Finds what is in a store already; needed only while it grows. */
struct store_finder {
    struct index canonical; /* hash of a canonical text: its number */
    struct index shared;    /* hash of a shared text: its place */
    struct text last[2];    /* what was shared last, file and label, and where it is */
    uint32_t last_place[2];
};

void store_done(struct store *store);
void store_finder_done(struct store_finder *finder);
/* Gives back what was taken in advance. */
void store_trim(struct store *store);
size_t store_size(const struct store *store); /* in bytes */

/* Takes room for so many more, with texts of so many bytes in all, if there is any: a hint. */
void store_expect(struct store *store, struct store_finder *finder, size_t count, size_t bytes);
/* Adds an indicator whose canonical text is given. *fresh: false when it was there. On failure the
 * store is as before. */
enum status store_add(struct store *store, struct store_finder *finder, uint8_t kind,
                      struct text canonical, const struct indicator_origin *origin, bool *fresh);

/* All borrowed from the store. */
uint8_t store_kind(const struct store *store, uint32_t number);
struct text store_canonical(const struct store *store, uint32_t number);
void store_read(const struct store *store, uint32_t number, struct indicator *indicator,
                struct indicator_origin *origin);

#endif
