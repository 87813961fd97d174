/* tree_run: does to a whole tree what a plan says, so that nothing in it can get away.
 * Killing: the members are suspended from the root down; then the system is asked anew for what
 * they started meanwhile, until a look finds nothing new; then they are killed from the leaves up;
 * then looks go on until two in a row find nothing. A watchdog that restarts its twin has no moment
 * to do so. Each member is held by a handle whose start time was compared before it is touched.
 * What cannot be touched is told, and why.
 * The journal gets a line with all members before they are touched, one for each lot that is found
 * later, and one with what became of all of them.
 * Portable; blocks, so the window calls it on a worker. */
#ifndef STAKEOUT_ACT_TREE_RUN_H
#define STAKEOUT_ACT_TREE_RUN_H

#include "core/act/deed.h"
#include "core/act/tree_plan.h"

enum fate {
    FATE_PENDING,      /* not reached: it was cancelled before */
    FATE_KILLED,       /* and seen to be gone */
    FATE_ALREADY_GONE, /* had ended by itself */
    FATE_SUSPENDED,
    FATE_RESUMED,
    FATE_LEFT_OUT, /* not ticked */
    FATE_GUARDED,  /* found later, and critical: not touched */
    FATE_SURVIVED, /* could not be killed (or suspended, resumed): failure says why */
    FATE_COUNT
};

struct tree_fate {
    struct process_key key;
    struct text name;
    enum fate fate;
    bool found_later;     /* was not in the plan: started meanwhile */
    bool stays_suspended; /* it lives, and this run has suspended it */
    struct failure failure;
};

struct tree_result {
    struct arena *arena;     /* holds names and fates */
    struct tree_fate *fates; /* in the order in which they were found */
    size_t count;
    size_t done;     /* killed, gone, suspended or resumed as was asked */
    size_t survived; /* FATE_SURVIVED, FATE_GUARDED, FATE_PENDING */
    uint32_t looks;  /* at the system's list of processes */
    bool settled;    /* the last looks found nothing new */
    bool cancelled;
    int64_t took; /* 100 ns */
};

struct tree_run {
    struct hand *hand;
    const struct act_log *log;    /* NULL only in tests */
    const struct tree_plan *plan; /* borrowed */
    bool resume_rest; /* what lives in the end and was suspended by this run is resumed again */
    /* Asked between steps; may be NULL. */
    bool (*cancelled)(void *context);
    void *context;
};

/* ST_OK: it was run, whatever it could do; the result says. Else nothing was done: the journal
 * could not be written, no list of processes, no memory. Owned: tree_result_done. */
enum status tree_run(const struct tree_run *run, struct tree_result *result,
                     struct failure *failure);
void tree_result_done(struct tree_result *result);

const char *fate_phrase(enum fate fate);

#endif
