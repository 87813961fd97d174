/* watch_store: where a watchlist lives between two starts.
 * A plain text file (core/watch/watchlist.h), replaced as a whole. Blocks while it reads or writes:
 * a worker's business for long lists. Any thread. */
#ifndef STAKEOUT_GUI_WATCH_STORE_H
#define STAKEOUT_GUI_WATCH_STORE_H

#include "core/watch/known.h"
#include "core/watch/watchlist.h"

#define WATCH_STORE_MOST ((size_t)512 * 1024 * 1024) /* bytes that a file may have */

/* Reads a watchlist file (UTF-8, or UTF-16). A missing file is an empty list. *problems gets the
 * lines that are none (may be NULL). One reference for the caller. */
enum status watch_store_load(struct text path, struct watchlist **list, struct buffer *problems,
                             struct failure *failure);
/* Writes it, making its folder. NULL: an empty list. */
enum status watch_store_save(struct text path, const struct watchlist *list,
                             struct failure *failure);

/* The same for what is known. */
enum status watch_store_load_known(struct text path, struct known **known, struct buffer *problems,
                                   struct failure *failure);
enum status watch_store_save_known(struct text path, const struct known *known,
                                   struct failure *failure);

#endif
