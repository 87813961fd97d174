/* snapshot: a history at one moment, for readers.
 * One arena, reference counted, read-only once published: any thread may read it without a lock as
 * long as it holds a reference. Rows keep their ids from snapshot to snapshot; indexes do not. */
#ifndef STAKEOUT_MODEL_SNAPSHOT_H
#define STAKEOUT_MODEL_SNAPSHOT_H

#include "core/model/history.h"

struct watchlist;

struct round_cost {
    uint64_t rounds;
    uint64_t overruns;    /* rounds that took longer than the interval */
    int64_t last;         /* the last round, 100 ns */
    int64_t average;      /* smoothed, 100 ns */
    uint32_t cpu_share;   /* of one core, this whole program, in 1/10,000; UINT32_MAX unknown */
    uint32_t interval_ms; /* connections; 0: not sampling */
    uint32_t processes_ms;
};

struct snapshot {
    moment taken;
    uint64_t number;                     /* grows by one with each */
    const struct process_row *processes; /* sorted by id */
    uint32_t process_count;
    const struct connection_row *connections; /* sorted by id */
    uint32_t connection_count;
    struct history_counts counts;
    bool stale[PART_COUNT];
    struct round_cost cost;
    uint64_t hits;                     /* so far in this session */
    const struct watchlist *watchlist; /* the indicators that rows refer to; may be NULL */
};

/* A copy of what the history holds, with one reference, handed to the caller. In it `parent` and
 * `process` are indexes into the snapshot's own arrays. taken, number, counts and rows are filled
 * in; the other fields are the caller's to fill before it publishes. */
enum status snapshot_new(struct history *history, moment now, uint64_t number,
                         struct snapshot **snapshot);
/* Hands a reference of the watchlist over to the snapshot, which gives it back through `release`
 * (the model does not know what a watchlist is). Before publishing only. */
void snapshot_attach_watchlist(struct snapshot *snapshot, const struct watchlist *watchlist,
                               void (*release)(const struct watchlist *watchlist));
const struct snapshot *snapshot_retain(const struct snapshot *snapshot);
void snapshot_release(const struct snapshot *snapshot); /* NULL is fine */

/* Index of the row with that id (binary search), or NO_ROW. */
uint32_t snapshot_process_by_id(const struct snapshot *snapshot, uint64_t id);
uint32_t snapshot_connection_by_id(const struct snapshot *snapshot, uint64_t id);
/* The newest process with that PID, running ones first, or NO_ROW. Linear in the processes: for
 * what a user asks, not for loops. */
uint32_t snapshot_process_by_pid(const struct snapshot *snapshot, uint32_t pid);
/* Writes the indexes from the process's parent up to the root, at most `most`; returns how many it
 * wrote. */
size_t snapshot_ancestors(const struct snapshot *snapshot, uint32_t process, uint32_t *chain,
                          size_t most);

#endif
