/* listing: all processes of the machine, from the system to the engine's terms.
 * NtQuerySystemInformation (class 5) comes first: one call tells name, parent, start, CPU time,
 * session and the state of every thread of every process, also of those that may not be opened.
 * Toolhelp makes the same call inside and hands on less: no start times, without which a reused PID
 * cannot be told. Where the call is missing (or hidden) Toolhelp is what remains: start and CPU
 * times then come from the handles that are held, and are unknown for what cannot be opened; the
 * state of threads is unknown. In the caller's storage; one thread at a time. Inside core/windows
 * only. */
#ifndef STAKEOUT_WINDOWS_LISTING_H
#define STAKEOUT_WINDOWS_LISTING_H

#include "core/model/source.h"
#include "core/windows/process/class5.h"
#include "core/windows/process/held.h"

#define SESSION_UNKNOWN UINT32_MAX
/* The end of the year 9999. Under Wine the start of a process that is being made lies far beyond
 * it. */
#define LISTING_LAST_MOMENT INT64_C(2650467743999999999)

struct listing {
    const struct system_table *system;
    struct process_seen *rows; /* names lie in `names` */
    uint32_t *sessions;        /* beside the rows */
    size_t count;
    size_t capacity;
    char *names;
    size_t names_size;
    size_t names_capacity;
    struct class5 answer;
    bool no_class5; /* it was refused for good */
};

void listing_init(struct listing *listing, const struct system_table *system);
void listing_done(struct listing *listing);

/* Reads all. Processes whose end was told (held.let_go) are left out; what is held is marked as
 * listed, and without class 5 what is new is opened. On failure the rows are as before. */
enum status listing_read(struct listing *listing, struct held_table *held);
/* Takes out the row at that place. */
void listing_remove(struct listing *listing, size_t place);
/* The row of a PID, or NULL. */
const struct process_seen *listing_find(const struct listing *listing, uint32_t pid);
uint32_t listing_session(const struct listing *listing, const struct process_seen *row);

#endif
