/* sinkhole: the block of a hosts file in which domains are pinned to addresses of their own.
 * So that a connection of malware lives long enough to be seen, a domain gets an address that leads
 * nowhere: the n-th free of 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24 (RFC 5737), and
 * 2001:db8::n (RFC 3849). One ASCII name a line, in one marked block at the end of the file. Every
 * byte outside the block stays as it is, so that adding and taking away gives the same bytes; a
 * last line without an end gets one first, which the block remembers. Line ends are those of the
 * file. UTF-16 is refused, since no resolver reads it, but can be made UTF-8.
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

/* Why a file can't be changed, or a domain not be pinned. */
enum sinkhole_why {
    SINKHOLE_FINE,
    SINKHOLE_UTF16,     /* the file is UTF-16: see sinkhole_convert */
    SINKHOLE_NO_END,    /* the block in the file has no end: somebody edited it */
    SINKHOLE_NAMED,     /* the file names the domain outside the block: that line would win */
    SINKHOLE_FULL,      /* no address is free */
    SINKHOLE_NO_NAME,   /* it is no host name; hosts files know no *. */
    SINKHOLE_TOO_LONG,  /* over the 253 characters that a name can have */
    SINKHOLE_MICROSOFT, /* security software puts the whole file back when it sees such a name */
    SINKHOLE_MACHINE,   /* this machine's own name */
    SINKHOLE_MEMBER,    /* of the domain that this machine is a member of */
    SINKHOLE_UPDATES,   /* this machine gets its updates from there */
    SINKHOLE_WHYS
};
/* "it is UTF-16, which no resolver reads", …; static. */
const char *sinkhole_phrase(enum sinkhole_why why);

/* Reads the block; none is an empty one. Entries and texts lie in the arena. ST_INVALID: *why says
 * what is wrong with the file. */
enum status sinkhole_read(struct text file, struct arena *arena, struct sinkhole *sinkhole,
                          enum sinkhole_why *why);

/* Whether the system resolves a domain to the address that it was pinned to. */
enum sinkhole_answer {
    SINKHOLE_UNASKED,
    SINKHOLE_SAME,
    SINKHOLE_OTHER,  /* it still gives another address */
    SINKHOLE_UNSEEN, /* it could not be asked off the wire */
    SINKHOLE_ANSWERS
};

/* A domain, and what shall be of it. */
struct sinkhole_wish {
    struct text domain;    /* as sinkhole_domain gives it */
    bool pinned;           /* as it shall be */
    enum sinkhole_why why; /* SINKHOLE_FINE, or why it stays as it is; may be set beforehand */
    bool was_pinned;
    struct sinkhole_entry entry; /* its addresses, now or before; all zero: none */
    enum sinkhole_answer answer; /* act/sinkhole_deed.h */
};

/* Which addresses a file uses already, by their number. */
struct sinkhole_numbers {
    bool used[SINKHOLE_MOST];
};

/* Gives the entry the first free addresses; false when there are none. */
bool sinkhole_take(struct sinkhole_numbers *numbers, struct sinkhole_entry *entry);

/* What the file says of each: was_pinned, entry, and SINKHOLE_NAMED. Addresses that a wish gives
 * up are not free in the same go. ST_INVALID: *why says what is wrong with the file. */
enum status sinkhole_look(struct text file, struct arena *arena, struct sinkhole_wish *wishes,
                          size_t count, struct sinkhole_numbers *numbers, enum sinkhole_why *why);
/* The file as it shall be: whole new content to *out, the same bytes where nothing changes. Each
 * wish is answered as by sinkhole_look, with its new addresses or why it has none; one that came
 * with a `why` is not pinned, but may be taken out. Linear in the file. */
enum status sinkhole_change(struct text file, struct arena *arena, struct sinkhole_wish *wishes,
                            size_t count, struct buffer *out, enum sinkhole_why *why);
/* The file without the block: what it was before the first domain, byte for byte, unless others
 * changed it. */
enum status sinkhole_clear(struct text file, struct buffer *out, enum sinkhole_why *why);
/* A file of UTF-16, with or without its BOM, as UTF-8 without one. ST_INVALID: it is not that. */
enum status sinkhole_convert(struct text file, struct buffer *out);

/* What the machine answers to; all may be empty. */
struct sinkhole_machine {
    struct text host;   /* its name */
    struct text domain; /* the domain it is a member of */
    struct text update; /* host of its update server */
};

/* A domain as it is written into the file, in the arena, and whether it may be: names of Microsoft,
 * of the machine, its domain and its update server are not. *domain is empty where it is no name.
 */
enum sinkhole_why sinkhole_domain(struct text written, const struct sinkhole_machine *machine,
                                  struct arena *arena, struct text *domain);

/* The indicators of a watchlist by which connections to a domain's addresses name it. */
void sinkhole_add_indicators(struct buffer *out, const struct sinkhole_entry *entry);
/* The label of those: "sinkhole of evil.example". */
void sinkhole_add_label(struct buffer *out, struct text domain);
/* A watchlist file with those of the pinned ones, and without those of the others. */
enum status sinkhole_change_list(struct text list, const struct sinkhole_wish *wishes, size_t count,
                                 struct buffer *out);

#endif
