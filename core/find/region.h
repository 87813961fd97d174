/* region: a process's memory as a search sees it.
 * A reader tells of the regions and reads them; the live one is windows/find/memory_source.h, tests
 * make theirs up. One thread at a time. */
#ifndef STAKEOUT_FIND_REGION_H
#define STAKEOUT_FIND_REGION_H

#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REGION_PAGE 4096u /* bases and sizes are multiples of it */

enum region_kind {
    REGION_PRIVATE, /* of the process alone; no file stands behind it */
    REGION_IMAGE,   /* a program or a library, mapped to run */
    REGION_MAPPED   /* a file or a shared section */
};

enum region_access { REGION_READ = 1, REGION_WRITE = 2, REGION_EXECUTE = 4, REGION_COPY = 8 };

struct region {
    uint64_t base;
    uint64_t size; /* bytes, at least REGION_PAGE */
    enum region_kind kind;
    unsigned
        access;   /* bits of enum region_access; COPY: written to, it becomes the process's own */
    bool askable; /* committed, and neither guarded nor without access: may be read */
};

struct region_reader {
    void *context;
    /* The first region that ends above `from`. ST_NOT_FOUND: there is none; ST_GONE: the process
     * has ended. Regions do not overlap. */
    enum status (*next)(void *context, uint64_t from, struct region *region);
    /* All of `size` bytes, or a failure, which may leave anything in `out`. ST_GONE: the process
     * has ended, no more can be had. */
    enum status (*read)(void *context, uint64_t address, void *out, size_t size);
};

/* Executable memory that no file stands behind: what injected code runs in (and just-in-time
 * compilers). */
static inline bool region_unbacked(const struct region *region)
{
    return region->kind == REGION_PRIVATE && region->access & REGION_EXECUTE;
}

#endif
