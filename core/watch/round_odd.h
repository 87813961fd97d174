/* round_odd: keeps what is odd about the processes of a history up to date (judge/odd.h).
 * Only what has changed is judged: a process when it is taken in (before it can be part of a hit),
 * one that was adopted again after the next listing, which may have brought its parent, and the
 * processes of which there may be one when one of them comes or goes. The round's own; its thread.
 */
#ifndef STAKEOUT_WATCH_ROUND_ODD_H
#define STAKEOUT_WATCH_ROUND_ODD_H

#include "core/judge/odd.h"

struct round_odd {
    struct odd_machine machine;
    struct odd_counted *counted; /* scratch */
    size_t counted_room;
    uint64_t adopted_from; /* the rows from this id on came without a listing; 0: none */
    bool recount;
};

/* The source must outlive it. In the caller's storage: round_odd_done. */
void round_odd_init(struct round_odd *odd, struct source *source);
void round_odd_done(struct round_odd *odd);

/* Judges what the changes from `from` on tell of; `listed`: a listing told of it. ST_NO_MEMORY:
 * only the counting was put off to the next call. */
enum status round_odd_changes(struct round_odd *odd, struct history *history, size_t from,
                              bool listed);
/* Takes over what the source has found of images. Waits as source_images does. */
enum status round_odd_images(struct history *history, struct source *source, uint32_t wait_ms);

#endif
