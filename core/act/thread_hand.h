/* thread_hand: what can be done to one thread: on the live machine (windows/act/thread_act.h), on a
 * made-up one in a test.
 * A thread is its number and its own creation time, in a process that is its PID and start: numbers
 * of threads are reused as quickly as PIDs. A hand decides nothing; whether something may be done,
 * and writing it down first, is the caller's. What counts as done is what is seen afterwards, not
 * what the call said. */
#ifndef STAKEOUT_ACT_THREAD_HAND_H
#define STAKEOUT_ACT_THREAD_HAND_H

#include "core/model/process.h"

struct thread_key {
    struct process_key owner;
    uint32_t tid;
    moment created;
};

enum thread_deed {
    THREAD_DEED_SUSPEND, /* its suspend count goes up by one */
    THREAD_DEED_RESUME,  /* down by one; at 0 it runs */
    THREAD_DEED_TERMINATE,
    THREAD_DEEDS
};

enum thread_outcome {
    THREAD_DONE,         /* and seen to be so */
    THREAD_ALREADY_GONE, /* it, or its process, had ended; or the number is another thread's */
    THREAD_ALREADY_RUNS, /* resumed, and it was not suspended */
    THREAD_STANDS,       /* the system said yes, and nothing is to be seen of it */
    THREAD_UNSEEN,       /* the system said yes; whether it is so cannot be read here */
    THREAD_REFUSED,      /* by the system: failure says how; nothing was done */
    THREAD_OUTCOMES
};

struct thread_result {
    enum thread_outcome outcome;
    struct failure failure;    /* of THREAD_REFUSED */
    struct number_fact before; /* suspend count; of a terminated thread too */
    struct number_fact after;  /* READ_GONE: it has ended */
    bool process_ended;        /* it was the last thread, or its process ended with it */
};

struct thread_hand {
    /* The key of the thread that has this number now. ST_GONE: none has; ST_UNSUPPORTED: the system
     * does not tell. *failure (never NULL) is filled on failure. */
    enum status (*find)(void *context, uint32_t tid, struct thread_key *key,
                        struct failure *failure);
    /* Does it and looks; waits up to 2 s for an end: not on the window's thread. */
    void (*act)(void *context, enum thread_deed deed, const struct thread_key *key,
                struct thread_result *result);
    void *context; /* borrowed */
};

/* "suspended", "it had ended already", …: English, static. */
const char *thread_outcome_phrase(enum thread_deed deed, enum thread_outcome outcome);

#endif
