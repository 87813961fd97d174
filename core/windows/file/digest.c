#include "core/windows/file/digest.h"

#include <windows.h>

#include <bcrypt.h>

#include "core/windows/failure.h"

#define PART (1u << 30) /* BCryptHashData counts with 32 bits */

static const struct {
    const wchar_t *algorithm;
    const char *name;
    size_t size;
} kinds_table[DIGEST_COUNT] = {
    [DIGEST_SHA256] = {BCRYPT_SHA256_ALGORITHM, "sha256", 32},
    [DIGEST_SHA1] = {BCRYPT_SHA1_ALGORITHM, "sha1", 20},
    [DIGEST_MD5] = {BCRYPT_MD5_ALGORITHM, "md5", 16},
};

static enum status fail(struct failure *failure, const char *call, NTSTATUS code)
{
    enum status status = failure_from_nt(code);

    if (failure)
        *failure = (struct failure){status, call, (uint32_t)code};
    return status;
}

static void close_one(struct digest *digest, int kind)
{
    if (digest->hashes[kind])
        BCryptDestroyHash(digest->hashes[kind]);
    if (digest->algorithms[kind])
        BCryptCloseAlgorithmProvider(digest->algorithms[kind], 0);
    digest->hashes[kind] = NULL;
    digest->algorithms[kind] = NULL;
}

/* The system takes the hash's memory itself, which it does from Windows 7 on. */
static enum status open_one(struct digest *digest, int kind, struct failure *failure)
{
    NTSTATUS code = BCryptOpenAlgorithmProvider(&digest->algorithms[kind],
                                                kinds_table[kind].algorithm, NULL, 0);

    if (code) {
        digest->algorithms[kind] = NULL;
        return fail(failure, "BCryptOpenAlgorithmProvider", code);
    }
    code = BCryptCreateHash(digest->algorithms[kind], &digest->hashes[kind], NULL, 0, NULL, 0, 0);
    if (code) {
        digest->hashes[kind] = NULL;
        close_one(digest, kind);
        return fail(failure, "BCryptCreateHash", code);
    }
    return ST_OK;
}

enum status digest_init(struct digest *digest, unsigned kinds, struct failure *failure)
{
    enum status first = ST_INVALID;
    bool any = false;

    *digest = (struct digest){{NULL}, {NULL}};
    for (int kind = 0; kind < DIGEST_COUNT; kind++) {
        if (!(kinds & DIGEST_BIT(kind)))
            continue;
        enum status status = open_one(digest, kind, any ? NULL : failure);
        if (status && kind == DIGEST_SHA256)
            return status;
        if (status && first == ST_INVALID)
            first = status;
        any = any || !status;
    }
    if (!any && first == ST_INVALID && failure)
        *failure = (struct failure){ST_INVALID, NULL, 0};
    return any ? ST_OK : first;
}

void digest_done(struct digest *digest)
{
    for (int kind = 0; kind < DIGEST_COUNT; kind++)
        close_one(digest, kind);
}

enum status digest_add(struct digest *digest, const void *bytes, size_t size,
                       struct failure *failure)
{
    for (size_t at = 0; at < size;) {
        ULONG part = size - at < PART ? (ULONG)(size - at) : PART;
        for (int kind = 0; kind < DIGEST_COUNT; kind++) {
            if (!digest->hashes[kind])
                continue;
            /* it takes bytes that it does not change by a pointer that says nothing of it */
            NTSTATUS code =
                BCryptHashData(digest->hashes[kind], (UCHAR *)(uintptr_t)bytes + at, part, 0);
            if (code)
                return fail(failure, "BCryptHashData", code);
        }
        at += part;
    }
    return ST_OK;
}

enum status digest_finish(struct digest *digest, struct digest_values *values,
                          struct failure *failure)
{
    struct digest_values read = {.known = {false}};

    for (int kind = 0; kind < DIGEST_COUNT; kind++) {
        if (!digest->hashes[kind])
            continue;
        NTSTATUS code = BCryptFinishHash(digest->hashes[kind], read.bytes[kind],
                                         (ULONG)kinds_table[kind].size, 0);
        if (code)
            return fail(failure, "BCryptFinishHash", code);
        read.known[kind] = true;
    }
    *values = read;
    return ST_OK;
}

size_t digest_size(enum digest_kind kind)
{
    return kinds_table[kind].size;
}

const char *digest_name(enum digest_kind kind)
{
    return kinds_table[kind].name;
}

void digest_add_hex(struct buffer *out, const struct digest_values *values, enum digest_kind kind)
{
    if (values->known[kind])
        buffer_add_hex(out, values->bytes[kind], kinds_table[kind].size);
}
