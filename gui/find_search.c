#include "gui/find_search.h"

#include "core/base/memory.h"
#include "core/windows/file/explorer.h"
#include "core/windows/registry/regedit.h"

struct search {
    struct find_wish wish;
    atomic_bool cancel;
    struct progress progress;
    struct progress processes;
    SRWLOCK lock; /* of the batch and the two below */
    struct found_batch *batch;
    uint32_t taken;
    size_t taken_size; /* bytes */
    struct find_told told;
    enum status status; /* why a sink wanted no more */
};

/* --- on the thread --- */

/* Makes sure that there is a batch with room for another row. Under the lock. */
static enum status prepare(struct search *search)
{
    if (!search->batch)
        search->batch = found_batch_new();
    if (!search->batch)
        return ST_NO_MEMORY;
    search->told.full = search->taken + found_batch_count(search->batch) >= FOUND_MOST ||
                        search->taken_size + found_batch_size(search->batch) >= FOUND_SIZE_MOST;
    return search->told.full ? ST_TOO_LARGE : ST_OK;
}

static bool take_handle(void *context, const struct handle_row *row)
{
    struct search *search = context;

    AcquireSRWLockExclusive(&search->lock);
    search->status = prepare(search);
    if (search->status == ST_OK)
        search->status = found_keep_handle(search->batch, row);
    ReleaseSRWLockExclusive(&search->lock);
    return search->status == ST_OK;
}

static enum status take_hit(void *context, const struct process_facts *facts,
                            const struct memory_hit *hit)
{
    struct search *search = context;

    AcquireSRWLockExclusive(&search->lock);
    search->status = prepare(search);
    if (search->status == ST_OK)
        search->status = found_keep_memory(search->batch, facts, hit);
    ReleaseSRWLockExclusive(&search->lock);
    return search->status;
}

struct registry_run {
    struct search *search;
    struct registry_search terms;
};

static bool take_finding(struct registry_run *run, enum status status,
                         const struct registry_finding *finding)
{
    struct search *search = run->search;

    search->status = status;
    if (status != ST_OK || finding->where == REGISTRY_NOWHERE)
        return status == ST_OK;
    AcquireSRWLockExclusive(&search->lock);
    search->status = prepare(search);
    if (search->status == ST_OK)
        search->status = found_keep_registry(search->batch, finding);
    ReleaseSRWLockExclusive(&search->lock);
    return search->status == ST_OK;
}

static bool take_key(void *context, const struct registry_key *key)
{
    struct registry_run *run = context;
    struct registry_finding finding = {0};

    return take_finding(run, registry_search_key(&run->terms, key, &finding), &finding);
}

static bool take_value(void *context, const struct registry_key *key,
                       const struct registry_value *value)
{
    struct registry_run *run = context;
    struct registry_finding finding = {0};

    return take_finding(run, registry_search_value(&run->terms, key, value, &finding), &finding);
}

static enum status run_holders(struct search *search)
{
    const struct find_wish *wish = &search->wish;
    const struct handles_scope scope = {wish->pids, wish->pid_count};
    const struct handle_sink sink = {take_handle, search};

    return wish->system->holders(wish->system->context, wish->snapshot, &scope, wish->term, &sink,
                                 &search->progress, &search->told.holders);
}

static enum status run_registry(struct search *search)
{
    const struct find_wish *wish = &search->wish;
    struct registry_run run = {.search = search};
    const struct registry_visitor visitor = {.key = take_key, .value = take_value, .context = &run};

    registry_search_init(&run.terms, wish->term);
    enum status status = wish->system->registry_walk(wish->system->context, &visitor,
                                                     &search->progress, &search->told.registry);
    registry_search_done(&run.terms);
    return status;
}

static enum status run_memory(struct search *search)
{
    const struct find_wish *wish = &search->wish;
    struct memory_search memory = {
        .snapshot = wish->snapshot,
        .pids = wish->pids,
        .pid_count = wish->pid_count,
        .found = take_hit,
        .context = search,
        .progress = &search->progress,
        .processes = &search->processes,
    };
    enum status status = scan_new(wish->term, wish->watchlist, &memory.scan);

    if (status == ST_OK)
        status = wish->system->memory_search(wish->system->context, &memory, &search->told.memory);
    scan_free(memory.scan);
    return status;
}

static void run(void *data, const atomic_bool *cancel)
{
    static enum status (*const runs[FOUND_KINDS])(struct search *) = {run_holders, run_registry,
                                                                      run_memory};
    struct search *search = data;

    (void)cancel; /* find_search_leave sets both */
    enum status status = runs[search->wish.kind](search);
    search->told.status =
        search->status != ST_OK && !progress_cancelled(&search->progress) ? search->status : status;
}

static void dispose(void *data)
{
    struct search *search = data;

    found_batch_free(search->batch);
    term_free(search->wish.term);
    memory_give(search->wish.pids);
    snapshot_release(search->wish.snapshot);
    watchlist_release(search->wish.watchlist);
    memory_give(search);
}

/* --- the window's side --- */

struct worker *find_search_start(const struct find_wish *wish, HWND window, UINT message)
{
    static const struct worker_class class = {run, dispose};
    struct search *search = memory_take(sizeof *search);

    if (!search) {
        term_free(wish->term);
        memory_give(wish->pids);
        snapshot_release(wish->snapshot);
        watchlist_release(wish->watchlist);
        return NULL;
    }
    search->wish = *wish;
    atomic_init(&search->cancel, false);
    search->progress.cancel = &search->cancel;
    InitializeSRWLock(&search->lock);
    return worker_start(&class, search, window, message);
}

void find_search_cancel(struct worker *worker)
{
    struct search *search = worker_data(worker);

    atomic_store(&search->cancel, true);
}

void find_search_leave(struct worker *worker)
{
    if (worker)
        find_search_cancel(worker);
    worker_release(worker);
}

struct found_batch *find_search_take(struct worker *worker)
{
    struct search *search = worker_data(worker);

    AcquireSRWLockExclusive(&search->lock);
    struct found_batch *batch = search->batch;
    search->batch = NULL;
    if (batch) {
        search->taken += found_batch_count(batch);
        search->taken_size += found_batch_size(batch);
    }
    ReleaseSRWLockExclusive(&search->lock);
    return batch;
}

struct find_progress find_search_progress(const struct worker *worker)
{
    struct search *search = worker_data(worker);

    return (struct find_progress){
        .done = atomic_load(&search->progress.done),
        .total = atomic_load(&search->progress.total),
        .processes = atomic_load(&search->processes.done),
        .process_total = atomic_load(&search->processes.total),
    };
}

const struct find_told *find_search_told(const struct worker *worker)
{
    const struct search *search = worker_data(worker);

    return &search->told;
}

/* --- the live system --- */

static enum status live_holders(void *context, const struct snapshot *snapshot,
                                const struct handles_scope *scope, const struct term *term,
                                const struct handle_sink *sink, struct progress *progress,
                                struct holders_told *told)
{
    (void)context;
    return holders_find(snapshot, scope, term, sink, progress, told);
}

static enum status live_walk(void *context, const struct registry_visitor *visitor,
                             struct progress *progress, struct registry_counts *counts)
{
    (void)context;
    return registry_walk(NULL, text_of(""), visitor, progress, counts);
}

static enum status live_memory(void *context, const struct memory_search *search,
                               struct memory_told *told)
{
    (void)context;
    return memory_search_run(search, told);
}

static void live_close(void *context, const struct act_log *log, const struct handle_row *row,
                       struct handle_close_result *result)
{
    (void)context;
    handle_close(NULL, log, row, result);
}

static enum status live_export(void *context, const struct registry_target *target,
                               struct progress *progress, struct buffer *out,
                               struct registry_result *result)
{
    (void)context;
    return registry_export(NULL, target, progress, out, result);
}

static void live_delete(void *context, const struct registry_target *target, struct text folder,
                        const struct act_log *log, struct progress *progress,
                        struct registry_result *result)
{
    (void)context;
    registry_delete(NULL, target, folder, log, progress, result);
}

static enum status live_show(void *context, struct text path, struct failure *failure)
{
    (void)context;
    return explorer_show(path, failure);
}

static enum status live_regedit(void *context, struct text key, struct failure *failure)
{
    (void)context;
    return regedit_show(key, failure);
}

const struct find_system *find_system_live(void)
{
    static const struct find_system live = {
        .holders = live_holders,
        .registry_walk = live_walk,
        .memory_search = live_memory,
        .handle_close = live_close,
        .registry_export = live_export,
        .registry_delete = live_delete,
        .explorer_show = live_show,
        .regedit_show = live_regedit,
    };

    return &live;
}
