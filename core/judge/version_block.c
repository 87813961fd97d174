#include "core/judge/version_block.h"

/* A block: length, value's length and kind (16 bits each), a key in UTF-16 with its NUL, the value,
 * and blocks within; value and blocks begin at multiples of four bytes. Numbers are little-endian.
 */
#define HEAD 6
#define BLOCKS_MOST 1000 /* in one level: real ones have a dozen */
#define FIXED_SIZE 52
#define FIXED_SIGNATURE 0xFEEF04BDu
#define UNITS_MOST 2048 /* of one string, in UTF-16 */

struct block {
    struct text whole;   /* from its head to its end */
    struct text key;     /* UTF-16, without the NUL */
    size_t body;         /* offset of the value in `whole` */
    size_t value_length; /* as it is written: bytes, or units where it is text */
};

static uint32_t number_at(struct text bytes, size_t at, size_t size)
{
    uint32_t number = 0;

    for (size_t i = 0; i < size; i++)
        number |= (uint32_t)(unsigned char)bytes.bytes[at + i] << (8 * i);
    return number;
}

static size_t aligned(size_t offset)
{
    return (offset + 3) & ~(size_t)3;
}

/* UTF-16 up to its NUL or to the end; without the NUL. */
static struct text string_in(struct text bytes)
{
    size_t size = 0;

    while (size + 2 <= bytes.size && (bytes.bytes[size] || bytes.bytes[size + 1]))
        size += 2;
    return text_slice(bytes, 0, size);
}

/* The block at an offset that is a multiple of four. False: there is none. */
static bool block_at(struct text bytes, size_t at, struct block *block)
{
    size_t size;

    if (at > bytes.size || bytes.size - at < HEAD)
        return false;
    size = number_at(bytes, at, 2);
    if (size < HEAD)
        return false;
    if (size > bytes.size - at)
        size = bytes.size - at;
    block->whole = text_slice(bytes, at, size);
    block->value_length = number_at(bytes, at + 2, 2);
    block->key = string_in(text_slice(block->whole, HEAD, size - HEAD));
    block->body = aligned(HEAD + block->key.size + 2);
    if (block->body > size)
        block->body = size;
    return true;
}

/* The next block within `parent`; *at is where it is looked for, and moves behind it. */
static bool next_block(const struct block *parent, size_t *at, struct block *block)
{
    if (!block_at(parent->whole, *at, block))
        return false;
    *at = aligned(*at + block->whole.size);
    return true;
}

static bool key_is(const struct block *block, const char *name)
{
    size_t i = 0;

    for (; name[i]; i++)
        if (2 * i >= block->key.size || block->key.bytes[2 * i] != name[i] ||
            block->key.bytes[2 * i + 1])
            return false;
    return 2 * i == block->key.size;
}

struct reading {
    struct arena *arena;
    struct file_version version;
    bool no_memory;
};

static struct text keep(struct reading *reading, struct text wide)
{
    size_t units = wide.size / 2 < UNITS_MOST ? wide.size / 2 : UNITS_MOST;
    char *out = arena_take(reading->arena, units * 3 + 1);
    size_t size = 0;

    if (!out) {
        reading->no_memory = true;
        return (struct text){NULL, 0};
    }
    for (size_t i = 0; i < units; i++) {
        uint32_t unit = number_at(wide, 2 * i, 2);
        if (unit >= 0xD800 && unit < 0xDC00 && i + 1 < units) {
            uint32_t low = number_at(wide, 2 * i + 2, 2);
            if (low >= 0xDC00 && low < 0xE000) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                i++;
            }
        }
        size += text_encode(unit, out + size);
    }
    return text_trim((struct text){out, size});
}

static void read_string(struct reading *reading, const struct block *block)
{
    struct file_version *version = &reading->version;
    const struct {
        const char *key;
        struct text *text;
    } wanted[] = {
        {"CompanyName", &version->company},      {"FileDescription", &version->description},
        {"FileVersion", &version->file_version}, {"OriginalFilename", &version->original_name},
        {"ProductName", &version->product},
    };
    struct text body = text_slice(block->whole, block->body, block->whole.size - block->body);

    if (!block->value_length)
        return;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (key_is(block, wanted[i].key) && !wanted[i].text->size)
            *wanted[i].text = keep(reading, string_in(body));
}

/* StringFileInfo: a table for each language, and in it a block for each string. */
static void read_tables(struct reading *reading, const struct block *info)
{
    struct block table;
    struct block string;
    size_t at = info->body;

    for (int tables = 0; tables < BLOCKS_MOST && next_block(info, &at, &table); tables++) {
        size_t inner = table.body;
        for (int strings = 0; strings < BLOCKS_MOST && next_block(&table, &inner, &string);
             strings++)
            read_string(reading, &string);
    }
}

static void add_part(struct buffer *out, struct text fixed, size_t at, bool last)
{
    buffer_add_unsigned(out, number_at(fixed, at + 2, 2));
    buffer_add_byte(out, '.');
    buffer_add_unsigned(out, number_at(fixed, at, 2));
    if (!last)
        buffer_add_byte(out, '.');
}

/* VS_FIXEDFILEINFO: the file's version stands in its third and fourth number. */
static void read_fixed(struct reading *reading, struct text fixed)
{
    struct buffer out;

    if (fixed.size < FIXED_SIZE || number_at(fixed, 0, 4) != FIXED_SIGNATURE)
        return;
    buffer_init(&out, 64);
    add_part(&out, fixed, 8, false);
    add_part(&out, fixed, 12, true);
    if (out.failed)
        reading->no_memory = true;
    else
        reading->version.file_version =
            arena_copy(reading->arena, buffer_text(&out), &reading->no_memory);
    buffer_done(&out);
}

enum status version_block_read(struct text bytes, struct arena *arena, struct file_version *version)
{
    struct reading reading = {.arena = arena, .version = {.read = version->read}};
    struct block root;
    struct block child;
    struct text fixed;
    size_t at;

    if (block_at(bytes, 0, &root) && key_is(&root, "VS_VERSION_INFO")) {
        fixed = text_slice(root.whole, root.body, root.whole.size - root.body);
        if (root.value_length < fixed.size)
            fixed.size = root.value_length;
        at = aligned(root.body + fixed.size);
        reading.version.present = true;
        for (int blocks = 0; blocks < BLOCKS_MOST && next_block(&root, &at, &child); blocks++)
            if (key_is(&child, "StringFileInfo"))
                read_tables(&reading, &child);
        if (!reading.version.file_version.size)
            read_fixed(&reading, fixed);
    }
    if (reading.no_memory)
        return ST_NO_MEMORY;
    *version = reading.version;
    return ST_OK;
}
