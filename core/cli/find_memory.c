/* find memory: a term, or a whole watchlist, in the memory of processes. */
#include <windows.h>

#include "core/case/ecs_memory.h"
#include "core/cli/cancel.h"
#include "core/cli/find.h"
#include "core/cli/lists.h"
#include "core/cli/look.h"
#include "core/cli/text/show_memory.h"
#include "core/windows/memory_source.h"

#define LINE_CEILING ((size_t)1 << 20)

struct memory_search {
    const struct arguments *arguments;
    const struct watchlist *list;
    const struct term *term;
    struct scan *scan;
    const struct snapshot *snapshot;
    struct progress progress;
    struct scan_totals totals;
    const struct process_facts *facts; /* of the process that is searched */
    uint64_t printed;
    uint32_t searched;
    uint32_t refused; /* processes */
    uint32_t gone;
    bool enough; /* --limit was reached */
    bool output_lost;
    bool trouble;
};

static enum status print_hit(void *context, const struct memory_hit *hit)
{
    struct memory_search *search = context;
    struct buffer out;
    buffer_init(&out, LINE_CEILING);
    if (search->arguments->json)
        ecs_add_memory_hit(&out, search->facts, search->list, hit);
    else
        show_memory_hit(&out, search->facts, search->list, hit);
    buffer_add_byte(&out, '\n');
    enum status status = out.failed;
    if (status == ST_OK && !console_write(buffer_text(&out))) {
        search->output_lost = true;
        status = ST_CANCELLED;
    }
    buffer_done(&out);
    if (status == ST_OK && ++search->printed == search->arguments->limit) {
        search->enough = true;
        status = ST_CANCELLED;
    }
    return status;
}

static bool is_wanted(const struct memory_search *search, uint32_t pid)
{
    const struct words *pids = &search->arguments->pids;
    if (pid == GetCurrentProcessId())
        return false; /* it holds what it looks for */
    for (size_t i = 0; i < pids->count; i++) {
        uint64_t number = 0;
        if (text_number(pids->items[i], UINT32_MAX, &number) && number == pid)
            return true;
    }
    return !pids->count;
}

/* That one process can't be searched: said of those that were asked for, counted of all others. */
static void refuse(struct memory_search *search, enum status status)
{
    search->refused++;
    if (!search->arguments->pids.count)
        return;
    struct buffer name;
    buffer_init(&name, LINE_CEILING);
    buffer_add_unsigned(&name, search->facts->key.pid);
    SAY(text_of("can't read the memory of "), buffer_text(&name), text_of(": "),
        text_from(status_phrase(status)));
    buffer_done(&name);
    search->trouble = true;
}

static enum status search_one(struct memory_search *search)
{
    struct memory_source *source = NULL;
    enum status status = memory_source_open(NULL, search->facts->key, &source);
    if (status == ST_NO_MEMORY)
        return status;
    if (status == ST_GONE && !search->arguments->pids.count) {
        search->gone++;
        return ST_OK;
    }
    if (status != ST_OK) {
        refuse(search, status);
        return ST_OK;
    }
    const struct region_reader reader = memory_source_reader(source);
    const struct scan_sink sink = {.context = search, .found = print_hit};
    status = scan_run(search->scan, &reader, &search->progress, &sink, &search->totals);
    memory_source_close(source);
    search->searched++;
    if (status == ST_GONE)
        search->gone++;
    return status == ST_GONE ? ST_OK : status;
}

static enum status search_all(struct memory_search *search)
{
    enum status status = ST_OK;
    for (uint32_t i = 0; i < search->snapshot->process_count && status == ST_OK; i++) {
        const struct process_row *row = &search->snapshot->processes[i];
        /* Idle is no process. */
        if (row->ended || !row->facts->key.pid || !is_wanted(search, row->facts->key.pid))
            continue;
        search->facts = row->facts;
        status = search_one(search);
    }
    return status;
}

/* PIDs that nobody has. */
static void say_missing(struct memory_search *search)
{
    const struct words *pids = &search->arguments->pids;
    for (size_t i = 0; i < pids->count; i++) {
        uint64_t pid = 0;
        if (!text_number(pids->items[i], UINT32_MAX, &pid))
            continue;
        if (pid == GetCurrentProcessId()) {
            SAY(text_of("this program is not searched: it holds what it looks for"));
            search->trouble = true;
        } else if (snapshot_process_by_pid(search->snapshot, (uint32_t)pid) == NO_ROW) {
            SAY(text_of("there is no process "), pids->items[i]);
            search->trouble = true;
        }
    }
}

static void say_end(const struct memory_search *search)
{
    const struct scan_totals *totals = &search->totals;
    struct buffer line;
    buffer_init(&line, LINE_CEILING);
    buffer_add_unsigned(&line, search->printed);
    buffer_add_string(&line, search->printed == 1 ? " place in " : " places in ");
    show_memory_size(&line, totals->read);
    buffer_add_string(&line, " of ");
    buffer_add_unsigned(&line, search->searched);
    buffer_add_string(&line, search->searched == 1 ? " process" : " processes");
    if (totals->not_read) {
        buffer_add_string(&line, "; ");
        show_memory_size(&line, totals->not_read);
        buffer_add_string(&line, " not read");
    }
    if (search->refused) {
        buffer_add_string(&line, "; ");
        buffer_add_unsigned(&line, search->refused);
        buffer_add_string(&line, search->refused == 1 ? " process" : " processes");
        buffer_add_string(&line, " not read");
    }
    if (search->gone) {
        buffer_add_string(&line, "; ");
        buffer_add_unsigned(&line, search->gone);
        buffer_add_string(&line, " ended meanwhile");
    }
    SAY(buffer_text(&line));
    buffer_done(&line);
}

static bool make_ready(struct memory_search *search)
{
    const struct arguments *arguments = search->arguments;
    enum status partly = ST_OK;
    if (arguments->lists.count) {
        search->list = lists_build(arguments);
        if (!search->list)
            return false; /* which was said */
    }
    enum status status = scan_new(search->term, search->list, &search->scan);
    if (status == ST_OK)
        status = look(NULL, ROUND_PROCESSES, &search->snapshot, &partly);
    const struct failure failure = {.status = status};
    if (status != ST_OK)
        say_failure(text_of("can't search memory"), &failure);
    return status == ST_OK;
}

static enum exit_status run(struct memory_search *search)
{
    say_missing(search);
    enum status status = search_all(search);
    if (search->output_lost)
        return console_lost();
    say_end(search);
    return find_ending(status, search->enough, search->trouble, search->printed);
}

enum exit_status find_memory(const struct arguments *arguments, const struct term *term)
{
    struct memory_search search = {.arguments = arguments, .term = term};
    search.progress.cancel = cancel_on_control();
    enum exit_status result = make_ready(&search) ? run(&search) : EXIT_TROUBLE;
    scan_free(search.scan);
    snapshot_release(search.snapshot);
    watchlist_release(search.list);
    return result;
}
