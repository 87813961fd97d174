/* seek: what looks for things in a piece of memory.
 * Memory comes in views that overlap. A seeker tells of what begins within [from, to) of a view and
 * may look at everything in it; each address is in [from, to) of one view only, so what lies across
 * the borders of views is told once. Inside core/find only. */
#ifndef STAKEOUT_FIND_SEEK_H
#define STAKEOUT_FIND_SEEK_H

#include "core/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What has to be visible on either side of a place, in bytes, for all seekers. */
#define SEEK_BEFORE 640u /* the longest host name in UTF-16, and more */

struct view {
    const uint8_t *bytes;
    size_t size;
    size_t from;
    size_t to;
    uint64_t address; /* of bytes[0] */
};

struct spot {
    size_t at; /* in the view */
    size_t size;
    bool wide;          /* UTF-16LE; else UTF-8 */
    uint32_t indicator; /* in the watchlist, or NO_INDICATOR */
};

struct seek_sink {
    void *context;
    /* ST_OK: go on; everything else is passed on to whoever called the seeker. */
    enum status (*found)(void *context, const struct spot *spot);
};

#endif
