/* suffix: the ends of host names that people register names under.
 * From the Public Suffix List, compiled in (build/suffixes.cmake). Names are as domain_parse makes
 * them: lower-case ASCII, no dot at the end. */
#ifndef STAKEOUT_WATCH_SUFFIX_H
#define STAKEOUT_WATCH_SUFFIX_H

#include "core/base/text.h"

/* Whether a label is a top-level domain. */
bool suffix_is_top(struct text label);
/* Whether the whole name is a suffix ("com", "co.uk", "pages.dev"): a watch on it catches
 * strangers. */
bool suffix_is_public(struct text name);

#endif
