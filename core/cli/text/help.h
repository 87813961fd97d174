/* help: the pages of --help, made of the tables of commands and options. */
#ifndef STAKEOUT_CLI_HELP_H
#define STAKEOUT_CLI_HELP_H

#include "core/base/buffer.h"
#include "core/cli/text/command_table.h"

/* The page for one command; COMMAND_NONE: the overview. Lines end in LF. */
void help_add(struct buffer *out, enum command command);

#endif
