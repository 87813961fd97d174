#include "core/base/memory.h"
#include "core/watch/watchlist_inside.h"

#define CANONICAL_MOST (INDICATOR_MOST + 64)

struct watchlist_builder *watchlist_builder_new(void)
{
    struct watchlist_builder *builder = memory_take(sizeof *builder);

    if (builder)
        buffer_init(&builder->canonical, CANONICAL_MOST);
    return builder;
}

void watchlist_builder_free(struct watchlist_builder *builder)
{
    if (!builder)
        return;
    store_done(&builder->store);
    store_finder_done(&builder->finder);
    watched_patterns_done(&builder->patterns);
    buffer_done(&builder->canonical);
    memory_give(builder);
}

uint32_t watchlist_builder_count(const struct watchlist_builder *builder)
{
    return builder->store.count;
}

void watched_patterns_done(struct watched_patterns *patterns)
{
    for (uint32_t i = 0; i < patterns->count; i++)
        pattern_free(patterns->entries[i].pattern);
    memory_give(patterns->entries);
    *patterns = (struct watched_patterns){0};
}

static enum status reserve_pattern(struct watched_patterns *patterns)
{
    uint32_t capacity = patterns->capacity ? patterns->capacity * 2 : 8;
    struct watched_pattern *entries;

    if (patterns->count < patterns->capacity)
        return ST_OK;
    if (patterns->capacity > UINT32_MAX / 4)
        return ST_TOO_LARGE;
    entries = memory_grow_array(patterns->entries, capacity, sizeof *entries);
    if (!entries)
        return ST_NO_MEMORY;
    patterns->entries = entries;
    patterns->capacity = capacity;
    return ST_OK;
}

static enum status compile(const struct indicator *indicator, struct pattern **pattern,
                           struct buffer *why)
{
    unsigned flags = indicator->ignore_case ? PATTERN_IGNORE_CASE : 0;
    struct buffer message;
    size_t offset = 0;
    enum status status;

    buffer_init(&message, 256);
    status = pattern_new(indicator->value, flags, pattern, &message, &offset);
    if (status == ST_TOO_LARGE)
        status = ST_INVALID;
    if (status == ST_INVALID && why) {
        buffer_add_string(why, "is no regular expression: ");
        buffer_add(why, buffer_text(&message));
        buffer_add_string(why, " at byte ");
        buffer_add_unsigned(why, offset + 1);
    }
    buffer_done(&message);
    return status;
}

static void count(struct table_counts *counts, const struct indicator *indicator)
{
    switch ((enum indicator_kind)indicator->kind) {
    case INDICATOR_ADDRESS:
        if (address_is_ipv4(&indicator->low))
            counts->ipv4++;
        else
            counts->endpoints++;
        counts->endpoints += indicator->port != 0;
        break;
    case INDICATOR_NETWORK:
    case INDICATOR_RANGE:
        counts->spans++;
        break;
    case INDICATOR_PORT:
        counts->ports++;
        break;
    case INDICATOR_DOMAIN:
    case INDICATOR_DOMAIN_TREE:
    case INDICATOR_NAME:
        counts->names++;
        break;
    case INDICATOR_PATTERN:
    case INDICATOR_KINDS:
        break;
    }
}

enum status watchlist_add_parsed(struct watchlist_builder *builder,
                                 const struct indicator *indicator,
                                 const struct indicator_origin *origin, struct buffer *why)
{
    struct pattern *pattern = NULL;
    enum status status = ST_OK;
    bool fresh = false;

    buffer_clear(&builder->canonical);
    indicator_add(&builder->canonical, indicator);
    if (builder->canonical.failed)
        return builder->canonical.failed;
    if (indicator->kind == INDICATOR_PATTERN) {
        status = compile(indicator, &pattern, why);
        if (!status)
            status = reserve_pattern(&builder->patterns);
    }
    if (!status)
        status = store_add(&builder->store, &builder->finder, indicator->kind,
                           buffer_text(&builder->canonical), origin, &fresh);
    if (!status && fresh)
        count(&builder->counts, indicator);
    else if (!status)
        builder->duplicates++;
    if (!status && fresh && pattern) {
        builder->patterns.entries[builder->patterns.count] =
            (struct watched_pattern){pattern, builder->store.count - 1, indicator->pattern_on};
        builder->patterns.count++;
        pattern = NULL;
    }
    pattern_free(pattern);
    return status;
}

/* An indicator that somebody filled in by hand has to survive being written and read back, and
 * comes out in its one spelling. */
enum status watchlist_add(struct watchlist_builder *builder, const struct indicator *indicator,
                          const struct indicator_origin *origin, struct buffer *why)
{
    const char *reason = "is of no known kind";
    struct indicator checked;
    struct buffer written;
    struct buffer scratch;
    enum status status;

    buffer_init(&written, CANONICAL_MOST);
    buffer_init(&scratch, CANONICAL_MOST);
    indicator_add(&written, indicator);
    status = written.failed ? written.failed
                            : indicator_parse(buffer_text(&written), &scratch, &checked, &reason);
    if (status == ST_TOO_LARGE) {
        status = ST_INVALID;
        reason = "is longer than 4096 bytes";
    }
    if (status == ST_OK && checked.kind != indicator->kind &&
        (checked.kind > INDICATOR_RANGE || indicator->kind > INDICATOR_RANGE)) {
        status = ST_INVALID;
        reason = "would be read as something else";
    }
    if (status == ST_INVALID && why)
        buffer_add_string(why, reason);
    if (status == ST_OK)
        status = watchlist_add_parsed(builder, &checked, origin, why);
    buffer_done(&written);
    buffer_done(&scratch);
    return status;
}
