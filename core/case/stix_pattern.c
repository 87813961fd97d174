#include "core/case/stix_pattern.h"

#define BITS 128u

/* '…' with \ and ' escaped. */
static void add_literal(struct buffer *out, struct text value)
{
    buffer_add_byte(out, '\'');
    for (size_t i = 0; i < value.size; i++) {
        if (value.bytes[i] == '\'' || value.bytes[i] == '\\')
            buffer_add_byte(out, '\\');
        buffer_add_byte(out, value.bytes[i]);
    }
    buffer_add_byte(out, '\'');
}

static const char *family(const struct indicator *indicator)
{
    return address_is_ipv4(&indicator->low) ? "ipv4-addr" : "ipv6-addr";
}

/* --- ranges as networks --- */

static bool bit_of(const struct address *address, unsigned bit)
{
    return address->bytes[bit / 8] >> (7 - bit % 8) & 1;
}

/* The last address of the network of so many bits that begins at low. */
static struct address last_of(const struct address *low, unsigned prefix)
{
    struct address last = *low;
    for (unsigned bit = prefix; bit < BITS; bit++)
        last.bytes[bit / 8] |= (uint8_t)(1u << (7 - bit % 8));
    return last;
}

/* The largest network that begins at low and does not go beyond high. */
static unsigned widest(const struct address *low, const struct address *high, unsigned least)
{
    unsigned prefix = BITS;
    while (prefix > least && !bit_of(low, prefix - 1)) {
        struct address last = last_of(low, prefix - 1);
        if (address_compare(&last, high) > 0)
            break;
        prefix--;
    }
    return prefix;
}

/* The next address; false behind the last one. */
static bool step(struct address *address)
{
    for (size_t i = sizeof address->bytes; i-- > 0;)
        if (++address->bytes[i])
            return true;
    return false;
}

struct subject {
    const char *property; /* "ipv4-addr:value" */
    bool any;             /* something stands before */
};

static void add_or(struct buffer *out, struct subject *subject)
{
    if (subject->any)
        buffer_add_string(out, " OR ");
    subject->any = true;
    buffer_add_string(out, subject->property);
}

static void add_network(struct buffer *out, struct subject *subject, const struct address *low,
                        unsigned prefix, unsigned offset)
{
    add_or(out, subject);
    if (prefix == BITS) {
        buffer_add_string(out, " = '");
        address_add(out, low);
    } else {
        buffer_add_string(out, " ISSUBSET '");
        address_add(out, low);
        buffer_add_byte(out, '/');
        buffer_add_unsigned(out, prefix - offset);
    }
    buffer_add_byte(out, '\'');
}

static void add_addresses(struct buffer *out, const struct indicator *indicator,
                          const char *property)
{
    struct subject subject = {.property = property};
    unsigned offset = address_is_ipv4(&indicator->low) ? 96 : 0;
    struct address low = indicator->low;
    for (;;) {
        unsigned prefix = widest(&low, &indicator->high, offset);
        add_network(out, &subject, &low, prefix, offset);
        low = last_of(&low, prefix);
        if (address_compare(&low, &indicator->high) >= 0 || !step(&low))
            return;
    }
}

/* --- names --- */

static void add_domain(struct buffer *out, const struct indicator *indicator, const char *property)
{
    buffer_add_string(out, property);
    buffer_add_string(out, " = ");
    add_literal(out, indicator->value);
    if (indicator->kind != INDICATOR_DOMAIN_TREE)
        return;
    buffer_add_string(out, " OR ");
    buffer_add_string(out, property);
    buffer_add_string(out, " LIKE '%.");
    buffer_add(out, indicator->value);
    buffer_add_byte(out, '\'');
}

static void add_port(struct buffer *out, uint16_t port)
{
    buffer_add_string(out, " AND network-traffic:dst_port = ");
    buffer_add_unsigned(out, port);
}

static const char *add_where(struct buffer *out, const struct indicator *indicator)
{
    bool is_domain =
        indicator->kind == INDICATOR_DOMAIN || indicator->kind == INDICATOR_DOMAIN_TREE;
    const char *type = is_domain ? "domain-name" : family(indicator);
    const char *property = is_domain                          ? "domain-name:value"
                           : address_is_ipv4(&indicator->low) ? "ipv4-addr:value"
                                                              : "ipv6-addr:value";
    if (indicator->port) {
        buffer_add_string(out, "[network-traffic:dst_ref.type = '");
        buffer_add_string(out, type);
        buffer_add_string(out, "' AND (");
        property = "network-traffic:dst_ref.value";
    } else {
        buffer_add_byte(out, '[');
    }
    if (is_domain)
        add_domain(out, indicator, property);
    else
        add_addresses(out, indicator, property);
    if (indicator->port) {
        buffer_add_byte(out, ')');
        add_port(out, indicator->port);
    }
    buffer_add_byte(out, ']');
    return "stix";
}

static const char *add_regex(struct buffer *out, const struct indicator *indicator)
{
    if (indicator->ignore_case)
        buffer_add_string(out, "(?i)");
    buffer_add(out, indicator->value);
    return "pcre";
}

const char *stix_pattern_add(struct buffer *out, const struct indicator *indicator)
{
    switch ((enum indicator_kind)indicator->kind) {
    case INDICATOR_ADDRESS:
    case INDICATOR_NETWORK:
    case INDICATOR_RANGE:
    case INDICATOR_DOMAIN:
    case INDICATOR_DOMAIN_TREE:
        return add_where(out, indicator);
    case INDICATOR_PORT:
        buffer_add_string(out, "[network-traffic:dst_port = ");
        buffer_add_unsigned(out, indicator->port);
        buffer_add_string(out, " OR network-traffic:src_port = ");
        buffer_add_unsigned(out, indicator->port);
        buffer_add_byte(out, ']');
        return "stix";
    case INDICATOR_NAME:
        buffer_add_string(out, "[file:name = ");
        add_literal(out, indicator->value);
        buffer_add_byte(out, ']');
        return "stix";
    case INDICATOR_PATTERN:
    case INDICATOR_KINDS:
        break;
    }
    return add_regex(out, indicator);
}
