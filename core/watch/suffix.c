#include "core/watch/suffix.h"

#include <string.h>

/* Generated: public_suffixes[] and top_level_domains[], lines sorted by bytes. A table of pointers
 * would be as large again as the lines. */
#include "public_suffixes.h"

#define LABEL_POINTS 64
#define NAME_BYTES 1024

/* low and high are always where a line begins. */
static bool has(const unsigned char *lines, size_t size, struct text rule)
{
    size_t low = 0;
    size_t high = size;

    while (low < high) {
        size_t begin = low + (high - low) / 2;
        size_t end;

        while (begin > low && lines[begin - 1] != '\n')
            begin--;
        for (end = begin; lines[end] != '\n';)
            end++;
        int order = text_compare((struct text){(const char *)lines + begin, end - begin}, rule);
        if (order == 0)
            return true;
        if (order < 0)
            low = end + 1;
        else
            high = begin;
    }
    return false;
}

/* Whether the list has this rule, letter for letter. */
static bool has_rule(struct text rule)
{
    return has(public_suffixes, sizeof public_suffixes, rule);
}

static bool has_top(struct text label)
{
    return has(top_level_domains, sizeof top_level_domains, label);
}

static uint32_t digit_value(char c)
{
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a');
    return c >= '0' && c <= '9' ? (uint32_t)(c - '0') + 26 : 36;
}

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;

    delta = first ? delta / 700 : delta / 2;
    for (delta += delta / points; delta > 455; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

/* One number of RFC 3492 section 6.2, added to *i; false where the label is malformed. */
static bool take_number(struct text code, size_t *at, uint32_t bias, uint32_t *i)
{
    uint32_t weight = 1;

    for (uint32_t k = 36;; k += 36) {
        uint32_t digit = *at < code.size ? digit_value(code.bytes[(*at)++]) : 36;
        uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;

        if (digit >= 36 || digit > (UINT32_MAX - *i) / weight)
            return false;
        *i += digit * weight;
        if (digit < t)
            return true;
        if (weight > UINT32_MAX / (36 - t))
            return false;
        weight *= 36 - t;
    }
}

/* The code points of what follows "xn--"; 0 where it is malformed. */
static size_t decode_label(struct text code, uint32_t points[LABEL_POINTS])
{
    size_t count = 0;
    size_t at = 0;
    uint32_t n = 0x80;
    uint32_t bias = 72;
    uint32_t i = 0;

    for (size_t j = code.size; j > 0; j--) {
        if (code.bytes[j - 1] != '-')
            continue;
        for (; count < j - 1 && count < LABEL_POINTS; count++)
            points[count] = (unsigned char)code.bytes[count];
        at = j;
        break;
    }
    while (at < code.size) {
        uint32_t before = i;

        if (count >= LABEL_POINTS || !take_number(code, &at, bias, &i))
            return 0;
        count++;
        bias = adapt(i - before, (uint32_t)count, before == 0);
        n += i / (uint32_t)count;
        i %= (uint32_t)count;
        if (n > 0x10FFFF)
            return 0;
        memmove(points + i + 1, points + i, (count - 1 - i) * sizeof *points);
        points[i++] = n;
    }
    return count;
}

/* The list has its rules in Unicode; names come with "xn--" labels. 0: too long. */
static size_t unicode_name(struct text name, char out[NAME_BYTES])
{
    size_t size = 0;
    size_t begin = 0;

    for (size_t at = 0; at <= name.size; at++) {
        if (at < name.size && name.bytes[at] != '.')
            continue;
        struct text label = text_slice(name, begin, at - begin);
        uint32_t points[LABEL_POINTS];
        size_t count = 0;

        if (size + 4 * LABEL_POINTS + 1 > NAME_BYTES)
            return 0;
        if (begin)
            out[size++] = '.';
        if (text_starts(label, text_of("xn--")))
            count = decode_label(text_slice(label, 4, label.size - 4), points);
        for (size_t i = 0; i < count; i++)
            size += text_encode(points[i], out + size);
        if (!count && label.size <= LABEL_POINTS) {
            memcpy(out + size, label.bytes, label.size);
            size += label.size;
        }
        begin = at + 1;
    }
    return size;
}

bool suffix_is_top(struct text label)
{
    char unicode[NAME_BYTES];

    if (label.size == 0)
        return false;
    if (!text_starts(label, text_of("xn--")))
        return has_top(label);
    return has_top((struct text){unicode, unicode_name(label, unicode)});
}

/* The list's own algorithm: an exception beats a rule, a wildcard stands for one label. */
bool suffix_is_public(struct text name)
{
    char bytes[NAME_BYTES + 2];
    struct text unicode = {bytes + 2, unicode_name(name, bytes + 2)};

    if (unicode.size == 0)
        return false;
    bytes[1] = '!';
    if (has_rule((struct text){bytes + 1, unicode.size + 1}))
        return false;
    if (has_rule(unicode))
        return true;
    for (size_t at = 0; at < unicode.size; at++) {
        if (unicode.bytes[at] != '.')
            continue;
        bytes[at + 1] = '*'; /* the byte before the dot: all before it is not needed any more */
        return has_rule((struct text){bytes + at + 1, unicode.size - at + 1});
    }
    return false;
}
