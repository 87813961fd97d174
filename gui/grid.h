/* grid: a plain list of rows and columns for dialogs, of any length.
 * The rows stay with their owner, who is asked for the cells that are seen; optionally each row has
 * a box to tick in front. What the user selected is by row number: an owner who changes the rows
 * clears it. Window thread. */
#ifndef STAKEOUT_GUI_GRID_H
#define STAKEOUT_GUI_GRID_H

#include <windows.h>

#include "core/base/buffer.h"
#include "gui/scale.h"

#define GRID_NO_ROW UINT32_MAX

struct grid;

struct grid_column {
    const char *key;      /* in the settings */
    unsigned title;       /* string */
    unsigned short width; /* at 96 DPI */
    bool numbers;         /* to the right */
};

struct grid_class {
    const char *key; /* of its columns in the settings */
    const struct grid_column *columns;
    unsigned column_count;
    /* Appends a cell as it is shown. */
    void (*text)(void *context, uint32_t row, unsigned column, struct buffer *out);
    /* String that an empty list shows; 0: none. */
    unsigned (*empty)(void *context);
    bool (*ticked)(void *context, uint32_t row); /* NULL: no boxes */
    /* May be NULL: every row can be ticked. */
    bool (*can_tick)(void *context, uint32_t row);
    /* The box of a row was clicked, or Space pressed: what all selected rows shall be. */
    void (*tick)(void *context, bool ticked);
    bool (*dim)(void *context, uint32_t row);       /* may be NULL */
    void (*changed)(void *context);                 /* the selection; may be NULL */
    void (*deleted)(void *context);                 /* the Delete key; may be NULL */
    void (*activated)(void *context, uint32_t row); /* double click; may be NULL */
    void (*copied)(void *context);                  /* Ctrl+C; may be NULL */
    /* A column's head was clicked: grid_order says what is wanted. NULL: the order stands. */
    void (*sort)(void *context);
};

enum grid_order { GRID_NATURAL, GRID_UP, GRID_DOWN };

/* Owned: grid_free, before the parent window goes. The class is borrowed. NULL on failure. */
struct grid *grid_new(HWND parent, unsigned id, const struct grid_class *class, void *context);
void grid_free(struct grid *grid);
HWND grid_window(const struct grid *grid);

/* Rows were added or taken away, at the end or anywhere: selects nothing when `anew`. */
void grid_set_count(struct grid *grid, uint32_t count, bool anew);
/* What the heads say: a click sorts by their column, a second the other way, a third no more. */
enum grid_order grid_order(const struct grid *grid, unsigned *column);
/* As many rows as before, each of them where from[n] was: selection and focus follow. */
void grid_rows_moved(struct grid *grid, const uint32_t *from);
/* Draws the visible rows again. */
void grid_redraw(struct grid *grid);
/* The parent's WM_NOTIFY; true when *result is the answer. */
bool grid_notify(struct grid *grid, const NMHDR *header, LRESULT *result);
/* The font is borrowed. Columns keep their width in the new size. */
void grid_set_scale(struct grid *grid, HFONT font, unsigned dpi);

/* The selected rows in order: begin with GRID_NO_ROW, ends with it. */
uint32_t grid_next_selected(const struct grid *grid, uint32_t after);
uint32_t grid_selected_count(const struct grid *grid);
void grid_select_all(struct grid *grid);
void grid_select(struct grid *grid, uint32_t row);
/* Selects it as well, and gives it the focus where `focused`; scrolls nothing. */
void grid_select_also(struct grid *grid, uint32_t row, bool focused);
uint32_t grid_focused(const struct grid *grid); /* GRID_NO_ROW: none */

/* Widths at 96 DPI, "indicator:240,kind:90": to be kept, and taken back. */
void grid_layout(const struct grid *grid, struct buffer *out);
void grid_set_layout(struct grid *grid, struct text layout);

#endif
