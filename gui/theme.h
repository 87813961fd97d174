/* theme: colours and the looks of controls, light, dark or high contrast.
 * Callers say what a thing is (THEME_WATCHED_TEXT), never which colour it has. In high contrast all
 * colours are the system's own. Dark follows the system from Windows 10 1809 on unless it is
 * chosen; controls that the system cannot draw dark are drawn here. Window thread. */
#ifndef STAKEOUT_GUI_THEME_H
#define STAKEOUT_GUI_THEME_H

#include <windows.h>

#include <stdbool.h>

enum theme_mode { THEME_FOLLOW, THEME_LIGHT, THEME_DARK };

enum theme_colour {
    THEME_TEXT, /* in lists and edit fields */
    THEME_BACK,
    THEME_TEXT_DIM,
    THEME_FACE, /* of windows and dialogs, and text on it */
    THEME_FACE_TEXT,
    THEME_LINE,
    THEME_SELECTED_BACK,
    THEME_SELECTED_TEXT,
    THEME_SELECTED_IDLE_BACK, /* selected in a list without the focus */
    THEME_SELECTED_IDLE_TEXT,
    THEME_NEW_BACK,   /* came just now */
    THEME_GONE_BACK,  /* went just now */
    THEME_GHOST_TEXT, /* went some time ago and is kept */
    THEME_WATCHED_TEXT,
    THEME_WATCHED_BACK,
    THEME_WATCHED_BAR,
    THEME_ODD_MARK, /* beside what is odd */
    THEME_SUSPENDED_TEXT,
    THEME_KNOWN_TEXT,  /* cleared by the analyst */
    THEME_UNREAD_TEXT, /* a value that could not be read */
    THEME_ERROR_TEXT,  /* on THEME_FACE: what went wrong */
    THEME_COLOURS
};

/* Reads the system's settings; again on WM_SETTINGCHANGE, WM_THEMECHANGED, WM_SYSCOLORCHANGE. Who
 * shows windows dresses them anew when it returns true: the looks changed. */
bool theme_init(void);
/* What the user chose; THEME_FOLLOW until then. As theme_init. */
bool theme_choose(enum theme_mode mode);
/* "light", "dark"; anything else follows the system. */
enum theme_mode theme_mode_from(const char *name);

COLORREF theme_colour(enum theme_colour colour);
HBRUSH theme_brush(enum theme_colour colour); /* not the caller's to delete; dies with theme_init */
bool theme_dark(void);
bool theme_high_contrast(void);

/* Makes a window and the controls in it look like the theme; again after the looks changed. Lists
 * get the theme's colours and heads, edit fields and buttons its frames. */
void theme_dress(HWND window);
/* A parent's WM_CTLCOLOR*, which colours its controls; true when *result is the answer. */
bool theme_message(UINT message, WPARAM wide, LPARAM narrow, LRESULT *result);
/* A box to tick, in a list or in front of words; `box` is a square. */
void theme_paint_tick(HDC dc, const RECT *box, bool ticked);

#endif
