/* needle: certain letters, looked for in many bytes.
 * In UTF-8 and in UTF-16LE at once. Of each form two bytes, the ones that memory has least of, are
 * compared at 64 places at a time; where both are right, the rest is.
 * Immutable once made. Inside core/find only. */
#ifndef STAKEOUT_FIND_NEEDLE_H
#define STAKEOUT_FIND_NEEDLE_H

#include "core/base/text.h"
#include "core/find/seek.h"

struct needle_form {
    uint8_t *bytes;
    uint8_t *fold; /* bits that do not count at each place: 0x20 for letters, or 0 */
    size_t size;
    size_t rare[2]; /* the places that are compared first; equal when there is but one */
};

struct needle {
    uint8_t *memory;             /* owned: what the forms point to */
    struct needle_form forms[2]; /* UTF-8, UTF-16LE */
    bool alike; /* each letter is a byte, in UTF-16 with a zero behind it: one pass does for both */
};

/* ignore_case: of ASCII letters only. ST_NO_MEMORY. */
enum status needle_init(struct needle *needle, struct text text, bool ignore_case);
void needle_done(struct needle *needle);
/* Tells of every place, those of each form in order; those that overlap, too. One letter of ASCII
 * is told of as that, also where a zero follows. */
enum status needle_seek(const struct needle *needle, const struct view *view,
                        const struct seek_sink *sink);

#endif
