/* domain: host names as the DNS writes them: ASCII, lower case, no dot at the end.
 * Names in other scripts become their "xn--" form (RFC 3492 Punycode). Before that, letters are
 * made small and the full-width forms of dots, digits and Latin letters plain; the rest of UTS #46
 * is not done: a name that needs it is kept as written and simply will not be met. */
#ifndef STAKEOUT_WATCH_DOMAIN_H
#define STAKEOUT_WATCH_DOMAIN_H

#include "core/base/buffer.h"

/* The DNS holds names of at most 253 characters (RFC 1035 2.3.4). Real block lists have a few that
 * are longer, glued together by mistake: they are read, so that a list stays whole, and are never
 * met. */
#define DOMAIN_MOST 2047
#define DOMAIN_LABEL_MOST 63

/* Reads a host name: labels of letters, digits, '-' and '_', the last of which is not a number
 * (nor made of digits and '-' alone).
 * *name is borrowed from `written`, or from `scratch` (to which it is appended) where it had to be
 * changed. ST_INVALID with *why (a phrase, static) when it is none; *labels tells how many it has.
 */
enum status domain_parse(struct text written, struct buffer *scratch, struct text *name,
                         size_t *labels, const char **why);

#endif
