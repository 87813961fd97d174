/* slots: numbers for the rows of an array that come and go.
 * A number given back rests until slots_wake, so that what still speaks of it is not mistaken for a
 * new row; then it is used again before the array grows. The order in which numbers were taken is
 * kept. Keeps numbers only; the rows are the caller's. Zeroed is empty. One thread at a time. */
#ifndef STAKEOUT_MODEL_SLOTS_H
#define STAKEOUT_MODEL_SLOTS_H

#include "core/base/status.h"

#include <stddef.h>
#include <stdint.h>

#define SLOT_NONE UINT32_MAX

struct slots {
    uint32_t *order;   /* owned: numbers as they were taken; SLOT_NONE where one was given back */
    size_t order_used; /* gaps included */
    size_t order_room;
    uint32_t *links; /* owned: by number: its place in `order`, or the next idle number */
    uint32_t room;   /* numbers that `links` (and the caller's array) must have room for */
    uint32_t used;   /* one past the highest number ever taken */
    uint32_t live;   /* taken now */
    uint32_t idle;   /* may be taken again: a chain */
    uint32_t idle_count;
    uint32_t resting; /* not yet: a chain */
    uint32_t resting_last;
    uint32_t resting_count;
};

void slots_init(struct slots *slots);
void slots_done(struct slots *slots);
/* Room for `more` calls of slots_take. It may raise `room`: the caller then grows its own array
 * (which is why room stays raised when that fails). */
enum status slots_reserve(struct slots *slots, size_t more);
/* Never fails within what was reserved. */
uint32_t slots_take(struct slots *slots);
void slots_give(struct slots *slots, uint32_t slot);
/* What rests may be taken again. */
void slots_wake(struct slots *slots);
/* The live numbers in the order in which they were taken. Borrowed until the next take or give. */
const uint32_t *slots_in_order(struct slots *slots, size_t *count);
size_t slots_size(const struct slots *slots); /* in bytes */

#endif
