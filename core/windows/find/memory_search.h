/* memory_search: a scan (find/scan.h) through the memory of many live processes, one by one.
 * A process that can't be read, or ends meanwhile, is counted and does not end the search. */
#ifndef STAKEOUT_WINDOWS_MEMORY_SEARCH_H
#define STAKEOUT_WINDOWS_MEMORY_SEARCH_H

#include "core/find/scan.h"
#include "core/model/snapshot.h"

struct memory_search {
    struct scan *scan;
    const struct snapshot *snapshot; /* whose processes, but for this program's own */
    const uint32_t *pids;            /* borrowed */
    size_t pid_count;                /* 0: all */
    /* ST_OK: go on; else the search ends with it. */
    enum status (*found)(void *context, const struct process_facts *facts,
                         const struct memory_hit *hit);
    /* A process whose memory can't be read. May be NULL. */
    void (*refused)(void *context, const struct process_facts *facts, enum status why);
    void *context;
    struct progress *progress;  /* in bytes; may be NULL */
    struct progress *processes; /* how many are behind us, of how many; may be NULL */
};

struct memory_told {
    struct scan_totals totals;
    uint32_t searched; /* processes; likewise below */
    uint32_t refused;
    uint32_t gone;
};

/* ST_CANCELLED, ST_TOO_SLOW, ST_NO_MEMORY, or what `found` returned. *told is filled in any case.
 * Blocks; any thread. */
enum status memory_search_run(const struct memory_search *search, struct memory_told *told);

#endif
