/* rails: what must not be harmed without a second thought, and what cannot be.
 * Routine questions may be switched off; these rails never: a process whose end stops the machine
 * or the session asks for its name to be typed, and what the system (or reason) forbids is refused
 * with the words for it. Where the system does not tell whether a process is critical, its name and
 * folder decide. Portable; reads a snapshot. */
#ifndef STAKEOUT_ACT_RAILS_H
#define STAKEOUT_ACT_RAILS_H

#include "core/model/snapshot.h"

enum act_kind {
    ACT_SUSPEND,
    ACT_RESUME,
    ACT_RESTART,
    ACT_KILL,
    ACT_KILL_TREE,
    ACT_SUSPEND_TREE,
    ACT_RESUME_TREE,
    ACT_KILL_THREAD,
    ACT_COUNT
};

/* "kill-tree", as the command line and the journal name it; static. */
const char *act_name(enum act_kind kind);
/* Whether it is done to a process and all below it. */
bool act_is_tree(enum act_kind kind);

enum guard {
    GUARD_NONE,
    GUARD_SELF,      /* this program */
    GUARD_ANCESTOR,  /* this program runs under it */
    GUARD_KERNEL,    /* the system itself: Idle, System, Registry, … */
    GUARD_PROTECTED, /* the system lets nobody touch it */
    GUARD_CRITICAL,  /* Windows stops when it ends: the system says so */
    GUARD_CORE,      /* likewise, by its name: the system would not say */
    GUARD_SESSION,   /* the shell and what the session needs: desktop, log-on */
    GUARD_CONSOLE,   /* a console host: programs in its window stand still with it */
    GUARD_ENDED,     /* it has ended already */
    GUARD_COUNT
};

enum rail {
    RAIL_FREE,      /* no more than the routine question */
    RAIL_ASK,       /* a question in any case */
    RAIL_TYPE_NAME, /* its name must be typed */
    RAIL_FORBIDDEN  /* cannot be done */
};

struct verdict {
    enum rail rail;
    enum guard guard;
};

/* What stands in the way of doing that to the process in this row of the snapshot. `self` is this
 * program; pid 0: not among them. */
struct verdict rails_judge(const struct snapshot *snapshot, uint32_t process,
                           struct process_key self, enum act_kind kind);

/* The same by a process's facts alone, where there is no snapshot: is_own_line says whether this
 * program runs under it (or is it). What is true of a process that ended is not asked. */
struct verdict rails_judge_facts(const struct process_facts *facts, bool is_own_line,
                                 struct process_key self, enum act_kind kind);

/* "Windows stops (blue screen) when it ends"; "" for GUARD_NONE; static. */
const char *guard_phrase(enum guard guard);

/* Whether `process` is `self` or one that it runs under, by the parents of the snapshot. */
bool rails_is_own_line(const struct snapshot *snapshot, uint32_t process, struct process_key self);

/* Whether a typed name is the process's: letter case and white space around it do not matter. */
bool rails_name_typed(struct text typed, struct text name);

#endif
