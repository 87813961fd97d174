/* stix_pattern: an indicator as a pattern of STIX 2.1 (section 9), and as a name for people. */
#ifndef STAKEOUT_CASE_STIX_PATTERN_H
#define STAKEOUT_CASE_STIX_PATTERN_H

#include "core/watch/indicator.h"

/* Appends it and returns its language: "stix", or "pcre" for regular expressions on what STIX has
 * no one property for. A range becomes the networks that cover it, no more and no less. */
const char *stix_pattern_add(struct buffer *out, const struct indicator *indicator);

#endif
