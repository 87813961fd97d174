/* watch_editor: the watchlist's editor on a thread of its own, for tests that work with it as a
 * user does. A test makes it, may add to its path, lets it begin, and closes it by a button of its
 * own; then one of the closing functions waits for it, compares, and gives everything back. */
#ifndef STAKEOUT_TESTS_WATCH_EDITOR_H
#define STAKEOUT_TESTS_WATCH_EDITOR_H

#include <windows.h>

#include "core/base/buffer.h"
#include "core/watch/watchlist.h"
#include "gui/strings.h"

struct watch_editor {
    HANDLE thread;
    HWND dialog;
    HWND grid;
    const struct watchlist *list; /* what it begins with */
    struct buffer path;           /* where the list is kept; empty: nowhere */
    enum strings_language language;
    /* what it ended with */
    const struct watchlist *used;
    enum status kept;
    int uses;
    bool answer;
};

/* In English, with the list that becomes the editor's; NULL: none. */
void watch_editor_make(struct watch_editor *editor, const struct watchlist *list);
/* The list that the lines of a watchlist file make; every line is good. The caller's. */
const struct watchlist *watch_editor_list(const char *content);
/* Shows it. May be done anew after watch_editor_ends. */
void watch_editor_begin(struct watch_editor *editor);
/* All three; content may be NULL. */
void watch_editor_open(struct watch_editor *editor, const char *content);

HWND watch_editor_finds(const struct watch_editor *editor, unsigned id);

/* Waits until it has ended, and has handed over a list, or none. */
void watch_editor_ends(struct watch_editor *editor, bool used);
/* Gives back what it holds. */
void watch_editor_done(struct watch_editor *editor);
/* watch_editor_ends and watch_editor_done. */
void watch_editor_close(struct watch_editor *editor, bool used);
/* The same where it handed over a list that reads so, an indicator a line. */
void watch_editor_close_with(struct watch_editor *editor, const char *wanted);
/* The same by its Cancel. */
void watch_editor_cancel(struct watch_editor *editor);

#endif
