/* known_dialog: what the analyst has cleared, to look at and take back. Window thread. */
#ifndef STAKEOUT_GUI_KNOWN_DIALOG_H
#define STAKEOUT_GUI_KNOWN_DIALOG_H

#include <windows.h>

#include "core/watch/known.h"
#include "gui/settings.h"

#define KNOWN_TEXT 100
#define KNOWN_GRID 101
#define KNOWN_COUNT 102
#define KNOWN_REMOVE 103

struct known_dialog_setup {
    HWND owner;
    struct settings *settings; /* borrowed, may be NULL */
    const struct known *known; /* borrowed, may be NULL */
    /* After each removal; whoever keeps the list takes a reference. */
    void (*use)(void *context, const struct known *known);
    void *context;
};

/* Runs until it is closed. */
void known_dialog_run(const struct known_dialog_setup *setup);

#endif
