#include "gui/grid.h"

#include <commctrl.h>
#include <string.h>
#include <windowsx.h>

#include "core/base/memory.h"
#include "core/windows/text16.h"
#include "gui/strings.h"
#include "gui/theme.h"

#define CELL_MOST ((size_t)64 * 1024)
#define SHOWN_MOST 1024 /* letters of a cell that are drawn */
#define BOX 13          /* side of the box to tick, at 96 DPI */
#define BOX_ROOM 22

struct grid {
    HWND window;
    const struct grid_class *class;
    void *context;
    unsigned dpi;
    uint32_t count;
    enum grid_order order;
    unsigned sorted; /* column, unless the order is natural */
    bool moving;     /* what the selection tells now is an echo */
    struct buffer cell;
    wchar_t shown[SHOWN_MOST];
};

static LRESULT tell(const struct grid *grid, UINT message, WPARAM wide, LPARAM narrow)
{
    return SendMessageW(grid->window, message, wide, narrow);
}

static void insert_columns(struct grid *grid)
{
    for (unsigned i = 0; i < grid->class->column_count; i++) {
        const struct grid_column *column = &grid->class->columns[i];
        LVCOLUMNW made = {.mask = LVCF_TEXT | LVCF_WIDTH | LVCF_FMT,
                          .fmt = column->numbers ? LVCFMT_RIGHT : LVCFMT_LEFT,
                          .cx = scale_by(column->width, grid->dpi),
                          .pszText = (wchar_t *)(UINT_PTR)string_wide(column->title)};
        tell(grid, LVM_INSERTCOLUMNW, i, (LPARAM)&made);
    }
}

struct grid *grid_new(HWND parent, unsigned id, const struct grid_class *class, void *context)
{
    struct grid *grid = memory_take(sizeof *grid);

    if (!grid)
        return NULL;
    buffer_init(&grid->cell, CELL_MOST);
    grid->class = class;
    grid->context = context;
    grid->dpi = SCALE_PLAIN;
    grid->window =
        CreateWindowExW(WS_EX_CLIENTEDGE, WC_LISTVIEWW, L"",
                        WS_CHILD | WS_VISIBLE | WS_TABSTOP | LVS_REPORT | LVS_OWNERDATA |
                            LVS_SHOWSELALWAYS | (class->sort ? 0u : LVS_NOSORTHEADER),
                        0, 0, 0, 0, parent, (HMENU)(UINT_PTR)id, GetModuleHandleW(NULL), NULL);
    if (!grid->window) {
        memory_give(grid);
        return NULL;
    }
    tell(grid, LVM_SETEXTENDEDLISTVIEWSTYLE, 0, LVS_EX_FULLROWSELECT | LVS_EX_DOUBLEBUFFER);
    insert_columns(grid);
    return grid;
}

void grid_free(struct grid *grid)
{
    if (!grid)
        return;
    buffer_done(&grid->cell);
    memory_give(grid);
}

HWND grid_window(const struct grid *grid)
{
    return grid->window;
}

void grid_set_count(struct grid *grid, uint32_t count, bool anew)
{
    const LVITEMW none = {.stateMask = LVIS_SELECTED | LVIS_FOCUSED};

    if (anew && grid->count)
        tell(grid, LVM_SETITEMSTATE, (WPARAM)-1, (LPARAM)&none);
    grid->count = count;
    tell(grid, LVM_SETITEMCOUNT, count, LVSICF_NOSCROLL | LVSICF_NOINVALIDATEALL);
    grid_redraw(grid);
}

/* --- order --- */

static void mark_head(const struct grid *grid)
{
    HWND header = (HWND)tell(grid, LVM_GETHEADER, 0, 0);
    for (unsigned i = 0; i < grid->class->column_count; i++) {
        HDITEMW item = {.mask = HDI_FORMAT};
        SendMessageW(header, HDM_GETITEMW, i, (LPARAM)&item);
        item.fmt &= ~(HDF_SORTUP | HDF_SORTDOWN);
        if (grid->order != GRID_NATURAL && grid->sorted == i)
            item.fmt |= grid->order == GRID_UP ? HDF_SORTUP : HDF_SORTDOWN;
        SendMessageW(header, HDM_SETITEMW, i, (LPARAM)&item);
    }
}

static void head_clicked(struct grid *grid, unsigned column)
{
    if (!grid->class->sort || column >= grid->class->column_count)
        return;
    if (grid->order == GRID_NATURAL || grid->sorted != column)
        grid->order = GRID_UP;
    else
        grid->order = grid->order == GRID_UP ? GRID_DOWN : GRID_NATURAL;
    grid->sorted = column;
    mark_head(grid);
    grid->class->sort(grid->context);
}

enum grid_order grid_order(const struct grid *grid, unsigned *column)
{
    *column = grid->sorted;
    return grid->order;
}

static void move_selection(struct grid *grid, const uint32_t *from)
{
    const LVITEMW none = {.stateMask = LVIS_SELECTED | LVIS_FOCUSED};
    const LVITEMW selected = {.state = LVIS_SELECTED, .stateMask = LVIS_SELECTED};
    const LVITEMW focused = {.state = LVIS_FOCUSED, .stateMask = LVIS_FOCUSED};
    uint32_t focus = (uint32_t)tell(grid, LVM_GETNEXTITEM, (WPARAM)-1, LVNI_FOCUSED);
    bool *was = memory_take_array(grid->count, sizeof *was);
    bool all = grid_selected_count(grid) == grid->count;

    if (!was)
        return;
    for (uint32_t row = grid_next_selected(grid, GRID_NO_ROW); row != GRID_NO_ROW && !all;
         row = grid_next_selected(grid, row))
        was[row] = true;
    if (!all)
        tell(grid, LVM_SETITEMSTATE, (WPARAM)-1, (LPARAM)&none);
    for (uint32_t row = 0; row < grid->count; row++) {
        if (was[from[row]])
            tell(grid, LVM_SETITEMSTATE, row, (LPARAM)&selected);
        if (from[row] == focus)
            tell(grid, LVM_SETITEMSTATE, row, (LPARAM)&focused);
    }
    memory_give(was);
}

void grid_rows_moved(struct grid *grid, const uint32_t *from)
{
    grid->moving = true;
    if (grid->count)
        move_selection(grid, from);
    grid->moving = false;
    grid_redraw(grid);
}

void grid_redraw(struct grid *grid)
{
    InvalidateRect(grid->window, NULL, FALSE);
}

/* --- drawing --- */

/* The cell as UTF-16 in grid->shown, line breaks as blanks; returns its length. */
static int shown_cell(struct grid *grid, uint32_t row, unsigned column)
{
    wchar_t *wide;
    size_t length = 0;

    buffer_clear(&grid->cell);
    grid->class->text(grid->context, row, column, &grid->cell);
    if (grid->cell.size > (size_t)SHOWN_MOST * 2)
        grid->cell.size = (size_t)SHOWN_MOST * 2;
    wide = text16_from(buffer_text(&grid->cell), &length);
    if (!wide)
        return 0;
    if (length >= SHOWN_MOST)
        length = SHOWN_MOST - 1;
    for (size_t i = 0; i < length; i++)
        grid->shown[i] = wide[i] < L' ' ? L' ' : wide[i];
    text16_free(wide);
    return (int)length;
}

static void draw_box(const struct grid *grid, HDC dc, RECT *cell, uint32_t row)
{
    int side = scale_by(BOX, grid->dpi);
    int left = cell->left + scale_by(5, grid->dpi);
    int top = (cell->top + cell->bottom - side) / 2;
    RECT box = {left, top, left + side, top + side};
    bool able = !grid->class->can_tick || grid->class->can_tick(grid->context, row);

    cell->left += scale_by(BOX_ROOM, grid->dpi);
    if (able)
        theme_paint_tick(dc, &box, grid->class->ticked(grid->context, row));
}

static void draw_cell(struct grid *grid, HDC dc, uint32_t row, unsigned column, COLORREF text)
{
    RECT cell;
    int length;

    /* Of column 0 the system's bounds are the whole row's, so that its label is asked for. */
    cell.left = column ? LVIR_BOUNDS : LVIR_LABEL;
    cell.top = (LONG)column;
    if (!tell(grid, LVM_GETSUBITEMRECT, row, (LPARAM)&cell))
        return;
    if (column == 0) {
        RECT bounds = {.left = LVIR_BOUNDS};
        tell(grid, LVM_GETITEMRECT, row, (LPARAM)&bounds);
        cell.left = bounds.left;
        cell.right = bounds.left + (LONG)tell(grid, LVM_GETCOLUMNWIDTH, 0, 0);
        if (grid->class->ticked)
            draw_box(grid, dc, &cell, row);
    }
    length = shown_cell(grid, row, column);
    SetTextColor(dc, text);
    InflateRect(&cell, -scale_by(6, grid->dpi), 0);
    DrawTextW(dc, grid->shown, length, &cell,
              DT_SINGLELINE | DT_VCENTER | DT_NOPREFIX | DT_END_ELLIPSIS |
                  (grid->class->columns[column].numbers ? DT_RIGHT : DT_LEFT));
}

static void draw_row(struct grid *grid, HDC dc, uint32_t row)
{
    bool selected = tell(grid, LVM_GETITEMSTATE, row, LVIS_SELECTED) & LVIS_SELECTED;
    bool focused = tell(grid, LVM_GETITEMSTATE, row, LVIS_FOCUSED) & LVIS_FOCUSED;
    bool active = GetFocus() == grid->window;
    enum theme_colour back = THEME_BACK;
    enum theme_colour text = THEME_TEXT;
    RECT bounds = {.left = LVIR_BOUNDS};

    if (grid->class->dim && grid->class->dim(grid->context, row))
        text = THEME_GHOST_TEXT;
    if (selected) {
        back = active ? THEME_SELECTED_BACK : THEME_SELECTED_IDLE_BACK;
        if (text == THEME_TEXT || theme_high_contrast())
            text = active ? THEME_SELECTED_TEXT : THEME_SELECTED_IDLE_TEXT;
    }
    tell(grid, LVM_GETITEMRECT, row, (LPARAM)&bounds);
    FillRect(dc, &bounds, theme_brush(back));
    SetBkMode(dc, TRANSPARENT);
    for (unsigned column = 0; column < grid->class->column_count; column++)
        draw_cell(grid, dc, row, column, theme_colour(text));
    if (focused && active && !(tell(grid, WM_QUERYUISTATE, 0, 0) & UISF_HIDEFOCUS))
        DrawFocusRect(dc, &bounds);
}

/* What an empty list says, in its middle. */
static void draw_empty(struct grid *grid, HDC dc)
{
    unsigned words = grid->count || !grid->class->empty ? 0 : grid->class->empty(grid->context);
    HWND header = (HWND)tell(grid, LVM_GETHEADER, 0, 0);
    RECT area;
    RECT head = {0, 0, 0, 0};

    if (!words)
        return;
    GetClientRect(grid->window, &area);
    GetClientRect(header, &head);
    area.top = head.bottom + scale_by(24, grid->dpi);
    InflateRect(&area, -scale_by(32, grid->dpi), 0);
    SelectObject(dc, (HFONT)tell(grid, WM_GETFONT, 0, 0));
    SetBkMode(dc, TRANSPARENT);
    SetTextColor(dc, theme_colour(THEME_TEXT_DIM));
    DrawTextW(dc, string_wide(words), -1, &area, DT_CENTER | DT_WORDBREAK | DT_NOPREFIX);
}

static LRESULT custom_draw(struct grid *grid, const NMLVCUSTOMDRAW *draw)
{
    switch (draw->nmcd.dwDrawStage) {
    case CDDS_PREPAINT:
        return CDRF_NOTIFYITEMDRAW | CDRF_NOTIFYPOSTPAINT;
    case CDDS_ITEMPREPAINT:
        if (draw->nmcd.dwItemSpec < grid->count)
            draw_row(grid, draw->nmcd.hdc, (uint32_t)draw->nmcd.dwItemSpec);
        return CDRF_SKIPDEFAULT;
    case CDDS_POSTPAINT:
        draw_empty(grid, draw->nmcd.hdc);
        return CDRF_DODEFAULT;
    default:
        return CDRF_DODEFAULT;
    }
}

/* --- what the user does --- */

static void tick(struct grid *grid, uint32_t row)
{
    if (!grid->class->ticked || row >= grid->count)
        return;
    grid->class->tick(grid->context, !grid->class->ticked(grid->context, row));
    grid_redraw(grid);
}

static uint32_t focused_row(const struct grid *grid)
{
    return (uint32_t)tell(grid, LVM_GETNEXTITEM, (WPARAM)-1, LVNI_FOCUSED);
}

static void clicked(struct grid *grid, const NMITEMACTIVATE *click)
{
    RECT bounds = {.left = LVIR_BOUNDS};
    LVHITTESTINFO hit = {.pt = click->ptAction};
    int row = (int)tell(grid, LVM_SUBITEMHITTEST, 0, (LPARAM)&hit);

    if (row < 0 || !grid->class->ticked ||
        !tell(grid, LVM_GETITEMRECT, (WPARAM)row, (LPARAM)&bounds))
        return;
    if (click->ptAction.x - bounds.left < scale_by(BOX_ROOM, grid->dpi))
        tick(grid, (uint32_t)row);
}

static bool key_pressed(struct grid *grid, WORD key)
{
    switch (key) {
    case VK_SPACE:
        if (!grid->class->ticked)
            return false;
        tick(grid, focused_row(grid));
        return true;
    case VK_DELETE:
        if (grid->class->deleted)
            grid->class->deleted(grid->context);
        return grid->class->deleted != NULL;
    case 'A':
        if (GetKeyState(VK_CONTROL) < 0)
            grid_select_all(grid);
        return GetKeyState(VK_CONTROL) < 0;
    case 'C':
    case VK_INSERT:
        if (GetKeyState(VK_CONTROL) >= 0 || !grid->class->copied)
            return false;
        grid->class->copied(grid->context);
        return true;
    default:
        return false;
    }
}

static void display(struct grid *grid, NMLVDISPINFOW *info)
{
    int length;

    if (!(info->item.mask & LVIF_TEXT) || info->item.cchTextMax <= 0)
        return;
    length = shown_cell(grid, (uint32_t)info->item.iItem, (unsigned)info->item.iSubItem);
    if (length >= info->item.cchTextMax)
        length = info->item.cchTextMax - 1;
    memcpy(info->item.pszText, grid->shown, (size_t)length * sizeof(wchar_t));
    info->item.pszText[length] = L'\0';
}

bool grid_notify(struct grid *grid, const NMHDR *header, LRESULT *result)
{
    if (!grid || header->hwndFrom != grid->window)
        return false;
    *result = 0;
    switch (header->code) {
    case LVN_GETDISPINFOW:
        display(grid, (NMLVDISPINFOW *)(UINT_PTR)header);
        return true;
    case NM_CUSTOMDRAW:
        *result = custom_draw(grid, (const NMLVCUSTOMDRAW *)header);
        return true;
    case NM_CLICK:
        clicked(grid, (const NMITEMACTIVATE *)header);
        return true;
    case NM_DBLCLK:
        if (grid->class->activated && focused_row(grid) < grid->count)
            grid->class->activated(grid->context, focused_row(grid));
        return true;
    case LVN_COLUMNCLICK:
        head_clicked(grid, (unsigned)((const NMLISTVIEW *)header)->iSubItem);
        return true;
    case LVN_KEYDOWN:
        key_pressed(grid, ((const NMLVKEYDOWN *)header)->wVKey);
        return true;
    case LVN_ITEMCHANGED:
    case LVN_ODSTATECHANGED:
        if (grid->class->changed && !grid->moving)
            grid->class->changed(grid->context);
        return true;
    default:
        return false;
    }
}

void grid_set_scale(struct grid *grid, HFONT font, unsigned dpi)
{
    unsigned before = grid->dpi;

    grid->dpi = dpi;
    tell(grid, WM_SETFONT, (WPARAM)font, FALSE);
    for (unsigned i = 0; i < grid->class->column_count && dpi != before; i++) {
        int width = (int)tell(grid, LVM_GETCOLUMNWIDTH, i, 0);
        tell(grid, LVM_SETCOLUMNWIDTH, i, MulDiv(width, (int)dpi, (int)before));
    }
    /* An image list of one pixel's width makes rows higher, which reads better. */
    HIMAGELIST old = (HIMAGELIST)tell(grid, LVM_GETIMAGELIST, LVSIL_SMALL, 0);
    HIMAGELIST room = ImageList_Create(1, scale_by(20, dpi), ILC_COLOR, 0, 1);
    tell(grid, LVM_SETIMAGELIST, LVSIL_SMALL, (LPARAM)room);
    if (old)
        ImageList_Destroy(old);
}

uint32_t grid_next_selected(const struct grid *grid, uint32_t after)
{
    return (uint32_t)(int)tell(grid, LVM_GETNEXTITEM, (WPARAM)(int)after, LVNI_SELECTED);
}

uint32_t grid_selected_count(const struct grid *grid)
{
    return (uint32_t)tell(grid, LVM_GETSELECTEDCOUNT, 0, 0);
}

void grid_select_all(struct grid *grid)
{
    const LVITEMW all = {.state = LVIS_SELECTED, .stateMask = LVIS_SELECTED};

    tell(grid, LVM_SETITEMSTATE, (WPARAM)-1, (LPARAM)&all);
}

void grid_select(struct grid *grid, uint32_t row)
{
    const LVITEMW none = {.stateMask = LVIS_SELECTED};
    const LVITEMW one = {.state = LVIS_SELECTED | LVIS_FOCUSED,
                         .stateMask = LVIS_SELECTED | LVIS_FOCUSED};

    tell(grid, LVM_SETITEMSTATE, (WPARAM)-1, (LPARAM)&none);
    tell(grid, LVM_SETITEMSTATE, row, (LPARAM)&one);
    tell(grid, LVM_ENSUREVISIBLE, row, FALSE);
}

void grid_select_also(struct grid *grid, uint32_t row, bool focused)
{
    UINT bits = LVIS_SELECTED | (focused ? LVIS_FOCUSED : 0u);
    const LVITEMW one = {.state = bits, .stateMask = bits};

    tell(grid, LVM_SETITEMSTATE, row, (LPARAM)&one);
}

uint32_t grid_focused(const struct grid *grid)
{
    return focused_row(grid);
}

void grid_layout(const struct grid *grid, struct buffer *out)
{
    for (unsigned i = 0; i < grid->class->column_count; i++) {
        int width = (int)tell(grid, LVM_GETCOLUMNWIDTH, i, 0);
        if (i)
            buffer_add_byte(out, ',');
        buffer_add_string(out, grid->class->columns[i].key);
        buffer_add_byte(out, ':');
        buffer_add_signed(out, MulDiv(width, (int)SCALE_PLAIN, (int)grid->dpi));
    }
}

static void set_width(struct grid *grid, struct text word)
{
    size_t colon = text_find(word, text_of(":"));
    uint64_t width;

    if (colon == SIZE_MAX ||
        !text_number(text_slice(word, colon + 1, word.size - colon - 1), 4000, &width))
        return;
    for (unsigned i = 0; i < grid->class->column_count; i++) {
        if (text_equal(text_slice(word, 0, colon), text_from(grid->class->columns[i].key)))
            tell(grid, LVM_SETCOLUMNWIDTH, i, scale_by((int)width, grid->dpi));
    }
}

void grid_set_layout(struct grid *grid, struct text layout)
{
    size_t from = 0;

    for (size_t i = 0; i <= layout.size; i++) {
        if (i < layout.size && layout.bytes[i] != ',')
            continue;
        set_width(grid, text_slice(layout, from, i - from));
        from = i + 1;
    }
}
