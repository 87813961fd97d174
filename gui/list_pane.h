/* list_pane: a list of the window: the rows of a snapshot (or the hits), a tree_view over them, a
 * rowview that shows it. What differs from list to list is a struct list_pane_class: process_pane,
 * connection_pane and hit_pane each are one. Window thread. */
#ifndef STAKEOUT_GUI_LIST_PANE_H
#define STAKEOUT_GUI_LIST_PANE_H

#include "core/model/tree_view.h"
#include "gui/cell_text.h"
#include "gui/rowview.h"

/* How long what came or went is shown in its colour. */
#define LIST_PANE_LINGER (3 * MOMENT_SECOND)

struct list_pane;

/* What the looks of a row depend on beyond the row. */
struct list_pane_time {
    moment now;   /* of the snapshot that is shown */
    moment since; /* of the first one: what was there then is not new */
};

struct list_pane_class {
    const char *key; /* of its columns in the settings; literal */
    const struct row_class *rows;
    const char *(*column_name)(unsigned column);
    const struct rowview_column *columns;
    unsigned column_count;
    unsigned title; /* string of column 0's title; the others follow it */
    unsigned empty; /* string that an empty list shows: what to do to fill it */
    /* String instead of `empty` once there are rows to ask about. NULL: `empty` stands. */
    unsigned (*nothing)(const void *rows);
    uint64_t searched; /* bit n: the filter looks at column n */
    bool milliseconds; /* of times */
    void (*style)(const void *rows, uint32_t index, const struct list_pane_time *time,
                  struct row_style *style);
    /* What was last done to the row: told behind its first cell on the screen. May be NULL. */
    struct text (*note)(const void *rows, uint32_t index);
    /* One line of JSON without its end. */
    void (*json)(const void *rows, uint32_t index, struct buffer *out);
    /* May be NULL. */
    void (*tip)(const void *rows, uint32_t index, struct buffer *out);
};

struct list_pane_host {
    void (*selected)(void *context, struct list_pane *pane);
    void (*activated)(void *context, struct list_pane *pane);
    void (*menu)(void *context, struct list_pane *pane, POINT where);
    void (*columns_menu)(void *context, struct list_pane *pane, POINT where);
    void (*arranged)(void *context, struct list_pane *pane); /* sorted or expanded by the user */
    void *context;
};

/* Owned: list_pane_free. NULL on failure. The class and the host are borrowed. */
struct list_pane *list_pane_new(HWND parent, int control_id, const struct list_pane_class *class,
                                const struct list_pane_host *host);
void list_pane_free(struct list_pane *pane);

struct tree_view *list_pane_view(struct list_pane *pane);
struct rowview *list_pane_rowview(struct list_pane *pane);
const struct list_pane_class *list_pane_class(const struct list_pane *pane);
HWND list_pane_window(const struct list_pane *pane);

/* Shows these rows; they are borrowed until the next. A failure (no memory) leaves the list as it
 * is. */
enum status list_pane_show(struct list_pane *pane, const void *rows, moment now,
                           const struct watchlist *watchlist);
/* After a setting of the tree_view was changed. */
void list_pane_rearrange(struct list_pane *pane);
const void *list_pane_rows(const struct list_pane *pane);
void list_pane_set_utc(struct list_pane *pane, bool utc);
/* NULL: no filter. Borrowed until set anew. An empty list then says that nothing matches. */
void list_pane_set_filter(struct list_pane *pane,
                          bool (*matches)(void *context, struct text printed), void *context);

/* Index of the only selected row, else of the focused selected one; VIEW_NO_ROW when none is. */
uint32_t list_pane_current(const struct list_pane *pane);
/* As the cell is shown. */
void list_pane_cell_text(const struct list_pane *pane, uint32_t index, unsigned column,
                         struct buffer *out);

#endif
