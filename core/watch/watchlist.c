#include "core/watch/watchlist.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/base/refs.h"
#include "core/watch/domain.h"
#include "core/watch/watchlist_inside.h"
#include "core/watch/watchlist_spans.h"
#include "core/watch/watchlist_tables.h"

#define ANY_PORT 0

/* Networks and ranges that ask for one port (ANY_PORT: for none). */
struct port_spans {
    uint16_t port;
    struct span_set ipv4;
    struct span_set ipv6;
};

struct watched_port {
    uint16_t port;
    uint32_t number;
};

/* Which kinds of names there are, so that the others need not be looked for. */
struct name_kinds {
    bool exact;
    bool exact_with_port;
    bool tree;
    bool tree_with_port;
    bool process;
    uint32_t least_tree_labels;
};

struct watchlist {
    struct refs refs;
    struct store store;
    struct slot_table ipv4;
    struct endpoint_table endpoints;
    struct slot_table names; /* of hosts and of processes */
    struct name_kinds kinds;
    struct port_spans *spans; /* sorted by port; ANY_PORT first where it is there */
    uint32_t spans_count;
    struct watched_port *ports; /* sorted */
    uint32_t ports_count;
    struct watched_patterns patterns;
    uint32_t duplicates;
};

/* ---- building ---- */

static void list_free(struct watchlist *list)
{
    store_done(&list->store);
    slot_table_done(&list->ipv4);
    endpoint_table_done(&list->endpoints);
    slot_table_done(&list->names);
    for (uint32_t i = 0; i < list->spans_count; i++) {
        span_set_done(&list->spans[i].ipv4);
        span_set_done(&list->spans[i].ipv6);
    }
    memory_give(list->spans);
    memory_give(list->ports);
    watched_patterns_done(&list->patterns);
    memory_give(list);
}

/* A network or range on its way into the span sets. */
struct loose_span {
    struct span span;
    uint16_t port;
    bool ipv4;
};

struct building {
    struct watchlist *list;
    struct loose_span *loose;
    uint32_t spans; /* of these so far */
};

static void place_name(struct watchlist *list, uint32_t number, const struct indicator *indicator)
{
    struct name_kinds *kinds = &list->kinds;
    struct text value = indicator->value;
    uint64_t hash = TEXT_HASH_START;
    uint32_t labels = 1;

    for (size_t i = value.size; i > 0; i--) {
        hash = text_hash_step(hash, value.bytes[i - 1]);
        labels += value.bytes[i - 1] == '.';
    }
    name_put(&list->names, hash, indicator->kind, indicator->port, number);
    if (indicator->kind == INDICATOR_NAME) {
        kinds->process = true;
    } else if (indicator->kind == INDICATOR_DOMAIN) {
        *(indicator->port ? &kinds->exact_with_port : &kinds->exact) = true;
    } else {
        *(indicator->port ? &kinds->tree_with_port : &kinds->tree) = true;
        if (!kinds->least_tree_labels || labels < kinds->least_tree_labels)
            kinds->least_tree_labels = labels;
    }
}

static void place_address(struct watchlist *list, uint32_t number,
                          const struct indicator *indicator)
{
    uint32_t found = indicator->port == ANY_PORT ? number : WITH_PORTS | NO_PLAIN;

    if (address_is_ipv4(&indicator->low))
        ipv4_put(&list->ipv4, ipv4_key(&indicator->low), found);
    else
        endpoint_put(&list->endpoints, &indicator->low, ANY_PORT, found);
    if (indicator->port != ANY_PORT)
        endpoint_put(&list->endpoints, &indicator->low, indicator->port, number);
}

static void place_one(struct building *building, uint32_t number)
{
    struct watchlist *list = building->list;
    struct indicator indicator;

    store_read(&list->store, number, &indicator, NULL);
    switch ((enum indicator_kind)indicator.kind) {
    case INDICATOR_ADDRESS:
        place_address(list, number, &indicator);
        break;
    case INDICATOR_NETWORK:
    case INDICATOR_RANGE:
        building->loose[building->spans] =
            (struct loose_span){{span_key_of(&indicator.low), span_key_of(&indicator.high), number,
                                 indicator.kind == INDICATOR_RANGE},
                                indicator.port,
                                address_is_ipv4(&indicator.low)};
        building->spans++;
        break;
    case INDICATOR_PORT:
        list->ports[list->ports_count] = (struct watched_port){indicator.port, number};
        list->ports_count++;
        break;
    case INDICATOR_DOMAIN:
    case INDICATOR_DOMAIN_TREE:
    case INDICATOR_NAME:
        place_name(list, number, &indicator);
        break;
    case INDICATOR_PATTERN:
    case INDICATOR_KINDS:
        break;
    }
}

static int by_port(const void *a, const void *b)
{
    return ((const struct watched_port *)a)->port - ((const struct watched_port *)b)->port;
}

static int by_port_and_kind(const void *a, const void *b)
{
    const struct loose_span *left = a;
    const struct loose_span *right = b;

    if (left->port != right->port)
        return left->port - right->port;
    return right->ipv4 - left->ipv4;
}

/* Builds one set out of the loose spans from..to, which are of one port and one kind. */
static enum status build_set(const struct loose_span *loose, uint32_t count, struct span *room,
                             struct port_spans *spans)
{
    for (uint32_t i = 0; i < count; i++)
        room[i] = loose[i].span;
    return span_set_build(room, count, loose->ipv4, loose->ipv4 ? &spans->ipv4 : &spans->ipv6);
}

static enum status build_spans(struct building *building)
{
    struct watchlist *list = building->list;
    struct loose_span *loose = building->loose;
    struct span *room = NULL;
    enum status status = ST_OK;
    uint32_t sets = 0;
    uint32_t end;

    if (!building->spans)
        return ST_OK;
    qsort(loose, building->spans, sizeof *loose, by_port_and_kind);
    for (uint32_t i = 0; i < building->spans; i++)
        sets += i == 0 || loose[i].port != loose[i - 1].port;
    list->spans = memory_take_array(sets, sizeof *list->spans);
    room = memory_take_array(building->spans, sizeof *room);
    if (!list->spans || !room)
        status = ST_NO_MEMORY;
    for (uint32_t from = 0; !status && from < building->spans; from = end) {
        for (end = from + 1; end < building->spans && !by_port_and_kind(&loose[from], &loose[end]);)
            end++;
        if (from == 0 || loose[from].port != loose[from - 1].port) {
            list->spans[list->spans_count].port = loose[from].port;
            list->spans_count++;
        }
        status = build_set(loose + from, end - from, room, &list->spans[list->spans_count - 1]);
    }
    memory_give(room);
    return status;
}

static enum status build(struct building *building, const struct table_counts *counts)
{
    struct watchlist *list = building->list;
    enum status status = slot_table_init(&list->ipv4, counts->ipv4);

    if (!status)
        status = endpoint_table_init(&list->endpoints, counts->endpoints);
    if (!status)
        status = slot_table_init(&list->names, counts->names);
    if (status)
        return status;
    list->ports = memory_take_array(counts->ports, sizeof *list->ports);
    building->loose = memory_take_array(counts->spans, sizeof *building->loose);
    if (!list->ports || !building->loose)
        return ST_NO_MEMORY;
    for (uint32_t number = 0; number < list->store.count; number++)
        place_one(building, number);
    qsort(list->ports, list->ports_count, sizeof *list->ports, by_port);
    return build_spans(building);
}

enum status watchlist_build(struct watchlist_builder *builder, struct watchlist **list)
{
    struct building building = {.list = memory_take(sizeof *building.list)};
    enum status status = ST_NO_MEMORY;

    if (building.list) {
        refs_init(&building.list->refs);
        store_finder_done(&builder->finder);
        store_trim(&builder->store);
        building.list->store = builder->store;
        building.list->patterns = builder->patterns;
        building.list->duplicates = builder->duplicates;
        builder->store = (struct store){0};
        builder->patterns = (struct watched_patterns){0};
        status = build(&building, &builder->counts);
        memory_give(building.loose);
        if (status)
            list_free(building.list);
        else
            *list = building.list;
    }
    watchlist_builder_free(builder);
    return status;
}

const struct watchlist *watchlist_retain(const struct watchlist *list)
{
    if (list)
        refs_retain(&((struct watchlist *)list)->refs);
    return list;
}

void watchlist_release(const struct watchlist *list)
{
    if (list && refs_release(&((struct watchlist *)list)->refs))
        list_free((struct watchlist *)list);
}

/* ---- asking ---- */

uint32_t watchlist_count(const struct watchlist *list)
{
    return list ? list->store.count : 0;
}

uint32_t watchlist_duplicates(const struct watchlist *list)
{
    return list->duplicates;
}

size_t watchlist_size(const struct watchlist *list)
{
    size_t size = sizeof *list + store_size(&list->store) + slot_table_size(&list->ipv4) +
                  endpoint_table_size(&list->endpoints) + slot_table_size(&list->names) +
                  list->spans_count * sizeof *list->spans +
                  list->ports_count * sizeof *list->ports +
                  list->patterns.capacity * sizeof *list->patterns.entries;

    for (uint32_t i = 0; i < list->spans_count; i++)
        size += span_set_size(&list->spans[i].ipv4) + span_set_size(&list->spans[i].ipv6);
    for (uint32_t i = 0; i < list->patterns.count; i++)
        size += pattern_size(list->patterns.entries[i].pattern);
    return size;
}

void watchlist_indicator(const struct watchlist *list, uint32_t number, struct indicator *indicator,
                         struct indicator_origin *origin)
{
    store_read(&list->store, number, indicator, origin);
}

bool watchlist_has_domains(const struct watchlist *list)
{
    return list && (list->kinds.exact || list->kinds.exact_with_port || list->kinds.tree ||
                    list->kinds.tree_with_port);
}

bool watchlist_has_patterns(const struct watchlist *list)
{
    return list && (list->patterns.count || list->kinds.process);
}

/* ---- matching ---- */

static const struct port_spans *spans_of_port(const struct watchlist *list, uint16_t port)
{
    uint32_t from = 0;
    uint32_t to = list->spans_count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (list->spans[middle].port < port)
            from = middle + 1;
        else
            to = middle;
    }
    return from < list->spans_count && list->spans[from].port == port ? &list->spans[from] : NULL;
}

static uint32_t find_in_spans(const struct port_spans *spans, bool ipv4, struct span_key key)
{
    return spans ? span_set_find(ipv4 ? &spans->ipv4 : &spans->ipv6, key) : NO_INDICATOR;
}

/* How many addresses a network or range has, less one. */
static struct span_key width_of(const struct watchlist *list, uint32_t number)
{
    struct indicator indicator;
    struct span_key first;
    struct span_key last;

    store_read(&list->store, number, &indicator, NULL);
    first = span_key_of(&indicator.low);
    last = span_key_of(&indicator.high);
    return (struct span_key){last.high - first.high - (last.low < first.low), last.low - first.low};
}

static uint32_t match_spans(const struct watchlist *list, const struct address *address, bool ipv4,
                            uint16_t port)
{
    struct span_key key = span_key_of(address);
    bool portless = list->spans[0].port == ANY_PORT;
    uint32_t any = portless ? find_in_spans(&list->spans[0], ipv4, key) : NO_INDICATOR;
    uint32_t with_port = NO_INDICATOR;

    if (port != ANY_PORT && list->spans_count > (portless ? 1u : 0u))
        with_port = find_in_spans(spans_of_port(list, port), ipv4, key);
    if (with_port == NO_INDICATOR)
        return any;
    if (any == NO_INDICATOR ||
        span_key_compare(width_of(list, with_port), width_of(list, any)) <= 0)
        return with_port;
    return any;
}

uint32_t watchlist_match_address(const struct watchlist *list, const struct address *address,
                                 uint16_t port)
{
    bool ipv4 = address_is_ipv4(address);
    uint32_t found = ipv4 ? ipv4_find(&list->ipv4, ipv4_key(address))
                          : endpoint_find(&list->endpoints, address, ANY_PORT);
    uint32_t number = NO_INDICATOR;

    if (found != NO_INDICATOR) {
        if (port != ANY_PORT && (found & WITH_PORTS))
            number = endpoint_find(&list->endpoints, address, port);
        if (number == NO_INDICATOR && (found & ~WITH_PORTS) != NO_PLAIN)
            number = found & ~WITH_PORTS;
    }
    if (number == NO_INDICATOR && list->spans_count)
        number = match_spans(list, address, ipv4, port);
    return number;
}

uint32_t watchlist_match_port(const struct watchlist *list, uint16_t port)
{
    uint32_t from = 0;
    uint32_t to = list->ports_count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (list->ports[middle].port == port)
            return list->ports[middle].number;
        if (list->ports[middle].port < port)
            from = middle + 1;
        else
            to = middle;
    }
    return NO_INDICATOR;
}

static uint32_t find_name(const struct watchlist *list, uint64_t hash, uint8_t kind,
                          struct text name, uint16_t port)
{
    bool tree = kind == INDICATOR_DOMAIN_TREE;
    uint32_t number = NO_INDICATOR;

    if (port != ANY_PORT && (tree ? list->kinds.tree_with_port : list->kinds.exact_with_port))
        number = name_find(&list->names, &list->store, hash, kind, name, port);
    if (number == NO_INDICATOR && (tree ? list->kinds.tree : list->kinds.exact))
        number = name_find(&list->names, &list->store, hash, kind, name, ANY_PORT);
    return number;
}

/* From the right, so that the hash of each parent is met before that of its child; what is found
 * last is the longest. */
uint32_t watchlist_match_name(const struct watchlist *list, struct text name, uint16_t port)
{
    uint64_t hash = TEXT_HASH_START;
    uint32_t labels = 0;
    uint32_t tree = NO_INDICATOR;
    uint32_t exact;

    if (name.size && name.bytes[name.size - 1] == '.')
        name.size--;
    if (!name.size || name.size > DOMAIN_MOST || !watchlist_has_domains(list))
        return NO_INDICATOR;
    for (size_t i = name.size; i > 0; i--) {
        hash = text_hash_step(hash, name.bytes[i - 1]);
        if (i > 1 && name.bytes[i - 2] != '.')
            continue;
        labels++;
        if (list->kinds.least_tree_labels && labels >= list->kinds.least_tree_labels) {
            struct text parent = text_slice(name, i - 1, name.size - (i - 1));
            uint32_t number = find_name(list, hash, INDICATOR_DOMAIN_TREE, parent, port);

            if (number != NO_INDICATOR)
                tree = number;
        }
    }
    exact = find_name(list, hash, INDICATOR_DOMAIN, name, port);
    return exact != NO_INDICATOR ? exact : tree;
}

static bool matches(const struct watched_pattern *watched, uint8_t on, struct text subject,
                    bool *slow)
{
    enum status status;

    if (!(watched->on & on) || !subject.size)
        return false;
    status = pattern_find(watched->pattern, subject, 0, NULL, NULL);
    if (status != ST_OK && status != ST_NOT_FOUND)
        *slow = true;
    return status == ST_OK;
}

static struct text read_fact(const struct text_fact *fact)
{
    return fact->state == READ_OK ? fact->value : text_of("");
}

uint32_t watchlist_match_process(const struct watchlist *list, const struct process_facts *facts,
                                 bool *too_slow)
{
    struct text path = read_fact(&facts->image);
    struct text command = read_fact(&facts->command);
    uint64_t hash = TEXT_HASH_START;
    uint32_t number = NO_INDICATOR;
    bool slow = false;

    if (list->kinds.process) {
        for (size_t i = facts->name.size; i > 0; i--)
            hash = text_hash_step(hash, facts->name.bytes[i - 1]);
        number = name_find(&list->names, &list->store, hash, INDICATOR_NAME, facts->name, ANY_PORT);
    }
    for (uint32_t i = 0; number == NO_INDICATOR && i < list->patterns.count; i++) {
        const struct watched_pattern *watched = &list->patterns.entries[i];

        if (matches(watched, PATTERN_ON_NAME, facts->name, &slow) ||
            matches(watched, PATTERN_ON_PATH, path, &slow) ||
            matches(watched, PATTERN_ON_COMMAND, command, &slow))
            number = watched->number;
    }
    if (too_slow)
        *too_slow = slow && number == NO_INDICATOR;
    return number;
}
