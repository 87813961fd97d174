#include "tests/support/rig.h"

#include <stdio.h>
#include <stdlib.h>

static void demand(bool held, const char *what)
{
    if (!held) {
        fprintf(stderr, "rig: %s\n", what);
        abort();
    }
}

struct rig rig_new(const struct history_limits *limits)
{
    struct rig rig = {scripted_source_new(), history_new(limits)};
    demand(rig.history != NULL, "no memory for a history");
    return rig;
}

void rig_free(struct rig *rig)
{
    history_free(rig->history);
    source_free(scripted_source_base(rig->machine));
}

enum status rig_list(struct rig *rig)
{
    struct source *source = scripted_source_base(rig->machine);
    struct process_table table;
    enum status status = source_processes(source, &table);
    if (status != ST_OK)
        return status;
    return history_apply_processes(rig->history, source, &table, scripted_source_now(rig->machine));
}

enum status rig_connect(struct rig *rig)
{
    struct connection_table table;
    enum status status = source_connections(scripted_source_base(rig->machine), &table);
    if (status != ST_OK)
        return status;
    return history_apply_connections(rig->history, &table, scripted_source_now(rig->machine));
}

void rig_look(struct rig *rig, int64_t later)
{
    history_changes_clear(rig->history);
    scripted_source_advance(rig->machine, later);
    demand(rig_list(rig) == ST_OK, "the listing was not taken in");
    demand(rig_connect(rig) == ST_OK, "the table was not taken in");
}

void rig_adopt(struct rig *rig, uint32_t pid)
{
    struct source *source = scripted_source_base(rig->machine);
    struct process_seen row;
    demand(source_find(source, pid, &row) == ST_OK, "no process to adopt");
    demand(history_adopt(rig->history, source, &row, scripted_source_now(rig->machine)) == ST_OK,
           "the process was not adopted");
}

struct process_row *rig_process(struct rig *rig, uint32_t pid)
{
    struct process_row *newest = NULL;
    for (uint32_t i = 0; i < history_process_slots(rig->history); i++) {
        struct process_row *row = history_process(rig->history, i);
        if (row && row->facts->key.pid == pid && (!newest || row->id > newest->id))
            newest = row;
    }
    return newest;
}

struct connection_row *rig_connection(struct rig *rig, uint16_t local_port)
{
    struct connection_row *newest = NULL;
    for (uint32_t i = 0; i < history_connection_slots(rig->history); i++) {
        struct connection_row *row = history_connection(rig->history, i);
        if (row && row->seen.local.port == local_port && (!newest || row->id > newest->id))
            newest = row;
    }
    return newest;
}

size_t rig_changes(struct rig *rig, enum change_kind kind)
{
    size_t count;
    size_t found = 0;
    const struct change *changes = history_changes(rig->history, &count);
    for (size_t i = 0; i < count; i++)
        found += changes[i].kind == kind;
    return found;
}

/* ---- the invariants ---- */

/* A parent must be there, and never younger than its child, unless it is the kernel's. */
static void check_parent(struct rig *rig, const struct process_row *row)
{
    if (row->parent == NO_ROW) {
        demand(row->parent_kind == PARENT_NONE || row->parent_kind == PARENT_GONE,
               "a parent without a row");
        return;
    }
    const struct process_row *parent = history_process(rig->history, row->parent);
    demand(parent != NULL, "a parent that was forgotten");
    uint32_t pid = parent->facts->key.pid;
    moment start = parent->facts->key.start;
    demand(pid == row->facts->parent_pid, "a parent with another PID than was recorded");
    demand(pid != row->facts->key.pid, "a process that is its own parent");
    if (row->parent_kind == PARENT_UNVERIFIED)
        demand(start == 0 || row->facts->key.start == 0, "unverified, though both times are known");
    else
        demand(row->parent_kind == PARENT_VERIFIED && (start <= row->facts->key.start || pid <= 4),
               "a parent younger than its child");
}

/* Walks up from every row; with n rows no chain is longer than n. Rows that lead to a root are
 * remembered, so that all walks together are linear. */
static void check_circles(struct rig *rig)
{
    uint32_t slots = history_process_slots(rig->history);
    uint32_t *walked = calloc((size_t)slots + 1, sizeof *walked);
    demand(walked != NULL, "out of memory");
    for (uint32_t i = 0; i < slots; i++) {
        uint32_t slot = i;
        while (slot != NO_ROW && history_process(rig->history, slot) && walked[slot] == 0) {
            walked[slot] = i + 1;
            slot = history_process(rig->history, slot)->parent;
        }
        bool round = slot != NO_ROW && slot != i && walked[slot] == i + 1;
        demand(!round, "a circle of parents");
    }
    free(walked);
}

static uint32_t check_processes(struct rig *rig)
{
    struct history_counts counts = history_counts(rig->history);
    uint32_t running = 0;
    uint32_t ended = 0;
    uint32_t open = 0;
    for (uint32_t i = 0; i < history_process_slots(rig->history); i++) {
        const struct process_row *row = history_process(rig->history, i);
        if (!row)
            continue;
        running += row->ended == 0;
        ended += row->ended != 0;
        open += row->connections;
        check_parent(rig, row);
        demand(row->last_seen >= row->first_seen, "seen last before it was seen first");
    }
    demand(running == counts.processes, "the count of running processes");
    demand(ended == counts.ended, "the count of ended processes");
    check_circles(rig);
    return open;
}

static void check_owner(struct rig *rig, const struct connection_row *row)
{
    if (row->process == NO_ROW)
        return;
    const struct process_row *owner = history_process(rig->history, row->process);
    demand(owner != NULL, "an owner that was forgotten");
    demand(process_key_equal(owner->facts->key, row->owner), "an owner with another key");
    demand(row->seen.pid == 0 || row->seen.pid == row->owner.pid, "an owner with another PID");
}

static void check_connections(struct rig *rig, uint32_t owned)
{
    struct history_counts counts = history_counts(rig->history);
    uint32_t open = 0;
    uint32_t closed = 0;
    uint32_t open_owned = 0;
    for (uint32_t i = 0; i < history_connection_slots(rig->history); i++) {
        const struct connection_row *row = history_connection(rig->history, i);
        if (!row)
            continue;
        open += row->closed == 0;
        closed += row->closed != 0;
        open_owned += row->closed == 0 && row->process != NO_ROW;
        check_owner(rig, row);
        demand(row->owner_from_history == (row->seen.pid == 0 && row->owner.pid != 0),
               "an owner not marked as from history, or marked without cause");
        demand(!row->stale || row->closed == 0, "closed and stale");
    }
    demand(open == counts.connections, "the count of open connections");
    demand(closed == counts.closed, "the count of closed connections");
    demand(open_owned == owned, "the numbers of connections at their owners");
}

void rig_check(struct rig *rig)
{
    uint32_t owned = check_processes(rig);
    check_connections(rig, owned);
}
