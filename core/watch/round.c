#include "core/watch/round.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/watch/name_map.h"
#include "core/watch/round_odd.h"

#define UNKNOWN_MOST 64 /* PIDs that are looked at singly; more are cheaper in a listing */
#define UNKNOWN_SINGLY 16
#define CHAIN_MOST 32                  /* unknown ancestors of one process */
#define NAMES_AGAIN (250 * MOMENT_MS)  /* at least so long between two looks at the names */
#define NAMES_LATE (5 * MOMENT_SECOND) /* a connection that closed may still get its name */

/* What has been told of the thing in a slot; the id says whether it is the same thing still. */
struct told {
    uint64_t id;
    uint32_t counted_for; /* connections: the process whose `watched` it is counted in, or NO_ROW */
    bool hit;
};

struct told_list {
    struct told *slots;
    uint32_t room;
};

struct round {
    struct source *source;
    struct clock clock;
    struct hit_sink *sinks;
    size_t sink_count;
    struct history *history;
    const struct watchlist *list;
    const struct known *known;
    struct name_map names;
    struct told_list connections;
    struct told_list processes;
    struct round_odd odd;
    struct buffer chain_names; /* scratch */
    size_t seen;               /* so many of the history's changes have been looked at */
    moment now;
    int64_t names_asked; /* ticks */
    bool names_wanted;   /* something opened to an address without a name, and names are watched */
    bool names_known;    /* they have been asked for at all */
    bool again;          /* matching was cut short for want of memory */
    bool stale[PART_COUNT];
    uint64_t hits;
    uint64_t lost;
    uint64_t too_slow;
    uint64_t snapshots;
    enum status sink_failure;
};

/* ---- beginning and end ---- */

enum status round_new(const struct round_setup *setup, struct round **round)
{
    struct round *made = memory_take(sizeof *made);

    if (!made)
        return ST_NO_MEMORY;
    buffer_init(&made->chain_names, 1 << 20);
    made->source = setup->source;
    round_odd_init(&made->odd, setup->source);
    made->clock = setup->clock;
    made->sink_count = setup->sink_count;
    made->sinks = memory_take_array(setup->sink_count, sizeof *made->sinks);
    made->history = history_new(setup->limits);
    if (!made->sinks || !made->history) {
        round_free(made);
        return ST_NO_MEMORY;
    }
    if (setup->sink_count)
        memcpy(made->sinks, setup->sinks, setup->sink_count * sizeof *made->sinks);
    *round = made;
    return ST_OK;
}

void round_free(struct round *round)
{
    if (!round)
        return;
    history_free(round->history);
    watchlist_release(round->list);
    known_release(round->known);
    name_map_done(&round->names);
    memory_give(round->connections.slots);
    memory_give(round->processes.slots);
    round_odd_done(&round->odd);
    memory_give(round->sinks);
    buffer_done(&round->chain_names);
    memory_give(round);
}

/* ---- what has been told ---- */

static enum status told_reserve(struct told_list *list, uint32_t slots)
{
    uint32_t room = list->room ? list->room : 64;
    struct told *grown;

    if (slots <= list->room)
        return ST_OK;
    while (room < slots)
        room *= 2;
    grown = memory_grow_array(list->slots, room, sizeof *grown);
    if (!grown)
        return ST_NO_MEMORY;
    memset(grown + list->room, 0, (room - list->room) * sizeof *grown);
    list->slots = grown;
    list->room = room;
    return ST_OK;
}

/* The entry of a slot, made empty when another thing has moved in. Room was reserved. */
static struct told *told_of(struct told_list *list, uint32_t slot, uint64_t id)
{
    struct told *told = &list->slots[slot];

    if (told->id != id)
        *told = (struct told){.id = id, .counted_for = NO_ROW};
    return told;
}

static enum status reserve_told(struct round *round)
{
    enum status status =
        told_reserve(&round->connections, history_connection_slots(round->history));

    return status ? status : told_reserve(&round->processes, history_process_slots(round->history));
}

/* ---- hits ---- */

/* Makes a hit and hands it to every sink. Nothing has been told when this fails. */
static enum status tell(struct round *round, uint32_t connection, uint32_t process,
                        struct match match)
{
    const struct hit *hit;
    bool lost = false;
    enum status status = hit_new(round->history, connection, process, round->list, match,
                                 round->clock.now(round->clock.context), round->hits + 1, &hit);

    if (status)
        return status;
    round->hits++;
    for (size_t i = 0; i < round->sink_count; i++) {
        enum status taken = round->sinks[i].take(round->sinks[i].context, hit);

        if (taken) {
            round->sink_failure = taken;
            lost = true;
        }
    }
    round->lost += lost;
    hit_release(hit);
    return ST_OK;
}

/* ---- connections ---- */

/* Counts a watched connection for its owner, once, as soon as there is one. */
static void count_watched(struct round *round, struct told *told, const struct connection_row *row)
{
    struct process_row *process =
        row->process == NO_ROW ? NULL : history_process(round->history, row->process);

    if (row->indicator == NO_INDICATOR || told->counted_for != NO_ROW || !process)
        return;
    process->watched++;
    process->watched_as = row->indicator;
    told->counted_for = row->process;
}

/* Names are for what was resolved before or shortly after; a connection that closed long ago gets
 * none from what the machine resolves today. */
static bool may_get_name(const struct round *round, const struct connection_row *row)
{
    return row->seen.has_remote && (row->closed == 0 || round->now - row->closed <= NAMES_LATE);
}

/* A name of the remote address that is watched; *shown is the one to show: that, or the first. */
static uint32_t match_names(const struct round *round, const struct connection_row *row,
                            struct text *shown)
{
    const struct endpoint *remote = &row->seen.remote;
    bool watched = watchlist_has_domains(round->list);
    uint32_t number = NO_INDICATOR;
    size_t at;

    *shown = row->domain;
    if (watched && row->domain.size)
        number = watchlist_match_name(round->list, row->domain, remote->port);
    if (number != NO_INDICATOR || !may_get_name(round, row))
        return number;
    for (uint32_t entry = name_map_first(&round->names, &remote->address, &at); entry != INDEX_NONE;
         entry = name_map_next(&round->names, &remote->address, &at)) {
        struct text name = name_map_name(&round->names, entry);

        if (!shown->size)
            *shown = name;
        if (watched)
            number = watchlist_match_name(round->list, name, remote->port);
        if (number != NO_INDICATOR) {
            *shown = name;
            break;
        }
    }
    return number;
}

static struct match match_ends(const struct round *round, const struct connection_row *row,
                               struct text *shown)
{
    const struct connection_seen *seen = &row->seen;
    struct match match = {NO_INDICATOR, MATCH_NONE};
    bool has_remote = seen->has_remote && !address_is_unspecified(&seen->remote.address);

    if (has_remote && round->list) {
        match.by = MATCH_ADDRESS;
        match.indicator =
            watchlist_match_address(round->list, &seen->remote.address, seen->remote.port);
    }
    if (has_remote && match.indicator == NO_INDICATOR) {
        match.by = MATCH_DOMAIN;
        match.indicator = match_names(round, row, shown);
    } else if (has_remote && !shown->size) {
        (void)match_names(round, row, shown); /* only the name to be shown beside the address */
    }
    if (match.indicator == NO_INDICATOR && round->list) {
        match.by = MATCH_PORT;
        if (has_remote)
            match.indicator = watchlist_match_port(round->list, seen->remote.port);
        if (match.indicator == NO_INDICATOR)
            match.indicator = watchlist_match_port(round->list, seen->local.port);
    }
    return match;
}

static bool is_known(const struct round *round, const struct connection_row *row)
{
    const struct process_row *process =
        row->process == NO_ROW ? NULL : history_process(round->history, row->process);

    return (process && process->known) ||
           (row->seen.has_remote && known_address(round->known, &row->seen.remote.address));
}

/* Gives a connection its name; matches it if it has no match yet, and tells the hit. */
static enum status match_connection(struct round *round, uint32_t slot)
{
    struct connection_row *row = history_connection(round->history, slot);
    struct told *told = told_of(&round->connections, slot, row->id);
    struct text shown = row->domain;
    bool matched = row->indicator != NO_INDICATOR;
    struct match match = match_ends(round, row, &shown);
    enum status status = ST_OK;

    row->known = is_known(round, row);
    if (!text_equal(shown, row->domain))
        status = history_set_domain(round->history, slot, shown);
    if (status || matched || match.indicator == NO_INDICATOR)
        return status;
    row = history_connection(round->history, slot);
    row->indicator = match.indicator;
    row->matched_by = (uint8_t)match.by;
    count_watched(round, told, row);
    if (told->hit)
        return ST_OK;
    status = tell(round, slot, row->process, match);
    told->hit = status == ST_OK;
    return status;
}

static void note_opened(struct round *round, uint32_t slot)
{
    const struct connection_row *row = history_connection(round->history, slot);
    size_t at;

    if (row->seen.has_remote && row->indicator == NO_INDICATOR && !row->domain.size &&
        watchlist_has_domains(round->list) && !address_is_loopback(&row->seen.remote.address) &&
        !address_is_unspecified(&row->seen.remote.address) &&
        name_map_first(&round->names, &row->seen.remote.address, &at) == INDEX_NONE)
        round->names_wanted = true;
}

/* ---- processes ---- */

static enum status match_process(struct round *round, uint32_t slot)
{
    struct process_row *row = history_process(round->history, slot);
    struct told *told = told_of(&round->processes, slot, row->id);
    struct match match = {NO_INDICATOR, MATCH_PROCESS};
    bool too_slow = false;
    enum status status;

    row->known = known_process(round->known, row->facts);
    if (!watchlist_has_patterns(round->list))
        return ST_OK;
    match.indicator = watchlist_match_process(round->list, row->facts, &too_slow);
    round->too_slow += too_slow;
    if (match.indicator == NO_INDICATOR)
        return ST_OK;
    row->indicator = match.indicator;
    if (told->hit)
        return ST_OK;
    status = tell(round, NO_ROW, slot, match);
    told->hit = status == ST_OK;
    return status;
}

/* ---- changes ---- */

static enum status look_at_change(struct round *round, struct change change)
{
    enum status status = ST_OK;

    if (change.kind == CHANGE_STARTED && history_process(round->history, change.slot)) {
        status = match_process(round, change.slot);
    } else if (change.kind == CHANGE_OPENED && history_connection(round->history, change.slot)) {
        status = match_connection(round, change.slot);
        note_opened(round, change.slot);
    } else if (change.kind == CHANGE_STATE && history_connection(round->history, change.slot)) {
        struct connection_row *row = history_connection(round->history, change.slot);

        count_watched(round, told_of(&round->connections, change.slot, row->id), row);
        row->known = is_known(round, row); /* its owner may have become known just now */
    }
    return status;
}

/* Looks at what the last apply has changed, `listed` where that was a listing. A failure is
 * remembered and the rest done all the same. */
static enum status look_at_changes(struct round *round, bool listed)
{
    enum status odd = round_odd_changes(&round->odd, round->history, round->seen, listed);
    enum status first = reserve_told(round);
    size_t count;

    history_changes(round->history, &count);
    if (first) {
        round->again = true;
        round->seen = count;
        return first;
    }
    while (round->seen < count) {
        /* Naming a connection is a change, too: the array may have moved. */
        struct change change = history_changes(round->history, &count)[round->seen];
        enum status status = look_at_change(round, change);

        round->seen++;
        if (status && !first) {
            round->again = true;
            first = status;
        }
        history_changes(round->history, &count);
    }
    return first ? first : odd;
}

static void keep_first(enum status *first, enum status status)
{
    if (*first == ST_OK)
        *first = status;
}

/* Everything anew, for another watchlist, or because memory was short before. */
static enum status match_all(struct round *round)
{
    struct history *history = round->history;
    enum status first = reserve_told(round);

    if (first)
        return first;
    for (uint32_t slot = 0; slot < history_process_slots(history); slot++) {
        struct process_row *row = history_process(history, slot);

        if (!row)
            continue;
        row->indicator = NO_INDICATOR;
        row->watched = 0;
        row->watched_as = NO_INDICATOR;
        keep_first(&first, match_process(round, slot));
    }
    for (uint32_t slot = 0; slot < history_connection_slots(history); slot++) {
        struct connection_row *row = history_connection(history, slot);

        if (!row)
            continue;
        row->indicator = NO_INDICATOR;
        row->matched_by = MATCH_NONE;
        told_of(&round->connections, slot, row->id)->counted_for = NO_ROW;
        keep_first(&first, match_connection(round, slot));
    }
    return first;
}

/* Names have changed: what has none, or no match, is tried again. */
static enum status match_names_again(struct round *round)
{
    struct history *history = round->history;
    enum status first = reserve_told(round);

    for (uint32_t slot = 0; !first && slot < history_connection_slots(history); slot++) {
        struct connection_row *row = history_connection(history, slot);

        if (row && may_get_name(round, row) &&
            (row->indicator == NO_INDICATOR || !row->domain.size))
            keep_first(&first, match_connection(round, slot));
    }
    return first;
}

/* ---- processes that a connection names and no listing did ---- */

static bool runs(const struct round *round, uint32_t pid)
{
    struct connection_seen row = {.pid = pid};
    struct connection_table table = {.rows = &row, .count = 1};
    uint32_t unknown;

    return history_unknown_pids(round->history, &table, &unknown, 1) == 0;
}

/* The process and those of its ancestors that run and were not seen yet, oldest first, so that each
 * finds its parent there. */
static enum status adopt_chain(struct round *round, uint32_t pid)
{
    struct process_seen chain[CHAIN_MOST];
    size_t places[CHAIN_MOST];
    size_t count = 0;
    enum status status = ST_OK;

    buffer_clear(&round->chain_names);
    while (count < CHAIN_MOST && pid != 0 && !runs(round, pid)) {
        bool met = false;

        for (size_t i = 0; i < count; i++)
            met = met || chain[i].key.pid == pid;
        if (met || source_find(round->source, pid, &chain[count]))
            break;
        places[count] = round->chain_names.size;
        buffer_add(&round->chain_names, chain[count].name);
        pid = chain[count].parent_pid;
        count++;
    }
    if (round->chain_names.failed)
        return round->chain_names.failed;
    while (count > 0) {
        count--;
        chain[count].name.bytes = round->chain_names.bytes + places[count];
        keep_first(&status,
                   history_adopt(round->history, round->source, &chain[count], round->now));
    }
    return status;
}

/* ---- the parts ---- */

static enum status run_processes(struct round *round)
{
    struct process_table table;
    enum status status = source_processes(round->source, &table);

    if (!status)
        status = history_apply_processes(round->history, round->source, &table, round->now);
    keep_first(&status, look_at_changes(round, !status));
    keep_first(&status, round_odd_images(round->history, round->source, 0));
    return status;
}

/* *listed: whether a listing has been done in this round already. */
static enum status meet_unknown(struct round *round, const struct connection_table *table,
                                bool *listed)
{
    uint32_t pids[UNKNOWN_MOST];
    size_t count = history_unknown_pids(round->history, table, pids, UNKNOWN_MOST);
    enum status first = ST_OK;

    if (count > UNKNOWN_SINGLY && !*listed) {
        first = run_processes(round);
        *listed = true;
        count = history_unknown_pids(round->history, table, pids, UNKNOWN_MOST);
    }
    for (size_t i = 0; i < count; i++)
        keep_first(&first, adopt_chain(round, pids[i]));
    return first;
}

static enum status run_connections(struct round *round, bool *listed)
{
    struct connection_table table;
    enum status first = source_connections(round->source, &table);

    if (first)
        return first;
    memcpy(round->stale, table.stale, sizeof round->stale);
    first = meet_unknown(round, &table, listed);
    keep_first(&first, history_apply_connections(round->history, &table, round->now));
    keep_first(&first, look_at_changes(round, false));
    return first;
}

static enum status run_names(struct round *round)
{
    struct name_table table;
    bool changed = false;
    enum status status = source_names(round->source, &table);

    round->names_asked = round->clock.ticks(round->clock.context);
    round->names_known = true;
    round->names_wanted = false;
    /* What the hosts file says is told even where the cache can't be read. */
    if (!status && (table.state == READ_OK || table.count))
        status = name_map_set(&round->names, &table, round->now, &changed);
    if (!status && changed) {
        status = match_names_again(round);
        round->again = round->again || status;
    }
    keep_first(&status, look_at_changes(round, false));
    return status;
}

static bool names_are_due(const struct round *round)
{
    return round->names_wanted &&
           (!round->names_known ||
            round->clock.ticks(round->clock.context) - round->names_asked >= NAMES_AGAIN);
}

enum status round_run(struct round *round, unsigned parts)
{
    bool listed = false;
    enum status first = ST_OK;

    round->now = round->clock.now(round->clock.context);
    history_changes_clear(round->history);
    round->seen = 0;
    history_expire(round->history, round->now);
    if (round->again) {
        round->again = false;
        first = match_all(round);
        round->again = first != ST_OK;
    }
    /* The first time everything would be unknown. */
    if ((parts & ROUND_PROCESSES) && history_counts(round->history).processes == 0) {
        keep_first(&first, run_processes(round));
        listed = true;
    }
    if (parts & ROUND_CONNECTIONS)
        keep_first(&first, run_connections(round, &listed));
    if ((parts & ROUND_PROCESSES) && !listed)
        keep_first(&first, run_processes(round));
    if ((parts & ROUND_NAMES) || names_are_due(round))
        keep_first(&first, run_names(round));
    return first;
}

enum status round_images(struct round *round, uint32_t wait_ms)
{
    return round_odd_images(round->history, round->source, wait_ms);
}

/* ---- asking and setting ---- */

enum status round_set_watchlist(struct round *round, const struct watchlist *list)
{
    const struct watchlist *before = round->list;
    enum status status;

    round->list = watchlist_retain(list);
    watchlist_release(before);
    round->now = round->clock.now(round->clock.context);
    status = match_all(round);
    round->again = status != ST_OK;
    return status;
}

enum status round_set_known(struct round *round, const struct known *known)
{
    const struct known *before = round->known;
    struct history *history = round->history;

    round->known = known_retain(known);
    known_release(before);
    for (uint32_t slot = 0; slot < history_process_slots(history); slot++) {
        struct process_row *row = history_process(history, slot);

        if (row)
            row->known = known_process(round->known, row->facts);
    }
    for (uint32_t slot = 0; slot < history_connection_slots(history); slot++) {
        struct connection_row *row = history_connection(history, slot);

        if (row)
            row->known = is_known(round, row);
    }
    return ST_OK;
}

const struct change *round_changes(const struct round *round, size_t *count)
{
    return history_changes(round->history, count);
}

struct history *round_history(struct round *round)
{
    return round->history;
}

static void release_list(const struct watchlist *list)
{
    watchlist_release(list);
}

enum status round_publish(struct round *round, struct snapshot **snapshot)
{
    struct snapshot *made;
    enum status status = snapshot_new(round->history, round->clock.now(round->clock.context),
                                      round->snapshots + 1, &made);

    if (status)
        return status;
    round->snapshots++;
    memcpy(made->stale, round->stale, sizeof made->stale);
    made->hits = round->hits;
    if (round->list)
        snapshot_attach_watchlist(made, watchlist_retain(round->list), release_list);
    *snapshot = made;
    return ST_OK;
}

uint64_t round_hits(const struct round *round)
{
    return round->hits;
}

enum status round_sink_failure(const struct round *round, uint64_t *lost)
{
    *lost = round->lost;
    return round->sink_failure;
}

uint64_t round_too_slow(const struct round *round)
{
    return round->too_slow;
}
