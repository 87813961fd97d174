#include "gui/list_pane.h"

#include "core/base/memory.h"
#include "gui/strings.h"

struct list_pane {
    const struct list_pane_class *class;
    const struct list_pane_host *host;
    struct tree_view *view;
    struct rowview *rowview;
    const void *rows; /* NULL before the first */
    struct list_pane_time time;
    struct cell_words words;
};

static void row_text(void *context, uint32_t index, unsigned column, struct buffer *out, bool *dim)
{
    const struct list_pane *pane = context;
    struct cell cell = pane->class->rows->cell(pane->rows, index, column);
    *dim = cell_text_is_reason(&cell);
    cell_text_add(&pane->words, &cell, out);
}

static void shown_text(void *context, uint32_t index, unsigned column, struct buffer *out,
                       bool *dim)
{
    const struct list_pane *pane = context;
    row_text(context, index, column, out, dim);
    if (column != pane->class->columns[0].id || !pane->class->note)
        return;
    struct text note = pane->class->note(pane->rows, index);
    if (note.size) {
        buffer_add_string(out, "  \xe2\x80\x94 ");
        buffer_add(out, note);
    }
}

static void row_style(void *context, uint32_t index, struct row_style *style)
{
    const struct list_pane *pane = context;
    pane->class->style(pane->rows, index, &pane->time, style);
}

static const wchar_t *title(void *context, unsigned column)
{
    const struct list_pane *pane = context;
    return string_wide(pane->class->title + column);
}

static const wchar_t *empty(void *context)
{
    const struct list_pane *pane = context;
    bool any = pane->rows && pane->class->rows->count(pane->rows);
    if (!any && pane->rows && pane->class->nothing)
        return string_wide(pane->class->nothing(pane->rows));
    return string_wide(any ? STR_EMPTY_FILTERED : pane->class->empty);
}

static void arranged(void *context)
{
    struct list_pane *pane = context;
    list_pane_rearrange(pane);
    pane->host->arranged(pane->host->context, pane);
}

static void selected(void *context)
{
    struct list_pane *pane = context;
    pane->host->selected(pane->host->context, pane);
}

static void activated(void *context)
{
    struct list_pane *pane = context;
    pane->host->activated(pane->host->context, pane);
}

static void menu(void *context, POINT where)
{
    struct list_pane *pane = context;
    pane->host->menu(pane->host->context, pane, where);
}

static void columns_menu(void *context, POINT where)
{
    struct list_pane *pane = context;
    pane->host->columns_menu(pane->host->context, pane, where);
}

static void tip(void *context, uint32_t index, struct buffer *out)
{
    const struct list_pane *pane = context;
    if (pane->class->tip)
        pane->class->tip(pane->rows, index, out);
}

static const struct rowview_class rowview_answers = {
    .text = shown_text,
    .style = row_style,
    .title = title,
    .empty = empty,
    .arranged = arranged,
    .selected = selected,
    .activated = activated,
    .menu = menu,
    .columns_menu = columns_menu,
    .tip = tip,
};

struct list_pane *list_pane_new(HWND parent, int control_id, const struct list_pane_class *class,
                                const struct list_pane_host *host)
{
    struct list_pane *pane = memory_take(sizeof *pane);
    if (!pane)
        return NULL;
    pane->class = class;
    pane->host = host;
    pane->words.milliseconds = class->milliseconds;
    pane->view = tree_view_new(class->rows);
    if (!pane->view) {
        list_pane_free(pane);
        return NULL;
    }
    const struct rowview_setup setup = {
        .parent = parent,
        .control_id = control_id,
        .view = pane->view,
        .columns = class->columns,
        .column_count = class->column_count,
        .class = &rowview_answers,
        .context = pane,
    };
    pane->rowview = rowview_new(&setup);
    if (!pane->rowview) {
        list_pane_free(pane);
        return NULL;
    }
    return pane;
}

void list_pane_free(struct list_pane *pane)
{
    if (!pane)
        return;
    rowview_free(pane->rowview);
    tree_view_free(pane->view);
    memory_give(pane);
}

struct tree_view *list_pane_view(struct list_pane *pane)
{
    return pane->view;
}

struct rowview *list_pane_rowview(struct list_pane *pane)
{
    return pane->rowview;
}

const struct list_pane_class *list_pane_class(const struct list_pane *pane)
{
    return pane->class;
}

HWND list_pane_window(const struct list_pane *pane)
{
    return rowview_window(pane->rowview);
}

enum status list_pane_show(struct list_pane *pane, const void *rows, moment now,
                           const struct watchlist *watchlist)
{
    struct cell_words before = pane->words;
    pane->words.watchlist = watchlist;
    pane->words.now = now;
    enum status status = tree_view_update(pane->view, rows, now);
    if (status != ST_OK) {
        pane->words = before;
        return status;
    }
    pane->rows = rows;
    pane->time.now = now;
    if (!pane->time.since)
        pane->time.since = now;
    rowview_refresh(pane->rowview);
    return ST_OK;
}

void list_pane_rearrange(struct list_pane *pane)
{
    if (pane->rows && tree_view_update(pane->view, pane->rows, pane->time.now) == ST_OK)
        rowview_refresh(pane->rowview);
}

const void *list_pane_rows(const struct list_pane *pane)
{
    return pane->rows;
}

void list_pane_set_utc(struct list_pane *pane, bool utc)
{
    if (pane->words.utc == utc)
        return;
    pane->words.utc = utc;
    rowview_redraw(pane->rowview);
}

void list_pane_set_filter(struct list_pane *pane,
                          bool (*matches)(void *context, struct text printed), void *context)
{
    const struct view_filter filter = {
        .matches = matches,
        .context = context,
        .printer = cell_text_printer(&pane->words),
        .columns = pane->class->searched,
    };
    tree_view_set_filter(pane->view, matches ? &filter : NULL);
    list_pane_rearrange(pane);
}

uint32_t list_pane_current(const struct list_pane *pane)
{
    uint32_t focus = tree_view_focus(pane->view);
    uint32_t row = tree_view_next_selected(pane->view, 0);
    if (row == VIEW_NO_ROW)
        return VIEW_NO_ROW;
    if (focus != VIEW_NO_ROW && tree_view_selected(pane->view, focus))
        row = focus;
    return tree_view_row(pane->view, row)->index;
}

void list_pane_cell_text(const struct list_pane *pane, uint32_t index, unsigned column,
                         struct buffer *out)
{
    bool dim;
    row_text((void *)(UINT_PTR)pane, index, column, out, &dim);
}
