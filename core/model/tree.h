/* tree: the processes of a snapshot as a forest, for those who list it once: ps, reports.
 * Parents are those of the rows; a row without one is a root. Siblings stand in the order that is
 * given. Built in one pass beside the sort; walked without recursion, however deep. Read-only once
 * built; it reads the snapshot only while it is built, so the snapshot may go before it. */
#ifndef STAKEOUT_MODEL_TREE_H
#define STAKEOUT_MODEL_TREE_H

#include "core/model/snapshot.h"

struct tree;

/* Which of two rows of the snapshot stands first: negative, 0, positive. */
typedef int tree_compare(const struct snapshot *snapshot, uint32_t a, uint32_t b, void *context);

/* NULL compare: in the order of ids. Rows that compare equal keep that order. Owned: tree_free. */
enum status tree_new(const struct snapshot *snapshot, tree_compare *compare, void *context,
                     struct tree **tree);
void tree_free(struct tree *tree);

/* The children of a row, or the roots for NO_ROW; borrowed from the tree. */
const uint32_t *tree_children(const struct tree *tree, uint32_t row, uint32_t *count);

/* A step of the walk that meets each parent before its children. */
struct tree_place {
    uint32_t row;
    uint32_t depth; /* 0: a root */
    bool has_children;
    bool is_last; /* of its siblings */
};

/* Goes to the first root; false when there is none. */
bool tree_begin(const struct tree *tree, struct tree_place *place);
/* Goes to the next row; false, and the place as it was, after the last. */
bool tree_next(const struct tree *tree, struct tree_place *place);
/* Likewise, but past everything below the place. */
bool tree_skip(const struct tree *tree, struct tree_place *place);
/* Whether a row is the last of its siblings, and which is its parent: what branches are drawn from.
 */
bool tree_is_last(const struct tree *tree, uint32_t row);
uint32_t tree_parent(const struct tree *tree, uint32_t row);

#endif
