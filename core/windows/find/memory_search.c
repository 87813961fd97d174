#include "core/windows/find/memory_search.h"

#include <windows.h>

#include "core/windows/find/memory_source.h"

struct run {
    const struct memory_search *search;
    const struct process_facts *facts; /* of the process that is searched */
};

static enum status found(void *context, const struct memory_hit *hit)
{
    const struct run *run = context;

    return run->search->found(run->search->context, run->facts, hit);
}

static bool is_wanted(const struct memory_search *search, const struct process_row *row)
{
    uint32_t pid = row->facts->key.pid;

    /* Idle is no process; this one holds what it looks for. */
    if (row->ended || !pid || pid == GetCurrentProcessId())
        return false;
    for (size_t i = 0; i < search->pid_count; i++)
        if (search->pids[i] == pid)
            return true;
    return !search->pid_count;
}

static enum status search_one(struct run *run, struct memory_told *told)
{
    const struct memory_search *search = run->search;
    struct memory_source *source = NULL;
    enum status status = memory_source_open(NULL, run->facts->key, &source);

    if (status == ST_NO_MEMORY)
        return status;
    if (status != ST_OK) {
        told->gone += status == ST_GONE;
        told->refused += status != ST_GONE;
        if (search->refused)
            search->refused(search->context, run->facts, status);
        return ST_OK;
    }
    const struct region_reader reader = memory_source_reader(source);
    const struct scan_sink sink = {.context = run, .found = found};
    status = scan_run(search->scan, &reader, search->progress, &sink, &told->totals);
    memory_source_close(source);
    told->searched++;
    told->gone += status == ST_GONE;
    return status == ST_GONE ? ST_OK : status;
}

enum status memory_search_run(const struct memory_search *search, struct memory_told *told)
{
    const struct snapshot *snapshot = search->snapshot;
    struct run run = {.search = search};
    enum status status = ST_OK;
    uint64_t total = 0;
    uint64_t done = 0;

    *told = (struct memory_told){0};
    for (uint32_t i = 0; i < snapshot->process_count; i++)
        total += is_wanted(search, &snapshot->processes[i]);
    progress_tell(search->processes, 0, total);
    for (uint32_t i = 0; i < snapshot->process_count && status == ST_OK; i++) {
        if (!is_wanted(search, &snapshot->processes[i]))
            continue;
        if (progress_cancelled(search->progress))
            return ST_CANCELLED;
        run.facts = snapshot->processes[i].facts;
        status = search_one(&run, told);
        progress_tell(search->processes, ++done, total);
    }
    return status;
}
