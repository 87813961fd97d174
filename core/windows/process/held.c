#include "core/windows/process/held.h"

#include "core/base/hash.h"
#include "core/base/memory.h"

#define HELD_RIGHTS (PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE)
/* The history asks for the end of what left the listing at once; who still is here after so many
 * listings was never taken up by it. */
#define UNLISTED_MOST 8

static uint64_t pid_hash(uint32_t pid)
{
    return hash_mix(pid);
}

void held_init(struct held_table *table, const struct system_table *system)
{
    *table = (struct held_table){.system = system};
}

static void close_entry(struct held_table *table, struct held *entry)
{
    if (entry->handle)
        table->system->close_handle(entry->handle);
    entry->handle = NULL;
}

void held_done(struct held_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        close_entry(table, &table->entries[i]);
    memory_give(table->entries);
    index_done(&table->index);
    *table = (struct held_table){.system = table->system};
}

struct held *held_find(const struct held_table *table, uint32_t pid)
{
    uint64_t hash = pid_hash(pid);
    size_t at;

    for (uint32_t slot = index_first(&table->index, hash, &at); slot != INDEX_NONE;
         slot = index_next(&table->index, hash, &at))
        if (table->entries[slot].key.pid == pid)
            return &table->entries[slot];
    return NULL;
}

static enum status make_room(struct held_table *table)
{
    enum status status = index_reserve(&table->index, 1);
    size_t capacity = table->capacity ? table->capacity * 2 : 256;
    struct held *entries;

    if (status || table->count < table->capacity)
        return status;
    entries = memory_grow_array(table->entries, capacity, sizeof *entries);
    if (!entries)
        return ST_NO_MEMORY;
    table->entries = entries;
    table->capacity = capacity;
    return ST_OK;
}

static moment file_time(FILETIME time)
{
    return (moment)((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
}

bool held_times(const struct system_table *system, HANDLE handle, moment *start, moment *end,
                int64_t *cpu)
{
    FILETIME created, exited, kernel, user;

    if (!system->get_process_times(handle, &created, &exited, &kernel, &user))
        return false;
    *start = file_time(created);
    *end = file_time(exited);
    *cpu = file_time(kernel) + file_time(user);
    return true;
}

struct held *held_open(struct held_table *table, uint32_t pid)
{
    struct held *entry;
    moment end;
    int64_t cpu;

    if (make_room(table))
        return NULL;
    entry = &table->entries[table->count];
    *entry = (struct held){.key.pid = pid};
    if (table->count < HELD_MOST) {
        entry->handle = table->system->open_process(HELD_RIGHTS, FALSE, pid);
        if (!entry->handle)
            entry->open_error = GetLastError();
        else if (!held_times(table->system, entry->handle, &entry->key.start, &end, &cpu))
            entry->key.start = 0;
    } else {
        entry->open_error = ERROR_NO_SYSTEM_RESOURCES;
    }
    index_add(&table->index, pid_hash(pid), (uint32_t)table->count);
    table->count++;
    return entry;
}

void held_drop(struct held_table *table, struct held *entry)
{
    uint32_t slot = (uint32_t)(entry - table->entries);
    uint32_t last = (uint32_t)table->count - 1;

    close_entry(table, entry);
    index_remove(&table->index, pid_hash(entry->key.pid), slot);
    if (slot != last) {
        *entry = table->entries[last];
        index_replace(&table->index, pid_hash(entry->key.pid), last, slot);
    }
    table->count--;
}

/* Marks those of a handful of handles that are signalled. The call names the first one only, so it
 * is asked again about those behind it. A call that fails leaves the rest for the next time. */
static void poll_some(struct held_table *table, const HANDLE *handles, const size_t *slots,
                      DWORD count)
{
    for (DWORD from = 0; from < count;) {
        DWORD answer =
            table->system->wait_for_multiple_objects(count - from, handles + from, FALSE, 0);
        if (answer >= count - from) /* WAIT_TIMEOUT, WAIT_FAILED; WAIT_OBJECT_0 is 0 */
            break;
        table->entries[slots[from + answer]].ended = true;
        from += answer + 1;
    }
}

void held_poll(struct held_table *table)
{
    HANDLE handles[MAXIMUM_WAIT_OBJECTS];
    size_t slots[MAXIMUM_WAIT_OBJECTS];
    DWORD count = 0;

    for (size_t i = 0; i < table->count; i++) {
        if (!table->entries[i].handle || table->entries[i].ended)
            continue;
        handles[count] = table->entries[i].handle;
        slots[count++] = i;
        if (count == MAXIMUM_WAIT_OBJECTS) {
            poll_some(table, handles, slots, count);
            count = 0;
        }
    }
    if (count)
        poll_some(table, handles, slots, count);
}

void held_listing_begins(struct held_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        table->entries[i].listed = false;
}

void held_listing_ended(struct held_table *table)
{
    for (size_t i = table->count; i-- > 0;) {
        struct held *entry = &table->entries[i];
        if (entry->listed) {
            entry->unlisted = 0;
            continue;
        }
        entry->unlisted++;
        if (entry->let_go || entry->unlisted > UNLISTED_MOST)
            held_drop(table, entry);
    }
}
