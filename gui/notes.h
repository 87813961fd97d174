/* notes: what was last done to a process or a connection, told in its row.
 * A list's rows are the engine's; what the user did from here is kept beside them, by (PID, start)
 * or by the connection's id, the newest NOTES_MOST of them. One program has one set, as it has one
 * window. Window thread. */
#ifndef STAKEOUT_GUI_NOTES_H
#define STAKEOUT_GUI_NOTES_H

#include "core/base/buffer.h"
#include "core/model/process.h"

#define NOTES_MOST 512

/* A key that no process has. */
static inline struct process_key notes_key_of_connection(uint64_t id)
{
    return (struct process_key){UINT32_MAX, (moment)id};
}

/* Replaces what was told of this process before. Without memory nothing is told. */
void notes_set(struct process_key key, struct text words);
/* Borrowed until the next set or clear; empty: nothing was done to it. */
struct text notes_find(struct process_key key);
void notes_clear(void);

#endif
