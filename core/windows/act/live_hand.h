/* live_hand: what can be done to the processes of this machine (core/act/hand.h).
 * Suspending and resuming are NtSuspendProcess and NtResumeProcess (undocumented, the same since
 * Windows XP; they need PROCESS_SUSPEND_RESUME), whose effect is read back from the suspend counts
 * of the threads (thread class 35, Windows 8.1) or, before that, from their states. Ending is
 * TerminateProcess, and a process is gone when its handle is signalled. One thread at a time. */
#ifndef STAKEOUT_WINDOWS_LIVE_HAND_H
#define STAKEOUT_WINDOWS_LIVE_HAND_H

#include "core/act/hand.h"

struct system_table; /* windows/system.h */

/* This program's own process. */
struct process_key live_hand_self(void);
/* system: NULL for the real one, else borrowed. Owned: hand_free. */
enum status live_hand_new(const struct system_table *system, struct hand **hand);

#endif
