#include "core/case/csv.h"
#include "core/watch/watchlist.h"

#define FIELD_CEILING (256u << 10)

static void add_header(struct csv_writer *csv, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        csv_string(csv, names[i]);
    csv_end_row(csv);
}

/* The field that was put together elsewhere; so is its failure the table's. */
static void end_field(struct csv_writer *csv, struct buffer *field)
{
    if (field->failed != ST_OK)
        csv->out->failed = field->failed;
    csv_text(csv, buffer_text(field));
    buffer_done(field);
}

/* The reason why a field is empty, in parentheses, so that it passes for no answer. */
static void add_unread(struct csv_writer *csv, enum read_state state)
{
    struct buffer reason;
    buffer_init(&reason, FIELD_CEILING);
    buffer_add_byte(&reason, '(');
    buffer_add_string(&reason, read_state_phrase(state));
    buffer_add_byte(&reason, ')');
    end_field(csv, &reason);
}

static void add_fact(struct csv_writer *csv, const struct text_fact *fact)
{
    if (fact->state == READ_OK)
        csv_text(csv, fact->value);
    else
        add_unread(csv, fact->state);
}

static void add_number_fact(struct csv_writer *csv, const struct number_fact *fact)
{
    if (fact->state == READ_OK)
        csv_number(csv, fact->value);
    else
        add_unread(csv, fact->state);
}

static void add_process(struct csv_writer *csv, const struct snapshot *snapshot,
                        const struct process_row *row)
{
    const struct process_facts *facts = row->facts;
    csv_text(csv, facts->name);
    csv_number(csv, facts->key.pid);
    csv_number(csv, facts->parent_pid);
    if (row->parent == NO_ROW)
        csv_empty(csv);
    else
        csv_text(csv, snapshot->processes[row->parent].facts->name);
    csv_moment(csv, facts->key.start, true);
    csv_moment(csv, row->ended, true);
    if (!row->ended)
        csv_empty(csv);
    else if (row->exit.code_state == READ_OK)
        csv_number(csv, row->exit.code);
    else
        add_unread(csv, row->exit.code_state);
    add_fact(csv, &facts->domain);
    add_fact(csv, &facts->user);
    add_number_fact(csv, &facts->session);
    add_number_fact(csv, &facts->bits);
    add_number_fact(csv, &facts->elevated);
    csv_number(csv, row->suspended);
    add_fact(csv, &facts->services);
    add_fact(csv, &facts->image);
    add_fact(csv, &facts->command);
    add_fact(csv, &facts->directory);
    csv_end_row(csv);
}

void csv_add_processes(struct csv_writer *csv, const struct snapshot *snapshot)
{
    static const char *const names[] = {
        "Process",
        "PID",
        "Parent PID",
        "Parent (recorded)",
        "Started",
        "Ended",
        "Exit code",
        "Domain",
        "User",
        "Session",
        "Bits",
        "Elevated",
        "Suspended",
        "Services",
        "Executable",
        "Command line",
        "Working directory",
    };
    add_header(csv, names, sizeof names / sizeof names[0]);
    for (uint32_t i = 0; i < snapshot->process_count; i++)
        add_process(csv, snapshot, &snapshot->processes[i]);
}

static void add_address(struct csv_writer *csv, const struct endpoint *end)
{
    struct buffer written;
    buffer_init(&written, FIELD_CEILING);
    address_add(&written, &end->address);
    if (end->scope) {
        buffer_add_byte(&written, '%');
        buffer_add_unsigned(&written, end->scope);
    }
    end_field(csv, &written);
}

static void add_remote(struct csv_writer *csv, const struct connection_seen *seen)
{
    if (seen->has_remote) {
        add_address(csv, &seen->remote);
        csv_number(csv, seen->remote.port);
        return;
    }
    csv_string(csv, seen->transport == TRANSPORT_UDP ? "*" : "");
    csv_empty(csv);
}

static void add_owner(struct csv_writer *csv, const struct snapshot *snapshot,
                      const struct connection_row *row)
{
    if (row->process != NO_ROW)
        csv_text(csv, snapshot->processes[row->process].facts->name);
    else if (row->owner.pid || row->seen.pid)
        add_unread(csv, READ_GONE);
    else
        csv_string(csv, "(no owner, closing)");
    csv_number(csv, row->owner.pid ? row->owner.pid : row->seen.pid);
    csv_string(csv, row->owner_from_history ? "history" : "");
}

static void add_indicator(struct csv_writer *csv, const struct snapshot *snapshot,
                          const struct connection_row *row)
{
    if (row->indicator == NO_INDICATOR || !snapshot->watchlist) {
        csv_empty(csv);
        return;
    }
    struct indicator indicator;
    struct indicator_origin origin;
    struct buffer written;
    watchlist_indicator(snapshot->watchlist, row->indicator, &indicator, &origin);
    buffer_init(&written, FIELD_CEILING);
    indicator_add(&written, &indicator);
    end_field(csv, &written);
}

static void add_connection(struct csv_writer *csv, const struct snapshot *snapshot,
                           const struct connection_row *row)
{
    const struct connection_seen *seen = &row->seen;
    const struct process_facts *facts =
        row->process == NO_ROW ? NULL : snapshot->processes[row->process].facts;
    add_owner(csv, snapshot, row);
    csv_string(csv, seen->transport == TRANSPORT_UDP ? "udp" : "tcp");
    add_address(csv, &seen->local);
    csv_number(csv, seen->local.port);
    add_remote(csv, seen);
    csv_string(csv, tcp_state_name(seen->state));
    csv_text(csv, row->domain);
    add_indicator(csv, snapshot, row);
    csv_moment(csv, row->first_seen, false);
    csv_moment(csv, row->last_seen, false);
    csv_moment(csv, row->closed, false);
    if (facts) {
        add_fact(csv, &facts->image);
        add_fact(csv, &facts->command);
    } else {
        csv_empty(csv);
        csv_empty(csv);
    }
    csv_end_row(csv);
}

void csv_add_connections(struct csv_writer *csv, const struct snapshot *snapshot)
{
    static const char *const names[] = {
        "Process",          "PID",           "Owner known from",
        "Protocol",         "Local address", "Local port",
        "Remote address",   "Remote port",   "State",
        "Name seen in DNS", "Watched as",    "First seen",
        "Last seen",        "Closed",        "Executable",
        "Command line",
    };
    add_header(csv, names, sizeof names / sizeof names[0]);
    for (uint32_t i = 0; i < snapshot->connection_count; i++)
        add_connection(csv, snapshot, &snapshot->connections[i]);
}
