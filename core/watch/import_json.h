/* import_json: the readers of the shapes that JSON comes in; inside the importer only.
 * import_json has read the whole input once before it calls one of these, so they meet no malformed
 * JSON; ST_INVALID from them is a fault of the program. Each is linear in the input. */
#ifndef STAKEOUT_WATCH_IMPORT_JSON_H
#define STAKEOUT_WATCH_IMPORT_JSON_H

#include "core/base/json_read.h"
#include "core/watch/import_found.h"

/* MISP events, alone, in lists and in answers of its interface. */
enum status import_misp(struct found *found, struct text input);
/* STIX 2.0 and 2.1: bundles, TAXII envelopes, lists and single objects. */
enum status import_stix(struct found *found, struct text input);
/* One STIX pattern. What a doubt of `note` says wins over what the pattern says. A pattern that
 * cannot be read is rejected, which is no failure. */
enum status import_stix_pattern(struct found *found, struct text pattern,
                                const struct found_note *note);
/* The host and port that the value of a URL object means where it is none that a browser would
 * read: search-ms:…location:\\host@80\… gives "host:80" in `out`; false: take it as it is. */
bool import_search_location(struct text value, struct buffer *out);
/* Adds an address or a host name together with a port. */
enum status import_with_port(struct found *found, struct text host, uint16_t port,
                             const struct found_note *note);

#endif
