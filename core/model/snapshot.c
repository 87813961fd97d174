#include "core/model/snapshot.h"

#include "core/base/arena.h"
#include "core/base/memory.h"
#include "core/base/refs.h"
#include "core/model/history_store.h"

#include <string.h>

/* A snapshot in its arena, which also holds the rows and the names. */
struct shared_snapshot {
    struct refs refs;
    struct arena *arena;
    void (*release_watchlist)(const struct watchlist *watchlist);
    struct snapshot snapshot;
};

static struct shared_snapshot *shared_of(const struct snapshot *snapshot)
{
    return (struct shared_snapshot *)((uintptr_t)snapshot -
                                      offsetof(struct shared_snapshot, snapshot));
}

static void free_shared(struct shared_snapshot *shared)
{
    const struct snapshot *snapshot = &shared->snapshot;
    for (uint32_t i = 0; i < snapshot->process_count; i++)
        process_facts_release(snapshot->processes[i].facts);
    if (shared->release_watchlist)
        shared->release_watchlist(snapshot->watchlist);
    arena_free(shared->arena);
}

/* What is needed while rows are copied: where each of the history's processes stands in the copy.
 */
struct copying {
    struct history *history;
    struct arena *arena;
    uint32_t *index_of; /* by slot */
};

static uint32_t index_in(const struct copying *copying, uint32_t slot)
{
    return slot == NO_ROW ? NO_ROW : copying->index_of[slot];
}

static bool copy_processes(struct copying *copying, struct snapshot *snapshot)
{
    struct history *history = copying->history;
    size_t count;
    const uint32_t *slots = slots_in_order(&history->process_slots, &count);
    struct process_row *rows = arena_take(copying->arena, count * sizeof *rows);
    if (!rows)
        return false;
    for (size_t i = 0; i < count; i++)
        copying->index_of[slots[i]] = (uint32_t)i;
    for (size_t i = 0; i < count; i++) {
        if (i + PREFETCH_ROWS < count)
            prefetch(&history->processes[slots[i + PREFETCH_ROWS]], sizeof(struct process_entry));
        rows[i] = history->processes[slots[i]].row;
        rows[i].parent = index_in(copying, rows[i].parent);
        process_facts_retain(rows[i].facts);
    }
    snapshot->processes = rows;
    snapshot->process_count = (uint32_t)count;
    return true;
}

/* Connections share their names in the copy too. */
static bool copy_name(struct copying *copying, struct name *name, struct text *domain)
{
    bool failed = false;
    if (name->stamp != copying->history->name_stamp) {
        struct text copy =
            arena_copy(copying->arena, (struct text){name->bytes, name->size}, &failed);
        if (failed)
            return false;
        name->copy = copy.bytes;
        name->stamp = copying->history->name_stamp;
    }
    *domain = (struct text){name->copy, name->size};
    return true;
}

static bool copy_connections(struct copying *copying, struct snapshot *snapshot)
{
    struct history *history = copying->history;
    size_t count;
    const uint32_t *slots = slots_in_order(&history->connection_slots, &count);
    struct connection_row *rows = arena_take(copying->arena, count * sizeof *rows);
    if (!rows)
        return false;
    history->name_stamp++;
    for (size_t i = 0; i < count; i++) {
        struct connection_entry *entry = &history->connections[slots[i]];
        if (i + PREFETCH_ROWS < count)
            prefetch(&history->connections[slots[i + PREFETCH_ROWS]], sizeof *entry);
        history_refresh(history, entry);
        rows[i] = entry->row;
        rows[i].process = index_in(copying, rows[i].process);
        if (entry->name && !copy_name(copying, entry->name, &rows[i].domain))
            return false;
    }
    snapshot->connections = rows;
    snapshot->connection_count = (uint32_t)count;
    return true;
}

/* The history bounds its rows; the arena needs room for them, the names and its own rounding. */
static size_t ceiling_for(const struct history *history)
{
    return sizeof(struct shared_snapshot) +
           history->process_slots.live * sizeof(struct process_row) +
           history->connection_slots.live * sizeof(struct connection_row) + history->names_size +
           (history->name_slots.live + (size_t)4) * 64;
}

enum status snapshot_new(struct history *history, moment now, uint64_t number,
                         struct snapshot **snapshot)
{
    struct copying copying = {.history = history};
    struct shared_snapshot *shared = NULL;
    copying.arena = arena_new(ceiling_for(history));
    copying.index_of = memory_take_array(history->process_slots.used, sizeof(uint32_t));
    if (copying.arena)
        shared = arena_take(copying.arena, sizeof *shared);
    if (!shared || !copying.index_of) {
        memory_give(copying.index_of);
        arena_free(copying.arena);
        return ST_NO_MEMORY;
    }
    refs_init(&shared->refs);
    shared->arena = copying.arena;
    shared->snapshot.taken = now;
    shared->snapshot.number = number;
    shared->snapshot.counts = history->counts;
    bool copied = copy_processes(&copying, &shared->snapshot) &&
                  copy_connections(&copying, &shared->snapshot);
    memory_give(copying.index_of);
    if (!copied) {
        free_shared(shared);
        return ST_NO_MEMORY;
    }
    *snapshot = &shared->snapshot;
    return ST_OK;
}

void snapshot_attach_watchlist(struct snapshot *snapshot, const struct watchlist *watchlist,
                               void (*release)(const struct watchlist *watchlist))
{
    struct shared_snapshot *shared = shared_of(snapshot);
    if (shared->release_watchlist)
        shared->release_watchlist(snapshot->watchlist);
    snapshot->watchlist = watchlist;
    shared->release_watchlist = release;
}

const struct snapshot *snapshot_retain(const struct snapshot *snapshot)
{
    refs_retain(&shared_of(snapshot)->refs);
    return snapshot;
}

void snapshot_release(const struct snapshot *snapshot)
{
    if (snapshot && refs_release(&shared_of(snapshot)->refs))
        free_shared(shared_of(snapshot));
}

uint32_t snapshot_process_by_id(const struct snapshot *snapshot, uint64_t id)
{
    uint32_t from = 0;
    uint32_t to = snapshot->process_count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (snapshot->processes[middle].id < id)
            from = middle + 1;
        else
            to = middle;
    }
    return from < snapshot->process_count && snapshot->processes[from].id == id ? from : NO_ROW;
}

uint32_t snapshot_connection_by_id(const struct snapshot *snapshot, uint64_t id)
{
    uint32_t from = 0;
    uint32_t to = snapshot->connection_count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (snapshot->connections[middle].id < id)
            from = middle + 1;
        else
            to = middle;
    }
    return from < snapshot->connection_count && snapshot->connections[from].id == id ? from
                                                                                     : NO_ROW;
}

uint32_t snapshot_process_by_pid(const struct snapshot *snapshot, uint32_t pid)
{
    uint32_t ended = NO_ROW;
    for (uint32_t i = snapshot->process_count; i > 0; i--) {
        const struct process_row *row = &snapshot->processes[i - 1];
        if (row->facts->key.pid != pid)
            continue;
        if (row->ended == 0)
            return i - 1;
        if (ended == NO_ROW)
            ended = i - 1;
    }
    return ended;
}

size_t snapshot_ancestors(const struct snapshot *snapshot, uint32_t process, uint32_t *chain,
                          size_t most)
{
    size_t count = 0;
    uint32_t row = snapshot->processes[process].parent;
    while (row != NO_ROW && count < most) {
        chain[count++] = row;
        row = snapshot->processes[row].parent;
    }
    return count;
}
