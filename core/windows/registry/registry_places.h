/* registry_places: from which keys programs are started, so that a search looks there first.
 * Patterns of paths below a root; "*" stands for one part. None lies inside another. */
#ifndef STAKEOUT_WINDOWS_REGISTRY_PLACES_H
#define STAKEOUT_WINDOWS_REGISTRY_PLACES_H

#include "core/base/text.h"

#define REGISTRY_PLACES_MOST 64

/* Of "HKLM" or "HKU"; ends with NULL, REGISTRY_PLACES_MOST at most. */
const char *const *registry_places(struct text root);
/* Of the patterns whose bits are set, those that still fit when `name` is the part at `depth` (0:
 * right below the root). *whole: one of them ends there. */
uint64_t registry_places_step(const char *const *places, uint64_t alive, unsigned depth,
                              struct text name, bool *whole);

#endif
