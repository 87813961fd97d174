#include "core/windows/process/listing.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/text16.h"

#define IDLE_PID 0u
#define NAME_LENGTH 512u /* a file name has 255 at most */

void listing_init(struct listing *listing, const struct system_table *system)
{
    *listing = (struct listing){.system = system};
    class5_init(&listing->answer, system);
}

void listing_done(struct listing *listing)
{
    memory_give(listing->rows);
    memory_give(listing->sessions);
    memory_give(listing->names);
    class5_done(&listing->answer);
    listing_init(listing, listing->system);
}

static enum status reserve_rows(struct listing *listing, size_t count)
{
    size_t capacity = count + count / 4 + 64;
    struct process_seen *rows;
    uint32_t *sessions;

    if (count <= listing->capacity)
        return ST_OK;
    rows = memory_grow_array(listing->rows, capacity, sizeof *rows);
    if (!rows)
        return ST_NO_MEMORY;
    listing->rows = rows;
    sessions = memory_grow_array(listing->sessions, capacity, sizeof *sessions);
    if (!sessions)
        return ST_NO_MEMORY;
    listing->sessions = sessions;
    listing->capacity = capacity;
    return ST_OK;
}

/* Names must not move while rows point to them, so room for all is made before the first. */
static enum status reserve_names(struct listing *listing, size_t size)
{
    size_t capacity = size + size / 4 + 4096;
    char *names;

    if (size <= listing->names_capacity)
        return ST_OK;
    names = memory_grow(listing->names, capacity);
    if (!names)
        return ST_NO_MEMORY;
    listing->names = names;
    listing->names_capacity = capacity;
    return ST_OK;
}

static struct text add_name(struct listing *listing, uint32_t pid, const wchar_t *wide,
                            size_t length)
{
    struct text name = {listing->names + listing->names_size, 0};

    if (pid == IDLE_PID) /* class 5 has no name for it, Toolhelp "[System Process]" */
        return text_of("System Idle Process");
    name.size = text16_encode(wide, length, listing->names + listing->names_size);
    listing->names_size += name.size;
    return name;
}

/* Whether a row is to be told of; keeps what is held in step with it. */
static bool admit(struct held_table *held, const struct process_key *key)
{
    struct held *entry = held_find(held, key->pid);

    if (!entry)
        return true;
    if (!entry->handle && !entry->let_go && !entry->key.start)
        entry->key = *key; /* refused before any listing told when it started */
    if (process_key_equal(entry->key, *key)) {
        entry->listed = true;
        return !entry->let_go;
    }
    /* An open handle keeps the PID, unless the start could not be read: then it says nothing. */
    if (entry->let_go || !entry->handle)
        held_drop(held, entry);
    else
        entry->listed = true;
    return true;
}

static bool all_suspended(const struct class5_record *record)
{
    for (ULONG i = 0; i < record->head.threads; i++) {
        struct nt_thread thread = class5_thread(record, i);
        if (thread.state != NT_THREAD_WAITING || thread.wait_reason != NT_WAIT_SUSPENDED)
            return false;
    }
    return record->head.threads > 0;
}

static void take_record(struct listing *listing, struct held_table *held,
                        const struct class5_record *record)
{
    struct process_seen *row = &listing->rows[listing->count];
    wchar_t name[NAME_LENGTH];
    size_t length = record->name_length < NAME_LENGTH ? record->name_length : NAME_LENGTH;

    row->key.pid = (uint32_t)(uintptr_t)record->head.pid;
    row->key.start = row->key.pid == IDLE_PID ? 0 : record->head.created.QuadPart;
    if (!admit(held, &row->key))
        return;
    row->parent_pid = (uint32_t)(uintptr_t)record->head.parent;
    row->threads = record->head.threads;
    row->cpu = record->head.user.QuadPart + record->head.kernel.QuadPart;
    memcpy(name, record->name, length * sizeof *name);
    row->name = add_name(listing, row->key.pid, name, length);
    row->suspended = all_suspended(record);
    listing->sessions[listing->count++] = record->head.session;
}

/* Counts what there is, so that there is room for all before a row is changed. */
static enum status count_records(struct listing *listing, size_t *count)
{
    struct class5_record record;
    size_t units = 0;
    size_t at = 0;
    enum status status;

    *count = 0;
    do {
        if (!class5_record(&listing->answer, at, &record))
            return ST_SYSTEM;
        (*count)++;
        units += record.name_length;
        at += record.head.next;
    } while (record.head.next);
    status = reserve_rows(listing, *count);
    return status ? status : reserve_names(listing, TEXT16_MOST(units));
}

static enum status read_class5(struct listing *listing, struct held_table *held)
{
    struct class5_record record;
    size_t count = 0;
    size_t at = 0;
    enum status status = class5_fetch(&listing->answer);

    if (!status)
        status = count_records(listing, &count);
    if (status)
        return status;
    listing->count = 0;
    listing->names_size = 0;
    held_listing_begins(held);
    for (; count && class5_record(&listing->answer, at, &record); count--) {
        take_record(listing, held, &record);
        at += record.head.next;
    }
    held_listing_ended(held);
    return ST_OK;
}

/* Start and CPU times, which Toolhelp leaves out, from the process's own handle. */
static void complete_row(struct held_table *held, struct process_seen *row)
{
    struct held *entry = held_find(held, row->key.pid);
    moment end;

    if (entry && !entry->handle) { /* it may be another one by now: ask again */
        struct process_key before = entry->key;
        bool let_go = entry->let_go;
        held_drop(held, entry);
        entry = held_open(held, row->key.pid);
        if (entry && let_go && process_key_equal(before, entry->key))
            entry->let_go = true;
    } else if (!entry) {
        entry = held_open(held, row->key.pid);
    }
    row->cpu = -1;
    if (!entry)
        return;
    row->key.start = entry->key.start;
    if (entry->handle && !held_times(held->system, entry->handle, &row->key.start, &end, &row->cpu))
        row->cpu = -1;
}

static enum status take_entry(struct listing *listing, struct held_table *held,
                              const PROCESSENTRY32W *entry)
{
    size_t length = wcsnlen(entry->szExeFile, MAX_PATH);
    enum status status = reserve_rows(listing, listing->count + 1);
    struct process_seen *row;

    if (status)
        return status;
    row = &listing->rows[listing->count];
    *row = (struct process_seen){.key.pid = entry->th32ProcessID,
                                 .parent_pid = entry->th32ParentProcessID,
                                 .threads = entry->cntThreads};
    complete_row(held, row);
    if (!admit(held, &row->key))
        return ST_OK;
    row->name = add_name(listing, row->key.pid, entry->szExeFile, length);
    listing->sessions[listing->count++] = SESSION_UNKNOWN;
    return ST_OK;
}

/* Walks the snapshot twice: first to count, so that nothing is lost when there is no room. */
static enum status walk_toolhelp(struct listing *listing, struct held_table *held, HANDLE snapshot)
{
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    size_t count = 0;
    enum status status;

    for (BOOL more = listing->system->process32_first(snapshot, &entry); more;
         more = listing->system->process32_next(snapshot, &entry))
        count++;
    if (!count)
        return ST_SYSTEM;
    status = reserve_rows(listing, count);
    if (!status)
        status = reserve_names(listing, TEXT16_MOST(count * MAX_PATH));
    if (status)
        return status;
    listing->count = 0;
    listing->names_size = 0;
    held_listing_begins(held);
    entry.dwSize = sizeof entry;
    for (BOOL more = listing->system->process32_first(snapshot, &entry); more && count; count--) {
        status = take_entry(listing, held, &entry);
        if (status)
            break;
        more = listing->system->process32_next(snapshot, &entry);
    }
    held_listing_ended(held);
    return status;
}

static enum status read_toolhelp(struct listing *listing, struct held_table *held)
{
    HANDLE snapshot = listing->system->create_toolhelp32_snapshot(TH32CS_SNAPPROCESS, 0);
    enum status status;

    if (snapshot == INVALID_HANDLE_VALUE)
        return failure_from_win32(GetLastError());
    status = walk_toolhelp(listing, held, snapshot);
    listing->system->close_handle(snapshot);
    return status;
}

enum status listing_read(struct listing *listing, struct held_table *held)
{
    if (!listing->no_class5) {
        enum status status = read_class5(listing, held);
        if (status != ST_UNSUPPORTED)
            return status;
        listing->no_class5 = true;
    }
    return read_toolhelp(listing, held);
}

void listing_remove(struct listing *listing, size_t place)
{
    size_t behind = listing->count - place - 1;

    memmove(listing->rows + place, listing->rows + place + 1, behind * sizeof *listing->rows);
    memmove(listing->sessions + place, listing->sessions + place + 1,
            behind * sizeof *listing->sessions);
    listing->count--;
}

const struct process_seen *listing_find(const struct listing *listing, uint32_t pid)
{
    for (size_t i = 0; i < listing->count; i++)
        if (listing->rows[i].key.pid == pid)
            return &listing->rows[i];
    return NULL;
}

uint32_t listing_session(const struct listing *listing, const struct process_seen *row)
{
    uintptr_t from = (uintptr_t)listing->rows;
    uintptr_t at = (uintptr_t)row;

    if (at < from || at >= from + listing->count * sizeof *row) {
        row = listing_find(listing, row->key.pid);
        if (!row)
            return SESSION_UNKNOWN;
    }
    return listing->sessions[row - listing->rows];
}
