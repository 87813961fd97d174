#include "gui/theme.h"

#include <commctrl.h>
#include <string.h>
#include <uxtheme.h>

#include "gui/theme_parts.h"

static struct {
    COLORREF colours[THEME_COLOURS];
    HBRUSH brushes[THEME_COLOURS];
    enum theme_mode mode;
    bool dark;
    bool high_contrast;
} theme;

/* Texts keep a contrast of 4.5 to every ground that they may stand on (tests/gui/test_theme.c). */
static const COLORREF light[THEME_COLOURS] = {
    [THEME_TEXT] = RGB(0x1a, 0x1a, 0x1a),
    [THEME_BACK] = RGB(0xff, 0xff, 0xff),
    [THEME_TEXT_DIM] = RGB(0x5f, 0x5f, 0x5f),
    [THEME_FACE] = RGB(0xf3, 0xf3, 0xf3),
    [THEME_FACE_TEXT] = RGB(0x1a, 0x1a, 0x1a),
    [THEME_LINE] = RGB(0xd0, 0xd0, 0xd0),
    [THEME_SELECTED_BACK] = RGB(0xcc, 0xe4, 0xf7),
    [THEME_SELECTED_TEXT] = RGB(0x1a, 0x1a, 0x1a),
    [THEME_SELECTED_IDLE_BACK] = RGB(0xe1, 0xe1, 0xe1),
    [THEME_SELECTED_IDLE_TEXT] = RGB(0x1a, 0x1a, 0x1a),
    [THEME_NEW_BACK] = RGB(0xd5, 0xf2, 0xd5),
    [THEME_GONE_BACK] = RGB(0xf8, 0xd3, 0xd3),
    [THEME_GHOST_TEXT] = RGB(0x5a, 0x5a, 0x5a),
    [THEME_WATCHED_TEXT] = RGB(0xb0, 0x00, 0x1c),
    [THEME_WATCHED_BACK] = RGB(0xff, 0xf0, 0xf0),
    [THEME_WATCHED_BAR] = RGB(0xd1, 0x1a, 0x2a),
    [THEME_ODD_MARK] = RGB(0xa8, 0x5a, 0x00),
    [THEME_SUSPENDED_TEXT] = RGB(0x5a, 0x5a, 0x5a),
    [THEME_KNOWN_TEXT] = RGB(0x5a, 0x5a, 0x5a),
    [THEME_UNREAD_TEXT] = RGB(0x5f, 0x5f, 0x5f),
    [THEME_ERROR_TEXT] = RGB(0xb0, 0x00, 0x1c),
};

static const COLORREF dark[THEME_COLOURS] = {
    [THEME_TEXT] = RGB(0xe8, 0xe8, 0xe8),
    [THEME_BACK] = RGB(0x1f, 0x1f, 0x1f),
    [THEME_TEXT_DIM] = RGB(0xae, 0xae, 0xae),
    [THEME_FACE] = RGB(0x2b, 0x2b, 0x2b),
    [THEME_FACE_TEXT] = RGB(0xe8, 0xe8, 0xe8),
    [THEME_LINE] = RGB(0x4a, 0x4a, 0x4a),
    [THEME_SELECTED_BACK] = RGB(0x1d, 0x40, 0x62),
    [THEME_SELECTED_TEXT] = RGB(0xff, 0xff, 0xff),
    [THEME_SELECTED_IDLE_BACK] = RGB(0x3a, 0x3a, 0x3a),
    [THEME_SELECTED_IDLE_TEXT] = RGB(0xe8, 0xe8, 0xe8),
    [THEME_NEW_BACK] = RGB(0x1c, 0x3c, 0x22),
    [THEME_GONE_BACK] = RGB(0x4a, 0x20, 0x23),
    [THEME_GHOST_TEXT] = RGB(0xb0, 0xb0, 0xb0),
    [THEME_WATCHED_TEXT] = RGB(0xff, 0x9b, 0x9b),
    [THEME_WATCHED_BACK] = RGB(0x38, 0x1c, 0x1f),
    [THEME_WATCHED_BAR] = RGB(0xf1, 0x4c, 0x4c),
    [THEME_ODD_MARK] = RGB(0xf0, 0xb0, 0x4a),
    [THEME_SUSPENDED_TEXT] = RGB(0xb0, 0xb0, 0xb0),
    [THEME_KNOWN_TEXT] = RGB(0xb0, 0xb0, 0xb0),
    [THEME_UNREAD_TEXT] = RGB(0xae, 0xae, 0xae),
    [THEME_ERROR_TEXT] = RGB(0xff, 0x9b, 0x9b),
};

static int system_colour(enum theme_colour colour)
{
    switch (colour) {
    case THEME_BACK:
    case THEME_NEW_BACK:
    case THEME_GONE_BACK:
    case THEME_WATCHED_BACK:
        return COLOR_WINDOW;
    case THEME_FACE:
        return COLOR_BTNFACE;
    case THEME_FACE_TEXT:
    case THEME_LINE:
    case THEME_ERROR_TEXT:
        return COLOR_BTNTEXT;
    case THEME_SELECTED_BACK:
    case THEME_SELECTED_IDLE_BACK:
    case THEME_WATCHED_BAR:
        return COLOR_HIGHLIGHT;
    case THEME_SELECTED_TEXT:
    case THEME_SELECTED_IDLE_TEXT:
        return COLOR_HIGHLIGHTTEXT;
    case THEME_TEXT_DIM:
    case THEME_GHOST_TEXT:
    case THEME_KNOWN_TEXT:
        return COLOR_GRAYTEXT;
    default:
        return COLOR_WINDOWTEXT;
    }
}

static COLORREF colour_now(enum theme_colour colour)
{
    if (theme.high_contrast)
        return GetSysColor(system_colour(colour));
    return theme.dark ? dark[colour] : light[colour];
}

static bool set_colour(enum theme_colour colour)
{
    COLORREF wanted = colour_now(colour);

    if (theme.brushes[colour] && theme.colours[colour] == wanted)
        return false;
    if (theme.brushes[colour])
        DeleteObject(theme.brushes[colour]);
    theme.colours[colour] = wanted;
    theme.brushes[colour] = CreateSolidBrush(wanted);
    return true;
}

static bool system_is_in_high_contrast(void)
{
    HIGHCONTRASTW contrast = {.cbSize = sizeof contrast};

    if (GetEnvironmentVariableW(L"STAKEOUT_HIGH_CONTRAST", NULL, 0))
        return true;
    return SystemParametersInfoW(SPI_GETHIGHCONTRAST, sizeof contrast, &contrast, 0) &&
           (contrast.dwFlags & HCF_HIGHCONTRASTON);
}

bool theme_init(void)
{
    bool changed = false;

    theme.high_contrast = system_is_in_high_contrast();
    theme.dark =
        !theme.high_contrast &&
        (theme.mode == THEME_DARK || (theme.mode == THEME_FOLLOW && theme_system_prefers_dark()));
    for (int i = 0; i < THEME_COLOURS; i++)
        changed |= set_colour((enum theme_colour)i);
    if (changed)
        theme_system_allow_dark(theme.dark);
    return changed;
}

bool theme_choose(enum theme_mode mode)
{
    theme.mode = mode;
    return theme_init();
}

enum theme_mode theme_mode_from(const char *name)
{
    if (name && strcmp(name, "light") == 0)
        return THEME_LIGHT;
    return name && strcmp(name, "dark") == 0 ? THEME_DARK : THEME_FOLLOW;
}

COLORREF theme_colour(enum theme_colour colour)
{
    return theme.colours[colour];
}

HBRUSH theme_brush(enum theme_colour colour)
{
    return theme.brushes[colour];
}

bool theme_dark(void)
{
    return theme.dark;
}

bool theme_high_contrast(void)
{
    return theme.high_contrast;
}

static void dress_list(HWND list)
{
    COLORREF back = theme_colour(THEME_BACK);

    theme_system_dress(list, L"Explorer", theme.dark);
    SendMessageW(list, LVM_SETBKCOLOR, 0, (LPARAM)back);
    SendMessageW(list, LVM_SETTEXTBKCOLOR, 0, (LPARAM)back);
    SendMessageW(list, LVM_SETTEXTCOLOR, 0, (LPARAM)theme_colour(THEME_TEXT));
    theme_paint_header(list);
}

static void dress_control(HWND control)
{
    wchar_t name[32] = L"";

    GetClassNameW(control, name, 32);
    theme_paint_frame(control);
    if (_wcsicmp(name, WC_LISTVIEWW) == 0) {
        dress_list(control);
    } else if (_wcsicmp(name, WC_BUTTONW) == 0) {
        theme_system_dress(control, L"Explorer", theme.dark);
        theme_paint_button(control);
    } else if (_wcsicmp(name, WC_COMBOBOXW) == 0) {
        theme_system_dress(control, L"CFD", theme.dark);
    } else if (_wcsicmp(name, STATUSCLASSNAMEW) == 0) {
        theme_paint_status(control);
    } else if (_wcsicmp(name, WC_TABCONTROLW) == 0) {
        theme_paint_tabs(control);
    } else if (_wcsicmp(name, WC_EDITW) == 0) {
        bool lines = GetWindowLongPtrW(control, GWL_STYLE) & ES_MULTILINE;
        theme_system_dress(control, lines ? L"Explorer" : L"CFD", theme.dark);
    } else if (_wcsicmp(name, PROGRESS_CLASSW) == 0) {
        /* Its theme knows no dark; without one it takes colours. */
        SetWindowTheme(control, theme.dark ? L" " : NULL, theme.dark ? L" " : NULL);
        SendMessageW(control, PBM_SETBKCOLOR, 0, (LPARAM)theme_colour(THEME_BACK));
        SendMessageW(control, PBM_SETBARCOLOR, 0, (LPARAM)theme_colour(THEME_TEXT_DIM));
    } else if (_wcsicmp(name, TOOLTIPS_CLASSW) == 0) {
        theme_system_dress(control, L"Explorer", theme.dark);
    }
}

static BOOL CALLBACK dress_child(HWND child, LPARAM context)
{
    (void)context;
    dress_control(child);
    return TRUE;
}

void theme_dress(HWND window)
{
    if (!theme.brushes[0])
        theme_init();
    if (GetWindowLongPtrW(window, GWL_STYLE) & WS_CHILD)
        dress_control(window);
    else
        theme_system_title_bar(window, theme.dark);
    EnumChildWindows(window, dress_child, 0);
    RedrawWindow(window, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_FRAME | RDW_ALLCHILDREN);
}

static LRESULT colour(HDC dc, enum theme_colour text, enum theme_colour back)
{
    SetTextColor(dc, theme_colour(text));
    SetBkColor(dc, theme_colour(back));
    return (LRESULT)theme_brush(back);
}

bool theme_message(UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    wchar_t name[8] = L"";

    switch (message) {
    case WM_CTLCOLOREDIT:
    case WM_CTLCOLORLISTBOX:
        *result = colour((HDC)wide, THEME_TEXT, THEME_BACK);
        return true;
    case WM_CTLCOLORSTATIC:
        /* An edit field that is read-only or disabled asks as a label does. */
        GetClassNameW((HWND)narrow, name, 8);
        if (_wcsicmp(name, WC_EDITW) == 0 && IsWindowEnabled((HWND)narrow))
            *result = colour((HDC)wide, THEME_TEXT, THEME_BACK);
        else
            *result = colour((HDC)wide, THEME_FACE_TEXT, THEME_FACE);
        return true;
    case WM_CTLCOLORBTN:
    case WM_CTLCOLORDLG:
        *result = colour((HDC)wide, THEME_FACE_TEXT, THEME_FACE);
        return true;
    default:
        return false;
    }
}
