#include "core/model/history_store.h"

#include "core/base/memory.h"

#include <string.h>

/* Process start and socket times may come from clocks of different grain; a socket that seems to be
 * bound up to this much before its process started still belongs to it. */
#define BIND_SLACK MOMENT_SECOND
/* How many connections with the same two ends are looked at for one that goes on. More than one at
 * a time is an accident of a table read while it changed. */
#define MOST_ALIKE 8
#define FIRST_ROOM ((size_t)64)

/* ---- identity ---- */

static uint64_t add_address(uint64_t hash, const struct address *address)
{
    uint64_t words[2];
    memcpy(words, address->bytes, sizeof words);
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
    return state < sizeof progress ? progress[state] : 0;
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
    size_t unmet;   /* rows without an open connection */
    size_t met;     /* open connections with a row */
    size_t changes; /* among those met */
};

static struct open_connection *at(const struct merge *merge, uint32_t place)
{
    return &merge->history->open[place];
}

static bool was_met(const struct merge *merge, const struct open_connection *open)
{
    return open->mark == merge->number;
}

static bool is_stale(const struct merge *merge, const struct connection_seen *row)
{
    return merge->table->stale[connection_part_of(row)];
}

/* The place of the open connection of that identity and occurrence, or NO_ROW. */
static uint32_t find_occurrence(const struct merge *merge, const struct connection_seen *row,
                                uint64_t hash, uint32_t occurrence)
{
    const struct index *index = &merge->history->by_identity;
    size_t step;
    uint32_t place = index_first(index, hash, &step);
    for (; place != INDEX_NONE; place = index_next(index, hash, &step)) {
        const struct open_connection *open = at(merge, place);
        if (open->occurrence == occurrence && same_identity(&open->seen, row))
            return place;
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
    uint32_t place = find_occurrence(merge, row, identity_hash(row, ends, number), number);
    if (place != NO_ROW)
        at(merge, first)->repeats = number;
    return place;
}

/* Whether the row tells of what the trail guesses. Yes is the answer that find_exact would give. */
static bool is_guessed(const struct merge *merge, uint32_t place, const struct connection_seen *row)
{
    if (place == NO_ROW)
        return false;
    const struct open_connection *open = at(merge, place);
    return open->occurrence == 0 && !was_met(merge, open) && same_identity(&open->seen, row);
}

static uint32_t follow_trail(const struct merge *merge, struct trail *trail,
                             const struct connection_seen *row)
{
    uint32_t ahead = trail_at(trail, trail->next + PREFETCH_ROWS);
    if (ahead != NO_ROW)
        prefetch(at(merge, ahead), sizeof(struct open_connection));
    uint32_t place = trail_at(trail, trail->next);
    if (is_guessed(merge, place, row)) {
        trail->next++;
        return place;
    }
    place = trail_at(trail, trail->other);
    if (is_guessed(merge, place, row)) {
        trail->next = trail->other + 1;
        return place;
    }
    place = find_exact(merge, row);
    trail->other = place == NO_ROW ? trail->next + 1 : (size_t)at(merge, place)->row_at + 1;
    if (place != NO_ROW)
        trail->next++;
    return place;
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

static void meet(struct merge *merge, uint32_t place)
{
    struct open_connection *open = at(merge, place);
    open->mark = merge->number;
    open->repeats = 0;
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

static void link_owner(struct history *history, struct connection_entry *entry, uint32_t process)
{
    struct process_entry *owner = &history->processes[process];
    entry->row.process = process;
    entry->row.owner = owner->key;
    entry->owner_id = owner->row.id;
    owner->row.connections++;
    history_pin(history, process);
}

/* ---- the indexes of open connections; room is reserved ---- */

static uint64_t ends_key(const struct connection_seen *row)
{
    return hash_mix(ends_hash(row));
}

/* The first place of those with the same two ends, or NO_ROW. */
static uint32_t find_ends(const struct history *history, const struct connection_seen *row)
{
    uint64_t hash = ends_key(row);
    size_t step;
    uint32_t place = index_first(&history->by_ends, hash, &step);
    while (place != INDEX_NONE && !same_ends(&history->open[place].seen, row))
        place = index_next(&history->by_ends, hash, &step);
    return place;
}

static void enter_ends(struct history *history, uint32_t place)
{
    struct open_connection *open = &history->open[place];
    uint32_t first = find_ends(history, &open->seen);
    open->ends_previous = NO_ROW;
    open->ends_next = first;
    if (first == NO_ROW) {
        index_add(&history->by_ends, ends_key(&open->seen), place);
    } else {
        history->open[first].ends_previous = place;
        index_replace(&history->by_ends, ends_key(&open->seen), first, place);
    }
}

static void leave_ends(struct history *history, uint32_t place)
{
    const struct open_connection *open = &history->open[place];
    if (open->ends_next != NO_ROW)
        history->open[open->ends_next].ends_previous = open->ends_previous;
    if (open->ends_previous != NO_ROW)
        history->open[open->ends_previous].ends_next = open->ends_next;
    else if (open->ends_next != NO_ROW)
        index_replace(&history->by_ends, ends_key(&open->seen), place, open->ends_next);
    else
        index_remove(&history->by_ends, ends_key(&open->seen), place);
}

static void enter_identity(struct merge *merge, uint32_t place)
{
    struct open_connection *open = at(merge, place);
    uint64_t ends = ends_hash(&open->seen);
    open->occurrence = next_occurrence(merge, &open->seen, ends);
    open->hash = identity_hash(&open->seen, ends, open->occurrence);
    index_add(&merge->history->by_identity, open->hash, place);
}

/* ---- open, update, close; room is reserved ---- */

static uint32_t take_place(struct history *history)
{
    uint32_t place = history->open_unused;
    if (place == NO_ROW)
        return history->open_used++;
    history->open_unused = history->open[place].ends_next;
    history->open_unused_count--;
    return place;
}

static void give_place(struct history *history, uint32_t place)
{
    history->open[place].ends_next = history->open_unused;
    history->open_unused = place;
    history->open_unused_count++;
}

static uint32_t open_connection(struct merge *merge, const struct connection_seen *row)
{
    struct history *history = merge->history;
    uint32_t slot = slots_take(&history->connection_slots);
    uint32_t place = take_place(history);
    struct connection_entry *entry = &history->connections[slot];
    uint32_t process = find_owner(history, row, history->connections_seen);
    *entry = (struct connection_entry){
        .row = {.id = history->next_connection_id++,
                .seen = *row,
                .owner = {.pid = row->pid},
                .process = NO_ROW,
                .first_seen = merge->now,
                .last_seen = merge->now,
                .state_since = merge->now,
                .indicator = NO_INDICATOR},
        .closed_next = NO_ROW,
    };
    *at(merge, place) = (struct open_connection){
        .seen = *row, .slot = slot, .wants_owner = process == NO_ROW && row->pid != 0};
    enter_identity(merge, place);
    enter_ends(history, place);
    meet(merge, place);
    history->counts.connections++;
    if (process != NO_ROW)
        link_owner(history, entry, process);
    history_note(history, CHANGE_OPENED, slot, 0);
    return place;
}

static void close_connection(struct merge *merge, uint32_t place)
{
    struct history *history = merge->history;
    uint32_t slot = at(merge, place)->slot;
    struct connection_entry *entry = &history->connections[slot];
    index_remove(&history->by_identity, at(merge, place)->hash, place);
    leave_ends(history, place);
    give_place(history, place);
    history_refresh(history, entry); /* to when it was seen last */
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

void history_forget_connection(struct history *history)
{
    uint32_t slot = history->first_closed;
    struct connection_entry *entry = &history->connections[slot];
    history->first_closed = entry->closed_next;
    if (history->first_closed == NO_ROW)
        history->last_closed = NO_ROW;
    history_name_release(history, entry->name);
    entry->name = NULL;
    entry->row.id = 0;
    history->counts.closed--;
    slots_give(&history->connection_slots, slot);
}

/* A process for a connection whose owner was not known when it was first seen. */
static uint32_t late_owner(const struct merge *merge, const struct open_connection *open,
                           const struct connection_seen *row)
{
    if (!open->wants_owner && open->seen.pid == row->pid)
        return NO_ROW;
    const struct connection_entry *entry = &merge->history->connections[open->slot];
    const struct connection_row *known = &entry->row;
    if (history_owner(merge->history, entry) != NO_ROW)
        return NO_ROW;
    uint32_t process = find_owner(merge->history, row, known->first_seen);
    if (process == NO_ROW ||
        merge->history->processes[process].row.facts->key.start > known->first_seen + BIND_SLACK)
        return NO_ROW; /* it bears the PID now, but had not started then */
    return process;
}

/* Whether the row says anything of its connection that is worth a change. */
static bool is_news(const struct merge *merge, const struct open_connection *open,
                    const struct connection_seen *row)
{
    return open->seen.state != row->state || open->seen.pid != row->pid ||
           late_owner(merge, open, row) != NO_ROW;
}

static void update_connection(struct merge *merge, uint32_t place,
                              const struct connection_seen *row)
{
    struct open_connection *open = at(merge, place);
    struct connection_entry *entry = &merge->history->connections[open->slot];
    uint8_t old_state = open->seen.state;
    uint32_t process = late_owner(merge, open, row);
    if (old_state != row->state)
        entry->row.state_since = merge->now;
    if (row->pid != 0)
        entry->row.owner.pid = row->pid;
    entry->row.owner_from_history = row->pid == 0 && entry->row.owner.pid != 0;
    entry->row.seen = *row;
    open->seen = *row;
    if (process != NO_ROW)
        link_owner(merge->history, entry, process);
    open->wants_owner = row->pid != 0 && history_owner(merge->history, entry) == NO_ROW;
    history_note(merge->history, CHANGE_STATE, open->slot, old_state);
}

/* ---- the steps of a merge ---- */

/* 1. Rows that are known by their whole identity. Touches marks only. Rows of a stale part are the
 * source's memory of earlier ones: they tell nothing new. */
static void meet_known(struct merge *merge)
{
    uint32_t *places = merge->history->rows.slots;
    struct trail trail = {.list = &merge->history->opened};
    for (size_t i = 0; i < merge->table->count; i++) {
        const struct connection_seen *row = &merge->table->rows[i];
        bool stale = is_stale(merge, row);
        uint32_t place = follow_trail(merge, &trail, row);
        if (place != NO_ROW && !stale && !state_follows(at(merge, place)->seen.state, row->state))
            place = NO_ROW; /* begun anew */
        places[i] = place;
        if (place == NO_ROW) {
            merge->unmet++;
            continue;
        }
        meet(merge, place);
        at(merge, place)->row_at = (uint32_t)i;
        if (!stale && is_news(merge, at(merge, place), row))
            merge->changes++;
    }
}

static enum status reserve_entries(struct history *history, size_t more)
{
    enum status status = slots_reserve(&history->connection_slots, more);
    if (status != ST_OK || history->connection_room >= history->connection_slots.room)
        return status;
    struct connection_entry *entries =
        memory_grow_array(history->connections, history->connection_slots.room, sizeof *entries);
    if (!entries)
        return ST_NO_MEMORY;
    history->connections = entries;
    history->connection_room = history->connection_slots.room;
    return ST_OK;
}

static enum status reserve_open(struct history *history, size_t more)
{
    size_t fresh = more > history->open_unused_count ? more - history->open_unused_count : 0;
    size_t room = history->open_room ? history->open_room : FIRST_ROOM;
    if (fresh > INT32_MAX - (size_t)history->open_used)
        return ST_TOO_LARGE;
    if (history->open_used + fresh <= history->open_room)
        return ST_OK;
    while (room < history->open_used + fresh)
        room *= 2;
    struct open_connection *open = memory_grow_array(history->open, room, sizeof *open);
    if (!open)
        return ST_NO_MEMORY;
    history->open = open;
    history->open_room = (uint32_t)room;
    return ST_OK;
}

/* 2. Room for whatever the rest may do: each row that is not known opens one or changes one; each
 * open connection without a row closes. */
static enum status reserve(struct merge *merge)
{
    struct history *history = merge->history;
    size_t closing = history->opened.count - merge->met;
    enum status status = reserve_entries(history, merge->unmet);
    if (status == ST_OK)
        status = reserve_open(history, merge->unmet);
    if (status == ST_OK)
        status = index_reserve(&history->by_identity, merge->unmet);
    if (status == ST_OK)
        status = index_reserve(&history->by_ends, merge->unmet);
    if (status == ST_OK)
        status = history_reserve_changes(history, merge->changes + merge->unmet + closing);
    return status;
}

/* 3. What the rows say of the connections they were known by. */
static void update_known(struct merge *merge)
{
    for (size_t i = 0; i < merge->table->count; i++) {
        const struct connection_seen *row = &merge->table->rows[i];
        uint32_t place = merge->history->rows.slots[i];
        if (place != NO_ROW && !is_stale(merge, row) && is_news(merge, at(merge, place), row))
            update_connection(merge, place, row);
    }
}

/* Whether a row that is not known can be what has become of that connection: same ends, and the
 * system has withdrawn the owner, or given it back, or named the first. */
static bool goes_on(const struct merge *merge, const struct open_connection *open,
                    const struct connection_seen *row)
{
    const struct connection_seen *seen = &open->seen;
    uint32_t owner = merge->history->connections[open->slot].row.owner.pid;
    if (!state_follows(seen->state, row->state))
        return false;
    if (seen->created && row->created && seen->created != row->created)
        return false;
    return row->pid == 0 || owner == 0 || owner == row->pid;
}

static uint32_t find_forerunner(const struct merge *merge, const struct connection_seen *row)
{
    uint32_t place = find_ends(merge->history, row);
    for (int i = 0; place != NO_ROW && i < MOST_ALIKE; i++) {
        const struct open_connection *open = at(merge, place);
        if (!was_met(merge, open) && goes_on(merge, open, row))
            return place;
        place = open->ends_next;
    }
    return NO_ROW;
}

/* 4. Connections that go on under another identity. Their rows are marked as done with. */
static void follow_changed(struct merge *merge)
{
    struct history *history = merge->history;
    for (size_t i = 0; i < merge->table->count; i++) {
        const struct connection_seen *row = &merge->table->rows[i];
        if (history->rows.slots[i] != NO_ROW || is_stale(merge, row))
            continue;
        uint32_t place = find_forerunner(merge, row);
        if (place == NO_ROW)
            continue;
        index_remove(&history->by_identity, at(merge, place)->hash, place);
        update_connection(merge, place, row);
        enter_identity(merge, place);
        meet(merge, place);
        history->rows.slots[i] = place;
    }
}

/* 5. Open connections without a row have closed; if their table could not be read, they stay and
 * stand behind the rows of this table. */
static void close_unmet(struct merge *merge)
{
    const struct slot_list *opened = &merge->history->opened;
    struct slot_list *rows = &merge->history->rows;
    for (size_t i = 0; i < opened->count; i++) {
        uint32_t place = opened->slots[i];
        struct open_connection *open = at(merge, place);
        if (i + PREFETCH_ROWS < opened->count)
            prefetch(at(merge, opened->slots[i + PREFETCH_ROWS]), sizeof *open);
        if (was_met(merge, open))
            continue;
        if (is_stale(merge, &open->seen)) {
            open->row_at = (uint32_t)rows->count;
            rows->slots[rows->count++] = place;
        } else {
            close_connection(merge, place);
        }
    }
}

/* 6. What is left of the rows is new. */
static void open_new(struct merge *merge)
{
    uint32_t *places = merge->history->rows.slots;
    for (size_t i = 0; i < merge->table->count; i++) {
        if (places[i] != NO_ROW)
            continue;
        places[i] = open_connection(merge, &merge->table->rows[i]);
        at(merge, places[i])->row_at = (uint32_t)i;
    }
}

/* 7. This table's rows lead the way through the next. */
static void keep_trail(struct history *history)
{
    struct slot_list rows = history->rows;
    history->rows = history->opened;
    history->rows.count = 0;
    history->opened = rows;
}

static void note_parts(struct merge *merge)
{
    struct history *history = merge->history;
    history->connections_seen = merge->now;
    for (int part = 0; part < PART_COUNT; part++) {
        history->part_stale[part] = merge->table->stale[part];
        if (!history->part_stale[part])
            history->part_seen[part] = merge->now;
    }
}

enum status history_apply_connections(struct history *history, const struct connection_table *table,
                                      moment now)
{
    struct merge merge = {
        .history = history, .table = table, .now = now, .number = ++history->connection_merges};
    enum status status = slot_list_reserve(&history->rows, table->count + history->opened.count);
    if (status != ST_OK)
        return status;
    meet_known(&merge);
    status = reserve(&merge);
    if (status != ST_OK)
        return status;
    history->rows.count = table->count;
    if (merge.changes > 0)
        update_known(&merge);
    if (merge.unmet > 0)
        follow_changed(&merge);
    if (history->opened.count > merge.met)
        close_unmet(&merge);
    if (merge.unmet > 0)
        open_new(&merge);
    keep_trail(history);
    note_parts(&merge);
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
        if (pid == last || pid == 0)
            continue;
        last = pid;
        if (history_running(history, pid) == NO_ROW && !is_listed(pids, count, pid))
            pids[count++] = pid;
    }
    return count;
}
