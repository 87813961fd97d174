/* names: which names this machine has resolved to which addresses, without asking the network.
 * From the DNS client's cache (an undocumented call, looked up at run time: it may be missing,
 * refuse, or answer nothing) and from the hosts file. The call lists names and types only; the
 * addresses of what is new since the last time are asked of the cache one by one, with the flag
 * that forbids the wire. All of it runs beside the asker (windows/slow.h), who never waits long: an
 * answer that comes late is there the next time. Names that lead to this machine or nowhere
 * (127.0.0.1, 0.0.0.0: how block lists are written) are left out, or every local connection would
 * bear them. In the caller's storage; one thread at a time. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_NAMES_H
#define STAKEOUT_WINDOWS_NAMES_H

#include "core/model/source.h"
#include "core/windows/system.h"

struct names {
    const struct system_table *system;
    struct slow *asked;   /* under way, or NULL */
    struct slow *current; /* the last answer, or NULL */
};

void names_init(struct names *names, const struct system_table *system);
void names_done(struct names *names);

/* Rows are borrowed until the next call. */
enum status names_read(struct names *names, struct name_table *table);

#endif
