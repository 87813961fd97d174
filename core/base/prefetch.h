/* prefetch: asks the processor to bring memory near before it is needed. A hint, never a fault;
 * where the compiler has none, nothing. For walks whose order is known and whose rows lie apart. */
#ifndef STAKEOUT_BASE_PREFETCH_H
#define STAKEOUT_BASE_PREFETCH_H

#include <stddef.h>

#define PREFETCH_LINE ((size_t)64)

static inline void prefetch(const void *memory, size_t size)
{
#if defined(__GNUC__)
    for (size_t at = 0; at < size; at += PREFETCH_LINE)
        __builtin_prefetch((const char *)memory + at, 1);
#else
    (void)memory;
    (void)size;
#endif
}

#endif
