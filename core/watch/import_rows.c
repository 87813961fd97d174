#include "core/watch/import_rows.h"

#include <string.h>

#include "core/watch/import_columns.h"

#define REREAD_FREE 65536

void rows_begin(struct rows *rows, struct text input, char separator)
{
    *rows = (struct rows){.input = input, .line = 1, .separator = separator};
}

static char peek(const struct rows *rows, size_t at)
{
    return at < rows->input.size ? rows->input.bytes[at] : '\n';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool ends_cell(const struct rows *rows, size_t at)
{
    return peek(rows, at) == rows->separator || peek(rows, at) == '\n';
}

/* Past blanks that are not separators. */
static size_t past_blanks(const struct rows *rows, size_t at)
{
    while (is_blank(peek(rows, at)) && peek(rows, at) != rows->separator)
        at++;
    return at;
}

/* The cell whose opening quote is at `open`. False where it is no quoted cell. */
static bool read_quoted(struct rows *rows, size_t open, struct row_cell *cell, size_t *end)
{
    size_t at = open + 1;
    bool doubled = false;

    while (at < rows->input.size) {
        const char *quote = memchr(rows->input.bytes + at, '"', rows->input.size - at);
        size_t behind;

        if (!quote) {
            rows->no_quotes = true;
            at = rows->input.size;
            break;
        }
        at = (size_t)(quote - rows->input.bytes);
        if (peek(rows, at + 1) == '"') {
            doubled = true;
            at += 2;
            continue;
        }
        behind = past_blanks(rows, at + 1);
        if (!ends_cell(rows, behind))
            break;
        *cell = (struct row_cell){.raw = text_slice(rows->input, open + 1, at - open - 1),
                                  .doubled = doubled};
        *end = behind;
        return true;
    }
    rows->reread += at - open;
    if (rows->reread > rows->input.size + REREAD_FREE)
        rows->no_quotes = true;
    return false;
}

/* The cell that begins at rows->at; *end is where its separator or line end stands. */
static void read_cell(struct rows *rows, bool comment, struct row_cell *cell, size_t *end)
{
    size_t begin = past_blanks(rows, rows->at);
    size_t at = begin;

    if (peek(rows, begin) == '"' && !rows->no_quotes && read_quoted(rows, begin, cell, end)) {
        if (!comment || !cell->raw.size || !memchr(cell->raw.bytes, '\n', cell->raw.size))
            return;
        rows->reread += *end - begin; /* a comment is one line */
    }
    while (!ends_cell(rows, at))
        at++;
    *cell = (struct row_cell){.raw = text_slice(rows->input, begin, at - begin)};
    *end = at;
}

/* How long the sign is that makes a line a comment. */
static size_t comment_sign(const struct rows *rows, size_t at)
{
    char c = peek(rows, at);

    if (c == '#' || (c == ';' && rows->separator != ';'))
        return 1;
    return c == '/' && peek(rows, at + 1) == '/' ? 2 : 0;
}

static void count_lines(struct rows *rows, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        rows->line += rows->input.bytes[i] == '\n';
}

static void read_row(struct rows *rows, struct row *row)
{
    size_t begin = rows->at;
    size_t sign = comment_sign(rows, past_blanks(rows, begin));
    bool more = true;

    row->count = 0;
    row->line = rows->line;
    row->comment = sign > 0;
    if (sign)
        rows->at = past_blanks(rows, begin) + sign;
    while (more) {
        struct row_cell cell;
        size_t end;

        read_cell(rows, row->comment, &cell, &end);
        if (row->count < ROW_CELLS_MOST)
            row->cells[row->count++] = cell;
        more = end < rows->input.size && rows->input.bytes[end] == rows->separator;
        rows->at = end < rows->input.size ? end + 1 : end;
    }
    count_lines(rows, begin, rows->at);
}

bool rows_next(struct rows *rows, struct row *row)
{
    while (rows->at < rows->input.size) {
        read_row(rows, row);
        for (size_t i = 0; i < row->count; i++)
            if (column_trim(row->cells[i].raw).size)
                return true;
    }
    return false;
}

struct text row_text(const struct row *row, size_t cell, struct buffer *scratch)
{
    struct text raw = row->cells[cell].raw;
    size_t before = scratch->size;

    if (!row->cells[cell].doubled)
        return column_trim(raw);
    for (size_t i = 0; i < raw.size; i++) {
        buffer_add_byte(scratch, raw.bytes[i]);
        i += raw.bytes[i] == '"';
    }
    if (scratch->failed != ST_OK)
        return (struct text){0};
    return column_trim(text_slice(buffer_text(scratch), before, scratch->size - before));
}
