#include "core/model/tree.h"

#include "core/base/memory.h"

struct tree {
    uint32_t count;
    uint32_t *parent;   /* owned, with all that follows: by row */
    uint32_t *begins;   /* where a row's children begin in `children`; the roots' at [count] */
    uint32_t *ends;     /* where they end */
    uint32_t *at;       /* where the row itself stands in `children` */
    uint32_t *children; /* rows, those of one parent together and in order */
};

/* Merge sort from the bottom up: stable, and with a context. Returns which of the two arrays holds
 * the result. */
static uint32_t *sort_rows(const struct snapshot *snapshot, tree_compare *compare, void *context,
                           uint32_t *rows, uint32_t *spare)
{
    size_t count = snapshot->process_count;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t from = 0; from < count; from += 2 * width) {
            size_t middle = from + width < count ? from + width : count;
            size_t to = from + 2 * width < count ? from + 2 * width : count;
            size_t left = from;
            size_t right = middle;
            for (size_t out = from; out < to; out++) {
                bool take_left =
                    left < middle &&
                    (right >= to || compare(snapshot, rows[left], rows[right], context) <= 0);
                spare[out] = take_left ? rows[left++] : rows[right++];
            }
        }
        uint32_t *sorted = spare;
        spare = rows;
        rows = sorted;
    }
    return rows;
}

static uint32_t family_of(const struct tree *tree, uint32_t row)
{
    return tree->parent[row] == NO_ROW ? tree->count : tree->parent[row];
}

/* Counts the children of each, gives each family its stretch, and fills the stretches in order. */
static void lay_out(struct tree *tree, const uint32_t *sorted)
{
    uint32_t begin = 0;
    for (uint32_t i = 0; i < tree->count; i++)
        tree->ends[family_of(tree, i)]++;
    for (uint32_t i = 0; i <= tree->count; i++) {
        uint32_t size = tree->ends[i];
        tree->begins[i] = begin;
        tree->ends[i] = begin;
        begin += size;
    }
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t row = sorted[i];
        uint32_t place = tree->ends[family_of(tree, row)]++;
        tree->children[place] = row;
        tree->at[row] = place;
    }
}

enum status tree_new(const struct snapshot *snapshot, tree_compare *compare, void *context,
                     struct tree **tree)
{
    size_t count = snapshot->process_count;
    struct tree *fresh = memory_take(sizeof *fresh);
    uint32_t *numbers = memory_take_array(5 * count + 2, sizeof *numbers);
    uint32_t *scratch = memory_take_array(2 * count, sizeof *scratch);
    if (!fresh || !numbers || !scratch) {
        memory_give(fresh);
        memory_give(numbers);
        memory_give(scratch);
        return ST_NO_MEMORY;
    }
    fresh->count = snapshot->process_count;
    fresh->parent = numbers;
    fresh->at = numbers + count;
    fresh->children = numbers + 2 * count;
    fresh->begins = numbers + 3 * count;
    fresh->ends = numbers + 4 * count + 1;
    for (uint32_t i = 0; i < fresh->count; i++) {
        fresh->parent[i] = snapshot->processes[i].parent;
        scratch[i] = i;
    }
    const uint32_t *sorted = scratch;
    if (compare)
        sorted = sort_rows(snapshot, compare, context, scratch, scratch + count);
    lay_out(fresh, sorted);
    memory_give(scratch);
    *tree = fresh;
    return ST_OK;
}

void tree_free(struct tree *tree)
{
    if (!tree)
        return;
    memory_give(tree->parent);
    memory_give(tree);
}

const uint32_t *tree_children(const struct tree *tree, uint32_t row, uint32_t *count)
{
    uint32_t family = row == NO_ROW ? tree->count : row;
    *count = tree->ends[family] - tree->begins[family];
    return tree->children + tree->begins[family];
}

static bool has_children(const struct tree *tree, uint32_t row)
{
    return tree->ends[row] > tree->begins[row];
}

bool tree_is_last(const struct tree *tree, uint32_t row)
{
    return tree->at[row] + 1 == tree->ends[family_of(tree, row)];
}

uint32_t tree_parent(const struct tree *tree, uint32_t row)
{
    return tree->parent[row];
}

static void stand_at(const struct tree *tree, struct tree_place *place, uint32_t row,
                     uint32_t depth)
{
    place->row = row;
    place->depth = depth;
    place->has_children = has_children(tree, row);
    place->is_last = tree_is_last(tree, row);
}

bool tree_begin(const struct tree *tree, struct tree_place *place)
{
    if (tree->ends[tree->count] == tree->begins[tree->count])
        return false;
    stand_at(tree, place, tree->children[tree->begins[tree->count]], 0);
    return true;
}

bool tree_next(const struct tree *tree, struct tree_place *place)
{
    if (!has_children(tree, place->row))
        return tree_skip(tree, place);
    stand_at(tree, place, tree->children[tree->begins[place->row]], place->depth + 1);
    return true;
}

bool tree_skip(const struct tree *tree, struct tree_place *place)
{
    uint32_t row = place->row;
    uint32_t depth = place->depth;
    while (tree_is_last(tree, row)) {
        row = tree->parent[row];
        if (row == NO_ROW)
            return false;
        depth--;
    }
    stand_at(tree, place, tree->children[tree->at[row] + 1], depth);
    return true;
}
