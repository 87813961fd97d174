/* round: one step of the trap: source -> history -> matcher -> hits.
 * Portable and driven by one thread; the thread, its clock and its waiting are elsewhere
 * (watch/pace.h says when, windows/sampler.h runs it).
 * A hit is handed to every sink in order, at once: the first sink is the file.
 *
 * What matches. A connection by its remote address; else by a name that this machine resolved to
 * that address; else by a port indicator, at either end (listeners, too). Each connection is one
 * hit, and keeps what it matched first. A name that becomes known later can still make a hit, also
 * of a connection that closed a few seconds ago. A process that matches a name or pattern is a hit
 * of its own, once. This program's own connections are no exception. */
#ifndef STAKEOUT_WATCH_ROUND_H
#define STAKEOUT_WATCH_ROUND_H

#include "core/model/snapshot.h"
#include "core/watch/hit.h"
#include "core/watch/known.h"

struct hit_sink {
    /* A failure is kept in the round (round_sink_failure) and does not stop the others. */
    enum status (*take)(void *context, const struct hit *hit);
    void *context;
};

struct round;

struct round_setup {
    struct source *source; /* borrowed */
    struct clock clock;
    const struct history_limits *limits; /* NULL: default */
    const struct hit_sink *sinks;        /* copied */
    size_t sink_count;
};

/* Owned: round_free. */
enum status round_new(const struct round_setup *setup, struct round **round);
void round_free(struct round *round);

/* Both may be NULL. A reference is taken. Everything that the history holds is matched anew, what
 * has closed or ended included; what was a hit before is not told again, though another indicator
 * may mark it now. ST_NO_MEMORY: the new one is in force, and the rest is matched by the next
 * round. */
enum status round_set_watchlist(struct round *round, const struct watchlist *list);
enum status round_set_known(struct round *round, const struct known *known);

enum round_parts { ROUND_CONNECTIONS = 1, ROUND_PROCESSES = 2, ROUND_NAMES = 4 };
/* Asks the source for the parts that are due, merges, matches, tells hits. A connection that names
 * an unknown PID makes it look at that process at once, whatever is due. A part that fails leaves
 * the history as it was; the first failure is returned after all parts were tried. */
enum status round_run(struct round *round, unsigned parts);
/* What is known of the files of the images by now (run takes it over, too, without waiting): waits
 * up to `wait_ms` for those that were not looked at yet. For whoever looks once. */
enum status round_images(struct round *round, uint32_t wait_ms);
/* What changed in the last run, for recordings and tests. Borrowed until the next run. */
const struct change *round_changes(const struct round *round, size_t *count);
struct history *round_history(struct round *round);
/* A snapshot of now, one reference handed to the caller. */
enum status round_publish(struct round *round, struct snapshot **snapshot);
uint64_t round_hits(const struct round *round);
/* The last failure of a sink (ST_OK: none), and how many hits some sink could not take. */
enum status round_sink_failure(const struct round *round, uint64_t *lost);
/* How often a process could not be decided because a pattern was too slow for it. */
uint64_t round_too_slow(const struct round *round);

#endif
