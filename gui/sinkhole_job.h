/* sinkhole_job: the hosts file read and changed beside the window's thread, for the window of the
 * sinkhole. Each is the data of a struct worker (gui/worker.h); its rows go from one job to the
 * next. */
#ifndef STAKEOUT_GUI_SINKHOLE_JOB_H
#define STAKEOUT_GUI_SINKHOLE_JOB_H

#include "core/act/sinkhole_deed.h"
#include "core/watch/watchlist.h"
#include "gui/case_sink.h"
#include "gui/worker.h"

#define SINKHOLE_ROWS_MOST 20000 /* domains that are shown; 762 can be pinned */

/* What a test plays instead of the system; borrowed. */
struct sinkhole_system {
    const struct sinkhole_means *means; /* NULL: the live one */
    uint32_t settle_ms;                 /* 0: as long as it is meant to be */
};

struct sinkhole_row {
    bool ticked; /* as the user wants it */
    bool tree;   /* the watchlist means the names below it, too, which can't be pinned */
    bool listed; /* it is in the watchlist */
    bool before; /* pinned when the order was given */
};

enum sinkhole_task { SINKHOLE_SURVEY, SINKHOLE_APPLY, SINKHOLE_TAKE_OUT, SINKHOLE_MAKE_UTF8 };

struct sinkhole_job {
    enum sinkhole_task task;
    struct buffer hosts;                  /* empty: the system's */
    const struct watchlist *list;         /* a reference, may be NULL */
    struct case_sink *sink;               /* borrowed; may be NULL in tests of a survey */
    const struct sinkhole_system *system; /* borrowed, may be NULL */
    atomic_bool hurry;                    /* nobody waits for what others do to the file */
    atomic_int stage;                     /* enum sinkhole_stage */
    /* The rows: pinned ones first, then those of the list. Owned with the arena. */
    struct arena *arena;
    struct sinkhole_wish *wishes; /* why, entry and was_pinned as the file has it now */
    struct sinkhole_row *rows;
    size_t count;
    size_t left_out; /* over SINKHOLE_ROWS_MOST */
    /* The file, after the task. */
    struct buffer path;
    enum status status; /* of reading it; ST_INVALID: why */
    struct failure failure;
    enum sinkhole_why why;
    struct sinkhole_numbers numbers;
    /* What was done; not for a survey. */
    bool has_result;
    struct sinkhole_result result;
};

/* The task to come, with the rows of the job before (NULL: there is none): that one may be shown
 * until this one is freed, and is the ground of no other. Owned: handed to sinkhole_job_start, or
 * sinkhole_job_free. NULL when there is no memory. */
struct sinkhole_job *sinkhole_job_new(enum sinkhole_task task, struct sinkhole_job *before);
void sinkhole_job_free(struct sinkhole_job *job);
/* The job is handed over, also on failure. */
struct worker *sinkhole_job_start(struct sinkhole_job *job, HWND window, UINT message);

#endif
