/* hash: 64-bit mixing for tables in memory.
 * Not for storage, the network, or anything secret: the numbers may differ from build to build. */
#ifndef STAKEOUT_BASE_HASH_H
#define STAKEOUT_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A bijection that spreads every bit over all others (the finalizer of MurmurHash3). */
static inline uint64_t hash_mix(uint64_t value)
{
    value ^= value >> 33;
    value *= UINT64_C(0xff51afd7ed558ccd);
    value ^= value >> 33;
    value *= UINT64_C(0xc4ceb9fe1a85ec53);
    value ^= value >> 33;
    return value;
}

/* Folds one more word into a running hash; finish with hash_mix. */
static inline uint64_t hash_add(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ (hash >> 32);
}

static inline uint64_t hash_bytes(const void *bytes, size_t size)
{
    const char *at = bytes;
    uint64_t hash = hash_add(UINT64_C(0x2545f4914f6cdd1d), size);
    uint64_t word;
    while (size >= sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = hash_add(hash, word);
        at += sizeof word;
        size -= sizeof word;
    }
    if (size) {
        word = 0;
        memcpy(&word, at, size);
        hash = hash_add(hash, word);
    }
    return hash_mix(hash);
}

#endif
