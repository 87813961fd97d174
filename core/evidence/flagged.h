/* flagged: the processes that a collection looks at more closely: those that have a hit in the
 * case, those that match a list right now, and those that were named.
 * Portable; any thread. */
#ifndef STAKEOUT_EVIDENCE_FLAGGED_H
#define STAKEOUT_EVIDENCE_FLAGGED_H

#include "core/model/snapshot.h"

struct flagged {
    uint32_t *rows; /* of the snapshot, ascending; owned: flagged_done */
    size_t count;
    uint64_t ended; /* that have a hit, and run no more */
};

/* hits: what hits.jsonl holds; a line that can't be read is passed over. pids: by number alone.
 * Rows are of processes that run. */
enum status flagged_find(const struct snapshot *snapshot, struct text hits, const uint32_t *pids,
                         size_t pid_count, struct flagged *flagged);
/* The same for those who know whom they mean: by number and start. Sorts the keys. `ended` stays 0.
 */
enum status flagged_of(const struct snapshot *snapshot, struct process_key *keys, size_t count,
                       struct flagged *flagged);
void flagged_done(struct flagged *flagged);

#endif
