#include "core/cli/text/visible.h"

#include "core/base/hidden.h"

struct range {
    uint32_t first;
    uint32_t last;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t code_point)
{
    for (size_t i = 0; i < count; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

#define IS_IN(ranges, code_point) is_in(ranges, sizeof(ranges) / sizeof((ranges)[0]), code_point)

static const struct range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD},
};

static const struct range combining[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F}, {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
};

static void add_escape(struct buffer *out, uint32_t code_point)
{
    static const char digits[] = "0123456789abcdef";
    buffer_add_byte(out, '\\');
    buffer_add_byte(out, code_point < 0x100 ? 'x' : 'u');
    int bits = code_point < 0x100 ? 8 : code_point < 0x10000 ? 16 : 24;
    while (bits) {
        bits -= 4;
        buffer_add_byte(out, digits[code_point >> bits & 15]);
    }
}

void visible_add(struct buffer *out, struct text value)
{
    size_t at = 0;
    while (at < value.size) {
        size_t from = at;
        while (at < value.size && value.bytes[at] >= 0x20 && value.bytes[at] < 0x7F)
            at++;
        buffer_add(out, text_slice(value, from, at - from));
        if (at == value.size)
            return;
        uint32_t code_point = text_decode(value, &at);
        if (hidden_is(code_point))
            add_escape(out, code_point);
        else
            buffer_add_code_point(out, code_point);
    }
}

bool hex_read(struct text digits, uint64_t *number)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < digits.size; i++) {
        char byte = digits.bytes[i];
        bool decimal = byte >= '0' && byte <= '9';
        char letter = (char)(byte | 0x20);
        if ((!decimal && (letter < 'a' || letter > 'f')) || sum >> 60)
            return false;
        sum = sum << 4 | (uint64_t)(decimal ? byte - '0' : letter - 'a' + 10);
    }
    *number = sum;
    return digits.size != 0;
}

/* The digits behind a backslash and its letter; 0: none that count. */
static size_t escape_digits(struct text shown, size_t at)
{
    char kind = at + 1 < shown.size ? shown.bytes[at + 1] : '\0';
    size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 0;
    return shown.bytes[at] == '\\' && at + 2 + digits <= shown.size ? digits : 0;
}

void visible_read(struct buffer *out, struct text shown)
{
    for (size_t at = 0; at < shown.size;) {
        size_t digits = escape_digits(shown, at);
        uint64_t letter;
        if (digits && hex_read(text_slice(shown, at + 2, digits), &letter)) {
            buffer_add_code_point(out, (uint32_t)letter);
            at += 2 + digits;
        } else {
            buffer_add_byte(out, shown.bytes[at++]);
        }
    }
}

static size_t width_of(uint32_t code_point)
{
    if (code_point < 0x300)
        return 1;
    if (IS_IN(combining, code_point))
        return 0;
    return IS_IN(wide, code_point) ? 2 : 1;
}

size_t visible_width(struct text value)
{
    size_t width = 0;
    size_t at = 0;
    while (at < value.size)
        width += width_of(text_decode(value, &at));
    return width;
}

size_t visible_fit(struct text value, size_t columns)
{
    size_t at = 0;
    while (at < value.size) {
        size_t next = at;
        size_t width = width_of(text_decode(value, &next));
        if (width > columns)
            return at;
        columns -= width;
        at = next;
    }
    return at;
}
