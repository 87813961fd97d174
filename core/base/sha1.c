#include "core/base/sha1.h"

#define BLOCK 64u
#define ROUNDS 80

struct sha1 {
    uint32_t state[5];
    uint8_t block[BLOCK];
    size_t used;
    uint64_t size;
};

static uint32_t turn(uint32_t value, unsigned bits)
{
    return value << bits | value >> (32 - bits);
}

static uint32_t choose(int round, uint32_t b, uint32_t c, uint32_t d)
{
    if (round < 20)
        return (b & c) | (~b & d);
    if (round >= 40 && round < 60)
        return (b & c) | (b & d) | (c & d);
    return b ^ c ^ d;
}

static void take_block(struct sha1 *sha1)
{
    static const uint32_t constants[] = {0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6};
    uint32_t words[ROUNDS];
    for (int i = 0; i < 16; i++) {
        const uint8_t *at = sha1->block + 4 * (size_t)i;
        words[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
    for (int i = 16; i < ROUNDS; i++)
        words[i] = turn(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    uint32_t a = sha1->state[0];
    uint32_t b = sha1->state[1];
    uint32_t c = sha1->state[2];
    uint32_t d = sha1->state[3];
    uint32_t e = sha1->state[4];
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t next = turn(a, 5) + choose(i, b, c, d) + e + constants[i / 20] + words[i];
        e = d;
        d = c;
        c = turn(b, 30);
        b = a;
        a = next;
    }
    sha1->state[0] += a;
    sha1->state[1] += b;
    sha1->state[2] += c;
    sha1->state[3] += d;
    sha1->state[4] += e;
    sha1->used = 0;
}

static void take_byte(struct sha1 *sha1, uint8_t byte)
{
    sha1->block[sha1->used++] = byte;
    if (sha1->used == BLOCK)
        take_block(sha1);
}

static void take(struct sha1 *sha1, struct text bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        take_byte(sha1, (uint8_t)bytes.bytes[i]);
    sha1->size += bytes.size;
}

void sha1_of(struct text first, struct text second, uint8_t digest[SHA1_SIZE])
{
    struct sha1 sha1 = {.state = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}};
    take(&sha1, first);
    take(&sha1, second);
    take_byte(&sha1, 0x80);
    while (sha1.used != BLOCK - 8)
        take_byte(&sha1, 0);
    for (int shift = 56; shift >= 0; shift -= 8)
        take_byte(&sha1, (uint8_t)(sha1.size * 8 >> shift));
    for (size_t i = 0; i < SHA1_SIZE; i++)
        digest[i] = (uint8_t)(sha1.state[i / 4] >> (24 - 8 * (i % 4)));
}

void uuid5_add(struct buffer *out, const uint8_t space[16], struct text name)
{
    uint8_t digest[SHA1_SIZE];
    sha1_of((struct text){(const char *)space, 16}, name, digest);
    digest[6] = (uint8_t)((digest[6] & 0x0F) | 0x50);
    digest[8] = (uint8_t)((digest[8] & 0x3F) | 0x80);
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            buffer_add_byte(out, '-');
        buffer_add_byte(out, "0123456789abcdef"[digest[i] >> 4]);
        buffer_add_byte(out, "0123456789abcdef"[digest[i] & 15]);
    }
}
