/* find_search: one search of the Find window, beside the window's thread.
 * What it finds gathers in a batch (find/found.h) until the window takes it. Who searches is a
 * table of functions, so that tests play a made-up machine; the live one asks the engine. */
#ifndef STAKEOUT_GUI_FIND_SEARCH_H
#define STAKEOUT_GUI_FIND_SEARCH_H

#include <windows.h>

#include "core/find/found.h"
#include "core/windows/find/handle_close.h"
#include "core/windows/find/holders.h"
#include "core/windows/find/memory_search.h"
#include "core/windows/registry/registry_edit.h"
#include "core/windows/registry/registry_walk.h"
#include "gui/worker.h"

/* Called on any thread, on several at a time. */
struct find_system {
    /* As holders_find of core/windows/find/holders.h; the others are named as what they are like.
     */
    enum status (*holders)(void *context, const struct snapshot *snapshot,
                           const struct handles_scope *scope, const struct term *term,
                           const struct handle_sink *sink, struct progress *progress,
                           struct holders_told *told);
    enum status (*registry_walk)(void *context, const struct registry_visitor *visitor,
                                 struct progress *progress, struct registry_counts *counts);
    enum status (*memory_search)(void *context, const struct memory_search *search,
                                 struct memory_told *told);
    void (*handle_close)(void *context, const struct act_log *log, const struct handle_row *row,
                         struct handle_close_result *result);
    enum status (*registry_export)(void *context, const struct registry_target *target,
                                   struct progress *progress, struct buffer *out,
                                   struct registry_result *result);
    void (*registry_delete)(void *context, const struct registry_target *target, struct text folder,
                            const struct act_log *log, struct progress *progress,
                            struct registry_result *result);
    enum status (*explorer_show)(void *context, struct text path, struct failure *failure);
    enum status (*regedit_show)(void *context, struct text key, struct failure *failure);
    void *context; /* borrowed */
};

/* Static. */
const struct find_system *find_system_live(void);

struct find_wish {
    const struct find_system *system; /* borrowed, static */
    enum found_kind kind;
    struct term *term; /* NULL: of handles all; of memory the watchlist alone */
    uint32_t *pids;    /* memory_take; NULL and 0: all */
    size_t pid_count;
    const struct snapshot *snapshot;   /* a reference */
    const struct watchlist *watchlist; /* a reference; NULL: none is looked for */
};

/* How it ended. */
struct find_told {
    enum status status;
    bool full; /* there was more than is kept */
    struct holders_told holders;
    struct registry_counts registry;
    struct memory_told memory;
};

/* How far it is; what is not known is 0. */
struct find_progress {
    uint64_t done; /* handles, keys, or bytes */
    uint64_t total;
    uint64_t processes; /* of a search in memory: behind us, of so many */
    uint64_t process_total;
};

/* All that the wish holds is handed over, also on failure; `message` is posted when it is over.
 * NULL: no memory. worker_release does not wait. */
struct worker *find_search_start(const struct find_wish *wish, HWND window, UINT message);
/* Asks it to stop: the message comes as always. */
void find_search_cancel(struct worker *worker);
/* Ends it without a message. NULL is fine. */
void find_search_leave(struct worker *worker);
/* What gathered since the last time, owned; NULL: nothing. */
struct found_batch *find_search_take(struct worker *worker);
struct find_progress find_search_progress(const struct worker *worker);
/* Once the message is there. Borrowed from the worker. */
const struct find_told *find_search_told(const struct worker *worker);

#endif
