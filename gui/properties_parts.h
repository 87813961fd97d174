/* properties_parts: what the files of the window of properties share. Nobody else includes it. */
#ifndef STAKEOUT_GUI_PROPERTIES_PARTS_H
#define STAKEOUT_GUI_PROPERTIES_PARTS_H

#include "gui/dialog.h"
#include "gui/properties.h"
#include "gui/property_pages.h"

enum property_message {
    PROPERTY_READ = WM_APP + 60, /* wParam: a worker's number */
    PROPERTY_HEARD,              /* something new of an order to a thread */
    PROPERTY_CLOSE
};

struct property_window;

/* One page: its list and what stands in it. */
struct property_sheet {
    struct property_window *window;
    enum property_page page;
    struct grid_class class;
    struct grid *grid; /* NULL until it is first shown */
    struct sheet sheet;
};

/* What a page needs: asked for once, and again when the user wants it. */
struct property_answer {
    struct worker *worker; /* NULL: nothing is under way */
    bool asked;
    bool stopped; /* by the user, or for want of memory: there is no answer */
    bool lacking; /* for want of memory */
    struct process_parts *parts;
    struct file_facts *file;
};

struct property_window {
    struct dialog dialog;
    struct properties *all;
    struct property_window *next;
    uint64_t id;                     /* of the process's row */
    const struct snapshot *snapshot; /* the newest that has it */
    uint32_t process;
    bool utc;
    enum property_page page;
    struct property_sheet sheets[PAGE_COUNT];
    struct property_answer answers[NEED_COUNT];
    struct worker *order; /* to a thread; NULL: none is under way */
    uint32_t order_tid;
    bool order_read; /* its outcome was seen, and the threads read again */
    struct buffer told;
    bool asking; /* a question stands before it */
    bool closed; /* while it did: whoever asked frees it */
    HWND tabs;
    HWND value;
    HWND note;
    HWND told_label;
    HWND progress;
    HWND again;
    HWND stop;
    HWND copy;
    HWND close;
    HWND acts[3]; /* buttons: suspend, resume, terminate a thread */
    HWND remove;  /* button: the file */
};

struct properties {
    struct properties_setup setup;
    struct property_window *first;
    struct worker *left[64]; /* orders whose windows were closed */
    size_t left_count;
};

/* properties.c */
const struct process_row *properties_row(const struct property_window *window);
void properties_dispose(struct property_window *window);
void properties_arrange(struct property_window *window);

/* properties_show.c: what is read, and what stands on the pages */
bool properties_show_page(struct property_window *window, enum property_page page);
/* Makes the page anew, and shows what differs. */
void properties_rebuild(struct property_window *window);
void properties_read(struct property_window *window, bool again);
void properties_stop(struct property_window *window);
/* A worker is done: its answer is taken. */
void properties_take(struct property_window *window, WPARAM number);
void properties_tick(const struct property_window *window);
void properties_copy(struct property_window *window);
void properties_drop_answers(struct property_window *window);

/* properties_threads.c: what is done to threads */
void properties_menu(struct property_window *window, POINT where);
void properties_act(struct property_window *window, unsigned command);
void properties_hear(struct property_window *window);
/* Which of the buttons can be pressed now. */
void properties_enable(const struct property_window *window);

#endif
