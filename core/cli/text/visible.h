/* visible: text for a terminal.
 * Names and command lines are chosen by whoever wrote the malware: control characters could drive
 * the terminal, direction marks could turn "gpj.exe" round. Such characters are written as escapes
 * (\x1b,
 * \u202e), line ends too; everything else passes. */
#ifndef STAKEOUT_CLI_VISIBLE_H
#define STAKEOUT_CLI_VISIBLE_H

#include "core/base/buffer.h"

void visible_add(struct buffer *out, struct text value);
/* What was written so, read back: \x1b and \u202e, of two and four digits. A backslash with
 * anything else behind it is one. */
void visible_read(struct buffer *out, struct text shown);
/* Hexadecimal digits, of 64 bits at most, and nothing else. */
bool hex_read(struct text digits, uint64_t *number);
/* Columns that a terminal takes for it: two for East Asian wide characters and emoji, none for
 * combining marks. Nearly right, as terminals differ. */
size_t visible_width(struct text value);
/* How many bytes of it fit into so many columns. */
size_t visible_fit(struct text value, size_t columns);

#endif
