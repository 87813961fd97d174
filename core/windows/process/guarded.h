/* guarded: which processes the system itself guards.
 * A critical process takes the machine down with it when it is ended; a protected one (Windows 8.1:
 * with its signer; before: only that it is) refuses whoever is not. Wine knows neither: both read
 * "not supported". Any thread. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_GUARDED_H
#define STAKEOUT_WINDOWS_GUARDED_H

#include "core/model/process.h"
#include "core/windows/system.h"

/* 1 or 0. handle has QUERY_LIMITED_INFORMATION, which suffices since Windows 8.1; for older systems
 * the process is opened once more by its PID, with QUERY_INFORMATION. */
struct number_fact guarded_critical(const struct system_table *system, HANDLE handle, uint32_t pid);
/* The byte that core/model/protection.h puts into words; 0: none. handle as above. */
struct number_fact guarded_protection(const struct system_table *system, HANDLE handle);

#endif
