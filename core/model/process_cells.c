#include "core/model/process_cells.h"

static const struct process_row *row_at(const void *rows, uint32_t index)
{
    return &((const struct snapshot *)rows)->processes[index];
}

static uint32_t count(const void *rows)
{
    return ((const struct snapshot *)rows)->process_count;
}

static uint64_t id(const void *rows, uint32_t index)
{
    return row_at(rows, index)->id;
}

static uint32_t parent(const void *rows, uint32_t index)
{
    return row_at(rows, index)->parent;
}

static moment ended(const void *rows, uint32_t index)
{
    return row_at(rows, index)->ended;
}

static bool watched(const void *rows, uint32_t index)
{
    const struct process_row *row = row_at(rows, index);
    return row->watched || row->indicator != NO_INDICATOR;
}

static uint64_t mixed(uint64_t stamp, uint64_t value)
{
    return (stamp ^ value) * UINT64_C(0x9e3779b97f4a7c15) + (stamp >> 29);
}

static uint64_t stamp(const void *rows, uint32_t index)
{
    const struct snapshot *snapshot = rows;
    const struct process_row *row = row_at(rows, index);
    uint64_t sum = mixed(row->id, (uint64_t)row->ended);
    sum = mixed(sum, row->cpu_share);
    sum = mixed(sum, row->connections);
    sum = mixed(sum, (uint64_t)row->watched << 32 | row->indicator);
    sum = mixed(sum, row->watched_as);
    sum = mixed(sum, (uint64_t)(uintptr_t)snapshot->watchlist);
    sum = mixed(sum, row->odd.rules);
    if (row->parent != NO_ROW)
        sum = mixed(sum, (uint64_t)snapshot->processes[row->parent].ended);
    return mixed(sum, row->parent_kind);
}

struct cell process_parent_cell(const struct snapshot *snapshot, uint32_t index)
{
    const struct process_row *row = &snapshot->processes[index];
    struct cell cell = {.kind = CELL_PROCESS, .number = row->facts->parent_pid};
    if (row->parent_kind == PARENT_NONE)
        return (struct cell){0};
    if (row->parent_kind == PARENT_GONE || row->parent >= snapshot->process_count) {
        cell.note = NOTE_GONE;
        return cell;
    }
    const struct process_row *above = &snapshot->processes[row->parent];
    cell.text = above->facts->name;
    if (above->ended)
        cell.note = NOTE_EXITED;
    else if (row->parent_kind == PARENT_UNVERIFIED)
        cell.note = NOTE_UNVERIFIED;
    return cell;
}

/* The process's own indicator first; else that of the last of its connections. */
static struct cell watched_cell(const struct process_row *row)
{
    uint32_t number = row->indicator != NO_INDICATOR ? row->indicator : row->watched_as;
    if (number == NO_INDICATOR)
        return (struct cell){0};
    return (struct cell){.kind = CELL_INDICATOR, .number = number};
}

struct cell process_remarks_cell(const struct process_odd *odd)
{
    return (struct cell){.kind = odd->rules ? CELL_REMARKS : CELL_EMPTY, .number = odd->rules};
}

static struct cell cpu_cell(const struct process_row *row)
{
    if (row->cpu < 0)
        return (struct cell){.kind = CELL_UNREAD, .state = READ_UNSUPPORTED};
    if (row->ended || !row->cpu_share)
        return (struct cell){0}; /* a column of zeros hides the one that works */
    return (struct cell){.kind = CELL_SHARE, .number = row->cpu_share};
}

static struct cell cell(const void *rows, uint32_t index, unsigned column)
{
    const struct snapshot *snapshot = rows;
    const struct process_row *row = row_at(rows, index);
    const struct process_facts *facts = row->facts;
    switch ((enum process_column)column) {
    case PROCESS_NAME:
        return cell_of_text(facts->name);
    case PROCESS_PID:
        return cell_of_number(facts->key.pid);
    case PROCESS_CPU:
        return cpu_cell(row);
    case PROCESS_STARTED:
        return cell_of_moment(facts->key.start);
    case PROCESS_ENDED:
        return cell_of_moment(row->ended);
    case PROCESS_CONNECTIONS:
        return row->connections ? cell_of_number(row->connections) : (struct cell){0};
    case PROCESS_USER:
        return cell_of_fact(&facts->user);
    case PROCESS_SESSION:
        return cell_of_number_fact(&facts->session);
    case PROCESS_BITS:
        return cell_of_number_fact(&facts->bits);
    case PROCESS_ELEVATED:
        return cell_of_flag_fact(&facts->elevated);
    case PROCESS_PARENT:
        return process_parent_cell(snapshot, index);
    case PROCESS_SERVICES:
        return cell_of_fact(&facts->services);
    case PROCESS_IMAGE:
        return cell_of_fact(&facts->image);
    case PROCESS_COMMAND:
        return cell_of_fact(&facts->command);
    case PROCESS_DIRECTORY:
        return cell_of_fact(&facts->directory);
    case PROCESS_WATCHED:
        return watched_cell(row);
    case PROCESS_REMARKS:
        return process_remarks_cell(&row->odd);
    case PROCESS_COLUMNS:
        break;
    }
    return (struct cell){0};
}

const struct row_class process_row_class = {
    .count = count,
    .id = id,
    .parent = parent,
    .cell = cell,
    .ended = ended,
    .watched = watched,
    .stamp = stamp,
    .columns = PROCESS_COLUMNS,
    .natural = PROCESS_STARTED,
};

const char *process_column_name(unsigned column)
{
    static const char *const names[PROCESS_COLUMNS] = {
        [PROCESS_NAME] = "name",
        [PROCESS_PID] = "pid",
        [PROCESS_CPU] = "cpu",
        [PROCESS_STARTED] = "started",
        [PROCESS_ENDED] = "ended",
        [PROCESS_CONNECTIONS] = "connections",
        [PROCESS_USER] = "user",
        [PROCESS_SESSION] = "session",
        [PROCESS_BITS] = "bits",
        [PROCESS_ELEVATED] = "elevated",
        [PROCESS_PARENT] = "parent",
        [PROCESS_SERVICES] = "services",
        [PROCESS_IMAGE] = "image",
        [PROCESS_COMMAND] = "command_line",
        [PROCESS_DIRECTORY] = "directory",
        [PROCESS_WATCHED] = "watched_as",
        [PROCESS_REMARKS] = "remarks",
    };
    return column < PROCESS_COLUMNS ? names[column] : "";
}
