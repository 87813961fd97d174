#include "core/base/text.h"

#include "core/base/hash.h"

#include <string.h>

#define REPLACEMENT 0xFFFDu

struct text text_from(const char *string)
{
    return (struct text){string, string ? strlen(string) : 0};
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/* memcmp must not be given NULL, which an empty text may hold. */
static bool same_bytes(const char *a, const char *b, size_t size)
{
    return size == 0 || memcmp(a, b, size) == 0;
}

static bool same_bytes_nocase(const char *a, const char *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

bool text_equal(struct text a, struct text b)
{
    return a.size == b.size && same_bytes(a.bytes, b.bytes, a.size);
}

bool text_equal_nocase(struct text a, struct text b)
{
    return a.size == b.size && same_bytes_nocase(a.bytes, b.bytes, a.size);
}

bool text_starts(struct text whole, struct text start)
{
    return whole.size >= start.size && same_bytes(whole.bytes, start.bytes, start.size);
}

bool text_ends(struct text whole, struct text end)
{
    return whole.size >= end.size &&
           text_equal(text_slice(whole, whole.size - end.size, end.size), end);
}

bool text_starts_nocase(struct text whole, struct text start)
{
    return whole.size >= start.size && same_bytes_nocase(whole.bytes, start.bytes, start.size);
}

bool text_ends_nocase(struct text whole, struct text end)
{
    return whole.size >= end.size &&
           text_equal_nocase(text_slice(whole, whole.size - end.size, end.size), end);
}

int text_compare(struct text a, struct text b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size ? memcmp(a.bytes, b.bytes, size) : 0;
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.size > b.size) - (a.size < b.size);
}

size_t text_find(struct text whole, struct text needle)
{
    size_t at = 0;
    if (needle.size == 0)
        return 0;
    while (whole.size - at >= needle.size) {
        size_t starts = whole.size - at - needle.size + 1;
        const char *hit = memchr(whole.bytes + at, needle.bytes[0], starts);
        if (!hit)
            break;
        if (memcmp(hit, needle.bytes, needle.size) == 0)
            return (size_t)(hit - whole.bytes);
        at = (size_t)(hit - whole.bytes) + 1;
    }
    return SIZE_MAX;
}

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct text text_trim(struct text whole)
{
    size_t from = 0;
    size_t to = whole.size;
    while (from < to && is_space(whole.bytes[from]))
        from++;
    while (to > from && is_space(whole.bytes[to - 1]))
        to--;
    return text_slice(whole, from, to - from);
}

struct text text_file_name(struct text path)
{
    size_t from = path.size;
    while (from > 0 && path.bytes[from - 1] != '\\' && path.bytes[from - 1] != '/')
        from--;
    return text_slice(path, from, path.size - from);
}

bool text_number(struct text digits, uint64_t most, uint64_t *number)
{
    uint64_t sum = 0;
    if (digits.size == 0)
        return false;
    for (size_t i = 0; i < digits.size; i++) {
        char byte = digits.bytes[i];
        if (byte < '0' || byte > '9')
            return false;
        uint64_t digit = (uint64_t)(byte - '0');
        if (digit > most || sum > (most - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *number = sum;
    return true;
}

uint64_t text_hash(struct text value)
{
    return hash_bytes(value.bytes, value.size);
}

/* How long the sequence is that begins with this byte; 0 where none may. */
static size_t sequence_size(uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    if (lead >= 0xF0 && lead <= 0xF4)
        return 4;
    return 0;
}

/* The bits that a lead byte brings, by the sequence's size. */
static const uint8_t lead_bits[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
/* What a sequence of that size must reach, or it is overlong. */
static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};

/* One code point at `at`; *size is 0 where the bytes are malformed. Surrogates pass. */
static uint32_t decode(struct text whole, size_t at, size_t *size)
{
    const uint8_t *bytes = (const uint8_t *)whole.bytes + at;
    size_t wanted = sequence_size(bytes[0]);
    uint32_t point = bytes[0] & lead_bits[wanted];
    *size = 0;
    if (wanted == 0 || wanted > whole.size - at)
        return REPLACEMENT;
    for (size_t i = 1; i < wanted; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return REPLACEMENT;
        point = point << 6 | (bytes[i] & 0x3Fu);
    }
    if (point < least[wanted] || point > 0x10FFFF)
        return REPLACEMENT;
    *size = wanted;
    return point;
}

uint32_t text_decode(struct text whole, size_t *at)
{
    size_t size;
    uint32_t point = decode(whole, *at, &size);
    *at += size ? size : 1;
    return point;
}

size_t text_encode(uint32_t code_point, char out[4])
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xC0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point > 0x10FFFF)
        code_point = REPLACEMENT;
    if (code_point < 0x10000) {
        out[0] = (char)(0xE0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}

bool text_valid(struct text whole)
{
    size_t at = 0;
    while (at < whole.size) {
        size_t size;
        uint32_t point = decode(whole, at, &size);
        if (size == 0 || (point >= 0xD800 && point <= 0xDFFF))
            return false;
        at += size;
    }
    return true;
}
