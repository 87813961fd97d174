/* find handles: who holds it open, has it loaded, runs it, or names it on its command line. */
#include <windows.h>

#include "core/base/memory.h"
#include "core/case/ecs_handle.h"
#include "core/cli/cancel.h"
#include "core/cli/find.h"
#include "core/cli/look.h"
#include "core/cli/text/visible.h"
#include "core/windows/find/holders.h"
#include "core/windows/find/lockers.h"

#define LINE_CEILING ((size_t)1 << 20)
#define HOLDERS_MOST 4096u

struct handle_search {
    const struct arguments *arguments;
    const struct term *term;
    const struct snapshot *snapshot;
    uint32_t *pids;
    size_t pid_count;
    struct progress progress;
    struct holders_told told;
    struct text file;            /* the pattern, when it is a file's path: who holds that? */
    struct process_key *holders; /* owned: of whom that was found */
    size_t holder_count;
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

static bool is_holder(const struct handle_search *search, struct process_key key)
{
    for (size_t i = 0; i < search->holder_count; i++)
        if (process_key_equal(search->holders[i], key))
            return true;
    return false;
}

static void note_holder(struct handle_search *search, const struct handle_row *row)
{
    if (search->file.size && row->kind != HANDLE_COMMAND && row->naming == HANDLE_NAMED &&
        text_equal_nocase(row->name, search->file) && !is_holder(search, row->process) &&
        search->holder_count < HOLDERS_MOST)
        search->holders[search->holder_count++] = row->process;
}

static bool take_row(void *context, const struct handle_row *row)
{
    note_holder(context, row);
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

/* --- the second opinion --- */

static void say_of(const struct handle_search *search, struct process_key key, struct text name,
                   const char *what)
{
    uint32_t row = snapshot_process_by_pid(search->snapshot, key.pid);
    struct buffer whom;
    buffer_init(&whom, LINE_CEILING);
    if (!name.size && row != NO_ROW)
        name = search->snapshot->processes[row].facts->name;
    buffer_add(&whom, name);
    buffer_add_string(&whom, " (");
    buffer_add_unsigned(&whom, key.pid);
    buffer_add_byte(&whom, ')');
    SAY(buffer_text(&whom), text_from(what));
    buffer_done(&whom);
}

static void print_locker(struct handle_search *search, const struct locker *locker)
{
    struct buffer out;
    buffer_init(&out, LINE_CEILING);
    if (search->arguments->json) {
        ecs_add_locker(&out, locker->key, locker->name, search->file);
    } else {
        visible_add(&out, locker->name);
        buffer_add_string(&out, " (");
        buffer_add_unsigned(&out, locker->key.pid);
        buffer_add_string(&out, "): Restart Manager: ");
        visible_add(&out, search->file);
    }
    buffer_add_byte(&out, '\n');
    search->output_lost |= out.failed != ST_OK || !console_write(buffer_text(&out));
    search->printed++;
    buffer_done(&out);
}

/* What both say, and where they differ. */
static void compare(struct handle_search *search, const struct lockers *lockers)
{
    for (size_t i = 0; i < lockers->count && !search->output_lost; i++) {
        const struct locker *locker = &lockers->items[i];
        print_locker(search, locker);
        if (!is_holder(search, locker->key))
            say_of(search, locker->key, locker->name,
                   ": only the Restart Manager says that it holds the file");
    }
    for (size_t i = 0; i < search->holder_count; i++) {
        size_t at = 0;
        while (at < lockers->count &&
               !process_key_equal(lockers->items[at].key, search->holders[i]))
            at++;
        if (at == lockers->count)
            say_of(search, search->holders[i], text_of(""),
                   ": holds the file, though the Restart Manager does not say so");
    }
}

static void ask_restart_manager(struct handle_search *search)
{
    struct arena *arena = arena_new(LINE_CEILING * 4);
    struct lockers lockers;
    struct failure failure = {.status = ST_NO_MEMORY};
    if (arena && lockers_ask(NULL, search->file, arena, &lockers, &failure) == ST_OK)
        compare(search, &lockers);
    else
        say_failure(text_of("the Restart Manager does not say who holds it"), &failure);
    arena_free(arena);
}

static enum exit_status run(struct handle_search *search)
{
    bool trouble = !all_are_there(search);
    enum status status = find_all(search);
    if (search->file.size && status == ST_OK)
        ask_restart_manager(search);
    if (search->output_lost)
        return console_lost();
    say_end(search);
    return find_ending(status, search->enough, trouble, search->printed);
}

enum exit_status find_handles(const struct arguments *arguments, const struct term *term)
{
    struct handle_search search = {.arguments = arguments, .term = term};
    search.progress.cancel = cancel_on_control();
    if (!arguments->regex && !arguments->pids.count && lockers_is_file(arguments->pattern)) {
        search.holders = memory_take_array(HOLDERS_MOST, sizeof *search.holders);
        if (search.holders)
            search.file = arguments->pattern;
    }
    enum exit_status result = make_ready(&search) ? run(&search) : EXIT_TROUBLE;
    snapshot_release(search.snapshot);
    memory_give(search.pids);
    memory_give(search.holders);
    return result;
}
