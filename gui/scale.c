#include "gui/scale.h"

#include <stdlib.h>

#include "core/windows/library.h"

#define DPI_LEAST 48u
#define DPI_MOST 960u

#ifndef WM_DPICHANGED
#define WM_DPICHANGED 0x02E0
#endif

static struct {
    bool looked_up;
    unsigned forced; /* 0: not */
    UINT(WINAPI *get_dpi_for_window)(HWND);
    UINT(WINAPI *get_dpi_for_system)(void);
    HRESULT(WINAPI *get_dpi_for_monitor)(HMONITOR, int, UINT *, UINT *);
    int(WINAPI *get_system_metrics_for_dpi)(int, UINT);
    BOOL(WINAPI *system_parameters_info_for_dpi)(UINT, UINT, void *, UINT, UINT);
} uses;

static void look_up(void)
{
    wchar_t value[16];
    DWORD length;

    if (uses.looked_up)
        return;
    uses.looked_up = true;
    uses.get_dpi_for_window = (UINT(WINAPI *)(HWND))library_find(L"user32.dll", "GetDpiForWindow");
    uses.get_dpi_for_system = (UINT(WINAPI *)(void))library_find(L"user32.dll", "GetDpiForSystem");
    uses.get_dpi_for_monitor = (HRESULT(WINAPI *)(HMONITOR, int, UINT *, UINT *))library_find(
        L"shcore.dll", "GetDpiForMonitor");
    uses.get_system_metrics_for_dpi =
        (int(WINAPI *)(int, UINT))library_find(L"user32.dll", "GetSystemMetricsForDpi");
    uses.system_parameters_info_for_dpi =
        (BOOL(WINAPI *)(UINT, UINT, void *, UINT, UINT))library_find(L"user32.dll",
                                                                     "SystemParametersInfoForDpi");
    length = GetEnvironmentVariableW(L"STAKEOUT_DPI", value, 16);
    if (length > 0 && length < 16) {
        unsigned long wanted = wcstoul(value, NULL, 10);
        uses.forced = wanted >= DPI_LEAST && wanted <= DPI_MOST ? (unsigned)wanted : 0;
    }
}

static unsigned screen_dpi(void)
{
    HDC screen;
    int dots = 0;

    if (uses.get_dpi_for_system)
        return uses.get_dpi_for_system();
    screen = GetDC(NULL);
    if (screen) {
        dots = GetDeviceCaps(screen, LOGPIXELSX);
        ReleaseDC(NULL, screen);
    }
    return dots > 0 ? (unsigned)dots : SCALE_PLAIN;
}

unsigned scale_dpi(HWND window)
{
    UINT dots = 0;
    UINT dots_down = 0;

    look_up();
    if (uses.forced)
        return uses.forced;
    if (window && uses.get_dpi_for_window)
        dots = uses.get_dpi_for_window(window);
    if (window && !dots && uses.get_dpi_for_monitor)
        uses.get_dpi_for_monitor(MonitorFromWindow(window, MONITOR_DEFAULTTONEAREST), 0, &dots,
                                 &dots_down);
    if (!dots)
        dots = screen_dpi();
    return dots < DPI_LEAST || dots > DPI_MOST ? SCALE_PLAIN : dots;
}

int scale_by(int length, unsigned dpi)
{
    return MulDiv(length, (int)dpi, (int)SCALE_PLAIN);
}

int scale_metric(int metric, unsigned dpi)
{
    look_up();
    if (uses.get_system_metrics_for_dpi)
        return uses.get_system_metrics_for_dpi(metric, dpi);
    return MulDiv(GetSystemMetrics(metric), (int)dpi, (int)screen_dpi());
}

/* The message font with its height at dpi. */
static bool message_font(LOGFONTW *font, unsigned dpi)
{
    NONCLIENTMETRICSW metrics = {.cbSize = sizeof metrics};

    if (uses.system_parameters_info_for_dpi &&
        uses.system_parameters_info_for_dpi(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0,
                                            dpi)) {
        *font = metrics.lfMessageFont;
        return true;
    }
    if (!SystemParametersInfoW(SPI_GETNONCLIENTMETRICS, sizeof metrics, &metrics, 0))
        return false;
    *font = metrics.lfMessageFont;
    font->lfHeight = MulDiv(font->lfHeight, (int)dpi, (int)screen_dpi());
    return true;
}

void scale_fonts_init(struct scale_fonts *fonts, unsigned dpi, unsigned percent)
{
    LOGFONTW font;

    *fonts = (struct scale_fonts){NULL, NULL, NULL, NULL};
    look_up();
    if (!message_font(&font, dpi))
        return;
    font.lfHeight = MulDiv(font.lfHeight, (int)percent, 100);
    fonts->plain = CreateFontIndirectW(&font);
    font.lfItalic = TRUE;
    fonts->italic = CreateFontIndirectW(&font);
    font.lfItalic = FALSE;
    font.lfWeight = FW_SEMIBOLD;
    fonts->bold = CreateFontIndirectW(&font);
    fonts->fixed = CreateFontW(font.lfHeight, 0, 0, 0, FW_NORMAL, FALSE, FALSE, FALSE,
                               DEFAULT_CHARSET, OUT_DEFAULT_PRECIS, CLIP_DEFAULT_PRECIS,
                               DEFAULT_QUALITY, FIXED_PITCH | FF_MODERN, L"Consolas");
}

void scale_fonts_done(struct scale_fonts *fonts)
{
    HFONT all[] = {fonts->plain, fonts->bold, fonts->italic, fonts->fixed};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i])
            DeleteObject(all[i]);
    }
    *fonts = (struct scale_fonts){NULL, NULL, NULL, NULL};
}

static BOOL CALLBACK set_font(HWND child, LPARAM font)
{
    SendMessageW(child, WM_SETFONT, (WPARAM)font, FALSE);
    return TRUE;
}

void scale_set_font(HWND window, HFONT font)
{
    EnumChildWindows(window, set_font, (LPARAM)font);
}

SIZE scale_words(HFONT font, const wchar_t *words, int width)
{
    RECT area = {0, 0, width > 0 ? width : 0, 0};
    SIZE size = {0, 0};
    HDC screen = GetDC(NULL);

    if (!screen)
        return size;
    HGDIOBJ old = SelectObject(screen, font);
    DrawTextW(screen, words, -1, &area,
              DT_CALCRECT | (width > 0 ? DT_WORDBREAK : (UINT)DT_SINGLELINE));
    SelectObject(screen, old);
    ReleaseDC(NULL, screen);
    size.cx = area.right;
    size.cy = area.bottom;
    return size;
}

unsigned scale_changed(HWND window, WPARAM wide, LPARAM narrow)
{
    const RECT *place = (const RECT *)narrow;

    if (place)
        SetWindowPos(window, NULL, place->left, place->top, place->right - place->left,
                     place->bottom - place->top, SWP_NOZORDER | SWP_NOACTIVATE);
    look_up();
    return uses.forced ? uses.forced : LOWORD(wide);
}
