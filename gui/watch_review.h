/* watch_review: what an import found, for the analyst to look at before it is taken.
 * What has no doubt arrives ticked; the others say why not. Window thread. */
#ifndef STAKEOUT_GUI_WATCH_REVIEW_H
#define STAKEOUT_GUI_WATCH_REVIEW_H

#include <windows.h>

#include "core/watch/import.h"
#include "gui/settings.h"

#define REVIEW_SHOW 100 /* which of them are shown: a list to choose from */
#define REVIEW_GRID 101
#define REVIEW_TICK 102
#define REVIEW_UNTICK 103

enum review_column {
    REVIEW_INDICATOR,
    REVIEW_KIND,
    REVIEW_DOUBT_NAME,
    REVIEW_REASON,
    REVIEW_LINE,
    REVIEW_WRITTEN,
    REVIEW_LABEL,
    REVIEW_COLUMNS
};

/* Runs until it is answered. name: of what was read. ticked: import_count entries, written here:
 * what is to be taken. False: nothing is. settings may be NULL. */
bool watch_review_run(HWND owner, struct settings *settings, const struct import_result *result,
                      struct text name, bool *ticked);
/* Puts the ticks that a review begins with. */
void watch_review_ticks(const struct import_result *result, bool *ticked);

#endif
