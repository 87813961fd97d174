/* parts_sample: slow facts of a made-up process, for the tests that write them down: three threads
 * of all kinds, two modules, a token, an environment. */
#ifndef STAKEOUT_TESTS_PARTS_SAMPLE_H
#define STAKEOUT_TESTS_PARTS_SAMPLE_H

#include "core/model/process_parts.h"

/* Fresh each time; changed in place by a test. Borrowed until the next call; not to be freed. */
struct process_parts *sample_parts(void);

#endif
