/* tree_view: which rows a list shows, in which order, and what the reader did to them.
 * The portable half of every list of the window: a tree of processes, flat lists of connections and
 * hits. It is handed the rows of one moment after the other and keeps expansion, selection and
 * focus by the rows' identity (their id), never by their place, so that a refresh changes nothing
 * that the reader did not change.
 *
 * Order. Siblings are sorted by one column's value, up, down, or in the natural order of the rows
 * (tree_view_sort cycles through the three). Rows without a value come last either way. A refresh
 * re-sorts only what is out of place. While the order is frozen, rows keep their places, new ones
 * come behind their siblings and none vanishes.
 *
 * Filter. Rows with a matching cell stay, and so do all their ancestors and descendants. What does
 * not change its stamp is not searched again.
 *
 * Cost: linear in the rows, plus the sorting of what moved. One thread (the window's) owns a view.
 * `rows` are the caller's and must live until the next update; the view reads them only in update,
 * reveal and type-ahead. A failed update leaves the view as it was. */
#ifndef STAKEOUT_MODEL_TREE_VIEW_H
#define STAKEOUT_MODEL_TREE_VIEW_H

#include "core/model/cell.h"

#define VIEW_NO_ROW UINT32_MAX
#define VIEW_NO_COLUMN UINT32_MAX

/* How a view reads rows; index runs from 0 to count - 1, and ids grow with it. */
struct row_class {
    uint32_t (*count)(const void *rows);
    uint64_t (*id)(const void *rows, uint32_t index);
    uint32_t (*parent)(const void *rows, uint32_t index); /* VIEW_NO_ROW: none. NULL: a flat list */
    struct cell (*cell)(const void *rows, uint32_t index, unsigned column);
    moment (*ended)(const void *rows, uint32_t index); /* 0 while it lasts */
    bool (*watched)(const void *rows, uint32_t index);
    /* Changes whenever a cell that the filter looks at does. */
    uint64_t (*stamp)(const void *rows, uint32_t index);
    unsigned columns;
    unsigned natural; /* the column of the natural order; VIEW_NO_COLUMN: by id */
};

enum view_row_flags {
    VIEW_EXPANDABLE = 1, /* it has children that are shown, or would be if it were expanded */
    VIEW_EXPANDED = 2,
    VIEW_MARKED = 4, /* collapsed, and something watched is hidden below it */
    VIEW_CONTEXT = 8 /* shown as a relative: the filter does not match the row itself */
};

struct view_row {
    uint64_t id;
    uint32_t index; /* in the rows of the last update */
    uint16_t level; /* 0: top */
    uint8_t flags;
};

enum view_direction { VIEW_NATURAL, VIEW_UP, VIEW_DOWN };

/* What the filter looks for. Borrowed until the filter is set anew. */
struct view_filter {
    bool (*matches)(void *context, struct text printed);
    void *context;
    struct cell_printer printer; /* how the cells look that are searched */
    uint64_t columns;            /* bit n: column n is searched */
};

struct tree_view;

/* Owned: tree_view_free. NULL when there is no memory. The class must outlive the view. */
struct tree_view *tree_view_new(const struct row_class *class);
void tree_view_free(struct tree_view *view);

/* Takes in the rows of `now`. */
enum status tree_view_update(struct tree_view *view, const void *rows, moment now);
/* Whether the last update changed which rows are shown, or where. */
bool tree_view_moved(const struct tree_view *view);

uint32_t tree_view_count(const struct tree_view *view);
/* Borrowed until the next update. Requires row < count. */
const struct view_row *tree_view_row(const struct tree_view *view, uint32_t row);
/* The row that shows this id, or VIEW_NO_ROW. */
uint32_t tree_view_find(const struct tree_view *view, uint64_t id);
/* Where that which stood at `row` before the last update is now; if it is gone, the next one that
 * was below it and still is there; VIEW_NO_ROW when none is. */
uint32_t tree_view_follow(const struct tree_view *view, uint32_t row);
/* The row of the parent, or VIEW_NO_ROW. */
uint32_t tree_view_parent(const struct tree_view *view, uint32_t row);

/* The settings below show after the next update. */

/* A click on a column's header: up, down, natural. */
void tree_view_sort(struct tree_view *view, unsigned column);
void tree_view_set_sort(struct tree_view *view, unsigned column, enum view_direction direction);
enum view_direction tree_view_direction(const struct tree_view *view, unsigned *column);
void tree_view_set_flat(struct tree_view *view, bool flat);
bool tree_view_flat(const struct tree_view *view);
/* Watched rows before their siblings, whatever the order. */
void tree_view_set_watched_first(struct tree_view *view, bool first);
/* Whether ended rows stay; those that ended less than `linger` (100 ns) ago are shown in any case.
 */
void tree_view_set_ghosts(struct tree_view *view, bool shown, moment linger);
void tree_view_set_frozen(struct tree_view *view, bool frozen);
bool tree_view_frozen(const struct tree_view *view);
/* NULL: no filter. What the reader collapsed while filtering is forgotten. */
void tree_view_set_filter(struct tree_view *view, const struct view_filter *filter);
/* Ids, sorted, of rows that count as matching though none of their cells does. Copied. */
enum status tree_view_set_also(struct tree_view *view, const uint64_t *ids, size_t count);
/* A condition that rows must meet before anything else. NULL: none. */
void tree_view_set_admit(struct tree_view *view,
                         bool (*admit)(void *context, const void *rows, uint32_t index),
                         void *context);

void tree_view_set_expanded(struct tree_view *view, uint32_t row, bool expanded);
/* The row and everything below it. */
void tree_view_expand_below(struct tree_view *view, uint32_t row);
void tree_view_expand_all(struct tree_view *view, bool expanded);
/* Expands what hides the row with that id. Requires that the rows of the last update still live.
 * False when there is no such row, or something else than collapsing hides it. */
bool tree_view_reveal(struct tree_view *view, uint64_t id);

/* Selection and focus change at once. A row that gets hidden by collapsing hands both to the row
 * that was collapsed. A focused row that vanishes leaves the focus to the row that takes its place.
 */
void tree_view_select(struct tree_view *view, uint32_t row, bool selected);
void tree_view_select_range(struct tree_view *view, uint32_t from, uint32_t to, bool selected);
void tree_view_select_none(struct tree_view *view); /* also what is not shown at the moment */
bool tree_view_selected(const struct tree_view *view, uint32_t row);
uint32_t tree_view_selected_count(const struct tree_view *view);
/* The first selected row at or after `from`, or VIEW_NO_ROW. */
uint32_t tree_view_next_selected(const struct tree_view *view, uint32_t from);
void tree_view_set_focus(struct tree_view *view, uint32_t row); /* VIEW_NO_ROW: none */
uint32_t tree_view_focus(const struct tree_view *view);

/* The first row from `from` on, wrapping round, whose text in the column begins with `start`
 * (without ASCII case), or VIEW_NO_ROW. */
uint32_t tree_view_type_ahead(const struct tree_view *view, unsigned column, uint32_t from,
                              struct text start);

/* All memory it holds, in bytes. */
size_t tree_view_size(const struct tree_view *view);

#endif
