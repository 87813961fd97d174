/* theme_parts: what the files of the theme share. Nobody else includes it. */
#ifndef STAKEOUT_GUI_THEME_PARTS_H
#define STAKEOUT_GUI_THEME_PARTS_H

#include "gui/theme.h"

/* theme_system.c: what the system can do, looked up once. All do nothing where it cannot. */
bool theme_system_prefers_dark(void);    /* Windows 10 1809 or later, set to dark */
void theme_system_allow_dark(bool dark); /* for the program: menus, dialogs */
void theme_system_title_bar(HWND window, bool dark);
/* Whether the system draws this window's class dark by itself after this. */
bool theme_system_dress(HWND window, const wchar_t *class_list, bool dark);

/* theme_paint.c: controls drawn here while the theme is dark. Installed once, ends with the
 * control. */
void theme_paint_button(HWND button);
void theme_paint_status(HWND status);
void theme_paint_tabs(HWND tabs);
/* Subclasses the parent of a header, which is who is asked how to draw it. */
void theme_paint_header(HWND parent);
/* The edge of a control that has a sunken one. */
void theme_paint_frame(HWND control);

#endif
