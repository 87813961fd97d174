/* watchlist_tables: the hash tables that a watchlist is matched by (a part of watchlist).
 * Open addressing, at most two thirds full. Built once for a known number of entries, then
 * immutable; zeroed is empty. */
#ifndef STAKEOUT_WATCH_WATCHLIST_TABLES_H
#define STAKEOUT_WATCH_WATCHLIST_TABLES_H

#include "core/watch/watchlist_store.h"

/* IPv4 addresses, and host and process names by their hash: 32 bits of key, and an indicator. */
struct slot_table {
    struct slot {
        uint32_t key;
        uint32_t number; /* NO_INDICATOR: empty */
    } *slots;
    uint32_t mask;
};

/* Any address with a port, and IPv6 without one (port 0). */
struct endpoint_table {
    struct endpoint_entry {
        struct address address;
        uint32_t number;
        uint16_t port;
    } *entries;
    uint32_t *slots; /* places in entries; UINT32_MAX: empty */
    uint32_t mask;
    uint32_t count;
    uint32_t room;
    bool with_port; /* any of them */
    bool without_port;
};

enum status slot_table_init(struct slot_table *table, uint32_t count);
void slot_table_done(struct slot_table *table);
size_t slot_table_size(const struct slot_table *table);

uint32_t ipv4_key(const struct address *address);
void ipv4_put(struct slot_table *table, uint32_t key, uint32_t number);
uint32_t ipv4_find(const struct slot_table *table, uint32_t key);

enum status endpoint_table_init(struct endpoint_table *table, uint32_t count);
void endpoint_table_done(struct endpoint_table *table);
size_t endpoint_table_size(const struct endpoint_table *table);
void endpoint_put(struct endpoint_table *table, const struct address *address, uint16_t port,
                  uint32_t number);
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
void text_put(struct slot_table *table, uint64_t hash, uint8_t kind, uint16_t port,
              uint32_t number);
uint32_t text_find_indicator(const struct slot_table *table, const struct store *store,
                             uint64_t hash, uint8_t kind, struct text value, uint16_t port);

#endif
