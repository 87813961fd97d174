/* storm: a machine whose connections come and go by the thousand (model/source.h).
 * Each time its table is read, so many connections are opened, all by processes that are listed;
 * two readings later they are in TIME_WAIT and the system names no owner any more (PID 0), and 80
 * readings after that they are gone: 2 s at 25 ms, so that the table holds some 80 times as many.
 * No two connections have the same ends. One thread reads; storm_stop and storm_opened may be
 * called by any. */
#ifndef STAKEOUT_TESTS_STORM_H
#define STAKEOUT_TESTS_STORM_H

#include "core/model/source.h"

struct storm;

/* a_reading: connections opened at each. Owned: source_free(storm_base(storm)). */
struct storm *storm_new(uint32_t a_reading);
struct source *storm_base(struct storm *storm);
/* None are opened from the next reading on. */
void storm_stop(struct storm *storm);
uint64_t storm_opened(const struct storm *storm);

#endif
