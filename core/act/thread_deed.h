/* thread_deed: one thing done to one thread: suspend, resume, terminate.
 * In this order: journal, act, look whether it is so, journal. Nothing is done that could not be
 * written down first. A thread that is ended releases no lock that it holds, so its process may
 * hang or end soon after: for THREAD_WATCH_MS the process is watched, and what became of it is told
 * and written down, too.
 * Portable; blocks for as long as that takes, so the window calls it on a worker. The rails are the
 * caller's business. */
#ifndef STAKEOUT_ACT_THREAD_DEED_H
#define STAKEOUT_ACT_THREAD_DEED_H

#include "core/act/deed.h"
#include "core/act/thread_hand.h"
#include "core/model/process_parts.h"

#define THREAD_WATCH_MS 10000
#define THREAD_WATCH_STEP_MS 500 /* how often what was seen so far is told */

enum window_answer {
    WINDOWS_NONE, /* it shows none */
    WINDOWS_ANSWER,
    WINDOWS_SILENT /* one of them does not answer: it hangs */
};

/* Whether the windows of a process answer; the one that asks never hangs with them. Blocks for a
 * second at most. windows/act/window_answer.h has the live one. */
struct window_probe {
    enum window_answer (*ask)(void *context, uint32_t pid);
    void *context; /* borrowed */
};

/* What it is done with; all borrowed. */
struct thread_tools {
    const struct thread_hand *threads;
    struct hand *processes; /* holds the process while it is watched */
    const struct window_probe *windows;
    const struct act_log *log; /* may be NULL only in tests */
};

struct thread_target {
    struct thread_key key;
    const struct process_facts *facts; /* of its process; borrowed; NULL: not known */
    const struct thread_info *thread;  /* borrowed; NULL: not known */
};

enum aftermath_kind {
    AFTER_NOT_WATCHED, /* nothing was ended, or the process could not be held: failure says why */
    AFTER_ALIVE,
    AFTER_HUNG, /* alive, but a window of it does not answer */
    AFTER_ENDED,
    AFTER_KINDS
};

/* How the process was, so long after its thread was ended. */
struct aftermath {
    enum aftermath_kind kind;
    bool over; /* this is the last that is told of it */
    uint32_t ms;
    uint32_t exit_code; /* AFTER_ENDED */
    struct failure failure;
};

struct thread_report {
    enum thread_deed deed;
    bool done_for; /* the deed is over: result is filled, and written down */
    bool
        unwritten; /* the journal could not be written: nothing was done, result.failure says why */
    struct thread_result result;
    struct aftermath after;
};

/* Hears of the deed, and then of the process every THREAD_WATCH_STEP_MS. */
struct thread_listener {
    /* False: watch no longer. */
    bool (*tell)(void *context, const struct thread_report *report);
    void *context; /* borrowed */
};

/* listener may be NULL. */
void thread_deed_do(const struct thread_tools *tools, enum thread_deed deed,
                    const struct thread_target *target, const struct thread_listener *listener,
                    struct thread_report *report);

/* "suspend-thread", "resume-thread", "kill-thread"; static. */
const char *thread_deed_name(enum thread_deed deed);
/* ECS event.outcome: "success", "failure", "unknown"; static. */
const char *thread_report_outcome(const struct thread_report *report);
/* In English: "ended", "suspended (suspend count 2)", "refused: access denied (OpenThread, error
 * 5)". */
void thread_report_add(struct buffer *out, const struct thread_report *report);
/* In English: "10 s later its process lives", "its process ended 120 ms later, exit code 3". */
void aftermath_add(struct buffer *out, const struct aftermath *after);
/* "stakeout":{"thread":{…},"suspend_count":…,"aftermath":…}: a member for entries and lines. */
void thread_report_add_members(struct buffer *members, const struct thread_target *target,
                               const struct thread_report *report);

#endif
