#include <string.h>

#include "core/base/memory.h"
#include "core/watch/watchlist_edit.h"
#include "gui/sorter.h"
#include "gui/strings.h"
#include "gui/watch_dialog_parts.h"

/* Entries that the search looks at before the window may do something else; about 5 ms. */
#define SLICE 8192

static bool is_removed(const struct watch_window *watch, uint32_t number)
{
    return watch->removed && watch->removed[number];
}

void watch_rows_begin(struct watch_window *watch)
{
    uint32_t count = watchlist_count(watch->list);

    if (count > watch->row_room) {
        uint32_t *grown = memory_grow_array(watch->rows, count, sizeof *grown);
        if (!grown) {
            watch_tell(watch, STR_NO_MEMORY, NULL, 0);
            return;
        }
        watch->rows = grown;
        watch->row_room = count;
    }
    watch->row_count = 0;
    watch->searched = 0;
    watch_rows_step(watch);
    grid_set_count(watch->grid, watch->row_count, true);
}

void watch_rows_step(struct watch_window *watch)
{
    uint32_t count = watchlist_count(watch->list);
    uint32_t end = count;
    bool all = watch->needle.size == 0;

    if (!all && count - watch->searched > SLICE)
        end = watch->searched + SLICE;
    if (end > watch->row_room)
        end = watch->row_room;
    for (uint32_t place = watch->searched; place < end; place++) {
        uint32_t i = watch->order ? watch->order[place] : place;
        if (!is_removed(watch, i) &&
            (all ||
             watchlist_entry_holds(watch->list, i, buffer_text(&watch->needle), &watch->scratch)))
            watch->rows[watch->row_count++] = i;
    }
    watch->searched = end;
    if (end < count && end < watch->row_room)
        SetTimer(watch->dialog.window, WATCH_TIMER_SEARCH, USER_TIMER_MINIMUM, NULL);
    else
        KillTimer(watch->dialog.window, WATCH_TIMER_SEARCH);
    grid_set_count(watch->grid, watch->row_count, false);
    watch_tell(watch, 0, NULL, 0);
}

static bool make_removed(struct watch_window *watch)
{
    if (!watch->removed)
        watch->removed = memory_take_array(watchlist_count(watch->list) + 1, sizeof(bool));
    if (!watch->removed)
        watch_tell(watch, STR_NO_MEMORY, NULL, 0);
    return watch->removed != NULL;
}

static void remove_entry(struct watch_window *watch, uint32_t number)
{
    if (watch->removed[number])
        return;
    watch->removed[number] = true;
    watch->removed_count++;
    watch->changed = true;
}

void watch_rows_remove_selected(struct watch_window *watch)
{
    uint32_t before = watch->removed_count;
    uint32_t kept = 0;
    uint32_t first = grid_next_selected(watch->grid, GRID_NO_ROW);

    if (watch->worker || first == GRID_NO_ROW || !make_removed(watch))
        return;
    for (uint32_t row = first; row != GRID_NO_ROW; row = grid_next_selected(watch->grid, row))
        remove_entry(watch, watch->rows[row]);
    for (uint32_t row = 0; row < watch->row_count; row++) {
        if (!watch->removed[watch->rows[row]])
            watch->rows[kept++] = watch->rows[row];
    }
    watch->row_count = kept;
    grid_set_count(watch->grid, kept, true);
    if (kept)
        grid_select(watch->grid, first < kept ? first : kept - 1);
    watch_tell_number(watch, STR_WATCH_REMOVED, watch->removed_count - before);
}

void watch_rows_clear(struct watch_window *watch)
{
    uint32_t count = watchlist_count(watch->list);
    uint32_t before = watch->removed_count;

    if (watch->worker || !count || !make_removed(watch))
        return;
    for (uint32_t i = 0; i < count; i++)
        remove_entry(watch, i);
    watch_rows_begin(watch);
    watch_tell_number(watch, STR_WATCH_REMOVED, watch->removed_count - before);
}

/* --- order --- */

static void add_key(const void *context, uint32_t row, unsigned column, struct buffer *key)
{
    struct indicator indicator;
    struct indicator_origin origin;

    watchlist_indicator(context, row, &indicator, &origin);
    switch (column) {
    case WATCH_INDICATOR:
        indicator_sort_key(key, &indicator);
        break;
    case WATCH_KIND:
        sort_key_number(key, indicator.kind);
        break;
    case WATCH_PORT:
        sort_key_number(key, indicator.port);
        break;
    case WATCH_LABEL:
        sort_key_text(key, origin.label);
        break;
    case WATCH_FROM:
        sort_key_text(key, text_file_name(origin.file));
        sort_key_number(key, origin.line);
        break;
    default:
        sort_key_text(key, origin.written);
        break;
    }
}

static void release_list(const void *context)
{
    watchlist_release(context);
}

/* The rows that are shown move; a search that is not through begins anew, in the new order. */
static void follow_order(struct watch_window *watch)
{
    uint32_t *from = memory_take_array((size_t)watch->row_count + 1, sizeof *from);

    if (watch->searched < watchlist_count(watch->list))
        watch_rows_begin(watch);
    else if (from && sort_rows(watch->rows, watch->row_count, watch->order,
                               watchlist_count(watch->list), from))
        grid_rows_moved(watch->grid, from);
    memory_give(from);
}

void watch_rows_sort(void *context)
{
    struct watch_window *watch = context;
    struct sorter_setup setup = {
        .count = watchlist_count(watch->list), .add_key = add_key, .release = release_list};
    enum grid_order order = grid_order(watch->grid, &setup.column);

    worker_release(watch->sorter);
    watch->sorter = NULL;
    if (order != GRID_NATURAL && setup.count) {
        setup.down = order == GRID_DOWN;
        setup.context = watchlist_retain(watch->list);
        watch->sorter = sorter_start(&setup, watch->dialog.window, WATCH_SORTED);
    } else if (watch->order) {
        memory_give(watch->order);
        watch->order = NULL;
        follow_order(watch);
    }
}

void watch_rows_sorted(struct watch_window *watch, WPARAM number)
{
    uint32_t *order;

    if (!watch->sorter || worker_number(watch->sorter) != number)
        return;
    order = sorter_take(watch->sorter);
    worker_release(watch->sorter);
    watch->sorter = NULL;
    if (!order) {
        watch_tell(watch, STR_NO_MEMORY, NULL, 0);
        return;
    }
    memory_give(watch->order);
    watch->order = order;
    follow_order(watch);
}

/* --- cells --- */

static void add_origin(struct buffer *out, const struct indicator_origin *origin)
{
    struct buffer line;

    if (!origin->file.size) {
        string_add(out, STR_ORIGIN_TYPED);
        return;
    }
    if (!origin->line) {
        buffer_add(out, text_file_name(origin->file));
        return;
    }
    buffer_init(&line, 32);
    buffer_add_unsigned(&line, origin->line);
    const struct text arguments[] = {text_file_name(origin->file), buffer_text(&line)};
    string_fill(out, STR_ORIGIN_LINE, arguments, 2);
    buffer_done(&line);
}

static void cell_text(void *context, uint32_t row, unsigned column, struct buffer *out)
{
    const struct watch_window *watch = context;
    struct indicator indicator;
    struct indicator_origin origin;

    watchlist_indicator(watch->list, watch->rows[row], &indicator, &origin);
    switch (column) {
    case WATCH_INDICATOR:
        indicator_add(out, &indicator);
        break;
    case WATCH_KIND:
        string_add(out, STR_KIND + indicator.kind);
        break;
    case WATCH_PORT:
        if (indicator.port)
            buffer_add_unsigned(out, indicator.port);
        break;
    case WATCH_LABEL:
        buffer_add(out, origin.label);
        break;
    case WATCH_FROM:
        add_origin(out, &origin);
        break;
    default:
        buffer_add(out, origin.written);
        break;
    }
}

static unsigned empty_words(void *context)
{
    const struct watch_window *watch = context;

    return watch->needle.size ? STR_WATCH_NO_MATCH : STR_WATCH_EMPTY;
}

static void delete_pressed(void *context)
{
    watch_rows_remove_selected(context);
}

static void selection_changed(void *context)
{
    const struct watch_window *watch = context;

    EnableWindow(watch->remove, !watch->worker && grid_selected_count(watch->grid) > 0);
}

static const struct grid_column columns[WATCH_COLUMNS] = {
    [WATCH_INDICATOR] = {"indicator", STR_WATCH_COLUMN + WATCH_INDICATOR, 236, false},
    [WATCH_KIND] = {"kind", STR_WATCH_COLUMN + WATCH_KIND, 116, false},
    [WATCH_PORT] = {"port", STR_WATCH_COLUMN + WATCH_PORT, 52, true},
    [WATCH_LABEL] = {"label", STR_WATCH_COLUMN + WATCH_LABEL, 130, false},
    [WATCH_FROM] = {"from", STR_WATCH_COLUMN + WATCH_FROM, 130, false},
    [WATCH_WRITTEN] = {"written", STR_WATCH_COLUMN + WATCH_WRITTEN, 148, false},
};

const struct grid_class watch_grid_class = {
    .key = "watchlist",
    .columns = columns,
    .column_count = WATCH_COLUMNS,
    .text = cell_text,
    .empty = empty_words,
    .changed = selection_changed,
    .deleted = delete_pressed,
    .sort = watch_rows_sort,
};
