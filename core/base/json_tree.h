/* json_tree: one JSON value as a whole, for readers that want its members by name.
 * Made for lines of at most a few MB, one after another: the memory of one is used by the next.
 * What it hands out borrows from the tree and from the input, until the next json_tree_read. A
 * member that is missing is NULL, and every function takes that for an answer. One thread at a
 * time. */
#ifndef STAKEOUT_BASE_JSON_TREE_H
#define STAKEOUT_BASE_JSON_TREE_H

#include "core/base/json_read.h"
#include "core/base/moment.h"

#define JSON_NODES_MOST (UINT32_C(1) << 20)

struct json_node {
    struct json_token value; /* what begins it: never a name or an end */
    struct json_token name;  /* of the member that it is the value of */
    uint32_t first;          /* child: an index into nodes; 0: none */
    uint32_t next;           /* sibling; 0: none */
};

struct json_tree {
    struct json_node *nodes; /* owned; the root is nodes[1] */
    uint32_t count;
    uint32_t capacity;
    char *decoded; /* owned: strings that had escapes */
    size_t decoded_size;
    size_t decoded_room;
};

void json_tree_init(struct json_tree *tree);
void json_tree_done(struct json_tree *tree);

/* ST_INVALID: it is no JSON; ST_TOO_LARGE: it has too many values. The tree is empty then. */
enum status json_tree_read(struct json_tree *tree, struct text input);

struct json_node *json_root(struct json_tree *tree); /* NULL for an empty tree */
/* The member at a path of names ("process.parent.pid"), below node. Of two of a name the first. */
struct json_node *json_at(struct json_tree *tree, struct json_node *node, const char *path);
/* Children in their order: of an array or an object. */
struct json_node *json_first(struct json_tree *tree, struct json_node *node);
struct json_node *json_after(struct json_tree *tree, struct json_node *node);

/* A string decoded, a number or a word as it stands; empty for objects, arrays, null and NULL. */
struct text json_node_text(struct json_tree *tree, struct json_node *node);
struct text json_node_name(struct json_tree *tree, struct json_node *node);
/* json_at and json_node_text in one. */
struct text json_text_at(struct json_tree *tree, struct json_node *node, const char *path);
/* 0 where it is missing or no whole number. */
uint64_t json_number_at(struct json_tree *tree, struct json_node *node, const char *path);
moment json_moment_at(struct json_tree *tree, struct json_node *node, const char *path);
bool json_true_at(struct json_tree *tree, struct json_node *node, const char *path);

#endif
