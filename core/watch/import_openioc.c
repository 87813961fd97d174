/* OpenIOC 1.0 and 1.1 (schemas.mandiant.com): trees of "Indicator" elements with an operator, whose
 * leaves ask one thing of a machine each. Whether a leaf means something alone depends on its
 * siblings, those behind it too: all are gathered first. Under an AND with others a leaf is a part;
 * only an address beside a remote port, and nothing else, is one thing. */
#include "core/base/arena.h"
#include "core/base/memory.h"
#include "core/base/xml_read.h"
#include "core/watch/domain.h"
#include "core/watch/import_json.h"
#include "core/watch/suffix.h"

#include <string.h>

#define SCRATCH_MOST ((size_t)16 << 20)
#define ARENA_CEILING ((size_t)1 << 30)
#define ITEMS_MOST ((size_t)16 << 20)
#define NO_NODE UINT32_MAX

enum role { ROLE_OTHER, ROLE_ADDRESS, ROLE_NAME, ROLE_URL, ROLE_PORT };

/* The ends of search terms: "ProcessItem/PortList/PortItem/remoteIP" is one as well. */
static const struct {
    const char *term;
    enum role role;
} terms[] = {
    {"PortItem/remoteIP", ROLE_ADDRESS},
    {"Network/RemoteIP", ROLE_ADDRESS},
    {"Network/IP", ROLE_ADDRESS},
    {"DnsEntryItem/RecordData/IPv4Address", ROLE_ADDRESS},
    {"DnsEntryItem/RecordData/IPv6Address", ROLE_ADDRESS},
    {"DnsEntryItem/Host", ROLE_NAME},
    {"DnsEntryItem/RecordName", ROLE_NAME},
    {"DnsEntryItem/RecordData/Host", ROLE_NAME},
    {"Network/DNS", ROLE_NAME},
    {"Network/HTTP_Host", ROLE_NAME},
    {"UrlHistoryItem/HostName", ROLE_NAME},
    {"FormHistoryItem/HostName", ROLE_NAME},
    {"CookieHistoryItem/HostName", ROLE_NAME},
    {"Network/URI", ROLE_URL},
    {"UrlHistoryItem/URL", ROLE_URL},
    {"FormHistoryItem/URL", ROLE_URL},
    {"FileDownloadHistoryItem/SourceURL", ROLE_URL},
    {"PortItem/remotePort", ROLE_PORT},
    {"Network/RemotePort", ROLE_PORT},
};

/* Why the rest is nothing to watch for, by what the term begins with. */
static const struct {
    const char *start;
    const char *why;
} others[] = {
    {"FileItem", "a file"},       {"RegistryItem", "a registry key"},
    {"ProcessItem", "a process"}, {"ServiceItem", "a service"},
    {"Email", "a mail"},          {"DriverItem", "a driver"},
};

struct node {
    uint32_t parent;
    uint32_t children;
    uint32_t ports;     /* leaves that are a remote port */
    uint32_t addresses; /* leaves that are an address */
    uint16_t port;
    bool all;     /* AND */
    bool partial; /* what is in it means something only together with others */
};

struct item {
    struct text term; /* all texts in the arena */
    struct text condition;
    struct text content;
    struct text label;
    uint32_t node;
    uint32_t line;
    enum role role;
    bool negated;
};

struct openioc {
    struct found *found;
    struct xml_reader xml;
    struct arena *arena;
    struct buffer scratch;
    struct node *nodes; /* owned; parents before their children */
    size_t node_count;
    size_t node_room;
    struct item *items; /* owned */
    size_t item_count;
    size_t item_room;
    struct text title;
};

static enum status grow(void **array, size_t count, size_t *room, size_t size)
{
    size_t more = *room ? *room * 2 : 64;
    void *grown;

    if (count < *room)
        return ST_OK;
    if (count >= ITEMS_MOST)
        return ST_TOO_LARGE;
    grown = memory_grow_array(*array, more, size);
    if (!grown)
        return ST_NO_MEMORY;
    *array = grown;
    *room = more;
    return ST_OK;
}

/* ---- reading ---- */

/* Takes what is in the scratch buffer. */
static enum status keep(struct openioc *ioc, struct text *text)
{
    bool failed = false;

    if (ioc->scratch.failed != ST_OK)
        return ioc->scratch.failed;
    *text = arena_copy(ioc->arena, text_trim(buffer_text(&ioc->scratch)), &failed);
    return failed ? ST_NO_MEMORY : ST_OK;
}

static enum status keep_attribute(struct openioc *ioc, const struct xml_token *token,
                                  struct text name, struct text *value)
{
    buffer_clear(&ioc->scratch);
    xml_attribute(token, name, &ioc->scratch);
    return keep(ioc, value);
}

/* The text of the element that has just been opened, up to its end; elements in it are passed over.
 */
static enum status keep_inside(struct openioc *ioc, struct text *text)
{
    unsigned above = ioc->xml.depth;
    struct xml_token token;
    enum status status = ST_OK;

    buffer_clear(&ioc->scratch);
    while (status == ST_OK && ioc->xml.depth >= above) {
        status = xml_next(&ioc->xml, &token);
        if (status == ST_OK && token.kind == XML_TEXT)
            xml_text(&token, &ioc->scratch);
    }
    return status == ST_OK ? keep(ioc, text) : status;
}

static bool ends_in_term(struct text search, struct text term)
{
    if (!text_ends_nocase(search, term))
        return false;
    return search.size == term.size || search.bytes[search.size - term.size - 1] == '/';
}

static enum role role_of(struct text search)
{
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++)
        if (ends_in_term(search, text_from(terms[i].term)))
            return terms[i].role;
    return ROLE_OTHER;
}

static bool is_negative(struct text condition)
{
    return text_equal_nocase(condition, text_of("isnot")) ||
           text_equal_nocase(condition, text_of("containsnot"));
}

/* A leaf; its start tag has been read. */
static enum status read_item(struct openioc *ioc, const struct xml_token *open, uint32_t node)
{
    unsigned above = ioc->xml.depth;
    struct item item = {.node = node, .line = open->line};
    struct text negate = {0};
    struct xml_token token;
    enum status status = keep_attribute(ioc, open, text_of("condition"), &item.condition);

    if (status == ST_OK)
        status = keep_attribute(ioc, open, text_of("negate"), &negate);
    while (status == ST_OK && ioc->xml.depth >= above) {
        status = xml_next(&ioc->xml, &token);
        if (status != ST_OK || token.kind != XML_OPEN)
            continue;
        if (xml_is(&token, text_of("Context")))
            status = keep_attribute(ioc, &token, text_of("search"), &item.term);
        else if (xml_is(&token, text_of("Content")))
            status = keep_inside(ioc, &item.content);
        else if (xml_is(&token, text_of("Comment")))
            status = keep_inside(ioc, &item.label);
    }
    if (status == ST_OK)
        status = grow((void **)&ioc->items, ioc->item_count, &ioc->item_room, sizeof item);
    if (status != ST_OK)
        return status;
    item.role = role_of(item.term);
    item.negated = is_negative(item.condition) || text_equal_nocase(negate, text_of("true")) ||
                   text_equal(negate, text_of("1"));
    if (!item.label.size)
        item.label = ioc->title;
    ioc->items[ioc->item_count++] = item;
    return ST_OK;
}

static enum status read_node(struct openioc *ioc, const struct xml_token *open, uint32_t parent)
{
    struct node node = {.parent = parent};
    struct text how = {0};
    enum status status = keep_attribute(ioc, open, text_of("operator"), &how);

    if (status == ST_OK)
        status = grow((void **)&ioc->nodes, ioc->node_count, &ioc->node_room, sizeof node);
    if (status != ST_OK)
        return status;
    node.all = text_equal_nocase(how, text_of("AND"));
    ioc->nodes[ioc->node_count++] = node;
    return ST_OK;
}

static enum status read_all(struct openioc *ioc)
{
    uint32_t inside[XML_DEPTH_MOST + 1]; /* the node that each depth lies in */
    struct xml_token token;
    enum status status;

    inside[0] = NO_NODE;
    while ((status = xml_next(&ioc->xml, &token)) == ST_OK && token.kind != XML_END) {
        unsigned depth = ioc->xml.depth;

        if (token.kind != XML_OPEN)
            continue;
        inside[depth] = inside[depth - 1];
        if (xml_is(&token, text_of("Indicator"))) {
            status = read_node(ioc, &token, inside[depth - 1]);
            if (status == ST_OK && inside[depth - 1] != NO_NODE)
                ioc->nodes[inside[depth - 1]].children++;
            inside[depth] = (uint32_t)ioc->node_count - 1;
        } else if (xml_is(&token, text_of("IndicatorItem"))) {
            status = read_item(ioc, &token, inside[depth - 1]);
            if (status == ST_OK && inside[depth - 1] != NO_NODE)
                ioc->nodes[inside[depth - 1]].children++;
        } else if (xml_is(&token, text_of("short_description"))) {
            status = keep_inside(ioc, &ioc->title);
        }
        if (status != ST_OK)
            return status;
    }
    return status;
}

/* ---- what the leaves mean together ---- */

static void join(struct openioc *ioc)
{
    for (size_t i = 0; i < ioc->item_count; i++) {
        const struct item *item = &ioc->items[i];
        struct node *node = item->node == NO_NODE ? NULL : &ioc->nodes[item->node];
        uint64_t port;

        if (!node || item->negated)
            continue;
        node->addresses += item->role == ROLE_ADDRESS || item->role == ROLE_NAME;
        if (item->role == ROLE_PORT && text_number(item->content, UINT16_MAX, &port)) {
            node->ports++;
            node->port = (uint16_t)port;
        }
    }
    for (size_t i = 0; i < ioc->node_count; i++) {
        struct node *node = &ioc->nodes[i];
        bool pair = node->children == 2 && node->addresses == 1 && node->ports == 1;

        if (!node->all || node->ports != 1)
            node->port = 0;
        node->partial = node->all && node->children > 1 && !pair;
        if (node->parent != NO_NODE)
            node->partial = node->partial || ioc->nodes[node->parent].partial;
    }
}

/* ---- giving ---- */

static bool is_known_name(struct openioc *ioc, struct text written)
{
    struct text name;
    size_t labels;
    size_t last;
    const char *why;

    buffer_clear(&ioc->scratch);
    if (domain_parse(written, &ioc->scratch, &name, &labels, &why) != ST_OK || labels < 2)
        return false;
    for (last = name.size; last > 0 && name.bytes[last - 1] != '.'; last--)
        ;
    return suffix_is_top(text_slice(name, last, name.size - last));
}

/* "evil.example/x" and "evil.example" are URLs whose host is known; "/x.php?id=" and "iid=" are
 * parts of some. */
static bool cut_url(struct openioc *ioc, struct text *url)
{
    struct address address;
    struct text host = *url;
    size_t end = 0;

    if (text_find(*url, text_of("://")) != SIZE_MAX)
        return true;
    if (text_starts(host, text_of("//")))
        host = text_slice(host, 2, host.size - 2);
    while (end < host.size && !strchr("/?#", host.bytes[end]))
        end++;
    host.size = end;
    for (end = 0; end < host.size && host.bytes[end] != ':'; end++)
        ;
    if (!address_parse(text_slice(host, 0, end), &address) &&
        !is_known_name(ioc, text_slice(host, 0, end)))
        return false;
    *url = host;
    return true;
}

static enum status reject(struct openioc *ioc, const struct item *item, const char *why)
{
    return found_reject(ioc->found, item->content, DOUBT_NOT_WATCHABLE, why, item->line);
}

static enum status add_other(struct openioc *ioc, const struct item *item)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (text_starts_nocase(item->term, text_from(others[i].start)))
            return reject(ioc, item, others[i].why);
    return reject(ioc, item, "nothing that a connection shows");
}

/* A port that no address of the same AND has taken. */
static enum status add_port(struct openioc *ioc, const struct item *item, struct found_note *note)
{
    const struct node *node = item->node == NO_NODE ? NULL : &ioc->nodes[item->node];
    struct indicator indicator = {.kind = INDICATOR_PORT};
    uint64_t port;

    if (node && node->port && node->addresses)
        return ST_OK;
    if (!text_number(item->content, UINT16_MAX, &port) || !port)
        return found_reject(ioc->found, item->content, DOUBT_MALFORMED, "no port", item->line);
    note->doubt = DOUBT_PARTIAL;
    note->why = "a port without an address";
    indicator.port = (uint16_t)port;
    return found_add(ioc->found, &indicator, item->content, note);
}

static enum status add_item(struct openioc *ioc, const struct item *item)
{
    const struct node *node = item->node == NO_NODE ? NULL : &ioc->nodes[item->node];
    struct found_note note = {.line = item->line, .label = item->label, .declared = true};
    struct text value = item->content;
    bool contains = text_equal_nocase(item->condition, text_of("contains")) ||
                    text_equal_nocase(item->condition, text_of("ends-with"));
    bool tree = false;

    if (item->role == ROLE_OTHER)
        return add_other(ioc, item);
    if (!contains && !text_equal_nocase(item->condition, text_of("is")))
        return found_reject(ioc->found, value, DOUBT_MALFORMED, "a pattern, not a name",
                            item->line);
    if (node && node->partial) {
        note.doubt = DOUBT_PARTIAL;
        note.why = "means something only together with others";
    }
    if (item->role == ROLE_PORT)
        return add_port(ioc, item, &note);
    if (item->role == ROLE_URL && !cut_url(ioc, &value))
        return reject(ioc, item, "a part of a URL");
    if (contains) {
        /* ".example.com" and "example.com" both mean names that end so. */
        if (text_starts(value, text_of(".")))
            value = text_slice(value, 1, value.size - 1);
        note.declared = is_known_name(ioc, value);
        tree = item->role == ROLE_NAME || value.size == item->content.size;
    }
    if (node && node->port && item->role != ROLE_URL)
        return import_with_port(ioc->found, value, node->port, &note);
    return import_value(ioc->found, value, tree, &note);
}

static enum status give(struct openioc *ioc)
{
    enum status status = ST_OK;

    join(ioc);
    for (size_t i = 0; i < ioc->item_count && status == ST_OK; i++) {
        const struct item *item = &ioc->items[i];

        if (item->negated || !item->content.size)
            found_skip(ioc->found, 1);
        else
            status = add_item(ioc, item);
    }
    return status;
}

enum status import_openioc(struct found *found, struct text input, struct buffer *problem)
{
    struct openioc ioc = {.found = found};
    enum status status = ST_NO_MEMORY;

    buffer_init(&ioc.scratch, SCRATCH_MOST);
    xml_read_begin(&ioc.xml, input);
    ioc.arena = arena_new(ARENA_CEILING);
    if (ioc.arena)
        status = read_all(&ioc);
    if (status == ST_OK)
        status = give(&ioc);
    else
        xml_problem(&ioc.xml, problem);
    memory_give(ioc.items);
    memory_give(ioc.nodes);
    arena_free(ioc.arena);
    buffer_done(&ioc.scratch);
    return status;
}
