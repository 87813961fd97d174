/* indicator: one thing to watch for, and the one way it is written down.
 * What `indicator_add` prints, `indicator_parse` reads back: this is the grammar of a watchlist.
 *
 *   192.0.2.1                              an address
 *   192.0.2.0/24, 2001:db8::/32            a network
 *   192.0.2.1-192.0.2.9                    a range
 *   192.0.2.1:443, [2001:db8::1]:443       an address and a port; likewise networks and ranges:
 *                                          192.0.2.0/24:443, [2001:db8::1-2001:db8::9]:443
 *   port:4444                              a port, at either end
 *   example.com, example.com:8080          exactly that name
 *   *.example.com                          the name and all below it (also read: .example.com,
 *                                          ||example.com^)
 *   /regex/, /regex/i                      PCRE2 on a process's name, path or command line
 *   name:/regex/ path:/regex/ command:/regex/    on one of them only
 *   name:evil.exe                          a process name, whole, without case
 *
 * Each thing has one spelling when printed: networks and ranges of one address are that address,
 * host bits of a network are cleared, IPv4-mapped addresses and networks are IPv4, names of hosts
 * and processes are in small letters. A regex ends at the last '/'. */
#ifndef STAKEOUT_WATCH_INDICATOR_H
#define STAKEOUT_WATCH_INDICATOR_H

#include "core/model/address.h"

#define INDICATOR_MOST 4096 /* bytes that one may have in writing */

enum indicator_kind {
    INDICATOR_ADDRESS,
    INDICATOR_NETWORK, /* low..high is the network's first to last address */
    INDICATOR_RANGE,
    INDICATOR_PORT,
    INDICATOR_DOMAIN,      /* exactly this name */
    INDICATOR_DOMAIN_TREE, /* this name and everything below it */
    INDICATOR_PATTERN,     /* PCRE2 */
    INDICATOR_NAME,        /* a process name */
    INDICATOR_KINDS
};

/* Which texts of a process a pattern looks at. */
enum pattern_on { PATTERN_ON_NAME = 1, PATTERN_ON_PATH = 2, PATTERN_ON_COMMAND = 4 };
#define PATTERN_ON_ALL (PATTERN_ON_NAME | PATTERN_ON_PATH | PATTERN_ON_COMMAND)

struct indicator {
    uint8_t kind;
    uint8_t prefix;     /* INDICATOR_NETWORK: bits, 0-32 for IPv4, 0-128 for IPv6 */
    uint8_t pattern_on; /* bits of enum pattern_on: one of them, or all */
    bool ignore_case;   /* INDICATOR_PATTERN */
    uint16_t port;      /* with an address, network, range or domain: only this port; 0: any */
    struct address low; /* INDICATOR_ADDRESS: low equals high */
    struct address high;
    struct text value; /* domain (lower case, punycode), pattern or process name; borrowed */
};

/* Reads one indicator in the grammar above (exact: no prose, no defanging; see watch/import.h for
 * those); white space around it does not count. value is borrowed from `written`, or from `scratch`
 * (to which it is appended) where it had to be changed. ST_INVALID with *why (a phrase, static)
 * when it is none. */
enum status indicator_parse(struct text written, struct buffer *scratch,
                            struct indicator *indicator, const char **why);
void indicator_add(struct buffer *out, const struct indicator *indicator);
/* Appends the bytes by which it is sorted (base/sort_keys.h): addresses, networks and ranges first,
 * in the order of addresses, IPv4 before IPv6; then ports, names of hosts, patterns, processes. */
void indicator_sort_key(struct buffer *key, const struct indicator *indicator);
/* Fills in a network of `prefix` bits around `address`; ST_INVALID when it has not that many. A
 * network of one address becomes that address. The port is left 0. */
enum status indicator_set_network(struct indicator *indicator, const struct address *address,
                                  unsigned prefix);
/* "ipv4-addr", "ipv6-addr", "domain-name", … as ECS threat.indicator.type has them (its values
 * follow STIX 2 cyber observables); "process" for patterns and names; "port" for ports. */
const char *indicator_ecs_type(const struct indicator *indicator);

#endif
