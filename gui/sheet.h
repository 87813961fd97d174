/* sheet: a small table of texts, made in one go and shown by a grid.
 * Rows are put together cell by cell; each row has a tag, by which its selection is found again in
 * the next sheet of the same kind. Window thread. */
#ifndef STAKEOUT_GUI_SHEET_H
#define STAKEOUT_GUI_SHEET_H

#include "core/base/buffer.h"

struct sheet {
    unsigned columns;
    struct buffer text; /* of all cells */
    struct buffer ends; /* of each cell in text */
    struct buffer rows; /* tags, and whether they are dim */
    uint32_t count;
    struct buffer note; /* one line about the whole */
};

void sheet_init(struct sheet *sheet, unsigned columns);
void sheet_done(struct sheet *sheet);
void sheet_clear(struct sheet *sheet);

/* A new row; its cells follow from left to right. Cells that do not come are empty. */
void sheet_row(struct sheet *sheet, uint64_t tag);
/* What is appended to it is the cell, until sheet_cell_ends. */
struct buffer *sheet_cell(struct sheet *sheet);
void sheet_cell_ends(struct sheet *sheet);
/* A cell that is there already. */
void sheet_add(struct sheet *sheet, struct text value);
/* The row tells why there is nothing to tell: it is shown dim. */
void sheet_dim(struct sheet *sheet);

struct text sheet_text(const struct sheet *sheet, uint32_t row, unsigned column);
uint64_t sheet_tag(const struct sheet *sheet, uint32_t row);
bool sheet_is_dim(const struct sheet *sheet, uint32_t row);
/* Whether both would read the same. */
bool sheet_equal(const struct sheet *a, const struct sheet *b);

#endif
