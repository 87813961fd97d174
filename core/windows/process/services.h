/* services: which services a process hosts.
 * The service manager is asked once, and again when a process appears that it started since. It is
 * asked beside the asker (windows/slow.h), who waits a short while: a stuck manager costs one
 * answer, not the watching. In the caller's storage; one thread at a time. Inside core/windows
 * only. */
#ifndef STAKEOUT_WINDOWS_SERVICES_H
#define STAKEOUT_WINDOWS_SERVICES_H

#include "core/model/process.h"
#include "core/windows/system.h"

struct services {
    const struct system_table *system;
    struct slow *asked;   /* a question under way, or NULL */
    struct slow *current; /* the last answer, or NULL */
};

void services_init(struct services *services, const struct system_table *system);
void services_done(struct services *services);

/* "Dhcp, EventLog", or READ_OK and empty: it hosts none. is_child: the service manager may have
 * started it, so an answer from before `start` is no answer. Borrowed until the next call. */
struct text_fact services_find(struct services *services, uint32_t pid, moment start,
                               bool is_child);

#endif
