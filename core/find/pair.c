#include "core/find/pair.h"

#ifdef __SSE2__
#include <immintrin.h>

/* Compiled for processors that have it, whatever the rest is compiled for. */
#define WITH_AVX2 __attribute__((target("avx2")))

struct narrow_pair {
    __m128i value[2];
    __m128i fold[2];
    ptrdiff_t near;
    ptrdiff_t far;
};

static inline __m128i equal_16(const uint8_t *bytes, __m128i fold, __m128i value)
{
    __m128i loaded = _mm_loadu_si128((const __m128i *)(const void *)bytes);

    return _mm_cmpeq_epi8(_mm_or_si128(loaded, fold), value);
}

static inline __m128i pair_16(const struct narrow_pair *pair, const uint8_t *places)
{
    __m128i near = equal_16(places + pair->near, pair->fold[1], pair->value[1]);
    __m128i far = equal_16(places + pair->far, pair->fold[1], pair->value[1]);

    return _mm_and_si128(equal_16(places, pair->fold[0], pair->value[0]), _mm_or_si128(near, far));
}

static inline uint64_t bits_16(__m128i equal)
{
    return (uint64_t)(uint32_t)_mm_movemask_epi8(equal);
}

static size_t skip_by_16(const struct pair *pair, const uint8_t *places, size_t count,
                         uint64_t *mask)
{
    const struct narrow_pair spread = {
        {_mm_set1_epi8((char)pair->value[0]), _mm_set1_epi8((char)pair->value[1])},
        {_mm_set1_epi8((char)pair->fold[0]), _mm_set1_epi8((char)pair->fold[1])},
        pair->near,
        pair->far,
    };

    for (size_t i = 0; i < count; i++, places += PAIR_BLOCK) {
        __m128i a = pair_16(&spread, places);
        __m128i b = pair_16(&spread, places + 16);
        __m128i c = pair_16(&spread, places + 32);
        __m128i d = pair_16(&spread, places + 48);

        if (!bits_16(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))))
            continue;
        *mask = bits_16(a) | bits_16(b) << 16 | bits_16(c) << 32 | bits_16(d) << 48;
        return i + 1;
    }
    return count;
}

struct wide_pair {
    __m256i value[2];
    __m256i fold[2];
    ptrdiff_t near;
    ptrdiff_t far;
};

WITH_AVX2 static inline __m256i equal_32(const uint8_t *bytes, __m256i fold, __m256i value)
{
    __m256i loaded = _mm256_loadu_si256((const __m256i *)(const void *)bytes);

    return _mm256_cmpeq_epi8(_mm256_or_si256(loaded, fold), value);
}

WITH_AVX2 static inline __m256i pair_32(const struct wide_pair *pair, const uint8_t *places)
{
    __m256i near = equal_32(places + pair->near, pair->fold[1], pair->value[1]);
    __m256i far = equal_32(places + pair->far, pair->fold[1], pair->value[1]);

    return _mm256_and_si256(equal_32(places, pair->fold[0], pair->value[0]),
                            _mm256_or_si256(near, far));
}

WITH_AVX2 static inline uint64_t bits_32(__m256i equal)
{
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(equal);
}

WITH_AVX2 static size_t skip_by_32(const struct pair *pair, const uint8_t *places, size_t count,
                                   uint64_t *mask)
{
    const struct wide_pair spread = {
        {_mm256_set1_epi8((char)pair->value[0]), _mm256_set1_epi8((char)pair->value[1])},
        {_mm256_set1_epi8((char)pair->fold[0]), _mm256_set1_epi8((char)pair->fold[1])},
        pair->near,
        pair->far,
    };

    for (size_t i = 0; i < count; i++, places += PAIR_BLOCK) {
        __m256i a = pair_32(&spread, places);
        __m256i b = pair_32(&spread, places + 32);

        if (!bits_32(_mm256_or_si256(a, b)))
            continue;
        *mask = bits_32(a) | bits_32(b) << 32;
        return i + 1;
    }
    return count;
}

#else

static size_t skip_singly(const struct pair *pair, const uint8_t *places, size_t count,
                          uint64_t *mask)
{
    for (size_t i = 0; i < count; i++, places += PAIR_BLOCK) {
        for (size_t at = 0; at < PAIR_BLOCK; at++) {
            const uint8_t *place = places + at;

            if ((*place | pair->fold[0]) == pair->value[0] &&
                ((place[pair->near] | pair->fold[1]) == pair->value[1] ||
                 (place[pair->far] | pair->fold[1]) == pair->value[1]))
                *mask |= UINT64_C(1) << at;
        }
        if (*mask)
            return i + 1;
    }
    return count;
}

#endif

size_t pair_skip(const struct pair *pair, const uint8_t *places, size_t count, uint64_t *mask)
{
    *mask = 0;
#ifdef __SSE2__
    /* Also asks whether the system keeps the large registers. */
    if (__builtin_cpu_supports("avx2"))
        return skip_by_32(pair, places, count, mask);
    return skip_by_16(pair, places, count, mask);
#else
    return skip_singly(pair, places, count, mask);
#endif
}
