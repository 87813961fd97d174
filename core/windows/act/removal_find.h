/* removal_find: who runs a file, who holds it, and where the registry names it (act/removal.h).
 * Each row is told as it is found. Blocks for seconds: not on the window's thread. */
#ifndef STAKEOUT_WINDOWS_REMOVAL_FIND_H
#define STAKEOUT_WINDOWS_REMOVAL_FIND_H

#include "core/act/removal.h"
#include "core/base/progress.h"

struct system_table; /* windows/system.h */

struct removal_finder {
    const struct system_table *system; /* NULL: the real calls */
    const struct removal_sight *sight;
    const struct snapshot *snapshot; /* of the processes that run */
    struct process_key self;         /* this program, which is not looked into */
    struct removal_lists *lists;     /* filled */
    /* Called with each new row, on this thread; may be NULL. */
    void (*user)(void *context, const struct removal_user *user);
    void (*place)(void *context, const struct removal_place *place);
    void *context;
};

/* Images, modules and handles of all processes. lists->users_end says how it ended; returned, too.
 * progress counts handles; its cancel works within 100 ms. */
enum status removal_find_users(const struct removal_finder *finder, struct progress *progress);
/* The registry, by the file's name, where programs are started from first. progress counts keys. */
enum status removal_find_places(const struct removal_finder *finder, struct progress *progress);

#endif
