/* user: a person at the keyboard, for tests of dialogs.
 * The dialog runs on a thread of its own in this process; the test's thread looks for windows,
 * types, clicks and waits for conditions, never for times. A window that does not come, a text that
 * never reads as it should, fails the test. */
#ifndef STAKEOUT_TESTS_USER_H
#define STAKEOUT_TESTS_USER_H

#include <windows.h>

#include <stdbool.h>

#define USER_PATIENCE 20000 /* ms that a condition may take before it counts as never */

/* Runs `function` on a thread of its own, after common controls, strings and looks are there. */
HANDLE user_starts(void (*function)(void *context), void *context);
/* Waits until it has returned; fails the test when it does not. */
void user_waits_for(HANDLE thread);

/* The dialog of this process with this title (a string's number), once it is there and visible. */
HWND user_sees_dialog(unsigned title);
/* Waits until no such dialog is there any more. */
void user_sees_no_dialog(unsigned title);
/* The question that stands in the way of a dialog. */
HWND user_sees_question(HWND dialog);
/* A teardown: ends whatever a failed test left open, so that the next finds its own. */
int user_leaves(void **state);
HWND user_finds(HWND dialog, unsigned id);

void user_types(HWND edit, const wchar_t *words);
void user_clicks(HWND dialog, unsigned id); /* once it is enabled */
void user_presses(HWND window, WORD key);
/* Clicks into a list's cell at its left edge plus dx. */
void user_clicks_row(HWND list, int row, int dx);
void user_selects(HWND list, int row);
/* Clicks on the head of a list's column. */
void user_clicks_head(HWND list, int column);
/* HDF_SORTUP, HDF_SORTDOWN or 0. */
int user_sees_arrow(HWND list, int column);

/* In UTF-8; static storage, one at a time. */
const char *user_reads(HWND window);
const char *user_reads_cell(HWND list, int row, int column);
int user_counts(HWND list);
void user_waits_for_text(HWND window, const char *wanted);
void user_waits_for_part(HWND window, const char *wanted);
void user_waits_for_count(HWND list, int wanted);
/* A column from top to bottom, cells parted by '|'. */
void user_waits_for_column(HWND list, int column, const char *wanted);
void user_waits_until_enabled(HWND window);

#endif
