/* namer: asks objects for their names, on a thread that may be left behind.
 * The question for the name of a synchronous pipe waits until somebody's read of that pipe ends,
 * which may be never. So copies of handles are gathered, and a batch of them is asked on a thread
 * (windows/slow.h) that does nothing but system calls. A question that has not come back after
 * NAMER_WAIT_MS is left behind with its thread, never ended by force (that can leave a lock of the
 * system's held for ever); the rest of the batch goes to a new thread. Files on disks are asked
 * before pipes, since they come back. When NAMER_HANG_OTHERS questions hang in this program, only
 * what lies on a disk or is no file is asked; at NAMER_HANG_MOST, nothing. What hung has until
 * namer_done to answer all the same.
 * In the caller's storage; one thread at a time. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_NAMER_H
#define STAKEOUT_WINDOWS_NAMER_H

#include "core/base/progress.h"
#include "core/find/handle_row.h"
#include "core/windows/nt.h"
#include "core/windows/slow.h"
#include "core/windows/system.h"

#define NAMER_WAIT_MS 100
#define NAMER_BATCH 1024u
#define NAMER_HANG_OTHERS 16u
#define NAMER_HANG_MOST 20u

struct namer_item {
    HANDLE copy; /* in this process */
    bool file;   /* its type is File */
    struct nt_handle handle;
    uint32_t owner; /* the asker's own */
};

struct namer_answer {
    enum handle_naming naming; /* named, nameless, not read, hangs, not asked */
    NTSTATUS status;           /* of not read */
    wchar_t *name;             /* borrowed until the sink returns; it may be changed in place */
    size_t length;
};

struct namer_sink {
    bool (*answer)(void *context, const struct namer_item *item, struct namer_answer *answer);
    void *context; /* borrowed */
};

struct namer {
    const struct system_table *system;
    struct namer_sink sink;
    struct namer_item batch[NAMER_BATCH];
    size_t count;
    struct namer_left {
        struct slow *slow;
        size_t place; /* of what hangs, in its job */
        struct namer_item item;
    } left[NAMER_HANG_MOST];
    size_t left_count;
};

void namer_init(struct namer *namer, const struct system_table *system,
                const struct namer_sink *sink);
/* Closes what was not asked; tells the sink nothing. */
void namer_drop(struct namer *namer);

/* The copy is handed over. A full batch is asked at once: then ST_CANCELLED (by progress, or by a
 * sink that has enough) and ST_NO_MEMORY can come back, and the search should end. */
enum status namer_add(struct namer *namer, const struct namer_item *item,
                      const struct progress *progress);
/* Asks the rest, and tells of what hung. */
enum status namer_finish(struct namer *namer, const struct progress *progress);
/* Questions that hang in this program now. */
unsigned namer_hanging(void);

#endif
