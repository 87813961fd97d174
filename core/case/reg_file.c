#include "core/case/reg_file.h"

#define HEX_LINE 24 /* bytes on one line, as regedit has about */

static const struct {
    const char *hive;
    const char *name;
} roots[] = {{"HKLM", "HKEY_LOCAL_MACHINE"}, {"HKU", "HKEY_USERS"}};

static void add_hexadecimal(struct buffer *out, unsigned long long number, unsigned digits)
{
    for (unsigned i = digits; i-- > 0;)
        buffer_add_byte(out, "0123456789abcdef"[number >> (4 * i) & 15]);
}

/* Whether a line of the file can hold it. */
static bool is_sayable(struct text name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.bytes[i] == 0 || name.bytes[i] == '\r' || name.bytes[i] == '\n')
            return false;
    return true;
}

/* A name's units, so that a comment tells all of it and can't be taken for a line. */
static void add_units(struct buffer *out, struct text name)
{
    size_t at = 0;

    while (at < name.size) {
        uint32_t code = text_decode(name, &at);
        if (code >= 0x10000) {
            add_hexadecimal(out, 0xD800 + ((code - 0x10000) >> 10), 4);
            buffer_add_byte(out, ' ');
            code = 0xDC00 + (code & 0x3FF);
        }
        add_hexadecimal(out, code, 4);
        if (at < name.size)
            buffer_add_byte(out, ' ');
    }
}

static void add_quoted(struct buffer *out, struct text value)
{
    buffer_add_byte(out, '"');
    for (size_t i = 0; i < value.size; i++) {
        if (value.bytes[i] == '"' || value.bytes[i] == '\\')
            buffer_add_byte(out, '\\');
        buffer_add_byte(out, value.bytes[i]);
    }
    buffer_add_byte(out, '"');
}

void reg_file_begin(struct reg_file *file, struct buffer *out)
{
    *file = (struct reg_file){.out = out};
    buffer_add_string(out, "Windows Registry Editor Version 5.00\r\n");
}

void reg_file_key(struct reg_file *file, struct text path)
{
    struct text hive = registry_hive(path);

    file->commented = !is_sayable(path);
    file->lost += file->commented;
    if (file->commented) {
        buffer_add_string(file->out, "\r\n; a key that can't be imported, its path in UTF-16: ");
        add_units(file->out, path);
        buffer_add_string(file->out, "\r\n");
        return;
    }
    buffer_add_string(file->out, "\r\n[");
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (text_equal(hive, text_from(roots[i].hive))) {
            buffer_add_string(file->out, roots[i].name);
            path = text_slice(path, hive.size, path.size - hive.size);
        }
    buffer_add(file->out, path);
    buffer_add_string(file->out, "]\r\n");
}

/* One string with its NUL, and nothing that a line of text would lose. */
static bool is_plain_string(const struct registry_value *value)
{
    size_t size = value->size;

    if (value->type != REGISTRY_SZ || size < 2 || size % 2 || value->data[size - 1] ||
        value->data[size - 2])
        return false;
    for (size_t i = 0; i + 2 < size; i += 2) {
        unsigned unit = (unsigned)value->data[i] | (unsigned)value->data[i + 1] << 8;
        if (unit < 0x20 || (unit >= 0xD800 && unit < 0xE000) || unit >= 0xFFFE)
            return false;
    }
    return true;
}

static void add_hex(struct reg_file *file, const struct registry_value *value)
{
    struct buffer *out = file->out;

    buffer_add_string(out, "hex");
    if (value->type != REGISTRY_BINARY) {
        unsigned digits = 1;
        while (digits < 8 && value->type >> (4 * digits))
            digits++;
        buffer_add_byte(out, '(');
        add_hexadecimal(out, value->type, digits);
        buffer_add_byte(out, ')');
    }
    buffer_add_byte(out, ':');
    for (size_t i = 0; i < value->size; i++) {
        if (i && i % HEX_LINE == 0) {
            buffer_add_string(out, "\\\r\n");
            buffer_add_string(out, file->commented ? ";  " : "  ");
        }
        add_hexadecimal(out, value->data[i], 2);
        if (i + 1 < value->size)
            buffer_add_byte(out, ',');
    }
}

void reg_file_value(struct reg_file *file, const struct registry_value *value)
{
    struct buffer *out = file->out;
    bool commented = file->commented;
    size_t at = 0;

    file->commented = commented || !is_sayable(value->name);
    file->lost += file->commented;
    if (file->commented) {
        buffer_add_string(out, "; a value that can't be imported, its name in UTF-16: ");
        add_units(out, value->name);
        buffer_add_string(out, "\r\n; ");
        add_hex(file, value);
    } else {
        if (value->name.size)
            add_quoted(out, value->name);
        else
            buffer_add_byte(out, '@');
        buffer_add_byte(out, '=');
        if (is_plain_string(value)) {
            struct buffer text;
            buffer_init(&text, REGISTRY_DATA_MOST * 3);
            registry_next_string(value, &at, &text);
            add_quoted(out, buffer_text(&text));
            if (text.failed != ST_OK)
                out->failed = text.failed;
            buffer_done(&text);
        } else if (value->type == REGISTRY_DWORD && value->size == 4) {
            buffer_add_string(out, "dword:");
            for (size_t i = 4; i-- > 0;)
                add_hexadecimal(out, value->data[i], 2);
        } else {
            add_hex(file, value);
        }
    }
    buffer_add_string(out, "\r\n");
    file->commented = commented;
}
