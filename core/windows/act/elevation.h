/* elevation: this program started anew as administrator, by the system's own question.
 * What it takes is a table, so that a test plays the system and the user. */
#ifndef STAKEOUT_WINDOWS_ELEVATION_H
#define STAKEOUT_WINDOWS_ELEVATION_H

#include "core/base/text.h"
#include "core/model/process.h"

struct elevation {
    bool elevated; /* there is nothing more to get */
    /* Starts this program's file with these arguments (act/handover.h) and an administrator's
     * rights; owner: the window (HWND) that asks, or NULL. Blocks while the user is asked: not on
     * the window's thread. ST_CANCELLED: the user declined. failure may be NULL. */
    enum status (*start)(void *context, void *owner, struct text arguments,
                         struct failure *failure);
    void *context; /* borrowed */
};

struct elevation elevation_of_system(void);

/* Waits until a process has ended, at most so many ms. True: it has, or it can't be asked. */
bool elevation_wait_for(struct process_key key, uint32_t ms);

#endif
