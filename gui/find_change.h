/* find_change: what is done to something that was found, beside the window's thread: a handle is
 * closed, a key or value read for a .reg file, or deleted. One at a time; each goes through the
 * case's journal where it changes anything. A job is the worker's while it runs, then the window's.
 * Window thread. */
#ifndef STAKEOUT_GUI_FIND_CHANGE_H
#define STAKEOUT_GUI_FIND_CHANGE_H

#include "gui/case_sink.h"
#include "gui/find_search.h"

enum find_deed {
    FIND_DEED_CLOSE,  /* a handle */
    FIND_DEED_COUNT,  /* reads what would be deleted */
    FIND_DEED_DELETE, /* a key or value */
    FIND_DEED_EXPORT  /* into a file */
};

struct change_job {
    enum find_deed kind;
    const struct find_system *system; /* borrowed, static */
    struct case_sink *sink;           /* borrowed, longer than the worker */
    uint64_t run;                     /* of the search whose row it is */
    uint32_t row;
    struct found *handle; /* owned: a copy of the one row; NULL: it is about the registry */
    struct buffer key;
    struct buffer value;
    bool only_value;
    struct buffer path; /* of the file to write; of a deletion the backup, once it was written */
    atomic_bool cancel; /* heeded until something is changed */
    /* What came of it. */
    struct handle_close_result closed;
    enum registry_outcome outcome;
    struct failure failure;
    uint64_t keys;
    uint64_t values;
    uint64_t lost; /* what an import can't bring back */
};

/* Of a row; NULL: no memory. Owned: change_job_free, or change_start. */
struct change_job *change_job_of_handle(const struct handle_row *row);
/* whole_key: the key of the row, not its value. */
struct change_job *change_job_of_registry(const struct found_registry *row, bool whole_key);
void change_job_free(struct change_job *job);
/* The job is handed over, also on failure. */
struct worker *change_start(struct change_job *job, HWND window, UINT message);
/* The job of a worker that is done, for the next step of the same: its own from here on. */
struct change_job *change_job_again(const struct change_job *job);

#endif
