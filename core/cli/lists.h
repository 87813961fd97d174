/* lists: the watchlist that the command line asks for. */
#ifndef STAKEOUT_CLI_LISTS_H
#define STAKEOUT_CLI_LISTS_H

#include "core/case/case_record.h"
#include "core/cli/text/arguments.h"
#include "core/watch/watchlist.h"

/* All --list and --indicator together. NULL when one can't be read or understood, or when nothing
 * is left to watch for: that was said. One reference. */
const struct watchlist *lists_build(const struct arguments *arguments);

/* The same, and for each --list its SHA-256 as it was read, and how many indicators came from it.
 * files has room for as many as there are --list; texts lie in the arena. */
const struct watchlist *lists_build_told(const struct arguments *arguments, struct arena *arena,
                                         struct case_watchlist *files);

#endif
