/* made_up_memory: the memory of a process that is not there, for core/find/scan.h.
 * Regions are added in the order of their addresses. One thread. */
#ifndef STAKEOUT_TESTS_MADE_UP_MEMORY_H
#define STAKEOUT_TESTS_MADE_UP_MEMORY_H

#include "core/find/region.h"

#define MADE_UP_REGIONS 64u

struct made_up_region {
    struct region region;
    uint8_t *bytes;  /* owned */
    bool *bad;       /* owned; a page that can't be read */
    uint32_t *asked; /* owned; how often each page was read, alone or with others */
};

struct made_up_memory {
    struct made_up_region regions[MADE_UP_REGIONS];
    size_t count;
    uint64_t gone_after; /* reads, after which the process has ended; 0: never */
    uint64_t reads;
    /* Called before each read, may be NULL: memory that changes. */
    void (*before_read)(struct made_up_memory *memory);
    void *context; /* of whoever sets before_read */
};

void made_up_memory_init(struct made_up_memory *memory);
void made_up_memory_done(struct made_up_memory *memory);
/* Zeroed; at `base`, so many pages. Private, readable, writable. Fails the test without room. */
struct made_up_region *made_up_memory_add(struct made_up_memory *memory, uint64_t base,
                                          size_t pages);
/* Writes what may lie across regions; all of it has to be there. */
void made_up_memory_put(struct made_up_memory *memory, uint64_t address, const void *bytes,
                        size_t size);
/* ASCII as UTF-16LE. */
void made_up_memory_put_wide(struct made_up_memory *memory, uint64_t address, const char *ascii);
struct region_reader made_up_memory_reader(struct made_up_memory *memory);

#endif
