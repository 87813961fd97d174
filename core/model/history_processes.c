#include "core/model/history_store.h"

#include "core/base/memory.h"

/* ---- room ---- */

static enum status reserve_entries(struct history *history, size_t more)
{
    enum status status = slots_reserve(&history->process_slots, more);
    if (status != ST_OK || history->process_room >= history->process_slots.room)
        return status;
    struct process_entry *entries =
        memory_grow_array(history->processes, history->process_slots.room, sizeof *entries);
    if (!entries)
        return ST_NO_MEMORY;
    history->processes = entries;
    uint64_t *ids =
        memory_grow_array(history->process_ids, history->process_slots.room, sizeof *ids);
    if (!ids)
        return ST_NO_MEMORY;
    history->process_ids = ids;
    history->process_room = history->process_slots.room;
    return ST_OK;
}

/* Room for `started` new processes, and for all that run to end. */
static enum status reserve(struct history *history, size_t started)
{
    enum status status = reserve_entries(history, started);
    if (status == ST_OK)
        status = index_reserve(&history->by_pid, started);
    if (status == ST_OK)
        status = index_reserve(&history->running_pids, started);
    if (status == ST_OK)
        status = slot_list_reserve(&history->running, started);
    if (status == ST_OK)
        status = history_reserve_changes(history, history->running.count + 2 * started);
    return status;
}

/* ---- beginning and end of a process ---- */

/* Takes a process in; its facts are handed over. Room is reserved. */
static uint32_t add_process(struct history *history, const struct process_seen *row,
                            const struct process_facts *facts, moment now)
{
    uint32_t slot = slots_take(&history->process_slots);
    uint32_t older = history_newest(history, row->key.pid);
    history->processes[slot] = (struct process_entry){
        .key = row->key,
        .row = {.id = history->next_process_id++,
                .facts = facts,
                .first_seen = now,
                .last_seen = now,
                .cpu = row->cpu,
                .threads = row->threads,
                .parent = NO_ROW,
                .parent_kind = PARENT_GONE,
                .suspended = row->suspended,
                .watched_as = NO_INDICATOR,
                .indicator = NO_INDICATOR},
        .cpu_when = now,
        .running_at = (uint32_t)history->running.count,
        .pid_next = older,
        .pid_previous = NO_ROW,
        .first_child = NO_ROW,
        .sibling_next = NO_ROW,
        .sibling_previous = NO_ROW,
    };
    if (older == NO_ROW) {
        index_add(&history->by_pid, pid_hash(row->key.pid), slot);
    } else {
        history->processes[older].pid_previous = slot;
        index_replace(&history->by_pid, pid_hash(row->key.pid), older, slot);
    }
    history->process_ids[slot] = history->processes[slot].row.id;
    index_add(&history->running_pids, pid_hash(row->key.pid), slot);
    history->running.slots[history->running.count++] = slot;
    history->facts_size += process_facts_size(facts);
    history->counts.processes++;
    history_note(history, CHANGE_STARTED, slot, 0);
    return slot;
}

static void end_process(struct history *history, struct source *source, uint32_t slot, moment now)
{
    struct process_entry *entry = &history->processes[slot];
    struct process_exit exit = {.when = 0};
    enum status status = source_ended(source, entry->key, &exit);
    if (status != ST_OK)
        exit = (struct process_exit){.code_state = read_state_from(status)};
    entry->row.exit = exit;
    entry->row.ended = known_moment(exit.when ? exit.when : now);
    entry->row.cpu_share = 0;
    entry->row.suspended = false;

    index_remove(&history->running_pids, pid_hash(entry->key.pid), slot);
    uint32_t last = history->running.slots[--history->running.count];
    history->running.slots[entry->running_at] = last;
    history->processes[last].running_at = entry->running_at;
    history->counts.processes--;
    history->counts.ended++;
    history_retire(history, slot, now);
    history_note(history, CHANGE_ENDED, slot, 0);
}

static void leave_adopted(struct history *history, uint32_t slot)
{
    struct slot_list *adopted = &history->adopted;
    for (size_t i = 0; i < adopted->count; i++) {
        if (adopted->slots[i] == slot) {
            adopted->slots[i] = adopted->slots[--adopted->count];
            return;
        }
    }
}

void history_forget_process(struct history *history, uint32_t slot, moment now)
{
    struct process_entry *entry = &history->processes[slot];
    uint64_t hash = pid_hash(entry->key.pid);
    if (entry->adopted)
        leave_adopted(history, slot);
    history_uproot(history, slot, now);
    history->process_ids[slot] = 0;
    if (entry->pid_next != NO_ROW)
        history->processes[entry->pid_next].pid_previous = entry->pid_previous;
    if (entry->pid_previous != NO_ROW)
        history->processes[entry->pid_previous].pid_next = entry->pid_next;
    else if (entry->pid_next != NO_ROW)
        index_replace(&history->by_pid, hash, slot, entry->pid_next);
    else
        index_remove(&history->by_pid, hash, slot);
    history->facts_size -= process_facts_size(entry->row.facts);
    process_facts_release(entry->row.facts);
    entry->row.facts = NULL;
    history->counts.ended--;
    slots_give(&history->process_slots, slot);
}

/* ---- which row is which process ---- */

/* Where one of two start times is unknown, the same PID with the same name and parent is taken for
 * the same process, unless the known time lies after the moment at which the other was first seen:
 * unknown means unverified, not reused. The same holds of a name that is not known yet. */
static bool may_be_same(const struct process_row *known, const struct process_seen *row)
{
    const struct process_facts *facts = known->facts;
    if (row->key.start != 0 && facts->key.start != 0)
        return false;
    return row->key.start <= known->first_seen && row->parent_pid == facts->parent_pid &&
           (!row->name.size || !facts->name.size || text_equal(row->name, facts->name));
}

/* The running process that a row tells of, or NO_ROW. */
static uint32_t find_running(const struct history *history, const struct process_seen *row)
{
    uint32_t slot = history_running(history, row->key.pid);
    if (slot == NO_ROW)
        return NO_ROW;
    const struct process_entry *entry = &history->processes[slot];
    return entry->key.start == row->key.start || may_be_same(&entry->row, row) ? slot : NO_ROW;
}

/* Whether the row tells of what the trail guesses. Yes is the answer that find_running would give.
 */
static bool is_guessed(const struct history *history, uint32_t slot, const struct process_seen *row)
{
    if (slot == NO_ROW)
        return false;
    const struct process_entry *entry = &history->processes[slot];
    return process_key_equal(entry->key, row->key) && entry->row.facts && process_runs(entry) &&
           entry->mark != history->process_merges;
}

static uint32_t follow_trail(const struct history *history, struct trail *trail,
                             const struct process_seen *row)
{
    uint32_t ahead = trail_at(trail, trail->next + PREFETCH_ROWS);
    if (ahead != NO_ROW)
        prefetch(&history->processes[ahead], sizeof(struct process_entry));
    uint32_t slot = trail_at(trail, trail->next);
    if (is_guessed(history, slot, row)) {
        trail->next++;
        return slot;
    }
    slot = trail_at(trail, trail->other);
    if (is_guessed(history, slot, row)) {
        trail->next = trail->other + 1;
        return slot;
    }
    slot = find_running(history, row);
    trail->other = slot == NO_ROW ? trail->next + 1 : (size_t)history->processes[slot].row_at + 1;
    if (slot != NO_ROW)
        trail->next++;
    return slot;
}

/* A process that has ended and is still listed (somebody holds it open): the one with that key that
 * was in the listing before, or NO_ROW. */
static uint32_t find_lingering(const struct history *history, const struct process_seen *row)
{
    uint32_t slot = history_find(history, row->key);
    if (slot == NO_ROW || process_runs(&history->processes[slot]) ||
        history->processes[slot].listed != history->listings)
        return NO_ROW;
    return slot;
}

/* ---- merging a listing ---- */

static enum status stage(struct history *history, struct source *source,
                         const struct process_seen *row, size_t *count)
{
    if (*count == history->staged_room) {
        size_t room = history->staged_room ? 2 * history->staged_room : 64;
        struct staged_process *staged = memory_grow_array(history->staged, room, sizeof *staged);
        if (!staged)
            return ST_NO_MEMORY;
        history->staged = staged;
        history->staged_room = room;
    }
    const struct process_facts *facts;
    enum status status = source_facts(source, row, &facts);
    if (status != ST_OK)
        return status;
    history->staged[(*count)++] = (struct staged_process){row, facts};
    return ST_OK;
}

static void unstage(struct history *history, size_t count)
{
    for (size_t i = 0; i < count; i++)
        process_facts_release(history->staged[i].facts);
}

/* Finds the slot of each row; asks for the facts of those that have none. */
static enum status meet_rows(struct history *history, struct source *source,
                             const struct process_table *table, size_t *staged)
{
    enum status status = ST_OK;
    struct trail trail = {.list = &history->listing};
    for (size_t i = 0; i < table->count && status == ST_OK; i++) {
        const struct process_seen *row = &table->rows[i];
        uint32_t slot = follow_trail(history, &trail, row);
        if (slot != NO_ROW && history->processes[slot].mark == history->process_merges)
            slot = NO_ROW; /* listed twice */
        else if (slot != NO_ROW)
            history->processes[slot].mark = history->process_merges;
        else if (find_lingering(history, row) == NO_ROW)
            status = stage(history, source, row, staged);
        history->rows.slots[i] = slot;
    }
    return status;
}

/* CPU time spent between two listings, over the time between them, in 1/10,000. */
static uint32_t share_of(int64_t spent, int64_t elapsed)
{
    if (spent <= 0 || elapsed <= 0)
        return 0;
    double share = (double)spent * 10000.0 / (double)elapsed;
    return share < (double)UINT32_MAX ? (uint32_t)(share + 0.5) : UINT32_MAX;
}

static void update_process(struct process_entry *entry, const struct process_seen *row, moment now)
{
    bool both_known = row->cpu >= 0 && entry->row.cpu >= 0;
    entry->row.cpu_share =
        both_known ? share_of(row->cpu - entry->row.cpu, now - entry->cpu_when) : 0;
    entry->row.cpu = row->cpu;
    entry->row.threads = row->threads;
    entry->row.suspended = row->suspended;
    entry->row.last_seen = now;
    entry->cpu_when = now;
}

/* Rows first, so that those that linger keep their place in the listing before it is counted on. */
static void update_rows(struct history *history, const struct process_table *table, moment now)
{
    uint64_t listing = history->listings + 1;
    for (size_t i = 0; i < table->count; i++) {
        uint32_t slot = history->rows.slots[i];
        if (slot == NO_ROW) {
            slot = find_lingering(history, &table->rows[i]);
            if (slot != NO_ROW)
                history->processes[slot].listed = listing;
            continue;
        }
        history->processes[slot].listed = listing;
        history->processes[slot].row_at = (uint32_t)i;
        update_process(&history->processes[slot], &table->rows[i], now);
    }
    history->listings = listing;
}

static void end_missing(struct history *history, struct source *source, moment now)
{
    for (size_t i = history->running.count; i > 0; i--) {
        uint32_t slot = history->running.slots[i - 1];
        const struct process_entry *entry = &history->processes[slot];
        if (i > PREFETCH_ROWS)
            prefetch(&history->processes[history->running.slots[i - 1 - PREFETCH_ROWS]],
                     sizeof *entry);
        if (entry->mark != history->process_merges || source_has_ended(source, entry->key))
            end_process(history, source, slot, now);
    }
}

/* A running process that bears the PID of one that is to be taken in. PIDs are unique among running
 * processes: the younger of the two is the living one. True when the new one is to be taken in. */
static bool make_way(struct history *history, struct source *source, struct process_key key,
                     moment now)
{
    uint32_t slot = history_running(history, key.pid);
    if (slot == NO_ROW)
        return true;
    moment start = history->processes[slot].key.start;
    if (start == key.start || (start != 0 && key.start != 0 && key.start < start))
        return false;
    end_process(history, source, slot, now);
    return true;
}

/* Takes in the staged ones and collects their slots in `batch`. */
static void add_staged(struct history *history, struct source *source, size_t staged, moment now)
{
    history->batch.count = 0;
    for (size_t i = 0; i < staged; i++) {
        const struct staged_process *fresh = &history->staged[i];
        if (!make_way(history, source, fresh->row->key, now)) {
            process_facts_release(fresh->facts);
            continue;
        }
        uint32_t slot = add_process(history, fresh->row, fresh->facts, now);
        history->processes[slot].mark = history->process_merges;
        history->processes[slot].listed = history->listings;
        history->batch.slots[history->batch.count++] = slot;
    }
}

/* Those adopted since the last listing get another look: their parents may be known only now. */
static void find_parents(struct history *history, moment now)
{
    size_t added = history->batch.count;
    for (size_t i = 0; i < history->adopted.count; i++) {
        uint32_t slot = history->adopted.slots[i];
        history->processes[slot].adopted = false;
        history->batch.slots[added + i] = slot;
    }
    history_find_parents(history, history->batch.slots, added + history->adopted.count, now);
    history->adopted.count = 0;
}

/* The rows of this listing lead the way through the next. New ones join it there. */
static void keep_trail(struct history *history, const struct process_table *table)
{
    struct slot_list rows = history->rows;
    history->rows = history->listing;
    history->rows.count = 0;
    history->listing = rows;
    history->listing.count = table->count;
}

enum status history_apply_processes(struct history *history, struct source *source,
                                    const struct process_table *table, moment now)
{
    size_t staged = 0;
    history->process_merges++;
    history->batch.count = 0;
    enum status status = slot_list_reserve(&history->rows, table->count);
    if (status == ST_OK)
        status = meet_rows(history, source, table, &staged);
    if (status == ST_OK)
        status = slot_list_reserve(&history->batch, staged + history->adopted.count);
    if (status == ST_OK)
        status = reserve(history, staged);
    if (status != ST_OK) {
        unstage(history, staged);
        return status;
    }
    update_rows(history, table, now);
    end_missing(history, source, now);
    add_staged(history, source, staged, now);
    find_parents(history, now);
    for (size_t i = 0; i < history->batch.count; i++) {
        uint32_t slot = history->batch.slots[i];
        const struct process_entry *entry = &history->processes[slot];
        if (process_runs(entry) && source_has_ended(source, entry->key))
            end_process(history, source, slot, now);
    }
    keep_trail(history, table);
    return ST_OK;
}

/* ---- one process at once ---- */

/* Whether that key is in the history, or is older than what runs under its PID. */
static bool is_known(const struct history *history, const struct process_seen *row)
{
    uint32_t slot = history_running(history, row->key.pid);
    if (find_running(history, row) != NO_ROW)
        return true;
    if (row->key.start == 0)
        return false;
    if (history_find(history, row->key) != NO_ROW)
        return true;
    return slot != NO_ROW && history->processes[slot].key.start > row->key.start;
}

/* It and those adopted before it that name its PID as their parent's. */
static void find_parents_around(struct history *history, uint32_t slot, moment now)
{
    size_t count = 0;
    uint32_t pid = history->processes[slot].key.pid;
    history->batch.slots[count++] = slot;
    for (size_t i = 0; i < history->adopted.count; i++) {
        uint32_t other = history->adopted.slots[i];
        if (history->processes[other].row.facts->parent_pid == pid)
            history->batch.slots[count++] = other;
    }
    history_find_parents(history, history->batch.slots, count, now);
}

enum status history_adopt(struct history *history, struct source *source,
                          const struct process_seen *row, moment now)
{
    size_t staged = 0;
    if (is_known(history, row))
        return ST_OK;
    history->batch.count = 0;
    enum status status = slot_list_reserve(&history->batch, history->adopted.count + 1);
    if (status == ST_OK)
        status = slot_list_reserve(&history->adopted, 1);
    if (status == ST_OK)
        status = reserve(history, 1);
    if (status == ST_OK)
        status = stage(history, source, row, &staged);
    if (status != ST_OK)
        return status;
    add_staged(history, source, staged, now);
    if (history->batch.count == 0)
        return ST_OK;
    uint32_t slot = history->batch.slots[0];
    find_parents_around(history, slot, now);
    history->processes[slot].listed = 0;
    history->processes[slot].adopted = true;
    history->adopted.slots[history->adopted.count++] = slot;
    return ST_OK;
}
