/* glob: what a path with wildcards stands for, in a tree of folders or of keys.
 * Parts are divided by '\'. '*' and '?' stand for bytes of one part, ASCII letters in any case. A
 * part "**" stands for any number of levels, GLOB_LEVELS at most, "**3" for three. The tree is
 * asked through a table; no part without wildcards is looked up, so what is found need not be
 * there. Portable; any thread. */
#ifndef STAKEOUT_EVIDENCE_GLOB_H
#define STAKEOUT_EVIDENCE_GLOB_H

#include "core/base/buffer.h"

#define GLOB_LEVELS 10
#define GLOB_DEPTH_MOST 64 /* parts that are walked; deeper ones are not found */

/* False: enough. */
typedef bool glob_child(void *context, struct text name, bool has_children);

struct glob_tree {
    /* Calls each for what is in a folder; "." and ".." are not. What can't be listed has none. */
    void (*list)(void *context, struct text folder, glob_child *each, void *told);
    void *context;
};

/* Whether a name fits one part of a pattern. */
bool glob_fits(struct text pattern, struct text name);
bool glob_has_wildcard(struct text pattern);
/* Calls found for each path until it returns false. ST_NO_MEMORY, ST_TOO_LARGE (a path). */
enum status glob_walk(const struct glob_tree *tree, struct text pattern,
                      bool (*found)(void *context, struct text path), void *context);

#endif
