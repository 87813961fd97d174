#include "core/case/html_write.h"

#include "core/base/hidden.h"

static void add_hex(struct buffer *out, uint32_t number, int digits)
{
    while (digits < 6 && number >> (4 * digits))
        digits++;
    while (digits--)
        buffer_add_byte(out, "0123456789ABCDEF"[number >> (4 * digits) & 15]);
}

struct marks {
    const char *before;
    const char *after;
};

static const struct marks element = {"<i>", "</i>"};
static const struct marks attribute = {"[", "]"};

static void add_named(struct buffer *out, const struct marks *marks, const char *prefix,
                      uint32_t number, int digits)
{
    buffer_add_string(out, marks->before);
    buffer_add_string(out, prefix);
    add_hex(out, number, digits);
    buffer_add_string(out, marks->after);
}

static const char *reference(uint32_t code_point)
{
    switch (code_point) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* One character at *at, which is moved behind it. */
static void add_one(struct buffer *out, struct text value, size_t *at, const struct marks *marks)
{
    size_t from = *at;
    uint32_t code_point = text_decode(value, at);
    const char *instead = reference(code_point);
    if (code_point == 0xFFFD && *at - from == 1)
        add_named(out, marks, "0x", (unsigned char)value.bytes[from], 2);
    else if (hidden_is(code_point))
        add_named(out, marks, "U+", code_point, 4);
    else if (instead)
        buffer_add_string(out, instead);
    else
        buffer_add(out, text_slice(value, from, *at - from));
}

static bool is_plain(char byte)
{
    return byte >= 0x20 && byte < 0x7F && !reference((unsigned char)byte);
}

static bool add_some(struct buffer *out, struct text value, size_t most, const struct marks *marks)
{
    size_t at = 0;
    for (size_t count = 0; at < value.size && count < most;) {
        size_t from = at;
        while (at < value.size && count < most && is_plain(value.bytes[at])) {
            at++;
            count++;
        }
        buffer_add(out, text_slice(value, from, at - from));
        if (at < value.size && count < most) {
            add_one(out, value, &at, marks);
            count++;
        }
    }
    return at < value.size;
}

void html_text(struct buffer *out, struct text value)
{
    add_some(out, value, SIZE_MAX, &element);
}

void html_attribute(struct buffer *out, struct text value)
{
    add_some(out, value, SIZE_MAX, &attribute);
}

bool html_cut(struct buffer *out, struct text value, size_t most)
{
    bool cut = add_some(out, value, most, &element);
    if (cut)
        buffer_add_string(out, "\u2026");
    return cut;
}
