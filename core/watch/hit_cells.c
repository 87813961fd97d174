#include "core/watch/hit_cells.h"
#include "core/model/connection_cells.h"
#include "core/model/process_cells.h"

static const struct hit *hit_at(const void *rows, uint32_t index)
{
    return ((const struct hit_list *)rows)->hits[index];
}

static uint32_t count(const void *rows)
{
    return ((const struct hit_list *)rows)->count;
}

static uint64_t id(const void *rows, uint32_t index)
{
    return hit_at(rows, index)->number;
}

static moment ended(const void *rows, uint32_t index)
{
    (void)rows;
    (void)index;
    return 0; /* a hit is told once and stays */
}

static bool watched(const void *rows, uint32_t index)
{
    (void)rows;
    (void)index;
    return true;
}

static struct cell process_cell(const struct hit *hit)
{
    if (hit->process)
        return cell_of_text(hit->process->name);
    return connection_cell(&hit->connection, NULL, CONNECTION_PROCESS, hit->when);
}

static struct cell pid_cell(const struct hit *hit)
{
    if (hit->process)
        return cell_of_number(hit->process->key.pid);
    return connection_cell(&hit->connection, NULL, CONNECTION_PID, hit->when);
}

static struct cell parent_cell(const struct hit *hit)
{
    if (!hit->process)
        return (struct cell){0};
    struct cell cell = {.kind = CELL_PROCESS, .number = hit->process->parent_pid};
    if (!hit->ancestor_count) {
        cell.note = NOTE_GONE;
        return cell;
    }
    cell.text = hit->ancestors[0]->name;
    if (hit->ancestor_ended[0])
        cell.note = NOTE_EXITED;
    else if (hit->ancestor_kinds[0] == PARENT_UNVERIFIED)
        cell.note = NOTE_UNVERIFIED;
    return cell;
}

static struct cell by_cell(const struct hit *hit)
{
    if (hit->by == MATCH_NONE)
        return (struct cell){0};
    return cell_of_word((enum cell_word)(WORD_BY_ADDRESS + (int)hit->by - MATCH_ADDRESS));
}

/* What a hit shares with the list of connections; a process that matched by itself has no
 * connection. */
static unsigned connection_column_of(unsigned column)
{
    switch (column) {
    case HIT_PROTOCOL:
        return CONNECTION_PROTOCOL;
    case HIT_LOCAL:
        return CONNECTION_LOCAL;
    case HIT_LOCAL_PORT:
        return CONNECTION_LOCAL_PORT;
    case HIT_REMOTE:
        return CONNECTION_REMOTE;
    case HIT_REMOTE_PORT:
        return CONNECTION_REMOTE_PORT;
    case HIT_STATE:
        return CONNECTION_STATE;
    default:
        return CONNECTION_COLUMNS;
    }
}

static struct cell cell(const void *rows, uint32_t index, unsigned column)
{
    const struct hit *hit = hit_at(rows, index);
    switch ((enum hit_column)column) {
    case HIT_TIME:
        return cell_of_moment(hit->when);
    case HIT_PROCESS:
        return process_cell(hit);
    case HIT_PID:
        return pid_cell(hit);
    case HIT_REMOTE_NAME:
        return cell_of_text(hit->domain);
    case HIT_WATCHED:
        return cell_of_text(hit->indicator);
    case HIT_MATCHED_BY:
        return by_cell(hit);
    case HIT_PARENT:
        return parent_cell(hit);
    case HIT_COMMAND:
        return hit->process ? cell_of_fact(&hit->process->command) : (struct cell){0};
    case HIT_SOURCE:
        return cell_of_text(hit->origin.file);
    case HIT_REMARKS:
        return process_remarks_cell(&hit->odd);
    default:
        break;
    }
    if (hit->is_process)
        return (struct cell){0};
    return connection_cell(&hit->connection, hit->process, connection_column_of(column), hit->when);
}

static uint64_t stamp(const void *rows, uint32_t index)
{
    return id(rows, index);
}

const struct row_class hit_row_class = {
    .count = count,
    .id = id,
    .cell = cell,
    .ended = ended,
    .watched = watched,
    .stamp = stamp,
    .columns = HIT_COLUMNS,
    .natural = VIEW_NO_COLUMN,
};

const char *hit_column_name(unsigned column)
{
    static const char *const names[HIT_COLUMNS] = {
        [HIT_TIME] = "time",
        [HIT_PROCESS] = "process",
        [HIT_PID] = "pid",
        [HIT_PROTOCOL] = "protocol",
        [HIT_LOCAL] = "local",
        [HIT_LOCAL_PORT] = "local_port",
        [HIT_REMOTE] = "remote",
        [HIT_REMOTE_PORT] = "remote_port",
        [HIT_REMOTE_NAME] = "remote_name",
        [HIT_STATE] = "state",
        [HIT_WATCHED] = "watched_as",
        [HIT_MATCHED_BY] = "matched_by",
        [HIT_PARENT] = "parent",
        [HIT_COMMAND] = "command_line",
        [HIT_SOURCE] = "source",
        [HIT_REMARKS] = "remarks",
    };
    return column < HIT_COLUMNS ? names[column] : "";
}
