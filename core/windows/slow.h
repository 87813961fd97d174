/* slow: a question to the system that may hang, asked on a thread of its own.
 * A look-up of an account can wait half a minute for a domain controller that is cut off, a service
 * manager or a name cache may be stuck. The thread that watches must not stand still with them: it
 * waits for a stated time and comes back for the answer later. A thread that never ends is
 * abandoned, not killed (killing it can leave a lock of the system's held for ever); how many may
 * run is bounded. The asker's functions belong to one thread; `run` is called on the other one. */
#ifndef STAKEOUT_WINDOWS_SLOW_H
#define STAKEOUT_WINDOWS_SLOW_H

#include "core/base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* First member of every question. */
struct slow_job {
    void (*run)(struct slow_job *job);  /* asks, and keeps the answer in the job */
    void (*free)(struct slow_job *job); /* called once, by whoever is last */
};

struct slow;

/* The job is handed over, also on failure. ST_BUSY: too many are running already. Owned:
 * slow_release. */
enum status slow_start(struct slow_job *job, struct slow **slow);
/* Whether the answer is there, after at most `ms`. */
bool slow_wait(struct slow *slow, uint32_t ms);
/* Requires that slow_wait returned true. Borrowed until slow_release. */
struct slow_job *slow_answer(struct slow *slow);
/* One more reference, which may be let go of on any thread. */
struct slow *slow_retain(struct slow *slow);
/* Lets go of it, whether it has answered or not; NULL is fine. */
void slow_release(struct slow *slow);

#endif
