/* wait_timer: waits of a few milliseconds that are not rounded up to the system's tick.
 * A plain wait ends with the next tick, every 15.6 ms: too coarse for a round every 25 ms. A
 * high-resolution timer (Windows 10 1803) ends in time and costs nothing when it is not used; where
 * it is missing, the tick is raised to 1 ms, and only while waits are short, because that costs the
 * whole machine power. In the caller's storage; one thread at a time. */
#ifndef STAKEOUT_WINDOWS_WAIT_TIMER_H
#define STAKEOUT_WINDOWS_WAIT_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#define WAIT_FOR_EVER UINT32_MAX

struct wait_timer {
    void *timer;                             /* HANDLE, or NULL */
    uint32_t(__stdcall *raise)(uint32_t ms); /* timeBeginPeriod, or NULL */
    uint32_t(__stdcall *lower)(uint32_t ms);
    bool raised;
};

void wait_timer_init(struct wait_timer *timer);
void wait_timer_done(struct wait_timer *timer);

/* Waits until the event (a HANDLE) is signalled or `ms` are over. Whether it was the event. */
bool wait_timer_wait(struct wait_timer *timer, void *event, uint32_t ms);

#endif
