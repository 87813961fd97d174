/* refusal: the one line that says what is wrong with what was typed, and what to do.
 * It is put together from pieces, the last of which is returned: `return refuse(...)`. Each piece
 * is added to `problem` without a line end; the result is always ST_INVALID. */
#ifndef STAKEOUT_CLI_REFUSAL_H
#define STAKEOUT_CLI_REFUSAL_H

#include "core/base/buffer.h"
#include "core/base/status.h"

/* What was typed, and why it is refused. */
enum status refuse(struct buffer *problem, struct text what, const char *why);

/* A word of what is to be done at a hit that means nothing; `option` is --on-hit or --on-hit-for.
 */
enum status refuse_what(struct buffer *problem, const char *option, struct text unknown);

#endif
