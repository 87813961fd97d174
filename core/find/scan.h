/* scan: searches a process's memory.
 * Everything that may be read is read once, in pieces that overlap: what lies across the borders of
 * pieces and of adjacent regions is found, once. Guarded pages and those without access are never
 * asked for (asking would spend the guard). Where a read fails, its pages are tried one by one, and
 * what could not be had is counted. Memory changes while it is read: a hit is told from the bytes
 * that were read. One thread at a time for one scan. */
#ifndef STAKEOUT_FIND_SCAN_H
#define STAKEOUT_FIND_SCAN_H

#include "core/base/progress.h"
#include "core/find/region.h"
#include "core/find/term.h"
#include "core/watch/watchlist.h"

#define SCAN_AROUND 48u      /* bytes on either side that come with a hit */
#define SCAN_SHOWN_MOST 512u /* bytes of a hit that come with it; its size may be more */

struct memory_hit {
    uint64_t address;
    size_t size;                 /* bytes in memory */
    bool wide;                   /* UTF-16LE; else UTF-8 */
    uint32_t indicator;          /* in the watchlist; NO_INDICATOR: it is the term */
    const struct region *region; /* in which it begins */
    const uint8_t *bytes;        /* what is around it, and it; borrowed during the call */
    size_t byte_count;
    size_t before; /* how many of them stand before it */
};

struct scan_sink {
    void *context;
    /* ST_OK: go on. Everything else ends the scan, which returns it. */
    enum status (*found)(void *context, const struct memory_hit *hit);
};

struct scan_totals {
    uint64_t read;     /* bytes */
    uint64_t not_read; /* bytes that may be asked for, and were refused */
    uint64_t hits;
    uint32_t unbacked; /* regions that region_unbacked is true of */
};

struct scan;

/* Looks for the term, for what is on the list, or for both; either may be NULL. Both are borrowed
 * until scan_free. Plain ASCII without case folds as ASCII does. Owned: scan_free. ST_NO_MEMORY. */
enum status scan_new(const struct term *term, const struct watchlist *list, struct scan **scan);
void scan_free(struct scan *scan); /* NULL is fine */

/* One process. Adds to *totals, also on failure. progress (may be NULL): in bytes, done grows by
 * what was read; cancelled is asked for with every piece. ST_CANCELLED; ST_GONE: it ended
 * meanwhile; ST_TOO_SLOW: the term ran into a limit; what the sink returned. */
enum status scan_run(struct scan *scan, const struct region_reader *reader,
                     struct progress *progress, const struct scan_sink *sink,
                     struct scan_totals *totals);

/* The bytes around a hit as text on one line: what is no text in its encoding is a '.'. */
void memory_hit_add_text(struct buffer *out, const struct memory_hit *hit);
/* "65 76 69 6c". */
void memory_hit_add_hex(struct buffer *out, const struct memory_hit *hit);

#endif
