/* handles: every handle of every process that may be read, as rows that arrive one by one.
 * One call lists them all (windows/find/handle_table.h). Each process is opened once, and its start
 * time compared with what the listing of processes said before, so that a handle is never told of
 * somebody else; each handle is copied, with no rights, and the copy asked for its name
 * (windows/find/namer.h). A handle that can't be copied or named is a row all the same and says
 * why. Files are told as "C:\…", keys as "HKLM\…" and "HKU\…", all else as the object manager has
 * it. What the system lists is what was open at one moment; a handle that was closed since and its
 * number given to another object in these milliseconds shows that one's name.
 * Blocks for as long as it takes: not on the window's thread. Any thread. */
#ifndef STAKEOUT_WINDOWS_HANDLES_H
#define STAKEOUT_WINDOWS_HANDLES_H

#include "core/base/progress.h"
#include "core/find/handle_row.h"
#include "core/windows/system.h"

struct handles_scope {
    const uint32_t *pids; /* borrowed */
    size_t count;         /* 0: all processes */
};

/* What became of it. */
struct handles_told {
    uint64_t handles;        /* rows handed out */
    uint64_t names_not_read; /* of those, whose question hung or was not asked for that */
    uint64_t not_copied;     /* … that could not be duplicated, or that lost their process */
    uint32_t not_opened;     /* processes */
};

/* system: NULL for the real calls. Calls the sink from this thread. progress counts handles; its
 * cancel works within 100 ms. ST_CANCELLED also when the sink has enough; ST_UNSUPPORTED where the
 * system does not tell of handles; ST_NO_MEMORY. *told is filled in any case. */
enum status handles_find(const struct system_table *system, const struct handles_scope *scope,
                         const struct handle_sink *sink, struct progress *progress,
                         struct handles_told *told);

#endif
