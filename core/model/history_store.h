/* history_store: how a history keeps its rows. Private to core/model (history*.c, snapshot.c).
 *
 * Rows lie in two arrays and are named by slot. Everything that may fail for want of memory is
 * reserved before the first row is touched, so that an apply either happens whole or not at all.
 *
 * Pins. An ended process is kept beyond its time while something needs its story: a running
 * descendant, or an open connection. `pins` counts the open connections and those children that
 * hold it; a child holds its parent while it runs or is pinned itself. Ended processes stand in one
 * of two lists, pinned or free, each ordered by when they got there; expiry takes from the front.
 */
#ifndef STAKEOUT_MODEL_HISTORY_STORE_H
#define STAKEOUT_MODEL_HISTORY_STORE_H

#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/base/prefetch.h"
#include "core/model/history.h"
#include "core/model/slots.h"

/* How many rows ahead of a walk memory is asked for. */
#define PREFETCH_ROWS 8

struct process_entry {
    struct process_key key; /* as in the facts */
    struct process_row row; /* facts NULL: the slot holds nothing */
    moment cpu_when;        /* when row.cpu was told */
    moment kept_from;       /* its time of expiry counts from here */
    uint64_t listed;        /* number of the last listing that held it */
    uint64_t mark;          /* number of the last merge that met it */
    uint32_t pins;
    uint32_t running_at; /* its place among the running ones */
    uint32_t row_at;     /* its row in the last listing */
    uint32_t pid_next;   /* the next older process with this PID */
    uint32_t pid_previous;
    uint32_t first_child;
    uint32_t sibling_next;
    uint32_t sibling_previous;
    uint32_t ended_next;
    uint32_t ended_previous;
    uint32_t walk;     /* which walk of a batch has met it, from 1 */
    bool holds_parent; /* it is one of its parent's pins */
    bool adopted;      /* not in a listing yet */
};

struct connection_entry {
    struct connection_row row; /* id 0: the slot holds nothing. See history_refresh */
    uint64_t owner_id;         /* of the process in row.process, which may be forgotten before it */
    struct name *name;         /* of row.domain */
    uint32_t closed_next;      /* closed after it */
};

/* What a merge looks at for each open connection, close together: tens of thousands are met each
 * time, and nothing else of them is touched unless something has changed. */
struct open_connection {
    struct connection_seen seen; /* as in its row */
    uint64_t hash;               /* of its identity and occurrence */
    uint64_t mark;               /* number of the last merge that met it */
    uint32_t slot;
    uint32_t occurrence; /* of how many rows that are alike it is the n-th */
    uint32_t repeats;    /* occurrence 0: rows alike that the present merge has met beyond it */
    uint32_t ends_next;  /* places of open ones with the same two ends; or of the next unused */
    uint32_t ends_previous;
    uint32_t row_at;  /* the row that told of it in the last merge */
    bool wants_owner; /* the system names one, and no such process was known yet */
};

/* A name seen in DNS, shared by the connections that bear it. */
struct name {
    uint32_t refs;
    uint32_t slot;    /* in history.names */
    uint64_t stamp;   /* snapshot_new: which snapshot has a copy */
    const char *copy; /* that copy */
    size_t size;
    char bytes[];
};

/* Slots, in an array that only grows. */
struct slot_list {
    uint32_t *slots;
    size_t count;
    size_t room;
};

/* The slots of the last table's rows, in its order. Tables keep their order for the most part, so
 * that a walk along the trail finds nearly every row without a search, and knows what to prefetch.
 * `next` is the guess for the row in hand; `other` is tried when rows have come, gone or changed
 * places. */
struct trail {
    const struct slot_list *list;
    size_t next;
    size_t other;
};

struct ended_list {
    uint32_t first;
    uint32_t last;
};

/* A new process, with its facts, before it is taken in. */
struct staged_process {
    const struct process_seen *row;
    const struct process_facts *facts;
};

struct history {
    struct history_limits limits;

    struct slots process_slots;
    struct process_entry *processes;
    uint64_t *process_ids; /* by slot, 0 where there is none: what the ids are asked for most */
    uint32_t process_room;
    struct index by_pid;       /* the newest process with a PID */
    struct index running_pids; /* the running process with a PID: at most one */
    struct slot_list running;
    struct slot_list listing; /* the trail of the last listing */
    struct slot_list adopted; /* since the last listing */
    struct ended_list ended;
    struct ended_list pinned;
    uint64_t next_process_id;
    uint64_t listings;
    uint64_t process_merges;
    struct staged_process *staged;
    size_t staged_room;

    struct slots connection_slots;
    struct connection_entry *connections;
    uint32_t connection_room;
    struct open_connection *open; /* by place */
    uint32_t open_used;           /* one past the highest place */
    uint32_t open_room;
    uint32_t open_unused; /* a chain of places */
    uint32_t open_unused_count;
    struct slot_list
        opened; /* all places in use: the trail of the last table, then what it lacked */
    struct index by_identity; /* places in `open` */
    struct index by_ends;     /* the first place of those with the same two ends */
    uint32_t first_closed;
    uint32_t last_closed;
    uint64_t next_connection_id;
    uint64_t connection_merges;
    moment connections_seen;      /* the time of the last merge of connections; 0: none yet */
    moment part_seen[PART_COUNT]; /* when each part was last read */
    bool part_stale[PART_COUNT];  /* not in the last merge */

    struct name **names;
    struct slots name_slots;
    uint32_t name_room;
    struct index by_name;
    uint64_t name_stamp;

    struct slot_list rows;  /* scratch: the slot or place of each row of the table in hand */
    struct slot_list batch; /* scratch: processes whose parents are looked for */
    struct change *changes;
    size_t change_count;
    size_t change_room;
    size_t facts_size;
    size_t names_size;
    struct history_counts counts;
};

/* A PID's tag in the index: 32 bits and a bijection, so that the tag alone tells PIDs apart. */
static inline uint64_t pid_hash(uint32_t pid)
{
    pid ^= pid >> 16;
    pid *= 0x85ebca6bu;
    pid ^= pid >> 13;
    pid *= 0xc2b2ae35u;
    pid ^= pid >> 16;
    return pid;
}

static inline bool process_runs(const struct process_entry *entry)
{
    return entry->row.ended == 0;
}

static inline enum connection_part connection_part_of(const struct connection_seen *row)
{
    if (row->transport == TRANSPORT_TCP)
        return row->ipv6_table ? PART_TCP6 : PART_TCP4;
    return row->ipv6_table ? PART_UDP6 : PART_UDP4;
}

/* The slot of a connection's owner, or NO_ROW. */
static inline uint32_t history_owner(const struct history *history,
                                     const struct connection_entry *entry)
{
    uint32_t slot = entry->row.process;
    return slot != NO_ROW && history->process_ids[slot] == entry->owner_id ? slot : NO_ROW;
}

/* Every open connection was seen when its part was last read, so that neither its last_seen nor its
 * staleness is written at every merge; and nobody goes round to tell a process's connections that
 * it was forgotten. This brings a row up to date before it is handed out. */
static inline void history_refresh(const struct history *history, struct connection_entry *entry)
{
    struct connection_row *row = &entry->row;
    row->process = history_owner(history, entry);
    if (row->closed != 0)
        return;
    enum connection_part part = connection_part_of(&row->seen);
    row->stale = history->part_stale[part];
    if (row->last_seen < history->part_seen[part])
        row->last_seen = history->part_seen[part];
}

/* A moment that is not "unknown". */
static inline moment known_moment(moment when)
{
    return when ? when : 1;
}

/* The newest process with that PID, or NO_ROW. */
static inline uint32_t history_newest(const struct history *history, uint32_t pid)
{
    size_t at;
    return index_first(&history->by_pid, pid_hash(pid), &at);
}

/* The running process with that PID, or NO_ROW. */
static inline uint32_t history_running(const struct history *history, uint32_t pid)
{
    size_t at;
    return index_first(&history->running_pids, pid_hash(pid), &at);
}

static inline uint32_t trail_at(const struct trail *trail, size_t row)
{
    return row < trail->list->count ? trail->list->slots[row] : NO_ROW;
}

/* history.c */
/* Room for `more` beyond those counted. */
enum status slot_list_reserve(struct slot_list *list, size_t more);
enum status history_reserve_changes(struct history *history, size_t more);
void history_note(struct history *history, enum change_kind kind, uint32_t slot, uint8_t old_state);
struct name *history_name_retain(struct name *name);
void history_name_release(struct history *history, struct name *name);

/* history_parents.c */
/* Finds the parents of a batch of processes that were just taken in or want another look. */
void history_find_parents(struct history *history, const uint32_t *batch, size_t count, moment now);
void history_pin(struct history *history, uint32_t process);
void history_unpin(struct history *history, uint32_t process, moment now);
/* Puts a process that has just ended where its pins say. */
void history_retire(struct history *history, uint32_t process, moment now);
/* Takes an ended process out of the tree and out of its list of ended ones. */
void history_uproot(struct history *history, uint32_t process, moment now);

/* history_processes.c */
void history_forget_process(struct history *history, uint32_t slot, moment now);

/* history_connections.c */
/* The one that closed first. */
void history_forget_connection(struct history *history);

#endif
