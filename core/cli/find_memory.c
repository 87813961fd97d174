/* find memory: a term, or a whole watchlist, in the memory of processes. */
#include <windows.h>

#include "core/base/memory.h"
#include "core/case/ecs_memory.h"
#include "core/cli/cancel.h"
#include "core/cli/find.h"
#include "core/cli/lists.h"
#include "core/cli/look.h"
#include "core/cli/text/show_memory.h"
#include "core/windows/find/memory_search.h"

#define LINE_CEILING ((size_t)1 << 20)

struct memory_search_out {
    const struct arguments *arguments;
    const struct watchlist *list;
    const struct term *term;
    struct scan *scan;
    const struct snapshot *snapshot;
    struct progress progress;
    struct memory_told told;
    uint32_t *pids;
    size_t pid_count;
    uint64_t printed;
    bool enough; /* --limit was reached */
    bool output_lost;
    bool trouble;
};

static enum status print_hit(void *context, const struct process_facts *facts,
                             const struct memory_hit *hit)
{
    struct memory_search_out *search = context;
    struct buffer out;
    buffer_init(&out, LINE_CEILING);
    if (search->arguments->json)
        ecs_add_memory_hit(&out, facts, search->list, hit);
    else
        show_memory_hit(&out, facts, search->list, hit);
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

/* That one process can't be searched: said of those that were asked for, counted of all others. */
static void refuse(void *context, const struct process_facts *facts, enum status why)
{
    struct memory_search_out *search = context;
    if (!search->arguments->pids.count)
        return;
    struct buffer name;
    buffer_init(&name, LINE_CEILING);
    buffer_add_unsigned(&name, facts->key.pid);
    SAY(text_of("can't read the memory of "), buffer_text(&name), text_of(": "),
        text_from(status_phrase(why)));
    buffer_done(&name);
    search->trouble = true;
}

/* Numbers that were checked before. False: no memory. */
static bool take_pids(struct memory_search_out *search)
{
    const struct words *words = &search->arguments->pids;
    search->pids = memory_take_array(words->count + 1, sizeof *search->pids);
    for (size_t i = 0; search->pids && i < words->count; i++) {
        uint64_t number = 0;
        if (text_number(words->items[i], UINT32_MAX, &number))
            search->pids[search->pid_count++] = (uint32_t)number;
    }
    return search->pids != NULL;
}

static enum status search_all(struct memory_search_out *search)
{
    const struct memory_search all = {
        .scan = search->scan,
        .snapshot = search->snapshot,
        .pids = search->pids,
        .pid_count = search->pid_count,
        .found = print_hit,
        .refused = refuse,
        .context = search,
        .progress = &search->progress,
    };
    return memory_search_run(&all, &search->told);
}

/* PIDs that nobody has. */
static void say_missing(struct memory_search_out *search)
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

static void say_end(const struct memory_search_out *search)
{
    const struct scan_totals *totals = &search->told.totals;
    struct buffer line;
    buffer_init(&line, LINE_CEILING);
    buffer_add_unsigned(&line, search->printed);
    buffer_add_string(&line, search->printed == 1 ? " place in " : " places in ");
    show_memory_size(&line, totals->read);
    buffer_add_string(&line, " of ");
    buffer_add_unsigned(&line, search->told.searched);
    buffer_add_string(&line, search->told.searched == 1 ? " process" : " processes");
    if (totals->not_read) {
        buffer_add_string(&line, "; ");
        show_memory_size(&line, totals->not_read);
        buffer_add_string(&line, " not read");
    }
    if (search->told.refused) {
        buffer_add_string(&line, "; ");
        buffer_add_unsigned(&line, search->told.refused);
        buffer_add_string(&line, search->told.refused == 1 ? " process" : " processes");
        buffer_add_string(&line, " not read");
    }
    if (search->told.gone) {
        buffer_add_string(&line, "; ");
        buffer_add_unsigned(&line, search->told.gone);
        buffer_add_string(&line, " ended meanwhile");
    }
    SAY(buffer_text(&line));
    buffer_done(&line);
}

static bool make_ready(struct memory_search_out *search)
{
    const struct arguments *arguments = search->arguments;
    enum status partly = ST_OK;
    if (arguments->lists.count) {
        search->list = lists_build(arguments);
        if (!search->list)
            return false; /* which was said */
    }
    enum status status = take_pids(search) ? ST_OK : ST_NO_MEMORY;
    if (status == ST_OK)
        status = scan_new(search->term, search->list, &search->scan);
    if (status == ST_OK)
        status = look(NULL, ROUND_PROCESSES, &search->snapshot, &partly);
    const struct failure failure = {.status = status};
    if (status != ST_OK)
        say_failure(text_of("can't search memory"), &failure);
    return status == ST_OK;
}

static enum exit_status run(struct memory_search_out *search)
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
    struct memory_search_out search = {.arguments = arguments, .term = term};
    search.progress.cancel = cancel_on_control();
    enum exit_status result = make_ready(&search) ? run(&search) : EXIT_TROUBLE;
    scan_free(search.scan);
    snapshot_release(search.snapshot);
    watchlist_release(search.list);
    memory_give(search.pids);
    return result;
}
