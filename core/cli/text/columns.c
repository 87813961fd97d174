#include "core/cli/text/columns.h"

#include "core/base/memory.h"

#define CELLS_CEILING (512u << 20)
#define GAP 2

void columns_init(struct columns *table, const struct column *columns, size_t count)
{
    *table = (struct columns){.columns = columns, .count = count};
    buffer_init(&table->bytes, CELLS_CEILING);
}

void columns_done(struct columns *table)
{
    buffer_done(&table->bytes);
    memory_give(table->ends);
}

static bool make_room(struct columns *table)
{
    if (table->cells < table->capacity)
        return true;
    size_t capacity = table->capacity ? table->capacity * 2 : 256;
    size_t *ends = memory_grow_array(table->ends, capacity, sizeof *ends);
    if (!ends)
        return false;
    table->ends = ends;
    table->capacity = capacity;
    return true;
}

void columns_cell(struct columns *table, struct text value)
{
    if (!make_room(table)) {
        table->failed = ST_NO_MEMORY;
        return;
    }
    visible_add(&table->bytes, value);
    table->ends[table->cells++] = table->bytes.size;
}

void columns_string(struct columns *table, const char *value)
{
    columns_cell(table, text_from(value));
}

void columns_number(struct columns *table, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    columns_cell(table, (struct text){digits + at, sizeof digits - at});
}

static struct text cell(const struct columns *table, size_t number)
{
    size_t from = number ? table->ends[number - 1] : 0;
    return text_slice(buffer_text(&table->bytes), from, table->ends[number] - from);
}

/* 0 for a column that is left out. */
static void measure(const struct columns *table, size_t *widths)
{
    for (size_t i = 0; i < table->count; i++)
        widths[i] = 0;
    for (size_t i = 0; i < table->cells; i++) {
        const struct column *column = &table->columns[i % table->count];
        size_t width = visible_width(cell(table, i));
        if (column->widest && width > column->widest)
            width = column->widest;
        if (width > widths[i % table->count])
            widths[i % table->count] = width;
    }
    for (size_t i = 0; i < table->count; i++) {
        size_t title = visible_width(text_from(table->columns[i].title));
        if (widths[i] && widths[i] < title)
            widths[i] = title;
    }
}

static void add_spaces(struct buffer *out, size_t count)
{
    while (count--)
        buffer_add_byte(out, ' ');
}

static void add_last(struct buffer *out, struct text value, size_t room)
{
    if (room && visible_width(value) > room) {
        buffer_add(out, text_slice(value, 0, visible_fit(value, room - 1)));
        buffer_add_string(out, "…");
    } else {
        buffer_add(out, value);
    }
}

/* One line from the texts of a row. */
static void add_row(const struct columns *table, struct buffer *out, const struct text *texts,
                    const size_t *widths, size_t width)
{
    size_t last = table->count;
    while (last > 0 && (!widths[last - 1] || !texts[last - 1].size))
        last--;
    size_t used = 0;
    for (size_t i = 0; i < last; i++) {
        if (!widths[i])
            continue;
        size_t own = visible_width(texts[i]);
        size_t fill = own < widths[i] ? widths[i] - own : 0;
        if (table->columns[i].right)
            add_spaces(out, fill);
        if (i + 1 == last) {
            add_last(out, texts[i], i + 1 == table->count && width > used + 1 ? width - used : 0);
            break;
        }
        buffer_add(out, texts[i]);
        add_spaces(out, table->columns[i].right ? GAP : fill + GAP);
        used += own + fill + GAP;
    }
    buffer_add_byte(out, '\n');
}

enum status columns_print(const struct columns *table, struct buffer *out, size_t width)
{
    if (table->failed != ST_OK)
        return table->failed;
    if (table->bytes.failed != ST_OK)
        return table->bytes.failed;
    if (table->count == 0 || table->cells == 0)
        return ST_OK;
    size_t widths[COLUMNS_MOST];
    struct text texts[COLUMNS_MOST];
    measure(table, widths);
    for (size_t i = 0; i < table->count; i++)
        texts[i] = text_from(table->columns[i].title);
    add_row(table, out, texts, widths, width);
    for (size_t row = 0; row + table->count <= table->cells; row += table->count) {
        for (size_t i = 0; i < table->count; i++)
            texts[i] = cell(table, row + i);
        add_row(table, out, texts, widths, width);
    }
    return out->failed;
}
