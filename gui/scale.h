/* scale: dots per inch of windows, and fonts made for them.
 * 96 is the size that all lengths in the source are given for. Where the system cannot tell a
 * window's own DPI (before Windows 10 1607) the monitor's is taken, then the primary screen's. The
 * environment variable STAKEOUT_DPI, 48 to 960, overrules them all, for tests. Window thread. */
#ifndef STAKEOUT_GUI_SCALE_H
#define STAKEOUT_GUI_SCALE_H

#include <windows.h>

#include <stdbool.h>

#define SCALE_PLAIN 96u

/* Never 0. NULL: the primary screen's. */
unsigned scale_dpi(HWND window);
/* length at 96 DPI in pixels at dpi, rounded. */
int scale_by(int length, unsigned dpi);
/* GetSystemMetrics at dpi. */
int scale_metric(int metric, unsigned dpi);

/* The font of the system's messages, and its variants. Handles are NULL where none could be made.
 */
struct scale_fonts {
    HFONT plain;
    HFONT bold;
    HFONT italic;
    HFONT fixed; /* as wide for each letter */
};

/* percent enlarges them beyond the DPI (presentation); 100: not. Owned: scale_fonts_done. */
void scale_fonts_init(struct scale_fonts *fonts, unsigned dpi, unsigned percent);
void scale_fonts_done(struct scale_fonts *fonts);
/* Gives a font to a window's children, without drawing them. */
void scale_set_font(HWND window, HFONT font);
/* Size of the words in this font, with line breaks at most `width` wide (0: one line). */
SIZE scale_words(HFONT font, const wchar_t *words, int width);

/* What WM_DPICHANGED asks for: moves the window to the suggested place and returns the new DPI. */
unsigned scale_changed(HWND window, WPARAM wide, LPARAM narrow);

#endif
