/* progress: how far a long piece of work is, and whether anybody still wants it.
 * Lies with whoever waits, on one thread; the work, on another, tells and asks. Functions that take
 * one take NULL as well: nobody looks, and it can't be cancelled. */
#ifndef STAKEOUT_BASE_PROGRESS_H
#define STAKEOUT_BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    const atomic_bool *cancel; /* borrowed; may be NULL */
    _Atomic uint64_t done;     /* in the unit that the work's header names */
    _Atomic uint64_t total;    /* an estimate; 0 unknown. done may end below or above it */
};

static inline bool progress_cancelled(const struct progress *progress)
{
    return progress && progress->cancel && atomic_load(progress->cancel);
}

static inline void progress_tell(struct progress *progress, uint64_t done, uint64_t total)
{
    if (!progress)
        return;
    atomic_store(&progress->total, total);
    atomic_store(&progress->done, done);
}

#endif
