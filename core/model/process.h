/* process: what is known of one process, and of each thing that could not be known, why.
 * Facts are gathered once, when a process is first seen, and never change: struct process_facts is
 * immutable after it was handed out and reference counted (any thread). What changes with time
 * (alive, exit, CPU, counts) stands in the rows of a snapshot. */
#ifndef STAKEOUT_MODEL_PROCESS_H
#define STAKEOUT_MODEL_PROCESS_H

#include "core/base/moment.h"

/* Why a field holds no value. READ_OK: it holds one. */
enum read_state {
    READ_OK = 0,
    READ_NOT_YET,        /* nobody has asked so far */
    READ_DENIED,         /* access denied */
    READ_PROTECTED,      /* the process is protected: no rights would help */
    READ_GONE,           /* the process had ended before it could be asked */
    READ_UNSUPPORTED,    /* this system cannot tell */
    READ_NOT_APPLICABLE, /* such a process has none: Idle, System, minimal processes */
    READ_FAILED,         /* any other error */
    READ_STATE_COUNT
};

/* A short English phrase ("access denied"); static storage; "" for READ_OK. */
const char *read_state_phrase(enum read_state state);
enum read_state read_state_from(enum status status);

/* A process is its PID and its start time, never a PID alone: PIDs are reused. start 0 means that
 * the system would not tell; such a key equals only a key with the same PID and start 0. */
struct process_key {
    uint32_t pid;
    moment start;
};

bool process_key_equal(struct process_key a, struct process_key b);
int process_key_compare(struct process_key a, struct process_key b); /* by PID, then start */
uint64_t process_key_hash(struct process_key key);

struct text_fact {
    struct text value; /* lives as long as the facts */
    enum read_state state;
};

struct number_fact {
    uint32_t value;
    enum read_state state;
};

struct process_facts {
    struct process_key key;
    uint32_t parent_pid;      /* as recorded by the system at creation; may be stale or spoofed */
    struct text name;         /* "ping.exe", "System"; never empty where the system named it */
    struct text_fact image;   /* full Win32 path */
    struct text_fact command; /* by its length: NULs inside are kept */
    struct text_fact directory;
    struct text_fact user;   /* "alice" */
    struct text_fact domain; /* "CORP" */
    struct text_fact sid;    /* "S-1-5-18" */
    struct text_fact
        services; /* "Dhcp, EventLog": services hosted; value empty and READ_OK: none */
    struct number_fact session;
    struct number_fact bits;       /* 32 or 64 */
    struct number_fact elevated;   /* 0 or 1 */
    struct number_fact critical;   /* 1: ending it stops the machine */
    struct number_fact protection; /* the system's byte, see model/protection.h; 0: none */
    bool command_from_memory;      /* read from the process's own memory, which it can rewrite */
};

/* Copies all texts of `draft` into one block. A process that was listed while it was being made
 * and has no name yet gets its file's. Owned: process_facts_release. */
enum status process_facts_new(const struct process_facts *draft,
                              const struct process_facts **facts);
const struct process_facts *process_facts_retain(const struct process_facts *facts);
void process_facts_release(const struct process_facts *facts); /* NULL is fine */
/* What one set of facts takes, in bytes. */
size_t process_facts_size(const struct process_facts *facts);

#endif
