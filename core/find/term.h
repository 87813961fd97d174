/* term: what somebody searches for, made ready once.
 * Plain text or a regular expression, which has the limits of watch/pattern.h: what would take too
 * long is ST_TOO_SLOW and never passes for "not there". Immutable once made: any thread may match.
 * All that search (handles, registry, memory) use this, so that a term means the same in each. */
#ifndef STAKEOUT_FIND_TERM_H
#define STAKEOUT_FIND_TERM_H

#include "core/base/buffer.h"

#define TERM_MOST 4096 /* bytes */

enum term_flags {
    TERM_REGEX = 1, /* PCRE2, not plain text */
    TERM_CASE = 2   /* small and capital letters differ */
};

struct term;

/* Owned: term_free. ST_INVALID for an empty one, for malformed UTF-8 and for what PCRE2 does not
 * take; ST_TOO_LARGE over TERM_MOST. *why (may be NULL) then gets a phrase, without a full stop. */
enum status term_new(struct text source, unsigned flags, struct term **term, struct buffer *why);
void term_free(struct term *term); /* NULL is fine */

/* Looks for it in UTF-8 `subject` from byte *from on. ST_OK: *from is where it begins and *size how
 * many bytes it has (a regular expression may match nothing: 0). ST_NOT_FOUND: it is not there.
 * ST_TOO_SLOW, ST_NO_MEMORY: nobody knows. *from and *size only change with ST_OK. */
enum status term_matches(const struct term *term, struct text subject, size_t *from, size_t *size);
/* The same on and on in long texts: `subject` is known to be well-formed UTF-8 (but for lone
 * surrogates), *from stands at a letter, and what is empty does not count. */
enum status term_matches_letters(const struct term *term, struct text subject, size_t *from,
                                 size_t *size);

/* As it was given; borrowed until term_free. */
struct text term_source(const struct term *term);
unsigned term_flags(const struct term *term);
/* Letters that whatever it finds has at least; 0: it may be nothing at all. */
size_t term_least(const struct term *term);

#endif
