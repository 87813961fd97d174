#include "core/model/connection_cells.h"

static const struct connection_row *row_at(const void *rows, uint32_t index)
{
    return &((const struct snapshot *)rows)->connections[index];
}

static uint32_t count(const void *rows)
{
    return ((const struct snapshot *)rows)->connection_count;
}

static uint64_t id(const void *rows, uint32_t index)
{
    return row_at(rows, index)->id;
}

static moment ended(const void *rows, uint32_t index)
{
    return row_at(rows, index)->closed;
}

static bool watched(const void *rows, uint32_t index)
{
    return row_at(rows, index)->indicator != NO_INDICATOR;
}

static uint64_t stamp(const void *rows, uint32_t index)
{
    const struct snapshot *snapshot = rows;
    const struct connection_row *row = row_at(rows, index);
    const uint64_t parts[] = {
        row->id,
        row->seen.state,
        row->owner.pid,
        row->process == NO_ROW,
        row->owner_from_history,
        row->stale,
        (uint64_t)row->closed,
        row->indicator,
        row->domain.size ? text_hash(row->domain) : 0,
        (uint64_t)(uintptr_t)snapshot->watchlist,
    };
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        sum = (sum ^ parts[i]) * UINT64_C(0x9e3779b97f4a7c15) + (sum >> 29);
    return sum;
}

/* N1: the owner that was seen before, marked so; never "Idle", never nothing. */
static struct cell owner_cell(const struct connection_row *row, const struct process_facts *facts)
{
    if (!row->owner.pid && !row->seen.pid && !facts)
        return cell_of_word(WORD_NO_OWNER);
    struct cell cell =
        facts ? cell_of_text(facts->name) : (struct cell){.kind = CELL_UNREAD, .state = READ_GONE};
    if (row->owner_from_history)
        cell.note = NOTE_FROM_HISTORY;
    return cell;
}

static struct cell pid_cell(const struct connection_row *row)
{
    uint32_t pid = row->owner.pid ? row->owner.pid : row->seen.pid;
    return pid ? cell_of_number(pid) : (struct cell){0};
}

static struct text protocol_name(const struct connection_seen *seen)
{
    if (seen->transport == TRANSPORT_UDP)
        return seen->ipv6_table ? text_of("UDPv6") : text_of("UDP");
    return seen->ipv6_table ? text_of("TCPv6") : text_of("TCP");
}

/* N5: the tables do not tell a UDP peer. That is not "no peer", and a listener's nothing is
 * neither. */
static struct cell remote_cell(const struct connection_row *row, bool port)
{
    if (row->seen.has_remote)
        return port ? cell_of_number(row->seen.remote.port) : cell_of_address(&row->seen.remote);
    if (row->seen.transport == TRANSPORT_UDP && !port)
        return cell_of_word(WORD_PEER_UNKNOWN);
    return (struct cell){0};
}

static struct cell state_cell(const struct connection_row *row)
{
    struct cell cell = cell_of_text(text_from(tcp_state_name(row->seen.state)));
    if (row->closed)
        cell.note = NOTE_CLOSED;
    else if (row->stale)
        cell.note = NOTE_STALE;
    return cell;
}

static struct cell matched_by_cell(const struct connection_row *row)
{
    /* enum match_by (watch/watchlist.h) starts with none, and the words follow its order. */
    if (row->indicator == NO_INDICATOR || !row->matched_by || row->matched_by > 4)
        return (struct cell){0};
    return cell_of_word((enum cell_word)(WORD_BY_ADDRESS + row->matched_by - 1));
}

struct cell connection_cell(const struct connection_row *row, const struct process_facts *facts,
                            unsigned column, moment now)
{
    switch ((enum connection_column)column) {
    case CONNECTION_PROCESS:
        return owner_cell(row, facts);
    case CONNECTION_PID:
        return pid_cell(row);
    case CONNECTION_PROTOCOL:
        return cell_of_text(protocol_name(&row->seen));
    case CONNECTION_LOCAL:
        return cell_of_address(&row->seen.local);
    case CONNECTION_LOCAL_PORT:
        return cell_of_number(row->seen.local.port);
    case CONNECTION_REMOTE:
        return remote_cell(row, false);
    case CONNECTION_REMOTE_PORT:
        return remote_cell(row, true);
    case CONNECTION_REMOTE_NAME:
        return cell_of_text(row->domain);
    case CONNECTION_STATE:
        return state_cell(row);
    case CONNECTION_WATCHED:
        return row->indicator == NO_INDICATOR
                   ? (struct cell){0}
                   : (struct cell){.kind = CELL_INDICATOR, .number = row->indicator};
    case CONNECTION_MATCHED_BY:
        return matched_by_cell(row);
    case CONNECTION_FIRST_SEEN:
        return cell_of_moment(row->first_seen);
    case CONNECTION_LAST_SEEN:
        return cell_of_moment(row->last_seen);
    case CONNECTION_AGE:
        return (struct cell){.kind = CELL_DURATION,
                             .number = (row->closed ? row->closed : now) - row->first_seen};
    case CONNECTION_SERVICE:
        return facts ? cell_of_fact(&facts->services) : (struct cell){0};
    case CONNECTION_COLUMNS:
        break;
    }
    return (struct cell){0};
}

static struct cell cell(const void *rows, uint32_t index, unsigned column)
{
    const struct snapshot *snapshot = rows;
    const struct connection_row *row = row_at(rows, index);
    const struct process_facts *facts =
        row->process < snapshot->process_count ? snapshot->processes[row->process].facts : NULL;
    return connection_cell(row, facts, column, snapshot->taken);
}

const struct row_class connection_row_class = {
    .count = count,
    .id = id,
    .cell = cell,
    .ended = ended,
    .watched = watched,
    .stamp = stamp,
    .columns = CONNECTION_COLUMNS,
    .natural = VIEW_NO_COLUMN,
};

const char *connection_column_name(unsigned column)
{
    static const char *const names[CONNECTION_COLUMNS] = {
        [CONNECTION_PROCESS] = "process",
        [CONNECTION_PID] = "pid",
        [CONNECTION_PROTOCOL] = "protocol",
        [CONNECTION_LOCAL] = "local",
        [CONNECTION_LOCAL_PORT] = "local_port",
        [CONNECTION_REMOTE] = "remote",
        [CONNECTION_REMOTE_PORT] = "remote_port",
        [CONNECTION_REMOTE_NAME] = "remote_name",
        [CONNECTION_STATE] = "state",
        [CONNECTION_WATCHED] = "watched_as",
        [CONNECTION_MATCHED_BY] = "matched_by",
        [CONNECTION_FIRST_SEEN] = "first_seen",
        [CONNECTION_LAST_SEEN] = "last_seen",
        [CONNECTION_AGE] = "age",
        [CONNECTION_SERVICE] = "service",
    };
    return column < CONNECTION_COLUMNS ? names[column] : "";
}
