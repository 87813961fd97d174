/* memory: the one door through which the core asks for memory.
 * Tests put a table of their own behind it, so that the n-th request can be made to fail. In a
 * program it is malloc's family. The table is changed only while nobody holds memory taken through
 * it and no other thread runs in the core. Any thread may take, grow and give. */
#ifndef STAKEOUT_BASE_MEMORY_H
#define STAKEOUT_BASE_MEMORY_H

#include <stddef.h>

struct memory_functions {
    /* Zeroed; NULL when there is none. size is never 0. */
    void *(*take)(void *context, size_t size);
    /* As realloc: block may be NULL; on NULL the old block still stands. What is new is not zeroed.
     */
    void *(*grow)(void *context, void *block, size_t size);
    void (*give)(void *context, void *block); /* never called with NULL */
    void *context;
};

/* NULL puts malloc's family back. The table is borrowed. */
void memory_use(const struct memory_functions *functions);

/* Zeroed. Owned: memory_give. NULL when there is none; a size of 0 counts as 1. */
void *memory_take(size_t size);
/* count * size, zeroed; NULL also when the product would overflow. */
void *memory_take_array(size_t count, size_t size);
/* As realloc; NULL leaves the block as it was. */
void *memory_grow(void *block, size_t size);
void *memory_grow_array(void *block, size_t count, size_t size);
void memory_give(void *block); /* NULL is fine */

#endif
