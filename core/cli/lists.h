/* lists: the watchlist that the command line asks for. */
#ifndef STAKEOUT_CLI_LISTS_H
#define STAKEOUT_CLI_LISTS_H

#include "core/cli/text/arguments.h"
#include "core/watch/watchlist.h"

/* All --list and --indicator together. NULL when one can't be read or understood, or when nothing
 * is left to watch for: that was said. One reference. */
const struct watchlist *lists_build(const struct arguments *arguments);

#endif
