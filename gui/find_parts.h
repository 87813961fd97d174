/* find_parts: what the files of the Find window share. Nobody else includes it, apart from tests.
 */
#ifndef STAKEOUT_GUI_FIND_PARTS_H
#define STAKEOUT_GUI_FIND_PARTS_H

#include "gui/dialog.h"
#include "gui/filter.h"
#include "gui/find_window.h"
#include "gui/list_pane.h"
#include "gui/notes.h"

#define FIND_TIMER 10 /* and one for each kind after it */
#define FIND_WORDS_MOST ((size_t)1 << 20)

enum find_message {
    FIND_SEARCHED = WM_APP + 80, /* wParam: a worker's number; likewise below */
    FIND_CHANGED,                /* a handle was closed, a key or value looked at or deleted */
    FIND_SHOWED,                 /* a place was opened, or a file written */
    FIND_SELECTED,
    FIND_CLOSE
};

struct find_page {
    struct find_window *find;
    enum found_kind kind;
    struct list_pane *pane;
    struct found *found;   /* NULL before the first search */
    struct worker *search; /* NULL: none is under way */
    struct buffer term;    /* what was searched for */
    struct find_told told; /* of the last search, once it is over */
    bool over;             /* a search was made, and is over */
    bool stopping;         /* it was cancelled */
    ULONGLONG next;        /* GetTickCount64 before which the list is not shown anew */
};

struct find_window {
    struct dialog dialog;
    struct find_setup setup;
    struct list_pane_host host;
    struct filter *filter;
    struct find_page pages[FOUND_KINDS];
    enum found_kind kind; /* the page that is shown */
    bool open;
    bool utc;
    bool asking;        /* a question or a menu of its own stands open */
    bool owner_enabled; /* before that */
    bool selected_posted;
    uint64_t runs;
    struct buffer told; /* instead of the status, until something else happens */
    HWND term_label;
    HWND term;
    HWND go;
    HWND regex;
    HWND match_case;
    HWND list;
    HWND pids_label;
    HWND pids;
    HWND tabs;
    HWND filter_label;
    HWND filter_box;
    HWND value;
    HWND status;
    HWND bar;
    HWND save;
    HWND close;
    struct worker *change;  /* to what was found; NULL: none is under way */
    bool change_left;       /* it goes on though the window was closed */
    struct worker *showing; /* NULL: no place is being opened */
};

static inline struct find_page *find_page(struct find_window *find)
{
    return &find->pages[find->kind];
}

/* find_window.c */
void find_arrange(struct find_window *find);
void find_show_page(struct find_window *find, enum found_kind kind);
/* The row that a command means; VIEW_NO_ROW: none. */
uint32_t find_current(struct find_window *find);

/* find_run.c: searches */
void find_run(struct find_window *find);
void find_cancel(struct find_page *page);
void find_leave(struct find_page *page);
/* Takes what came in; now: whatever it costs. */
void find_take(struct find_page *page, bool now);
void find_searched(struct find_window *find, WPARAM number);
void find_apply_filter(struct find_window *find);
/* Button, bar and status line. */
void find_show_status(struct find_window *find);
/* A line instead of the status. */
void find_tell(struct find_window *find, struct text words);
void find_tell_string(struct find_window *find, unsigned id);
void find_tell_filled(struct find_window *find, unsigned id, struct text argument);

/* find_list.c: the lists, and one row whole */
const struct list_pane_class *find_list_class(enum found_kind kind);
/* Appends all that is kept of a row, in lines. */
void find_describe(const struct found *found, uint32_t row, struct buffer *out);

/* find_commands.c: what can be done with a row */
void find_menu(struct find_window *find, POINT where);
void find_columns_menu(struct find_window *find, POINT where);
/* 0: it can be done; else the string that says why not. */
unsigned find_grey(struct find_window *find, unsigned command);
void find_command(struct find_window *find, unsigned command);
/* A double click, or Enter. */
void find_activate(struct find_window *find);
/* While a menu or a question is open, rows stay where they are, and neither this window nor the
 * main one is closed. Begin: false when one is open. End: false when the window went all the same.
 */
bool find_begin_asking(struct find_window *find);
bool find_end_asking(struct find_window *find);
void find_showed(struct find_window *find, WPARAM number);

/* find_harm.c: closing handles, deleting from the registry */
unsigned find_harm_grey(struct find_window *find, unsigned command);
void find_close_handle(struct find_window *find);
void find_delete(struct find_window *find, bool whole_key);
void find_export(struct find_window *find);
/* What find_export does once a file was chosen. */
void find_export_to(struct find_window *find, struct text path);
void find_changed(struct find_window *find, WPARAM number);
void find_wait_for_change(struct find_window *find, DWORD ms);

/* Under which gui/notes.h keeps what was done to a row. */
static inline struct process_key find_note_key(enum found_kind kind, uint64_t run, uint32_t row)
{
    return (struct process_key){UINT32_MAX - 1u - (uint32_t)kind,
                                (moment)(run << 32 | (uint64_t)row)};
}

#endif
