/* rowview_parts: what the files of rowview share. Nobody else includes it. */
#ifndef STAKEOUT_GUI_ROWVIEW_PARTS_H
#define STAKEOUT_GUI_ROWVIEW_PARTS_H

#include "gui/rowview.h"

#define ROWVIEW_COLUMNS_MOST 32
#define ROWVIEW_PAINTED 256    /* rows whose looks are remembered: more than any screen shows */
#define ROWVIEW_DRAWN_MOST 600 /* characters of a cell that are drawn: no screen is wider */

struct rowview_painted {
    uint32_t row;
    uint64_t looks;
};

struct rowview {
    HWND list;
    HWND header;
    HFONT font;
    HFONT italic;
    HIMAGELIST heights; /* an empty image that gives the rows their height */
    unsigned scale;
    struct tree_view *view;
    const struct rowview_class *class;
    void *context;
    const struct rowview_column *columns;
    unsigned column_count;
    unsigned shown[ROWVIEW_COLUMNS_MOST]; /* place of the column that the list's n-th one is */
    unsigned shown_count;
    unsigned width[ROWVIEW_COLUMNS_MOST]; /* by place, at 96 DPI */
    unsigned current;                     /* place of the column last clicked */
    uint8_t *mirror;                      /* by row: whether the control has it selected */
    uint32_t mirror_size;
    uint32_t mirror_room;
    unsigned guard; /* over 0: the control echoes what it was told */
    bool thumb;     /* the scroll thumb is dragged */
    bool button;    /* a mouse button went down in the list and is not up yet */
    uint64_t redrawn;
    struct buffer text;
    struct rowview_painted painted[ROWVIEW_PAINTED];
};

/* Draws one row (NM_CUSTOMDRAW, item pre-paint). */
void rowview_paint_row(struct rowview *rowview, HDC dc, uint32_t row);
/* Draws what an empty list says. */
void rowview_paint_empty(struct rowview *rowview, HDC dc);
/* A number that differs when the row would look different. */
uint64_t rowview_looks(struct rowview *rowview, uint32_t row);
/* The row's rectangle in the list's client area, from the left end of the first column. */
bool rowview_row_rect(const struct rowview *rowview, uint32_t row, RECT *rect);
/* Where the n-th column of the list is, in client coordinates of the list (left and right only). */
bool rowview_column_rect(const struct rowview *rowview, unsigned column, RECT *rect);
/* Where the expander of a row is; false: it has none. */
bool rowview_glyph_rect(const struct rowview *rowview, uint32_t row, RECT *rect);
int rowview_scaled(const struct rowview *rowview, int pixels);
/* Shows in the header which column is sorted, and how. */
void rowview_mark_sorted(struct rowview *rowview);
/* Takes note of the widths that the user gave the columns. */
void rowview_read_widths(struct rowview *rowview);

#endif
