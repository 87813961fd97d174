/* bare_registry: a walk of the registry that reads every key and value and does nothing with them:
 * what a search is measured against, and its counts compared with. Native, links not followed.
 * Recursive: the registry has at most a few hundred levels. */
#ifndef STAKEOUT_TESTS_BARE_REGISTRY_H
#define STAKEOUT_TESTS_BARE_REGISTRY_H

#include <stdint.h>

struct bare_counts {
    uint64_t keys; /* that could be opened */
    uint64_t values;
    uint64_t bytes;  /* of data */
    uint64_t closed; /* keys that could not be opened */
    uint64_t unread; /* keys that could, and whose values could not be listed */
};

/* HKLM and HKU. */
struct bare_counts bare_registry_walk(void);

#endif
