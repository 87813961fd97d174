#include "core/watch/watchlist_tables.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/base/memory.h"

/* A power of two of which `count` fill at most two thirds; 0: too many. */
static uint32_t capacity_for(uint32_t count)
{
    uint32_t capacity = 8;

    if (count > UINT32_C(1) << 30)
        return 0;
    while ((uint64_t)capacity * 2 < (uint64_t)count * 3)
        capacity *= 2;
    return capacity;
}

/* ---- slots ---- */

enum status slot_table_init(struct slot_table *table, uint32_t count)
{
    struct slot_table made = {0};
    uint32_t capacity = capacity_for(count);

    *table = made;
    if (!count)
        return ST_OK;
    if (!capacity)
        return ST_TOO_LARGE;
    /* 12 to 24 bits for each: of what is not there some 4 to 8 in a hundred pass. */
    made.filter_bits = 3;
    while ((UINT32_C(1) << (made.filter_bits - 3)) < capacity)
        made.filter_bits++;
    made.filter = memory_take((size_t)1 << (made.filter_bits - 3));
    made.slots = memory_take_array(capacity, sizeof *made.slots);
    if (!made.filter || !made.slots) {
        slot_table_done(&made);
        return ST_NO_MEMORY;
    }
    memset(made.slots, 0xFF, capacity * sizeof *made.slots);
    made.mask = capacity - 1;
    *table = made;
    return ST_OK;
}

void slot_table_done(struct slot_table *table)
{
    memory_give(table->slots);
    memory_give(table->filter);
    *table = (struct slot_table){0};
}

size_t slot_table_size(const struct slot_table *table)
{
    return table->slots ? ((size_t)table->mask + 1) * sizeof *table->slots +
                              ((size_t)1 << (table->filter_bits - 3))
                        : 0;
}

static bool may_hold(const struct slot_table *table, uint64_t hash)
{
    uint64_t bit;

    if (!table->slots)
        return false;
    bit = hash >> (64 - table->filter_bits);
    return table->filter[bit / 64] >> (bit % 64) & 1;
}

static void note(struct slot_table *table, uint64_t hash)
{
    uint64_t bit = hash >> (64 - table->filter_bits);

    table->filter[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* Where the search for a hash begins. */
static uint32_t home_of(const struct slot_table *table, uint64_t hash)
{
    return (uint32_t)(hash >> 32) & table->mask;
}

/* ---- IPv4 ---- */

uint32_t ipv4_key(const struct address *address)
{
    const uint8_t *octets = address->bytes + 12;

    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
           octets[3];
}

static uint64_t ipv4_hash(uint32_t key)
{
    return key * UINT64_C(0x9e3779b97f4a7c15);
}

/* What is known of an address after `more` has been put, too. */
static uint32_t merged(uint32_t before, uint32_t more)
{
    uint32_t plain = (more & ~WITH_PORTS) == NO_PLAIN ? before & ~WITH_PORTS : more & ~WITH_PORTS;

    return plain | ((before | more) & WITH_PORTS);
}

void ipv4_put(struct slot_table *table, uint32_t key, uint32_t found)
{
    uint64_t hash = ipv4_hash(key);
    uint32_t at = home_of(table, hash);

    note(table, hash);
    while (table->slots[at].number != NO_INDICATOR && table->slots[at].key != key)
        at = (at + 1) & table->mask;
    if (table->slots[at].number == NO_INDICATOR)
        table->slots[at] = (struct slot){key, found};
    else
        table->slots[at].number = merged(table->slots[at].number, found);
}

uint32_t ipv4_find(const struct slot_table *table, uint32_t key)
{
    uint64_t hash = ipv4_hash(key);
    uint32_t at;

    if (!may_hold(table, hash))
        return NO_INDICATOR;
    at = home_of(table, hash);
    while (table->slots[at].number != NO_INDICATOR) {
        if (table->slots[at].key == key)
            return table->slots[at].number;
        at = (at + 1) & table->mask;
    }
    return NO_INDICATOR;
}

/* ---- endpoints ---- */

enum status endpoint_table_init(struct endpoint_table *table, uint32_t count)
{
    struct endpoint_table made = {0};
    uint32_t capacity = capacity_for(count);

    *table = made;
    if (!count)
        return ST_OK;
    if (!capacity)
        return ST_TOO_LARGE;
    made.entries = memory_take_array(count, sizeof *made.entries);
    made.slots = memory_take_array(capacity, sizeof *made.slots);
    if (!made.entries || !made.slots) {
        endpoint_table_done(&made);
        return ST_NO_MEMORY;
    }
    memset(made.slots, 0xFF, capacity * sizeof *made.slots);
    made.mask = capacity - 1;
    made.room = count;
    *table = made;
    return ST_OK;
}

void endpoint_table_done(struct endpoint_table *table)
{
    memory_give(table->entries);
    memory_give(table->slots);
    *table = (struct endpoint_table){0};
}

size_t endpoint_table_size(const struct endpoint_table *table)
{
    return table->slots ? ((size_t)table->mask + 1) * sizeof *table->slots +
                              table->room * sizeof *table->entries
                        : 0;
}

static uint64_t endpoint_hash(const struct address *address, uint16_t port)
{
    return address_hash(address) ^ port * UINT64_C(0x9e3779b97f4a7c15);
}

/* The slot of that endpoint, or the empty one where it would be. */
static struct endpoint_slot *endpoint_slot(const struct endpoint_table *table,
                                           const struct address *address, uint16_t port,
                                           uint32_t *tag)
{
    uint64_t hash = endpoint_hash(address, port);
    uint32_t at = (uint32_t)(hash >> 32) & table->mask;

    *tag = (uint32_t)hash;
    while (table->slots[at].place != UINT32_MAX) {
        const struct endpoint_entry *entry = &table->entries[table->slots[at].place];

        if (table->slots[at].tag == *tag && entry->port == port &&
            address_equal(&entry->address, address))
            break;
        at = (at + 1) & table->mask;
    }
    return &table->slots[at];
}

void endpoint_put(struct endpoint_table *table, const struct address *address, uint16_t port,
                  uint32_t found)
{
    uint32_t tag;
    struct endpoint_slot *slot = endpoint_slot(table, address, port, &tag);

    if (slot->place != UINT32_MAX) {
        table->entries[slot->place].number = merged(table->entries[slot->place].number, found);
        return;
    }
    *slot = (struct endpoint_slot){tag, table->count};
    table->entries[table->count] = (struct endpoint_entry){*address, found, port};
    table->count++;
}

uint32_t endpoint_find(const struct endpoint_table *table, const struct address *address,
                       uint16_t port)
{
    uint32_t tag;
    const struct endpoint_slot *slot;

    if (!table->slots)
        return NO_INDICATOR;
    slot = endpoint_slot(table, address, port, &tag);
    return slot->place == UINT32_MAX ? NO_INDICATOR : table->entries[slot->place].number;
}

/* ---- names ---- */

/* Kind and port are part of the key, so that one name with many ports makes no queue. */
static uint64_t name_key(uint64_t hash, uint8_t kind, uint16_t port)
{
    return hash_mix(hash ^ ((uint64_t)port << 8 | kind) * UINT64_C(0x9e3779b97f4a7c15));
}

void name_put(struct slot_table *table, uint64_t hash, uint8_t kind, uint16_t port, uint32_t number)
{
    uint64_t key = name_key(hash, kind, port);
    uint32_t at = home_of(table, key);

    note(table, key);
    while (table->slots[at].number != NO_INDICATOR)
        at = (at + 1) & table->mask;
    table->slots[at] = (struct slot){(uint32_t)key, number};
}

/* Whether an indicator's canonical text is prefix, value, and a port where there is one. */
static bool says(const struct store *store, uint32_t number, uint8_t kind, struct text value,
                 uint16_t port)
{
    struct text canonical = store_canonical(store, number);
    size_t prefix = kind == INDICATOR_DOMAIN_TREE ? 2 : kind == INDICATOR_NAME ? 5 : 0;
    struct text tail;
    uint64_t number_read;

    if (store_kind(store, number) != kind || canonical.size < prefix + value.size ||
        !text_equal_nocase(text_slice(canonical, prefix, value.size), value))
        return false;
    tail = text_slice(canonical, prefix + value.size, canonical.size - prefix - value.size);
    if (!tail.size)
        return port == 0;
    return port && tail.bytes[0] == ':' &&
           text_number(text_slice(tail, 1, tail.size - 1), UINT16_MAX, &number_read) &&
           number_read == port;
}

uint32_t name_find(const struct slot_table *table, const struct store *store, uint64_t hash,
                   uint8_t kind, struct text value, uint16_t port)
{
    uint64_t key = name_key(hash, kind, port);
    uint32_t at;

    if (!may_hold(table, key))
        return NO_INDICATOR;
    at = home_of(table, key);
    while (table->slots[at].number != NO_INDICATOR) {
        if (table->slots[at].key == (uint32_t)key &&
            says(store, table->slots[at].number, kind, value, port))
            return table->slots[at].number;
        at = (at + 1) & table->mask;
    }
    return NO_INDICATOR;
}
