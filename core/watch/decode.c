#include "core/watch/decode.h"

/* What Windows-1252 has at 0x80 to 0x9F (its table at unicode.org); 0: nothing. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/* How much of a file is looked at for the shape of UTF-16. */
#define LOOKED_AT 4096

static bool looks_utf16(struct text input, bool *big_endian)
{
    size_t pairs = (input.size < LOOKED_AT ? input.size : LOOKED_AT) / 2;
    size_t nul_first = 0;
    size_t nul_second = 0;

    for (size_t i = 0; i < pairs; i++) {
        nul_first += input.bytes[2 * i] == 0;
        nul_second += input.bytes[2 * i + 1] == 0;
    }
    if (pairs < 2 || nul_first + nul_second < pairs / 3)
        return false;
    *big_endian = nul_first > nul_second;
    size_t other = *big_endian ? nul_second : nul_first;
    size_t main = *big_endian ? nul_first : nul_second;
    return other * 8 < main;
}

static uint32_t unit_at(struct text input, size_t at, bool big_endian)
{
    const unsigned char *bytes = (const unsigned char *)input.bytes + at;

    return big_endian ? (uint32_t)(bytes[0] << 8 | bytes[1]) : (uint32_t)(bytes[1] << 8 | bytes[0]);
}

static void add_utf16(struct buffer *out, struct text input, bool big_endian)
{
    for (size_t at = 0; at + 1 < input.size; at += 2) {
        uint32_t unit = unit_at(input, at, big_endian);

        if (unit >= 0xD800 && unit < 0xDC00 && at + 3 < input.size) {
            uint32_t low = unit_at(input, at + 2, big_endian);

            if (low >= 0xDC00 && low < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                at += 2;
            }
        }
        buffer_add_code_point(out, unit);
    }
}

static void add_bytes(struct buffer *out, struct text input)
{
    size_t at = 0;

    while (at < input.size) {
        size_t begin = at;
        unsigned char byte = (unsigned char)input.bytes[at];
        uint32_t point = text_decode(input, &at);

        if (point == 0xFFFD && at == begin + 1) {
            point = byte;
            if (byte >= 0x80 && byte < 0xA0 && windows_1252[byte - 0x80])
                point = windows_1252[byte - 0x80];
        }
        buffer_add_code_point(out, point);
    }
}

/* *mark is the size of the byte order mark. */
static bool is_utf16(struct text input, size_t *mark, bool *big_endian)
{
    *mark = text_starts(input, text_of("\xEF\xBB\xBF")) ? 3 : 0;
    if (*mark)
        return false;
    if (!text_starts(input, text_of("\xFF\xFE")) && !text_starts(input, text_of("\xFE\xFF")))
        return looks_utf16(input, big_endian);
    *mark = 2;
    *big_endian = input.bytes[0] == '\xFE';
    return true;
}

bool decode_is_utf16(struct text input)
{
    size_t mark;
    bool big_endian;

    return is_utf16(input, &mark, &big_endian);
}

enum status decode_text(struct text input, struct buffer *storage, struct text *decoded)
{
    bool big_endian = false;
    size_t mark;
    bool utf16 = is_utf16(input, &mark, &big_endian);
    size_t begin = storage->size;

    input = text_slice(input, mark, input.size - mark);
    if (utf16) {
        add_utf16(storage, input, big_endian);
    } else if (text_valid(input)) {
        *decoded = input;
        return ST_OK;
    } else {
        add_bytes(storage, input);
    }
    if (storage->failed)
        return storage->failed;
    *decoded = text_slice(buffer_text(storage), begin, storage->size - begin);
    return ST_OK;
}
