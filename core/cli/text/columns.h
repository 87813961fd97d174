/* columns: rows of text with their columns aligned, for a terminal or a file.
 * Cells are filled from left to right and row by row; each is made visible (text/visible.h) and
 * copied. A column in which nothing stands is left out. The struct lies in the caller's storage. */
#ifndef STAKEOUT_CLI_COLUMNS_H
#define STAKEOUT_CLI_COLUMNS_H

#include "core/cli/text/visible.h"

#define COLUMNS_MOST 12

struct column {
    const char *title;
    bool right;      /* numbers */
    uint32_t widest; /* what is wider than this does not widen the column; 0: no limit */
};

struct columns {
    const struct column *columns; /* borrowed */
    size_t count;                 /* at most COLUMNS_MOST */
    struct buffer bytes;          /* of all cells, one behind the other */
    size_t *ends;                 /* of each cell in it */
    size_t cells;
    size_t capacity;
    enum status failed;
};

void columns_init(struct columns *table, const struct column *columns, size_t count);
void columns_done(struct columns *table);
/* Adds the next cell. */
void columns_cell(struct columns *table, struct text value);
void columns_string(struct columns *table, const char *value);
void columns_number(struct columns *table, uint64_t value);
/* Titles and rows; nothing where there are no rows. `width`: where the last column is cut off, with
 * an ellipsis; 0: nowhere. */
enum status columns_print(const struct columns *table, struct buffer *out, size_t width);

#endif
