/* find handles: who holds it open, has it loaded, runs it, or names it on its command line. */
#include <windows.h>

#include "core/base/memory.h"
#include "core/case/ecs_handle.h"
#include "core/cli/cancel.h"
#include "core/cli/find.h"
#include "core/cli/look.h"
#include "core/cli/text/visible.h"
#include "core/windows/holders.h"

#define LINE_CEILING ((size_t)1 << 20)

struct handle_search {
    const struct arguments *arguments;
    const struct term *term;
    const struct snapshot *snapshot;
    uint32_t *pids;
    size_t pid_count;
    struct progress progress;
    struct holders_told told;
    uint64_t printed;
    enum status status; /* why a sink wanted no more */
    bool enough;
    bool output_lost;
};

static void show_row(struct buffer *out, const struct handle_row *row)
{
    visible_add(out, row->process_name);
    buffer_add_string(out, " (");
    buffer_add_unsigned(out, row->process.pid);
    buffer_add_string(out, "): ");
    if (row->kind == HANDLE_OPEN) {
        visible_add(out, row->type);
        buffer_add_byte(out, ' ');
        handle_row_add_hex(out, row->value);
    } else {
        buffer_add_string(out, handle_kind_word(row->kind));
    }
    buffer_add_string(out, ": ");
    visible_add(out, row->name);
}

static bool print_row(struct handle_search *search, const struct handle_row *row)
{
    struct buffer out;
    buffer_init(&out, LINE_CEILING);
    if (search->arguments->json)
        ecs_add_handle(&out, row);
    else
        show_row(&out, row);
    buffer_add_byte(&out, '\n');
    search->status = out.failed;
    search->output_lost = out.failed == ST_OK && !console_write(buffer_text(&out));
    buffer_done(&out);
    if (search->status != ST_OK || search->output_lost)
        return false;
    search->enough = ++search->printed == search->arguments->limit;
    return !search->enough;
}

static bool take_row(void *context, const struct handle_row *row)
{
    return print_row(context, row);
}

static enum status find_all(struct handle_search *search)
{
    const struct handle_sink sink = {take_row, search};
    const struct handles_scope scope = {search->pids, search->pid_count};
    enum status status = holders_find(search->snapshot, &scope, search->term, &sink,
                                      &search->progress, &search->told);
    return status == ST_CANCELLED && search->status != ST_OK ? search->status : status;
}

static void add_count(struct buffer *line, uint64_t count, const char *what)
{
    if (!count)
        return;
    buffer_add_string(line, "; ");
    buffer_add_unsigned(line, count);
    buffer_add_string(line, what);
}

static void say_end(const struct handle_search *search)
{
    struct buffer line;
    buffer_init(&line, LINE_CEILING);
    buffer_add_unsigned(&line, search->printed);
    buffer_add_string(&line, " found; ");
    buffer_add_unsigned(&line, search->told.handles.handles);
    buffer_add_string(&line, " handles looked at");
    add_count(&line, search->told.handles.names_not_read, " names not read");
    add_count(&line, search->told.handles.not_copied, " handles that can't be duplicated");
    add_count(&line, search->told.handles.not_opened, " processes that can't be opened");
    add_count(&line, search->told.modules_not_read, " processes whose modules can't be read");
    SAY(buffer_text(&line));
    buffer_done(&line);
}

/* Numbers that were checked before. False: no memory. */
static bool take_pids(struct handle_search *search)
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

static bool all_are_there(const struct handle_search *search)
{
    bool all = true;
    for (size_t i = 0; i < search->pid_count; i++)
        if (snapshot_process_by_pid(search->snapshot, search->pids[i]) == NO_ROW) {
            SAY(text_of("there is no process "), search->arguments->pids.items[i]);
            all = false;
        }
    return all;
}

static bool make_ready(struct handle_search *search)
{
    enum status status = take_pids(search) ? ST_OK : ST_NO_MEMORY;
    enum status partly;
    if (status == ST_OK)
        status = look(NULL, ROUND_PROCESSES, &search->snapshot, &partly);
    const struct failure failure = {.status = status};
    if (status != ST_OK)
        say_failure(text_of("can't search handles"), &failure);
    return status == ST_OK;
}

static enum exit_status run(struct handle_search *search)
{
    bool trouble = !all_are_there(search);
    enum status status = find_all(search);
    if (search->output_lost)
        return console_lost();
    say_end(search);
    return find_ending(status, search->enough, trouble, search->printed);
}

enum exit_status find_handles(const struct arguments *arguments, const struct term *term)
{
    struct handle_search search = {.arguments = arguments, .term = term};
    search.progress.cancel = cancel_on_control();
    enum exit_status result = make_ready(&search) ? run(&search) : EXIT_TROUBLE;
    snapshot_release(search.snapshot);
    memory_give(search.pids);
    return result;
}
