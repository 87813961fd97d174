/* journal: what was done to the machine, one line of JSON each, in a chain.
 * A line is on the disk (flushed) before the action that it tells of is begun, and a second one
 * tells its outcome. Each line holds in "prev" the SHA-256 of the bytes of the line before it
 * (without its line end), so that a changed, missing, added or moved line shows: journal_verify.
 * A line that was torn when the program was killed stays as it is, is ended by the next
 * journal_open, and the line after it says so; the chain runs through it.
 * Portable: the file and the hash come in as tables. The journal must be the file's only writer.
 * One thread at a time. */
#ifndef STAKEOUT_CASE_JOURNAL_H
#define STAKEOUT_CASE_JOURNAL_H

#include "core/base/buffer.h"
#include "core/base/moment.h"
#include "core/model/process.h"

#define JOURNAL_DIGEST 32
#define JOURNAL_LINE_MOST ((size_t)4 << 20) /* bytes; longer lines are refused, or foreign */

struct journal_file {
    enum status (*append)(void *context, struct text bytes, size_t *written);
    enum status (*flush)(void *context);
    /* Reads at most `size` bytes from `at`; *got is less only at the end. */
    enum status (*read)(void *context, uint64_t at, char *out, size_t size, size_t *got);
    void *context; /* borrowed */
};

struct journal_hash {
    enum status (*sha256)(void *context, struct text bytes, unsigned char digest[JOURNAL_DIGEST]);
    void *context; /* borrowed */
};

enum journal_phase { JOURNAL_BEFORE, JOURNAL_AFTER, JOURNAL_NOTE };

struct journal_entry {
    enum journal_phase phase;
    const char *action;  /* "kill", "suspend-tree"; a literal */
    uint64_t of;         /* JOURNAL_AFTER: number of the line before the action */
    const char *outcome; /* JOURNAL_AFTER: "success", "failure" or "unknown" (ECS event.outcome) */
    struct text reason;  /* in words; may be empty */
    struct text members; /* more top-level members, as json_write has them, without braces */
};

struct journal;

/* Reads the file to its end once, to go on where it stops. The tables are copied. Owned:
 * journal_free. */
enum status journal_open(const struct journal_file *file, const struct journal_hash *hash,
                         struct clock clock, struct journal **journal);
void journal_free(struct journal *journal); /* NULL is fine */

/* Writes and flushes one line; *number (may be NULL) is its number, from 1 in the file. When it
 * fails nothing may be done: the journal goes first. A line that got into the file in part is
 * ended by the next write, as a torn one. */
enum status journal_write(struct journal *journal, const struct journal_entry *entry,
                          uint64_t *number);
uint64_t journal_lines(const struct journal *journal);
/* Appends the SHA-256 of the last line, in digits; zeros where there is none. */
void journal_add_last(const struct journal *journal, struct buffer *out);

/* A process as a member for entries: "process":{"pid":…,"start":…,"name":…,…}. facts may be NULL.
 */
void journal_add_process(struct buffer *members, struct process_key key,
                         const struct process_facts *facts);

enum journal_fault {
    JOURNAL_SOUND,
    JOURNAL_BROKEN_CHAIN, /* "prev" is not the hash of the line before: that one was changed, or
                             one between the two is missing, or this one was added or moved */
    JOURNAL_WRONG_NUMBER, /* event.sequence is not the line's number */
    JOURNAL_NOT_A_LINE,   /* not JSON, or without "prev"; and no torn line */
    JOURNAL_TORN_END      /* the last line has no end: the program was killed while writing */
};

struct journal_check {
    enum journal_fault fault; /* the first one */
    uint64_t line;            /* where it stands, from 1 */
    uint64_t lines;           /* that were read */
    uint64_t torn;            /* whole chain, but so many lines were cut off by a kill */
};

/* Reads it all. ST_OK also when a fault was found. */
enum status journal_verify(const struct journal_file *file, const struct journal_hash *hash,
                           struct journal_check *check);
/* "the line before it was changed, or one is missing, added or moved"; static. */
const char *journal_fault_phrase(enum journal_fault fault);

#endif
