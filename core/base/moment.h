/* moment: points in time.
 * A moment counts 100 ns since 1601-01-01 UTC (as a FILETIME does); 0 is "unknown". Durations are
 * in the same unit unless a name says ms. Never rounded before it is compared. */
#ifndef STAKEOUT_BASE_MOMENT_H
#define STAKEOUT_BASE_MOMENT_H

#include "core/base/buffer.h"

typedef int64_t moment;

#define MOMENT_MS INT64_C(10000)
#define MOMENT_SECOND INT64_C(10000000)

/* Where the engine gets the time from; tests pass a clock of their own. `now` is wall-clock UTC.
 * `ticks` is monotonic, 100 ns, from any origin. */
struct clock {
    moment (*now)(void *context);
    int64_t (*ticks)(void *context);
    void *context;
};

/* "2026-11-25T02:43:29.123Z" (cut, not rounded); with_ticks gives all seven digits. Unknown gives
 * nothing. */
void moment_add_iso(struct buffer *out, moment when, bool with_ticks);
/* Reads what moment_add_iso writes (any number of digits after the point, or none; 'Z' or
 * "+hh:mm"). False for anything else, for dates that do not exist and for those not after
 * 1601-01-01. */
bool moment_parse_iso(struct text value, moment *when);

#endif
