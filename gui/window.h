/* window: the program with its window, as one call.
 * main.c hands in the live source; tests hand in a scripted one and look at the real window. */
#ifndef STAKEOUT_GUI_WINDOW_H
#define STAKEOUT_GUI_WINDOW_H

#include <windows.h>

#include "core/watch/round.h"
#include "gui/strings.h"

struct gui_setup {
    struct source *source;        /* handed over, also on failure */
    const struct hit_sink *sinks; /* borrowed: where hits go first; the file, as a rule */
    size_t sink_count;
    enum strings_language language; /* STRINGS_SYSTEM: as the settings say */
    const wchar_t *settings;        /* path of the settings file; NULL: where it belongs */
    const wchar_t *list;        /* a watchlist file to start with; NULL: the one of the last time */
    const wchar_t *case_folder; /* for the title; NULL: none */
    const wchar_t *trouble;     /* what went wrong before the window was there; NULL: nothing */
    uint32_t publish_ms;        /* 0: 1,000 */
    int show;                   /* SW_… */
    /* Called on the window's thread once all windows exist, before the first message. May be NULL.
     */
    void (*opened)(void *context, HWND window);
    void *context;
};

#define GUI_WINDOW_CLASS L"StakeoutMain"

/* Opens the window and runs it until it is closed. 0, or 1 when it could not be opened (said so).
 */
int gui_run(const struct gui_setup *setup);

#endif
