/* main_window: what the files of the main window share. Nobody else includes it, apart from tests
 * that read what the window shows. All of it belongs to the window's thread. */
#ifndef STAKEOUT_GUI_MAIN_WINDOW_H
#define STAKEOUT_GUI_MAIN_WINDOW_H

#include <windows.h>

#include "core/windows/act/elevation.h"
#include "gui/acting.h"
#include "gui/case_desk.h"
#include "gui/details_pane.h"
#include "gui/evidence_desk.h"
#include "gui/filter.h"
#include "gui/find_window.h"
#include "gui/list_pane.h"
#include "gui/properties.h"
#include "gui/scale.h"
#include "gui/session.h"
#include "gui/settings.h"
#include "gui/trap_commands.h"
#include "gui/watching.h"
#include "gui/window.h"

enum main_message {
    MAIN_SAMPLER = WM_APP + 1,   /* wParam: enum sampler_event */
    MAIN_SELECTED = WM_APP + 2,  /* a selection changed: details and connections follow, once */
    MAIN_LISTS = WM_APP + 3,     /* the watchlist or the known list was read or changed */
    MAIN_TRAY = WM_APP + 4,      /* the icon beside the clock */
    MAIN_ACTED = WM_APP + 5,     /* an order is done: acting_done */
    MAIN_EVIDENCE = WM_APP + 20, /* evidence_desk_done */
    MAIN_CASE = WM_APP + 22,     /* case_desk_done */
    MAIN_TRAP = WM_APP + 23,     /* trap_desk_tell */
    MAIN_ELEVATED = WM_APP + 21  /* the question for an administrator was answered */
};

enum main_control {
    CONTROL_PROCESSES = 1000,
    CONTROL_CONNECTIONS,
    CONTROL_HITS,
    CONTROL_DETAILS,
    CONTROL_TABS,
    CONTROL_STATUS,
    CONTROL_FILTER,
    CONTROL_FILTER_LABEL
};

enum main_tab { TAB_CONNECTIONS, TAB_HITS, TAB_DETAILS, TAB_COUNT };

/* What the user chose, as it is kept from one start to the next. */
struct main_options {
    bool ghosts;
    bool flat;
    bool lower;
    bool follow; /* only the connections of the selected processes */
    bool watched_first;
    bool utc;
    bool presentation;
    unsigned split; /* share of the tree in the height, in 1/1,000 */
    enum main_tab tab;
};

struct main_window {
    const struct gui_setup *setup;
    HWND window;
    HWND tabs;
    HWND status;
    HWND filter_box;
    HWND filter_label;
    HWND pause;
    HWND watch;
    HWND sinkhole;
    HWND tree;
    HWND acts[4]; /* buttons: suspend, resume, kill, kill tree */
    struct settings *settings;
    struct case_sink *hits_kept;
    struct session *session;
    struct watching *watching;
    struct acting *acting;
    struct properties *properties;
    struct find_window *find;
    struct evidence_desk *evidence;
    struct case_desk *case_desk;
    struct trap_desk *trap;
    struct buffer case_page; /* what came of a task, to be read */
    unsigned case_title;     /* string: what it is the page of */
    bool case_waits;         /* a window with a bar stands in front */
    struct closing_means closing;
    struct elevation elevation;
    struct worker *elevating; /* NULL: nobody is asked */
    struct process_key self;
    struct process_key select; /* shown once it is there; pid 0: none */
    struct list_pane *processes;
    struct list_pane *connections;
    struct list_pane *hits;
    struct details_pane *details;
    struct list_pane_host host;
    /* The snapshots that the two lists show; a hidden list may lag behind. A reference each. */
    const struct snapshot *processes_shown;
    const struct snapshot *connections_shown;
    struct filter *filter;
    struct main_options options;
    struct list_pane *last; /* which list a command means: the one that had the focus last */
    struct scale_fonts fonts;
    HFONT font; /* the plain one of them */
    unsigned dpi;
    unsigned scale; /* per cent of 96 DPI, presentation included */
    int split_at;   /* y of the splitter */
    bool splitting;
    bool in_menu;
    bool elevated;
    bool ended;
    bool selected_posted;
    bool told;             /* the last part of the status bar holds a message */
    int64_t told_at;       /* refresh_ticks */
    uint32_t hits_told;    /* in the tab and the title */
    uint32_t hits_alerted; /* by the tray */
    bool hits_unseen;      /* the user has not looked at the last ones */
    struct tray *tray;     /* NULL: none is wanted */
    HACCEL keys;
    struct buffer text;
    /* What a refresh cost the window's thread, in 100 ns: the last, and the worst so far. */
    int64_t refresh_last;
    int64_t refresh_worst;
    uint64_t refreshes;
};

/* main_window.c */
void main_window_dress(struct main_window *main); /* the theme's looks changed */
struct main_window *main_window_of(HWND window);

/* layout.c: fonts, sizes, places */
bool layout_create(struct main_window *main);
void layout_scale(struct main_window *main);
void layout_arrange(struct main_window *main);
void layout_words(struct main_window *main); /* all texts anew: the language changed */
void layout_select_tab(struct main_window *main, enum main_tab tab);
bool layout_on_splitter(const struct main_window *main, POINT client);
void layout_drag_splitter(struct main_window *main, int y);
void layout_next_pane(struct main_window *main, bool back);
struct list_pane *layout_tab_pane(const struct main_window *main); /* NULL: the details */

/* refresh.c: from what was published to what is shown */
void refresh_take(struct main_window *main);
void refresh_show(struct main_window *main); /* the same rows anew: an option changed */
void refresh_details(struct main_window *main);
void refresh_filter(struct main_window *main); /* the filter box was typed in */
void refresh_options(struct main_window *main);
bool refresh_frozen(const struct main_window *main);
int64_t refresh_ticks(void); /* monotonic, 100 ns */
/* Shows a process, opening and unfiltering what hides it; false when there is none. */
bool refresh_go_to_process(struct main_window *main, uint64_t id);

/* status.c */
void status_arrange(struct main_window *main); /* the widths of its parts */
void status_update(struct main_window *main);
/* A message in the last part, until the next, or until it has stood for STATUS_STAYS. */
#define STATUS_STAYS (6 * MOMENT_SECOND)
void status_tell(struct main_window *main, struct text words);
void status_tell_string(struct main_window *main, unsigned id);

/* alert.c: what calls the user when something was caught */
void alert_open(struct main_window *main);
void alert_close(struct main_window *main);
void alert_update(struct main_window *main);
/* Whether a hidden window could be brought back. */
bool alert_can_hide(const struct main_window *main);
/* The user minimises or closes the window (SC_…): true when that hid it, as the settings say, or
 * when a dialog has to be answered first. */
bool alert_hides(struct main_window *main, UINT command);
/* True when the message was the icon's. */
bool alert_message(struct main_window *main, UINT message, WPARAM wide, LPARAM narrow);

/* commands.c */
void commands_run(struct main_window *main, unsigned command);
/* 0: it can be run now; else the string that says why not. */
unsigned commands_grey(const struct main_window *main, unsigned command);
/* Hits that are in no file when the program ends: asks where to put them. */
void commands_rescue(uint64_t count, struct text lines);
bool commands_checked(const struct main_window *main, unsigned command);

/* The process that a command means: the selected one, or the owner of what is selected. It is an
 * index into processes_shown; NO_ROW: none. */
uint32_t commands_process(const struct main_window *main);
/* The same for that row of the list that had the focus last: an index into its snapshot. */
uint32_t commands_process_at(const struct main_window *main, uint32_t index);

/* The connection that a command means, as it is now; NULL: none. */
const struct connection_row *commands_connection(const struct main_window *main);
/* Whether more than one row is selected. */
bool commands_many_selected(const struct main_window *main);

/* evidence_commands.c: dump, sample, open folder, remove a file, close a connection */
bool evidence_commands_are(unsigned command);
unsigned evidence_commands_grey(const struct main_window *main, unsigned command);
void evidence_commands_run(struct main_window *main, unsigned command);
void evidence_commands_done(struct main_window *main, WPARAM wide);
/* The image's file; its path is known. */
void evidence_commands_remove(struct main_window *main, HWND owner,
                              const struct process_facts *facts);

/* case_commands.c: the case, its evidence, its report */
bool case_commands_are(unsigned command);
unsigned case_commands_grey(const struct main_window *main, unsigned command);
void case_commands_run(struct main_window *main, unsigned command);
void case_commands_done(struct main_window *main, WPARAM wide);

/* search_commands.c: the Find window */
/* Owned: find_window_free. NULL: no memory. */
struct find_window *search_commands_open(struct main_window *main);
bool search_commands_are(unsigned command);
unsigned search_commands_grey(const struct main_window *main, unsigned command);
void search_commands_run(struct main_window *main, unsigned command);

/* elevate_command.c: this program anew as administrator */
unsigned elevate_command_grey(const struct main_window *main);
void elevate_command_run(struct main_window *main);
void elevate_command_done(struct main_window *main, WPARAM wide);

/* act_commands.c: suspend, resume, restart, kill, and trees */
bool act_commands_are(unsigned command);
unsigned act_commands_grey(const struct main_window *main, unsigned command);
void act_commands_run(struct main_window *main, unsigned command);
/* The message of an order that is done. */
void act_commands_done(struct main_window *main, WPARAM wide);

/* menus.c */
void menus_install(struct main_window *main);
void menus_prepare(const struct main_window *main, HMENU menu); /* WM_INITMENUPOPUP */
void menus_open(struct main_window *main, struct list_pane *pane, POINT where);
void menus_open_columns(struct main_window *main, struct list_pane *pane, POINT where);
HACCEL menus_keys(void);

#endif
