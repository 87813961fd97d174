#include "core/windows/file/file_hash.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/file/digest.h"

/* At the 10 MB/s of a poor disk or share it takes 25 ms to read. */
#define PIECE (256u << 10)

static enum status add_pieces(HANDLE file, uint64_t size, struct progress *progress,
                              struct digest *digest, struct failure *why)
{
    unsigned char *piece = memory_take(PIECE);
    LARGE_INTEGER start = {0};
    enum status status = piece ? ST_OK : ST_NO_MEMORY;
    uint64_t done = 0;
    DWORD got = 1;

    SetFilePointerEx(file, start, NULL, FILE_BEGIN);
    while (status == ST_OK && done < size && got) { /* none is got where it was cut meanwhile */
        DWORD wanted = size - done < PIECE ? (DWORD)(size - done) : PIECE;
        if (progress_cancelled(progress))
            status = ST_CANCELLED;
        else if (!ReadFile(file, piece, wanted, &got, NULL))
            status = failure_win32(why, "ReadFile", GetLastError());
        else
            status = digest_add(digest, piece, got, why);
        done += got;
        progress_tell(progress, done, size);
    }
    memory_give(piece);
    return status;
}

static void keep(const struct digest_values *values, enum digest_kind from, struct file_hash *hash)
{
    hash->read.state = values->known[from] ? READ_OK : READ_UNSUPPORTED;
    memcpy(hash->bytes, values->bytes[from], digest_size(from));
}

enum status file_hash_read(HANDLE file, uint64_t size, struct progress *progress,
                           struct file_hash hashes[HASH_KINDS])
{
    static const enum digest_kind kinds[HASH_KINDS] = {
        [HASH_MD5] = DIGEST_MD5,
        [HASH_SHA1] = DIGEST_SHA1,
        [HASH_SHA256] = DIGEST_SHA256,
    };
    struct digest_values values;
    struct digest digest;
    struct failure why = {.status = ST_OK};
    enum status status = digest_init(&digest, DIGEST_ALL, &why);

    if (status == ST_OK)
        status = add_pieces(file, size, progress, &digest, &why);
    if (status == ST_OK)
        status = digest_finish(&digest, &values, &why);
    digest_done(&digest);
    if (status == ST_CANCELLED || status == ST_NO_MEMORY)
        return status;
    for (int kind = 0; kind < HASH_KINDS; kind++) {
        if (status == ST_OK)
            keep(&values, kinds[kind], &hashes[kind]);
        else
            hashes[kind].read = file_reason_from(why);
    }
    return ST_OK;
}
