#include "core/model/history_store.h"

#include "core/base/memory.h"

#include <string.h>

#define FIRST_ROOM ((size_t)64)

const struct history_limits history_default_limits = {
    .keep = 30 * 60 * MOMENT_SECOND,
    .ended_processes = 20000,
    .closed_connections = 200000,
};

struct history *history_new(const struct history_limits *limits)
{
    struct history *history = memory_take(sizeof *history);
    if (!history)
        return NULL;
    history->limits = limits ? *limits : history_default_limits;
    history->ended = (struct ended_list){NO_ROW, NO_ROW};
    history->pinned = (struct ended_list){NO_ROW, NO_ROW};
    history->first_closed = NO_ROW;
    history->last_closed = NO_ROW;
    history->open_unused = NO_ROW;
    history->next_process_id = 1;
    history->next_connection_id = 1;
    slots_init(&history->process_slots);
    slots_init(&history->connection_slots);
    slots_init(&history->name_slots);
    return history;
}

void history_free(struct history *history)
{
    if (!history)
        return;
    for (uint32_t i = 0; i < history->process_slots.used; i++)
        process_facts_release(history->processes[i].row.facts);
    for (uint32_t i = 0; i < history->name_slots.used; i++)
        memory_give(history->names[i]);
    slots_done(&history->process_slots);
    slots_done(&history->connection_slots);
    slots_done(&history->name_slots);
    index_done(&history->by_pid);
    index_done(&history->running_pids);
    index_done(&history->by_identity);
    index_done(&history->by_ends);
    index_done(&history->by_name);
    memory_give(history->processes);
    memory_give(history->process_ids);
    memory_give(history->connections);
    memory_give(history->names);
    memory_give(history->running.slots);
    memory_give(history->adopted.slots);
    memory_give(history->open);
    memory_give(history->rows.slots);
    memory_give(history->batch.slots);
    memory_give(history->listing.slots);
    memory_give(history->opened.slots);
    memory_give(history->staged);
    memory_give(history->changes);
    memory_give(history);
}

/* ---- room ---- */

enum status slot_list_reserve(struct slot_list *list, size_t more)
{
    size_t room = list->room ? list->room : FIRST_ROOM;
    if (list->count + more <= list->room)
        return ST_OK;
    while (room < list->count + more)
        room *= 2;
    uint32_t *slots = memory_grow_array(list->slots, room, sizeof *slots);
    if (!slots)
        return ST_NO_MEMORY;
    list->slots = slots;
    list->room = room;
    return ST_OK;
}

enum status history_reserve_changes(struct history *history, size_t more)
{
    size_t room = history->change_room ? history->change_room : FIRST_ROOM;
    if (history->change_count + more <= history->change_room)
        return ST_OK;
    while (room < history->change_count + more)
        room *= 2;
    struct change *changes = memory_grow_array(history->changes, room, sizeof *changes);
    if (!changes)
        return ST_NO_MEMORY;
    history->changes = changes;
    history->change_room = room;
    return ST_OK;
}

/* ---- changes ---- */

void history_note(struct history *history, enum change_kind kind, uint32_t slot, uint8_t old_state)
{
    history->changes[history->change_count++] =
        (struct change){.kind = (uint8_t)kind, .old_state = old_state, .slot = slot};
}

const struct change *history_changes(const struct history *history, size_t *count)
{
    *count = history->change_count;
    return history->changes;
}

void history_changes_clear(struct history *history)
{
    history->change_count = 0;
    slots_wake(&history->process_slots);
    slots_wake(&history->connection_slots);
}

/* ---- expiry ---- */

static bool outlived(const struct history *history, moment since, moment now)
{
    return now - since > history->limits.keep;
}

static void expire_processes(struct history *history, moment now)
{
    while (history->ended.first != NO_ROW) {
        uint32_t slot = history->ended.first;
        bool too_many = history->counts.ended > history->limits.ended_processes;
        if (!outlived(history, history->processes[slot].kept_from, now)) {
            if (!too_many)
                return;
            history->counts.forgotten_processes++;
        }
        history_forget_process(history, slot, now);
    }
    /* Only pinned ones are left: their number is bounded all the same. */
    while (history->counts.ended > history->limits.ended_processes) {
        history->counts.forgotten_processes++;
        history_forget_process(history, history->pinned.first, now);
    }
}

static void expire_connections(struct history *history, moment now)
{
    while (history->first_closed != NO_ROW) {
        uint32_t slot = history->first_closed;
        if (!outlived(history, history->connections[slot].row.closed, now)) {
            if (history->counts.closed <= history->limits.closed_connections)
                return;
            history->counts.forgotten_connections++;
        }
        history_forget_connection(history);
    }
}

void history_expire(struct history *history, moment now)
{
    expire_connections(history, now);
    expire_processes(history, now);
}

/* ---- rows ---- */

struct process_row *history_process(struct history *history, uint32_t slot)
{
    if (slot >= history->process_slots.used || !history->processes[slot].row.facts)
        return NULL;
    return &history->processes[slot].row;
}

struct connection_row *history_connection(struct history *history, uint32_t slot)
{
    if (slot >= history->connection_slots.used || history->connections[slot].row.id == 0)
        return NULL;
    history_refresh(history, &history->connections[slot]);
    return &history->connections[slot].row;
}

uint32_t history_process_slots(const struct history *history)
{
    return history->process_slots.used;
}

uint32_t history_connection_slots(const struct history *history)
{
    return history->connection_slots.used;
}

uint32_t history_find(const struct history *history, struct process_key key)
{
    uint32_t slot = history_newest(history, key.pid);
    while (slot != NO_ROW && history->processes[slot].key.start != key.start)
        slot = history->processes[slot].pid_next;
    return slot;
}

struct history_counts history_counts(const struct history *history)
{
    return history->counts;
}

size_t history_size(const struct history *history)
{
    size_t lists = history->running.room + history->adopted.room + history->rows.room +
                   history->batch.room + history->listing.room + history->opened.room;
    return sizeof *history + slots_size(&history->process_slots) +
           slots_size(&history->connection_slots) + slots_size(&history->name_slots) +
           index_size(&history->by_pid) + index_size(&history->running_pids) +
           index_size(&history->by_identity) + index_size(&history->by_ends) +
           index_size(&history->by_name) +
           history->process_room * (sizeof *history->processes + sizeof *history->process_ids) +
           history->connection_room * sizeof *history->connections +
           history->name_room * sizeof(struct name *) + lists * sizeof(uint32_t) +
           history->staged_room * sizeof *history->staged +
           history->change_room * sizeof *history->changes + history->facts_size +
           history->names_size + history->open_room * sizeof *history->open;
}

/* ---- names ---- */

static size_t name_bytes(const struct name *name)
{
    return sizeof *name + name->size;
}

struct name *history_name_retain(struct name *name)
{
    if (name)
        name->refs++;
    return name;
}

void history_name_release(struct history *history, struct name *name)
{
    if (!name || --name->refs > 0)
        return;
    index_remove(&history->by_name, hash_bytes(name->bytes, name->size), name->slot);
    history->names[name->slot] = NULL;
    slots_give(&history->name_slots, name->slot);
    slots_wake(&history->name_slots);
    history->names_size -= name_bytes(name);
    memory_give(name);
}

static enum status reserve_name(struct history *history)
{
    enum status status = slots_reserve(&history->name_slots, 1);
    if (status == ST_OK)
        status = index_reserve(&history->by_name, 1);
    if (status != ST_OK || history->name_room >= history->name_slots.room)
        return status;
    struct name **names =
        memory_grow_array(history->names, history->name_slots.room, sizeof(struct name *));
    if (!names)
        return ST_NO_MEMORY;
    history->names = names;
    history->name_room = history->name_slots.room;
    return ST_OK;
}

/* The shared name of that text, with one reference more. */
static enum status intern(struct history *history, struct text text, struct name **name)
{
    uint64_t hash = text_hash(text);
    size_t at;
    uint32_t slot = index_first(&history->by_name, hash, &at);
    for (; slot != INDEX_NONE; slot = index_next(&history->by_name, hash, &at)) {
        struct name *known = history->names[slot];
        if (text_equal(text, (struct text){known->bytes, known->size})) {
            *name = history_name_retain(known);
            return ST_OK;
        }
    }
    enum status status = reserve_name(history);
    if (status != ST_OK)
        return status;
    struct name *fresh = memory_take(sizeof *fresh + text.size);
    if (!fresh)
        return ST_NO_MEMORY;
    fresh->refs = 1;
    fresh->size = text.size;
    fresh->slot = slots_take(&history->name_slots);
    memcpy(fresh->bytes, text.bytes, text.size);
    history->names[fresh->slot] = fresh;
    index_add(&history->by_name, hash, fresh->slot);
    history->names_size += name_bytes(fresh);
    *name = fresh;
    return ST_OK;
}

enum status history_set_domain(struct history *history, uint32_t slot, struct text domain)
{
    struct name *name = NULL;
    if (!history_connection(history, slot))
        return ST_NOT_FOUND;
    struct connection_entry *entry = &history->connections[slot];
    if (domain.size) {
        enum status status = intern(history, domain, &name);
        if (status != ST_OK)
            return status;
    }
    history_name_release(history, entry->name);
    entry->name = name;
    entry->row.domain = name ? (struct text){name->bytes, name->size} : (struct text){NULL, 0};
    return ST_OK;
}
