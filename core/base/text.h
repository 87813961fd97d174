/* text: counted UTF-8, borrowed.
 * A struct text never owns its bytes and need not end in NUL; it may hold NULs. Text that came from
 * UTF-16 is WTF-8: a lone surrogate is the three bytes that its number would take, so that nothing
 * is lost on the way back. */
#ifndef STAKEOUT_BASE_TEXT_H
#define STAKEOUT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *bytes; /* may be NULL when size is 0 */
    size_t size;       /* in bytes */
};

/* A text of a string literal. */
#define text_of(literal) ((struct text){"" literal, sizeof(literal) - 1})

/* Borrows a NUL-terminated string; NULL gives the empty text. */
struct text text_from(const char *string);

static inline struct text text_slice(struct text whole, size_t from, size_t size)
{
    /* An offset from NULL is undefined, even one of 0. */
    return (struct text){whole.bytes ? whole.bytes + from : NULL, size};
}

bool text_equal(struct text a, struct text b);
/* ASCII letters only: host names, schemes, file extensions. */
bool text_equal_nocase(struct text a, struct text b);
bool text_starts(struct text whole, struct text start);
bool text_ends(struct text whole, struct text end);
bool text_starts_nocase(struct text whole, struct text start);
bool text_ends_nocase(struct text whole, struct text end);
/* Byte order; a shorter text sorts before a longer one that begins with it. */
int text_compare(struct text a, struct text b);
/* The offset of the first occurrence, or SIZE_MAX. An empty needle is found at 0. */
size_t text_find(struct text whole, struct text needle);
/* Without white space (space, tab, CR, LF, FF, VT) at either end. */
struct text text_trim(struct text whole);
/* What follows the last '\\' or '/', the whole where there is none. */
struct text text_file_name(struct text path);
/* Decimal digits only, all of it, no sign; false when empty, foreign or over `most`. */
bool text_number(struct text digits, uint64_t most, uint64_t *number);
/* A 64-bit hash of the bytes (not for storage or the network; differs from build to build freely).
 */
uint64_t text_hash(struct text value);

/* Decodes one code point at *at and moves *at behind it. A malformed byte yields U+FFFD and moves
 * one byte. Requires *at < size. Surrogates in their three-byte form are returned as such. */
uint32_t text_decode(struct text whole, size_t *at);
/* Writes 1 to 4 bytes and returns how many. Surrogates take three bytes; a number over U+10FFFF is
 * written as U+FFFD. */
size_t text_encode(uint32_t code_point, char out[4]);
/* Whether all of it is well-formed UTF-8 (surrogates are not). */
bool text_valid(struct text whole);

#endif
