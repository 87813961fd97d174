/* What is shown, and what the reader did to it: settings, expansion, selection, focus. */
#include "core/base/memory.h"
#include "core/model/tree_view_parts.h"

#include <string.h>

/* --- what is shown --- */

uint32_t tree_view_count(const struct tree_view *view)
{
    return frame_of(view)->row_count;
}

const struct view_row *tree_view_row(const struct tree_view *view, uint32_t row)
{
    return &frame_of(view)->rows[row];
}

static struct node *find_node(const struct frame *frame, uint64_t id)
{
    uint32_t low = 0;
    uint32_t high = frame->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (frame->nodes[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < frame->count && frame->nodes[low].id == id ? &frame->nodes[low] : NULL;
}

uint32_t tree_view_find(const struct tree_view *view, uint64_t id)
{
    const struct node *node = find_node(frame_of(view), id);
    return node ? node->row : VIEW_NO_ROW;
}

uint32_t tree_view_follow(const struct tree_view *view, uint32_t row)
{
    const struct frame *before = frame_before(view);
    for (; row < before->row_count; row++) {
        uint32_t now = tree_view_find(view, before->rows[row].id);
        if (now != VIEW_NO_ROW)
            return now;
    }
    return VIEW_NO_ROW;
}

uint32_t tree_view_parent(const struct tree_view *view, uint32_t row)
{
    const struct frame *frame = frame_of(view);
    uint16_t level = frame->rows[row].level;
    while (level && row-- > 0) {
        if (frame->rows[row].level < level)
            return row;
    }
    return VIEW_NO_ROW;
}

/* --- settings --- */

void tree_view_set_sort(struct tree_view *view, unsigned column, enum view_direction direction)
{
    view->column = direction == VIEW_NATURAL ? VIEW_NO_COLUMN : column;
    view->direction = direction;
    view->sort_changed = true;
}

void tree_view_sort(struct tree_view *view, unsigned column)
{
    if (column != view->column)
        tree_view_set_sort(view, column, VIEW_UP);
    else
        tree_view_set_sort(view, column, view->direction == VIEW_UP ? VIEW_DOWN : VIEW_NATURAL);
}

enum view_direction tree_view_direction(const struct tree_view *view, unsigned *column)
{
    if (column)
        *column = view->column;
    return view->direction;
}

void tree_view_set_flat(struct tree_view *view, bool flat)
{
    view->flat = flat;
}

bool tree_view_flat(const struct tree_view *view)
{
    return view->flat || !view->class->parent;
}

void tree_view_set_watched_first(struct tree_view *view, bool first)
{
    view->watched_first = first;
    view->sort_changed = true;
}

void tree_view_set_ghosts(struct tree_view *view, bool shown, moment linger)
{
    view->ghosts = shown;
    view->linger = linger;
}

void tree_view_set_frozen(struct tree_view *view, bool frozen)
{
    view->frozen = frozen;
}

bool tree_view_frozen(const struct tree_view *view)
{
    return view->frozen;
}

void tree_view_set_filter(struct tree_view *view, const struct view_filter *filter)
{
    struct frame *frame = current_frame(view);
    for (uint32_t i = 0; i < frame->count; i++)
        frame->nodes[i].bits &= (uint8_t)~NODE_COLLAPSED_FILTERED;
    view->filtered = filter != NULL;
    view->filter_number++;
    if (filter)
        view->filter = *filter;
}

enum status tree_view_set_also(struct tree_view *view, const uint64_t *ids, size_t count)
{
    uint64_t *copy = NULL;
    if (count) {
        copy = memory_take_array(count, sizeof *copy);
        if (!copy)
            return ST_NO_MEMORY;
        memcpy(copy, ids, count * sizeof *copy);
    }
    memory_give(view->also);
    view->also = copy;
    view->also_count = count;
    return ST_OK;
}

void tree_view_set_admit(struct tree_view *view,
                         bool (*admit)(void *context, const void *rows, uint32_t index),
                         void *context)
{
    view->admit = admit;
    view->admit_context = context;
}

/* --- expansion --- */

static void node_set_expanded(const struct tree_view *view, struct node *node, bool expanded)
{
    if (expanded)
        node->bits &= (uint8_t)~(NODE_COLLAPSED | NODE_COLLAPSED_FILTERED);
    else
        node->bits |= view->filtered ? NODE_COLLAPSED_FILTERED : NODE_COLLAPSED;
}

void tree_view_set_expanded(struct tree_view *view, uint32_t row, bool expanded)
{
    struct frame *frame = current_frame(view);
    node_set_expanded(view, &frame->nodes[frame->rows[row].index], expanded);
}

void tree_view_expand_below(struct tree_view *view, uint32_t row)
{
    struct frame *frame = current_frame(view);
    struct work *work = &view->work;
    uint32_t start = frame->rows[row].index;
    /* The walk of the last update still lies there, hidden nodes and all: parents before children.
     */
    bool below = false;
    for (uint32_t at = 0; at < work->walked; at++) {
        uint32_t i = work->walk[at];
        if (i == start)
            below = true;
        else if (below && work->level[i] <= work->level[start])
            break;
        if (below)
            node_set_expanded(view, &frame->nodes[i], true);
    }
}

void tree_view_expand_all(struct tree_view *view, bool expanded)
{
    struct frame *frame = current_frame(view);
    for (uint32_t i = 0; i < frame->count; i++)
        node_set_expanded(view, &frame->nodes[i], expanded);
}

bool tree_view_reveal(struct tree_view *view, uint64_t id)
{
    struct frame *frame = current_frame(view);
    const struct node *node = find_node(frame, id);
    if (!node || !(node->bits & NODE_SHOWN))
        return false;
    uint32_t i = (uint32_t)(node - frame->nodes);
    if (!(view->work.flags[i] & (WALK_MATCH | WALK_ABOVE | WALK_BELOW)))
        return false;
    for (i = view->work.parent[i]; i != VIEW_NO_ROW; i = view->work.parent[i])
        node_set_expanded(view, &frame->nodes[i], true);
    return true;
}

/* --- selection and focus --- */

void tree_view_select(struct tree_view *view, uint32_t row, bool selected)
{
    struct frame *frame = current_frame(view);
    struct node *node = &frame->nodes[frame->rows[row].index];
    node->bits = (uint8_t)(selected ? node->bits | NODE_SELECTED : node->bits & ~NODE_SELECTED);
}

void tree_view_select_range(struct tree_view *view, uint32_t from, uint32_t to, bool selected)
{
    uint32_t low = from < to ? from : to;
    uint32_t high = from < to ? to : from;
    for (uint32_t row = low; row <= high && row < tree_view_count(view); row++)
        tree_view_select(view, row, selected);
}

void tree_view_select_none(struct tree_view *view)
{
    struct frame *frame = current_frame(view);
    for (uint32_t i = 0; i < frame->count; i++)
        frame->nodes[i].bits &= (uint8_t)~NODE_SELECTED;
}

bool tree_view_selected(const struct tree_view *view, uint32_t row)
{
    const struct frame *frame = frame_of(view);
    return frame->nodes[frame->rows[row].index].bits & NODE_SELECTED;
}

uint32_t tree_view_selected_count(const struct tree_view *view)
{
    uint32_t count = 0;
    for (uint32_t row = 0; row < tree_view_count(view); row++)
        count += tree_view_selected(view, row);
    return count;
}

uint32_t tree_view_next_selected(const struct tree_view *view, uint32_t from)
{
    for (uint32_t row = from; row < tree_view_count(view); row++) {
        if (tree_view_selected(view, row))
            return row;
    }
    return VIEW_NO_ROW;
}

void tree_view_set_focus(struct tree_view *view, uint32_t row)
{
    view->has_focus = row != VIEW_NO_ROW;
    if (view->has_focus)
        view->focus = frame_of(view)->rows[row].id;
}

uint32_t tree_view_focus(const struct tree_view *view)
{
    return view->has_focus ? tree_view_find(view, view->focus) : VIEW_NO_ROW;
}

uint32_t tree_view_type_ahead(const struct tree_view *view, unsigned column, uint32_t from,
                              struct text start)
{
    uint32_t count = tree_view_count(view);
    for (uint32_t step = 0; step < count; step++) {
        uint32_t row = (from + step) % count;
        uint32_t index = frame_of(view)->rows[row].index;
        struct cell cell = view->class->cell(view->rows, index, column);
        if (text_starts_nocase(cell.text, start))
            return row;
    }
    return VIEW_NO_ROW;
}

size_t tree_view_size(const struct tree_view *view)
{
    size_t frame = sizeof(struct node) + sizeof(uint32_t) + sizeof(struct view_row);
    size_t work = sizeof(struct cell) + 6 * sizeof(uint32_t) + sizeof(uint8_t) + sizeof(uint16_t);
    return sizeof *view + frame * view->frames[0].capacity + frame * view->frames[1].capacity +
           work * view->work.capacity + view->also_count * sizeof *view->also +
           view->printed.capacity;
}
