/* How a row is drawn: background, bar, tree glyph, cells. */
#include <windows.h>

#include <commctrl.h>
#include <stdlib.h>

#include "core/windows/text16.h"
#include "gui/rowview_parts.h"
#include "gui/theme.h"

#define INDENT 16
#define GLYPH 16
#define CELL_MARGIN 5
#define BAR_WIDTH 3

int rowview_scaled(const struct rowview *rowview, int pixels)
{
    return MulDiv(pixels, (int)rowview->scale, 100);
}

bool rowview_row_rect(const struct rowview *rowview, uint32_t row, RECT *rect)
{
    rect->left = LVIR_BOUNDS;
    return SendMessageW(rowview->list, LVM_GETITEMRECT, row, (LPARAM)rect) != 0;
}

bool rowview_column_rect(const struct rowview *rowview, unsigned column, RECT *rect)
{
    if (!SendMessageW(rowview->header, HDM_GETITEMRECT, column, (LPARAM)rect))
        return false;
    MapWindowPoints(rowview->header, rowview->list, (POINT *)rect, 2);
    return true;
}

static bool is_tree(const struct rowview *rowview)
{
    return !tree_view_flat(rowview->view);
}

/* The list's column that bears the tree: the first of the setup, wherever it was dragged to. */
static unsigned tree_column(const struct rowview *rowview)
{
    unsigned column = 0;
    while (column + 1 < rowview->shown_count && rowview->shown[column] != 0)
        column++;
    return column;
}

static int indent_of(const struct rowview *rowview, const struct view_row *row)
{
    int level =
        row->level < 40 ? row->level : 40; /* deeper ones would leave no room for the name */
    return rowview_scaled(rowview, BAR_WIDTH + 2) + level * rowview_scaled(rowview, INDENT);
}

bool rowview_glyph_rect(const struct rowview *rowview, uint32_t row, RECT *rect)
{
    const struct view_row *shown = tree_view_row(rowview->view, row);
    RECT column;
    RECT bounds;
    if (!is_tree(rowview) || !(shown->flags & VIEW_EXPANDABLE) ||
        !rowview_column_rect(rowview, tree_column(rowview), &column) ||
        !rowview_row_rect(rowview, row, &bounds))
        return false;
    rect->left = column.left + indent_of(rowview, shown);
    rect->right = rect->left + rowview_scaled(rowview, GLYPH);
    rect->top = bounds.top;
    rect->bottom = bounds.bottom;
    if (rect->right > column.right)
        rect->right = column.right;
    return rect->left < rect->right;
}

/* What would play tricks on the reader is drawn as a sign: control characters, and the marks that
 * turn the direction of writing ("gpj.exe" seen as "exe.jpg"). Copies and exports keep the text as
 * it is. */
static wchar_t drawn_character(wchar_t c)
{
    if (c < 0x20)
        return (wchar_t)(0x2400 + c);
    if (c == 0x7f)
        return 0x2421;
    if (c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
        return 0xfffd;
    return c;
}

static void draw_text(HDC dc, struct text value, RECT *rect, UINT align)
{
    if (value.size > (size_t)ROWVIEW_DRAWN_MOST * 4)
        value.size = (size_t)ROWVIEW_DRAWN_MOST * 4;
    size_t length;
    wchar_t *wide = text16_from(value, &length);
    if (!wide)
        return;
    if (length > ROWVIEW_DRAWN_MOST)
        length = ROWVIEW_DRAWN_MOST;
    for (size_t i = 0; i < length; i++)
        wide[i] = drawn_character(wide[i]);
    DrawTextW(dc, wide, (int)length, rect,
              align | DT_SINGLELINE | DT_VCENTER | DT_NOPREFIX | DT_END_ELLIPSIS);
    text16_free(wide);
}

/* A triangle, as tree controls have it: to the right when closed, down when open. */
static void draw_glyph(const struct rowview *rowview, HDC dc, const RECT *rect, bool open,
                       COLORREF colour)
{
    int half = rowview_scaled(rowview, 4);
    int x = (rect->left + rect->right) / 2;
    int y = (rect->top + rect->bottom) / 2;
    POINT right[3] = {{x - half / 2, y - half}, {x - half / 2, y + half}, {x + half / 2 + 1, y}};
    POINT down[3] = {{x - half, y - half / 2}, {x + half, y - half / 2}, {x, y + half / 2 + 1}};
    HBRUSH brush = CreateSolidBrush(colour);
    HPEN pen = CreatePen(PS_SOLID, 1, colour);
    HGDIOBJ old_brush = SelectObject(dc, brush);
    HGDIOBJ old_pen = SelectObject(dc, pen);
    Polygon(dc, open ? down : right, 3);
    SelectObject(dc, old_pen);
    SelectObject(dc, old_brush);
    DeleteObject(pen);
    DeleteObject(brush);
}

/* The mark of a collapsed row that hides something watched. Returns how much room it took. */
static int draw_mark(const struct rowview *rowview, HDC dc, const RECT *rect, COLORREF colour)
{
    int size = rowview_scaled(rowview, 8);
    int top = (rect->top + rect->bottom - size) / 2;
    HBRUSH brush = CreateSolidBrush(colour);
    HPEN pen = CreatePen(PS_SOLID, 1, colour);
    HGDIOBJ old_brush = SelectObject(dc, brush);
    HGDIOBJ old_pen = SelectObject(dc, pen);
    Ellipse(dc, rect->left, top, rect->left + size, top + size);
    SelectObject(dc, old_pen);
    SelectObject(dc, old_brush);
    DeleteObject(pen);
    DeleteObject(brush);
    return size + rowview_scaled(rowview, 4);
}

/* The mark of a row that is odd itself: an empty triangle, so that its shape alone tells it from
 * the other. Returns how much room it took. */
static int draw_odd_mark(const struct rowview *rowview, HDC dc, const RECT *rect, COLORREF colour)
{
    int size = rowview_scaled(rowview, 9);
    int top = (rect->top + rect->bottom - size) / 2;
    int middle = rect->left + size / 2;
    POINT corners[4] = {{middle, top},
                        {rect->left + size - 1, top + size - 1},
                        {rect->left, top + size - 1},
                        {middle, top}};
    HPEN pen = CreatePen(PS_SOLID, rowview_scaled(rowview, 3) / 2, colour);
    HGDIOBJ old = SelectObject(dc, pen);
    Polyline(dc, corners, 4);
    SelectObject(dc, old);
    DeleteObject(pen);
    return size + rowview_scaled(rowview, 4);
}

struct row_paint {
    const struct view_row *row;
    struct row_style style;
    COLORREF text;
    COLORREF dim;    /* of relatives that a filter keeps, and of expanders */
    COLORREF unread; /* of a reason in the place of a value */
    COLORREF back;
    bool selected;
};

static void choose_colours(struct rowview *rowview, uint32_t row, struct row_paint *paint)
{
    bool active = GetFocus() == rowview->list;
    paint->row = tree_view_row(rowview->view, row);
    paint->style = (struct row_style){0};
    rowview->class->style(rowview->context, paint->row->index, &paint->style);
    paint->selected = tree_view_selected(rowview->view, row);
    paint->text = paint->style.has_text ? paint->style.text : theme_colour(THEME_TEXT);
    paint->dim = theme_colour(THEME_TEXT_DIM);
    paint->unread = theme_colour(THEME_UNREAD_TEXT);
    paint->back = paint->style.has_back ? paint->style.back : theme_colour(THEME_BACK);
    if ((paint->row->flags & VIEW_CONTEXT) && !paint->style.has_text)
        paint->text = paint->dim;
    if (!paint->selected)
        return;
    paint->back = theme_colour(active ? THEME_SELECTED_BACK : THEME_SELECTED_IDLE_BACK);
    if (theme_high_contrast() || !paint->style.has_text)
        paint->text = theme_colour(active ? THEME_SELECTED_TEXT : THEME_SELECTED_IDLE_TEXT);
    if (theme_high_contrast())
        paint->dim = paint->unread = paint->text;
}

static void draw_tree_glyph(struct rowview *rowview, HDC dc, const struct row_paint *paint,
                            RECT *cell)
{
    cell->left += indent_of(rowview, paint->row);
    if (paint->row->flags & VIEW_EXPANDABLE) {
        RECT glyph = *cell;
        glyph.right = glyph.left + rowview_scaled(rowview, GLYPH);
        if (glyph.right <= cell->right)
            draw_glyph(rowview, dc, &glyph, paint->row->flags & VIEW_EXPANDED, paint->dim);
    }
    cell->left += rowview_scaled(rowview, GLYPH);
    if ((paint->row->flags & VIEW_MARKED) && cell->left < cell->right)
        cell->left += draw_mark(rowview, dc, cell, theme_colour(THEME_WATCHED_BAR));
}

static void draw_first_column(struct rowview *rowview, HDC dc, const struct row_paint *paint,
                              RECT *cell)
{
    if (is_tree(rowview))
        draw_tree_glyph(rowview, dc, paint, cell);
    else
        cell->left += rowview_scaled(rowview, BAR_WIDTH + 2);
    if (paint->style.has_mark && cell->left < cell->right) {
        bool plain = paint->selected && theme_high_contrast();
        cell->left += draw_odd_mark(rowview, dc, cell, plain ? paint->text : paint->style.mark);
    }
}

static void draw_cell(struct rowview *rowview, HDC dc, const struct row_paint *paint,
                      unsigned column, const RECT *row)
{
    const struct rowview_column *as = &rowview->columns[rowview->shown[column]];
    int margin = rowview_scaled(rowview, CELL_MARGIN);
    RECT cell;
    if (!rowview_column_rect(rowview, column, &cell))
        return;
    cell.top = row->top;
    cell.bottom = row->bottom;
    if (!RectVisible(dc, &cell))
        return;
    if (rowview->shown[column] == 0)
        draw_first_column(rowview, dc, paint, &cell);
    else
        cell.left += margin;
    cell.right -= margin;
    if (cell.left >= cell.right)
        return;
    bool dim = false;
    buffer_clear(&rowview->text);
    rowview->class->text(rowview->context, paint->row->index, as->id, &rowview->text, &dim);
    SetTextColor(dc, dim ? paint->unread : paint->text);
    draw_text(dc, buffer_text(&rowview->text), &cell, as->numbers && !dim ? DT_RIGHT : DT_LEFT);
}

void rowview_paint_row(struct rowview *rowview, HDC dc, uint32_t row)
{
    RECT bounds;
    RECT client;
    struct row_paint paint;
    if (row >= tree_view_count(rowview->view) || !rowview_row_rect(rowview, row, &bounds))
        return;
    GetClientRect(rowview->list, &client);
    bounds.left = client.left;
    bounds.right = client.right;
    choose_colours(rowview, row, &paint);
    struct rowview_painted *painted = &rowview->painted[row % ROWVIEW_PAINTED];
    painted->row = row;
    painted->looks = rowview_looks(rowview, row);
    rowview->redrawn++;

    HBRUSH brush = CreateSolidBrush(paint.back);
    FillRect(dc, &bounds, brush);
    DeleteObject(brush);
    int saved = SaveDC(dc);
    SetBkMode(dc, TRANSPARENT);
    SelectObject(dc, paint.style.italic && rowview->italic ? rowview->italic : rowview->font);
    for (unsigned column = 0; column < rowview->shown_count; column++)
        draw_cell(rowview, dc, &paint, column, &bounds);
    RestoreDC(dc, saved);
    if (paint.style.has_bar) {
        RECT bar = bounds;
        bar.right = bar.left + rowview_scaled(rowview, BAR_WIDTH);
        brush = CreateSolidBrush(paint.style.bar);
        FillRect(dc, &bar, brush);
        DeleteObject(brush);
    }
    if (GetFocus() == rowview->list && tree_view_focus(rowview->view) == row) {
        SetTextColor(dc, paint.text);
        SetBkColor(dc, paint.back);
        DrawFocusRect(dc, &bounds);
    }
}

void rowview_paint_empty(struct rowview *rowview, HDC dc)
{
    const wchar_t *words = rowview->class->empty(rowview->context);
    RECT client;
    RECT header;
    if (!words || !*words)
        return;
    GetClientRect(rowview->list, &client);
    GetClientRect(rowview->header, &header);
    client.top += header.bottom + rowview_scaled(rowview, 16);
    InflateRect(&client, -rowview_scaled(rowview, 24), 0);
    int saved = SaveDC(dc);
    SelectObject(dc, rowview->font);
    SetBkMode(dc, TRANSPARENT);
    SetTextColor(dc, theme_colour(THEME_TEXT_DIM));
    DrawTextW(dc, words, -1, &client, DT_CENTER | DT_WORDBREAK | DT_NOPREFIX);
    RestoreDC(dc, saved);
}

uint64_t rowview_looks(struct rowview *rowview, uint32_t row)
{
    const struct view_row *shown = tree_view_row(rowview->view, row);
    struct row_style style = {0};
    rowview->class->style(rowview->context, shown->index, &style);
    buffer_clear(&rowview->text);
    for (unsigned column = 0; column < rowview->shown_count; column++) {
        bool dim = false;
        unsigned id = rowview->columns[rowview->shown[column]].id;
        rowview->class->text(rowview->context, shown->index, id, &rowview->text, &dim);
        buffer_add_byte(&rowview->text, dim ? 1 : 0);
    }
    uint64_t looks = text_hash(buffer_text(&rowview->text));
    const uint64_t parts[] = {
        (uint64_t)shown->level << 8 | shown->flags, style.has_text ? style.text : 0xff000000u,
        style.has_back ? style.back : 0xff000000u,  style.has_bar ? style.bar : 0xff000000u,
        style.has_mark ? style.mark : 0xff000000u,  style.italic,
        tree_view_selected(rowview->view, row),     tree_view_focus(rowview->view) == row,
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        looks = (looks ^ parts[i]) * UINT64_C(0x9e3779b97f4a7c15) + (looks >> 31);
    return looks;
}
