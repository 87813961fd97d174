/* watchlist_spans: networks and ranges, and which of them an address lies in (a part of watchlist).
 * All spans are cut into pieces that do not overlap, each with the narrowest span that covers it; a
 * look-up finds the piece: one step in an index over the leading bits, another in a finer one where
 * they are crowded, then a binary search among the few pieces there. IPv4 and IPv6 are kept apart:
 * ::/0 holds no IPv4 address. Immutable once built. */
#ifndef STAKEOUT_WATCH_WATCHLIST_SPANS_H
#define STAKEOUT_WATCH_WATCHLIST_SPANS_H

#include "core/model/address.h"

/* An address as two numbers, most significant first. IPv4 lies in the low 32 bits of `low`. */
struct span_key {
    uint64_t high;
    uint64_t low;
};

struct span {
    struct span_key first;
    struct span_key last;
    uint32_t number; /* of the indicator */
    bool range;      /* of equally wide ones a network goes before a range */
};

/* An IPv4 piece: where it begins and the indicator of it, NO_INDICATOR for a gap. */
struct narrow_piece {
    uint32_t start;
    uint32_t winner;
};

/* Where to look for pieces that begin with the same leading bits, when there are many. */
struct fine_index {
    uint32_t place; /* of its first value in `fine`; UINT32_MAX: there is none */
    uint8_t bits;   /* the bits behind the leading ones that it tells apart */
};

/* `narrow` for IPv4, `wide` and `winners` for IPv6; the others are NULL. Each entry of an index is
 * the last piece that begins at or before the first address with those bits. Lies in the caller's
 * storage; zeroed is empty. */
struct span_set {
    struct narrow_piece *narrow;
    struct span_key *wide;
    uint32_t *winners;
    uint32_t *index;
    struct fine_index *crowded; /* one for each value of the leading bits, or NULL */
    uint32_t *fine;
    uint32_t fine_size;
    uint32_t count;
    uint8_t bits; /* the leading bits that the index tells apart */
};

struct span_key span_key_of(const struct address *address);
int span_key_compare(struct span_key a, struct span_key b);

/* Sorts `spans` in place and builds the pieces. At most 2^30 spans. */
enum status span_set_build(struct span *spans, size_t count, bool ipv4, struct span_set *set);
void span_set_done(struct span_set *set);
size_t span_set_size(const struct span_set *set); /* in bytes */
/* The indicator whose span holds the address, NO_INDICATOR where none does. */
uint32_t span_set_find(const struct span_set *set, struct span_key key);

#endif
