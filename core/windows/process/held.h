/* held: the handles that the live source keeps, one for each process that it tells of.
 * While a handle is open its PID can't be given to another process, and the exit time and code can
 * still be read after death. So a PID has at most one entry. An entry without a handle (not allowed
 * to open it) only remembers what it was. An entry that was let go of stays, without its handle,
 * for as long as the system still lists the dead process (somebody else holds a handle), so that it
 * is not taken for a new one. In the caller's storage; one thread at a time. Inside core/windows
 * only. */
#ifndef STAKEOUT_WINDOWS_HELD_H
#define STAKEOUT_WINDOWS_HELD_H

#include "core/base/index.h"
#include "core/model/process.h"
#include "core/windows/system.h"

/* More processes than this are told of, but not held. */
#define HELD_MOST 16384

struct held {
    struct process_key key;
    HANDLE handle;     /* NULL: none */
    DWORD open_error;  /* why there is none */
    uint32_t unlisted; /* listings in a row that did not have it */
    bool ended;        /* the handle is signalled */
    bool let_go;       /* its end was told: not to be listed again */
    bool listed;       /* in the listing that is being read */
    bool told;         /* its facts were asked */
};

struct held_table {
    const struct system_table *system;
    struct held *entries; /* dense, in no order */
    size_t count;
    size_t capacity;
    struct index index; /* by PID */
};

void held_init(struct held_table *table, const struct system_table *system);
void held_done(struct held_table *table); /* closes all */

/* Pointers to entries are borrowed until the next held_open, held_drop or held_listed. */
struct held *held_find(const struct held_table *table, uint32_t pid);
/* Opens the process with the least rights that tell when it ends, and makes an entry of it, with a
 * handle or with open_error; its key has the start time that the handle tells, or 0. NULL when
 * there is no memory. An entry of that PID must not be there. */
struct held *held_open(struct held_table *table, uint32_t pid);
void held_drop(struct held_table *table, struct held *entry);

/* Asks all handles, 64 at a time and without waiting, which processes have ended. */
void held_poll(struct held_table *table);
/* Around a listing: before it, nothing is listed; after it, entries that are long gone are dropped.
 */
void held_listing_begins(struct held_table *table);
void held_listing_ended(struct held_table *table);

/* Create, exit and processor times of a handle; false when the system won't tell. */
bool held_times(const struct system_table *system, HANDLE handle, moment *start, moment *end,
                int64_t *cpu);

#endif
