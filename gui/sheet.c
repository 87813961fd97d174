#include "gui/sheet.h"

#include <string.h>

#define SHEET_MOST ((size_t)256 << 20)

struct row {
    uint64_t tag;
    uint32_t first; /* of its cells among all */
    bool dim;
};

void sheet_init(struct sheet *sheet, unsigned columns)
{
    memset(sheet, 0, sizeof *sheet);
    sheet->columns = columns;
    buffer_init(&sheet->text, SHEET_MOST);
    buffer_init(&sheet->ends, SHEET_MOST);
    buffer_init(&sheet->rows, SHEET_MOST);
    buffer_init(&sheet->note, SHEET_MOST);
}

void sheet_done(struct sheet *sheet)
{
    buffer_done(&sheet->text);
    buffer_done(&sheet->ends);
    buffer_done(&sheet->rows);
    buffer_done(&sheet->note);
}

void sheet_clear(struct sheet *sheet)
{
    buffer_clear(&sheet->text);
    buffer_clear(&sheet->ends);
    buffer_clear(&sheet->rows);
    buffer_clear(&sheet->note);
    sheet->count = 0;
}

static uint32_t cells(const struct sheet *sheet)
{
    return (uint32_t)(sheet->ends.size / sizeof(uint32_t));
}

void sheet_row(struct sheet *sheet, uint64_t tag)
{
    struct row row;

    memset(&row, 0, sizeof row); /* what lies between its members is compared, too */
    row.tag = tag;
    row.first = cells(sheet);
    buffer_add(&sheet->rows, (struct text){(const char *)&row, sizeof row});
    if (sheet->rows.failed == ST_OK)
        sheet->count++;
}

struct buffer *sheet_cell(struct sheet *sheet)
{
    return &sheet->text;
}

void sheet_cell_ends(struct sheet *sheet)
{
    uint32_t end = (uint32_t)sheet->text.size;

    buffer_add(&sheet->ends, (struct text){(const char *)&end, sizeof end});
}

void sheet_add(struct sheet *sheet, struct text value)
{
    buffer_add(&sheet->text, value);
    sheet_cell_ends(sheet);
}

static struct row row_at(const struct sheet *sheet, uint32_t place)
{
    struct row row;

    memcpy(&row, sheet->rows.bytes + place * sizeof row, sizeof row);
    return row;
}

void sheet_dim(struct sheet *sheet)
{
    struct row row;

    if (!sheet->count)
        return;
    memcpy(&row, sheet->rows.bytes + (sheet->count - 1) * sizeof row, sizeof row);
    row.dim = true;
    memcpy(sheet->rows.bytes + (sheet->count - 1) * sizeof row, &row, sizeof row);
}

static uint32_t end_of(const struct sheet *sheet, uint32_t cell)
{
    uint32_t end;

    memcpy(&end, sheet->ends.bytes + cell * sizeof end, sizeof end);
    return end;
}

struct text sheet_text(const struct sheet *sheet, uint32_t row, unsigned column)
{
    uint32_t cell;
    uint32_t next;
    uint32_t from;

    if (row >= sheet->count || column >= sheet->columns)
        return (struct text){NULL, 0};
    cell = row_at(sheet, row).first + column;
    next = row + 1 < sheet->count ? row_at(sheet, row + 1).first : cells(sheet);
    if (cell >= next)
        return (struct text){NULL, 0};
    from = cell ? end_of(sheet, cell - 1) : 0;
    return text_slice(buffer_text(&sheet->text), from, end_of(sheet, cell) - from);
}

uint64_t sheet_tag(const struct sheet *sheet, uint32_t row)
{
    return row < sheet->count ? row_at(sheet, row).tag : 0;
}

bool sheet_is_dim(const struct sheet *sheet, uint32_t row)
{
    return row < sheet->count && row_at(sheet, row).dim;
}

bool sheet_equal(const struct sheet *a, const struct sheet *b)
{
    return text_equal(buffer_text(&a->text), buffer_text(&b->text)) &&
           text_equal(buffer_text(&a->ends), buffer_text(&b->ends)) &&
           text_equal(buffer_text(&a->rows), buffer_text(&b->rows)) &&
           text_equal(buffer_text(&a->note), buffer_text(&b->note));
}
