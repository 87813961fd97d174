/* settings: what the user chose, kept in stakeout.ini.
 * All settings stand in one table with their kind, default and range. A value that cannot be read
 * or is out of its range counts as the default, and stays in the file until it is set. Nothing is
 * written but by settings_save, and then only what changed. Window thread.
 *
 * The file: where it was asked for; else beside the program where one lies there; else the one
 * under %APPDATA%\Stakeout where one lies there; else beside the program where that folder may be
 * written and is not under Program Files; else under %APPDATA%\Stakeout. The watchlist and the
 * known list lie in the same folder. */
#ifndef STAKEOUT_GUI_SETTINGS_H
#define STAKEOUT_GUI_SETTINGS_H

#include <windows.h>

#include "core/base/buffer.h"

enum setting {
    SETTING_LANGUAGE, /* text: "system", "en", "zh" */
    SETTING_THEME,    /* text: "follow", "light", "dark" */
    SETTING_GHOSTS,   /* flags of the view */
    SETTING_FLAT,
    SETTING_LOWER,
    SETTING_FOLLOW,
    SETTING_WATCHED_FIRST,
    SETTING_UTC,
    SETTING_PRESENTATION,
    SETTING_SPLIT,          /* the tree's share of the height, in 1/1,000 */
    SETTING_TAB,            /* of the lower pane, from 0 */
    SETTING_CONNECTIONS_MS, /* rates */
    SETTING_PROCESSES_MS,
    SETTING_PUBLISH_MS,
    SETTING_KEEP_MINUTES, /* history_limits */
    SETTING_KEEP_PROCESSES,
    SETTING_KEEP_CONNECTIONS,
    SETTING_NOTIFY, /* flags: what a hit does */
    SETTING_SOUND,
    SETTING_TRAY,          /* flag: an icon beside the clock */
    SETTING_TRAY_MINIMISE, /* flags, where there is the icon: what hides the window */
    SETTING_TRAY_CLOSE,
    SETTING_ASK,       /* flag: the routine question before a kill or a restart */
    SETTING_TRAY_TOLD, /* flag: the user was told once where the window goes */
    SETTING_WATCHLIST, /* text: path of the watchlist; empty: watchlist.txt beside the settings */
    SETTING_TRAP_WHAT, /* text: what is done at a hit ("suspend,dump"); empty: it is kept, no more
                        */
    SETTING_TRAP_EACH, /* flags: at each hit of a process, not its first alone; dumps of all memory
                        */
    SETTING_TRAP_FULL,
    SETTING_TRAP_NEVER, /* texts, parted by ';': process names that are never suspended, */
    SETTING_TRAP_ONLY,  /* and "LIST-OR-INDICATOR=suspend,dump" */
    SETTING_COUNT
};

struct settings;

/* path, UTF-8, empty: where it belongs. A file that cannot be read gives the defaults, and *failure
 * (may be NULL) tells; a missing one is no failure. Owned: settings_close, which does not save.
 * NULL when there is no memory. */
struct settings *settings_open(struct text path, struct failure *failure);
void settings_close(struct settings *settings);
/* Borrowed until closed. */
struct text settings_path(const struct settings *settings);
/* Appends the path of a file in the settings' folder. */
void settings_path_of(const struct settings *settings, const char *file_name, struct buffer *out);
/* Writes the file if anything changed, replacing it at once; makes its folder. */
enum status settings_save(struct settings *settings, struct failure *failure);

/* The setting must be of that kind. Texts are borrowed until it is set or the settings are closed.
 */
int64_t settings_number(const struct settings *settings, enum setting setting);
bool settings_flag(const struct settings *settings, enum setting setting);
struct text settings_text(const struct settings *settings, enum setting setting);
/* Out of range: the nearest that is in it. Without memory the old value stays. */
void settings_set_number(struct settings *settings, enum setting setting, int64_t number);
void settings_set_flag(struct settings *settings, enum setting setting, bool flag);
void settings_set_text(struct settings *settings, enum setting setting, struct text value);

/* Layout of a list by its key ("processes"): whatever the list makes of it. False: none is kept. */
bool settings_layout(const struct settings *settings, const char *key, struct text *layout);
void settings_set_layout(struct settings *settings, const char *key, struct text layout);

/* Where a window was, by its key ("main"), scaled from the DPI it was kept at to `dpi`. False: none
 * is kept, or no screen shows it any more. */
bool settings_place(const struct settings *settings, const char *key, unsigned dpi, RECT *place,
                    bool *maximized);
void settings_set_place(struct settings *settings, const char *key, unsigned dpi, const RECT *place,
                        bool maximized);
/* The same with a window. It is put there without being shown or hidden; only where it is visible
 * already it is maximized, too. False: it was left where it is. */
bool settings_restore_window(const struct settings *settings, const char *key, HWND window);
void settings_keep_window(struct settings *settings, const char *key, HWND window);

#endif
