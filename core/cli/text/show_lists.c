/* The lists: processes as a tree, connections, one process in full. */
#include <stdlib.h>

#include "core/base/memory.h"
#include "core/cli/text/columns.h"
#include "core/cli/text/show.h"
#include "core/watch/watchlist.h"

#define FIELD_CEILING (1u << 20)

struct listing {
    const struct snapshot *snapshot;
    struct columns columns;
    struct buffer cell; /* the one that is being put together */
};

static void listing_init(struct listing *listing, const struct snapshot *snapshot,
                         const struct column *columns, size_t count)
{
    listing->snapshot = snapshot;
    columns_init(&listing->columns, columns, count);
    buffer_init(&listing->cell, FIELD_CEILING);
}

static void listing_done(struct listing *listing)
{
    columns_done(&listing->columns);
    buffer_done(&listing->cell);
}

/* The cell that was put together becomes the next one. */
static void end_cell(struct listing *listing)
{
    if (listing->cell.failed != ST_OK)
        listing->columns.failed = listing->cell.failed;
    columns_cell(&listing->columns, buffer_text(&listing->cell));
    buffer_clear(&listing->cell);
}

/* --- processes --- */

struct place {
    moment start;
    uint32_t row;
};

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Rows by start. Owned: memory_give. */
static struct place *sort_by_start(const struct snapshot *snapshot)
{
    struct place *places = memory_take_array(snapshot->process_count, sizeof *places);
    if (!places)
        return NULL;
    for (uint32_t i = 0; i < snapshot->process_count; i++)
        places[i] = (struct place){snapshot->processes[i].facts->key.start, i};
    qsort(places, snapshot->process_count, sizeof *places, compare_places);
    return places;
}

static void add_process_row(struct listing *listing, uint32_t index, size_t depth)
{
    const struct process_row *row = &listing->snapshot->processes[index];
    const struct process_facts *facts = row->facts;
    struct buffer *cell = &listing->cell;
    for (size_t i = 0; i < depth; i++)
        buffer_add_string(cell, "  ");
    if (facts->name.size)
        buffer_add(cell, facts->name);
    else
        buffer_add_string(cell, "(unnamed)");
    if (row->ended)
        buffer_add_string(cell, " [exited]");
    if (row->suspended)
        buffer_add_string(cell, " [suspended]");
    end_cell(listing);
    columns_number(&listing->columns, facts->key.pid);
    columns_number(&listing->columns, facts->parent_pid);
    show_moment(cell, facts->key.start, false);
    end_cell(listing);
    show_user(cell, facts);
    end_cell(listing);
    show_rules(cell, &row->odd);
    end_cell(listing);
    show_fact(cell, &facts->command);
    end_cell(listing);
}

/* Children of each row in the order of their starts, as lists. */
struct links {
    uint32_t first_root;
    uint32_t *first; /* child */
    uint32_t *next;  /* sibling */
};

static bool link_rows(struct links *links, const struct snapshot *snapshot,
                      const struct place *places)
{
    uint32_t count = snapshot->process_count;
    links->first_root = NO_ROW;
    links->first = memory_take_array(count, sizeof(uint32_t));
    links->next = memory_take_array(count, sizeof(uint32_t));
    if (!links->first || !links->next)
        return false;
    for (uint32_t i = 0; i < count; i++)
        links->first[i] = NO_ROW;
    for (uint32_t i = count; i-- > 0;) {
        uint32_t row = places[i].row;
        uint32_t parent = snapshot->processes[row].parent;
        uint32_t *head = parent == NO_ROW ? &links->first_root : &links->first[parent];
        links->next[row] = *head;
        *head = row;
    }
    return true;
}

/* Depth first, without recursion: a tree may be deep. */
static void add_tree(struct listing *listing, const struct links *links)
{
    size_t depth = 0;
    uint32_t row = links->first_root;
    while (row != NO_ROW) {
        add_process_row(listing, row, depth);
        if (links->first[row] != NO_ROW) {
            row = links->first[row];
            depth++;
            continue;
        }
        while (row != NO_ROW && links->next[row] == NO_ROW) {
            row = listing->snapshot->processes[row].parent;
            depth -= depth > 0;
        }
        if (row != NO_ROW)
            row = links->next[row];
    }
}

static const struct column process_columns[] = {
    {"PROCESS", false, 48},      {"PID", true, 0},    {"PARENT", true, 0},
    {"STARTED (UTC)", false, 0}, {"USER", false, 32}, {"REMARKS", false, 48},
    {"COMMAND LINE", false, 1},
};

enum status show_processes(struct buffer *out, const struct snapshot *snapshot, bool flat,
                           size_t width)
{
    struct listing listing;
    struct links links = {0};
    listing_init(&listing, snapshot, process_columns,
                 sizeof process_columns / sizeof process_columns[0]);
    struct place *places = sort_by_start(snapshot);
    enum status status = places ? ST_OK : ST_NO_MEMORY;
    if (places && flat) {
        for (uint32_t i = 0; i < snapshot->process_count; i++)
            add_process_row(&listing, places[i].row, 0);
    } else if (places) {
        if (link_rows(&links, snapshot, places))
            add_tree(&listing, &links);
        else
            status = ST_NO_MEMORY;
    }
    if (status == ST_OK)
        status = columns_print(&listing.columns, out, width);
    memory_give(links.first);
    memory_give(links.next);
    memory_give(places);
    listing_done(&listing);
    return status;
}

/* --- connections --- */

struct order {
    bool unwatched;
    uint32_t pid;
    uint16_t port;
    uint32_t row;
};

static int compare_orders(const void *left, const void *right)
{
    const struct order *a = left;
    const struct order *b = right;
    if (a->unwatched != b->unwatched)
        return a->unwatched ? 1 : -1;
    if (a->pid != b->pid)
        return a->pid < b->pid ? -1 : 1;
    if (a->port != b->port)
        return a->port < b->port ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static uint32_t owner_pid(const struct connection_row *row)
{
    return row->owner.pid ? row->owner.pid : row->seen.pid;
}

static bool is_watched(const struct snapshot *snapshot, const struct connection_row *row)
{
    return snapshot->watchlist && row->indicator != NO_INDICATOR;
}

static void add_owner(struct listing *listing, const struct connection_row *row)
{
    struct buffer *cell = &listing->cell;
    uint32_t pid = owner_pid(row);
    if (pid)
        buffer_add_unsigned(cell, pid);
    else
        buffer_add_byte(cell, '-');
    end_cell(listing);
    if (row->process != NO_ROW) {
        const struct process_facts *facts = listing->snapshot->processes[row->process].facts;
        buffer_add(cell, facts->name);
        if (facts->services.state == READ_OK && facts->services.value.size) {
            buffer_add_string(cell, " [");
            buffer_add(cell, facts->services.value);
            buffer_add_byte(cell, ']');
        }
    } else {
        buffer_add_string(cell, pid ? "(gone)" : "no owner (closing)");
    }
    if (row->owner_from_history)
        buffer_add_string(cell, " (seen before)");
    end_cell(listing);
}

static void add_indicator(struct listing *listing, const struct connection_row *row)
{
    if (is_watched(listing->snapshot, row)) {
        struct indicator indicator;
        struct indicator_origin origin;
        watchlist_indicator(listing->snapshot->watchlist, row->indicator, &indicator, &origin);
        indicator_add(&listing->cell, &indicator);
    }
    end_cell(listing);
}

static void add_connection_row(struct listing *listing, const struct connection_row *row)
{
    const struct connection_seen *seen = &row->seen;
    struct columns *columns = &listing->columns;
    columns_string(columns, is_watched(listing->snapshot, row) ? "!" : "");
    columns_string(columns, seen->transport == TRANSPORT_UDP ? "udp" : "tcp");
    endpoint_add(&listing->cell, &seen->local);
    end_cell(listing);
    show_remote(&listing->cell, seen);
    end_cell(listing);
    columns_string(columns, tcp_state_name(seen->state));
    add_owner(listing, row);
    columns_cell(columns, row->domain);
    add_indicator(listing, row);
}

static const struct column connection_columns[] = {
    {"", false, 0},           {"PROTO", false, 0},
    {"LOCAL", false, 0},      {"REMOTE", false, 0},
    {"STATE", false, 0},      {"PID", true, 0},
    {"PROCESS", false, 40},   {"NAME SEEN IN DNS", false, 40},
    {"WATCHED AS", false, 1},
};

enum status show_connections(struct buffer *out, const struct snapshot *snapshot, size_t width)
{
    uint32_t count = snapshot->connection_count;
    struct order *orders = memory_take_array(count, sizeof *orders);
    if (!orders)
        return ST_NO_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        const struct connection_row *row = &snapshot->connections[i];
        orders[i] =
            (struct order){!is_watched(snapshot, row), owner_pid(row), row->seen.local.port, i};
    }
    qsort(orders, count, sizeof *orders, compare_orders);
    struct listing listing;
    listing_init(&listing, snapshot, connection_columns,
                 sizeof connection_columns / sizeof connection_columns[0]);
    for (uint32_t i = 0; i < count; i++)
        add_connection_row(&listing, &snapshot->connections[orders[i].row]);
    enum status status = columns_print(&listing.columns, out, width);
    listing_done(&listing);
    memory_give(orders);
    return status;
}
