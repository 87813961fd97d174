/* thread_act: acts on one thread of the live machine (act/thread_hand.h).
 * The thread is opened by its number; its creation time, its owner's PID and, while it is held, its
 * owner's start are compared with what was meant. Suspend counts are read with thread class 35
 * (Windows 8.1); before, SuspendThread's own answer is all there is, and the outcome says so. Any
 * thread. */
#ifndef STAKEOUT_WINDOWS_THREAD_ACT_H
#define STAKEOUT_WINDOWS_THREAD_ACT_H

#include "core/act/thread_hand.h"
#include "core/windows/system.h"

/* system: NULL for the real calls; borrowed by the hand. */
struct thread_hand thread_hand_of(const struct system_table *system);

#endif
