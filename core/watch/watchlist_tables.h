/* watchlist_tables: the hash tables that a watchlist is matched by (a part of watchlist).
 * Open addressing, at most two thirds full. Built once for a known number of entries, then
 * immutable; zeroed is empty. */
#ifndef STAKEOUT_WATCH_WATCHLIST_TABLES_H
#define STAKEOUT_WATCH_WATCHLIST_TABLES_H

#include "core/watch/watchlist_store.h"

/* IPv4 addresses, and host and process names by their hash: 32 bits of key, and an indicator.
 * Before the slots stands a filter with a bit for each: most of what is asked for is not on the
 * list, and the filter is small enough to stay near. */
struct slot_table {
    struct slot {
        uint32_t key;
        uint32_t number; /* NO_INDICATOR: empty */
    } *slots;
    uint64_t *filter;
    uint32_t mask;
    uint8_t filter_bits; /* of a hash: the highest tell the bit */
};

/* What is found for an address: the indicator without a port (or NO_PLAIN), and whether there are
 * others with one. So that an address that is not watched at all costs one probe. */
#define WITH_PORTS UINT32_C(0x80000000)
#define NO_PLAIN UINT32_C(0x7FFFFFFE)

/* Any address with a port, and IPv6 without one (port 0). */
struct endpoint_table {
    struct endpoint_entry {
        struct address address;
        uint32_t number; /* port 0: as above */
        uint16_t port;
    } *entries;
    struct endpoint_slot {
        uint32_t tag;
        uint32_t place; /* in entries; UINT32_MAX: empty */
    } *slots;
    uint32_t mask;
    uint32_t count;
    uint32_t room;
};

enum status slot_table_init(struct slot_table *table, uint32_t count);
void slot_table_done(struct slot_table *table);
size_t slot_table_size(const struct slot_table *table);

uint32_t ipv4_key(const struct address *address);
/* Puts an indicator, or says with WITH_PORTS | NO_PLAIN that there are some with ports; an address
 * that is there already gets both. */
void ipv4_put(struct slot_table *table, uint32_t key, uint32_t found);
uint32_t ipv4_find(const struct slot_table *table, uint32_t key);

enum status endpoint_table_init(struct endpoint_table *table, uint32_t count);
void endpoint_table_done(struct endpoint_table *table);
size_t endpoint_table_size(const struct endpoint_table *table);
/* As ipv4_put where port is 0. */
void endpoint_put(struct endpoint_table *table, const struct address *address, uint16_t port,
                  uint32_t found);
uint32_t endpoint_find(const struct endpoint_table *table, const struct address *address,
                       uint16_t port);

/* The hash of a text from its end, so that those of a host name's parents are met on the way. Small
 * and capital ASCII letters are alike. */
#define TEXT_HASH_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t text_hash_step(uint64_t hash, char byte)
{
    unsigned char c = (unsigned char)byte;

    if (c >= 'A' && c <= 'Z')
        c = (unsigned char)(c + 32);
    return (hash ^ c) * UINT64_C(0x100000001b3);
}

/* kind: of the indicator that is looked for, port: its port. `hash` is that of `value`. */
void name_put(struct slot_table *table, uint64_t hash, uint8_t kind, uint16_t port,
              uint32_t number);
uint32_t name_find(const struct slot_table *table, const struct store *store, uint64_t hash,
                   uint8_t kind, struct text value, uint16_t port);

#endif
