/* text16: between UTF-16, which the system speaks, and the engine's counted UTF-8.
 * Nothing is lost on the way, in either direction: NULs inside are kept, and a surrogate without
 * its partner becomes three bytes (WTF-8) and itself again. Malformed UTF-8 becomes U+FFFD. Any
 * thread. */
#ifndef STAKEOUT_WINDOWS_TEXT16_H
#define STAKEOUT_WINDOWS_TEXT16_H

#include <wchar.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"

/* Bytes that `length` units of UTF-16 take at most. */
#define TEXT16_MOST(length) ((length) * 3)

/* Writes to out, which has room for TEXT16_MOST(length) bytes; returns how many were written. */
size_t text16_encode(const wchar_t *wide, size_t length, char *out);
void text16_add(struct buffer *out, const wchar_t *wide, size_t length);
/* A copy in the arena; *failed (may be NULL) is set when there is no memory, else left alone. */
struct text text16_copy(struct arena *arena, const wchar_t *wide, size_t length, bool *failed);

/* UTF-16 with a NUL behind it; *length (may be NULL) does not count that one. Owned: text16_free.
 * NULL when there is no memory. */
wchar_t *text16_from(struct text value, size_t *length);
void text16_free(wchar_t *wide);

#endif
