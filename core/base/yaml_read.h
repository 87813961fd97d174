/* yaml_read: reads the part of YAML (yaml.org, 1.2) in which people write rules, into a tree.
 * Taken are block mappings and sequences, flow ones ("[a, b]", "{a: b}"), plain and quoted scalars
 * over one or several lines, "|" and ">" blocks, comments, several documents. Refused, each with
 * its own words, are anchors, aliases and tags (with which YAML harms its readers), keys that are
 * no scalars, and tabs that indent. Every scalar is text: "no" stays "no" and 1.10 stays "1.10". A
 * plain scalar may begin with '%', as rules have it. Depth, members and the whole are bounded; time
 * is linear in the size. The tree lies in the caller's arena and lives as long. */
#ifndef STAKEOUT_BASE_YAML_READ_H
#define STAKEOUT_BASE_YAML_READ_H

#include "core/base/arena.h"
#include "core/base/buffer.h"

#define YAML_SIZE_MOST ((size_t)4 << 20) /* bytes of one input */
#define YAML_DEPTH_MOST 32
#define YAML_MEMBERS_MOST 256 /* of one mapping */
#define YAML_NODES_MOST 200000u

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml_node {
    enum yaml_kind kind;
    bool quoted;       /* a scalar in quotation marks or in a block; else "" means: nothing there */
    uint32_t line;     /* where it begins, from 1 */
    struct text name;  /* of a member of a mapping */
    struct text value; /* of a scalar: UTF-8 */
    struct yaml_node *first; /* of what is in it */
    struct yaml_node *next;  /* beside it; for a document's root, the next document's */
};

/* The first document's root, or NULL where there is none; empty documents are passed over. A byte
 * order mark before the input is skipped; CR LF, LF and CR end lines. ST_INVALID, with *problem
 * ("line 12: a tab indents"), ST_TOO_LARGE, also with it, ST_NO_MEMORY. */
enum status yaml_read(struct text input, struct arena *arena, struct yaml_node **documents,
                      struct buffer *problem);

/* The member of that name, NULL where `node` (may be NULL) is no mapping or has none. */
const struct yaml_node *yaml_member(const struct yaml_node *node, struct text name);
/* The text of a scalar member; empty where there is none. */
struct text yaml_text(const struct yaml_node *node, struct text name);

#endif
