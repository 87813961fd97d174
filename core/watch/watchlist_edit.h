/* watchlist_edit: from one watchlist to the next.
 * Watchlists are immutable, so an edit makes a new one from what is kept and what is added. Any
 * thread. */
#ifndef STAKEOUT_WATCH_WATCHLIST_EDIT_H
#define STAKEOUT_WATCH_WATCHLIST_EDIT_H

#include <stdatomic.h>

#include "core/watch/watchlist.h"

struct watchlist_change {
    uint32_t added;
    uint32_t duplicates; /* of what was to be added: stood there already */
};

/* A list of the entries of `list` (NULL: none) whose flag in `removed` is not set (NULL: all), and
 * of those of `more` (NULL: none) behind them, one reference for the caller. *cancel (may be NULL)
 * is looked at on the way: ST_CANCELLED. *change may be NULL. */
enum status watchlist_edit(const struct watchlist *list, const bool *removed,
                           const struct watchlist *more, const atomic_bool *cancel,
                           struct watchlist **result, struct watchlist_change *change);

/* Appends the list as a watchlist file, which watchlist_add_file_text reads back: an indicator a
 * line, and its label as a comment, with the file and line that it came from unless that is
 * `own_name`. */
void watchlist_write(const struct watchlist *list, struct text own_name, struct buffer *out);

/* Whether any text of an entry holds the needle, without ASCII case: the indicator as it is
 * printed, as it was written, its label, its file. scratch is the caller's, cleared here. */
bool watchlist_entry_holds(const struct watchlist *list, uint32_t number, struct text needle,
                           struct buffer *scratch);

#endif
