/* refs: an atomic reference count for things that are immutable once shared. Any thread. */
#ifndef STAKEOUT_BASE_REFS_H
#define STAKEOUT_BASE_REFS_H

#include <stdatomic.h>
#include <stdbool.h>

struct refs {
    atomic_uint count;
};

static inline void refs_init(struct refs *refs)
{
    atomic_init(&refs->count, 1);
}

/* Who retains holds a reference already, so nothing needs ordering. */
static inline void refs_retain(struct refs *refs)
{
    atomic_fetch_add_explicit(&refs->count, 1, memory_order_relaxed);
}

/* True for the last one: the caller frees. What all others did with the thing happened before. */
static inline bool refs_release(struct refs *refs)
{
    if (atomic_fetch_sub_explicit(&refs->count, 1, memory_order_release) != 1)
        return false;
    atomic_thread_fence(memory_order_acquire);
    return true;
}

#endif
