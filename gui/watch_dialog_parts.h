/* watch_dialog_parts: what the files of the watchlist's window share. Nobody else includes it. */
#ifndef STAKEOUT_GUI_WATCH_DIALOG_PARTS_H
#define STAKEOUT_GUI_WATCH_DIALOG_PARTS_H

#include "core/watch/typed.h"
#include "gui/dialog.h"
#include "gui/grid.h"
#include "gui/watch_dialog.h"
#include "gui/watch_jobs.h"

enum watch_message {
    WATCH_JOB_DONE = WM_APP + 40,
    WATCH_IMPORT_AT_ONCE, /* posted to itself once the window is there */
    WATCH_SORTED
};

enum watch_timer { WATCH_TIMER_TYPED = 1, WATCH_TIMER_SEARCH };

struct watch_window {
    struct dialog dialog;
    const struct watch_dialog_setup *setup;
    const struct watchlist *list; /* a reference; NULL: empty */
    bool *removed;                /* of the list's entries; NULL: none */
    uint32_t removed_count;
    bool changed; /* since it was opened */
    bool used;
    uint32_t *rows; /* entries that are shown */
    uint32_t row_count;
    uint32_t row_room;
    uint32_t *order;       /* of the list's entries; NULL: their own */
    struct worker *sorter; /* NULL: no order is being made */
    struct buffer needle;  /* what is searched for; empty: everything */
    uint32_t searched;     /* entries that the search has looked at */
    struct buffer scratch;
    struct worker *worker; /* NULL: nothing is under way */
    bool reading;          /* the worker's data is a read_job, else an edit_job */
    bool typed_pending;    /* the field is emptied when what it held was added */
    bool use_after;        /* what is being added is to be watched at once */
    bool read_is_bad;      /* the line under the field is shown as an error */
    struct grid *grid;
    HWND type_label;
    HWND type;
    HWND read;
    HWND add;
    HWND import;
    HWND paste;
    HWND search;
    HWND count;
    HWND remove;
    HWND clear;
    HWND save;
    HWND busy;
    HWND use;
    HWND cancel;
};

/* watch_dialog.c */
/* Shows a message beside the count, in the string's words. */
void watch_tell(struct watch_window *watch, unsigned id, const struct text *arguments,
                unsigned count);
void watch_tell_number(struct watch_window *watch, unsigned id, uint64_t number);
void watch_set_busy(struct watch_window *watch, struct worker *worker, bool reading, unsigned id,
                    struct text name);

/* watch_rows.c: which entries are shown */
void watch_rows_begin(struct watch_window *watch); /* anew, from the first entry */
void watch_rows_step(struct watch_window *watch);  /* a slice more of the search */
void watch_rows_remove_selected(struct watch_window *watch);
void watch_rows_clear(struct watch_window *watch);
void watch_rows_sort(void *context); /* as the heads say; again when the list is another */
void watch_rows_sorted(struct watch_window *watch, WPARAM number);
extern const struct grid_class watch_grid_class;

/* watch_add.c: what comes in */
void watch_add_typed(struct watch_window *watch);
void watch_show_typed(struct watch_window *watch); /* what the field is understood as */
void watch_add_pasted(struct watch_window *watch);
void watch_add_dropped(struct watch_window *watch, HANDLE drop);
void watch_add_chosen(struct watch_window *watch); /* asks for files */
void watch_take_read(struct watch_window *watch, struct read_job *job);
void watch_save_as(struct watch_window *watch);
/* Takes `more` into the list, or only what is left of it, beside the window's thread. */
void watch_edit(struct watch_window *watch, enum edit_purpose purpose, const struct watchlist *more,
                struct text path);

#endif
