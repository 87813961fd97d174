#include "core/watch/watchlist_spans.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/model/history.h"

#define INDEX_BITS_MOST 16
#define CROWD 8 /* pieces with the same leading bits that are worth a finer index */
#define SPANS_MOST (UINT32_C(1) << 30)

struct span_key span_key_of(const struct address *address)
{
    struct span_key key = {0, 0};
    bool ipv4 = address_is_ipv4(address);

    for (size_t i = ipv4 ? 12 : 0; i < 16; i++) {
        if (i < 8)
            key.high = key.high << 8 | address->bytes[i];
        else
            key.low = key.low << 8 | address->bytes[i];
    }
    return key;
}

int span_key_compare(struct span_key a, struct span_key b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

static struct span_key next_key(struct span_key key)
{
    key.low++;
    key.high += key.low == 0;
    return key;
}

static struct span_key difference(struct span_key a, struct span_key b)
{
    return (struct span_key){a.high - b.high - (a.low < b.low), a.low - b.low};
}

static int by_first(const void *a, const void *b)
{
    return span_key_compare(((const struct span *)a)->first, ((const struct span *)b)->first);
}

/* Whether a is to be preferred where both cover. */
static bool narrower(const struct span *a, const struct span *b)
{
    int order = span_key_compare(difference(a->last, a->first), difference(b->last, b->first));

    if (order)
        return order < 0;
    if (a->range != b->range)
        return b->range;
    return a->number < b->number;
}

/* ---- the sweep: spans that cover the current place, in a heap with the narrowest on top ---- */

struct sweep {
    const struct span **heap;
    size_t active;
    struct span_set *set;
};

static void heap_push(struct sweep *sweep, const struct span *span)
{
    size_t at = sweep->active;

    while (at > 0 && narrower(span, sweep->heap[(at - 1) / 2])) {
        sweep->heap[at] = sweep->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    sweep->heap[at] = span;
    sweep->active++;
}

static void heap_pop(struct sweep *sweep)
{
    const struct span *last;
    size_t at = 0;

    sweep->active--;
    last = sweep->heap[sweep->active];
    for (;;) {
        size_t child = at * 2 + 1;

        if (child >= sweep->active)
            break;
        if (child + 1 < sweep->active && narrower(sweep->heap[child + 1], sweep->heap[child]))
            child++;
        if (!narrower(sweep->heap[child], last))
            break;
        sweep->heap[at] = sweep->heap[child];
        at = child;
    }
    sweep->heap[at] = last;
}

/* A piece begins at `start`. Room for 2 * spans + 1 pieces was taken. */
static void emit(struct span_set *set, struct span_key start, uint32_t winner)
{
    if (set->narrow) {
        if (set->count && set->narrow[set->count - 1].winner == winner)
            return;
        set->narrow[set->count] = (struct narrow_piece){(uint32_t)start.low, winner};
    } else {
        if (set->count && set->winners[set->count - 1] == winner)
            return;
        set->wide[set->count] = start;
        set->winners[set->count] = winner;
    }
    set->count++;
}

static bool is_last_address(const struct span_set *set, struct span_key key)
{
    return set->narrow ? key.low == UINT32_MAX : key.high == UINT64_MAX && key.low == UINT64_MAX;
}

static void cut(struct sweep *sweep, const struct span *spans, size_t count)
{
    struct span_key place = {0, 0};
    size_t next = 0;

    if (span_key_compare(spans[0].first, place) != 0)
        emit(sweep->set, place, NO_INDICATOR);
    while (next < count || sweep->active) {
        const struct span *top;

        if (!sweep->active)
            place = spans[next].first;
        while (next < count && span_key_compare(spans[next].first, place) == 0) {
            heap_push(sweep, &spans[next]);
            next++;
        }
        while (sweep->active && span_key_compare(sweep->heap[0]->last, place) < 0)
            heap_pop(sweep);
        if (!sweep->active) {
            emit(sweep->set, place, NO_INDICATOR);
            continue;
        }
        top = sweep->heap[0];
        emit(sweep->set, place, top->number);
        if (next < count && span_key_compare(spans[next].first, top->last) <= 0)
            place = spans[next].first;
        else if (!is_last_address(sweep->set, top->last))
            place = next_key(top->last);
        else
            break;
    }
}

/* ---- the indexes ---- */

/* Key and starts are aligned to the top of 64 bits, where the index bits are taken from. */
static uint64_t top_of(const struct span_set *set, struct span_key key)
{
    return set->narrow ? key.low << 32 : key.high;
}

static struct span_key start_of(const struct span_set *set, uint32_t piece)
{
    return set->narrow ? (struct span_key){0, set->narrow[piece].start} : set->wide[piece];
}

/* `bits` bits behind the first `skip`; at most 32 in all. */
static uint32_t bits_of(uint64_t top, unsigned skip, unsigned bits)
{
    return bits ? (uint32_t)((top << skip) >> (64 - bits)) : 0;
}

/* Whether a piece begins behind the first address whose top is `top`. */
static bool begins_behind(const struct span_set *set, uint32_t piece, uint64_t top)
{
    struct span_key start = start_of(set, piece);
    uint64_t start_top = top_of(set, start);

    return start_top > top || (start_top == top && !set->narrow && start.low != 0);
}

/* Fills in 2^bits + 1 entries for the pieces from..to, which all begin with `prefix` in the bits
 * before (but for `from`, which may begin earlier). */
static void fill_index(const struct span_set *set, uint32_t *index, uint64_t prefix, unsigned skip,
                       unsigned bits, uint32_t from, uint32_t to)
{
    size_t values = (size_t)1 << bits;
    uint32_t piece = from;

    for (size_t value = 0; value < values; value++) {
        uint64_t top = prefix | (bits ? (uint64_t)value << (64 - skip - bits) : 0);

        while (piece < to && !begins_behind(set, piece + 1, top))
            piece++;
        index[value] = piece;
    }
    index[values] = to;
}

static unsigned bits_for(uint32_t pieces)
{
    unsigned bits = 0;

    while (bits < INDEX_BITS_MOST && (pieces >> (bits + 1)) != 0)
        bits++;
    return bits;
}

/* Finer indexes for the values of the leading bits that many pieces share. */
static enum status build_fine(struct span_set *set)
{
    size_t values = (size_t)1 << set->bits;
    size_t size = 0;

    for (size_t value = 0; value < values; value++) {
        uint32_t pieces = set->index[value + 1] - set->index[value];

        if (pieces > CROWD)
            size += ((size_t)1 << bits_for(pieces)) + 1;
    }
    if (size == 0)
        return ST_OK;
    set->crowded = memory_take_array(values, sizeof *set->crowded);
    set->fine = memory_take_array(size, sizeof *set->fine);
    if (!set->crowded || !set->fine)
        return ST_NO_MEMORY;
    for (size_t value = 0; value < values; value++) {
        uint32_t from = set->index[value];
        uint32_t to = set->index[value + 1];
        uint64_t prefix = set->bits ? (uint64_t)value << (64 - set->bits) : 0;

        set->crowded[value].place = UINT32_MAX;
        if (to - from <= CROWD)
            continue;
        set->crowded[value].place = set->fine_size;
        set->crowded[value].bits = (uint8_t)bits_for(to - from);
        fill_index(set, set->fine + set->fine_size, prefix, set->bits, set->crowded[value].bits,
                   from, to);
        set->fine_size += (UINT32_C(1) << set->crowded[value].bits) + 1;
    }
    return ST_OK;
}

static enum status build_index(struct span_set *set)
{
    set->bits = (uint8_t)bits_for(set->count);
    set->index = memory_take_array(((size_t)1 << set->bits) + 1, sizeof *set->index);
    if (!set->index)
        return ST_NO_MEMORY;
    fill_index(set, set->index, 0, 0, set->bits, 0, set->count - 1);
    return build_fine(set);
}

static void *shrunk(void *block, size_t size)
{
    void *smaller = memory_grow(block, size);

    return smaller ? smaller : block;
}

enum status span_set_build(struct span *spans, size_t count, bool ipv4, struct span_set *set)
{
    struct span_set made = {0};
    struct sweep sweep = {.set = &made};
    size_t most = 2 * count + 1;
    enum status status = ST_NO_MEMORY;

    if (count > SPANS_MOST)
        return ST_TOO_LARGE;
    if (count == 0) {
        *set = made;
        return ST_OK;
    }
    sweep.heap = memory_take_array(count, sizeof *sweep.heap);
    if (ipv4) {
        made.narrow = memory_take_array(most, sizeof *made.narrow);
    } else {
        made.wide = memory_take_array(most, sizeof *made.wide);
        made.winners = memory_take_array(most, sizeof *made.winners);
    }
    if (!sweep.heap || (!made.narrow && (!made.wide || !made.winners)))
        goto out;
    qsort(spans, count, sizeof *spans, by_first);
    cut(&sweep, spans, count);
    status = build_index(&made);
    if (status)
        goto out;
    if (ipv4) {
        made.narrow = shrunk(made.narrow, made.count * sizeof *made.narrow);
    } else {
        made.wide = shrunk(made.wide, made.count * sizeof *made.wide);
        made.winners = shrunk(made.winners, made.count * sizeof *made.winners);
    }
    *set = made;
    made = (struct span_set){0};
out:
    memory_give(sweep.heap);
    span_set_done(&made);
    return status;
}

void span_set_done(struct span_set *set)
{
    memory_give(set->narrow);
    memory_give(set->wide);
    memory_give(set->winners);
    memory_give(set->index);
    memory_give(set->crowded);
    memory_give(set->fine);
    *set = (struct span_set){0};
}

size_t span_set_size(const struct span_set *set)
{
    size_t values = (size_t)1 << set->bits;
    size_t each = set->narrow ? sizeof *set->narrow : sizeof *set->wide + sizeof *set->winners;

    if (!set->count)
        return 0;
    return set->count * each + (values + 1) * sizeof *set->index +
           (set->crowded ? values * sizeof *set->crowded : 0) + set->fine_size * sizeof *set->fine;
}

uint32_t span_set_find(const struct span_set *set, struct span_key key)
{
    uint64_t top = top_of(set, key);
    uint32_t bucket;
    uint32_t from;
    uint32_t to;

    if (!set->count)
        return NO_INDICATOR;
    bucket = bits_of(top, 0, set->bits);
    from = set->index[bucket];
    to = set->index[bucket + 1];
    if (to - from > CROWD) {
        const struct fine_index *crowded = &set->crowded[bucket];
        const uint32_t *fine = set->fine + crowded->place + bits_of(top, set->bits, crowded->bits);

        from = fine[0];
        to = fine[1];
    }
    while (from < to) { /* the last piece in from..to that begins at or before the key */
        uint32_t middle = to - (to - from) / 2;
        bool behind = set->narrow ? set->narrow[middle].start > (uint32_t)key.low
                                  : span_key_compare(set->wide[middle], key) > 0;

        if (behind)
            to = middle - 1;
        else
            from = middle;
    }
    return set->narrow ? set->narrow[from].winner : set->winners[from];
}
