/* The update: from rows and settings to what is shown. */
#include "core/base/memory.h"
#include "core/model/row_sort.h"
#include "core/model/tree_view_parts.h"

#include <stdlib.h>
#include <string.h>

/* Longer cells are searched up to here: a command line has at most 32,767 characters. */
#define PRINTED_CEILING ((size_t)256 * 1024)

struct tree_view *tree_view_new(const struct row_class *class)
{
    struct tree_view *view = memory_take(sizeof *view);
    if (!view)
        return NULL;
    view->class = class;
    view->column = VIEW_NO_COLUMN;
    view->ghosts = true;
    buffer_init(&view->printed, PRINTED_CEILING);
    return view;
}

static void frame_done(struct frame *frame)
{
    memory_give(frame->nodes);
    memory_give(frame->order);
    memory_give(frame->rows);
}

static void work_done(struct work *work)
{
    memory_give(work->keys);
    memory_give(work->map);
    memory_give(work->scratch);
    memory_give(work->parent);
    memory_give(work->first);
    memory_give(work->next);
    memory_give(work->walk);
    memory_give(work->flags);
    memory_give(work->level);
}

void tree_view_free(struct tree_view *view)
{
    if (!view)
        return;
    frame_done(&view->frames[0]);
    frame_done(&view->frames[1]);
    work_done(&view->work);
    memory_give(view->also);
    buffer_done(&view->printed);
    memory_give(view);
}

static uint32_t room_for(uint32_t count)
{
    return count + count / 4 + 64;
}

static bool frame_reserve(struct frame *frame, uint32_t count)
{
    if (count <= frame->capacity)
        return true;
    uint32_t room = room_for(count);
    struct frame grown = {
        .nodes = memory_take_array(room, sizeof *grown.nodes),
        .order = memory_take_array(room, sizeof *grown.order),
        .rows = memory_take_array(room, sizeof *grown.rows),
        .capacity = room,
    };
    if (!grown.nodes || !grown.order || !grown.rows) {
        frame_done(&grown);
        return false;
    }
    frame_done(frame); /* the spare frame holds nothing that is still needed */
    *frame = grown;
    return true;
}

static bool work_reserve(struct work *work, uint32_t count)
{
    if (count <= work->capacity)
        return true;
    uint32_t room = room_for(count);
    struct work grown = {
        .keys = memory_take_array(room, sizeof *grown.keys),
        .map = memory_take_array(room, sizeof *grown.map),
        .scratch = memory_take_array(room, sizeof *grown.scratch),
        .parent = memory_take_array(room, sizeof *grown.parent),
        .first = memory_take_array(room, sizeof *grown.first),
        .next = memory_take_array(room, sizeof *grown.next),
        .walk = memory_take_array(room, sizeof *grown.walk),
        .flags = memory_take_array(room, sizeof *grown.flags),
        .level = memory_take_array(room, sizeof *grown.level),
        .capacity = room,
    };
    if (!grown.keys || !grown.map || !grown.scratch || !grown.parent || !grown.first ||
        !grown.next || !grown.walk || !grown.flags || !grown.level) {
        work_done(&grown);
        return false;
    }
    work_done(work);
    *work = grown;
    return true;
}

/* --- an update, step by step --- */

/* Both lists are sorted by id: one merge pass hands over what the reader did to each row. */
static void carry_nodes(struct tree_view *view, const struct frame *before, struct frame *after)
{
    uint32_t old = 0;
    for (uint32_t i = 0; i < after->count; i++) {
        uint64_t id = view->class->id(view->rows, i);
        while (old < before->count && before->nodes[old].id < id)
            view->work.map[old++] = VIEW_NO_ROW;
        if (old < before->count && before->nodes[old].id == id) {
            after->nodes[i] = before->nodes[old];
            view->work.map[old++] = i;
        } else {
            after->nodes[i] = (struct node){.id = id, .row = VIEW_NO_ROW};
        }
    }
    while (old < before->count)
        view->work.map[old++] = VIEW_NO_ROW;
}

/* Decides which rows may be shown at all. While frozen, what was on the screen stays. */
static void admit_nodes(struct tree_view *view, struct frame *after)
{
    for (uint32_t i = 0; i < after->count; i++) {
        struct node *node = &after->nodes[i];
        bool shown = true;
        if (view->admit && !view->admit(view->admit_context, view->rows, i))
            shown = false;
        moment ended = view->class->ended(view->rows, i);
        if (ended && !view->ghosts && view->now - ended >= view->linger)
            shown = false;
        if (view->frozen && node->row != VIEW_NO_ROW)
            shown = true;
        node->bits = (uint8_t)(shown ? node->bits | NODE_SHOWN : node->bits & ~NODE_SHOWN);
    }
}

static int id_compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static bool node_matches(struct tree_view *view, uint32_t index)
{
    for (unsigned column = 0; column < view->class->columns && column < 64; column++) {
        if (!(view->filter.columns >> column & 1))
            continue;
        struct cell cell = view->class->cell(view->rows, index, column);
        if (cell.kind == CELL_EMPTY)
            continue;
        buffer_clear(&view->printed);
        view->filter.printer.print(view->filter.printer.context, &cell, &view->printed);
        if (view->filter.matches(view->filter.context, buffer_text(&view->printed)))
            return true;
    }
    return false;
}

static void filter_nodes(struct tree_view *view, struct frame *after)
{
    if (!view->filtered)
        return;
    for (uint32_t i = 0; i < after->count; i++) {
        struct node *node = &after->nodes[i];
        uint64_t stamp = view->class->stamp(view->rows, i);
        if (node->filter == view->filter_number && node->stamp == stamp)
            continue;
        node->filter = view->filter_number;
        node->stamp = stamp;
        node->bits = (uint8_t)(node_matches(view, i) ? node->bits | NODE_MATCHES
                                                     : node->bits & ~NODE_MATCHES);
    }
}

static int order_compare(const void *context, uint32_t a, uint32_t b)
{
    const struct tree_view *view = context;
    if (view->watched_first) {
        int first = view->class->watched(view->rows, b) - view->class->watched(view->rows, a);
        if (first)
            return first;
    }
    const struct cell *left = &view->work.keys[a];
    const struct cell *right = &view->work.keys[b];
    int order = cell_rank(left) - cell_rank(right);
    if (order)
        return order;
    order = cell_compare(left, right);
    if (order)
        return view->direction == VIEW_DOWN ? -order : order;
    return a < b ? -1 : a > b; /* indexes grow with the ids */
}

/* The order of before, with what is new behind it; then, unless it is frozen, what moved is sorted.
 */
static void order_nodes(struct tree_view *view, const struct frame *before, struct frame *after)
{
    uint32_t placed = 0;
    memset(view->work.flags, 0, after->count);
    for (uint32_t i = 0; i < before->count; i++) {
        uint32_t index = view->work.map[before->order[i]];
        if (index == VIEW_NO_ROW)
            continue;
        after->order[placed++] = index;
        view->work.flags[index] = 1;
    }
    for (uint32_t i = 0; i < after->count; i++) {
        if (!view->work.flags[i])
            after->order[placed++] = i;
    }
    if (view->frozen && !view->sort_changed)
        return;
    unsigned column = view->direction == VIEW_NATURAL ? view->class->natural : view->column;
    for (uint32_t i = 0; i < after->count; i++) {
        view->work.keys[i] =
            column == VIEW_NO_COLUMN ? (struct cell){0} : view->class->cell(view->rows, i, column);
    }
    row_sort(after->order, after->count, view->work.scratch, order_compare, view);
}

/* Chains children in order. A node whose parent is not shown stands at the top. */
static void link_nodes(struct tree_view *view, const struct frame *after, uint32_t *top)
{
    struct work *work = &view->work;
    bool tree = view->class->parent && !view->flat;
    *top = VIEW_NO_ROW;
    for (uint32_t i = 0; i < after->count; i++) {
        uint32_t parent = tree ? view->class->parent(view->rows, i) : VIEW_NO_ROW;
        bool hangs =
            parent < after->count && parent != i && (after->nodes[parent].bits & NODE_SHOWN);
        work->parent[i] = hangs ? parent : VIEW_NO_ROW;
        work->first[i] = VIEW_NO_ROW;
        work->flags[i] = 0;
    }
    for (uint32_t place = after->count; place-- > 0;) {
        uint32_t i = after->order[place];
        if (!(after->nodes[i].bits & NODE_SHOWN))
            continue;
        uint32_t *head = work->parent[i] == VIEW_NO_ROW ? top : &work->first[work->parent[i]];
        work->next[i] = *head;
        *head = i;
    }
}

/* Walks one tree in preorder, without recursion: a chain of processes can be thousands deep. */
static void walk_from(struct tree_view *view, uint32_t start)
{
    struct work *work = &view->work;
    uint32_t i = start;
    uint16_t level = 0;
    for (;;) {
        work->walk[work->walked++] = i;
        work->flags[i] |= WALK_REACHED;
        work->level[i] = level;
        if (work->first[i] != VIEW_NO_ROW && !(work->flags[work->first[i]] & WALK_REACHED)) {
            i = work->first[i];
            level = (uint16_t)(level < UINT16_MAX ? level + 1 : level);
            continue;
        }
        while (i != start && work->next[i] == VIEW_NO_ROW) {
            i = work->parent[i];
            level = work->level[i];
        }
        if (i == start)
            return;
        i = work->next[i];
    }
}

static void walk_nodes(struct tree_view *view, const struct frame *after)
{
    uint32_t top;
    link_nodes(view, after, &top);
    view->work.walked = 0;
    for (uint32_t i = top; i != VIEW_NO_ROW; i = view->work.next[i])
        walk_from(view, i);
}

static bool node_also(const struct tree_view *view, uint64_t id)
{
    return view->also_count &&
           bsearch(&id, view->also, view->also_count, sizeof id, id_compare) != NULL;
}

static void mark_nodes(struct tree_view *view, const struct frame *after)
{
    struct work *work = &view->work;
    for (uint32_t at = 0; at < work->walked; at++) {
        uint32_t i = work->walk[at];
        const struct node *node = &after->nodes[i];
        if (!view->filtered || (node->bits & NODE_MATCHES) || node_also(view, node->id))
            work->flags[i] |= WALK_MATCH;
        if (view->class->watched(view->rows, i))
            work->flags[i] |= WALK_WATCHED;
        uint32_t parent = work->parent[i];
        if (parent != VIEW_NO_ROW && (work->flags[parent] & (WALK_MATCH | WALK_BELOW)))
            work->flags[i] |= WALK_BELOW;
    }
    for (uint32_t at = work->walked; at-- > 0;) {
        uint32_t i = work->walk[at];
        uint32_t parent = work->parent[i];
        if (parent == VIEW_NO_ROW)
            continue;
        if (work->flags[i] & (WALK_MATCH | WALK_ABOVE))
            work->flags[parent] |= WALK_ABOVE;
        if (work->flags[i] & (WALK_WATCHED | WALK_HOLDS))
            work->flags[parent] |= WALK_HOLDS;
        if (work->flags[i] & (WALK_MATCH | WALK_ABOVE | WALK_BELOW))
            work->flags[parent] |= WALK_CHILDREN;
    }
}

/* While a filter is on, what leads to a match is open unless the reader closed it since. */
static bool node_collapsed(const struct tree_view *view, const struct frame *frame, uint32_t index)
{
    uint8_t bits = frame->nodes[index].bits;
    if (bits & NODE_COLLAPSED_FILTERED)
        return true;
    bool opened = view->filtered && (view->work.flags[index] & WALK_ABOVE);
    return (bits & NODE_COLLAPSED) && !opened;
}

/* What was collapsed away gives selection and focus to what hides it. */
static void hand_up(struct tree_view *view, struct frame *after, uint32_t index)
{
    struct node *node = &after->nodes[index];
    bool focused = view->has_focus && view->focus == node->id;
    if (!(node->bits & NODE_SELECTED) && !focused)
        return;
    uint32_t above = view->work.parent[index];
    while (view->work.flags[above] & WALK_HIDDEN)
        above = view->work.parent[above];
    if (node->bits & NODE_SELECTED) {
        node->bits &= (uint8_t)~NODE_SELECTED;
        after->nodes[above].bits |= NODE_SELECTED;
    }
    if (focused)
        view->focus = after->nodes[above].id;
}

static uint8_t row_flags(const struct tree_view *view, const struct frame *after, uint32_t index)
{
    uint8_t seen = view->work.flags[index];
    uint8_t flags = 0;
    if (!(seen & WALK_MATCH))
        flags |= VIEW_CONTEXT;
    if (!(seen & WALK_CHILDREN))
        return flags;
    flags |= VIEW_EXPANDABLE;
    if (!node_collapsed(view, after, index))
        flags |= VIEW_EXPANDED;
    else if (seen & WALK_HOLDS)
        flags |= VIEW_MARKED;
    return flags;
}

static void show_nodes(struct tree_view *view, struct frame *after)
{
    struct work *work = &view->work;
    after->row_count = 0;
    for (uint32_t i = 0; i < after->count; i++)
        after->nodes[i].row = VIEW_NO_ROW;
    for (uint32_t at = 0; at < work->walked; at++) {
        uint32_t i = work->walk[at];
        uint32_t parent = work->parent[i];
        if (!(work->flags[i] & (WALK_MATCH | WALK_ABOVE | WALK_BELOW)))
            continue;
        if (parent != VIEW_NO_ROW &&
            ((work->flags[parent] & WALK_HIDDEN) || node_collapsed(view, after, parent))) {
            work->flags[i] |= WALK_HIDDEN;
            hand_up(view, after, i);
            continue;
        }
        after->nodes[i].row = after->row_count;
        after->rows[after->row_count++] = (struct view_row){
            .id = after->nodes[i].id,
            .index = i,
            .level = work->level[i],
            .flags = row_flags(view, after, i),
        };
    }
}

static bool rows_moved(const struct frame *before, const struct frame *after)
{
    if (before->row_count != after->row_count)
        return true;
    for (uint32_t row = 0; row < after->row_count; row++) {
        const struct view_row *a = &before->rows[row];
        const struct view_row *b = &after->rows[row];
        if (a->id != b->id || a->level != b->level || a->flags != b->flags)
            return true;
    }
    return false;
}

/* The focused row is gone: what took its place has the focus, but is not selected. */
static void settle_focus(struct tree_view *view, uint32_t place)
{
    if (!view->has_focus || tree_view_find(view, view->focus) != VIEW_NO_ROW)
        return;
    const struct frame *frame = frame_of(view);
    if (place == VIEW_NO_ROW || !frame->row_count) {
        view->has_focus = frame->row_count && place != VIEW_NO_ROW;
        return;
    }
    view->focus = frame->rows[place < frame->row_count ? place : frame->row_count - 1].id;
}

enum status tree_view_update(struct tree_view *view, const void *rows, moment now)
{
    const struct frame *before = frame_of(view);
    struct frame *after = &view->frames[1 - view->current];
    uint32_t count = view->class->count(rows);
    uint32_t most = count > before->count ? count : before->count;
    if (!frame_reserve(after, count) || !work_reserve(&view->work, most))
        return ST_NO_MEMORY;
    uint32_t place = tree_view_focus(view);
    view->rows = rows;
    view->now = now;
    after->count = count;
    carry_nodes(view, before, after);
    admit_nodes(view, after);
    filter_nodes(view, after);
    order_nodes(view, before, after);
    walk_nodes(view, after);
    mark_nodes(view, after);
    show_nodes(view, after);
    view->moved = rows_moved(before, after);
    view->sort_changed = false;
    view->current = 1 - view->current;
    settle_focus(view, place);
    return ST_OK;
}

bool tree_view_moved(const struct tree_view *view)
{
    return view->moved;
}
