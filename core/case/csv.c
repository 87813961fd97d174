#include "core/case/csv.h"

void csv_begin(struct csv_writer *csv, struct buffer *out, unsigned options)
{
    *csv = (struct csv_writer){.out = out, .options = options};
    if (options & CSV_MARK)
        buffer_add_code_point(out, 0xFEFF);
}

static char separator(const struct csv_writer *csv)
{
    return csv->options & CSV_TABS ? '\t' : ',';
}

static void begin_field(struct csv_writer *csv)
{
    if (csv->in_row)
        buffer_add_byte(csv->out, separator(csv));
    csv->in_row = true;
}

/* RFC 4180 section 2, rule 6. White space at an end is kept by quoting it. */
static bool must_quote(const struct csv_writer *csv, struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        char byte = value.bytes[i];
        if (byte == '"' || byte == '\r' || byte == '\n' || byte == separator(csv))
            return true;
    }
    return value.size && (value.bytes[0] == ' ' || value.bytes[value.size - 1] == ' ');
}

static bool looks_like_formula(struct text value)
{
    return value.size && text_find(text_of("=+-@\t\r"), text_slice(value, 0, 1)) != SIZE_MAX;
}

static void add_clean(struct buffer *out, struct text value)
{
    size_t at = 0;
    while (at < value.size) {
        uint32_t code_point = text_decode(value, &at);
        if (code_point >= 0xD800 && code_point <= 0xDFFF)
            code_point = 0xFFFD;
        if (code_point == 0)
            code_point = 0x2400;
        if (code_point == '"')
            buffer_add_byte(out, '"');
        buffer_add_code_point(out, code_point);
    }
}

void csv_text(struct csv_writer *csv, struct text value)
{
    begin_field(csv);
    bool quote = must_quote(csv, value);
    if (quote)
        buffer_add_byte(csv->out, '"');
    if (!(csv->options & CSV_RAW) && looks_like_formula(value))
        buffer_add_byte(csv->out, '\'');
    add_clean(csv->out, value);
    if (quote)
        buffer_add_byte(csv->out, '"');
}

void csv_string(struct csv_writer *csv, const char *value)
{
    csv_text(csv, text_from(value));
}

void csv_number(struct csv_writer *csv, int64_t value)
{
    begin_field(csv);
    buffer_add_signed(csv->out, value);
}

void csv_moment(struct csv_writer *csv, moment value, bool with_ticks)
{
    begin_field(csv);
    moment_add_iso(csv->out, value, with_ticks);
}

void csv_empty(struct csv_writer *csv)
{
    begin_field(csv);
}

void csv_end_row(struct csv_writer *csv)
{
    buffer_add(csv->out, text_of("\r\n"));
    csv->in_row = false;
}
