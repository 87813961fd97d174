#include "core/windows/file/file_sha256.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/file/digest.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define PIECE (256u << 10)

static enum status finish(struct digest *digest, struct buffer *hex, struct failure *why)
{
    struct digest_values values;
    enum status status = digest_finish(digest, &values, why);
    if (status == ST_OK)
        digest_add_hex(hex, &values, DIGEST_SHA256);
    return status == ST_OK ? hex->failed : status;
}

static enum status add_file(HANDLE file, const struct progress *progress, struct digest *digest,
                            struct failure *why)
{
    unsigned char *piece = memory_take(PIECE);
    enum status status = piece ? ST_OK : ST_NO_MEMORY;
    DWORD got = 1;
    while (status == ST_OK && got) {
        if (progress_cancelled(progress))
            status = ST_CANCELLED;
        else if (!ReadFile(file, piece, PIECE, &got, NULL))
            status = failure_win32(why, "ReadFile", GetLastError());
        else
            status = digest_add(digest, piece, got, why);
    }
    memory_give(piece);
    return status;
}

enum status file_sha256(struct text path, const struct progress *progress, struct buffer *hex,
                        struct failure *failure)
{
    struct failure why = {.status = ST_OK};
    struct digest digest = {.algorithms = {NULL}};
    HANDLE file = INVALID_HANDLE_VALUE;
    wchar_t *wide = files_path(path, &why);
    enum status status = wide ? ST_OK : why.status;
    if (status == ST_OK) {
        file =
            CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                        NULL, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
        if (file == INVALID_HANDLE_VALUE)
            status = failure_win32(&why, "CreateFile", GetLastError());
    }
    if (status == ST_OK)
        status = digest_init(&digest, DIGEST_BIT(DIGEST_SHA256), &why);
    if (status == ST_OK) {
        status = add_file(file, progress, &digest, &why);
        if (status == ST_OK)
            status = finish(&digest, hex, &why);
        digest_done(&digest);
    }
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    text16_free(wide);
    why.status = status;
    if (status != ST_OK && failure)
        *failure = why;
    return status;
}

enum status bytes_sha256(struct text bytes, struct buffer *hex, struct failure *failure)
{
    struct digest digest;
    enum status status = digest_init(&digest, DIGEST_BIT(DIGEST_SHA256), failure);
    if (status != ST_OK)
        return status;
    status = digest_add(&digest, bytes.bytes, bytes.size, failure);
    if (status == ST_OK)
        status = finish(&digest, hex, failure);
    digest_done(&digest);
    return status;
}
