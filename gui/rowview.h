/* rowview: the list control that shows a tree_view. The only module that knows LVM_*.
 * An owner-data list whose rows are drawn here: tree glyphs, marks, columns. The truth about order,
 * expansion, selection and focus is in the tree_view; the control is made to agree after each
 * update, and what the user does to the control is told to the tree_view. Only rows whose looks
 * changed are drawn again, and what stood at the top stays there (not by its place: by its
 * identity). Window thread only. */
#ifndef STAKEOUT_GUI_ROWVIEW_H
#define STAKEOUT_GUI_ROWVIEW_H

#include <windows.h>

#include "core/model/tree_view.h"

struct rowview;

struct rowview_column {
    const char *key;      /* for settings; literal */
    unsigned id;          /* the tree_view's column */
    unsigned short width; /* in pixels at 96 DPI, as it comes */
    bool numbers;         /* to the right */
    bool shown;           /* as it comes */
};

/* How one row looks beyond its text. */
struct row_style {
    COLORREF text;
    COLORREF back;
    COLORREF bar; /* at the left edge, where has_bar */
    COLORREF mark;
    bool has_text;
    bool has_back;
    bool has_bar;
    bool has_mark; /* a small triangle before the name: something is odd about the row */
    bool italic;
};

/* What the owner of a rowview answers. */
struct rowview_class {
    /* Appends a cell as it is shown; *dim is set where it is not a value but a reason. */
    void (*text)(void *context, uint32_t index, unsigned column, struct buffer *out, bool *dim);
    void (*style)(void *context, uint32_t index, struct row_style *style);
    /* A column's title, or what an empty list says. Static until the language changes. */
    const wchar_t *(*title)(void *context, unsigned column);
    const wchar_t *(*empty)(void *context);
    /* The user sorted, expanded or collapsed: update the tree_view, then rowview_refresh. */
    void (*arranged)(void *context);
    void (*selected)(void *context);          /* selection or focus changed */
    void (*activated)(void *context);         /* Enter, or a double click */
    void (*menu)(void *context, POINT where); /* for the selected rows, screen coordinates */
    void (*columns_menu)(void *context, POINT where); /* for the header */
    /* A longer text for the row under the mouse; nothing appended: none. */
    void (*tip)(void *context, uint32_t index, struct buffer *out);
};

struct rowview_setup {
    HWND parent;
    int control_id;
    struct tree_view *view;               /* borrowed */
    const struct rowview_column *columns; /* borrowed; the first cannot be hidden */
    unsigned column_count;
    const struct rowview_class *class;
    void *context;
};

/* Owned: rowview_free, before the parent window goes. NULL on failure. */
struct rowview *rowview_new(const struct rowview_setup *setup);
void rowview_free(struct rowview *rowview);
HWND rowview_window(const struct rowview *rowview);

/* Makes the control agree with the tree_view. Called after every tree_view_update, once each. */
void rowview_refresh(struct rowview *rowview);
/* Draws everything again: colours or language changed. */
void rowview_redraw(struct rowview *rowview);
/* The parent's WM_NOTIFY from this control or its header; true when *result is the answer. */
bool rowview_notify(struct rowview *rowview, const NMHDR *header, LRESULT *result);
/* Takes over the font (borrowed) and scales columns and rows. scale in percent, 100 is 96 DPI. */
void rowview_set_scale(struct rowview *rowview, HFONT font, unsigned scale);

/* Scrolls a row into view and selects only it. */
void rowview_go_to(struct rowview *rowview, uint32_t row);
void rowview_select_all(struct rowview *rowview);
/* After the tree_view's selection was changed by others. */
void rowview_sync(struct rowview *rowview);
/* Whether the user is at it with the mouse: a button is down, or the thumb is dragged. */
bool rowview_held(const struct rowview *rowview);
/* Where a menu for the focused row goes when it was asked for by keyboard. */
POINT rowview_menu_point(const struct rowview *rowview);
/* The column of the cell that the last click or the keyboard was on: for "copy cell". */
unsigned rowview_current_column(const struct rowview *rowview);

/* Columns, in the order of `columns` of the setup. */
bool rowview_column_shown(const struct rowview *rowview, unsigned place);
void rowview_show_column(struct rowview *rowview, unsigned place, bool shown);
/* The places of the shown columns from left to right, at most `most`; returns how many there are.
 */
unsigned rowview_column_order(const struct rowview *rowview, unsigned *places, unsigned most);
/* "name:240,pid:60,-user:120": shown columns from left to right with their widths at 96 DPI, then
 * hidden ones with a minus. Unknown keys are left out, missing ones come hidden, as new columns of
 * a newer program should. */
void rowview_layout(const struct rowview *rowview, struct buffer *out);
void rowview_set_layout(struct rowview *rowview, struct text layout);

/* For tests: what the control itself holds. */
uint32_t rowview_top_row(const struct rowview *rowview);
uint64_t rowview_rows_redrawn(const struct rowview *rowview);

#endif
