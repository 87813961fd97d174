/* registry_search: a term looked for in keys and values of the registry.
 * A key is found by its own name, so that what lies below it is not found with it; a term with a
 * backslash is looked for in the whole path, and must end in the name. A value is found by its name
 * or by its data (registry_row.h), and once. What the term can't decide in time is ST_TOO_SLOW.
 * Portable; one thread at a time for one search. */
#ifndef STAKEOUT_FIND_REGISTRY_SEARCH_H
#define STAKEOUT_FIND_REGISTRY_SEARCH_H

#include "core/find/registry_row.h"
#include "core/find/term.h"

enum registry_where { REGISTRY_NOWHERE, REGISTRY_KEY_NAME, REGISTRY_VALUE_NAME, REGISTRY_DATA };

struct registry_finding {
    const struct registry_key *key;
    const struct registry_value *value; /* NULL: the key itself */
    enum registry_where where;
    struct text around; /* the match and what stands around it, UTF-8 */
};

struct registry_search {
    const struct term *term; /* borrowed */
    bool whole_paths;
    struct registry_decoder decoder;
    struct buffer around;
};

void registry_search_init(struct registry_search *search, const struct term *term);
void registry_search_done(struct registry_search *search);

/* ST_OK, and *finding is filled; `where` is REGISTRY_NOWHERE where the term is not in it. What it
 * refers to is borrowed from the arguments, and `around` until the next call. ST_TOO_SLOW and
 * ST_NO_MEMORY: nobody knows. */
enum status registry_search_key(struct registry_search *search, const struct registry_key *key,
                                struct registry_finding *finding);
enum status registry_search_value(struct registry_search *search, const struct registry_key *key,
                                  const struct registry_value *value,
                                  struct registry_finding *finding);

/* "key name", "value name", "data"; static. */
const char *registry_where_name(enum registry_where where);

#endif
