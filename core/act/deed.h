/* deed: one thing done to one process: suspend, resume, kill, restart.
 * In this order: journal, hold (the start time compared), act, look whether it is so, journal.
 * Nothing is done that could not be written down first. "Already gone" is what a kill wanted.
 * Portable; blocks for as long as the hand does and up to DEED_WAIT_MS for an end, so the window
 * calls it on a worker. One thread at a time for one actor. */
#ifndef STAKEOUT_ACT_DEED_H
#define STAKEOUT_ACT_DEED_H

#include "core/act/hand.h"
#include "core/act/rails.h"
#include "core/case/journal.h"

#define DEED_WAIT_MS 5000 /* how long a killed process may take to be gone */
#define DEED_EXIT_CODE 1u /* what a killed process exits with, as by taskkill */

/* Where deeds are written down: journal_write behind a lock. */
struct act_log {
    enum status (*write)(void *context, const struct journal_entry *entry, uint64_t *number);
    void *context; /* borrowed */
};

/* What made it do so, where it was not the user. */
struct deed_cause {
    uint64_t hit;  /* its number in this session */
    int64_t since; /* the hand's ticks when its connection began to be looked for; 0: not told */
};

struct deed_target {
    struct process_key key;            /* as it was when the user chose it */
    const struct process_facts *facts; /* borrowed; NULL: not known */
    const struct deed_cause *cause;    /* borrowed; NULL: the user's will */
};

enum deed_outcome {
    DEED_DONE,          /* and seen to be so */
    DEED_ALREADY_GONE,  /* it had ended before; for a kill, that is success */
    DEED_PARTLY,        /* some threads run, some do not */
    DEED_STILL_COUNTED, /* resumed once, and suspended still: others have suspended it, too */
    DEED_RUNS_STILL,    /* the system said yes, and nothing is to be seen of it */
    DEED_UNSEEN,        /* the system said yes; whether it is so cannot be read here */
    DEED_NOT_RESTARTED, /* it was killed, and could not be started again */
    DEED_REFUSED,       /* by the system: failure says how; nothing was done */
    DEED_NOT_WRITTEN,   /* the journal could not be written: nothing was done */
    DEED_OUTCOMES
};

struct deed_result {
    enum deed_outcome outcome;
    struct failure failure;    /* of DEED_REFUSED, DEED_NOT_WRITTEN, DEED_NOT_RESTARTED */
    struct grip_look seen;     /* afterwards; suspend count, exit code */
    struct process_key reborn; /* DEED_DONE of a restart */
    bool other_user;           /* restarted as this program's user, not as the one before */
    int64_t took;              /* 100 ns, from the hold to what was seen */
    int64_t latency;           /* from the cause to the end of the suspending call; -1: none */
};

/* `kind` is ACT_SUSPEND, ACT_RESUME, ACT_KILL or ACT_RESTART. The rails are the caller's business.
 * log may be NULL only in tests. */
void deed_do(struct hand *hand, const struct act_log *log, enum act_kind kind,
             const struct deed_target *target, struct deed_result *result);

bool deed_succeeded(enum act_kind kind, enum deed_outcome outcome);
/* "success", "failure" or "unknown", as ECS has event.outcome; static. */
const char *deed_ecs_outcome(enum act_kind kind, enum deed_outcome outcome);
/* "suspended", "it had ended already", …: a phrase for people, in English, static. */
const char *deed_phrase(enum act_kind kind, enum deed_outcome outcome);
/* The phrase with the system's words, the suspend count, the exit code: "suspended (count 1)". */
void deed_add_outcome(struct buffer *out, enum act_kind kind, const struct deed_result *result);
/* "access denied (OpenProcess, error 5)" */
void deed_add_failure(struct buffer *out, const struct failure *failure);

#endif
