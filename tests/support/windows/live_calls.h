/* live_calls: a live source over a table of calls, some of which a test puts its own in place of.
 * Include after cmocka.h; begin and end are the tests' set-up and tear-down, and open_source comes
 * when the calls are as the test wants them. */
#ifndef STAKEOUT_TESTS_LIVE_CALLS_H
#define STAKEOUT_TESTS_LIVE_CALLS_H

#include "tests/support/windows/live_bench.h"

static struct system_table calls; /* a copy of the real ones */
static struct source *source;

static inline int begin(void **state)
{
    (void)state;
    calls = *system_calls();
    source = NULL;
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    source_free(source);
    return 0;
}

static inline void open_source(void)
{
    assert_int_equal(live_source_new(&calls, &source), ST_OK);
}

#endif
