/* show_bundle: how a collection of evidence goes on, for people. Each function appends whole lines.
 * Portable. */
#ifndef STAKEOUT_CLI_SHOW_BUNDLE_H
#define STAKEOUT_CLI_SHOW_BUNDLE_H

#include "core/case/manifest.h"
#include "core/evidence/bundle.h"

/* "processes         42 rows" or "arp               not to be had: …". */
void show_bundle_part(struct buffer *out, const struct bundle_result *result);
/* The sum, and what the manifest has. manifest: NULL when it was not written. */
void show_bundle_end(struct buffer *out, const struct bundle_tally *tally,
                     const struct manifest_made *manifest);
void show_bundle_end_json(struct buffer *out, const struct bundle_tally *tally,
                          const struct manifest_made *manifest);
/* The names that --only takes, one a line with how each is had. */
void show_bundle_names(struct buffer *out, const struct bundle_part *parts, size_t count);

#endif
