#include "core/model/history_store.h"

static struct process_entry *at(struct history *history, uint32_t slot)
{
    return &history->processes[slot];
}

/* ---- the two lists of ended processes ---- */

static void append(struct history *history, struct ended_list *list, uint32_t slot)
{
    struct process_entry *entry = at(history, slot);
    entry->ended_next = NO_ROW;
    entry->ended_previous = list->last;
    if (list->last == NO_ROW)
        list->first = slot;
    else
        at(history, list->last)->ended_next = slot;
    list->last = slot;
}

static void take_out(struct history *history, struct ended_list *list, uint32_t slot)
{
    struct process_entry *entry = at(history, slot);
    if (entry->ended_previous == NO_ROW)
        list->first = entry->ended_next;
    else
        at(history, entry->ended_previous)->ended_next = entry->ended_next;
    if (entry->ended_next == NO_ROW)
        list->last = entry->ended_previous;
    else
        at(history, entry->ended_next)->ended_previous = entry->ended_previous;
}

/* ---- pins: each step up is paid for by the step that pinned, or will be taken back once ---- */

void history_pin(struct history *history, uint32_t process)
{
    while (process != NO_ROW) {
        struct process_entry *entry = at(history, process);
        entry->pins++;
        if (process_runs(entry) || entry->pins > 1)
            return; /* it holds its parent already */
        take_out(history, &history->ended, process);
        append(history, &history->pinned, process);
        if (entry->holds_parent)
            return;
        process = entry->row.parent;
        entry->holds_parent = process != NO_ROW;
    }
}

void history_unpin(struct history *history, uint32_t process, moment now)
{
    while (process != NO_ROW) {
        struct process_entry *entry = at(history, process);
        entry->pins--;
        if (process_runs(entry) || entry->pins > 0)
            return;
        take_out(history, &history->pinned, process);
        append(history, &history->ended, process);
        entry->kept_from = now;
        if (!entry->holds_parent)
            return;
        entry->holds_parent = false;
        process = entry->row.parent;
    }
}

/* Lets go of the parent, which may set free what stands above it. */
static void let_go(struct history *history, struct process_entry *entry, uint32_t parent,
                   moment now)
{
    if (entry->holds_parent) {
        entry->holds_parent = false;
        history_unpin(history, parent, now);
    }
}

void history_retire(struct history *history, uint32_t process, moment now)
{
    struct process_entry *entry = at(history, process);
    entry->kept_from = now;
    if (entry->pins > 0) {
        append(history, &history->pinned, process);
    } else {
        append(history, &history->ended, process);
        let_go(history, entry, entry->row.parent, now);
    }
}

/* ---- links ---- */

static void link_child(struct history *history, uint32_t child)
{
    struct process_entry *entry = at(history, child);
    if (entry->row.parent == NO_ROW)
        return;
    struct process_entry *parent = at(history, entry->row.parent);
    entry->sibling_previous = NO_ROW;
    entry->sibling_next = parent->first_child;
    if (parent->first_child != NO_ROW)
        at(history, parent->first_child)->sibling_previous = child;
    parent->first_child = child;
    /* A child further down that was linked before may have made it hold its parent already. */
    if (!entry->holds_parent && (process_runs(entry) || entry->pins > 0)) {
        entry->holds_parent = true;
        history_pin(history, entry->row.parent);
    }
}

static void unlink_child(struct history *history, uint32_t child, moment now)
{
    struct process_entry *entry = at(history, child);
    uint32_t parent = entry->row.parent;
    if (parent == NO_ROW)
        return;
    if (entry->sibling_previous == NO_ROW)
        at(history, parent)->first_child = entry->sibling_next;
    else
        at(history, entry->sibling_previous)->sibling_next = entry->sibling_next;
    if (entry->sibling_next != NO_ROW)
        at(history, entry->sibling_next)->sibling_previous = entry->sibling_previous;
    entry->row.parent = NO_ROW;
    let_go(history, entry, parent, now);
}

void history_uproot(struct history *history, uint32_t process, moment now)
{
    struct process_entry *entry = at(history, process);
    take_out(history, entry->pins > 0 ? &history->pinned : &history->ended, process);
    unlink_child(history, process, now);
    uint32_t child = entry->first_child;
    while (child != NO_ROW) {
        struct process_entry *orphan = at(history, child);
        child = orphan->sibling_next;
        orphan->row.parent = NO_ROW;
        orphan->row.parent_kind = PARENT_GONE;
        orphan->holds_parent = false;
    }
    entry->first_child = NO_ROW;
}

/* ---- who is whose parent ---- */

/* The kernel's own two: always there, whatever their start times say. */
static bool is_kernel(uint32_t pid)
{
    return pid == 0 || pid == 4;
}

/* Whether the child could be started by it: it was there before, and had not ended by then. Both
 * from the system's clock, compared as they are. */
static bool could_start(const struct process_row *row, moment child_start)
{
    return row->facts->key.start <= child_start && (row->ended == 0 || row->ended >= child_start);
}

/* Looks for the youngest process with the recorded PID that was there when the child started. Those
 * with one PID stand youngest first. What fits for sure goes before what cannot be told. */
static void choose_parent(struct history *history, uint32_t child)
{
    struct process_row *row = &at(history, child)->row;
    uint32_t pid = row->facts->parent_pid;
    moment start = row->facts->key.start;
    row->parent = NO_ROW;
    row->parent_kind = PARENT_GONE;
    if (pid == row->facts->key.pid || row->facts->key.pid == 0) {
        row->parent_kind = PARENT_NONE;
        return;
    }
    uint32_t slot = history_newest(history, pid);
    if (slot == NO_ROW && pid == 0)
        row->parent_kind = PARENT_NONE; /* this system does not list Idle */
    for (; slot != NO_ROW; slot = at(history, slot)->pid_next) {
        const struct process_row *other = &at(history, slot)->row;
        bool unknown = start == 0 || other->facts->key.start == 0;
        if (is_kernel(pid) || (!unknown && could_start(other, start))) {
            row->parent = slot;
            row->parent_kind = PARENT_VERIFIED;
            return;
        }
        if (unknown && row->parent == NO_ROW) {
            row->parent = slot;
            row->parent_kind = PARENT_UNVERIFIED;
        }
    }
}

/* Whether a link leads to a process that surely started before: such links alone close no circle.
 */
static bool surely_older(struct history *history, uint32_t child)
{
    const struct process_row *row = &at(history, child)->row;
    moment parent_start = at(history, row->parent)->row.facts->key.start;
    return parent_start && parent_start < row->facts->key.start;
}

/* Opens a circle that `member` is in at its weakest link: an unverified one, else one whose times
 * do not tell, else (times that contradict the kernel's PIDs) the one of whom was taken in first.
 */
static void open_circle(struct history *history, uint32_t member)
{
    uint32_t weakest = member;
    int weakest_rank = -1;
    uint32_t slot = member;
    do {
        const struct process_row *row = &at(history, slot)->row;
        int rank = row->parent_kind == PARENT_UNVERIFIED ? 2 : !surely_older(history, slot);
        if (rank > weakest_rank ||
            (rank == weakest_rank && row->id < at(history, weakest)->row.id)) {
            weakest = slot;
            weakest_rank = rank;
        }
        slot = row->parent;
    } while (slot != member);
    at(history, weakest)->row.parent = NO_ROW;
    at(history, weakest)->row.parent_kind = PARENT_GONE;
}

/* Nobody outside the batch has a parent inside it, so every circle lies in the batch. Each member
 * is walked over once: a walk that meets its own number has gone round. */
static void open_circles(struct history *history, const uint32_t *batch, size_t count)
{
    for (size_t i = 0; i < count; i++)
        at(history, batch[i])->walk = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t number = (uint32_t)i + 1;
        uint32_t slot = batch[i];
        while (slot != NO_ROW && at(history, slot)->walk == 0) {
            at(history, slot)->walk = number;
            slot = at(history, slot)->row.parent;
        }
        if (slot != NO_ROW && at(history, slot)->walk == number)
            open_circle(history, slot);
    }
    /* Outside a batch every process counts as walked over. */
    for (size_t i = 0; i < count; i++)
        at(history, batch[i])->walk = UINT32_MAX;
}

void history_find_parents(struct history *history, const uint32_t *batch, size_t count, moment now)
{
    for (size_t i = 0; i < count; i++)
        unlink_child(history, batch[i], now);
    for (size_t i = 0; i < count; i++)
        choose_parent(history, batch[i]);
    open_circles(history, batch, count);
    for (size_t i = 0; i < count; i++)
        link_child(history, batch[i]);
}
