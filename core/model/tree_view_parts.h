/* tree_view_parts: what the two files of tree_view share. Nobody else includes it. */
#ifndef STAKEOUT_MODEL_TREE_VIEW_PARTS_H
#define STAKEOUT_MODEL_TREE_VIEW_PARTS_H

#include "core/model/tree_view.h"

/* Bits of a node: what the reader did to the row, and what was found out about it. */
enum {
    NODE_COLLAPSED = 1,
    NODE_COLLAPSED_FILTERED = 2, /* collapsed while a filter is on: forgotten with the filter */
    NODE_SELECTED = 4,
    NODE_MATCHES = 8, /* as of node.stamp and node.filter */
    NODE_SHOWN = 16   /* ended or not, it is among what may be shown */
};

struct node {
    uint64_t id;
    uint64_t stamp;
    uint32_t filter; /* which filter NODE_MATCHES answers */
    uint32_t row;    /* where it is shown, or VIEW_NO_ROW */
    uint8_t bits;
};

/* What an update leaves behind. Two of them, used in turn, so that a failure harms nothing and the
 * previous rows are there to be followed. */
struct frame {
    struct node *nodes;    /* one a row of the input, sorted by id */
    uint32_t *order;       /* indexes of all nodes in the order of sorting */
    struct view_row *rows; /* what is shown */
    uint32_t count;
    uint32_t row_count;
    uint32_t capacity;
};

/* What an update needs while it runs; one entry a node. */
struct work {
    struct cell *keys;
    uint32_t *map; /* index in the previous frame -> index now */
    uint32_t *scratch;
    uint32_t *parent; /* the parent under which the node is shown */
    uint32_t *first;  /* first child, last sibling order */
    uint32_t *next;
    uint32_t *walk; /* all shown nodes, parents before children */
    uint8_t *flags; /* enum walk_flags */
    uint16_t *level;
    uint32_t walked;
    uint32_t capacity;
};

enum walk_flags {
    WALK_MATCH = 1,
    WALK_ABOVE = 2,   /* an ancestor of a match */
    WALK_BELOW = 4,   /* a descendant of a match */
    WALK_WATCHED = 8, /* watched itself */
    WALK_HOLDS = 16,  /* something below is watched */
    WALK_CHILDREN = 32,
    WALK_HIDDEN = 64,
    WALK_REACHED = 128
};

struct tree_view {
    const struct row_class *class;
    const void *rows;
    moment now;
    struct frame frames[2];
    unsigned current;
    struct work work;

    unsigned column;
    enum view_direction direction;
    bool flat;
    bool watched_first;
    bool ghosts;
    bool frozen;
    bool sort_changed; /* the reader asked for another order: frozen or not */
    bool moved;
    moment linger;
    struct view_filter filter;
    bool filtered;
    uint32_t filter_number;
    uint64_t *also;
    size_t also_count;
    bool (*admit)(void *context, const void *rows, uint32_t index);
    void *admit_context;
    uint64_t focus;
    bool has_focus;
    struct buffer printed;
};

static inline struct frame *current_frame(struct tree_view *view)
{
    return &view->frames[view->current];
}

static inline const struct frame *frame_of(const struct tree_view *view)
{
    return &view->frames[view->current];
}

static inline const struct frame *frame_before(const struct tree_view *view)
{
    return &view->frames[1 - view->current];
}

#endif
