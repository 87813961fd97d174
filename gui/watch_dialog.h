/* watch_dialog: the editor of the watchlist.
 * Type, paste, drop or import; what a report holds is reviewed before it is taken. What is edited
 * is a new list, which takes the old one's place only when the analyst says so. Lists of a million
 * entries stay usable: rows are drawn when they are seen, and reading, making and writing happen
 * beside the window's thread. Window thread. */
#ifndef STAKEOUT_GUI_WATCH_DIALOG_H
#define STAKEOUT_GUI_WATCH_DIALOG_H

#include <windows.h>

#include "core/watch/watchlist.h"
#include "gui/settings.h"

/* Controls, for tests too. */
#define WATCH_TYPE 100 /* the field to type in */
#define WATCH_READ 101 /* what it was understood as */
#define WATCH_ADD 102
#define WATCH_IMPORT 103
#define WATCH_PASTE 104
#define WATCH_SEARCH 105
#define WATCH_COUNT 106 /* how many there are, and what was done */
#define WATCH_GRID 107
#define WATCH_REMOVE 108
#define WATCH_CLEAR 109
#define WATCH_SAVE 110
#define WATCH_BUSY 111 /* shown while something is under way */

enum watch_column {
    WATCH_INDICATOR,
    WATCH_KIND,
    WATCH_PORT,
    WATCH_LABEL,
    WATCH_FROM,
    WATCH_WRITTEN,
    WATCH_COLUMNS
};

struct watch_dialog_setup {
    HWND owner;
    struct settings *settings;    /* borrowed, may be NULL */
    const struct watchlist *list; /* what is watched now; borrowed, may be NULL */
    struct text path;             /* where the list is kept; empty: nowhere */
    bool import_at_once;          /* begins by asking for files to import */
    /* The new list (a reference is taken by whoever keeps it). kept is not ST_OK when the list
     * could not be written to `path`; failure tells why. Called while the dialog is still open. */
    void (*use)(void *context, const struct watchlist *list, enum status kept,
                const struct failure *failure);
    void *context;
};

/* Runs until it is closed. True when a new list was handed to `use`. */
bool watch_dialog_run(const struct watch_dialog_setup *setup);

#endif
