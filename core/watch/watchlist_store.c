#include "core/watch/watchlist_store.h"

#include <string.h>

#include "core/base/memory.h"

/* A record: a byte of kind and flags, the canonical text, then what the flags say, in this order.
 * Texts begin with their size, numbers take seven bits a byte, lowest first. */
enum record_flags {
    RECORD_KIND = 0x0F,
    RECORD_WRITTEN = 0x10, /* a text */
    RECORD_FILE = 0x20,    /* a place in `shared` */
    RECORD_LABEL = 0x40,   /* a place in `shared` */
    RECORD_LINE = 0x80     /* a number */
};

#define RECORDS_MOST (UINT32_C(1) << 30)
#define NUMBER_MOST_BYTES 5
#define RECORD_NUMBERS 5 /* numbers in a record, at most */

enum shared_kind { SHARED_FILE, SHARED_LABEL };

static bool make_room(struct packed *packed, size_t more)
{
    uint64_t needed = (uint64_t)packed->size + more;
    uint64_t capacity = packed->capacity ? packed->capacity : 256;
    char *bytes;

    if (more > UINT32_MAX || needed > UINT32_MAX)
        return false;
    if (needed <= packed->capacity)
        return true;
    while (capacity < needed)
        capacity *= 2;
    if (capacity > UINT32_MAX)
        capacity = UINT32_MAX;
    bytes = memory_grow(packed->bytes, (size_t)capacity);
    if (!bytes)
        return false;
    packed->bytes = bytes;
    packed->capacity = (uint32_t)capacity;
    return true;
}

/* Why make_room refused. */
static enum status no_room(const struct packed *packed, size_t more)
{
    return more > UINT32_MAX - packed->size ? ST_TOO_LARGE : ST_NO_MEMORY;
}

static void put_number(struct packed *packed, uint32_t number)
{
    while (number >= 0x80) {
        packed->bytes[packed->size] = (char)(number | 0x80);
        packed->size++;
        number >>= 7;
    }
    packed->bytes[packed->size] = (char)number;
    packed->size++;
}

static void put_text(struct packed *packed, struct text value)
{
    put_number(packed, (uint32_t)value.size);
    if (value.size)
        memcpy(packed->bytes + packed->size, value.bytes, value.size);
    packed->size += (uint32_t)value.size;
}

static uint32_t get_number(const char **at)
{
    uint32_t number = 0;
    unsigned shift = 0;

    for (;;) {
        unsigned char byte = (unsigned char)**at;

        (*at)++;
        number |= (uint32_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return number;
        shift += 7;
    }
}

static struct text get_text(const char **at)
{
    uint32_t size = get_number(at);
    struct text value = {*at, size};

    *at += size;
    return value;
}

static struct text shared_at(const struct store *store, uint32_t place)
{
    const char *at = store->shared.bytes + place;

    return get_text(&at);
}

void store_done(struct store *store)
{
    memory_give(store->records.bytes);
    memory_give(store->shared.bytes);
    memory_give(store->places);
    *store = (struct store){0};
}

void store_finder_done(struct store_finder *finder)
{
    index_done(&finder->canonical);
    index_done(&finder->shared);
    *finder = (struct store_finder){0};
}

static void trim(struct packed *packed)
{
    char *bytes = packed->bytes ? memory_grow(packed->bytes, packed->size) : NULL;

    if (bytes) {
        packed->bytes = bytes;
        packed->capacity = packed->size;
    }
}

void store_trim(struct store *store)
{
    uint32_t *places = NULL;

    trim(&store->records);
    trim(&store->shared);
    if (store->places)
        places = memory_grow_array(store->places, store->count, sizeof *places);
    if (places) {
        store->places = places;
        store->capacity = store->count;
    }
}

size_t store_size(const struct store *store)
{
    return (size_t)store->records.capacity + store->shared.capacity +
           (size_t)store->capacity * sizeof *store->places;
}

/* The place of a text in `shared`, where it is put when it is new. */
static enum status share(struct store *store, struct store_finder *finder, enum shared_kind kind,
                         struct text value, uint32_t *place)
{
    uint64_t hash;
    size_t at;

    if (finder->last[kind].size && text_equal(finder->last[kind], value)) {
        *place = finder->last_place[kind];
        return ST_OK;
    }
    hash = text_hash(value);
    for (*place = index_first(&finder->shared, hash, &at); *place != INDEX_NONE;
         *place = index_next(&finder->shared, hash, &at)) {
        if (text_equal(shared_at(store, *place), value))
            break;
    }
    if (*place == INDEX_NONE) {
        enum status status = index_reserve(&finder->shared, 1);

        if (status)
            return status;
        if (!make_room(&store->shared, value.size + NUMBER_MOST_BYTES))
            return no_room(&store->shared, value.size + NUMBER_MOST_BYTES);
        *place = store->shared.size;
        put_text(&store->shared, value);
        index_add(&finder->shared, hash, *place);
        memset(finder->last, 0, sizeof finder->last); /* they pointed into what may have moved */
    }
    finder->last[kind] = shared_at(store, *place);
    finder->last_place[kind] = *place;
    return ST_OK;
}

static bool is_there(const struct store *store, const struct store_finder *finder, uint64_t hash,
                     struct text canonical)
{
    size_t at;

    for (uint32_t number = index_first(&finder->canonical, hash, &at); number != INDEX_NONE;
         number = index_next(&finder->canonical, hash, &at)) {
        if (text_equal(store_canonical(store, number), canonical))
            return true;
    }
    return false;
}

/* Places for `more` records. */
static enum status grow_places(struct store *store, uint32_t more)
{
    uint32_t capacity = store->capacity ? store->capacity : 64;
    uint32_t *places;

    if (more > RECORDS_MOST - store->count)
        return ST_TOO_LARGE;
    if (store->count + more <= store->capacity)
        return ST_OK;
    while (capacity < store->count + more)
        capacity *= 2;
    places = memory_grow_array(store->places, capacity, sizeof *places);
    if (!places)
        return ST_NO_MEMORY;
    store->places = places;
    store->capacity = capacity;
    return ST_OK;
}

void store_expect(struct store *store, struct store_finder *finder, size_t count, size_t bytes)
{
    if (count > RECORDS_MOST || grow_places(store, (uint32_t)count))
        return;
    (void)index_reserve(&finder->canonical, count);
    (void)make_room(&store->records, bytes);
}

/* Everything that may fail, before anything is written. */
static enum status prepare(struct store *store, struct store_finder *finder, size_t size,
                           const struct indicator_origin *origin, uint32_t *file, uint32_t *label)
{
    enum status status = index_reserve(&finder->canonical, 1);

    if (!status)
        status = grow_places(store, 1);
    if (!status && origin->file.size)
        status = share(store, finder, SHARED_FILE, origin->file, file);
    if (!status && origin->label.size)
        status = share(store, finder, SHARED_LABEL, origin->label, label);
    if (!status && !make_room(&store->records, size))
        status = no_room(&store->records, size);
    return status;
}

enum status store_add(struct store *store, struct store_finder *finder, uint8_t kind,
                      struct text canonical, const struct indicator_origin *origin, bool *fresh)
{
    uint64_t hash = text_hash(canonical);
    bool differs = origin->written.size && !text_equal(origin->written, canonical);
    size_t size = 1 + RECORD_NUMBERS * NUMBER_MOST_BYTES + canonical.size +
                  (differs ? origin->written.size : 0);
    unsigned flags = kind;
    uint32_t file = 0;
    uint32_t label = 0;
    enum status status;

    if (is_there(store, finder, hash, canonical)) {
        *fresh = false;
        return ST_OK;
    }
    status = prepare(store, finder, size, origin, &file, &label);
    if (status)
        return status;
    flags |= (differs ? RECORD_WRITTEN : 0u) | (origin->file.size ? RECORD_FILE : 0u) |
             (origin->label.size ? RECORD_LABEL : 0u) | (origin->line ? RECORD_LINE : 0u);
    store->places[store->count] = store->records.size;
    store->records.bytes[store->records.size] = (char)flags;
    store->records.size++;
    put_text(&store->records, canonical);
    if (flags & RECORD_WRITTEN)
        put_text(&store->records, origin->written);
    if (flags & RECORD_FILE)
        put_number(&store->records, file);
    if (flags & RECORD_LABEL)
        put_number(&store->records, label);
    if (flags & RECORD_LINE)
        put_number(&store->records, origin->line);
    index_add(&finder->canonical, hash, store->count);
    store->count++;
    *fresh = true;
    return ST_OK;
}

uint8_t store_kind(const struct store *store, uint32_t number)
{
    return (uint8_t)store->records.bytes[store->places[number]] & RECORD_KIND;
}

struct text store_canonical(const struct store *store, uint32_t number)
{
    const char *at = store->records.bytes + store->places[number] + 1;

    return get_text(&at);
}

void store_read(const struct store *store, uint32_t number, struct indicator *indicator,
                struct indicator_origin *origin)
{
    const char *at = store->records.bytes + store->places[number];
    unsigned flags = (unsigned char)*at;
    struct indicator_origin found = {0};
    struct text canonical;
    struct buffer none;
    const char *why;

    at++;
    canonical = get_text(&at);
    found.written = flags & RECORD_WRITTEN ? get_text(&at) : canonical;
    if (flags & RECORD_FILE)
        found.file = shared_at(store, get_number(&at));
    if (flags & RECORD_LABEL)
        found.label = shared_at(store, get_number(&at));
    if (flags & RECORD_LINE)
        found.line = get_number(&at);
    if (origin)
        *origin = found;
    if (indicator) {
        buffer_init(&none, 0); /* nothing has to be changed in a canonical text */
        (void)indicator_parse(canonical, &none, indicator, &why);
    }
}
