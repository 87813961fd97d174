/* find_window: who holds it, where it is written, who has it in memory: one window for the three
 * searches, beside the main one.
 * Each kind has a page with its own results, which stay while another is looked at; the term is
 * shared. Searches run beside the window's thread; results come in as they are found. What is
 * closed or deleted from here is asked about first, verified and written into the case's journal.
 * Window thread. */
#ifndef STAKEOUT_GUI_FIND_WINDOW_H
#define STAKEOUT_GUI_FIND_WINDOW_H

#include "gui/case_sink.h"
#include "gui/find_search.h"
#include "gui/settings.h"

/* Controls, for tests. */
#define FIND_TERM 100
#define FIND_GO 101 /* "Find", and while it searches "Cancel" */
#define FIND_REGEX 102
#define FIND_CASE 103
#define FIND_LIST 104
#define FIND_PIDS 105
#define FIND_TABS 106
#define FIND_FILTER 107
#define FIND_PANE 108 /* and one for each kind after it */
#define FIND_VALUE 112
#define FIND_STATUS 113
#define FIND_SAVE 114

struct find_window;

struct find_setup {
    HWND owner;
    struct settings *settings;        /* borrowed, may be NULL */
    const struct find_system *system; /* NULL: the live one */
    struct case_sink *sink;           /* borrowed: journal, and where backups go */
    struct process_key self;          /* this program */
    /* What is newest, borrowed until return; never NULL. */
    const struct snapshot *(*snapshot)(void *context);
    const struct watchlist *(*watchlist)(void *context);
    /* Selects it in the list of processes; false: it is not there. */
    bool (*show_process)(void *context, struct process_key key);
    void *context;
};

/* Owned: find_window_free. Nothing is opened yet. NULL: no memory. */
struct find_window *find_window_new(const struct find_setup *setup);
/* Closes it. What it is about to close or delete is waited for, at most so many ms: the journal
 * needs its end. NULL is fine. */
void find_window_free(struct find_window *find, DWORD ms);

struct find_request {
    enum found_kind kind;
    uint32_t pid;     /* 0: all processes */
    struct text term; /* empty: as it was */
    bool keep;        /* as it was left: kind, term and processes */
    bool at_once;     /* the search begins */
};

/* Opens it, or brings it up. False: it could not be opened. */
bool find_window_open(struct find_window *find, const struct find_request *request);
void find_window_set_utc(struct find_window *find, bool utc);
/* The language changed. */
void find_window_translate(struct find_window *find);
/* The theme's looks changed. */
void find_window_dress(struct find_window *find);
/* A message of the loop: true when the window took it as a key of its own. */
bool find_window_key(struct find_window *find, MSG *message);

#endif
