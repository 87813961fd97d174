/* The pages Connections and History, and the table of all pages. */
#include "core/model/connection_cells.h"
#include "core/model/process_cells.h"
#include "gui/property_pages.h"
#include "gui/strings.h"

#include <stdlib.h>

#include "core/base/memory.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- Connections: open ones, and those that were --- */

static const unsigned shown_cells[] = {
    CONNECTION_PROTOCOL,    CONNECTION_LOCAL,     CONNECTION_LOCAL_PORT,  CONNECTION_REMOTE,
    CONNECTION_REMOTE_PORT, CONNECTION_STATE,     CONNECTION_REMOTE_NAME, CONNECTION_WATCHED,
    CONNECTION_FIRST_SEEN,  CONNECTION_LAST_SEEN,
};

void property_build_connections(const struct property_view *view, struct sheet *sheet)
{
    const struct snapshot *snapshot = view->snapshot;
    const struct process_facts *facts = snapshot->processes[view->process].facts;
    size_t count = 0;
    for (uint32_t i = 0; i < snapshot->connection_count; i++) {
        const struct connection_row *row = &snapshot->connections[i];
        if (row->process != view->process)
            continue;
        count++;
        sheet_row(sheet, row->id);
        for (size_t column = 0; column < COUNT(shown_cells); column++) {
            struct cell cell = connection_cell(row, facts, shown_cells[column], snapshot->taken);
            cell_text_add(&view->words, &cell, sheet_cell(sheet));
            sheet_cell_ends(sheet);
        }
        if (row->closed)
            sheet_dim(sheet);
    }
    property_note_count(sheet, READ_OK, count);
}

/* --- History --- */

struct event {
    moment when; /* 0: unknown, told first */
    unsigned what;
    uint32_t process;
    bool exit; /* an end: with its code */
};

static int compare(const void *a, const void *b)
{
    const struct event *left = a;
    const struct event *right = b;
    if (left->when != right->when)
        return left->when < right->when ? -1 : 1;
    if (left->exit != right->exit)
        return left->exit ? 1 : -1;
    return (left->process > right->process) - (left->process < right->process);
}

static moment end_of(const struct process_row *row)
{
    return row->exit.when ? row->exit.when : row->ended;
}

static size_t add_life(const struct snapshot *snapshot, uint32_t process, unsigned started,
                       unsigned ended, struct event *events)
{
    const struct process_row *row = &snapshot->processes[process];
    size_t count = 0;
    events[count++] = (struct event){row->facts->key.start, started, process, false};
    if (row->ended)
        events[count++] = (struct event){end_of(row), ended, process, true};
    return count;
}

static struct event *collect(const struct property_view *view, size_t *count)
{
    const struct snapshot *snapshot = view->snapshot;
    const struct process_row *self = &snapshot->processes[view->process];
    struct event *events = memory_take_array(2 * (size_t)snapshot->process_count, sizeof *events);
    size_t found = 0;
    if (!events)
        return NULL;
    found += add_life(snapshot, view->process, STR_PAST_STARTED, STR_PAST_ENDED, events);
    if (self->parent != NO_ROW)
        found += add_life(snapshot, self->parent, STR_PAST_PARENT_STARTED, STR_PAST_PARENT_ENDED,
                          events + found);
    for (uint32_t i = 0; i < snapshot->process_count; i++)
        if (snapshot->processes[i].parent == view->process)
            found +=
                add_life(snapshot, i, STR_PAST_CHILD_STARTED, STR_PAST_CHILD_ENDED, events + found);
    qsort(events, found, sizeof *events, compare);
    *count = found;
    return events;
}

static void add_event(const struct property_view *view, struct sheet *sheet,
                      const struct event *event)
{
    const struct process_row *row = &view->snapshot->processes[event->process];
    struct cell name = {
        .kind = CELL_PROCESS, .number = row->facts->key.pid, .text = row->facts->name};
    struct cell command = cell_of_fact(&row->facts->command);
    sheet_row(sheet, row->id << 1 | event->exit);
    if (event->when)
        cell_text_add_moment(&view->words, event->when, sheet_cell(sheet));
    else
        string_add(sheet_cell(sheet), STR_PROP_UNKNOWN);
    sheet_cell_ends(sheet);
    string_add(sheet_cell(sheet), event->what);
    sheet_cell_ends(sheet);
    cell_text_add(&view->words, &name, sheet_cell(sheet));
    sheet_cell_ends(sheet);
    if (event->exit && row->exit.code_state == READ_OK)
        buffer_add_unsigned(sheet_cell(sheet), row->exit.code);
    else if (event->exit)
        property_add_state(sheet_cell(sheet), row->exit.code_state);
    sheet_cell_ends(sheet);
    cell_text_add(&view->words, &command, sheet_cell(sheet));
    sheet_cell_ends(sheet);
}

void property_build_history(const struct property_view *view, struct sheet *sheet)
{
    size_t count = 0;
    struct event *events = collect(view, &count);
    for (size_t i = 0; events && i < count; i++)
        add_event(view, sheet, &events[i]);
    property_note_count(sheet, READ_OK, count);
    memory_give(events);
}

/* --- all pages --- */

static const struct grid_column pairs[] = {
    {"name", STR_PROP_COLUMN, 230, false},
    {"value", STR_PROP_COLUMN + 1, 480, false},
};
static const struct grid_column times[] = {
    {"name", STR_PROP_COLUMN, 190, false},
    {"time", STR_PROP_COLUMN + 2, 330, false},
    {"span", STR_PROP_COLUMN + 3, 190, false},
};
static const struct grid_column threads[] = {
    {"tid", STR_THREAD_COLUMN, 60, true},           {"start", STR_THREAD_COLUMN + 1, 190, false},
    {"state", STR_THREAD_COLUMN + 2, 80, false},    {"wait", STR_THREAD_COLUMN + 3, 100, false},
    {"count", STR_THREAD_COLUMN + 4, 80, true},     {"cpu", STR_THREAD_COLUMN + 5, 84, true},
    {"created", STR_THREAD_COLUMN + 6, 170, false}, {"name", STR_THREAD_COLUMN + 7, 140, false},
};
static const struct grid_column modules[] = {
    {"name", STR_MODULE_COLUMN, 170, false},
    {"base", STR_MODULE_COLUMN + 1, 130, true},
    {"size", STR_MODULE_COLUMN + 2, 90, true},
    {"path", STR_MODULE_COLUMN + 3, 330, false},
};
static const struct grid_column token[] = {
    {"what", STR_TOKEN_COLUMN, 120, false},
    {"name", STR_TOKEN_COLUMN + 1, 250, false},
    {"state", STR_TOKEN_COLUMN + 2, 190, false},
    {"sid", STR_TOKEN_COLUMN + 3, 160, false},
};
static const struct grid_column environment[] = {
    {"name", STR_VARIABLE_COLUMN, 190, false},
    {"value", STR_VARIABLE_COLUMN + 1, 520, false},
};
static const struct grid_column connections[] = {
    {"protocol", STR_CONNECTION_COLUMN + CONNECTION_PROTOCOL, 65, false},
    {"local", STR_CONNECTION_COLUMN + CONNECTION_LOCAL, 110, false},
    {"local_port", STR_CONNECTION_COLUMN + CONNECTION_LOCAL_PORT, 75, true},
    {"remote", STR_CONNECTION_COLUMN + CONNECTION_REMOTE, 120, false},
    {"remote_port", STR_CONNECTION_COLUMN + CONNECTION_REMOTE_PORT, 85, true},
    {"state", STR_CONNECTION_COLUMN + CONNECTION_STATE, 110, false},
    {"remote_name", STR_CONNECTION_COLUMN + CONNECTION_REMOTE_NAME, 120, false},
    {"watched", STR_CONNECTION_COLUMN + CONNECTION_WATCHED, 110, false},
    {"first_seen", STR_CONNECTION_COLUMN + CONNECTION_FIRST_SEEN, 100, false},
    {"last_seen", STR_CONNECTION_COLUMN + CONNECTION_LAST_SEEN, 100, false},
};
static const struct grid_column history[] = {
    {"time", STR_PAST_COLUMN, 170, false},        {"what", STR_PAST_COLUMN + 1, 120, false},
    {"process", STR_PAST_COLUMN + 2, 150, false}, {"code", STR_PAST_COLUMN + 3, 80, true},
    {"command", STR_PAST_COLUMN + 4, 240, false},
};

#define TABLE(columns) columns, COUNT(columns)

static const struct property_page_class pages[PAGE_COUNT] = {
    [PAGE_GENERAL] = {"general", TABLE(pairs), NEED_NOTHING, 0, true, true, property_build_general},
    [PAGE_TIMES] = {"times", TABLE(times), NEED_TIMES, FILE_TIMES, false, true,
                    property_build_times},
    [PAGE_FILE] = {"file", TABLE(pairs), NEED_FILE, FILE_ALL, false, true, property_build_file},
    [PAGE_THREADS] = {"threads", TABLE(threads), NEED_THREADS, PROCESS_THREADS, false, false,
                      property_build_threads},
    [PAGE_MODULES] = {"modules", TABLE(modules), NEED_MODULES, PROCESS_MODULES, false, false,
                      property_build_modules},
    [PAGE_TOKEN] = {"token", TABLE(token), NEED_TOKEN, PROCESS_TOKEN, false, false,
                    property_build_token},
    [PAGE_ENVIRONMENT] = {"environment", TABLE(environment), NEED_ENVIRONMENT, PROCESS_ENVIRONMENT,
                          false, true, property_build_environment},
    [PAGE_CONNECTIONS] = {"connections", TABLE(connections), NEED_NOTHING, 0, true, false,
                          property_build_connections},
    [PAGE_HISTORY] = {"history", TABLE(history), NEED_NOTHING, 0, true, false,
                      property_build_history},
};

const struct property_page_class *property_page(enum property_page page)
{
    return &pages[page];
}
