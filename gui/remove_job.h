/* remove_job: a file looked into, and taken away, beside the window's thread, for the window of a
 * removal. Each is the data of a struct worker (gui/worker.h); what was found goes from the search
 * to the removal. */
#ifndef STAKEOUT_GUI_REMOVE_JOB_H
#define STAKEOUT_GUI_REMOVE_JOB_H

#include "core/act/removal_run.h"
#include "core/windows/act/removal_find.h"
#include "gui/case_sink.h"
#include "gui/worker.h"

/* What a test plays instead of the system; borrowed. */
struct removal_system {
    /* A full look, and the two searches (windows/act/removal_find.h). */
    enum status (*look)(void *context, struct text path, struct removal_sight **sight);
    enum status (*users)(const struct removal_finder *finder, struct progress *progress);
    enum status (*places)(const struct removal_finder *finder, struct progress *progress);
    const struct removal_means *means;
    const struct evidence_means *evidence;
    bool elevated;
    void *context;
};

enum remove_task { REMOVE_SEARCH, REMOVE_RUN };

enum remove_stage { REMOVE_LOOKING, REMOVE_USERS, REMOVE_PLACES, REMOVE_ACTING, REMOVE_OVER };

enum remove_row_kind { REMOVE_ROW_USER, REMOVE_ROW_PLACE, REMOVE_ROW_STEP };

/* A row of the window's list. */
struct remove_row {
    enum remove_row_kind kind;
    struct removal_user user; /* also of a step, where it is about one: has_user */
    bool has_user;
    struct removal_place place;
    enum removal_step step;
    bool done;
    struct failure failure;
};

struct remove_job {
    enum remove_task task;
    /* What is to be done; all borrowed but the snapshot. */
    struct case_sink *sink;
    const struct removal_system *system;                         /* may be NULL */
    enum status (*make_hand)(void *context, struct hand **hand); /* may be NULL */
    void *context;
    struct process_key self;
    const struct snapshot *snapshot; /* a reference */
    struct text path;                /* in the arena, like all below */
    struct text folder;              /* where the case is, or will be */
    struct arena *arena;
    /* Found. */
    struct removal_sight *sight; /* NULL: there was no memory */
    struct removal_lists lists;
    enum removal_bar bar;
    bool elevated;
    struct removal_order order; /* REMOVE_RUN */
    struct removal_result result;
    bool has_result;
    enum status status; /* why nothing could be done at all */
    /* For the window while it works. */
    atomic_bool stop;
    atomic_int stage; /* enum remove_stage */
    struct progress progress;
    SRWLOCK lock; /* of the rows */
    struct remove_row *rows;
    size_t row_count;
    size_t row_room;
};

/* A search for that file, which borrows nothing but the test's system. folder: of the case. Owned:
 * remove_job_start, or remove_job_free. NULL: no memory. */
struct remove_job *remove_job_new(struct text path, struct text folder,
                                  const struct snapshot *snapshot);
/* The removal, with all that the search has found, which is empty afterwards. NULL: no memory, and
 * the search stands. */
struct remove_job *remove_job_after(struct remove_job *search, const struct removal_order *order);
void remove_job_free(struct remove_job *job);
/* The job is handed over, also on failure. */
struct worker *remove_job_start(struct remove_job *job, HWND window, UINT message);

size_t remove_job_rows(struct remove_job *job);
/* A copy; its texts live as long as the job, or the one after it. */
struct remove_row remove_job_row(struct remove_job *job, size_t place);

#endif
