#include "core/base/sort_keys.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"

#define KEYS_MOST ((size_t)2 << 30) /* bytes of all keys */
#define NUMBER_MOST 255             /* digits of a number in a text that count */

struct key {
    size_t at;
    const char *bytes; /* once all are there: the buffer moves while it grows */
    uint32_t size;
    uint32_t number;
};

struct sort_keys {
    struct buffer bytes;
    struct key *keys;
    uint32_t count;
    uint32_t made;
    size_t begun;
};

struct sort_keys *sort_keys_new(uint32_t count)
{
    struct sort_keys *keys = memory_take(sizeof *keys);

    if (!keys)
        return NULL;
    buffer_init(&keys->bytes, KEYS_MOST);
    keys->count = count;
    keys->keys = memory_take_array((size_t)count + 1, sizeof *keys->keys);
    if (keys->keys)
        return keys;
    sort_keys_free(keys);
    return NULL;
}

void sort_keys_free(struct sort_keys *keys)
{
    if (!keys)
        return;
    buffer_done(&keys->bytes);
    memory_give(keys->keys);
    memory_give(keys);
}

struct buffer *sort_keys_next(struct sort_keys *keys)
{
    keys->begun = keys->bytes.size;
    return &keys->bytes;
}

void sort_keys_end(struct sort_keys *keys)
{
    if (keys->made == keys->count)
        return;
    keys->keys[keys->made] = (struct key){
        .at = keys->begun,
        .size = (uint32_t)(keys->bytes.size - keys->begun),
        .number = keys->made,
    };
    keys->made++;
}

static int compare_bytes(const struct key *a, const struct key *b)
{
    uint32_t size = a->size < b->size ? a->size : b->size;
    int order = size ? memcmp(a->bytes, b->bytes, size) : 0;

    return order ? order : (a->size > b->size) - (a->size < b->size);
}

static int by_number(const struct key *a, const struct key *b)
{
    return (a->number > b->number) - (a->number < b->number);
}

static int compare_up(const void *a, const void *b)
{
    int order = compare_bytes(a, b);
    return order ? order : by_number(a, b);
}

static int compare_down(const void *a, const void *b)
{
    int order = compare_bytes(b, a);
    return order ? order : by_number(a, b);
}

enum status sort_keys_order(struct sort_keys *keys, bool down, uint32_t *order)
{
    if (keys->bytes.failed)
        return keys->bytes.failed;
    if (keys->made != keys->count)
        return ST_INVALID;
    for (uint32_t i = 0; i < keys->count; i++)
        keys->keys[i].bytes = keys->bytes.bytes ? keys->bytes.bytes + keys->keys[i].at : "";
    if (keys->count > 1)
        qsort(keys->keys, keys->count, sizeof *keys->keys, down ? compare_down : compare_up);
    for (uint32_t i = 0; i < keys->count; i++)
        order[i] = keys->keys[i].number;
    return ST_OK;
}

/* --- keys --- */

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* A number is where a digit would be, then by how many digits it has, then by them. Returns where
 * it ends. */
static size_t add_number(struct buffer *key, struct text text, size_t from)
{
    size_t to = from;

    while (from < text.size && text.bytes[from] == '0')
        from++;
    for (to = from; to < text.size && is_digit(text.bytes[to]) && to - from < NUMBER_MOST;)
        to++;
    buffer_add_byte(key, '0');
    buffer_add_byte(key, (char)(unsigned char)(to - from));
    buffer_add(key, text_slice(text, from, to - from));
    return to;
}

void sort_key_text(struct buffer *key, struct text text)
{
    for (size_t i = 0; i < text.size;) {
        char byte = text.bytes[i];
        if (is_digit(byte)) {
            i = add_number(key, text, i);
            continue;
        }
        buffer_add_byte(key, byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte);
        i++;
    }
    buffer_add_byte(key, '\0');
}

void sort_key_number(struct buffer *key, uint64_t number)
{
    for (unsigned shift = 64; shift > 0;) {
        shift -= 8;
        buffer_add_byte(key, (char)(unsigned char)(number >> shift & 0xff));
    }
}

/* --- rows --- */

bool sort_rows(uint32_t *rows, uint32_t row_count, const uint32_t *order, uint32_t count,
               uint32_t *from)
{
    uint32_t *places = memory_take_array((size_t)count + 1, sizeof *places);
    uint32_t next = 0;

    if (!places)
        return false;
    memset(places, 0xff, count * sizeof *places);
    for (uint32_t i = 0; i < row_count; i++)
        places[rows[i]] = i;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = order ? order[i] : i;
        if (places[row] == UINT32_MAX)
            continue;
        from[next] = places[row];
        rows[next++] = row;
    }
    memory_give(places);
    return true;
}
