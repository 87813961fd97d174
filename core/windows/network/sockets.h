/* sockets: the tables of TCP and UDP, from the system to the engine's terms.
 * Each of the four parts is asked with the class that carries the time of bind (OWNER_MODULE), and
 * with OWNER_PID where that is refused. A table can grow between two calls: the buffer of the last
 * time is kept with a quarter of slack, so that mostly one call does, and after eight tries, or an
 * odd error, the previous answer stands and is marked stale. No row is ever dropped for that. In
 * the caller's storage; one thread at a time. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_SOCKETS_H
#define STAKEOUT_WINDOWS_SOCKETS_H

#include "core/model/source.h"
#include "core/windows/system.h"

#define SOCKETS_TRIES 8

struct socket_part {
    unsigned char *good; /* the last whole answer, or NULL */
    size_t good_capacity;
    unsigned char *spare; /* what the next is read into */
    size_t spare_capacity;
    size_t count;      /* rows in good */
    bool good_has_pid; /* good was read with OWNER_PID */
    bool no_module;    /* OWNER_MODULE was refused for good */
};

struct sockets {
    const struct system_table *system;
    struct socket_part parts[PART_COUNT];
    struct connection_seen *rows;
    size_t capacity;
};

void sockets_init(struct sockets *sockets, const struct system_table *system);
void sockets_done(struct sockets *sockets);

/* Reads all four. Rows are borrowed until the next call. A part that this system lacks is empty,
 * with ST_UNSUPPORTED and not stale. Fails for want of memory, or when no part has ever been read.
 */
enum status sockets_read(struct sockets *sockets, struct connection_table *table);

#endif
