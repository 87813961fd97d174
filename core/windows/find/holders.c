#include "core/windows/find/holders.h"

#include <windows.h>

#include "core/windows/find/loaded.h"

struct search {
    const struct term *term;
    const struct handle_sink *sink;
    const struct progress *progress;
    struct holders_told *told;
    enum status status; /* why no more rows are wanted */
};

static bool take(void *context, const struct handle_row *row)
{
    struct search *search = context;
    size_t from = 0;
    size_t size;

    if (row->kind == HANDLE_MODULE && row->naming == HANDLE_NOT_READ)
        search->told->modules_not_read++;
    if (row->kind != HANDLE_OPEN && progress_cancelled(search->progress)) {
        search->status = ST_CANCELLED;
        return false;
    }
    if (search->term) {
        if (row->naming != HANDLE_NAMED)
            return true;
        enum status status = term_matches(search->term, row->name, &from, &size);
        if (status == ST_NOT_FOUND)
            return true;
        search->status = status;
        if (status != ST_OK)
            return false;
    }
    if (search->sink->row(search->sink->context, row))
        return true;
    search->status = ST_CANCELLED;
    return false;
}

static bool is_in(const struct handles_scope *scope, uint32_t pid)
{
    for (size_t i = 0; i < scope->count; i++)
        if (scope->pids[i] == pid)
            return true;
    return !scope->count;
}

static enum status find_loaded(const struct search *search, const struct snapshot *snapshot,
                               const struct handles_scope *scope, const struct handle_sink *sink)
{
    struct parts_reader *reader = NULL;
    enum status status = parts_reader_new(NULL, &reader);

    for (uint32_t i = 0; i < snapshot->process_count && status == ST_OK; i++) {
        const struct process_row *row = &snapshot->processes[i];
        uint32_t pid = row->facts->key.pid;
        if (progress_cancelled(search->progress))
            status = ST_CANCELLED;
        else if (!row->ended && pid && pid != GetCurrentProcessId() && is_in(scope, pid))
            status = loaded_find(reader, row->facts, sink);
    }
    parts_reader_free(reader);
    return status;
}

enum status holders_find(const struct snapshot *snapshot, const struct handles_scope *scope,
                         const struct term *term, const struct handle_sink *sink,
                         struct progress *progress, struct holders_told *told)
{
    struct search search = {term, sink, progress, told, ST_OK};
    const struct handle_sink taker = {take, &search};

    *told = (struct holders_told){0};
    enum status status = find_loaded(&search, snapshot, scope, &taker);
    if (status == ST_OK)
        status = handles_find(NULL, scope, &taker, progress, &told->handles);
    return status == ST_CANCELLED && search.status != ST_OK ? search.status : status;
}
