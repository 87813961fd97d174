/* visible: text for a terminal.
 * Names and command lines are chosen by whoever wrote the malware: control characters could drive
 * the terminal, direction marks could turn "gpj.exe" round. Such characters are written as escapes
 * (\x1b,
 * \u202e), line ends too; everything else passes. */
#ifndef STAKEOUT_CLI_VISIBLE_H
#define STAKEOUT_CLI_VISIBLE_H

#include "core/base/buffer.h"

void visible_add(struct buffer *out, struct text value);
/* Columns that a terminal takes for it: two for East Asian wide characters and emoji, none for
 * combining marks. Nearly right, as terminals differ. */
size_t visible_width(struct text value);
/* How many bytes of it fit into so many columns. */
size_t visible_fit(struct text value, size_t columns);

#endif
