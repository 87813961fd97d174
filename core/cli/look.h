/* look: one look at the live machine. */
#ifndef STAKEOUT_CLI_LOOK_H
#define STAKEOUT_CLI_LOOK_H

#include "core/watch/round.h"

/* Asks for the parts (enum round_parts), matches against the list (may be NULL) and hands out a
 * snapshot with one reference. ST_OK also when only some of it could be had; then *partly, which is
 * ST_OK otherwise, says what went wrong first. */
enum status look(const struct watchlist *list, unsigned parts, const struct snapshot **snapshot,
                 enum status *partly);

#endif
