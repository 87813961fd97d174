#include "core/windows/find/handles.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/find/handle_table.h"
#include "core/windows/find/namer.h"
#include "core/windows/find/object_name.h"
#include "core/windows/process/class5.h"
#include "core/windows/process/held.h"
#include "core/windows/text16.h"

#define NAMES_MOST ((size_t)64 << 20) /* bytes, of all processes' names */
#define NAME_LENGTH 32768u            /* UTF-16 units */
#define TELL_EVERY 64u
#define RIGHTS (PROCESS_DUP_HANDLE | PROCESS_QUERY_LIMITED_INFORMATION)

struct owner {
    struct process_key key;
    struct text name;
};

struct search {
    const struct system_table *system;
    const struct handle_sink *sink;
    struct progress *progress;
    struct handles_told *told;
    struct arena *arena;
    struct owner *owners; /* by PID */
    size_t owner_count;
    struct handle_table table;
    struct handle_types types;
    struct device_paths paths;
    struct namer namer;
    char *name; /* scratch */
    uint64_t total;
    uint64_t done;
};

/* --- processes --- */

static int compare_owners(const void *a, const void *b)
{
    const struct owner *left = a;
    const struct owner *right = b;

    return process_key_compare(left->key, right->key);
}

static enum status add_owners(struct search *search, const struct class5 *answer)
{
    struct class5_record record;
    size_t capacity = 0;
    bool failed = false;

    for (size_t at = 0; class5_record(answer, at, &record); at += record.head.next) {
        struct owner *owner;
        if (search->owner_count == capacity) {
            capacity = capacity ? capacity * 2 : 256;
            owner = memory_grow_array(search->owners, capacity, sizeof *owner);
            if (!owner)
                return ST_NO_MEMORY;
            search->owners = owner;
        }
        owner = &search->owners[search->owner_count++];
        owner->key = (struct process_key){(uint32_t)(uintptr_t)record.head.pid,
                                          record.head.created.QuadPart};
        wchar_t name[MAX_PATH]; /* copied out: it need not be aligned */
        size_t length = record.name_length < MAX_PATH ? record.name_length : MAX_PATH;
        memcpy(name, record.name, length * sizeof *name);
        owner->name = text16_copy(search->arena, name, length, &failed);
        if (record.head.next < sizeof record.head)
            break;
    }
    qsort(search->owners, search->owner_count, sizeof *search->owners, compare_owners);
    return failed ? ST_NO_MEMORY : ST_OK;
}

static enum status read_owners(struct search *search)
{
    struct class5 answer;
    enum status status;

    class5_init(&answer, search->system);
    status = class5_fetch(&answer);
    if (!status)
        status = add_owners(search, &answer);
    class5_done(&answer);
    return status;
}

/* The first owner at or behind `from` of that PID or a higher one. */
static uint32_t owner_at(const struct search *search, uint32_t from, ULONG_PTR pid)
{
    while (from < search->owner_count && search->owners[from].key.pid < pid)
        from++;
    return from;
}

/* --- rows --- */

static bool hand_out(struct search *search, const struct nt_handle *handle, uint32_t owner,
                     struct handle_row *row)
{
    const struct owner *whose = owner < search->owner_count ? &search->owners[owner] : NULL;
    bool known = whose && whose->key.pid == handle->pid;

    row->kind = HANDLE_OPEN;
    row->process = known ? whose->key : (struct process_key){.pid = (uint32_t)handle->pid};
    row->process_name = known ? whose->name : (struct text){NULL, 0};
    row->value = handle->value;
    row->access = handle->access;
    row->number = handle->type;
    row->type = handle_types_name(&search->types, handle->type);
    search->told->handles++;
    search->told->names_not_read += row->naming == HANDLE_HANGS || row->naming == HANDLE_NOT_ASKED;
    search->told->not_copied +=
        row->naming == HANDLE_NOT_DUPLICATED || row->naming == HANDLE_OTHER_PROCESS;
    if (++search->done % TELL_EVERY == 0)
        progress_tell(search->progress, search->done, search->total);
    return search->sink->row(search->sink->context, row) && !progress_cancelled(search->progress);
}

static bool is_type(const struct search *search, uint16_t number, struct text type)
{
    return text_equal(handle_types_name(&search->types, number), type);
}

static bool take_answer(void *context, const struct namer_item *item, struct namer_answer *answer)
{
    struct search *search = context;
    struct handle_row row = {.naming = answer->naming};

    if (answer->naming == HANDLE_NOT_READ)
        row.why = read_state_from(failure_from_nt(answer->status));
    if (answer->naming == HANDLE_NAMED) {
        size_t length = answer->length < NAME_LENGTH ? answer->length : NAME_LENGTH;
        if (is_type(search, item->handle.type, text_of("Key")))
            length = object_name_shorten_key(answer->name, length);
        else if (item->file)
            length = device_path_shorten(&search->paths, answer->name, length);
        row.name = (struct text){search->name, text16_encode(answer->name, length, search->name)};
    }
    return hand_out(search, &item->handle, item->owner, &row);
}

/* --- one process --- */

/* NULL with *naming and *why: its handles can't be copied. */
static HANDLE open_owner(struct search *search, ULONG_PTR pid, uint32_t owner,
                         enum handle_naming *naming, enum read_state *why)
{
    HANDLE process = search->system->open_process(RIGHTS, FALSE, (DWORD)pid);
    moment start = 0;
    moment end;
    int64_t cpu;

    if (!process) {
        DWORD error = GetLastError();
        bool gone = error == ERROR_INVALID_PARAMETER && pid;
        *naming = gone ? HANDLE_OTHER_PROCESS : HANDLE_NOT_OPENED;
        *why = gone ? READ_GONE : read_state_from(failure_from_win32(error));
        search->told->not_opened++;
        return NULL;
    }
    if (owner < search->owner_count && search->owners[owner].key.pid == pid &&
        held_times(search->system, process, &start, &end, &cpu) &&
        start == search->owners[owner].key.start)
        return process;
    search->system->close_handle(process);
    *naming = HANDLE_OTHER_PROCESS;
    *why = READ_GONE;
    return NULL;
}

static enum status name_one(struct search *search, HANDLE process, const struct nt_handle *handle,
                            uint32_t owner)
{
    struct namer_item item = {.handle = *handle, .owner = owner};
    struct handle_row row = {.naming = HANDLE_NOT_DUPLICATED};

    if (!search->system->duplicate_handle(process, (HANDLE)handle->value, GetCurrentProcess(),
                                          &item.copy, 0, FALSE, 0)) {
        DWORD error = GetLastError();
        row.why = error == ERROR_INVALID_HANDLE ? READ_GONE /* closed meanwhile */
                                                : read_state_from(failure_from_win32(error));
        return hand_out(search, handle, owner, &row) ? ST_OK : ST_CANCELLED;
    }
    if (!handle_types_name(&search->types, handle->type).size)
        handle_types_learn(&search->types, search->system, handle->type, item.copy);
    item.file = is_type(search, handle->type, text_of("File"));
    return namer_add(&search->namer, &item, search->progress);
}

/* The entries of one process. */
static enum status walk_process(struct search *search, const struct nt_handle *entries,
                                size_t count, uint32_t owner)
{
    struct handle_row without = {.naming = HANDLE_NOT_READ, .why = READ_UNSUPPORTED};
    HANDLE process = NULL;
    enum status status = ST_OK;

    if (search->system->nt_query_object)
        process = open_owner(search, entries->pid, owner, &without.naming, &without.why);
    for (size_t i = 0; i < count && !status; i++) {
        struct handle_row row = without;
        if (process)
            status = name_one(search, process, &entries[i], owner);
        else if (!hand_out(search, &entries[i], owner, &row))
            status = ST_CANCELLED;
        if (progress_cancelled(search->progress))
            status = ST_CANCELLED;
    }
    if (process)
        search->system->close_handle(process);
    return status;
}

/* --- all --- */

static bool is_in(const struct handles_scope *scope, ULONG_PTR pid)
{
    bool found = scope->count == 0;

    for (size_t i = 0; i < scope->count && !found; i++)
        found = scope->pids[i] == pid;
    return found;
}

static size_t group_end(const struct handle_table *table, size_t from)
{
    size_t end = from;

    while (end < table->count && table->entries[end].pid == table->entries[from].pid)
        end++;
    return end;
}

static enum status walk(struct search *search, const struct handles_scope *scope)
{
    enum status status = ST_OK;
    uint32_t owner = 0;
    size_t end;

    for (size_t from = 0; from < search->table.count; from = end) {
        end = group_end(&search->table, from);
        if (is_in(scope, search->table.entries[from].pid))
            search->total += end - from;
    }
    progress_tell(search->progress, 0, search->total);
    for (size_t from = 0; from < search->table.count && !status; from = end) {
        ULONG_PTR pid = search->table.entries[from].pid;
        end = group_end(&search->table, from);
        owner = owner_at(search, owner, pid);
        if (is_in(scope, pid))
            status = walk_process(search, &search->table.entries[from], end - from, owner);
    }
    if (!status)
        status = namer_finish(&search->namer, search->progress);
    progress_tell(search->progress, search->done, search->total);
    return status;
}

/* Lists all handles, among them an event of this program's, which tells what number events have. */
static enum status read_table(struct search *search)
{
    HANDLE probe = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct handle_table *table = &search->table;
    enum status status = handle_table_fetch(table);

    for (size_t i = 0; probe && !status && i < table->count; i++) {
        struct nt_handle *entry = &table->entries[i];
        if (entry->pid != GetCurrentProcessId() || (HANDLE)entry->value != probe)
            continue;
        handle_types_shift(&search->types, text_of("Event"), entry->type);
        memmove(entry, entry + 1, (--table->count - i) * sizeof *entry);
    }
    if (probe)
        CloseHandle(probe);
    return status;
}

static enum status get_ready(struct search *search)
{
    enum status status = ST_NO_MEMORY;

    search->arena = arena_new(NAMES_MOST);
    search->name = memory_take(TEXT16_MOST(NAME_LENGTH));
    if (search->arena && search->name)
        status = read_owners(search);
    if (!status)
        status = handle_types_read(&search->types, search->system);
    if (!status) /* after the processes, so that one that both tell of was there all the time */
        status = read_table(search);
    if (!status)
        device_paths_read(&search->paths, search->system);
    return status;
}

enum status handles_find(const struct system_table *system, const struct handles_scope *scope,
                         const struct handle_sink *sink, struct progress *progress,
                         struct handles_told *told)
{
    struct search *search = memory_take(sizeof *search);
    struct namer_sink answers = {take_answer, search};
    enum status status;

    *told = (struct handles_told){0};
    if (!search)
        return ST_NO_MEMORY;
    search->system = system ? system : system_calls();
    search->sink = sink;
    search->progress = progress;
    search->told = told;
    handle_table_init(&search->table, search->system);
    namer_init(&search->namer, search->system, &answers);
    status = get_ready(search);
    if (!status)
        status = walk(search, scope);
    namer_drop(&search->namer);
    handle_types_done(&search->types);
    handle_table_done(&search->table);
    memory_give(search->owners);
    memory_give(search->name);
    arena_free(search->arena);
    memory_give(search);
    return status;
}
