/* sampler: the thread that watches.
 * Owns a source and a round and drives them at a pace; publishes snapshots for readers. All
 * functions may be called from any thread; none waits for the source. The notice is called on the
 * sampler's thread and must only post (PostMessage, SetEvent). */
#ifndef STAKEOUT_WINDOWS_SAMPLER_H
#define STAKEOUT_WINDOWS_SAMPLER_H

#include "core/watch/pace.h"
#include "core/watch/round.h"

enum sampler_event {
    SAMPLER_PUBLISHED, /* a new snapshot is there: sampler_latest */
    SAMPLER_HIT,       /* a hit was written: sampler_take_hits */
    SAMPLER_TROUBLE    /* sampler_trouble has changed */
};

struct sampler;

struct sampler_setup {
    struct source *source; /* handed over, also on failure */
    const struct hit_sink *sinks;
    size_t sink_count;
    const struct history_limits *limits; /* NULL: default */
    uint32_t connections_ms;             /* 0: default */
    uint32_t processes_ms;
    uint32_t publish_ms; /* 0: only when asked; hits publish at once in any case */
    void (*notice)(void *context, enum sampler_event event);
    void *context;
};

/* Starts the thread. Owned: sampler_stop, which ends it, waits for it and frees everything. */
enum status sampler_start(const struct sampler_setup *setup, struct sampler **sampler);
void sampler_stop(struct sampler *sampler);

/* The newest snapshot, one reference for the caller; NULL before the first. */
const struct snapshot *sampler_latest(struct sampler *sampler);
/* Asks for a full round and a snapshot now (F5). The notice tells when it is there. */
void sampler_refresh(struct sampler *sampler);
/* Hits that were not taken yet, oldest first, a reference each; returns how many were written. */
size_t sampler_take_hits(struct sampler *sampler, const struct hit **hits, size_t most);

/* References are taken. Applied before the next round. */
void sampler_set_watchlist(struct sampler *sampler, const struct watchlist *list);
void sampler_set_known(struct sampler *sampler, const struct known *known);
void sampler_set_rates(struct sampler *sampler, uint32_t connections_ms, uint32_t processes_ms,
                       uint32_t publish_ms);
/* Paused: nothing is asked of the system. Looked at: a window shows the lists. */
void sampler_set_paused(struct sampler *sampler, bool paused);
void sampler_set_looked_at(struct sampler *sampler, bool looked_at);
/* The last thing that went wrong (a sink that could not write, a table that could not be read), one
 * line of English; empty: all is well. */
void sampler_trouble(struct sampler *sampler, struct buffer *line);

#endif
