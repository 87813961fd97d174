/* pair: places where a byte is followed, or preceded, by another at one of two distances.
 * That is what is compared of a needle first: 64 places at once, by vector instructions where the
 * compiler knows SSE2, else byte by byte. Inside core/find only. */
#ifndef STAKEOUT_FIND_PAIR_H
#define STAKEOUT_FIND_PAIR_H

#include <stddef.h>
#include <stdint.h>

#define PAIR_BLOCK 64u /* places at once */

struct pair {
    uint8_t value[2];
    uint8_t fold[2]; /* bits that do not count; they are set in value */
    ptrdiff_t near;  /* where the second byte is, from the first */
    ptrdiff_t far;   /* or here; equal to near where there is one distance only */
};

static inline void pair_init(struct pair *pair, uint8_t first, uint8_t first_fold, uint8_t second,
                             uint8_t second_fold)
{
    *pair = (struct pair){{first, second}, {first_fold, second_fold}, 0, 0};
}

/* Goes through up to `count` blocks; ends behind the first that has such a place: *mask then has a
 * bit for each place of that block, else 0. Returns how many blocks it went through. Reads from
 * places[0] to the end of the last block, and as many bytes on either side as the distances are. */
size_t pair_skip(const struct pair *pair, const uint8_t *places, size_t count, uint64_t *mask);

/* The number of the lowest bit of what is not 0. */
static inline size_t pair_lowest(uint64_t mask)
{
    return (size_t)__builtin_ctzll(mask);
}

#endif
