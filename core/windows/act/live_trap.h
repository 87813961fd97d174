/* live_trap: the trap (act/trap.h) on this machine.
 * Suspends on the sampler's thread, as a sink behind the one that writes the hits; the tree, dumps
 * and samples are a worker's, so that sampling goes on. */
#ifndef STAKEOUT_WINDOWS_LIVE_TRAP_H
#define STAKEOUT_WINDOWS_LIVE_TRAP_H

#include "core/act/trap.h"
#include "core/watch/round.h"

struct live_trap;

struct live_trap_setup {
    struct act_log log; /* copied; taken from both threads */
    /* Appends where dumps and samples go: the case's folder. Called on the worker, after the log
     * was written to. */
    void (*folder)(void *context, struct buffer *path);
    /* Called on the sampler's thread and on the worker: only keep it and post. May be NULL. */
    void (*told)(void *context, const struct trap_news *news);
    void *context;
};

/* Does nothing until it gets rules. Owned: live_trap_free. */
enum status live_trap_new(const struct live_trap_setup *setup, struct live_trap **trap);
/* After the sampler has ended. Cancels what is still to be done. NULL is fine. */
void live_trap_free(struct live_trap *trap);

/* From now on; a reference is taken; NULL: nothing is done at hits. Any thread. */
void live_trap_set_rules(struct live_trap *trap, struct trap_rules *rules);
/* For the sampler: behind the sink that writes the hits. */
struct hit_sink live_trap_sink(struct live_trap *trap);
/* Hits that wait for the worker, or that it is at. */
size_t live_trap_waiting(struct live_trap *trap);
/* Whether the worker is done, after at most `ms`. */
bool live_trap_wait(struct live_trap *trap, uint32_t ms);

#endif
