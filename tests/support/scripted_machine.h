/* scripted_machine: what a made-up machine is made of; for the files of scripted_source only:
 * scripted_processes.c and scripted_connections.c change it, scripted_crowd.c fills it by chance,
 * scripted_source.c tells the engine of it. */
#ifndef STAKEOUT_TESTS_SCRIPTED_MACHINE_H
#define STAKEOUT_TESTS_SCRIPTED_MACHINE_H

#include "tests/support/scripted_source.h"

#include <stdio.h>
#include <stdlib.h>

#define PID_LIMIT 4194304u
#define NOWHERE UINT32_MAX

/* What a process has beside its row in the listing. */
struct machine_process {
    struct process_facts facts;
    char *words; /* owned: the texts made up for it */
    bool lingers;
};

/* An exit nobody has asked about yet; those of one PID are linked. */
struct machine_exit {
    struct process_key key;
    struct process_exit exit;
    uint32_t next;
};

struct machine_name {
    char *name; /* owned */
    struct address address;
};

struct trouble {
    enum status why;
    uint32_t times;
};

/* A part that cannot be read for a while. */
struct frozen_part {
    struct connection_seen *rows; /* owned */
    size_t count;
    uint32_t times;
};

struct scripted_source {
    struct source base;
    moment now;
    int64_t ticks;
    uint64_t random;

    struct process_seen *listing;
    struct machine_process *processes; /* beside `listing` */
    size_t process_count;
    size_t process_room;
    size_t lingering;
    uint32_t *place_of_pid; /* in the listing, or NOWHERE */
    uint32_t *exit_of_pid;  /* the first of a chain in `exits`, or NOWHERE */
    uint32_t pid_room;
    uint32_t next_pid;
    struct machine_exit *exits;
    size_t exit_room;
    uint32_t exit_count; /* used so far */
    uint32_t free_exit;  /* chain of unused ones */

    struct connection_seen *connections;
    uint32_t *number_of_place;
    size_t connection_count;
    size_t connection_room;
    uint32_t *place_of_number;
    size_t number_room;
    uint32_t next_number;
    struct connection_seen *composed; /* a table with stale parts */
    size_t composed_room;
    struct frozen_part frozen[PART_COUNT];

    struct image_seen *images; /* not told yet */
    size_t image_count;
    struct image_seen *told_images; /* what the last table held */

    struct machine_name *names;
    struct name_seen *name_rows;
    size_t name_count;
    size_t name_room;
    enum read_state names_state;
    bool names_partly; /* there are rows though it is not READ_OK */

    struct trouble troubles[SCRIPTED_CALLS];
    uint64_t calls[SCRIPTED_CALLS];
};

/* The block; aborts where there is none. */
static inline void *need(void *block)
{
    if (!block) {
        fputs("scripted_source: out of memory\n", stderr);
        abort();
    }
    return block;
}

/* Aborts with these words where a test asks for what cannot be. */
static inline void demand(bool held, const char *what)
{
    if (!held) {
        fprintf(stderr, "scripted_source: %s\n", what);
        abort();
    }
}

/* Of an array that is full. */
static inline size_t next_room(size_t room)
{
    return room ? room * 2 : 64;
}

/* In the listing, or NOWHERE. */
static inline uint32_t place_of(const struct scripted_source *machine, uint32_t pid)
{
    return pid < machine->pid_room ? machine->place_of_pid[pid] : NOWHERE;
}

static inline enum connection_part part_of(const struct connection_seen *row)
{
    if (row->transport == TRANSPORT_TCP)
        return row->ipv6_table ? PART_TCP6 : PART_TCP4;
    return row->ipv6_table ? PART_UDP6 : PART_UDP4;
}

/* Makes room for what is known by PID. */
void scripted_know_pid(struct scripted_source *machine, uint32_t pid);

#endif
