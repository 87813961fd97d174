/* scripted_source: a made-up machine behind the source interface (core/model/source.h).
 * Tests, window tests and benches start and end processes on it, open and close connections, deny
 * what a real system might deny, and let calls fail; the engine cannot tell it from a live machine.
 * What is changed shows in the next table. Everything is made up: nothing touches the system.
 *
 * Tables are arrays changed in place, so that asking for one costs next to nothing and a bench
 * measures the engine. Order within a table: as started or opened, with the last one moved into a
 * gap.
 *
 * Its memory comes from malloc, not from core/base/memory.h, so that a campaign of failing
 * allocations hits the engine only; without memory it aborts. The facts it hands out are the
 * engine's. One thread.
 *
 *     struct scripted_source *machine = scripted_source_new();
 *     struct process_key cmd = scripted_source_start(machine, 100, 0, "cmd.exe");
 *     scripted_source_start(machine, 104, cmd.pid, "ping.exe");
 *     scripted_source_connect(machine, 104, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
 *     ... source_processes(scripted_source_base(machine), &table) ...
 *     source_free(scripted_source_base(machine));
 */
#ifndef STAKEOUT_TESTS_SCRIPTED_SOURCE_H
#define STAKEOUT_TESTS_SCRIPTED_SOURCE_H

#include "core/model/source.h"

struct scripted_source;

/* An empty machine on 2026-01-01 at noon. Free it with source_free of its base. */
struct scripted_source *scripted_source_new(void);
struct source *scripted_source_base(struct scripted_source *machine);

/* ---- time: stands still until it is moved ---- */

/* Borrowed: lives as long as the machine. */
struct clock scripted_source_clock(struct scripted_source *machine);
moment scripted_source_now(const struct scripted_source *machine);
void scripted_source_advance(struct scripted_source *machine, int64_t duration);
/* Sets the wall clock alone, backwards too; the ticks go on. */
void scripted_source_set_time(struct scripted_source *machine, moment now);

/* ---- processes: PIDs below 4,194,304, each running once ---- */

/* Starts a process now, with facts made up from its name and PID. */
struct process_key scripted_source_start(struct scripted_source *machine, uint32_t pid,
                                         uint32_t parent_pid, const char *name);
/* The same at a given time; 0: the system does not tell. */
struct process_key scripted_source_start_at(struct scripted_source *machine, uint32_t pid,
                                            uint32_t parent_pid, const char *name, moment start);
/* It leaves the listing; `ended` then tells of this exit, once. Its connections stay. */
void scripted_source_exit(struct scripted_source *machine, uint32_t pid, uint32_t code);
/* It has ended (has_ended says so, find says ST_GONE), but is still in the listing until
 * scripted_source_exit. */
void scripted_source_linger(struct scripted_source *machine, uint32_t pid);
/* What the listing says of it, to be changed in place (threads, cpu, suspended …). Borrowed until
 * the next start or exit. */
struct process_seen *scripted_source_process(struct scripted_source *machine, uint32_t pid);
/* What `facts` will say of it, to be changed in place: give texts that outlive the machine
 * (literals). Borrowed until the next start or exit. */
struct process_facts *scripted_source_facts(struct scripted_source *machine, uint32_t pid);
/* Every field that can be refused is, for this reason. The name of the listing stays. */
void scripted_source_deny(struct scripted_source *machine, uint32_t pid, enum read_state why);
size_t scripted_source_process_count(const struct scripted_source *machine);
/* The PID in that place of the listing. */
uint32_t scripted_source_pid_at(const struct scripted_source *machine, size_t place);

/* ---- connections: a number each, never used again ---- */

uint32_t scripted_source_open(struct scripted_source *machine, const struct connection_seen *row);
/* Ends as "10.0.0.5:80", "[2001:db8::1]:80" or "[fe80::1%5]:80"; a mapped address in brackets comes
 * from the IPv6 table. Aborts on anything else. */
uint32_t scripted_source_connect(struct scripted_source *machine, uint32_t pid, const char *local,
                                 const char *remote, enum tcp_state state);
uint32_t scripted_source_listen(struct scripted_source *machine, uint32_t pid, const char *local);
uint32_t scripted_source_udp(struct scripted_source *machine, uint32_t pid, const char *local);
/* Its row, to be changed in place (state, pid, created). Borrowed until the next open or close. */
struct connection_seen *scripted_source_connection(struct scripted_source *machine,
                                                   uint32_t number);
void scripted_source_close(struct scripted_source *machine, uint32_t number);
size_t scripted_source_connection_count(const struct scripted_source *machine);

/* ---- names that the machine has resolved ---- */

void scripted_source_resolve(struct scripted_source *machine, const char *name,
                             const char *address);
void scripted_source_forget_names(struct scripted_source *machine);
void scripted_source_names_unread(struct scripted_source *machine, enum read_state why);
/* Some of them could not be read: the rows are there all the same. */
void scripted_source_names_partly(struct scripted_source *machine, enum read_state why);

/* ---- files of images: unknown until they are set; each setting is told once ---- */

void scripted_source_image(struct scripted_source *machine, uint32_t pid,
                           const struct image_file *file);

/* ---- trouble ---- */

enum scripted_call {
    SCRIPTED_PROCESSES,
    SCRIPTED_CONNECTIONS,
    SCRIPTED_FIND,
    SCRIPTED_FACTS,
    SCRIPTED_ENDED,
    SCRIPTED_NAMES,
    SCRIPTED_CALLS
};

/* The next `times` calls return `why`. */
void scripted_source_fail(struct scripted_source *machine, enum scripted_call call, enum status why,
                          uint32_t times);
/* How often it has been called, failures included. */
uint64_t scripted_source_calls(const struct scripted_source *machine, enum scripted_call call);
/* For the next `times` calls this part cannot be read. The table then holds its rows as they are
 * now (as a source should), or none of them. */
void scripted_source_stale(struct scripted_source *machine, enum connection_part part,
                           uint32_t times, bool keep_rows);

/* ---- crowds, for benches and random tests ---- */

/* Idle, System and then processes in a tree of random shape, with TCP, listeners and UDP of both
 * families. The same seed gives the same machine. */
void scripted_source_populate(struct scripted_source *machine, size_t processes, size_t connections,
                              uint64_t seed);
/* Ends a share (0 to 1) of the processes and starts as many, closes that share of the connections
 * (those of the ended ones first) and opens as many, changes the state of a few, and lets CPU time
 * pass on some. Time does not move. */
void scripted_source_churn(struct scripted_source *machine, double share);
/* The next number of the machine's own random sequence, below `limit`. */
uint32_t scripted_source_random(struct scripted_source *machine, uint32_t limit);

#endif
