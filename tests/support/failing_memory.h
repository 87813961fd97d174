/* failing_memory: memory for the engine that runs out on demand, and counts.
 * Put behind core/base/memory.h from failing_memory_begin (or run_out) to failing_memory_end. One
 * thread.
 *
 *     for (size_t n = 1; ; n++) {
 *         failing_memory_begin(n);         the n-th request from here on fails, once
 *         status = thing_do(thing);
 *         bool failed = failing_memory_failed();
 *         failing_memory_end();
 *         ... check that thing is as before, or that it was done ...
 *         if (!failed)
 *             break;                       there are fewer than n requests
 *     }
 */
#ifndef STAKEOUT_TESTS_FAILING_MEMORY_H
#define STAKEOUT_TESTS_FAILING_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* 0: none fails, requests are counted all the same. */
void failing_memory_begin(size_t nth);
/* The n-th request fails and so do all behind it. */
void failing_memory_run_out(size_t nth);
/* Memory taken meanwhile may be given back later: it comes from malloc too. */
void failing_memory_end(void);
bool failing_memory_failed(void);
/* Requests since failing_memory_begin, those that failed included. */
size_t failing_memory_requests(void);
/* Blocks taken since then, less those given back. */
long failing_memory_blocks(void);

#endif
