#include "core/watch/watchlist_spans.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/model/history.h"

#define INDEX_BITS_MOST 16
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
    if (set->count && set->winners[set->count - 1] == winner)
        return;
    if (set->narrow)
        set->narrow[set->count] = (uint32_t)start.low;
    else
        set->wide[set->count] = start;
    set->winners[set->count] = winner;
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

/* ---- the index ---- */

static uint32_t leading(const struct span_set *set, struct span_key key)
{
    if (set->bits == 0)
        return 0;
    return set->narrow ? (uint32_t)key.low >> (32 - set->bits)
                       : (uint32_t)(key.high >> (64 - set->bits));
}

static struct span_key start_of(const struct span_set *set, uint32_t piece)
{
    return set->narrow ? (struct span_key){0, set->narrow[piece]} : set->wide[piece];
}

static enum status build_index(struct span_set *set)
{
    uint32_t piece = 0;
    size_t values;

    while (set->bits < INDEX_BITS_MOST && (set->count >> (set->bits + 1)) != 0)
        set->bits++;
    values = (size_t)1 << set->bits;
    set->index = memory_take_array(values + 1, sizeof(*set->index));
    if (!set->index)
        return ST_NO_MEMORY;
    for (size_t value = 0; value < values; value++) {
        /* The last piece that begins at or before the first address with these leading bits. */
        while (piece + 1 < set->count) {
            struct span_key start = start_of(set, piece + 1);
            bool at_first = set->narrow ? (uint32_t)start.low << set->bits == 0
                                        : start.high << set->bits == 0 && start.low == 0;

            if (leading(set, start) > value || (leading(set, start) == value && !at_first))
                break;
            piece++;
        }
        set->index[value] = piece;
    }
    set->index[values] = set->count - 1;
    return ST_OK;
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
    sweep.heap = memory_take_array(count, sizeof(*sweep.heap));
    made.winners = memory_take_array(most, sizeof(*made.winners));
    if (ipv4)
        made.narrow = memory_take_array(most, sizeof(*made.narrow));
    else
        made.wide = memory_take_array(most, sizeof(*made.wide));
    if (!sweep.heap || !made.winners || (!made.narrow && !made.wide))
        goto out;
    qsort(spans, count, sizeof(*spans), by_first);
    cut(&sweep, spans, count);
    status = build_index(&made);
    if (status)
        goto out;
    made.winners = shrunk(made.winners, made.count * sizeof(*made.winners));
    if (ipv4)
        made.narrow = shrunk(made.narrow, made.count * sizeof(*made.narrow));
    else
        made.wide = shrunk(made.wide, made.count * sizeof(*made.wide));
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
    *set = (struct span_set){0};
}

size_t span_set_size(const struct span_set *set)
{
    size_t each = (set->narrow ? sizeof(*set->narrow) : sizeof(*set->wide)) + sizeof(*set->winners);

    return set->count ? set->count * each + (((size_t)1 << set->bits) + 1) * sizeof(*set->index)
                      : 0;
}

uint32_t span_set_find(const struct span_set *set, struct span_key key)
{
    uint32_t bucket;
    uint32_t from;
    uint32_t to;

    if (!set->count)
        return NO_INDICATOR;
    bucket = leading(set, key);
    from = set->index[bucket];
    to = set->index[bucket + 1];
    while (from < to) { /* the last piece in from..to that begins at or before the key */
        uint32_t middle = to - (to - from) / 2;
        bool behind = set->narrow ? set->narrow[middle] > (uint32_t)key.low
                                  : span_key_compare(set->wide[middle], key) > 0;

        if (behind)
            to = middle - 1;
        else
            from = middle;
    }
    return set->winners[from];
}
