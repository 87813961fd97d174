/* address: an IPv4 or IPv6 address, and how people write it.
 * Held as sixteen bytes in network order; IPv4 lies in ::ffff:0:0/96, so that an IPv4-mapped
 * address and the IPv4 address are the same value everywhere: in matching, sorting and showing (RFC
 * 4291 2.5.5.2). Scope ids are kept beside an address, not in it. */
#ifndef STAKEOUT_MODEL_ADDRESS_H
#define STAKEOUT_MODEL_ADDRESS_H

#include "core/base/buffer.h"

struct address {
    uint8_t bytes[16];
};

struct endpoint {
    struct address address;
    uint32_t scope; /* host order; meaningful for link-local IPv6 only, else 0 */
    uint16_t port;  /* host order */
};

struct address address_from_ipv4(const uint8_t octets[4]);
struct address address_from_ipv6(const uint8_t bytes[16]);
bool address_is_ipv4(const struct address *address);
bool address_is_unspecified(const struct address *address); /* 0.0.0.0 or :: */
bool address_is_loopback(const struct address *address);
bool address_is_link_local(const struct address *address); /* 169.254/16, fe80::/10 */
bool address_equal(const struct address *a, const struct address *b);
int address_compare(const struct address *a, const struct address *b);
uint64_t address_hash(const struct address *address);

/* Strict: dotted decimal with four octets and no leading zeros, or RFC 4291 text with at most one
 * "::" and an optional dotted tail; no brackets, port or scope. */
bool address_parse(struct text value, struct address *address);
/* Dotted decimal, or RFC 5952. */
void address_add(struct buffer *out, const struct address *address);
/* "1.2.3.4:80", "[2001:db8::1]:80", "[fe80::1%5]:80". */
void endpoint_add(struct buffer *out, const struct endpoint *endpoint);

#endif
