/* import_doubts: what speaks against a value by itself, before anybody knows where it stood. */
#ifndef STAKEOUT_WATCH_IMPORT_DOUBTS_H
#define STAKEOUT_WATCH_IMPORT_DOUBTS_H

#include "core/watch/import.h"

/* DOUBT_NONE, or the first doubt that holds, with *why a literal. `declared`: the source says that
 * the value is a host, so its last label need not be guessed at. */
enum finding_doubt import_doubt(const struct indicator *indicator, bool declared,
                                const struct import_context *context, const char **why);
/* The special network an address lies in ("private network, RFC 1918"), or NULL. */
const char *import_special_network(const struct address *address);
/* Whether a name ends in a label that is a file extension as well as a top-level domain. */
bool import_is_file_like(struct text name);

#endif
