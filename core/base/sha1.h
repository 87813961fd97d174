/* sha1: SHA-1 (FIPS 180-4), for names only.
 * UUIDs of version 5 (RFC 9562) are made of it. It proves nothing: whatever has to hold against a
 * forger is SHA-256 (the system's). Pure. */
#ifndef STAKEOUT_BASE_SHA1_H
#define STAKEOUT_BASE_SHA1_H

#include "core/base/buffer.h"

#define SHA1_SIZE 20

/* Of both texts, one after the other. */
void sha1_of(struct text first, struct text second, uint8_t digest[SHA1_SIZE]);

/* "6ba7b810-9dad-51d1-80b4-00c04fd430c8": the UUID of version 5 of a name in a name space. */
void uuid5_add(struct buffer *out, const uint8_t space[16], struct text name);

#endif
