/* live: this machine as a source of observations (core/model/source.h).
 * It asks and translates and decides nothing. A handle is kept to each process whose facts were
 * asked, so that its PID is not given to another and its end can be read after it
 * (windows/process/held.h). What might hang (account names, the service manager, the name cache) is
 * asked on threads of its own and waited for a short time only. The source is driven by one thread
 * at a time; it may be made and freed on another. */
#ifndef STAKEOUT_WINDOWS_LIVE_H
#define STAKEOUT_WINDOWS_LIVE_H

#include "core/model/source.h"

struct system_table; /* windows/system.h */

/* system: NULL for the real one; otherwise borrowed, and static, because threads that hang may
 * still use it after the source was freed. Owned: source_free. */
enum status live_source_new(const struct system_table *system, struct source **source);

#endif
