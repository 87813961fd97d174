#include "core/watch/indicator.h"

#include <string.h>

#include "core/base/sort_keys.h"
#include "core/watch/domain.h"

static const char not_an_address[] = "is neither an address nor a name";
static const char bad_port[] = "a port is a number from 1 to 65535";

static bool has_byte(struct text value, char byte)
{
    return value.size && memchr(value.bytes, byte, value.size);
}

static struct text after(struct text whole, size_t offset)
{
    return text_slice(whole, offset, whole.size - offset);
}

static bool port_parse(struct text digits, uint16_t *port)
{
    uint64_t number;

    if (!text_number(digits, UINT16_MAX, &number) || number == 0)
        return false;
    *port = (uint16_t)number;
    return true;
}

/* ---- addresses ---- */

/* The network of the first `bits` of all sixteen bytes. */
static void set_network(struct indicator *indicator, const struct address *address, unsigned bits)
{
    struct indicator made = {.kind = INDICATOR_NETWORK, .low = *address, .high = *address};

    for (unsigned bit = bits; bit < 128; bit++) {
        uint8_t mask = (uint8_t)(0x80u >> (bit % 8));

        made.low.bytes[bit / 8] &= (uint8_t)~mask;
        made.high.bytes[bit / 8] |= mask;
    }
    if (bits == 128)
        made.kind = INDICATOR_ADDRESS;
    else
        made.prefix = (uint8_t)(address_is_ipv4(&made.low) ? bits - 96 : bits);
    *indicator = made;
}

enum status indicator_set_network(struct indicator *indicator, const struct address *address,
                                  unsigned prefix)
{
    bool ipv4 = address_is_ipv4(address);

    if (prefix > (ipv4 ? 32 : 128))
        return ST_INVALID;
    set_network(indicator, address, ipv4 ? prefix + 96 : prefix);
    return ST_OK;
}

static const char *parse_network(struct text written, size_t slash, struct indicator *indicator)
{
    struct text base = text_trim(text_slice(written, 0, slash));
    struct address address;
    uint64_t prefix;
    bool dotted;

    if (!address_parse(base, &address))
        return not_an_address;
    if (!text_number(text_trim(after(written, slash + 1)), 128, &prefix))
        return "the prefix after '/' is not a number that fits";
    dotted = !has_byte(base, ':');
    if (dotted && prefix > 32)
        return "the prefix after '/' is too long: IPv4 has 32 bits";
    /* ::ffff:192.0.2.0/120 is 192.0.2.0/24; below 96 it reaches beyond the mapped block. */
    set_network(indicator, &address, (unsigned)prefix + (dotted ? 96 : 0));
    return NULL;
}

static const char *parse_range(struct text written, size_t dash, struct indicator *indicator)
{
    struct address low;
    struct address high;
    int order;

    if (!address_parse(text_trim(text_slice(written, 0, dash)), &low) ||
        !address_parse(text_trim(after(written, dash + 1)), &high))
        return "an end of the range is not an address";
    if (address_is_ipv4(&low) != address_is_ipv4(&high))
        return "the ends of the range are of different kinds, IPv4 and IPv6";
    order = address_compare(&low, &high);
    if (order > 0)
        return "the range ends before it begins";
    *indicator = (struct indicator){
        .kind = order ? INDICATOR_RANGE : INDICATOR_ADDRESS, .low = low, .high = high};
    return NULL;
}

/* An address, network or range without brackets and port. */
static const char *parse_span(struct text written, struct indicator *indicator)
{
    const char *slash = memchr(written.bytes, '/', written.size);
    const char *dash = memchr(written.bytes, '-', written.size);
    struct address address;

    if (slash)
        return parse_network(written, (size_t)(slash - written.bytes), indicator);
    if (dash)
        return parse_range(written, (size_t)(dash - written.bytes), indicator);
    if (has_byte(written, '%'))
        return "has a scope id: write the address without it";
    if (!address_parse(written, &address))
        return not_an_address;
    *indicator = (struct indicator){.kind = INDICATOR_ADDRESS, .low = address, .high = address};
    return NULL;
}

static const char *parse_bracketed(struct text written, struct indicator *indicator)
{
    const char *end = memchr(written.bytes, ']', written.size);
    struct indicator made;
    struct text inside;
    struct text tail;
    const char *why;
    uint16_t port = 0;

    if (!end)
        return "the bracket is not closed";
    inside = text_slice(written, 1, (size_t)(end - written.bytes) - 1);
    tail = after(written, inside.size + 2);
    if (!inside.size)
        return not_an_address;
    if (tail.size) {
        if (tail.bytes[0] != ':')
            return "something other than a port follows the bracket";
        if (!port_parse(after(tail, 1), &port))
            return bad_port;
    }
    why = parse_span(inside, &made);
    if (why)
        return why;
    made.port = port;
    *indicator = made;
    return NULL;
}

/* IPv4 address, network or range, with or without a port. */
static const char *parse_dotted(struct text written, const char *colon, struct indicator *indicator)
{
    struct indicator made;
    struct text span = written;
    const char *why;
    uint16_t port = 0;

    if (colon) {
        span.size = (size_t)(colon - written.bytes);
        if (!port_parse(after(written, span.size + 1), &port))
            return bad_port;
    }
    if (!span.size)
        return not_an_address;
    why = parse_span(span, &made);
    if (why)
        return why;
    made.port = port;
    *indicator = made;
    return NULL;
}

/* ---- names of hosts ---- */

static enum status parse_domain(struct text written, struct buffer *scratch,
                                struct indicator *indicator, const char **why)
{
    struct text rest = written;
    struct text name;
    const char *colon;
    size_t labels;
    enum status status;
    uint16_t port = 0;
    bool tree = true;

    if (text_starts(rest, text_of("||"))) {
        rest = after(rest, 2);
        if (text_ends(rest, text_of("^")))
            rest.size--;
    } else if (text_starts(rest, text_of("*."))) {
        rest = after(rest, 2);
    } else if (text_starts(rest, text_of("."))) {
        rest = after(rest, 1);
    } else {
        tree = false;
    }
    colon = rest.size ? memchr(rest.bytes, ':', rest.size) : NULL;
    if (colon) {
        struct text digits = after(rest, (size_t)(colon - rest.bytes) + 1);

        if (!port_parse(digits, &port)) {
            *why = bad_port;
            return ST_INVALID;
        }
        rest.size = (size_t)(colon - rest.bytes);
    }
    status = domain_parse(rest, scratch, &name, &labels, why);
    if (status)
        return status;
    if (!tree && labels < 2) {
        *why = "is one word: a host name has a dot";
        return ST_INVALID;
    }
    *indicator = (struct indicator){
        .kind = tree ? INDICATOR_DOMAIN_TREE : INDICATOR_DOMAIN, .port = port, .value = name};
    return ST_OK;
}

/* ---- processes ---- */

static const char *parse_pattern(struct text written, uint8_t on, struct indicator *indicator)
{
    struct text pattern = written;
    bool ignore_case = false;

    if (pattern.size > 2 && pattern.bytes[pattern.size - 1] == 'i' &&
        pattern.bytes[pattern.size - 2] == '/') {
        ignore_case = true;
        pattern.size--;
    }
    if (pattern.size < 2 || pattern.bytes[0] != '/' || pattern.bytes[pattern.size - 1] != '/')
        return "a pattern stands between two slashes: /…/ or /…/i";
    pattern = text_slice(pattern, 1, pattern.size - 2);
    if (!pattern.size)
        return "the pattern is empty and would match everything";
    if (has_byte(pattern, '\0') || has_byte(pattern, '\n') || has_byte(pattern, '\r'))
        return "the pattern holds a line break or a NUL: write \\n, \\r or \\0";
    *indicator = (struct indicator){
        .kind = INDICATOR_PATTERN, .pattern_on = on, .ignore_case = ignore_case, .value = pattern};
    return NULL;
}

static enum status parse_name(struct text written, struct buffer *scratch,
                              struct indicator *indicator, const char **why)
{
    size_t before = scratch->size;
    bool capital = false;

    *why = written.size ? NULL : "the process name is missing";
    for (size_t i = 0; i < written.size; i++) {
        unsigned char byte = (unsigned char)written.bytes[i];

        if (byte < 0x20 || strchr("\\/:*?\"<>|", byte))
            *why = "holds a character that no file name has";
        capital = capital || (byte >= 'A' && byte <= 'Z');
    }
    if (*why)
        return ST_INVALID;
    if (capital) {
        for (size_t i = 0; i < written.size; i++) {
            char byte = written.bytes[i];

            buffer_add_byte(scratch, byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte);
        }
        if (scratch->failed)
            return scratch->failed;
        written = text_slice(buffer_text(scratch), before, written.size);
    }
    *indicator = (struct indicator){.kind = INDICATOR_NAME, .value = written};
    return ST_OK;
}

/* ---- all together ---- */

static const struct {
    struct text prefix;
    uint8_t on;
} pattern_prefixes[] = {
    {{"name:", 5}, PATTERN_ON_NAME},
    {{"path:", 5}, PATTERN_ON_PATH},
    {{"command:", 8}, PATTERN_ON_COMMAND},
};

static enum status told(const char *reason, const char **why)
{
    *why = reason;
    return reason ? ST_INVALID : ST_OK;
}

/* What begins with a word and a colon; *status is its answer. False: it is none of these. */
static bool parse_prefixed(struct text written, struct buffer *scratch, struct indicator *indicator,
                           const char **why, enum status *status)
{
    if (text_starts_nocase(written, text_of("port:"))) {
        struct indicator made = {.kind = INDICATOR_PORT};

        *status = told(port_parse(text_trim(after(written, 5)), &made.port) ? NULL : bad_port, why);
        if (!*status)
            *indicator = made;
        return true;
    }
    for (size_t i = 0; i < sizeof pattern_prefixes / sizeof pattern_prefixes[0]; i++) {
        struct text prefix = pattern_prefixes[i].prefix;
        struct text rest;

        if (!text_starts_nocase(written, prefix))
            continue;
        rest = text_trim(after(written, prefix.size));
        if (pattern_prefixes[i].on == PATTERN_ON_NAME && !text_starts(rest, text_of("/")))
            *status = parse_name(rest, scratch, indicator, why);
        else
            *status = told(parse_pattern(rest, pattern_prefixes[i].on, indicator), why);
        return true;
    }
    return false;
}

/* A better word than "no host name" for what is often met. */
static const char *near_miss(struct text written)
{
    if (text_find(written, text_of("://")) != SIZE_MAX)
        return "is a URL: write its host alone, or import the text";
    if (has_byte(written, '@'))
        return "is a mail address: nothing that a connection shows";
    if (has_byte(written, '[') || has_byte(written, '('))
        return "is defanged: import the text instead";
    if (has_byte(written, '/'))
        return "has a path: write the host alone";
    if (has_byte(written, ' ') || has_byte(written, '\t'))
        return "is more than one word";
    return NULL;
}

/* Nothing but what IPv4 addresses, networks, ranges and ports are written with: '-', '.', '/',
 * digits,
 * ':' and blanks. */
static bool looks_dotted(struct text written)
{
    for (size_t i = 0; i < written.size; i++) {
        char byte = written.bytes[i];

        if ((byte < '-' || byte > ':') && byte != ' ' && byte != '\t')
            return false;
    }
    return true;
}

enum status indicator_parse(struct text written, struct buffer *scratch,
                            struct indicator *indicator, const char **why)
{
    struct text text = text_trim(written);
    const char *colon;
    const char *miss;
    enum status status;

    if (!text.size)
        return told("is empty", why);
    if (text.size > INDICATOR_MOST)
        return told("is longer than 4096 bytes", why);
    if (text.bytes[0] == '/')
        return told(parse_pattern(text, PATTERN_ON_ALL, indicator), why);
    if (text.bytes[0] == '[')
        return told(parse_bracketed(text, indicator), why);
    colon = memchr(text.bytes, ':', text.size);
    if (colon && parse_prefixed(text, scratch, indicator, why, &status))
        return status;
    if (colon && has_byte(after(text, (size_t)(colon - text.bytes) + 1), ':'))
        return told(parse_span(text, indicator), why);
    if (looks_dotted(text) && text.bytes[0] != '.')
        return told(parse_dotted(text, colon, indicator), why);
    status = parse_domain(text, scratch, indicator, why);
    if (status != ST_INVALID)
        return status;
    miss = near_miss(text);
    if (miss)
        *why = miss;
    return ST_INVALID;
}

/* ---- printing ---- */

static void add_span(struct buffer *out, const struct indicator *indicator)
{
    address_add(out, &indicator->low);
    if (indicator->kind == INDICATOR_ADDRESS || address_equal(&indicator->low, &indicator->high))
        return;
    if (indicator->kind == INDICATOR_NETWORK) {
        buffer_add_byte(out, '/');
        buffer_add_unsigned(out, indicator->prefix);
    } else {
        buffer_add_byte(out, '-');
        address_add(out, &indicator->high);
    }
}

static void add_addresses(struct buffer *out, const struct indicator *indicator)
{
    bool bracketed = indicator->port && !address_is_ipv4(&indicator->low);

    if (bracketed)
        buffer_add_byte(out, '[');
    add_span(out, indicator);
    if (bracketed)
        buffer_add_byte(out, ']');
}

static void add_pattern(struct buffer *out, const struct indicator *indicator)
{
    for (size_t i = 0; i < sizeof pattern_prefixes / sizeof pattern_prefixes[0]; i++) {
        if (indicator->pattern_on == pattern_prefixes[i].on)
            buffer_add(out, pattern_prefixes[i].prefix);
    }
    buffer_add_byte(out, '/');
    buffer_add(out, indicator->value);
    buffer_add_byte(out, '/');
    if (indicator->ignore_case)
        buffer_add_byte(out, 'i');
}

void indicator_add(struct buffer *out, const struct indicator *indicator)
{
    switch ((enum indicator_kind)indicator->kind) {
    case INDICATOR_ADDRESS:
    case INDICATOR_NETWORK:
    case INDICATOR_RANGE:
        add_addresses(out, indicator);
        break;
    case INDICATOR_PORT:
        buffer_add_string(out, "port:");
        buffer_add_unsigned(out, indicator->port);
        return;
    case INDICATOR_DOMAIN:
        buffer_add(out, indicator->value);
        break;
    case INDICATOR_DOMAIN_TREE:
        buffer_add_string(out, "*.");
        buffer_add(out, indicator->value);
        break;
    case INDICATOR_PATTERN:
        add_pattern(out, indicator);
        return;
    case INDICATOR_NAME:
        buffer_add_string(out, "name:");
        buffer_add(out, indicator->value);
        return;
    case INDICATOR_KINDS:
        return;
    }
    if (indicator->port) {
        buffer_add_byte(out, ':');
        buffer_add_unsigned(out, indicator->port);
    }
}

const char *indicator_ecs_type(const struct indicator *indicator)
{
    switch ((enum indicator_kind)indicator->kind) {
    case INDICATOR_ADDRESS:
    case INDICATOR_NETWORK:
    case INDICATOR_RANGE:
        return address_is_ipv4(&indicator->low) ? "ipv4-addr" : "ipv6-addr";
    case INDICATOR_PORT:
        return "port";
    case INDICATOR_DOMAIN:
    case INDICATOR_DOMAIN_TREE:
        return "domain-name";
    case INDICATOR_PATTERN:
    case INDICATOR_NAME:
        return "process";
    case INDICATOR_KINDS:
        break;
    }
    return "";
}

static bool is_numeric(uint8_t kind)
{
    return kind == INDICATOR_ADDRESS || kind == INDICATOR_NETWORK || kind == INDICATOR_RANGE;
}

void indicator_sort_key(struct buffer *key, const struct indicator *indicator)
{
    uint8_t kind = indicator->kind;

    /* Networks stand among the addresses, a name's tree beside the name. */
    if (is_numeric(kind))
        kind = INDICATOR_ADDRESS;
    else if (kind == INDICATOR_DOMAIN_TREE)
        kind = INDICATOR_DOMAIN;
    buffer_add_byte(key, (char)kind);
    if (is_numeric(kind)) {
        const struct address *ends[] = {&indicator->low, &indicator->high};
        buffer_add_byte(key, address_is_ipv4(&indicator->low) ? 4 : 6);
        for (size_t i = 0; i < 2; i++)
            buffer_add(key, (struct text){(const char *)ends[i]->bytes, sizeof ends[i]->bytes});
    } else if (kind != INDICATOR_PORT) {
        sort_key_text(key, indicator->value);
    }
    sort_key_number(key, indicator->port);
    buffer_add_byte(key, (char)indicator->kind);
}
