/* digest: SHA-256, SHA-1 and MD5 of bytes that come in pieces, in one pass.
 * The system computes them (BCrypt). Analysts look files up by any of the three; SHA-256 is the one
 * that proves something. A system may refuse MD5 or SHA-1 by policy: then that value is missing and
 * the rest is there. In the caller's storage, one thread at a time. */
#ifndef STAKEOUT_WINDOWS_DIGEST_H
#define STAKEOUT_WINDOWS_DIGEST_H

#include "core/base/buffer.h"

enum digest_kind { DIGEST_SHA256, DIGEST_SHA1, DIGEST_MD5, DIGEST_COUNT };

/* For digest_init: one, several or all of them. */
#define DIGEST_BIT(kind) (1u << (kind))
#define DIGEST_ALL (DIGEST_BIT(DIGEST_COUNT) - 1)

#define DIGEST_SIZE_MOST 32

struct digest_values {
    bool known[DIGEST_COUNT]; /* false: not asked for, or this system does not compute it */
    uint8_t bytes[DIGEST_COUNT][DIGEST_SIZE_MOST];
};

struct digest {
    void *algorithms[DIGEST_COUNT]; /* BCRYPT_ALG_HANDLE, NULL where not computed */
    void *hashes[DIGEST_COUNT];     /* BCRYPT_HASH_HANDLE */
};

/* Begins. kinds: bits. Fails when SHA-256 was asked for and can't be had, or nothing else could be
 * either; failure may be NULL. After a failure digest_done is not needed, and allowed. */
enum status digest_init(struct digest *digest, unsigned kinds, struct failure *failure);
void digest_done(struct digest *digest);

enum status digest_add(struct digest *digest, const void *bytes, size_t size,
                       struct failure *failure);
/* Ends: nothing may be added afterwards. */
enum status digest_finish(struct digest *digest, struct digest_values *values,
                          struct failure *failure);

/* In bytes: 32, 20, 16. */
size_t digest_size(enum digest_kind kind);
/* "sha256", "sha1", "md5", as ECS names the fields; static storage. */
const char *digest_name(enum digest_kind kind);
/* Lower-case hexadecimal; nothing where the value is not known. */
void digest_add_hex(struct buffer *out, const struct digest_values *values, enum digest_kind kind);

#endif
