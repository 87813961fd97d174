/* needle: certain bytes, looked for in many.
 * Two of its bytes, the ones that memory has least of, are compared at 64 places at a time, in a
 * loop that compilers turn into vector instructions; the rest is compared where both are right.
 * Immutable once made. Inside core/find only. */
#ifndef STAKEOUT_FIND_NEEDLE_H
#define STAKEOUT_FIND_NEEDLE_H

#include "core/base/text.h"
#include "core/find/seek.h"

struct needle {
    uint8_t *bytes; /* owned */
    uint8_t *fold;  /* owned; bits that do not count at each place: 0x20 for letters, or 0 */
    size_t size;
    size_t rare[2]; /* the places that are compared first; equal when there is but one */
    bool wide;
};

/* wide: in UTF-16LE. ignore_case: ASCII letters only. ST_NO_MEMORY. */
enum status needle_init(struct needle *needle, struct text text, bool wide, bool ignore_case);
void needle_done(struct needle *needle);
/* Tells of every place, in order; those that overlap, too. */
enum status needle_seek(const struct needle *needle, const struct view *view,
                        const struct seek_sink *sink);

#endif
