/* pace: when to look next.
 * Two rates, connections and processes; counts what a round cost and the rounds that overran; idles
 * when nothing is watched and nobody looks. Plain arithmetic: the caller brings the ticks. */
#ifndef STAKEOUT_WATCH_PACE_H
#define STAKEOUT_WATCH_PACE_H

#include "core/model/snapshot.h"

#define PACE_CONNECTIONS_MS 25
#define PACE_PROCESSES_MS 250
#define PACE_NAMES_MS 1000
#define PACE_IDLE_MS 1000 /* nothing is watched: the window's own rhythm is enough */
#define PACE_LEAST_MS 5
#define PACE_MOST_MS 60000

struct pace {
    uint32_t connections_ms;
    uint32_t processes_ms;
    bool watching;  /* there is a watchlist */
    bool looked_at; /* a window shows it */
    bool paused;
    int64_t next_connections; /* ticks, 100 ns */
    int64_t next_processes;
    int64_t next_names;
    struct round_cost cost;
};

void pace_init(struct pace *pace, uint32_t connections_ms, uint32_t processes_ms);
/* The parts (enum round_parts) that are due at `ticks`; 0: none. */
unsigned pace_due(const struct pace *pace, int64_t ticks);
/* Takes note of a round that did `parts` from `begun` to `ended` and plans the next. A round that
 * ended after the next one was due is an overrun; missed rounds are not made up for. */
void pace_done(struct pace *pace, unsigned parts, int64_t begun, int64_t ended);
/* How long to wait from `ticks`, in ms, rounded up; UINT32_MAX: until something changes. */
uint32_t pace_wait(const struct pace *pace, int64_t ticks);

#endif
