/* sinkhole_dialog: which watched domains are pinned in the hosts file, and to what. Window thread.
 */
#ifndef STAKEOUT_GUI_SINKHOLE_DIALOG_H
#define STAKEOUT_GUI_SINKHOLE_DIALOG_H

#include "gui/settings.h"
#include "gui/sinkhole_job.h"

/* Controls, for tests. */
#define SINKHOLE_TEXT 100
#define SINKHOLE_FILE 101
#define SINKHOLE_GRID 102
#define SINKHOLE_LIMITS 103
#define SINKHOLE_TOLD 104
#define SINKHOLE_DO 105
#define SINKHOLE_UNDO 106
#define SINKHOLE_CONVERT 107
#define SINKHOLE_ELEVATE 108

struct sinkhole_dialog_setup {
    HWND owner;
    struct settings *settings;    /* borrowed, may be NULL */
    const struct watchlist *list; /* borrowed, may be NULL */
    struct text hosts;            /* another hosts file than the system's; empty: the system's */
    struct case_sink *sink;       /* borrowed */
    const struct sinkhole_system *system; /* borrowed; NULL: the live one */
    bool elevated;
    /* What is pinned now, and what no longer is (not `pinned`): indicators come and go with it. */
    void (*use)(void *context, const struct sinkhole_wish *wishes, size_t count);
    void *context;
};

/* Runs until it is closed. True: the user wants the program anew as administrator. */
bool sinkhole_dialog_run(const struct sinkhole_dialog_setup *setup);

#endif
