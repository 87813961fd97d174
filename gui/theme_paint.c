#include <windows.h>

#include <commctrl.h>
#include <windowsx.h>

#include "gui/scale.h"
#include "gui/theme_parts.h"

/* Each control is subclassed once, whatever the theme; while the theme is not dark the control
 * paints itself. */
enum subclass {
    SUBCLASS_BUTTON = 0x5701,
    SUBCLASS_STATUS,
    SUBCLASS_TABS,
    SUBCLASS_HEADER,
    SUBCLASS_FRAME
};

#define WORDS_MOST 512

/* A control is painted beside the screen and then shown at once, so that nothing flickers. */
struct canvas {
    PAINTSTRUCT paint;
    HDC target;
    HDC dc;
    HBITMAP bitmap;
    HGDIOBJ old_bitmap;
    HGDIOBJ old_font;
    RECT area;
    HWND window;
    HDC given;
};

/* given: a WM_PRINTCLIENT's device, else NULL. */
static bool canvas_open(struct canvas *canvas, HWND window, HDC given)
{
    HFONT font = (HFONT)SendMessageW(window, WM_GETFONT, 0, 0);

    canvas->window = window;
    canvas->given = given;
    canvas->target = given ? given : BeginPaint(window, &canvas->paint);
    GetClientRect(window, &canvas->area);
    canvas->dc = CreateCompatibleDC(canvas->target);
    canvas->bitmap =
        canvas->dc ? CreateCompatibleBitmap(canvas->target, canvas->area.right, canvas->area.bottom)
                   : NULL;
    if (!canvas->bitmap) {
        if (canvas->dc)
            DeleteDC(canvas->dc);
        if (!given)
            EndPaint(window, &canvas->paint);
        return false;
    }
    canvas->old_bitmap = SelectObject(canvas->dc, canvas->bitmap);
    canvas->old_font = SelectObject(canvas->dc, font ? font : GetStockObject(DEFAULT_GUI_FONT));
    SetBkMode(canvas->dc, TRANSPARENT);
    return true;
}

static void canvas_close(struct canvas *canvas)
{
    BitBlt(canvas->target, 0, 0, canvas->area.right, canvas->area.bottom, canvas->dc, 0, 0,
           SRCCOPY);
    SelectObject(canvas->dc, canvas->old_font);
    SelectObject(canvas->dc, canvas->old_bitmap);
    DeleteObject(canvas->bitmap);
    DeleteDC(canvas->dc);
    if (!canvas->given)
        EndPaint(canvas->window, &canvas->paint);
}

static void fill(HDC dc, const RECT *area, enum theme_colour colour)
{
    FillRect(dc, area, theme_brush(colour));
}

/* --- buttons --- */

static bool is_kind(HWND button, unsigned kinds)
{
    DWORD style = (DWORD)GetWindowLongPtrW(button, GWL_STYLE);

    return !(style & BS_PUSHLIKE) && (kinds >> (style & BS_TYPEMASK) & 1);
}

static bool is_radio(HWND button)
{
    return is_kind(button, 1u << BS_RADIOBUTTON | 1u << BS_AUTORADIOBUTTON);
}

/* The system would write its words in black. */
static bool has_mark(HWND button)
{
    return is_radio(button) || is_kind(button, 1u << BS_CHECKBOX | 1u << BS_AUTOCHECKBOX);
}

static enum theme_colour button_ground(HWND button)
{
    UINT state = (UINT)SendMessageW(button, BM_GETSTATE, 0, 0);
    DWORD style = (DWORD)GetWindowLongPtrW(button, GWL_STYLE);
    bool checked = (style & BS_PUSHLIKE) && SendMessageW(button, BM_GETCHECK, 0, 0) == BST_CHECKED;

    if ((state & BST_PUSHED) || checked)
        return THEME_SELECTED_BACK;
    return state & BST_HOT ? THEME_LINE : THEME_SELECTED_IDLE_BACK;
}

static void paint_button(HWND button, HDC given)
{
    struct canvas canvas;
    wchar_t words[WORDS_MOST] = L"";
    bool enabled = IsWindowEnabled(button);
    UINT ui = (UINT)SendMessageW(button, WM_QUERYUISTATE, 0, 0);

    if (!canvas_open(&canvas, button, given))
        return;
    GetWindowTextW(button, words, WORDS_MOST);
    fill(canvas.dc, &canvas.area, enabled ? button_ground(button) : THEME_FACE);
    FrameRect(canvas.dc, &canvas.area,
              theme_brush(is_kind(button, 1u << BS_DEFPUSHBUTTON) ? THEME_TEXT_DIM : THEME_LINE));
    SetTextColor(canvas.dc, theme_colour(enabled ? THEME_FACE_TEXT : THEME_TEXT_DIM));
    DrawTextW(canvas.dc, words, -1, &canvas.area,
              DT_CENTER | DT_VCENTER | DT_SINGLELINE | (ui & UISF_HIDEACCEL ? DT_HIDEPREFIX : 0u));
    if (GetFocus() == button) {
        RECT inside = canvas.area;
        InflateRect(&inside, -2, -2);
        FrameRect(canvas.dc, &inside, theme_brush(THEME_TEXT_DIM));
    }
    canvas_close(&canvas);
}

void theme_paint_tick(HDC dc, const RECT *box, bool ticked)
{
    int side = box->right - box->left;

    fill(dc, box, ticked ? THEME_TEXT : THEME_BACK);
    if (!ticked) {
        FrameRect(dc, box, theme_brush(THEME_TEXT_DIM));
        return;
    }
    HPEN pen = CreatePen(PS_SOLID, side * 2 / 13, theme_colour(THEME_BACK));
    HGDIOBJ old = SelectObject(dc, pen);
    MoveToEx(dc, box->left + side * 3 / 13, box->top + side * 6 / 13, NULL);
    LineTo(dc, box->left + side * 5 / 13, box->top + side * 9 / 13);
    LineTo(dc, box->left + side * 10 / 13, box->top + side * 3 / 13);
    SelectObject(dc, old);
    DeleteObject(pen);
}

static void paint_radio(HDC dc, const RECT *box, bool chosen)
{
    int inside = (box->right - box->left) / 4;
    HGDIOBJ old_pen = SelectObject(dc, GetStockObject(NULL_PEN));
    HGDIOBJ old = SelectObject(dc, theme_brush(THEME_TEXT_DIM));

    Ellipse(dc, box->left, box->top, box->right + 1, box->bottom + 1);
    SelectObject(dc, theme_brush(THEME_BACK));
    Ellipse(dc, box->left + 1, box->top + 1, box->right, box->bottom);
    SelectObject(dc, theme_brush(THEME_TEXT));
    if (chosen)
        Ellipse(dc, box->left + inside, box->top + inside, box->right + 1 - inside,
                box->bottom + 1 - inside);
    SelectObject(dc, old);
    SelectObject(dc, old_pen);
}

static void paint_mark(HWND button, HDC given)
{
    struct canvas canvas;
    wchar_t words[WORDS_MOST] = L"";
    bool checked = SendMessageW(button, BM_GETCHECK, 0, 0) == BST_CHECKED;
    UINT ui = (UINT)SendMessageW(button, WM_QUERYUISTATE, 0, 0);
    UINT way = DT_SINGLELINE | (ui & UISF_HIDEACCEL ? DT_HIDEPREFIX : 0u);
    int side = scale_by(13, scale_dpi(button));

    if (!canvas_open(&canvas, button, given))
        return;
    RECT box = {0, (canvas.area.bottom - side) / 2, side, (canvas.area.bottom + side) / 2};
    RECT place = {side + side / 3, 0, canvas.area.right, canvas.area.bottom};
    fill(canvas.dc, &canvas.area, THEME_FACE);
    if (is_radio(button))
        paint_radio(canvas.dc, &box, checked);
    else
        theme_paint_tick(canvas.dc, &box, checked);
    GetWindowTextW(button, words, WORDS_MOST);
    SetTextColor(canvas.dc,
                 theme_colour(IsWindowEnabled(button) ? THEME_FACE_TEXT : THEME_TEXT_DIM));
    DrawTextW(canvas.dc, words, -1, &place, DT_VCENTER | way);
    if (GetFocus() == button && !(ui & UISF_HIDEFOCUS)) {
        RECT around = {0, 0, 0, 0};
        DrawTextW(canvas.dc, words, -1, &around, DT_CALCRECT | way);
        OffsetRect(&around, place.left, (place.bottom - around.bottom) / 2);
        InflateRect(&around, 2, 1);
        FrameRect(canvas.dc, &around, theme_brush(THEME_TEXT_DIM));
    }
    canvas_close(&canvas);
}

static void paint_any_button(HWND button, HDC given)
{
    if (has_mark(button))
        paint_mark(button, given);
    else
        paint_button(button, given);
}

static bool is_painted_here(HWND button)
{
    DWORD style = (DWORD)GetWindowLongPtrW(button, GWL_STYLE);

    return (style & BS_PUSHLIKE) || has_mark(button) ||
           is_kind(button, 1u << BS_PUSHBUTTON | 1u << BS_DEFPUSHBUTTON);
}

static LRESULT CALLBACK button_procedure(HWND button, UINT message, WPARAM wide, LPARAM narrow,
                                         UINT_PTR id, DWORD_PTR context)
{
    (void)context;
    if (message == WM_NCDESTROY)
        RemoveWindowSubclass(button, button_procedure, id);
    if (!theme_dark() || !is_painted_here(button))
        return DefSubclassProc(button, message, wide, narrow);
    switch (message) {
    case WM_PAINT:
        paint_any_button(button, NULL);
        return 0;
    case WM_PRINTCLIENT:
        paint_any_button(button, (HDC)wide);
        return 0;
    case WM_ERASEBKGND:
        return 1;
    case BM_SETSTATE:
    case BM_SETCHECK:
    case BM_SETSTYLE:
    case WM_SETFOCUS:
    case WM_KILLFOCUS:
    case WM_ENABLE:
    case WM_SETTEXT:
    case WM_UPDATEUISTATE: {
        /* The control paints at once in answer to these, in its own looks. */
        LRESULT result = DefSubclassProc(button, message, wide, narrow);
        RedrawWindow(button, NULL, NULL, RDW_INVALIDATE | RDW_UPDATENOW);
        return result;
    }
    default:
        return DefSubclassProc(button, message, wide, narrow);
    }
}

void theme_paint_button(HWND button)
{
    SetWindowSubclass(button, button_procedure, SUBCLASS_BUTTON, 0);
}

/* --- status bar --- */

static void paint_part(HDC dc, HWND status, int number)
{
    wchar_t words[WORDS_MOST] = L"";
    DWORD told = (DWORD)SendMessageW(status, SB_GETTEXTLENGTHW, (WPARAM)number, 0);
    RECT part;

    if (LOWORD(told) >= WORDS_MOST ||
        !SendMessageW(status, SB_GETRECT, (WPARAM)number, (LPARAM)&part))
        return;
    if (HIWORD(told) & SBT_OWNERDRAW) {
        DRAWITEMSTRUCT item = {.CtlID = (UINT)GetDlgCtrlID(status),
                               .itemID = (UINT)number,
                               .hwndItem = status,
                               .hDC = dc,
                               .rcItem = part,
                               .itemData = (ULONG_PTR)SendMessageW(status, SB_GETTEXTW,
                                                                   (WPARAM)number, (LPARAM)words)};
        SendMessageW(GetParent(status), WM_DRAWITEM, (WPARAM)item.CtlID, (LPARAM)&item);
        return;
    }
    SendMessageW(status, SB_GETTEXTW, (WPARAM)number, (LPARAM)words);
    if (number > 0) {
        RECT line = {part.left - 1, part.top + 2, part.left, part.bottom - 2};
        fill(dc, &line, THEME_LINE);
    }
    InflateRect(&part, -scale_by(4, scale_dpi(status)), 0);
    DrawTextW(dc, words, -1, &part, DT_VCENTER | DT_SINGLELINE | DT_END_ELLIPSIS | DT_NOPREFIX);
}

static void paint_status(HWND status, HDC given)
{
    struct canvas canvas;
    int parts = (int)SendMessageW(status, SB_GETPARTS, 0, 0);

    if (!canvas_open(&canvas, status, given))
        return;
    fill(canvas.dc, &canvas.area, THEME_FACE);
    RECT top = {0, 0, canvas.area.right, 1};
    fill(canvas.dc, &top, THEME_LINE);
    SetTextColor(canvas.dc, theme_colour(THEME_FACE_TEXT));
    for (int i = 0; i < parts; i++)
        paint_part(canvas.dc, status, i);
    canvas_close(&canvas);
}

static LRESULT CALLBACK status_procedure(HWND status, UINT message, WPARAM wide, LPARAM narrow,
                                         UINT_PTR id, DWORD_PTR context)
{
    (void)context;
    if (message == WM_NCDESTROY)
        RemoveWindowSubclass(status, status_procedure, id);
    if (theme_dark() && message == WM_ERASEBKGND)
        return 1;
    if (!theme_dark() || (message != WM_PAINT && message != WM_PRINTCLIENT))
        return DefSubclassProc(status, message, wide, narrow);
    paint_status(status, message == WM_PAINT ? NULL : (HDC)wide);
    return 0;
}

void theme_paint_status(HWND status)
{
    SetWindowSubclass(status, status_procedure, SUBCLASS_STATUS, 0);
}

/* --- tabs --- */

static void paint_tab(HDC dc, HWND tabs, int number, bool chosen)
{
    wchar_t words[WORDS_MOST] = L"";
    TCITEMW item = {.mask = TCIF_TEXT, .pszText = words, .cchTextMax = WORDS_MOST};
    RECT place;

    SendMessageW(tabs, TCM_GETITEMW, (WPARAM)number, (LPARAM)&item);
    SendMessageW(tabs, TCM_GETITEMRECT, (WPARAM)number, (LPARAM)&place);
    fill(dc, &place, chosen ? THEME_BACK : THEME_FACE);
    if (chosen) {
        RECT bar = {place.left, place.top, place.right, place.top + 2};
        fill(dc, &bar, THEME_WATCHED_BAR);
    }
    SetTextColor(dc, theme_colour(chosen ? THEME_TEXT : THEME_TEXT_DIM));
    DrawTextW(dc, words, -1, &place, DT_CENTER | DT_VCENTER | DT_SINGLELINE);
    if (chosen && GetFocus() == tabs) {
        InflateRect(&place, -3, -4);
        FrameRect(dc, &place, theme_brush(THEME_TEXT_DIM));
    }
}

static void paint_tabs(HWND tabs, HDC given)
{
    struct canvas canvas;
    int count = (int)SendMessageW(tabs, TCM_GETITEMCOUNT, 0, 0);
    int chosen = (int)SendMessageW(tabs, TCM_GETCURSEL, 0, 0);

    if (!canvas_open(&canvas, tabs, given))
        return;
    fill(canvas.dc, &canvas.area, THEME_FACE);
    for (int i = 0; i < count; i++)
        paint_tab(canvas.dc, tabs, i, i == chosen);
    canvas_close(&canvas);
}

static LRESULT CALLBACK tabs_procedure(HWND tabs, UINT message, WPARAM wide, LPARAM narrow,
                                       UINT_PTR id, DWORD_PTR context)
{
    (void)context;
    if (message == WM_NCDESTROY)
        RemoveWindowSubclass(tabs, tabs_procedure, id);
    if (theme_dark() && message == WM_ERASEBKGND)
        return 1;
    if (!theme_dark() || (message != WM_PAINT && message != WM_PRINTCLIENT))
        return DefSubclassProc(tabs, message, wide, narrow);
    paint_tabs(tabs, message == WM_PAINT ? NULL : (HDC)wide);
    return 0;
}

void theme_paint_tabs(HWND tabs)
{
    SetWindowSubclass(tabs, tabs_procedure, SUBCLASS_TABS, 0);
}

/* --- heads of lists --- */

/* A triangle pointing up or down, as wide as it is high twice. */
static void paint_arrow(HDC dc, const RECT *place, bool up)
{
    int half = (place->bottom - place->top) / 6;
    int middle = (place->top + place->bottom) / 2;

    for (int i = 0; i < half; i++) {
        int width = up ? i : half - 1 - i;
        RECT line = {place->right - 2 * half - 6 + half - width, middle - half / 2 + i,
                     place->right - 2 * half - 6 + half + width + 1, middle - half / 2 + i + 1};
        fill(dc, &line, THEME_TEXT_DIM);
    }
}

static void paint_head(const NMCUSTOMDRAW *draw)
{
    wchar_t words[WORDS_MOST] = L"";
    HDITEMW item = {.mask = HDI_TEXT | HDI_FORMAT, .pszText = words, .cchTextMax = WORDS_MOST};
    RECT place = draw->rc;
    bool pressed = draw->uItemState & CDIS_SELECTED;
    bool hot = draw->uItemState & CDIS_HOT;

    SendMessageW(draw->hdr.hwndFrom, HDM_GETITEMW, (WPARAM)draw->dwItemSpec, (LPARAM)&item);
    fill(draw->hdc, &place, pressed || hot ? THEME_SELECTED_IDLE_BACK : THEME_FACE);
    RECT edge = {place.right - 1, place.top, place.right, place.bottom};
    fill(draw->hdc, &edge, THEME_LINE);
    RECT under = {place.left, place.bottom - 1, place.right, place.bottom};
    fill(draw->hdc, &under, THEME_LINE);
    if (item.fmt & (HDF_SORTUP | HDF_SORTDOWN)) {
        paint_arrow(draw->hdc, &place, item.fmt & HDF_SORTUP);
        place.right -= (place.bottom - place.top) / 2;
    }
    InflateRect(&place, -scale_by(6, scale_dpi(draw->hdr.hwndFrom)), 0);
    SetBkMode(draw->hdc, TRANSPARENT);
    SetTextColor(draw->hdc, theme_colour(THEME_FACE_TEXT));
    DrawTextW(draw->hdc, words, -1, &place,
              DT_VCENTER | DT_SINGLELINE | DT_END_ELLIPSIS | DT_NOPREFIX |
                  ((item.fmt & HDF_JUSTIFYMASK) == HDF_RIGHT ? DT_RIGHT : DT_LEFT));
}

/* The ground behind the last head is painted by the control as it likes. */
static void paint_behind_heads(HWND header, HDC dc)
{
    RECT rest;
    RECT last;
    int count = Header_GetItemCount(header);

    GetClientRect(header, &rest);
    if (count > 0 && Header_GetItemRect(header, Header_OrderToIndex(header, count - 1), &last))
        rest.left = last.right;
    if (rest.left >= rest.right)
        return;
    fill(dc, &rest, THEME_FACE);
    rest.top = rest.bottom - 1;
    fill(dc, &rest, THEME_LINE);
}

static LRESULT CALLBACK header_parent_procedure(HWND parent, UINT message, WPARAM wide,
                                                LPARAM narrow, UINT_PTR id, DWORD_PTR context)
{
    const NMCUSTOMDRAW *draw = (const NMCUSTOMDRAW *)narrow;

    (void)context;
    if (message == WM_NCDESTROY)
        RemoveWindowSubclass(parent, header_parent_procedure, id);
    if (message != WM_NOTIFY || !theme_dark() || draw->hdr.code != NM_CUSTOMDRAW ||
        draw->hdr.hwndFrom != (HWND)SendMessageW(parent, LVM_GETHEADER, 0, 0))
        return DefSubclassProc(parent, message, wide, narrow);
    switch (draw->dwDrawStage) {
    case CDDS_PREPAINT:
        return CDRF_NOTIFYITEMDRAW | CDRF_NOTIFYPOSTPAINT;
    case CDDS_ITEMPREPAINT:
        paint_head(draw);
        return CDRF_SKIPDEFAULT;
    case CDDS_POSTPAINT:
        paint_behind_heads(draw->hdr.hwndFrom, draw->hdc);
        return CDRF_DODEFAULT;
    default:
        return CDRF_DODEFAULT;
    }
}

void theme_paint_header(HWND parent)
{
    SetWindowSubclass(parent, header_parent_procedure, SUBCLASS_HEADER, 0);
}

/* --- sunken edges, which the system draws bright --- */

static void paint_frame(HWND control)
{
    HDC dc = GetWindowDC(control);
    RECT frame;

    if (!dc)
        return;
    GetWindowRect(control, &frame);
    OffsetRect(&frame, -frame.left, -frame.top);
    FrameRect(dc, &frame, theme_brush(THEME_LINE));
    InflateRect(&frame, -1, -1);
    FrameRect(dc, &frame, theme_brush(THEME_BACK));
    ReleaseDC(control, dc);
}

static LRESULT CALLBACK frame_procedure(HWND control, UINT message, WPARAM wide, LPARAM narrow,
                                        UINT_PTR id, DWORD_PTR context)
{
    LRESULT result;

    (void)context;
    if (message == WM_NCDESTROY)
        RemoveWindowSubclass(control, frame_procedure, id);
    result = DefSubclassProc(control, message, wide, narrow);
    if (message == WM_NCPAINT && theme_dark())
        paint_frame(control);
    return result;
}

void theme_paint_frame(HWND control)
{
    if (GetWindowLongPtrW(control, GWL_EXSTYLE) & WS_EX_CLIENTEDGE)
        SetWindowSubclass(control, frame_procedure, SUBCLASS_FRAME, 0);
}
