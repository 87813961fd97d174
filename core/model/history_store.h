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
#include "core/model/history.h"
#include "core/model/slots.h"

struct process_entry {
    struct process_row row; /* facts NULL: the slot holds nothing */
    moment cpu_when;        /* when row.cpu was told */
    moment kept_from;       /* its time of expiry counts from here */
    uint64_t listed;        /* number of the last listing that held it */
    uint64_t mark;          /* number of the last merge that met it */
    uint32_t pins;
    uint32_t running_at; /* its place among the running ones */
    uint32_t pid_next;   /* the next older process with this PID */
    uint32_t pid_previous;
    uint32_t first_child;
    uint32_t sibling_next;
    uint32_t sibling_previous;
    uint32_t first_connection;
    uint32_t ended_next;
    uint32_t ended_previous;
    uint32_t walk;     /* which walk of a batch has met it, from 1 */
    bool holds_parent; /* it is one of its parent's pins */
    bool adopted;      /* not in a listing yet */
};

struct connection_entry {
    struct connection_row row; /* id 0: the slot holds nothing */
    uint64_t hash;             /* of its identity and occurrence; meaningful while open */
    uint64_t mark;
    uint32_t occurrence; /* of how many rows that are alike it is the n-th */
    uint32_t repeats;    /* occurrence 0: rows alike that the present merge has met beyond it */
    uint32_t open_at;    /* its place among the open ones */
    uint32_t ends_next;  /* open ones with the same two ends */
    uint32_t ends_previous;
    uint32_t process_next; /* of the same owner */
    uint32_t process_previous;
    uint32_t closed_next; /* closed after it */
    struct name *name;    /* of row.domain */
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
    uint32_t process_room;
    struct index by_pid; /* the newest process with a PID; the running one, if one runs */
    struct slot_list running;
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
    struct index by_identity; /* open ones */
    struct index by_ends;     /* the first of those with the same two ends */
    struct slot_list open;
    uint32_t first_closed;
    uint32_t last_closed;
    uint64_t next_connection_id;
    uint64_t connection_merges;
    moment connections_seen; /* the time of the last merge of connections; 0: none yet */

    struct name **names;
    struct slots name_slots;
    uint32_t name_room;
    struct index by_name;
    uint64_t name_stamp;

    struct slot_list rows; /* scratch: the slot of each row of the table in hand */
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

/* history.c */
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
void history_forget_connection(struct history *history, uint32_t slot);

#endif
