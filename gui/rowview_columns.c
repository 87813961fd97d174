/* The columns: which are shown, where, how wide, and how settings keep that. */
#include <windows.h>

#include <commctrl.h>
#include <string.h>

#include "gui/rowview_parts.h"

void rowview_mark_sorted(struct rowview *rowview)
{
    unsigned sorted;
    enum view_direction direction = tree_view_direction(rowview->view, &sorted);
    for (unsigned column = 0; column < rowview->shown_count; column++) {
        HDITEMW item = {.mask = HDI_FORMAT};
        if (!SendMessageW(rowview->header, HDM_GETITEMW, column, (LPARAM)&item))
            continue;
        int format = item.fmt & ~(HDF_SORTUP | HDF_SORTDOWN);
        if (direction != VIEW_NATURAL && rowview->columns[rowview->shown[column]].id == sorted)
            format |= direction == VIEW_UP ? HDF_SORTUP : HDF_SORTDOWN;
        if (format == item.fmt)
            continue;
        item.fmt = format;
        SendMessageW(rowview->header, HDM_SETITEMW, column, (LPARAM)&item);
    }
}

void rowview_read_widths(struct rowview *rowview)
{
    for (unsigned column = 0; column < rowview->shown_count; column++) {
        int width = (int)SendMessageW(rowview->list, LVM_GETCOLUMNWIDTH, column, 0);
        if (width > 0)
            rowview->width[rowview->shown[column]] =
                (unsigned)MulDiv(width, 100, (int)rowview->scale);
    }
}

static void insert_columns(struct rowview *rowview)
{
    for (unsigned column = 0; column < rowview->shown_count; column++) {
        unsigned place = rowview->shown[column];
        const struct rowview_column *as = &rowview->columns[place];
        LVCOLUMNW insert = {
            .mask = LVCF_TEXT | LVCF_WIDTH | LVCF_FMT | LVCF_SUBITEM,
            .fmt = as->numbers ? LVCFMT_RIGHT : LVCFMT_LEFT,
            .cx = rowview_scaled(rowview, (int)rowview->width[place]),
            .pszText = (LPWSTR)(UINT_PTR)rowview->class->title(rowview->context, as->id),
            .iSubItem = (int)column,
        };
        SendMessageW(rowview->list, LVM_INSERTCOLUMNW, column, (LPARAM)&insert);
    }
    rowview_mark_sorted(rowview);
    memset(rowview->painted, 0xff, sizeof rowview->painted);
    InvalidateRect(rowview->list, NULL, TRUE);
}

static void remove_columns(struct rowview *rowview)
{
    while (SendMessageW(rowview->list, LVM_DELETECOLUMN, 0, 0))
        continue;
}

unsigned rowview_column_order(const struct rowview *rowview, unsigned *places, unsigned most)
{
    int order[ROWVIEW_COLUMNS_MOST];
    if (!SendMessageW(rowview->list, LVM_GETCOLUMNORDERARRAY, rowview->shown_count, (LPARAM)order))
        return 0;
    for (unsigned i = 0; i < rowview->shown_count && i < most; i++) {
        if (order[i] < 0 || (unsigned)order[i] >= rowview->shown_count)
            return 0;
        places[i] = rowview->shown[order[i]];
    }
    return rowview->shown_count;
}

bool rowview_column_shown(const struct rowview *rowview, unsigned place)
{
    for (unsigned column = 0; column < rowview->shown_count; column++) {
        if (rowview->shown[column] == place)
            return true;
    }
    return false;
}

/* The list's columns are made anew in the order that is seen, so that its n-th column is the n-th
 * from the left and no order array has to be carried along. */
static void set_columns(struct rowview *rowview, const unsigned *places, unsigned count)
{
    SendMessageW(rowview->list, WM_SETREDRAW, FALSE, 0);
    remove_columns(rowview);
    memcpy(rowview->shown, places, count * sizeof *places);
    rowview->shown_count = count;
    insert_columns(rowview);
    SendMessageW(rowview->list, WM_SETREDRAW, TRUE, 0);
    InvalidateRect(rowview->list, NULL, TRUE);
}

void rowview_show_column(struct rowview *rowview, unsigned place, bool shown)
{
    unsigned order[ROWVIEW_COLUMNS_MOST];
    unsigned count = rowview_column_order(rowview, order, ROWVIEW_COLUMNS_MOST);
    unsigned kept = 0;
    if (place >= rowview->column_count || shown == rowview_column_shown(rowview, place) ||
        (!shown && place == 0) || count >= ROWVIEW_COLUMNS_MOST)
        return;
    rowview_read_widths(rowview);
    for (unsigned i = 0; i < count; i++) {
        if (order[i] != place)
            order[kept++] = order[i];
    }
    if (shown)
        order[kept++] = place;
    set_columns(rowview, order, kept);
}

void rowview_layout(const struct rowview *rowview, struct buffer *out)
{
    unsigned order[ROWVIEW_COLUMNS_MOST];
    unsigned count = rowview_column_order(rowview, order, ROWVIEW_COLUMNS_MOST);
    for (unsigned i = 0; i < count; i++) {
        RECT rect = {0};
        for (unsigned column = 0; column < rowview->shown_count; column++) {
            if (rowview->shown[column] == order[i])
                rowview_column_rect(rowview, column, &rect);
        }
        buffer_add_string(out, i ? "," : "");
        buffer_add_string(out, rowview->columns[order[i]].key);
        buffer_add_byte(out, ':');
        buffer_add_unsigned(out,
                            (uint64_t)MulDiv(rect.right - rect.left, 100, (int)rowview->scale));
    }
    for (unsigned place = 0; place < rowview->column_count; place++) {
        if (rowview_column_shown(rowview, place))
            continue;
        buffer_add_string(out, ",-");
        buffer_add_string(out, rowview->columns[place].key);
        buffer_add_byte(out, ':');
        buffer_add_unsigned(out, rowview->width[place]);
    }
}

static unsigned place_of_key(const struct rowview *rowview, struct text key)
{
    for (unsigned place = 0; place < rowview->column_count; place++) {
        if (text_equal(key, text_from(rowview->columns[place].key)))
            return place;
    }
    return rowview->column_count;
}

/* One "name:240" or "-user:120"; the place is returned, or column_count. */
static unsigned read_layout_entry(struct rowview *rowview, struct text entry, bool *shown)
{
    uint64_t width;
    size_t colon = text_find(entry, text_of(":"));
    *shown = !text_starts(entry, text_of("-"));
    if (colon == SIZE_MAX || colon < !*shown)
        return rowview->column_count;
    unsigned place = place_of_key(rowview, text_slice(entry, !*shown, colon - !*shown));
    if (place < rowview->column_count &&
        text_number(text_slice(entry, colon + 1, entry.size - colon - 1), 4000, &width) &&
        width >= 8)
        rowview->width[place] = (unsigned)width;
    return place;
}

void rowview_set_layout(struct rowview *rowview, struct text layout)
{
    unsigned order[ROWVIEW_COLUMNS_MOST];
    bool met[ROWVIEW_COLUMNS_MOST] = {false};
    unsigned count = 0;
    bool any = false;
    while (layout.size) {
        size_t comma = text_find(layout, text_of(","));
        size_t size = comma == SIZE_MAX ? layout.size : comma;
        bool shown;
        unsigned place = read_layout_entry(rowview, text_slice(layout, 0, size), &shown);
        if (place < rowview->column_count && !met[place]) {
            met[place] = true;
            any = true;
            if (shown)
                order[count++] = place;
        }
        size = comma == SIZE_MAX ? size : size + 1;
        layout = text_slice(layout, size, layout.size - size);
    }
    for (unsigned place = 0; place < rowview->column_count; place++) {
        bool must = place == 0 && any; /* the first column is always there */
        bool wanted = !any && rowview->columns[place].shown;
        bool there = false;
        for (unsigned i = 0; i < count; i++)
            there = there || order[i] == place;
        if (!there && (must || wanted)) {
            if (must)
                memmove(order + 1, order, count * sizeof *order);
            order[must ? 0 : count] = place;
            count++;
        }
    }
    set_columns(rowview, order, count);
}
