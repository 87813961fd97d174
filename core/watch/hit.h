/* hit: a watched connection (or process) with everything known at that moment.
 * A hit is made once per connection, written and flushed before anything else happens. It owns
 * copies of all it tells, so that it outlives what it tells of. Immutable, reference counted. */
#ifndef STAKEOUT_WATCH_HIT_H
#define STAKEOUT_WATCH_HIT_H

#include "core/judge/odd.h"
#include "core/watch/watchlist.h"

struct hit {
    uint64_t number; /* from 1 in this session */
    moment when;
    enum match_by by;
    bool is_process; /* the process itself matched; there is no connection */
    struct connection_row connection;
    const struct process_facts *process;    /* NULL when the owner was never seen */
    const struct process_facts **ancestors; /* parent first, up to the root */
    size_t ancestor_count;
    uint8_t *ancestor_kinds; /* enum parent_kind: how each ancestor is known from its child */
    bool *ancestor_ended;
    struct process_odd odd; /* what was odd about the process at that moment, and its ancestors */
    struct process_odd *ancestor_odd;
    struct text indicator; /* as watchlist files write it */
    struct indicator value;
    struct indicator_origin origin;
    struct text domain;      /* name seen in DNS, may be empty */
    const char *observed_by; /* "sampling", "etw" */
    int64_t latency;         /* 100 ns from the connection's start to the hit; -1 unknown */
};

/* Collects a hit from the history. One reference, handed to the caller. */
enum status hit_new(struct history *history, uint32_t connection_slot, uint32_t process_slot,
                    const struct watchlist *list, struct match match, moment now, uint64_t number,
                    const struct hit **hit);
/* The process (place 0) or the ancestor behind it (1: the parent) as remarks are made of it; *odd
 * is what was found. Requires a process, and place <= ancestor_count. */
struct odd_subject hit_subject(const struct hit *hit, size_t place, const struct process_odd **odd);
const struct hit *hit_retain(const struct hit *hit);
void hit_release(const struct hit *hit);

#endif
