#include "core/find/registry_row.h"

#include <string.h>

/* UTF-8 of the largest value, from UTF-16 or with every byte replaced by U+FFFD. */
#define TEXT_CEILING (REGISTRY_DATA_MOST * 3 + 64)

void registry_decoder_init(struct registry_decoder *decoder)
{
    buffer_init(&decoder->text, TEXT_CEILING);
}

void registry_decoder_done(struct registry_decoder *decoder)
{
    buffer_done(&decoder->text);
}

bool registry_name_hidden(struct text name)
{
    return name.size && memchr(name.bytes, 0, name.size);
}

const char *registry_type_name(uint32_t type)
{
    static const char *const names[] = {
        "REG_NONE",
        "REG_SZ",
        "REG_EXPAND_SZ",
        "REG_BINARY",
        "REG_DWORD",
        "REG_DWORD_BIG_ENDIAN",
        "REG_LINK",
        "REG_MULTI_SZ",
        "REG_RESOURCE_LIST",
        "REG_FULL_RESOURCE_DESCRIPTOR",
        "REG_RESOURCE_REQUIREMENTS_LIST",
        "REG_QWORD",
    };

    return type < sizeof names / sizeof *names ? names[type] : NULL;
}

bool registry_type_is_string(uint32_t type)
{
    return type == REGISTRY_SZ || type == REGISTRY_EXPAND_SZ || type == REGISTRY_LINK ||
           type == REGISTRY_MULTI_SZ;
}

struct text registry_hive(struct text path)
{
    size_t end = text_find(path, text_of("\\"));

    return end == SIZE_MAX ? path : text_slice(path, 0, end);
}

/* --- UTF-16LE by bytes --- */

static uint32_t unit_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

/* The units of [bytes, bytes + size), an odd last byte left out. */
static void add_units(struct buffer *out, const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i + 1 < size; i += 2) {
        uint32_t unit = unit_at(bytes + i);
        if (unit < 0x80) {
            buffer_add_byte(out, (char)unit);
            continue;
        }
        if (unit >= 0xD800 && unit < 0xDC00 && i + 3 < size) {
            uint32_t low = unit_at(bytes + i + 2);
            if (low >= 0xDC00 && low < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        buffer_add_code_point(out, unit);
    }
}

/* Without the NULs at the end and the odd byte, in bytes. */
static size_t string_size(const unsigned char *data, size_t size)
{
    size &= ~(size_t)1;
    while (size && !data[size - 1] && !data[size - 2])
        size -= 2;
    return size;
}

/* Offset of the next NUL from `at`, or size. */
static size_t string_end(const unsigned char *data, size_t size, size_t at)
{
    while (at + 1 < size && (data[at] || data[at + 1]))
        at += 2;
    return at < size ? at : size;
}

bool registry_next_string(const struct registry_value *value, size_t *at, struct buffer *out)
{
    size_t size = string_size(value->data, value->size);
    size_t end = size;

    if (*at > size || (!size && *at) || (!size && value->type == REGISTRY_MULTI_SZ))
        return false;
    if (value->type == REGISTRY_MULTI_SZ)
        end = string_end(value->data, size, *at);
    if (end > *at)
        add_units(out, value->data + *at, end - *at);
    *at = end + 2;
    return true;
}

/* --- what is searched --- */

static bool probe_buffer(struct registry_decoder *decoder, registry_probe *probe, void *context)
{
    return decoder->text.failed == ST_OK && probe(context, buffer_text(&decoder->text));
}

static bool probe_units(struct registry_decoder *decoder, const unsigned char *bytes, size_t size,
                        registry_probe *probe, void *context)
{
    buffer_clear(&decoder->text);
    add_units(&decoder->text, bytes, size);
    return probe_buffer(decoder, probe, context);
}

/* UTF-8, and so ASCII, where it is; everything else becomes U+FFFD. */
static bool probe_bytes(struct registry_decoder *decoder, const unsigned char *bytes, size_t size,
                        registry_probe *probe, void *context)
{
    struct text whole = {(const char *)bytes, size};
    size_t at = 0;

    buffer_clear(&decoder->text);
    while (at < size) {
        size_t plain = at;
        while (plain < size && bytes[plain] < 0x80)
            plain++;
        if (plain > at)
            buffer_add(&decoder->text, text_slice(whole, at, plain - at));
        at = plain;
        if (at < size)
            buffer_add_code_point(&decoder->text, text_decode(whole, &at));
    }
    return probe_buffer(decoder, probe, context);
}

/* UTF-16 of letters has zero bytes between; bytes of text written as a string have none, but for
 * what ends them. East Asian text has none either, and is then searched twice. */
static bool may_be_bytes(const unsigned char *data, size_t size)
{
    if (size % 2)
        return true;
    while (size && !data[size - 1])
        size--;
    return size && !memchr(data, 0, size);
}

static void probe_strings(struct registry_decoder *decoder, const struct registry_value *value,
                          registry_probe *probe, void *context)
{
    size_t at = 0;

    for (;;) {
        buffer_clear(&decoder->text);
        if (!registry_next_string(value, &at, &decoder->text))
            break;
        if (!probe_buffer(decoder, probe, context))
            return;
    }
    if (may_be_bytes(value->data, value->size))
        probe_bytes(decoder, value->data, value->size, probe, context);
}

static void probe_blob(struct registry_decoder *decoder, const struct registry_value *value,
                       registry_probe *probe, void *context)
{
    if (!probe_bytes(decoder, value->data, value->size, probe, context))
        return;
    if (value->size < 2 || !probe_units(decoder, value->data, value->size, probe, context))
        return;
    if (value->size > 2)
        probe_units(decoder, value->data + 1, value->size - 1, probe, context);
}

/* --- numbers --- */

static void add_hexadecimal(struct buffer *out, uint64_t number, unsigned digits)
{
    for (unsigned i = 16; i-- > 0;)
        if (i < digits || number >> (4 * i))
            buffer_add_byte(out, "0123456789abcdef"[number >> (4 * i) & 15]);
}

static bool number_of(const struct registry_value *value, uint64_t *number)
{
    bool high_first = value->type == REGISTRY_DWORD_BIG_ENDIAN;
    size_t size = value->type == REGISTRY_QWORD                 ? 8
                  : value->type == REGISTRY_DWORD || high_first ? 4
                                                                : 0;

    if (!size || value->size != size)
        return false;
    *number = 0;
    for (size_t i = 0; i < size; i++)
        *number = *number << 8 | value->data[high_first ? i : size - 1 - i];
    return true;
}

static void probe_number(struct registry_decoder *decoder, uint64_t number, unsigned digits,
                         registry_probe *probe, void *context)
{
    buffer_clear(&decoder->text);
    buffer_add_unsigned(&decoder->text, number);
    if (!probe_buffer(decoder, probe, context))
        return;
    buffer_clear(&decoder->text);
    buffer_add_string(&decoder->text, "0x");
    add_hexadecimal(&decoder->text, number, 1);
    if (!probe_buffer(decoder, probe, context))
        return;
    buffer_clear(&decoder->text);
    buffer_add_string(&decoder->text, "0x");
    add_hexadecimal(&decoder->text, number, digits);
    probe_buffer(decoder, probe, context);
}

enum status registry_probe_data(struct registry_decoder *decoder,
                                const struct registry_value *value, registry_probe *probe,
                                void *context)
{
    uint64_t number;

    buffer_clear(&decoder->text);
    if (registry_type_is_string(value->type))
        probe_strings(decoder, value, probe, context);
    else if (number_of(value, &number))
        probe_number(decoder, number, (unsigned)value->size * 2, probe, context);
    else if (value->size)
        probe_blob(decoder, value, probe, context);
    return decoder->text.failed;
}

enum status registry_probe_name(struct registry_decoder *decoder, struct text name,
                                registry_probe *probe, void *context)
{
    if (!probe(context, name) || !registry_name_hidden(name))
        return ST_OK;
    buffer_clear(&decoder->text);
    for (size_t i = 0; i < name.size; i++)
        if (name.bytes[i])
            buffer_add_byte(&decoder->text, name.bytes[i]);
    probe_buffer(decoder, probe, context);
    return decoder->text.failed;
}

/* --- what is shown --- */

static void add_byte(struct buffer *out, unsigned char byte)
{
    add_hexadecimal(out, byte, 2);
}

static void add_shown_strings(struct buffer *out, const struct registry_value *value)
{
    size_t at = 0;

    for (bool first = true;; first = false) {
        size_t before = out->size;
        if (!first)
            buffer_add_string(out, " | ");
        if (!registry_next_string(value, &at, out)) {
            out->size = before;
            break;
        }
    }
    if (value->size % 2) {
        buffer_add_string(out, "[hex ");
        add_byte(out, value->data[value->size - 1]);
        buffer_add_byte(out, ']');
    }
}

/* Cuts at a character's start. */
static void cut(struct buffer *out, size_t end)
{
    if (out->size <= end)
        return;
    while (end && ((unsigned char)out->bytes[end] & 0xC0) == 0x80)
        end--;
    out->size = end;
    buffer_add_string(out, "…");
}

void registry_add_data(struct buffer *out, const struct registry_value *value, size_t most)
{
    size_t begin = out->size;
    uint64_t number;
    struct registry_value shown = *value;

    if (registry_type_is_string(value->type)) {
        /* Every unit gives a byte at least, so more than this can't be shown. */
        if (shown.size > 2 * most + 8)
            shown.size = 2 * most + 8;
        add_shown_strings(out, &shown);
    } else if (number_of(value, &number)) {
        buffer_add_string(out, "0x");
        add_hexadecimal(out, number, (unsigned)value->size * 2);
        buffer_add_string(out, " (");
        buffer_add_unsigned(out, number);
        buffer_add_byte(out, ')');
    } else {
        for (size_t i = 0; i < value->size && i <= most / 3; i++) {
            if (i)
                buffer_add_byte(out, ' ');
            add_byte(out, value->data[i]);
        }
    }
    if (out->failed == ST_OK)
        cut(out, begin + most);
}
