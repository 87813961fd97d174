/* show_evidence: what came of dumps, samples and closed connections, for people and as JSON Lines.
 * Each function appends whole lines, but for the last. Portable. */
#ifndef STAKEOUT_CLI_SHOW_EVIDENCE_H
#define STAKEOUT_CLI_SHOW_EVIDENCE_H

#include "core/act/evidence_tree.h"

/* "evil.exe (104): dumped to C:\case\dumps\evil-104-….dmp, 81920 bytes", and the SHA-256. */
void show_evidence(struct buffer *out, const struct evidence_order *order,
                   const struct evidence_result *result);
/* The members that the journal has, and "event". */
void show_evidence_json(struct buffer *out, const struct evidence_order *order,
                        const struct evidence_result *result);
/* "modules: 2 copied, 0 stored before, 31 of Windows passed over, 0 failed". */
void show_tally(struct buffer *out, const struct evidence_tally *tally);
void show_tally_json(struct buffer *out, const struct evidence_tally *tally);
/* What became of each, and a last line with the sum. plan: the one that was run. */
void show_dumped_tree(struct buffer *out, const struct evidence_tree_result *result);
void show_dumped_tree_json(struct buffer *out, const struct tree_plan *plan,
                           const struct evidence_tree_result *result, bool is_full);

/* "30 %" without a line end, never more than 100; "12 MiB" where the total is 0, unknown. */
void show_progress(struct buffer *out, uint64_t done, uint64_t total);

#endif
