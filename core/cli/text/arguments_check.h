/* arguments_check: what only all words together can tell: how many operands there are, what each
 * command's have to be, which options contradict each other. Fills in what was typed as words:
 * PIDs, kinds, formats, ways. */
#ifndef STAKEOUT_CLI_ARGUMENTS_CHECK_H
#define STAKEOUT_CLI_ARGUMENTS_CHECK_H

#include "core/cli/text/arguments.h"

/* ST_INVALID with one line in *problem, without a line end. Where help or the version is asked for
 * nothing is checked. */
enum status arguments_check(struct arguments *arguments, struct buffer *problem);

#endif
