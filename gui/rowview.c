/* The control: making it, keeping it in step with the tree_view, hearing what the user does. */
#include <windows.h>

#include <commctrl.h>
#include <stdlib.h>
#include <string.h>
#include <windowsx.h>

#include "core/base/memory.h"
#include "core/windows/text16.h"
#include "gui/rowview_parts.h"
#include "gui/theme.h"

#define TEXT_CEILING ((size_t)1024 * 1024)
#define SUBCLASS_ID 1

static LRESULT CALLBACK list_procedure(HWND window, UINT message, WPARAM wide, LPARAM narrow,
                                       UINT_PTR id, DWORD_PTR data);

struct rowview *rowview_new(const struct rowview_setup *setup)
{
    if (setup->column_count > ROWVIEW_COLUMNS_MOST)
        return NULL;
    struct rowview *rowview = memory_take(sizeof *rowview);
    if (!rowview)
        return NULL;
    rowview->view = setup->view;
    rowview->class = setup->class;
    rowview->context = setup->context;
    rowview->columns = setup->columns;
    rowview->column_count = setup->column_count;
    rowview->scale = 100;
    buffer_init(&rowview->text, TEXT_CEILING);
    rowview->list = CreateWindowExW(
        0, WC_LISTVIEWW, L"",
        WS_CHILD | WS_VISIBLE | WS_TABSTOP | LVS_REPORT | LVS_OWNERDATA | LVS_SHOWSELALWAYS, 0, 0,
        0, 0, setup->parent, (HMENU)(INT_PTR)setup->control_id, NULL, NULL);
    if (!rowview->list) {
        rowview_free(rowview);
        return NULL;
    }
    DWORD styles =
        LVS_EX_DOUBLEBUFFER | LVS_EX_FULLROWSELECT | LVS_EX_HEADERDRAGDROP | LVS_EX_INFOTIP;
    SendMessageW(rowview->list, LVM_SETEXTENDEDLISTVIEWSTYLE, styles, (LPARAM)styles);
    rowview->header = (HWND)SendMessageW(rowview->list, LVM_GETHEADER, 0, 0);
    SetWindowSubclass(rowview->list, list_procedure, SUBCLASS_ID, (DWORD_PTR)rowview);
    for (unsigned place = 0; place < rowview->column_count; place++)
        rowview->width[place] = rowview->columns[place].width;
    rowview_set_layout(rowview, (struct text){0});
    return rowview;
}

void rowview_free(struct rowview *rowview)
{
    if (!rowview)
        return;
    if (rowview->list) {
        RemoveWindowSubclass(rowview->list, list_procedure, SUBCLASS_ID);
        DestroyWindow(rowview->list);
    }
    if (rowview->heights)
        ImageList_Destroy(rowview->heights);
    if (rowview->italic)
        DeleteObject(rowview->italic);
    memory_give(rowview->mirror);
    buffer_done(&rowview->text);
    memory_give(rowview);
}

HWND rowview_window(const struct rowview *rowview)
{
    return rowview->list;
}

static LRESULT tell(const struct rowview *rowview, UINT message, WPARAM wide, LPARAM narrow)
{
    return SendMessageW(rowview->list, message, wide, narrow);
}

/* --- keeping step --- */

/* The rows that can be seen, partly or whole. */
static void visible_rows(const struct rowview *rowview, uint32_t *first, uint32_t *behind)
{
    uint32_t count = tree_view_count(rowview->view);
    uint32_t top = (uint32_t)tell(rowview, LVM_GETTOPINDEX, 0, 0);
    uint32_t page = (uint32_t)tell(rowview, LVM_GETCOUNTPERPAGE, 0, 0) + 2;
    *first = top < count ? top : count;
    *behind = count - *first < page ? count : *first + page;
}

static void scroll_to(struct rowview *rowview, uint32_t top)
{
    uint32_t now = (uint32_t)tell(rowview, LVM_GETTOPINDEX, 0, 0);
    RECT rect;
    if (now == top || !rowview_row_rect(rowview, now, &rect))
        return;
    int height = rect.bottom - rect.top;
    tell(rowview, LVM_SCROLL, 0, ((LPARAM)top - (LPARAM)now) * height);
}

static void set_state(struct rowview *rowview, uint32_t row, UINT state, UINT mask)
{
    LVITEMW item = {.stateMask = mask, .state = state};
    tell(rowview, LVM_SETITEMSTATE, row, (LPARAM)&item);
}

/* The control keeps selection by place; what it has selected is mirrored, and only differences are
 * told to it. While the guard is up its notifications are echoes. */
static void sync_selection(struct rowview *rowview)
{
    uint32_t count = tree_view_count(rowview->view);
    if (count > rowview->mirror_room) {
        uint32_t room = count + count / 2 + 256;
        uint8_t *grown = memory_grow(rowview->mirror, room);
        if (!grown)
            return; /* the selection on the screen lags behind until there is memory */
        rowview->mirror = grown;
        rowview->mirror_room = room;
    }
    if (count > rowview->mirror_size)
        memset(rowview->mirror + rowview->mirror_size, 0, count - rowview->mirror_size);
    rowview->mirror_size = count;
    rowview->guard++;
    for (uint32_t row = 0; row < count; row++) {
        uint8_t wanted = tree_view_selected(rowview->view, row);
        if (rowview->mirror[row] == wanted)
            continue;
        rowview->mirror[row] = wanted;
        set_state(rowview, row, wanted ? LVIS_SELECTED : 0, LVIS_SELECTED);
    }
    uint32_t focus = tree_view_focus(rowview->view);
    LRESULT focused = tell(rowview, LVM_GETNEXTITEM, (WPARAM)-1, LVNI_FOCUSED);
    if (focus == VIEW_NO_ROW && focused >= 0)
        set_state(rowview, (uint32_t)focused, 0, LVIS_FOCUSED);
    else if (focus != VIEW_NO_ROW && focused != (LRESULT)focus)
        set_state(rowview, focus, LVIS_FOCUSED, LVIS_FOCUSED);
    rowview->guard--;
}

static void redraw_changed(struct rowview *rowview)
{
    uint32_t first;
    uint32_t behind;
    visible_rows(rowview, &first, &behind);
    for (uint32_t row = first; row < behind; row++) {
        const struct rowview_painted *painted = &rowview->painted[row % ROWVIEW_PAINTED];
        RECT rect;
        if (painted->row == row && painted->looks == rowview_looks(rowview, row))
            continue;
        if (!rowview_row_rect(rowview, row, &rect))
            continue;
        rect.left = 0;
        rect.right = INT16_MAX;
        InvalidateRect(rowview->list, &rect, FALSE);
    }
}

/* What lies below the last row is not a row's to draw: it is wiped when rows went. */
static void wipe_below(struct rowview *rowview, uint32_t count)
{
    RECT client;
    RECT last = {0};
    GetClientRect(rowview->list, &client);
    if (count && rowview_row_rect(rowview, count - 1, &last))
        client.top = last.bottom;
    if (client.top < client.bottom)
        InvalidateRect(rowview->list, &client, TRUE);
}

static void set_count(struct rowview *rowview, uint32_t count, uint32_t before)
{
    if (count == before)
        return;
    rowview->guard++;
    tell(rowview, LVM_SETITEMCOUNT, count, LVSICF_NOSCROLL | LVSICF_NOINVALIDATEALL);
    rowview->guard--;
}

void rowview_refresh(struct rowview *rowview)
{
    uint32_t count = tree_view_count(rowview->view);
    uint32_t before = (uint32_t)tell(rowview, LVM_GETITEMCOUNT, 0, 0);
    uint32_t top = (uint32_t)tell(rowview, LVM_GETTOPINDEX, 0, 0);
    /* A list that shows its beginning keeps showing its beginning, and a dragged thumb rules. */
    bool anchored = top > 0 && !rowview->thumb && tree_view_moved(rowview->view);
    uint32_t target = anchored ? tree_view_follow(rowview->view, top) : top;
    if (target == VIEW_NO_ROW || target >= count)
        target = top < count ? top : 0;
    if (target == top) {
        set_count(rowview, count, before);
        sync_selection(rowview);
        scroll_to(rowview, top); /* the control scrolls a row that is given the focus into view */
        redraw_changed(rowview);
        if (count < before || !before)
            wipe_below(rowview, before ? count : 0);
        return;
    }
    /* Everything on the screen changes its place in the list. With drawing off, since the control
     * would draw, scroll and draw again on the way; then it draws once. */
    tell(rowview, WM_SETREDRAW, FALSE, 0);
    set_count(rowview, count, before);
    sync_selection(rowview);
    scroll_to(rowview, target);
    tell(rowview, WM_SETREDRAW, TRUE, 0);
    InvalidateRect(rowview->list, NULL, TRUE);
}

void rowview_sync(struct rowview *rowview)
{
    sync_selection(rowview);
    redraw_changed(rowview);
}

void rowview_redraw(struct rowview *rowview)
{
    for (unsigned column = 0; column < rowview->shown_count; column++) {
        const struct rowview_column *as = &rowview->columns[rowview->shown[column]];
        LVCOLUMNW set = {
            /* With the format: some systems take a text alone for a column to the left. */
            .mask = LVCF_TEXT | LVCF_FMT,
            .fmt = as->numbers ? LVCFMT_RIGHT : LVCFMT_LEFT,
            .pszText = (LPWSTR)(UINT_PTR)rowview->class->title(rowview->context, as->id),
        };
        tell(rowview, LVM_SETCOLUMNW, column, (LPARAM)&set);
    }
    rowview_mark_sorted(rowview);
    tell(rowview, LVM_SETBKCOLOR, 0, (LPARAM)theme_colour(THEME_BACK));
    tell(rowview, LVM_SETTEXTBKCOLOR, 0, (LPARAM)theme_colour(THEME_BACK));
    tell(rowview, LVM_SETTEXTCOLOR, 0, (LPARAM)theme_colour(THEME_TEXT));
    InvalidateRect(rowview->list, NULL, TRUE);
}

/* The control takes its row height from its small images, and from nothing else that may be set. */
static void set_row_height(struct rowview *rowview)
{
    TEXTMETRICW metrics = {.tmHeight = 16};
    HDC dc = GetDC(rowview->list);
    HGDIOBJ old = SelectObject(dc, rowview->font);
    GetTextMetricsW(dc, &metrics);
    SelectObject(dc, old);
    ReleaseDC(rowview->list, dc);
    int height = metrics.tmHeight + rowview_scaled(rowview, 5);
    HIMAGELIST heights = ImageList_Create(1, height, ILC_COLOR, 1, 1);
    if (!heights)
        return;
    tell(rowview, LVM_SETIMAGELIST, LVSIL_SMALL, (LPARAM)heights);
    if (rowview->heights)
        ImageList_Destroy(rowview->heights);
    rowview->heights = heights;
}

static void set_italic(struct rowview *rowview)
{
    LOGFONTW font;
    if (!GetObjectW(rowview->font, sizeof font, &font))
        return;
    font.lfItalic = TRUE;
    HFONT italic = CreateFontIndirectW(&font);
    if (!italic)
        return;
    if (rowview->italic)
        DeleteObject(rowview->italic);
    rowview->italic = italic;
}

void rowview_set_scale(struct rowview *rowview, HFONT font, unsigned scale)
{
    rowview_read_widths(rowview);
    rowview->font = font;
    rowview->scale = scale;
    set_italic(rowview);
    tell(rowview, WM_SETFONT, (WPARAM)font, FALSE);
    set_row_height(rowview);
    for (unsigned column = 0; column < rowview->shown_count; column++) {
        int width = rowview_scaled(rowview, (int)rowview->width[rowview->shown[column]]);
        if (tell(rowview, LVM_GETCOLUMNWIDTH, column, 0) != width)
            tell(rowview, LVM_SETCOLUMNWIDTH, column, MAKELPARAM(width, 0));
    }
    InvalidateRect(rowview->list, NULL, TRUE);
}

/* --- what others ask of it --- */

void rowview_go_to(struct rowview *rowview, uint32_t row)
{
    tree_view_select_none(rowview->view);
    tree_view_select(rowview->view, row, true);
    tree_view_set_focus(rowview->view, row);
    tell(rowview, LVM_ENSUREVISIBLE, row, FALSE);
    rowview_sync(rowview);
    rowview->class->selected(rowview->context);
}

void rowview_select_all(struct rowview *rowview)
{
    uint32_t count = tree_view_count(rowview->view);
    if (!count)
        return;
    tree_view_select_range(rowview->view, 0, count - 1, true);
    rowview_sync(rowview);
    rowview->class->selected(rowview->context);
}

bool rowview_held(const struct rowview *rowview)
{
    return rowview->thumb || rowview->button;
}

POINT rowview_menu_point(const struct rowview *rowview)
{
    uint32_t focus = tree_view_focus(rowview->view);
    POINT where = {rowview_scaled(rowview, 24), rowview_scaled(rowview, 40)};
    RECT rect;
    if (focus != VIEW_NO_ROW && rowview_row_rect(rowview, focus, &rect))
        where.y = rect.bottom;
    ClientToScreen(rowview->list, &where);
    return where;
}

unsigned rowview_current_column(const struct rowview *rowview)
{
    return rowview->columns[rowview->current].id;
}

uint32_t rowview_top_row(const struct rowview *rowview)
{
    return (uint32_t)tell(rowview, LVM_GETTOPINDEX, 0, 0);
}

uint64_t rowview_rows_redrawn(const struct rowview *rowview)
{
    return rowview->redrawn;
}

/* --- what the user does --- */

static void rearranged(struct rowview *rowview)
{
    rowview->class->arranged(rowview->context);
}

static void set_expanded(struct rowview *rowview, uint32_t row, bool expanded)
{
    tree_view_set_expanded(rowview->view, row, expanded);
    rearranged(rowview);
}

static void move_to(struct rowview *rowview, uint32_t row)
{
    rowview_go_to(rowview, row);
}

/* Left closes, or goes to the parent; Right opens, or goes to the first child; + - * as in every
 * tree. */
static bool tree_key(struct rowview *rowview, WPARAM key)
{
    uint32_t row = tree_view_focus(rowview->view);
    if (tree_view_flat(rowview->view) || row == VIEW_NO_ROW)
        return false;
    uint8_t flags = tree_view_row(rowview->view, row)->flags;
    bool open = flags & VIEW_EXPANDED;
    switch (key) {
    case VK_LEFT:
        if (open)
            set_expanded(rowview, row, false);
        else if (tree_view_parent(rowview->view, row) != VIEW_NO_ROW)
            move_to(rowview, tree_view_parent(rowview->view, row));
        return true;
    case VK_RIGHT:
        if (open)
            move_to(rowview, row + 1);
        else if (flags & VIEW_EXPANDABLE)
            set_expanded(rowview, row, true);
        return true;
    case VK_ADD:
    case VK_OEM_PLUS:
        if (flags & VIEW_EXPANDABLE)
            set_expanded(rowview, row, true);
        return true;
    case VK_SUBTRACT:
    case VK_OEM_MINUS:
        if (flags & VIEW_EXPANDABLE)
            set_expanded(rowview, row, false);
        return true;
    case VK_MULTIPLY:
        tree_view_expand_below(rowview->view, row);
        rearranged(rowview);
        return true;
    default:
        return false;
    }
}

static bool key_down(struct rowview *rowview, WPARAM key)
{
    bool control = GetKeyState(VK_CONTROL) < 0;
    if (control && key == 'A') {
        rowview_select_all(rowview);
        return true;
    }
    if (key == VK_RETURN) {
        rowview->class->activated(rowview->context);
        return true;
    }
    return !control && tree_key(rowview, key);
}

/* The column under a point of the client area becomes the current one, for "copy cell". */
static void note_column(struct rowview *rowview, int x)
{
    for (unsigned column = 0; column < rowview->shown_count; column++) {
        RECT rect;
        if (rowview_column_rect(rowview, column, &rect) && x >= rect.left && x < rect.right)
            rowview->current = rowview->shown[column];
    }
}

static bool click_on_glyph(struct rowview *rowview, POINT where)
{
    LVHITTESTINFO hit = {.pt = where};
    if (tell(rowview, LVM_HITTEST, 0, (LPARAM)&hit) < 0 ||
        (uint32_t)hit.iItem >= tree_view_count(rowview->view))
        return false;
    RECT glyph;
    uint32_t row = (uint32_t)hit.iItem;
    if (!rowview_glyph_rect(rowview, row, &glyph) || !PtInRect(&glyph, where))
        return false;
    bool open = tree_view_row(rowview->view, row)->flags & VIEW_EXPANDED;
    set_expanded(rowview, row, !open);
    return true;
}

static void open_menu(struct rowview *rowview, HWND on, LPARAM where)
{
    POINT point = {GET_X_LPARAM(where), GET_Y_LPARAM(where)};
    if (on == rowview->header) {
        rowview->class->columns_menu(rowview->context, point);
        return;
    }
    if (point.x == -1 && point.y == -1)
        point = rowview_menu_point(rowview);
    rowview->class->menu(rowview->context, point);
}

static LRESULT CALLBACK list_procedure(HWND window, UINT message, WPARAM wide, LPARAM narrow,
                                       UINT_PTR id, DWORD_PTR data)
{
    struct rowview *rowview = (struct rowview *)data;
    POINT where = {GET_X_LPARAM(narrow), GET_Y_LPARAM(narrow)};
    LRESULT result;
    (void)id;
    switch (message) {
    case WM_KEYDOWN:
        if (key_down(rowview, wide))
            return 0;
        break;
    case WM_CHAR:
        /* Handled as keys; the control would search for them, or beep. */
        if (wide < 0x20 || (!tree_view_flat(rowview->view) && strchr("+-*", (int)wide)))
            return 0;
        break;
    case WM_LBUTTONDOWN:
    case WM_LBUTTONDBLCLK:
        note_column(rowview, where.x);
        if (click_on_glyph(rowview, where)) {
            SetFocus(window);
            return 0;
        }
        rowview->button = true;
        result = DefSubclassProc(window, message, wide, narrow);
        rowview->button = false;
        return result;
    case WM_RBUTTONDOWN:
        note_column(rowview, where.x);
        break;
    case WM_VSCROLL:
        rowview->thumb = LOWORD(wide) == SB_THUMBTRACK;
        break;
    case WM_SETFOCUS:
    case WM_KILLFOCUS:
        result = DefSubclassProc(window, message, wide, narrow);
        InvalidateRect(window, NULL, FALSE); /* the selection changes its colour */
        return result;
    case WM_CONTEXTMENU:
        open_menu(rowview, (HWND)wide, narrow);
        return 0;
    default:
        break;
    }
    return DefSubclassProc(window, message, wide, narrow);
}

static void item_changed(struct rowview *rowview, const NMLISTVIEW *change)
{
    uint32_t count = tree_view_count(rowview->view);
    if (rowview->guard || !(change->uChanged & LVIF_STATE))
        return;
    bool now = change->uNewState & LVIS_SELECTED;
    bool before = change->uOldState & LVIS_SELECTED;
    if (change->iItem < 0) { /* all of them */
        if (!now) {
            tree_view_select_none(rowview->view);
            memset(rowview->mirror, 0, rowview->mirror_size);
        } else if (count) {
            tree_view_select_range(rowview->view, 0, count - 1, true);
            memset(rowview->mirror, 1, rowview->mirror_size);
        }
    } else if ((uint32_t)change->iItem < count) {
        uint32_t row = (uint32_t)change->iItem;
        if (now != before) {
            tree_view_select(rowview->view, row, now);
            if (row < rowview->mirror_size)
                rowview->mirror[row] = now;
        }
        if ((change->uNewState & LVIS_FOCUSED) && !(change->uOldState & LVIS_FOCUSED))
            tree_view_set_focus(rowview->view, row);
    }
    rowview->class->selected(rowview->context);
}

static void range_changed(struct rowview *rowview, const NMLVODSTATECHANGE *change)
{
    uint32_t count = tree_view_count(rowview->view);
    if (rowview->guard || change->iFrom < 0 || change->iTo < change->iFrom ||
        (uint32_t)change->iTo >= count)
        return;
    bool now = change->uNewState & LVIS_SELECTED;
    tree_view_select_range(rowview->view, (uint32_t)change->iFrom, (uint32_t)change->iTo, now);
    for (uint32_t row = (uint32_t)change->iFrom;
         row <= (uint32_t)change->iTo && row < rowview->mirror_size; row++)
        rowview->mirror[row] = now;
    rowview->class->selected(rowview->context);
}

/* Text for those who ask the control: screen readers, tests. What is seen is drawn by
 * rowview_paint. */
static void give_text(struct rowview *rowview, NMLVDISPINFOW *info)
{
    LVITEMW *item = &info->item;
    if (!(item->mask & LVIF_TEXT) || !item->pszText || item->cchTextMax < 1)
        return;
    item->pszText[0] = 0;
    if (item->iItem < 0 || (uint32_t)item->iItem >= tree_view_count(rowview->view) ||
        item->iSubItem < 0 || (unsigned)item->iSubItem >= rowview->shown_count)
        return;
    bool dim = false;
    size_t length = 0;
    uint32_t index = tree_view_row(rowview->view, (uint32_t)item->iItem)->index;
    unsigned column = rowview->columns[rowview->shown[item->iSubItem]].id;
    buffer_clear(&rowview->text);
    rowview->class->text(rowview->context, index, column, &rowview->text, &dim);
    wchar_t *wide = text16_from(buffer_text(&rowview->text), &length);
    if (!wide)
        return;
    lstrcpynW(item->pszText, wide, item->cchTextMax);
    text16_free(wide);
}

static void give_tip(struct rowview *rowview, NMLVGETINFOTIPW *tip)
{
    if (!tip->pszText || tip->iItem < 0 || (uint32_t)tip->iItem >= tree_view_count(rowview->view))
        return;
    buffer_clear(&rowview->text);
    rowview->class->tip(rowview->context, tree_view_row(rowview->view, (uint32_t)tip->iItem)->index,
                        &rowview->text);
    wchar_t *wide = rowview->text.size ? text16_from(buffer_text(&rowview->text), NULL) : NULL;
    if (!wide)
        return;
    lstrcpynW(tip->pszText, wide, tip->cchTextMax);
    text16_free(wide);
}

static LRESULT find_by_typing(const struct rowview *rowview, const NMLVFINDITEMW *find)
{
    char start[128];
    if (!(find->lvfi.flags & (LVFI_STRING | LVFI_PARTIAL)) || !find->lvfi.psz)
        return -1;
    size_t length = wcslen(find->lvfi.psz);
    if (TEXT16_MOST(length) > sizeof start)
        return -1;
    size_t size = text16_encode(find->lvfi.psz, length, start);
    uint32_t from = find->iStart > 0 ? (uint32_t)find->iStart : 0;
    uint32_t row = tree_view_type_ahead(rowview->view, rowview->columns[0].id, from,
                                        (struct text){start, size});
    return row == VIEW_NO_ROW ? -1 : (LRESULT)row;
}

static LRESULT custom_draw(struct rowview *rowview, const NMLVCUSTOMDRAW *draw)
{
    switch (draw->nmcd.dwDrawStage) {
    case CDDS_PREPAINT:
        if (!tree_view_count(rowview->view))
            return CDRF_NOTIFYPOSTPAINT;
        return CDRF_NOTIFYITEMDRAW;
    case CDDS_POSTPAINT:
        rowview_paint_empty(rowview, draw->nmcd.hdc);
        return CDRF_DODEFAULT;
    case CDDS_ITEMPREPAINT:
        rowview_paint_row(rowview, draw->nmcd.hdc, (uint32_t)draw->nmcd.dwItemSpec);
        return CDRF_SKIPDEFAULT;
    default:
        return CDRF_DODEFAULT;
    }
}

bool rowview_notify(struct rowview *rowview, const NMHDR *header, LRESULT *result)
{
    if (header->hwndFrom != rowview->list)
        return false;
    *result = 0;
    switch (header->code) {
    case LVN_GETDISPINFOW:
        give_text(rowview, (NMLVDISPINFOW *)(UINT_PTR)header);
        return true;
    case LVN_GETINFOTIPW:
        give_tip(rowview, (NMLVGETINFOTIPW *)(UINT_PTR)header);
        return true;
    case LVN_ITEMCHANGED:
        item_changed(rowview, (const NMLISTVIEW *)header);
        return true;
    case LVN_ODSTATECHANGED:
        range_changed(rowview, (const NMLVODSTATECHANGE *)header);
        return true;
    case LVN_ODFINDITEMW:
        *result = find_by_typing(rowview, (const NMLVFINDITEMW *)header);
        return true;
    case LVN_COLUMNCLICK: {
        unsigned column = (unsigned)((const NMLISTVIEW *)header)->iSubItem;
        if (column < rowview->shown_count) {
            tree_view_sort(rowview->view, rowview->columns[rowview->shown[column]].id);
            rowview_mark_sorted(rowview);
            rearranged(rowview);
        }
        return true;
    }
    case NM_DBLCLK:
        if (((const NMITEMACTIVATE *)header)->iItem >= 0)
            rowview->class->activated(rowview->context);
        return true;
    case NM_CUSTOMDRAW:
        *result = custom_draw(rowview, (const NMLVCUSTOMDRAW *)header);
        return true;
    default:
        return false;
    }
}
