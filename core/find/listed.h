/* listed: every address and host name of a watchlist, looked for at once.
 * What has the form of one is looked up in the list, so that a list of a million costs what a list
 * of ten does. IPv4 and IPv6 in writing and host names, in ASCII and UTF-16LE, whole:
 * "evil.example" is not found in "notevil.example". A port behind it (":443") counts where the
 * indicator has one. Inside core/find only; any thread. */
#ifndef STAKEOUT_FIND_LISTED_H
#define STAKEOUT_FIND_LISTED_H

#include "core/find/seek.h"
#include "core/watch/watchlist.h"

enum status listed_seek(const struct watchlist *list, const struct view *view,
                        const struct seek_sink *sink);

#endif
