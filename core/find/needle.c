#include "core/find/needle.h"

#include "core/base/memory.h"
#include "core/watch/watchlist.h"

#define BLOCK 64u

/* How common a byte is in the memory of programs, roughly: the smaller the rarer. */
static unsigned commonness(uint8_t byte)
{
    static const char often[] = "etaoinsrlcd";

    if (byte == 0)
        return 100;
    if (byte == 0xFF || byte == ' ')
        return 60;
    for (size_t i = 0; i < sizeof(often) - 1; i++)
        if (byte == (uint8_t)often[i])
            return 50;
    if (byte < 0x20)
        return 40;
    return byte >= 'a' && byte <= 'z' ? 30 : byte >= '0' && byte <= '9' ? 20 : 10;
}

static void choose_rare(struct needle *needle)
{
    size_t first = 0;
    size_t second;

    for (size_t i = 1; i < needle->size; i++)
        if (commonness(needle->bytes[i]) < commonness(needle->bytes[first]))
            first = i;
    second = needle->size == 1 ? first : first == 0 ? 1 : 0;
    for (size_t i = 0; i < needle->size; i++)
        if (i != first && commonness(needle->bytes[i]) < commonness(needle->bytes[second]))
            second = i;
    needle->rare[0] = first;
    needle->rare[1] = second;
}

static size_t put_unit(uint8_t *out, uint32_t unit)
{
    out[0] = (uint8_t)unit;
    out[1] = (uint8_t)(unit >> 8);
    return 2;
}

/* Room for two bytes to each of the text's. */
static size_t write_wide(uint8_t *out, struct text text)
{
    size_t size = 0;
    size_t at = 0;

    while (at < text.size) {
        uint32_t letter = text_decode(text, &at);

        if (letter > 0xFFFF) {
            size += put_unit(out + size, 0xD800 + ((letter - 0x10000) >> 10));
            size += put_unit(out + size, 0xDC00 + ((letter - 0x10000) & 0x3FF));
        } else {
            size += put_unit(out + size, letter);
        }
    }
    return size;
}

static bool is_letter(uint8_t byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

enum status needle_init(struct needle *needle, struct text text, bool wide, bool ignore_case)
{
    struct needle made = {.size = text.size, .wide = wide};

    made.bytes = memory_take(2 * text.size);
    made.fold = memory_take(2 * text.size);
    if (!made.bytes || !made.fold) {
        needle_done(&made);
        return ST_NO_MEMORY;
    }
    if (wide)
        made.size = write_wide(made.bytes, text);
    for (size_t i = 0; i < made.size; i++) {
        if (!wide)
            made.bytes[i] = (uint8_t)text.bytes[i];
        /* In UTF-16 a letter's byte counts as one only where the other is 0. */
        bool ascii = !wide || (i % 2 == 0 && made.bytes[i + 1] == 0);
        made.fold[i] = ignore_case && ascii && is_letter(made.bytes[i]) ? 0x20 : 0;
        made.bytes[i] |= made.fold[i];
    }
    choose_rare(&made);
    *needle = made;
    return ST_OK;
}

void needle_done(struct needle *needle)
{
    memory_give(needle->bytes);
    memory_give(needle->fold);
    needle->bytes = NULL;
    needle->fold = NULL;
}

struct pair {
    const uint8_t *first; /* the bytes that would be the rare ones of a needle that begins here */
    const uint8_t *second;
    uint8_t value[2];
    uint8_t fold[2];
};

/* Whether both are right at any of BLOCK places from `at` on. */
static bool block_has(const struct pair *pair, size_t at)
{
    const uint8_t *restrict first = pair->first + at;
    const uint8_t *restrict second = pair->second + at;
    const uint8_t value0 = pair->value[0];
    const uint8_t value1 = pair->value[1];
    const uint8_t fold0 = pair->fold[0];
    const uint8_t fold1 = pair->fold[1];
    uint8_t any = 0;

    for (size_t i = 0; i < BLOCK; i++)
        any |= (uint8_t)((uint8_t)((first[i] | fold0) == value0) &
                         (uint8_t)((second[i] | fold1) == value1));
    return any != 0;
}

static bool is_at(const struct needle *needle, const uint8_t *bytes)
{
    for (size_t i = 0; i < needle->size; i++)
        if ((bytes[i] | needle->fold[i]) != needle->bytes[i])
            return false;
    return true;
}

static enum status look_singly(const struct needle *needle, const struct view *view, size_t at,
                               size_t end, const struct seek_sink *sink)
{
    size_t rare = needle->rare[0];

    for (; at < end; at++) {
        struct spot spot = {at, needle->size, needle->wide, NO_INDICATOR};
        enum status status;

        if ((view->bytes[at + rare] | needle->fold[rare]) != needle->bytes[rare] ||
            !is_at(needle, view->bytes + at))
            continue;
        status = sink->found(sink->context, &spot);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

enum status needle_seek(const struct needle *needle, const struct view *view,
                        const struct seek_sink *sink)
{
    size_t at = view->from;
    size_t end = view->size < needle->size ? 0 : view->size - needle->size + 1;
    const struct pair pair = {
        .first = view->bytes + needle->rare[0],
        .second = view->bytes + needle->rare[1],
        .value = {needle->bytes[needle->rare[0]], needle->bytes[needle->rare[1]]},
        .fold = {needle->fold[needle->rare[0]], needle->fold[needle->rare[1]]},
    };
    enum status status = ST_OK;

    if (end > view->to)
        end = view->to;
    for (; status == ST_OK && at + BLOCK <= end; at += BLOCK)
        if (block_has(&pair, at))
            status = look_singly(needle, view, at, at + BLOCK, sink);
    return status == ST_OK ? look_singly(needle, view, at, end, sink) : status;
}
