/* history: the unbroken story of processes and connections, made from a source's tables.
 * Tables go in, changes come out, and what has ended stays for a while, bounded. Merging a table is
 * linear in its rows. One thread (the sampler's) owns a history; others read snapshots of it
 * (model/snapshot.h).
 *
 * Identity. A process is (PID, start). A TCP connection is its two ends (and, for listeners and
 * UDP, the owner and the time of bind); rows that are alike to the last byte are counted, not
 * merged. A TCP row whose owner the system withdrew (PID 0, closing) is the same connection and
 * keeps the owner that was seen before, marked so. A 4-tuple that starts again (other owner, other
 * bind time, or a state that cannot follow) is a new connection. Where one of two start times of a
 * PID is unknown, the same name and parent make it the same process.
 *
 * Parents. A process's parent is the one with the recorded PID that started no later than the child
 * and had not ended by then; an unknown start makes it unverified, not wrong. PIDs 0 and 4 are
 * parents whatever their times. Cycles cannot arise.
 *
 * Owners. A connection belongs to the process with its PID that was running when it was first seen,
 * also after that process has ended and another bears its PID. */
#ifndef STAKEOUT_MODEL_HISTORY_H
#define STAKEOUT_MODEL_HISTORY_H

#include "core/model/source.h"

#define NO_ROW UINT32_MAX
#define NO_INDICATOR UINT32_MAX

enum parent_kind {
    PARENT_NONE,       /* it has none: PID 0, or its own PID recorded */
    PARENT_VERIFIED,   /* seen, and it started no later than the child */
    PARENT_UNVERIFIED, /* seen, but one of the two start times is unknown */
    PARENT_GONE        /* never seen, or only a younger process bears its PID now */
};

/* What is odd about a process (judge/odd.h fills it in and puts it into words). */
struct process_odd {
    uint32_t rules;    /* bit n: enum odd_rule n */
    uint32_t twin;     /* PID of the one that was there before, where there may be only one */
    moment image_time; /* the time of its image's file that is later than its start; 0: none */
};

struct process_row {
    uint64_t id;                       /* of this row in this history; grows, never reused */
    const struct process_facts *facts; /* borrowed: lives as long as the row (or the snapshot) */
    moment first_seen;
    moment last_seen;
    moment ended; /* when it was seen to be gone (or exited by the system); 0: it runs */
    struct process_exit exit; /* meaningful once ended */
    int64_t cpu;              /* 100 ns so far; -1 unknown */
    uint32_t cpu_share;       /* of one core between the last two listings, in 1/10,000 */
    uint32_t threads;
    uint32_t parent; /* index of the parent's row in the same array, or NO_ROW */
    uint8_t parent_kind;
    bool suspended;
    bool known;               /* cleared by the analyst: shown dim */
    uint32_t connections;     /* open now */
    uint32_t watched;         /* connections that matched, open or closed */
    uint32_t watched_as;      /* what the last of them matched, or NO_INDICATOR */
    uint32_t indicator;       /* the pattern that the process itself matched, or NO_INDICATOR */
    uint32_t unseen_children; /* reserved for views: 0 in a history */
    struct process_odd odd;
};

struct connection_row {
    uint64_t id;
    struct connection_seen seen; /* as of last_seen; seen.pid may be 0 while owner is not */
    struct process_key owner;    /* last owner that was seen; pid 0: never one */
    uint32_t process;            /* index of the owner's row, or NO_ROW */
    bool owner_from_history;     /* the system names no owner any more: `owner` is from before */
    bool stale;                  /* its table could not be read the last time */
    bool known;
    moment first_seen;
    moment last_seen;
    moment closed; /* 0 while open */
    moment state_since;
    uint32_t indicator; /* what it matched, or NO_INDICATOR */
    uint8_t matched_by; /* enum match_by (watch/watchlist.h) */
    struct text
        domain; /* name seen in DNS for the remote address; empty unknown. Borrowed like facts */
};

struct history_limits {
    moment keep;              /* how long ended things stay, 100 ns; 30 minutes by default */
    uint32_t ended_processes; /* at most, oldest go first, those that are needed last */
    uint32_t closed_connections;
};

extern const struct history_limits history_default_limits; /* 30 min, 20,000, 200,000 */

enum change_kind {
    CHANGE_STARTED,
    CHANGE_ENDED,
    CHANGE_OPENED,
    CHANGE_CLOSED,
    CHANGE_STATE, /* a connection's TCP state, owner or name changed */
    CHANGE_KINDS
};

struct change {
    uint8_t kind;
    uint8_t old_state; /* CHANGE_STATE: the TCP state before */
    uint32_t slot;     /* for history_process / history_connection; valid until the next apply */
};

struct history_counts {
    uint32_t processes;             /* running */
    uint32_t ended;                 /* kept though they ended */
    uint32_t connections;           /* open */
    uint32_t closed;                /* kept though they closed */
    uint64_t forgotten_processes;   /* ended ones cut off before their time, for want of room */
    uint64_t forgotten_connections; /* likewise */
};

struct history;

/* Owned: history_free. NULL limits: the defaults. NULL when there is no memory. */
struct history *history_new(const struct history_limits *limits);
void history_free(struct history *history);

/* Merges a listing of all processes. New ones are asked of `source` for their facts; those missing,
 * or that source_has_ended tells of, are ended. On failure the history is as before and consistent.
 */
enum status history_apply_processes(struct history *history, struct source *source,
                                    const struct process_table *table, moment now);
/* Takes in one process that a connection named before any listing did. No effect when known. */
enum status history_adopt(struct history *history, struct source *source,
                          const struct process_seen *row, moment now);
/* Merges the connections. Rows of a stale part that are missing stay open. */
enum status history_apply_connections(struct history *history, const struct connection_table *table,
                                      moment now);
/* Whether a table names a PID that no running process of the history has (0 is never unknown); then
 * the first such PIDs are written to `pids`, at most `most` (a few dozen), each once. Returns how
 * many. */
size_t history_unknown_pids(const struct history *history, const struct connection_table *table,
                            uint32_t *pids, size_t most);
/* What the last applies changed, in order, since history_changes_clear. Borrowed until then. */
const struct change *history_changes(const struct history *history, size_t *count);
void history_changes_clear(struct history *history);
/* Drops what has ended longer ago than the limits keep. An ended process that a running
 * descendant's chain names, or an open connection, stays until its time has passed since it was
 * last needed; only the limit in number takes it before. Called once a round; cheap when idle. */
void history_expire(struct history *history, moment now);

/* The row in a slot, borrowed until the next apply, adopt or expire; the fields known, indicator,
 * matched_by, domain, watched and odd may be written. */
struct process_row *history_process(struct history *history, uint32_t slot);
struct connection_row *history_connection(struct history *history, uint32_t slot);
/* One past the highest slot; slots that hold nothing give NULL from the two above. */
uint32_t history_process_slots(const struct history *history);
uint32_t history_connection_slots(const struct history *history);
/* The slot of a process, running or ended, or NO_ROW. */
uint32_t history_find(const struct history *history, struct process_key key);
/* Sets a connection's name; the text is copied. */
enum status history_set_domain(struct history *history, uint32_t slot, struct text domain);
struct history_counts history_counts(const struct history *history);
/* All that it has allocated, in bytes. */
size_t history_size(const struct history *history);

#endif
