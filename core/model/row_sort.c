#include "core/model/row_sort.h"

#include <stdbool.h>
#include <string.h>

struct comparison {
    int (*compare)(const void *context, uint32_t a, uint32_t b);
    const void *context;
};

static bool in_order(const struct comparison *by, uint32_t a, uint32_t b)
{
    return by->compare(by->context, a, b) <= 0;
}

static void merge_runs(const struct comparison *by, const uint32_t *from, size_t middle,
                       size_t count, uint32_t *to)
{
    size_t left = 0;
    size_t right = middle;
    for (size_t i = 0; i < count; i++) {
        bool take_left = left < middle && (right >= count || in_order(by, from[left], from[right]));
        to[i] = take_left ? from[left++] : from[right++];
    }
}

/* Bottom-up merge sort: no recursion, no worst case. The result lies in `items`. */
static void merge_sort(const struct comparison *by, uint32_t *items, size_t count, uint32_t *spare)
{
    uint32_t *from = items;
    uint32_t *to = spare;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t at = 0; at < count; at += 2 * width) {
            size_t size = count - at < 2 * width ? count - at : 2 * width;
            merge_runs(by, from + at, size < width ? size : width, size, to + at);
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
}

void row_sort(uint32_t *items, size_t count, uint32_t *scratch,
              int (*compare)(const void *context, uint32_t a, uint32_t b), const void *context)
{
    struct comparison by = {compare, context};
    size_t kept = 0;
    size_t strays = 0;
    /* Of two neighbours in the wrong order either may be the stray: taking out both keeps one item
     * that went far up from making strays of all that follow it. */
    for (size_t i = 0; i < count; i++) {
        uint32_t item = items[i];
        if (kept && !in_order(&by, items[kept - 1], item)) {
            scratch[strays++] = items[--kept];
            scratch[strays++] = item;
        } else {
            items[kept++] = item;
        }
    }
    if (!strays)
        return;
    /* What the strays left free behind the kept items is exactly the room that sorting them takes.
     */
    merge_sort(&by, scratch, strays, items + kept);
    while (strays) {
        bool stray_last = !kept || in_order(&by, items[kept - 1], scratch[strays - 1]);
        items[kept + strays - 1] = stray_last ? scratch[strays - 1] : items[kept - 1];
        if (stray_last)
            strays--;
        else
            kept--;
    }
}
