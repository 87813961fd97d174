/* import_rows: takes a table of separated values apart, row by row; inside the importer only.
 * As in RFC 4180, and as people write it: a cell may stand in quotes, in which a quote is doubled
 * and lines may end; blanks before an opening quote do not count; a quote that is never closed, or
 * closed in the middle of words, is a sign like any other. Linear in the input. */
#ifndef STAKEOUT_WATCH_IMPORT_ROWS_H
#define STAKEOUT_WATCH_IMPORT_ROWS_H

#include "core/base/buffer.h"

#define ROW_CELLS_MOST 128 /* of a row; the cells behind them are passed over */

struct row_cell {
    struct text raw; /* without the quotes around it; borrowed from the input */
    bool doubled;    /* holds doubled quotes */
};

struct row {
    struct row_cell cells[ROW_CELLS_MOST];
    size_t count;
    uint32_t line; /* its first, from 1 */
    bool comment;  /* it stood behind '#' (or ';' or "//"): one line, without that sign */
};

/* Copied freely: a copy reads on from where it was taken. */
struct rows {
    struct text input;
    size_t at;
    uint32_t line;
    size_t reread; /* bytes that had to be read again because of a quote */
    char separator;
    bool no_quotes; /* they have misled too often */
};

void rows_begin(struct rows *rows, struct text input, char separator);
/* The next row that is not blank; false at the end. */
bool rows_next(struct rows *rows, struct row *row);
/* The cell's text, trimmed; from `scratch` (to which it is appended) where quotes were doubled;
 * empty when that fails. */
struct text row_text(const struct row *row, size_t cell, struct buffer *scratch);

#endif
