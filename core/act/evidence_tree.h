/* evidence_tree: dumps of a whole tree that fit together, since nothing in it runs meanwhile.
 * It is suspended from the root down, as act/tree_run does, with what it starts in between; then
 * its members are dumped one after another; then those that were suspended here are resumed, from
 * the leaves up, whatever came of the dumps and even when it was cancelled. Each step is in the
 * journal. A member that can't be suspended is dumped as it runs.
 * Portable; blocks, so the window calls it on a worker. */
#ifndef STAKEOUT_ACT_EVIDENCE_TREE_H
#define STAKEOUT_ACT_EVIDENCE_TREE_H

#include "core/act/evidence_deed.h"
#include "core/act/tree_run.h"

struct evidence_tree {
    struct hand *hand;
    const struct evidence_means *means;
    const struct act_log *log;    /* NULL only in tests */
    const struct tree_plan *plan; /* borrowed; of ACT_SUSPEND_TREE */
    bool is_full;
    struct progress *progress; /* may be NULL; bytes, anew with each dump */
    /* Told before each dump; may be NULL. `at` counts from 0, `of` is how many there are. */
    void (*began)(void *context, const struct tree_fate *member, size_t at, size_t of);
    void *context;
};

struct evidence_tree_dump {
    bool is_tried;
    struct evidence_result result; /* once it was tried */
    struct deed_result resume;     /* of one that was suspended here */
};

struct evidence_tree_result {
    struct tree_result tree;          /* how suspending went; stays_suspended: still, in the end */
    struct evidence_tree_dump *dumps; /* one for each of tree.fates */
    size_t dumped;
    size_t failed; /* asked for, and not dumped or not reached */
    size_t stuck;  /* that stay suspended */
    bool cancelled;
};

/* ST_OK: it was run, whatever it could do; the result says. Else nothing was done that was not
 * undone. Owned: evidence_tree_result_done. */
enum status evidence_tree_run(const struct evidence_tree *run, struct evidence_tree_result *result,
                              struct failure *failure);
void evidence_tree_result_done(struct evidence_tree_result *result);

#endif
