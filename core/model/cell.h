/* cell: one value of one row, as sorting compares it, filters search it and views print it.
 * A cell holds the value, not its looks: numbers stay numbers, moments stay moments, and what could
 * not be read says why. Words that depend on the reader's language are numbers here (enum
 * cell_word); whoever prints a cell brings the language (struct cell_printer). Cells borrow from
 * the snapshot or the hit they were taken from. Pure functions; any thread. */
#ifndef STAKEOUT_MODEL_CELL_H
#define STAKEOUT_MODEL_CELL_H

#include "core/model/address.h"
#include "core/model/process.h"

enum cell_kind {
    CELL_EMPTY = 0, /* there is nothing to tell, and that is no failure */
    CELL_UNREAD, /* it could not be read: `state` says why; number, where not 0, an enum cell_word
                    that says more */
    CELL_TEXT,
    CELL_NUMBER,    /* shown without grouping: PIDs, ports, counts */
    CELL_HEX,       /* number without a sign: addresses in memory, handles */
    CELL_BYTES,     /* text holds bytes */
    CELL_MOMENT,    /* number is a moment */
    CELL_DURATION,  /* number is in 100 ns */
    CELL_SHARE,     /* number is in 1/10,000 of one core */
    CELL_ADDRESS,   /* end->address, with end->scope where it has one */
    CELL_PROCESS,   /* "cmd.exe (3252)": text and number; text empty: only the PID is known */
    CELL_WORD,      /* number is an enum cell_word */
    CELL_WORDS,     /* number has bit n set for enum cell_word n */
    CELL_INDICATOR, /* number is the indicator's place in the watchlist of the snapshot */
    CELL_REMARKS,   /* number has bit n set for enum odd_rule n */
    CELL_KINDS
};

enum cell_word {
    WORD_YES,
    WORD_NO,
    WORD_NO_OWNER,     /* the system names no owner: the connection is closing */
    WORD_PEER_UNKNOWN, /* UDP: the tables do not tell the peer; not "no peer" */
    WORD_BY_ADDRESS,   /* what of a connection matched, see enum match_by */
    WORD_BY_PORT,
    WORD_BY_DOMAIN,
    WORD_BY_PROCESS,
    WORD_HANDLE, /* what of a process was found, see enum handle_kind */
    WORD_MODULE,
    WORD_IMAGE,
    WORD_COMMAND,
    WORD_NAMELESS, /* why a handle has no name, see enum handle_naming */
    WORD_NOT_OPENED,
    WORD_OTHER_PROCESS,
    WORD_NOT_DUPLICATED,
    WORD_NOT_READ,
    WORD_HANGS,
    WORD_NOT_ASKED,
    WORD_KEY_NAME, /* where in the registry, see enum registry_where */
    WORD_VALUE_NAME,
    WORD_DATA,
    WORD_DEFAULT_VALUE, /* the value without a name */
    WORD_HIDDEN,        /* a NUL in a name: Win32 programs can't open it */
    WORD_AUTORUN,
    WORD_VIEW32,
    WORD_PRIVATE, /* memory, see enum region_kind */
    WORD_IMAGE_MEMORY,
    WORD_MAPPED,
    WORD_UNBACKED, /* executable, and no file stands behind it */
    WORD_COUNT
};

/* What a reader must know about a value. */
enum cell_note {
    NOTE_NONE = 0,
    NOTE_EXITED,       /* the process named has ended */
    NOTE_GONE,         /* the process named was never seen, or its PID belongs to a younger one */
    NOTE_UNVERIFIED,   /* a start time is unknown, so that it cannot be proved */
    NOTE_FROM_HISTORY, /* the system does not say so any more: this is what was seen before */
    NOTE_STALE,        /* its table could not be read the last time */
    NOTE_CLOSED,       /* the connection is gone; this is the last that was seen of it */
    NOTE_COUNT
};

struct cell {
    uint8_t kind;  /* enum cell_kind */
    uint8_t state; /* CELL_UNREAD: enum read_state */
    uint8_t note;  /* enum cell_note */
    int64_t number;
    struct text text;
    const struct endpoint *end;
};

/* Prints a cell for people. The printer appends; it never clears. */
struct cell_printer {
    void (*print)(void *context, const struct cell *cell, struct buffer *out);
    void *context;
};

struct cell cell_of_text(struct text value);
struct cell cell_of_fact(const struct text_fact *fact); /* an empty value that was read: empty */
struct cell cell_of_number(int64_t number);
struct cell cell_of_number_fact(const struct number_fact *fact);
struct cell cell_of_flag_fact(const struct number_fact *fact); /* yes or no */
struct cell cell_of_word(enum cell_word word);
struct cell cell_of_moment(moment when); /* 0: empty */
struct cell cell_of_address(const struct endpoint *end);

/* By value: numbers as numbers, addresses as numbers (IPv4 before IPv6), texts without ASCII case.
 * Empty cells come after values and unread ones after those, in either direction of sorting:
 * cell_rank tells the three apart. cell_compare requires equal ranks. */
int cell_rank(const struct cell *cell);
int cell_compare(const struct cell *a, const struct cell *b);

#endif
