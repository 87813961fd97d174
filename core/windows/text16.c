#include "core/windows/text16.h"

#include "core/base/memory.h"

#define IS_HIGH(unit) ((unit) >= 0xD800 && (unit) <= 0xDBFF)
#define IS_LOW(unit) ((unit) >= 0xDC00 && (unit) <= 0xDFFF)

size_t text16_encode(const wchar_t *wide, size_t length, char *out)
{
    size_t size = 0;

    for (size_t i = 0; i < length; i++) {
        uint32_t unit = (uint16_t)wide[i];
        if (unit < 0x80) { /* nearly all there is */
            out[size++] = (char)unit;
            continue;
        }
        if (IS_HIGH(unit) && i + 1 < length && IS_LOW((uint16_t)wide[i + 1])) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + ((uint32_t)(uint16_t)wide[i + 1] - 0xDC00);
            i++;
        }
        size += text_encode(unit, out + size);
    }
    return size;
}

void text16_add(struct buffer *out, const wchar_t *wide, size_t length)
{
    char piece[TEXT16_MOST(128)];

    while (length) {
        size_t part = length < 128 ? length : 128;
        if (part < length && IS_HIGH((uint16_t)wide[part - 1]))
            part--; /* a pair stays together */
        buffer_add(out, (struct text){piece, text16_encode(wide, part, piece)});
        wide += part;
        length -= part;
    }
}

struct text text16_copy(struct arena *arena, const wchar_t *wide, size_t length, bool *failed)
{
    size_t size = 0;
    char *bytes;

    if (!length)
        return (struct text){NULL, 0};
    for (size_t i = 0; i < length; i++)
        size += (uint16_t)wide[i] < 0x80 ? 1 : 3;
    bytes = arena_take(arena, size);
    if (!bytes) {
        if (failed)
            *failed = true;
        return (struct text){NULL, 0};
    }
    return (struct text){bytes, text16_encode(wide, length, bytes)};
}

wchar_t *text16_from(struct text value, size_t *length)
{
    wchar_t *wide; /* one unit a byte is the worst case */
    size_t count = 0;

    if (value.size > SIZE_MAX / sizeof *wide - 1)
        return NULL;
    wide = memory_take((value.size + 1) * sizeof *wide);
    if (!wide)
        return NULL;
    for (size_t at = 0; at < value.size;) {
        uint32_t point = text_decode(value, &at);
        if (point >= 0x10000) {
            wide[count++] = (wchar_t)(0xD800 + ((point - 0x10000) >> 10));
            wide[count++] = (wchar_t)(0xDC00 + ((point - 0x10000) & 0x3FF));
        } else {
            wide[count++] = (wchar_t)point;
        }
    }
    wide[count] = 0;
    if (length)
        *length = count;
    return wide;
}

void text16_free(wchar_t *wide)
{
    memory_give(wide);
}
