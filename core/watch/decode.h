/* decode: makes UTF-8 of what a file holds.
 * Knows the byte order marks, UTF-16 of either order without one (by its NULs), and UTF-8; a byte
 * that is not UTF-8 is read as Windows-1252, the one byte set that reports still come in. */
#ifndef STAKEOUT_WATCH_DECODE_H
#define STAKEOUT_WATCH_DECODE_H

#include "core/base/buffer.h"

/* *decoded is borrowed from `input` where that is UTF-8 already, else from `storage`, which is
 * appended to. Fails only when storage cannot grow. */
enum status decode_text(struct text input, struct buffer *storage, struct text *decoded);
/* Whether decode_text would read it as UTF-16. */
bool decode_is_utf16(struct text input);

#endif
