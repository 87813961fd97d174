/* clock: the machine's own time for the engine (base/moment.h). Any thread. */
#ifndef STAKEOUT_WINDOWS_CLOCK_H
#define STAKEOUT_WINDOWS_CLOCK_H

#include "core/base/moment.h"

/* UTC and the performance counter. */
struct clock clock_of_system(void);

#endif
