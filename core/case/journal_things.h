/* journal_things: what the journal says was put into the case: samples, dumps, what is in
 * quarantine, saved hosts files and keys of the registry, bundles of evidence. The journal holds
 * whole paths, as they were then; a case may have been moved since, so what is told is the path
 * inside the case. Lines that tell of no success, of files elsewhere, or that can't be read are
 * passed over. Portable; any thread. */
#ifndef STAKEOUT_CASE_JOURNAL_THINGS_H
#define STAKEOUT_CASE_JOURNAL_THINGS_H

#include "core/base/buffer.h"

struct journal_thing {
    struct text path; /* of a file of the case, with forward slashes; borrowed for the call */
    uint64_t line;    /* that tells of it, from 1 */
};

/* Anything but ST_OK ends the reading, which then returns it. */
typedef enum status journal_thing_tell(void *context, const struct journal_thing *thing);

/* Tells of each, in the order of the lines; one that is told of twice comes twice. */
enum status journal_things(struct text content, journal_thing_tell *tell, void *context);

#endif
