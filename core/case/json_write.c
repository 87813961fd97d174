#include "core/case/json_write.h"

void json_begin(struct json_writer *json, struct buffer *out)
{
    *json = (struct json_writer){.out = out};
}

static void add_escape(struct buffer *out, uint32_t unit)
{
    static const char digits[] = "0123456789abcdef";
    char escape[6] = {'\\', 'u'};
    for (int i = 0; i < 4; i++)
        escape[2 + i] = digits[unit >> (12 - 4 * i) & 15];
    buffer_add(out, (struct text){escape, sizeof escape});
}

static char short_escape(uint32_t code_point)
{
    switch (code_point) {
    case '"':
    case '\\':
        return (char)code_point;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static void add_code_point(struct buffer *out, uint32_t code_point)
{
    char letter = short_escape(code_point);
    if (letter) {
        buffer_add_byte(out, '\\');
        buffer_add_byte(out, letter);
    } else if (code_point < 0x20 || code_point == 0x7F ||
               (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        add_escape(out, code_point);
    } else {
        buffer_add_code_point(out, code_point);
    }
}

static bool is_plain(char byte)
{
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

static void add_quoted(struct buffer *out, struct text value)
{
    buffer_add_byte(out, '"');
    size_t at = 0;
    while (at < value.size) {
        size_t from = at;
        while (at < value.size && is_plain(value.bytes[at]))
            at++;
        if (at > from)
            buffer_add(out, text_slice(value, from, at - from));
        if (at < value.size)
            add_code_point(out, text_decode(value, &at));
    }
    buffer_add_byte(out, '"');
}

/* What stands before a value: the comma and the name. */
static void add_lead(struct json_writer *json, const char *name)
{
    if (json->comma)
        buffer_add_byte(json->out, ',');
    json->comma = true;
    if (name) {
        add_quoted(json->out, text_from(name));
        buffer_add_byte(json->out, ':');
    }
}

static void open_with(struct json_writer *json, const char *name, char bracket)
{
    add_lead(json, name);
    buffer_add_byte(json->out, bracket);
    json->comma = false;
}

static void close_with(struct json_writer *json, char bracket)
{
    buffer_add_byte(json->out, bracket);
    json->comma = true;
}

void json_open_object(struct json_writer *json, const char *name)
{
    open_with(json, name, '{');
}

void json_close_object(struct json_writer *json)
{
    close_with(json, '}');
}

void json_open_array(struct json_writer *json, const char *name)
{
    open_with(json, name, '[');
}

void json_close_array(struct json_writer *json)
{
    close_with(json, ']');
}

void json_text(struct json_writer *json, const char *name, struct text value)
{
    add_lead(json, name);
    add_quoted(json->out, value);
}

void json_string(struct json_writer *json, const char *name, const char *value)
{
    json_text(json, name, text_from(value));
}

void json_unsigned(struct json_writer *json, const char *name, uint64_t value)
{
    add_lead(json, name);
    buffer_add_unsigned(json->out, value);
}

void json_bool(struct json_writer *json, const char *name, bool value)
{
    add_lead(json, name);
    buffer_add_string(json->out, value ? "true" : "false");
}

void json_null(struct json_writer *json, const char *name)
{
    add_lead(json, name);
    buffer_add_string(json->out, "null");
}

void json_moment(struct json_writer *json, const char *name, moment value, bool with_ticks)
{
    if (value == 0)
        return;
    add_lead(json, name);
    buffer_add_byte(json->out, '"');
    moment_add_iso(json->out, value, with_ticks);
    buffer_add_byte(json->out, '"');
}

void json_milliseconds(struct json_writer *json, const char *name, int64_t span)
{
    add_lead(json, name);
    if (span < 0)
        buffer_add_byte(json->out, '-');
    uint64_t size = span < 0 ? 0 - (uint64_t)span : (uint64_t)span;
    buffer_add_unsigned(json->out, size / (uint64_t)MOMENT_MS);
    uint64_t rest = size % (uint64_t)MOMENT_MS;
    if (rest == 0)
        return;
    buffer_add_byte(json->out, '.');
    for (uint64_t unit = (uint64_t)MOMENT_MS / 10; rest > 0; rest %= unit, unit /= 10)
        buffer_add_byte(json->out, (char)('0' + rest / unit));
}

void json_address(struct json_writer *json, const char *name, const struct endpoint *value)
{
    add_lead(json, name);
    buffer_add_byte(json->out, '"');
    address_add(json->out, &value->address);
    if (value->scope != 0) {
        buffer_add_byte(json->out, '%');
        buffer_add_unsigned(json->out, value->scope);
    }
    buffer_add_byte(json->out, '"');
}
