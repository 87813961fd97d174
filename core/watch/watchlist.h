/* watchlist: many indicators, made ready for matching.
 * Built once by a builder, then immutable and reference counted: any thread may match. Looking up an
 * address or a name costs the same for ten indicators and for a million. Patterns cost each. */
#ifndef STAKEOUT_WATCH_WATCHLIST_H
#define STAKEOUT_WATCH_WATCHLIST_H

#include "core/model/history.h"
#include "core/watch/indicator.h"

struct watchlist;
struct watchlist_builder;

/* Where an indicator came from: shown beside every hit. */
struct indicator_origin {
    struct text written; /* as the user or the report wrote it ("hxxp://evil[.]example/") */
    struct text file;    /* empty: typed */
    uint32_t line;       /* from 1; 0: none */
    struct text label;   /* what the list says about it, may be empty */
};

enum match_by {
    MATCH_NONE = 0,
    MATCH_ADDRESS, /* the remote address (or the local one, for a port indicator) */
    MATCH_PORT,
    MATCH_DOMAIN,  /* a name that this machine resolved to the remote address */
    MATCH_PROCESS  /* the owner's name, path or command line */
};

struct match {
    uint32_t indicator; /* number in the watchlist */
    enum match_by by;
};

/* Owned: handed over to watchlist_build, or watchlist_builder_free. NULL when there is no memory. */
struct watchlist_builder *watchlist_builder_new(void);
void watchlist_builder_free(struct watchlist_builder *builder);
/* Copies all it is given. An exact duplicate is dropped and counted, not an error. ST_INVALID for a
 * pattern that PCRE2 does not take: *why (may be NULL) then gets its message and offset. */
enum status watchlist_add(struct watchlist_builder *builder, const struct indicator *indicator,
                          const struct indicator_origin *origin, struct buffer *why);
/* The builder is handed over, also on failure. The list has one reference. */
enum status watchlist_build(struct watchlist_builder *builder, struct watchlist **list);
const struct watchlist *watchlist_retain(const struct watchlist *list);
void watchlist_release(const struct watchlist *list); /* NULL is fine */

uint32_t watchlist_count(const struct watchlist *list); /* NULL: 0 */
uint32_t watchlist_duplicates(const struct watchlist *list);
/* All memory it holds, in bytes. */
size_t watchlist_size(const struct watchlist *list);
/* Texts are borrowed from the list. */
void watchlist_indicator(const struct watchlist *list, uint32_t number,
                         struct indicator *indicator, struct indicator_origin *origin);
bool watchlist_has_domains(const struct watchlist *list);
bool watchlist_has_patterns(const struct watchlist *list);

/* An address with a port (0: unknown; then only indicators without a port match). The narrowest
 * indicator wins: address+port, address, network, range. NO_INDICATOR when none. */
uint32_t watchlist_match_address(const struct watchlist *list, const struct address *address,
                                 uint16_t port);
/* A port indicator for this port. */
uint32_t watchlist_match_port(const struct watchlist *list, uint16_t port);
/* A host name in lower-case ASCII without a final dot: exact, then its parents as domain trees. */
uint32_t watchlist_match_name(const struct watchlist *list, struct text name, uint16_t port);
/* A process against the patterns and names. *too_slow (may be NULL) is set when a pattern ran into a
 * limit: that is not "no match". */
uint32_t watchlist_match_process(const struct watchlist *list, const struct process_facts *facts,
                                 bool *too_slow);

#endif
