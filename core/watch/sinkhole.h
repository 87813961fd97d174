/* sinkhole: the block of a hosts file in which domains are pinned to addresses of their own.
 * So that a connection of malware lives long enough to be seen, a domain gets an address that leads
 * nowhere: the n-th free of 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24 (RFC 5737), and
 * 2001:db8::n (RFC 3849). One ASCII name a line, in one marked block at the end of the file. Every
 * byte outside the block stays as it is, so that adding and taking away gives the same bytes; a
 * last line without an end gets one first, which the block remembers. Line ends are those of the
 * file. UTF-16 is refused: no resolver reads it.
 * Portable: works on the bytes of a file. Any thread. */
#ifndef STAKEOUT_WATCH_SINKHOLE_H
#define STAKEOUT_WATCH_SINKHOLE_H

#include "core/base/arena.h"
#include "core/model/address.h"

#define SINKHOLE_MOST 762 /* domains: as many as there are IPv4 addresses for them */

struct sinkhole_entry {
    struct text domain;
    struct address v4; /* all zero: none */
    struct address v6;
};

struct sinkhole {
    struct sinkhole_entry *entries; /* in the order of the block */
    size_t count;
};

/* Reads the block; none is an empty one. Entries and texts lie in the arena. ST_INVALID: UTF-16, or
 * a block whose end is missing (somebody edited it): *why says which, static. */
enum status sinkhole_read(struct text file, struct arena *arena, struct sinkhole *sinkhole,
                          const char **why);

/* The file with one domain more: whole new content to *out. The domain is as domain_parse gives it.
 * One that is in the block already is ST_OK and the same bytes; ST_TOO_LARGE when there is no free
 * address; ST_BUSY when the file names the domain outside the block: that line would win or be
 * doubled. */
enum status sinkhole_add(struct text file, struct text domain, struct arena *arena,
                         struct buffer *out, struct sinkhole_entry *entry, const char **why);
/* The file without a domain, and without the block when it was the last one; ST_NOT_FOUND when the
 * block does not have it. */
enum status sinkhole_remove(struct text file, struct text domain, struct arena *arena,
                            struct buffer *out, const char **why);
/* The file without the block: what it was before the first domain, byte for byte, unless others
 * changed it. */
enum status sinkhole_clear(struct text file, struct buffer *out, const char **why);

/* What the machine answers to; all may be empty. */
struct sinkhole_machine {
    struct text host;   /* its name */
    struct text domain; /* the domain it is a member of */
    struct text update; /* host of its update server */
};

/* Why a domain must not be pinned, a static phrase: Microsoft's (security software puts back the
 * whole hosts file when it sees those), the machine's own, its domain's, its update server's.
 * NULL: it may. */
const char *sinkhole_refusal(struct text domain, const struct sinkhole_machine *machine);

#endif
