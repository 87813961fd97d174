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
    uint32_t capacity = capacity_for(count);

    *table = (struct slot_table){0};
    if (!count)
        return ST_OK;
    if (!capacity)
        return ST_TOO_LARGE;
    table->slots = memory_take_array(capacity, sizeof(*table->slots));
    if (!table->slots)
        return ST_NO_MEMORY;
    memset(table->slots, 0xFF, capacity * sizeof(*table->slots));
    table->mask = capacity - 1;
    return ST_OK;
}

void slot_table_done(struct slot_table *table)
{
    memory_give(table->slots);
    *table = (struct slot_table){0};
}

size_t slot_table_size(const struct slot_table *table)
{
    return table->slots ? ((size_t)table->mask + 1) * sizeof(*table->slots) : 0;
}

static void put(struct slot_table *table, uint32_t home, uint32_t key, uint32_t number)
{
    uint32_t at = home & table->mask;

    while (table->slots[at].number != NO_INDICATOR)
        at = (at + 1) & table->mask;
    table->slots[at] = (struct slot){key, number};
}

/* ---- IPv4 ---- */

uint32_t ipv4_key(const struct address *address)
{
    const uint8_t *octets = address->bytes + 12;

    return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
           octets[3];
}

static uint32_t ipv4_home(uint32_t key)
{
    return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

/* What is known of an address after `more` has been put, too. */
static uint32_t merged(uint32_t before, uint32_t more)
{
    uint32_t plain = (more & ~WITH_PORTS) == NO_PLAIN ? before & ~WITH_PORTS : more & ~WITH_PORTS;

    return plain | ((before | more) & WITH_PORTS);
}

void ipv4_put(struct slot_table *table, uint32_t key, uint32_t found)
{
    uint32_t at = ipv4_home(key) & table->mask;

    while (table->slots[at].number != NO_INDICATOR && table->slots[at].key != key)
        at = (at + 1) & table->mask;
    if (table->slots[at].number == NO_INDICATOR)
        table->slots[at] = (struct slot){key, found};
    else
        table->slots[at].number = merged(table->slots[at].number, found);
}

uint32_t ipv4_find(const struct slot_table *table, uint32_t key)
{
    uint32_t at = ipv4_home(key) & table->mask;

    if (!table->slots)
        return NO_INDICATOR;
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
    made.entries = memory_take_array(count, sizeof(*made.entries));
    made.slots = memory_take_array(capacity, sizeof(*made.slots));
    if (!made.entries || !made.slots) {
        endpoint_table_done(&made);
        return ST_NO_MEMORY;
    }
    memset(made.slots, 0xFF, capacity * sizeof(*made.slots));
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
    return table->slots ? ((size_t)table->mask + 1) * sizeof(*table->slots) +
                              table->room * sizeof(*table->entries)
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

/* ---- texts ---- */

/* Kind and port are part of the key, so that one name with many ports makes no queue. */
static uint64_t text_key(uint64_t hash, uint8_t kind, uint16_t port)
{
    return hash_mix(hash ^ ((uint64_t)port << 8 | kind) * UINT64_C(0x9e3779b97f4a7c15));
}

void text_put(struct slot_table *table, uint64_t hash, uint8_t kind, uint16_t port, uint32_t number)
{
    uint64_t key = text_key(hash, kind, port);

    put(table, (uint32_t)(key >> 32), (uint32_t)key, number);
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

uint32_t text_find_indicator(const struct slot_table *table, const struct store *store,
                             uint64_t hash, uint8_t kind, struct text value, uint16_t port)
{
    uint64_t key = text_key(hash, kind, port);
    uint32_t at = (uint32_t)(key >> 32) & table->mask;

    if (!table->slots)
        return NO_INDICATOR;
    while (table->slots[at].number != NO_INDICATOR) {
        if (table->slots[at].key == (uint32_t)key &&
            says(store, table->slots[at].number, kind, value, port))
            return table->slots[at].number;
        at = (at + 1) & table->mask;
    }
    return NO_INDICATOR;
}
