/* tree_plan: who belongs to the tree under a process, as a list to tick, before anything is done.
 * Descendants are those by parents that started no later than their children. Two kinds are told
 * apart and not ticked: those that hang on the tree only by a process that is gone meanwhile (the
 * history knows it), and those where a start time is unknown, so that the link may be a reused PID.
 * This program and those that it runs under are never in it. Portable; reads a snapshot, which may
 * go afterwards. */
#ifndef STAKEOUT_ACT_TREE_PLAN_H
#define STAKEOUT_ACT_TREE_PLAN_H

#include "core/act/rails.h"

enum tree_group {
    TREE_ROOT,
    TREE_CHILD,  /* by living, validated parents */
    TREE_ORPHAN, /* one in between has ended */
    TREE_UNSURE  /* one link could not be validated */
};

struct tree_member {
    struct process_key key;
    const struct process_facts *facts; /* the plan's reference */
    uint32_t depth;                    /* below the root, those that ended counted */
    enum tree_group group;
    struct verdict verdict; /* as for a single process */
    bool ticked;            /* the caller's to change, where the verdict does not forbid it */
};

struct tree_plan {
    enum act_kind kind;      /* ACT_KILL_TREE, ACT_SUSPEND_TREE, ACT_RESUME_TREE */
    struct process_key root; /* it may have ended; then it is no member */
    struct text root_name;   /* lives as long as the plan */
    const struct process_facts *root_facts;
    struct tree_member *members; /* running ones, each parent before its children */
    size_t count;
    const struct process_key *never; /* this program and its ancestors */
    size_t never_count;
};

/* Ticked are the root, its children without a guard, and nothing else. Guarded ones may be ticked
 * by whoever had their names typed. The root's own verdict is the caller's to heed. Owned:
 * tree_plan_free. */
enum status tree_plan_new(const struct snapshot *snapshot, uint32_t root, struct process_key self,
                          enum act_kind kind, struct tree_plan **plan);
void tree_plan_free(struct tree_plan *plan); /* NULL is fine */

/* Whether anything that runs is known to hang below a process. Linear. */
bool tree_plan_has_children(const struct snapshot *snapshot, uint32_t process);
size_t tree_plan_ticked(const struct tree_plan *plan);

#endif
