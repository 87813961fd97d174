/* preferences: what the main window remembers from one start to the next: its place, the lists'
 * columns, the view, the watchlist and the known list. Window thread. */
#ifndef STAKEOUT_GUI_PREFERENCES_H
#define STAKEOUT_GUI_PREFERENCES_H

#include "gui/main_window.h"

/* Before the window is made: options, language. */
void preferences_read(struct main_window *main);
/* How long and how many ended things are remembered. */
struct history_limits preferences_limits(const struct settings *settings);
/* Once the window is there: its place and columns. */
void preferences_restore(struct main_window *main);
/* Once the session is there: begins reading the watchlist (the setup's or the kept one) and the
 * known list. */
enum status preferences_start_lists(struct main_window *main);
/* Appends where the watchlist is kept; nothing when it is kept nowhere. */
void preferences_list_path(const struct main_window *main, struct buffer *path);
/* When the window closes. */
void preferences_keep(struct main_window *main);

#endif
