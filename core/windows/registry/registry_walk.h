/* registry_walk: every key and every value of HKLM and HKU, once.
 * HKCR, HKCU, HKCC and CurrentControlSet are links into these two and are seen where they lead to:
 * links are shown as what they are and never followed. The 64-bit view is walked, in which the
 * 32-bit one lies under Wow6432Node; what lies there is marked. Places from which programs are
 * started come first and are not walked again.
 * A key that can't be opened is still told, by its name; it counts as denied, and what is below it
 * remains unknown. Keys come and go meanwhile: what is gone before it could be opened is counted.
 * No recursion; blocks for minutes; any thread. Inside core/windows, core/cli and tests. */
#ifndef STAKEOUT_WINDOWS_REGISTRY_WALK_H
#define STAKEOUT_WINDOWS_REGISTRY_WALK_H

#include "core/base/progress.h"
#include "core/find/registry_row.h"

#define REGISTRY_DEPTH_MOST 16384u /* levels: over what a system allows, so that a circle ends */

struct registry_calls;

struct registry_counts {
    uint64_t keys;
    uint64_t values;
    uint64_t links;     /* keys that point elsewhere */
    uint64_t hidden;    /* names with a NUL, of keys and values */
    uint64_t denied;    /* keys or values that the system does not let read */
    uint64_t gone;      /* keys that were deleted before they could be opened */
    uint64_t too_large; /* values over REGISTRY_DATA_MOST, keys over REGISTRY_DEPTH_MOST */
    uint64_t failed;    /* keys or values that could not be read for another reason */
};

/* What it is handed is borrowed until it returns. False ends the walk with ST_OK; members may be
 * NULL. */
struct registry_visitor {
    bool (*key)(void *context, const struct registry_key *key);
    bool (*value)(void *context, const struct registry_key *key,
                  const struct registry_value *value);
    /* A key whose content, or a part of it, could not be read. */
    void (*unread)(void *context, const struct registry_key *key, enum status why);
    void *context;
};

/* Walks all, or, where `below` has bytes, that key ("HKLM\…") and what is below it; then nothing
 * comes first. progress->done counts keys. calls NULL: the system's. ST_CANCELLED,
 * ST_NO_MEMORY; for `below` also what opening it gave. counts is right in any case. */
enum status registry_walk(const struct registry_calls *calls, struct text below,
                          const struct registry_visitor *visitor, struct progress *progress,
                          struct registry_counts *counts);

#endif
