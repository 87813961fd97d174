/* pattern: a regular expression (PCRE2), or plain text, and where it is in another text.
 * Immutable once made: any thread may match. Work is bounded: a match that would take too many
 * steps is given up and says so; it never passes for "no match". Made into machine code where the
 * system lets us, else interpreted. Texts may hold lone surrogates (they are letters like any
 * other) and NULs; letters are compared as Unicode, also without case. */
#ifndef STAKEOUT_WATCH_PATTERN_H
#define STAKEOUT_WATCH_PATTERN_H

#include "core/base/buffer.h"

#define PATTERN_MOST 4096 /* bytes of a pattern */

enum pattern_flags {
    PATTERN_LITERAL = 1,     /* plain text, not a regular expression */
    PATTERN_IGNORE_CASE = 2, /* small and capital letters are alike */
    PATTERN_INTERPRET = 4    /* no machine code, as on a system that forbids it (tests) */
};

struct pattern;

/* Owned: pattern_free. ST_INVALID when PCRE2 does not take it, ST_TOO_LARGE when it is over
 * PATTERN_MOST: *why gets what is wrong and *offset the byte where ("missing closing parenthesis");
 * either may be NULL. */
enum status pattern_new(struct text source, unsigned flags, struct pattern **pattern,
                        struct buffer *why, size_t *offset);
void pattern_free(struct pattern *pattern); /* NULL is fine */
/* What it takes, in bytes. */
size_t pattern_size(const struct pattern *pattern);
/* Letters that whatever it finds has at least, as far as PCRE2 knows. */
size_t pattern_least(const struct pattern *pattern);

/* Looks for it in `subject` from byte `from` on. ST_OK: found; *found_at and *found_size (may be
 * NULL) tell where. ST_NOT_FOUND: it is not there. ST_TOO_SLOW: given up at a limit. ST_NO_MEMORY.
 */
enum status pattern_find(const struct pattern *pattern, struct text subject, size_t from,
                         size_t *found_at, size_t *found_size);
/* The same for long texts that are searched on and on: `subject` is known to be well-formed (but
 * for lone surrogates), `from` stands at a letter, and what is empty does not count. Costs no more
 * than the way to what it finds. */
enum status pattern_find_letters(const struct pattern *pattern, struct text subject, size_t from,
                                 size_t *found_at, size_t *found_size);

#endif
