#include "core/model/history_store.h"

#include "core/base/memory.h"

/* Process start and socket times may come from clocks of different grain; a socket that seems to be
 * bound up to this much before its process started still belongs to it. */
#define BIND_SLACK MOMENT_SECOND
/* How many connections with the same two ends are looked at for one that goes on. More than one at
 * a time is an accident of a table read while it changed. */
#define MOST_ALIKE 8

/* ---- identity ---- */

static enum connection_part part_of(const struct connection_seen *row)
{
    if (row->transport == TRANSPORT_TCP)
        return row->ipv6_table ? PART_TCP6 : PART_TCP4;
    return row->ipv6_table ? PART_UDP6 : PART_UDP4;
}

static uint64_t add_address(uint64_t hash, const struct address *address)
{
    uint64_t words[2];
    memcpy(words, address->bytes, sizeof(words));
    return hash_add(hash_add(hash, words[0]), words[1]);
}

static uint64_t ends_hash(const struct connection_seen *row)
{
    uint64_t flags =
        (uint64_t)row->transport << 2 | (uint64_t)row->ipv6_table << 1 | (uint64_t)row->has_remote;
    uint64_t hash = hash_add(flags << 32 | (uint64_t)row->local.port << 16 | row->remote.port,
                             (uint64_t)row->local.scope << 32 | row->remote.scope);
    hash = add_address(hash, &row->local.address);
    if (row->has_remote)
        hash = add_address(hash, &row->remote.address);
    return hash;
}

static uint64_t identity_hash(const struct connection_seen *row, uint64_t ends, uint32_t occurrence)
{
    uint64_t hash = hash_add(ends, (uint64_t)row->pid << 32 | occurrence);
    return hash_mix(hash_add(hash, (uint64_t)row->created));
}

static bool same_end(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && a->scope == b->scope && address_equal(&a->address, &b->address);
}

static bool same_ends(const struct connection_seen *a, const struct connection_seen *b)
{
    return a->transport == b->transport && a->ipv6_table == b->ipv6_table &&
           a->has_remote == b->has_remote && same_end(&a->local, &b->local) &&
           same_end(&a->remote, &b->remote);
}

static bool same_identity(const struct connection_seen *a, const struct connection_seen *b)
{
    return a->pid == b->pid && a->created == b->created && same_ends(a, b);
}

/* How far a connection has come in its life; 0 where the state does not tell. */
static unsigned progress_of(uint8_t state)
{
    static const unsigned char progress[] = {
        [TCP_SYN_SENT] = 1,   [TCP_SYN_RECEIVED] = 2, [TCP_ESTABLISHED] = 3, [TCP_FIN_WAIT_1] = 4,
        [TCP_CLOSE_WAIT] = 4, [TCP_FIN_WAIT_2] = 5,   [TCP_CLOSING] = 5,     [TCP_LAST_ACK] = 5,
        [TCP_TIME_WAIT] = 6,  [TCP_CLOSED] = 7,       [TCP_DELETE_TCB] = 7,
    };
    return state < sizeof(progress) ? progress[state] : 0;
}

/* A connection only moves on; one that seems to go back is another one between the same ends. */
static bool state_follows(uint8_t before, uint8_t after)
{
    return progress_of(after) == 0 || progress_of(after) >= progress_of(before);
}

/* ---- one merge ---- */

struct merge {
    struct history *history;
    const struct connection_table *table;
    moment now;
    uint64_t number;
    size_t unmet;   /* rows without a slot */
    size_t met;     /* open connections with a row */
    size_t changes; /* among those met */
};

static struct connection_entry *at(const struct merge *merge, uint32_t slot)
{
    return &merge->history->connections[slot];
}

static bool was_met(const struct merge *merge, const struct connection_entry *entry)
{
    return entry->mark == merge->number;
}

/* The open connection of that identity and occurrence, or NO_ROW. */
static uint32_t find_occurrence(const struct merge *merge, const struct connection_seen *row,
                                uint64_t hash, uint32_t occurrence)
{
    const struct index *index = &merge->history->by_identity;
    size_t place;
    uint32_t slot = index_first(index, hash, &place);
    for (; slot != INDEX_NONE; slot = index_next(index, hash, &place)) {
        const struct connection_entry *entry = at(merge, slot);
        if (entry->occurrence == occurrence && same_identity(&entry->row.seen, row))
            return slot;
    }
    return NO_ROW;
}

/* The connection that the next row of that identity tells of. Rows alike to the last byte take
 * occurrences 0, 1, 2 … in turn; occurrence 0 counts them. */
static uint32_t find_exact(const struct merge *merge, const struct connection_seen *row)
{
    uint64_t ends = ends_hash(row);
    uint32_t first = find_occurrence(merge, row, identity_hash(row, ends, 0), 0);
    if (first == NO_ROW || !was_met(merge, at(merge, first)))
        return first;
    uint32_t number = at(merge, first)->repeats + 1;
    uint32_t slot = find_occurrence(merge, row, identity_hash(row, ends, number), number);
    if (slot != NO_ROW)
        at(merge, first)->repeats = number;
    return slot;
}

/* The occurrence for one more connection of that identity, counted. */
static uint32_t next_occurrence(const struct merge *merge, const struct connection_seen *row,
                                uint64_t ends)
{
    uint32_t first = find_occurrence(merge, row, identity_hash(row, ends, 0), 0);
    if (first == NO_ROW || !was_met(merge, at(merge, first)))
        return 0;
    return ++at(merge, first)->repeats;
}

static void meet(struct merge *merge, uint32_t slot)
{
    struct connection_entry *entry = at(merge, slot);
    entry->mark = merge->number;
    if (entry->occurrence == 0)
        entry->repeats = 0;
    merge->met++;
}

/* ---- owners ---- */

/* Whether a process may own a connection that was first seen at `seen` and not yet at `before`. */
static bool may_own(const struct process_row *process, const struct connection_seen *row,
                    moment before)
{
    if (process->ended != 0 && process->ended < before)
        return false;
    return row->created == 0 || process->facts->key.start <= row->created + BIND_SLACK;
}

/* The process with the row's PID that was running when the connection was first seen, or NO_ROW. */
static uint32_t find_owner(const struct history *history, const struct connection_seen *row,
                           moment before)
{
    uint32_t slot = row->pid ? history_newest(history, row->pid) : NO_ROW;
    while (slot != NO_ROW && !may_own(&history->processes[slot].row, row, before))
        slot = history->processes[slot].pid_next;
    return slot;
}

static void link_owner(struct history *history, uint32_t slot, uint32_t process)
{
    struct connection_entry *entry = &history->connections[slot];
    struct process_entry *owner = &history->processes[process];
    entry->row.process = process;
    entry->row.owner = owner->row.facts->key;
    entry->process_previous = NO_ROW;
    entry->process_next = owner->first_connection;
    if (owner->first_connection != NO_ROW)
        history->connections[owner->first_connection].process_previous = slot;
    owner->first_connection = slot;
    owner->row.connections++;
    history_pin(history, process);
}

static void unlink_owner(struct history *history, struct connection_entry *entry)
{
    if (entry->row.process == NO_ROW)
        return;
    if (entry->process_previous == NO_ROW)
        history->processes[entry->row.process].first_connection = entry->process_next;
    else
        history->connections[entry->process_previous].process_next = entry->process_next;
    if (entry->process_next != NO_ROW)
        history->connections[entry->process_next].process_previous = entry->process_previous;
    entry->row.process = NO_ROW;
}

/* ---- open, update, close; room is reserved ---- */

static void enter_ends(struct history *history, uint32_t slot)
{
    struct connection_entry *entry = &history->connections[slot];
    uint64_t hash = hash_mix(ends_hash(&entry->row.seen));
    size_t place;
    uint32_t first = index_first(&history->by_ends, hash, &place);
    while (first != INDEX_NONE &&
           !same_ends(&history->connections[first].row.seen, &entry->row.seen))
        first = index_next(&history->by_ends, hash, &place);
    entry->ends_previous = NO_ROW;
    entry->ends_next = first;
    if (first == INDEX_NONE) {
        index_add(&history->by_ends, hash, slot);
    } else {
        history->connections[first].ends_previous = slot;
        index_replace(&history->by_ends, hash, first, slot);
    }
}

static void leave_ends(struct history *history, uint32_t slot)
{
    struct connection_entry *entry = &history->connections[slot];
    uint64_t hash = hash_mix(ends_hash(&entry->row.seen));
    if (entry->ends_next != NO_ROW)
        history->connections[entry->ends_next].ends_previous = entry->ends_previous;
    if (entry->ends_previous != NO_ROW)
        history->connections[entry->ends_previous].ends_next = entry->ends_next;
    else if (entry->ends_next != NO_ROW)
        index_replace(&history->by_ends, hash, slot, entry->ends_next);
    else
        index_remove(&history->by_ends, hash, slot);
}

static void enter_identity(struct merge *merge, uint32_t slot)
{
    struct connection_entry *entry = at(merge, slot);
    uint64_t ends = ends_hash(&entry->row.seen);
    entry->occurrence = next_occurrence(merge, &entry->row.seen, ends);
    entry->hash = identity_hash(&entry->row.seen, ends, entry->occurrence);
    index_add(&merge->history->by_identity, entry->hash, slot);
}

static void open_connection(struct merge *merge, const struct connection_seen *row)
{
    struct history *history = merge->history;
    uint32_t slot = slots_take(&history->connection_slots);
    struct connection_entry *entry = at(merge, slot);
    *entry = (struct connection_entry){
        .row = {.id = history->next_connection_id++,
                .seen = *row,
                .owner = {.pid = row->pid},
                .process = NO_ROW,
                .stale = merge->table->stale[part_of(row)],
                .first_seen = merge->now,
                .last_seen = merge->now,
                .state_since = merge->now,
                .indicator = NO_INDICATOR},
        .open_at = (uint32_t)history->open.count,
        .closed_next = NO_ROW,
    };
    enter_identity(merge, slot);
    entry->mark = merge->number;
    enter_ends(history, slot);
    history->open.slots[history->open.count++] = slot;
    history->counts.connections++;
    uint32_t process = find_owner(history, row, history->connections_seen);
    if (process != NO_ROW)
        link_owner(history, slot, process);
    history_note(history, CHANGE_OPENED, slot, 0);
}

static void close_connection(struct merge *merge, uint32_t slot)
{
    struct history *history = merge->history;
    struct connection_entry *entry = at(merge, slot);
    index_remove(&history->by_identity, entry->hash, slot);
    leave_ends(history, slot);
    uint32_t last = history->open.slots[--history->open.count];
    history->open.slots[entry->open_at] = last;
    history->connections[last].open_at = entry->open_at;
    entry->row.closed = known_moment(merge->now);
    entry->row.stale = false;
    if (history->last_closed == NO_ROW)
        history->first_closed = slot;
    else
        history->connections[history->last_closed].closed_next = slot;
    history->last_closed = slot;
    history->counts.connections--;
    history->counts.closed++;
    if (entry->row.process != NO_ROW) {
        history->processes[entry->row.process].row.connections--;
        history_unpin(history, entry->row.process, merge->now);
    }
    history_note(history, CHANGE_CLOSED, slot, 0);
}

void history_forget_connection(struct history *history, uint32_t slot)
{
    struct connection_entry *entry = &history->connections[slot];
    history->first_closed = entry->closed_next;
    if (history->first_closed == NO_ROW)
        history->last_closed = NO_ROW;
    unlink_owner(history, entry);
    history_name_release(history, entry->name);
    *entry = (struct connection_entry){.row.id = 0};
    history->counts.closed--;
    slots_give(&history->connection_slots, slot);
}

/* A process for a connection whose owner was not known when it was first seen. */
static uint32_t late_owner(const struct merge *merge, const struct connection_entry *entry,
                           const struct connection_seen *row)
{
    if (entry->row.process != NO_ROW || row->pid == 0)
        return NO_ROW;
    uint32_t process = find_owner(merge->history, row, entry->row.first_seen);
    if (process == NO_ROW || merge->history->processes[process].row.facts->key.start >
                                 entry->row.first_seen + BIND_SLACK)
        return NO_ROW; /* it bears the PID now, but had not started then */
    return process;
}

/* Whether the row says anything new of its connection that is worth a change. */
static bool is_news(const struct merge *merge, const struct connection_entry *entry,
                    const struct connection_seen *row)
{
    return entry->row.seen.state != row->state || entry->row.seen.pid != row->pid ||
           late_owner(merge, entry, row) != NO_ROW;
}

/* Rows of a stale part are the source's memory of earlier ones: nothing was seen. */
static void update_connection(struct merge *merge, uint32_t slot, const struct connection_seen *row)
{
    struct connection_entry *entry = at(merge, slot);
    entry->row.stale = merge->table->stale[part_of(row)];
    if (entry->row.stale)
        return;
    bool news = is_news(merge, entry, row);
    uint8_t old_state = entry->row.seen.state;
    uint32_t process = late_owner(merge, entry, row);
    entry->row.seen = *row;
    entry->row.last_seen = merge->now;
    if (!news)
        return;
    if (old_state != row->state)
        entry->row.state_since = merge->now;
    if (row->pid != 0)
        entry->row.owner.pid = row->pid;
    entry->row.owner_from_history = row->pid == 0 && entry->row.owner.pid != 0;
    if (process != NO_ROW)
        link_owner(merge->history, slot, process);
    history_note(merge->history, CHANGE_STATE, slot, old_state);
}

/* ---- the steps of a merge ---- */

/* 1. Rows that are known by their whole identity. Touches marks only. */
static void meet_known(struct merge *merge)
{
    uint32_t *slots = merge->history->rows.slots;
    for (size_t i = 0; i < merge->table->count; i++) {
        const struct connection_seen *row = &merge->table->rows[i];
        uint32_t slot = find_exact(merge, row);
        if (slot != NO_ROW && !merge->table->stale[part_of(row)] &&
            !state_follows(at(merge, slot)->row.seen.state, row->state))
            slot = NO_ROW; /* begun anew */
        slots[i] = slot;
        if (slot == NO_ROW) {
            merge->unmet++;
            continue;
        }
        meet(merge, slot);
        if (is_news(merge, at(merge, slot), row))
            merge->changes++;
    }
}

static enum status reserve_entries(struct history *history, size_t more)
{
    enum status status = slots_reserve(&history->connection_slots, more);
    if (status != ST_OK || history->connection_room >= history->connection_slots.room)
        return status;
    struct connection_entry *entries =
        memory_grow_array(history->connections, history->connection_slots.room, sizeof(*entries));
    if (!entries)
        return ST_NO_MEMORY;
    history->connections = entries;
    history->connection_room = history->connection_slots.room;
    return ST_OK;
}

/* 2. Room for whatever the rest may do: each row without a slot opens one or changes one; each open
 * connection without a row closes. A connection that is entered anew needs room beside the old. */
static enum status reserve(struct merge *merge)
{
    struct history *history = merge->history;
    size_t closing = history->open.count - merge->met;
    enum status status = reserve_entries(history, merge->unmet);
    if (status == ST_OK)
        status = index_reserve(&history->by_identity, merge->unmet);
    if (status == ST_OK)
        status = index_reserve(&history->by_ends, merge->unmet);
    if (status == ST_OK)
        status = slot_list_reserve(&history->open, merge->unmet);
    if (status == ST_OK)
        status = history_reserve_changes(history, merge->changes + merge->unmet + closing);
    return status;
}

/* Whether a row without a slot can be what has become of that connection: same ends, and the system
 * has withdrawn the owner, or given it back, or named the first. */
static bool goes_on(const struct connection_entry *entry, const struct connection_seen *row)
{
    const struct connection_seen *seen = &entry->row.seen;
    if (!state_follows(seen->state, row->state))
        return false;
    if (seen->created && row->created && seen->created != row->created)
        return false;
    if (row->pid == 0)
        return true;
    return seen->pid == row->pid || entry->row.owner.pid == 0 || entry->row.owner.pid == row->pid;
}

static uint32_t find_forerunner(const struct merge *merge, const struct connection_seen *row)
{
    const struct history *history = merge->history;
    uint64_t hash = hash_mix(ends_hash(row));
    size_t place;
    uint32_t slot = index_first(&history->by_ends, hash, &place);
    while (slot != INDEX_NONE && !same_ends(&at(merge, slot)->row.seen, row))
        slot = index_next(&history->by_ends, hash, &place);
    for (int i = 0; slot != NO_ROW && i < MOST_ALIKE; i++) {
        const struct connection_entry *entry = at(merge, slot);
        if (!was_met(merge, entry) && goes_on(entry, row))
            return slot;
        slot = entry->ends_next;
    }
    return NO_ROW;
}

/* 3. Connections that go on under another identity. */
static void follow_changed(struct merge *merge)
{
    struct history *history = merge->history;
    for (size_t i = 0; i < merge->table->count; i++) {
        const struct connection_seen *row = &merge->table->rows[i];
        if (history->rows.slots[i] != NO_ROW || merge->table->stale[part_of(row)])
            continue;
        uint32_t slot = find_forerunner(merge, row);
        if (slot == NO_ROW)
            continue;
        index_remove(&history->by_identity, at(merge, slot)->hash, slot);
        update_connection(merge, slot, row);
        enter_identity(merge, slot);
        meet(merge, slot);
        history->rows.slots[i] = slot;
    }
}

/* 4. Open connections without a row have closed, unless their table could not be read. */
static void close_unmet(struct merge *merge)
{
    struct history *history = merge->history;
    for (size_t i = history->open.count; i > 0; i--) {
        uint32_t slot = history->open.slots[i - 1];
        struct connection_entry *entry = at(merge, slot);
        if (was_met(merge, entry))
            continue;
        if (merge->table->stale[part_of(&entry->row.seen)])
            entry->row.stale = true;
        else
            close_connection(merge, slot);
    }
}

/* 5. What is left of the rows is new. */
static void update_and_open(struct merge *merge)
{
    for (size_t i = 0; i < merge->table->count; i++) {
        const struct connection_seen *row = &merge->table->rows[i];
        uint32_t slot = merge->history->rows.slots[i];
        if (slot != NO_ROW)
            update_connection(merge, slot, row);
        else
            open_connection(merge, row);
    }
}

enum status history_apply_connections(struct history *history, const struct connection_table *table,
                                      moment now)
{
    struct merge merge = {
        .history = history, .table = table, .now = now, .number = ++history->connection_merges};
    enum status status = slot_list_reserve(&history->rows, table->count);
    if (status != ST_OK)
        return status;
    meet_known(&merge);
    status = reserve(&merge);
    if (status != ST_OK)
        return status;
    if (merge.unmet > 0)
        follow_changed(&merge);
    if (history->open.count > merge.met)
        close_unmet(&merge);
    update_and_open(&merge);
    history->connections_seen = now;
    return ST_OK;
}

/* ---- unknown owners ---- */

static bool is_listed(const uint32_t *pids, size_t count, uint32_t pid)
{
    for (size_t i = 0; i < count; i++) {
        if (pids[i] == pid)
            return true;
    }
    return false;
}

size_t history_unknown_pids(const struct history *history, const struct connection_table *table,
                            uint32_t *pids, size_t most)
{
    size_t count = 0;
    uint32_t last = 0; /* rows of one owner often stand together */
    for (size_t i = 0; i < table->count && count < most; i++) {
        uint32_t pid = table->rows[i].pid;
        if (pid == last)
            continue;
        last = pid;
        if (pid == 0)
            continue;
        uint32_t slot = history_newest(history, pid);
        if ((slot == NO_ROW || !process_runs(&history->processes[slot])) &&
            !is_listed(pids, count, pid))
            pids[count++] = pid;
    }
    return count;
}
