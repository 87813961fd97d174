#include "gui/theme.h"

#include <uxtheme.h>

static struct {
    COLORREF colours[THEME_COLOURS];
    HBRUSH brushes[THEME_COLOURS];
    bool high_contrast;
} theme;

static const COLORREF light[THEME_COLOURS] = {
    [THEME_TEXT] = RGB(0x1a, 0x1a, 0x1a),
    [THEME_BACK] = RGB(0xff, 0xff, 0xff),
    [THEME_TEXT_DIM] = RGB(0x6e, 0x6e, 0x6e),
    [THEME_FACE] = RGB(0xf3, 0xf3, 0xf3),
    [THEME_FACE_TEXT] = RGB(0x1a, 0x1a, 0x1a),
    [THEME_LINE] = RGB(0xd0, 0xd0, 0xd0),
    [THEME_SELECTED_BACK] = RGB(0xcc, 0xe4, 0xf7),
    [THEME_SELECTED_TEXT] = RGB(0x1a, 0x1a, 0x1a),
    [THEME_SELECTED_IDLE_BACK] = RGB(0xe1, 0xe1, 0xe1),
    [THEME_SELECTED_IDLE_TEXT] = RGB(0x1a, 0x1a, 0x1a),
    [THEME_NEW_BACK] = RGB(0xd5, 0xf2, 0xd5),
    [THEME_GONE_BACK] = RGB(0xf8, 0xd3, 0xd3),
    [THEME_GHOST_TEXT] = RGB(0x76, 0x76, 0x76),
    [THEME_WATCHED_TEXT] = RGB(0xb4, 0x00, 0x1e),
    [THEME_WATCHED_BACK] = RGB(0xff, 0xf0, 0xf0),
    [THEME_WATCHED_BAR] = RGB(0xd1, 0x1a, 0x2a),
    [THEME_SUSPENDED_TEXT] = RGB(0x6e, 0x6e, 0x6e),
    [THEME_KNOWN_TEXT] = RGB(0x76, 0x76, 0x76),
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

void theme_init(void)
{
    HIGHCONTRASTW contrast = {.cbSize = sizeof contrast};
    theme.high_contrast =
        SystemParametersInfoW(SPI_GETHIGHCONTRAST, sizeof contrast, &contrast, 0) &&
        (contrast.dwFlags & HCF_HIGHCONTRASTON);
    for (int i = 0; i < THEME_COLOURS; i++) {
        theme.colours[i] =
            theme.high_contrast ? GetSysColor(system_colour((enum theme_colour)i)) : light[i];
        if (theme.brushes[i])
            DeleteObject(theme.brushes[i]);
        theme.brushes[i] = CreateSolidBrush(theme.colours[i]);
    }
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
    return false;
}

bool theme_high_contrast(void)
{
    return theme.high_contrast;
}

void theme_dress(HWND window)
{
    SetWindowTheme(window, NULL, NULL);
}

bool theme_message(UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    (void)narrow;
    switch (message) {
    case WM_CTLCOLOREDIT:
    case WM_CTLCOLORLISTBOX:
        SetTextColor((HDC)wide, theme_colour(THEME_TEXT));
        SetBkColor((HDC)wide, theme_colour(THEME_BACK));
        *result = (LRESULT)theme_brush(THEME_BACK);
        return true;
    case WM_CTLCOLORSTATIC:
    case WM_CTLCOLORBTN:
    case WM_CTLCOLORDLG:
        SetTextColor((HDC)wide, theme_colour(THEME_FACE_TEXT));
        SetBkColor((HDC)wide, theme_colour(THEME_FACE));
        *result = (LRESULT)theme_brush(THEME_FACE);
        return true;
    default:
        return false;
    }
}
