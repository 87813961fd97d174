/* hand: what can be done to a process: on the live machine (windows/act/live_hand.h), on a made-up
 * one in a test. A grip is a process held fast: opened by PID, its start time compared with the one
 * that was meant, and from then on the PID cannot come to mean another. Everything is done through
 * a grip. A hand decides nothing. Functions that fail fill *failure (never NULL) with the call and
 * the system's code. One thread at a time drives a hand. */
#ifndef STAKEOUT_ACT_HAND_H
#define STAKEOUT_ACT_HAND_H

#include "core/model/source.h"

/* What a grip is opened for; looking and waiting always go with it. */
enum grip_right {
    GRIP_LOOK = 0,
    GRIP_SUSPEND = 1, /* resume, too */
    GRIP_TERMINATE = 2
};

struct grip;

/* How a process is at this moment. */
struct grip_look {
    bool ended;
    uint32_t exit_code;     /* once ended */
    enum read_state counts; /* whether the three below could be read; each is of live threads */
    uint32_t threads;
    uint32_t suspended;   /* threads with a suspend count of one or more */
    uint32_t least_count; /* the least suspend count of them: so many resumes and it runs */
    bool uncounted;       /* only whether they are suspended is known, not how often */
};

/* What is kept from a process before it is ended, so that it can be started again. */
struct reborn;

struct hand;

struct hand_class {
    /* All processes, as source_processes has it. Borrowed until the next call. */
    enum status (*list)(struct hand *hand, struct process_table *table, struct failure *failure);
    /* ST_GONE: no process has this PID, or another one has it by now (its start differs);
     * ST_UNSUPPORTED: the start to compare with is not known; ST_DENIED, ST_PROTECTED. Owned:
     * release. */
    enum status (*hold)(struct hand *hand, struct process_key key, unsigned rights,
                        struct grip **grip, struct failure *failure);
    void (*release)(struct hand *hand, struct grip *grip);
    enum status (*suspend)(struct hand *hand, struct grip *grip, struct failure *failure);
    enum status (*resume)(struct hand *hand, struct grip *grip, struct failure *failure);
    /* Asks for the end; when it comes is another matter. */
    enum status (*terminate)(struct hand *hand, struct grip *grip, uint32_t exit_code,
                             struct failure *failure);
    void (*look)(struct hand *hand, struct grip *grip, struct grip_look *look);
    /* Whether the system stops when this process ends (READ_OK: *critical says). */
    enum read_state (*critical)(struct hand *hand, struct grip *grip, bool *critical);
    /* Returns true as soon as it has ended, false after `ms`. */
    bool (*wait)(struct hand *hand, struct grip *grip, uint32_t ms);
    /* Takes what a new start needs: the user's token; command line and directory from the facts.
     * Fails before anything is harmed: ST_UNSUPPORTED when the command line is not known. Owned:
     * forget. */
    enum status (*remember)(struct hand *hand, struct grip *grip, const struct process_facts *facts,
                            struct reborn **reborn, struct failure *failure);
    /* Starts it. *same_user is false where it had to be started as this program's own user. */
    enum status (*start)(struct hand *hand, struct reborn *reborn, struct process_key *key,
                         bool *same_user, struct failure *failure);
    void (*forget)(struct hand *hand, struct reborn *reborn);
    /* Monotonic, 100 ns. */
    int64_t (*ticks)(struct hand *hand);
    void (*free)(struct hand *hand);
};

/* First member of every hand. */
struct hand {
    const struct hand_class *class;
};

static inline void hand_release(struct hand *hand, struct grip *grip)
{
    if (grip)
        hand->class->release(hand, grip);
}

static inline void hand_free(struct hand *hand)
{
    if (hand)
        hand->class->free(hand);
}

#endif
