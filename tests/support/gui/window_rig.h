/* window_rig: the real window over a made-up machine, for tests.
 * The window runs on a thread of its own in this process; the test's thread plays the user: it
 * looks for windows, clicks, types, and waits for conditions. The machine is changed between
 * rig_lock and rig_unlock; the sampler waits meanwhile. */
#ifndef STAKEOUT_TESTS_WINDOW_RIG_H
#define STAKEOUT_TESTS_WINDOW_RIG_H

#include <windows.h>

#include "gui/main_window.h"
#include "tests/support/scripted_hand.h"

#define RIG_PATH 512
#define RIG_PATIENCE 20000 /* ms that a condition may take before it counts as never */

struct rig {
    HANDLE thread;
    HWND window;
    struct main_window *main; /* its thread's; read between rig_call's only */
    struct scripted_source *machine;
    struct scripted_hand *hand; /* what orders are done with; under the lock like the machine */
    CRITICAL_SECTION lock;
    HANDLE opened;
    struct gui_setup setup;
    int code;
    wchar_t folder[RIG_PATH]; /* of this test alone; removed when the rig is closed */
    wchar_t settings[RIG_PATH];
    wchar_t case_folder[RIG_PATH];
};

/* The machine as `make` leaves it (NULL: empty), then the window; fails the test when it does not
 * open. */
void rig_open(struct rig *rig, void (*make)(struct scripted_source *machine), const wchar_t *list);
/* The same; `prepare` may change what the rig has set up (rig->setup, the folder) before the window
 * is opened. */
void rig_open_with(struct rig *rig, void (*make)(struct scripted_source *machine),
                   void (*prepare)(struct rig *rig));
/* Closes the window as a user does and waits for it. */
void rig_close(struct rig *rig);

struct scripted_source *rig_lock(struct rig *rig);
void rig_unlock(struct rig *rig);

/* Runs a function on the window's thread and waits for it. */
void rig_call(struct rig *rig, void (*function)(struct main_window *main, void *context),
              void *context);
/* Waits until it holds, asking on the window's thread; fails the test otherwise. */
void rig_wait(struct rig *rig, bool (*holds)(struct main_window *main, void *context),
              void *context, const char *what);
/* Asks for a round now and waits until the window has shown it. */
void rig_refresh(struct rig *rig);
/* Likewise, though what was changed just before may not show yet. */
void rig_refresh_once(struct rig *rig);

/* Adds to the watchlist as the lists do; fails the test when it is no indicator. */
void rig_watch(struct rig *rig, const char *indicator);
void rig_expect_hits(struct rig *rig, uint32_t count);

/* Waits until the program has ended by itself, with this code 0. rig_close tidies up afterwards. */
void rig_expect_end(struct rig *rig);
/* The system's own box (a question, the window to save a file) of the window's thread, once it is
 * there. */
HWND rig_sees_box(struct rig *rig);
/* Waits until this window is gone. */
void rig_expect_gone(HWND window);

/* A command as a menu gives it. */
void rig_command(struct rig *rig, unsigned command);
/* The commands of the open menu, with '-' before grey and '*' before checked ones, by string. Opens
 * the context menu of a list for its selected rows, reads it and closes it again. Static storage.
 */
const char *rig_context_menu(struct rig *rig, struct list_pane *pane);
/* The commands of that menu and of those below it, grey ones too. */
size_t rig_context_commands(struct rig *rig, struct list_pane *pane, unsigned *commands,
                            size_t room);
/* Opens that menu and goes down to a command with the keys, as who has no mouse, and chooses it. */
void rig_choose_item(struct rig *rig, struct list_pane *pane, unsigned command);
/* A key down and up in the window that has the focus of the window's thread. */
void rig_key(struct rig *rig, WORD key);
void rig_type(struct rig *rig, HWND edit, const wchar_t *text);
void rig_click(struct rig *rig, HWND window, int x, int y);

/* What the list control itself answers for a cell (LVM_GETITEMTEXT), in UTF-8; static storage. */
const char *rig_cell(struct rig *rig, struct list_pane *pane, uint32_t row, unsigned list_column);
uint32_t rig_rows(struct rig *rig, struct list_pane *pane); /* LVM_GETITEMCOUNT */
/* The rows of a list from top to bottom, as the control tells them: "explorer.exe >cmd.exe
 * >>ping.exe", a
 * '>' a level, '+' behind what is collapsed, '!' behind what hides something watched. Static
 * storage. */
const char *rig_outline(struct rig *rig, struct list_pane *pane);
/* Waits until the outline reads so. */
void rig_expect_outline(struct rig *rig, struct list_pane *pane, const char *expected);
/* The row of the list whose first column reads so, or VIEW_NO_ROW. */
uint32_t rig_row_named(struct rig *rig, struct list_pane *pane, const char *name);

#endif
