/* watchlist_inside: what the parts of watchlist share. Nobody else includes this. */
#ifndef STAKEOUT_WATCH_WATCHLIST_INSIDE_H
#define STAKEOUT_WATCH_WATCHLIST_INSIDE_H

#include "core/watch/pattern.h"
#include "core/watch/watchlist_store.h"

struct watched_pattern {
    struct pattern *pattern; /* owned */
    uint32_t number;
    uint8_t on; /* bits of enum pattern_on */
};

struct watched_patterns {
    struct watched_pattern *entries;
    uint32_t count;
    uint32_t capacity;
};

/* How much goes into each table, at most. */
struct table_counts {
    uint32_t ipv4;      /* IPv4 addresses */
    uint32_t endpoints; /* IPv6 addresses, and any address with a port */
    uint32_t names;
    uint32_t spans;
    uint32_t ports;
};

struct watchlist_builder {
    struct store store;
    struct store_finder finder;
    struct watched_patterns patterns;
    struct table_counts counts;
    struct buffer canonical; /* scratch */
    uint32_t duplicates;
};

void watched_patterns_done(struct watched_patterns *patterns);

/* watchlist_add for an indicator that indicator_parse gave. */
enum status watchlist_add_parsed(struct watchlist_builder *builder,
                                 const struct indicator *indicator,
                                 const struct indicator_origin *origin, struct buffer *why);

#endif
