#include "core/windows/evidence/bundle_disk.h"

#include <string.h>
#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/file/digest.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define PATH_CEILING ((size_t)256 << 10)
#define PIECE (256u << 10)
#define DEPTH_MOST 64u

_Static_assert(MANIFEST_DIGEST <= DIGEST_SIZE_MOST, "a SHA-256 fits");

/* FOLDER\PATH with back slashes. */
static enum status add_full(void *context, struct text path, struct buffer *out)
{
    const struct text *folder = context;

    buffer_add(out, *folder);
    if (folder->size && folder->bytes[folder->size - 1] != '\\' &&
        folder->bytes[folder->size - 1] != '/')
        buffer_add_byte(out, '\\');
    for (size_t i = 0; i < path.size; i++)
        buffer_add_byte(out, path.bytes[i] == '/' ? '\\' : path.bytes[i]);
    return out->failed;
}

/* Owned: text16_free. NULL: *failure says why. */
static wchar_t *wide_of(void *context, struct text path, struct failure *failure)
{
    struct buffer full;
    wchar_t *wide = NULL;

    buffer_init(&full, PATH_CEILING);
    *failure = (struct failure){.status = add_full(context, path, &full)};
    if (!failure->status)
        wide = files_path(buffer_text(&full), failure);
    buffer_done(&full);
    return wide;
}

/* --- the collector's --- */

static enum status make_folder(void *context, struct text path, struct failure *failure)
{
    struct buffer full;
    enum status status;

    buffer_init(&full, PATH_CEILING);
    status = add_full(context, path, &full);
    if (!status)
        status = files_make_folder(buffer_text(&full), failure);
    buffer_done(&full);
    return status;
}

static enum status create(void *context, struct text path, void **file, struct failure *failure)
{
    wchar_t *wide = wide_of(context, path, failure);
    HANDLE handle;
    DWORD error;

    if (!wide)
        return failure->status;
    handle = CreateFileW(wide, GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_NEW,
                         FILE_ATTRIBUTE_NORMAL, NULL);
    error = GetLastError();
    text16_free(wide);
    if (handle != INVALID_HANDLE_VALUE) {
        *file = handle;
        return ST_OK;
    }
    failure_win32(failure, "CreateFile", error);
    if (error == ERROR_FILE_EXISTS || error == ERROR_ALREADY_EXISTS)
        failure->status = ST_BUSY;
    return failure->status;
}

static enum status write(void *context, void *file, struct text bytes, struct failure *failure)
{
    (void)context;
    while (bytes.size) {
        DWORD piece = bytes.size < PIECE ? (DWORD)bytes.size : PIECE;
        DWORD done = 0;
        if (!WriteFile(file, bytes.bytes, piece, &done, NULL))
            return failure_win32(failure, "WriteFile", GetLastError());
        if (!done) /* a full disk can also look like this */
            return failure_win32(failure, "WriteFile", ERROR_DISK_FULL);
        bytes = text_slice(bytes, done, bytes.size - done);
    }
    return ST_OK;
}

static enum status flush(void *context, void *file, struct failure *failure)
{
    (void)context;
    return FlushFileBuffers(file) ? ST_OK
                                  : failure_win32(failure, "FlushFileBuffers", GetLastError());
}

static void close(void *context, void *file)
{
    (void)context;
    CloseHandle(file);
}

static void remove_file(void *context, struct text path)
{
    struct failure failure;
    wchar_t *wide = wide_of(context, path, &failure);

    if (wide)
        DeleteFileW(wide);
    text16_free(wide);
}

struct bundle_files bundle_disk_files(const struct text *case_folder)
{
    return (struct bundle_files){.make_folder = make_folder,
                                 .create = create,
                                 .write = write,
                                 .flush = flush,
                                 .close = close,
                                 .remove = remove_file,
                                 .add_full_path = add_full,
                                 .context = (void *)(uintptr_t)case_folder};
}

/* --- the manifest's --- */

struct walk {
    void *context; /* of add_full */
    manifest_visit *visit;
    void *visited;
    struct failure *failure;
};

static enum status walk_folder(const struct walk *walk, struct buffer *path, unsigned depth);

static bool is_self_or_parent(const wchar_t *name)
{
    return !wcscmp(name, L".") || !wcscmp(name, L"..");
}

/* path is that of the folder, and is put back. */
static enum status walk_entry(const struct walk *walk, struct buffer *path, unsigned depth,
                              const WIN32_FIND_DATAW *found)
{
    size_t before = path->size;
    enum status status;

    if (before)
        buffer_add_byte(path, '/');
    text16_add(path, found->cFileName, wcslen(found->cFileName));
    status = path->failed;
    if (!status && found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
        if (!(found->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) && depth < DEPTH_MOST)
            status = walk_folder(walk, path, depth + 1);
    } else if (!status) {
        status = walk->visit(walk->visited, buffer_text(path),
                             (uint64_t)found->nFileSizeHigh << 32 | found->nFileSizeLow);
    }
    path->size = before;
    return status;
}

static enum status walk_folder(const struct walk *walk, struct buffer *path, unsigned depth)
{
    struct failure why = {.status = ST_OK};
    struct buffer pattern;
    WIN32_FIND_DATAW *found = memory_take(sizeof *found);
    wchar_t *wide = NULL;
    HANDLE search = INVALID_HANDLE_VALUE;
    enum status status = found ? ST_OK : ST_NO_MEMORY;

    buffer_init(&pattern, PATH_CEILING);
    buffer_add(&pattern, buffer_text(path));
    buffer_add_string(&pattern, path->size ? "/*" : "*");
    if (!status)
        status = pattern.failed;
    if (!status) {
        wide = wide_of(walk->context, buffer_text(&pattern), &why);
        status = why.status;
    }
    if (wide) {
        search = FindFirstFileW(wide, found);
        if (search == INVALID_HANDLE_VALUE && GetLastError() != ERROR_FILE_NOT_FOUND)
            status = failure_win32(&why, "FindFirstFile", GetLastError());
    }
    for (BOOL more = search != INVALID_HANDLE_VALUE; more && !status;
         more = FindNextFileW(search, found))
        if (!is_self_or_parent(found->cFileName))
            status = walk_entry(walk, path, depth, found);
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    text16_free(wide);
    memory_give(found);
    buffer_done(&pattern);
    if (status && why.status && walk->failure)
        *walk->failure = why;
    return status;
}

static enum status walk(void *context, manifest_visit *visit, void *visited,
                        struct failure *failure)
{
    const struct walk order = {context, visit, visited, failure};
    struct buffer path;
    enum status status;

    buffer_init(&path, PATH_CEILING);
    status = walk_folder(&order, &path, 0);
    buffer_done(&path);
    return status;
}

static enum status hash_pieces(HANDLE file, struct progress *progress, struct digest *digest,
                               struct failure *failure)
{
    unsigned char *piece = memory_take(PIECE);
    enum status status = piece ? ST_OK : ST_NO_MEMORY;
    DWORD got = 1;

    while (!status && got) {
        if (progress_cancelled(progress))
            status = ST_CANCELLED;
        else if (!ReadFile(file, piece, PIECE, &got, NULL))
            status = failure_win32(failure, "ReadFile", GetLastError());
        else
            status = digest_add(digest, piece, got, failure);
        if (progress)
            atomic_fetch_add(&progress->done, got);
    }
    memory_give(piece);
    return status;
}

static enum status finish(struct digest *digest, unsigned char out[MANIFEST_DIGEST],
                          struct failure *failure)
{
    struct digest_values values;
    enum status status = digest_finish(digest, &values, failure);

    if (!status)
        memcpy(out, values.bytes[DIGEST_SHA256], MANIFEST_DIGEST);
    return status;
}

static enum status sha256(void *context, struct text path, struct progress *progress,
                          unsigned char out[MANIFEST_DIGEST], struct failure *failure)
{
    wchar_t *wide = wide_of(context, path, failure);
    struct digest digest;
    HANDLE file;
    enum status status;

    if (!wide)
        return failure->status;
    file = CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                       NULL, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    status =
        file == INVALID_HANDLE_VALUE ? failure_win32(failure, "CreateFile", GetLastError()) : ST_OK;
    text16_free(wide);
    if (status)
        return status;
    status = digest_init(&digest, DIGEST_BIT(DIGEST_SHA256), failure);
    if (!status) {
        status = hash_pieces(file, progress, &digest, failure);
        if (!status)
            status = finish(&digest, out, failure);
        digest_done(&digest);
    }
    CloseHandle(file);
    return status;
}

static enum status sha256_of(void *context, struct text bytes, unsigned char out[MANIFEST_DIGEST])
{
    struct digest digest;
    enum status status = digest_init(&digest, DIGEST_BIT(DIGEST_SHA256), NULL);

    (void)context;
    if (status)
        return status;
    status = digest_add(&digest, bytes.bytes, bytes.size, NULL);
    if (!status)
        status = finish(&digest, out, NULL);
    digest_done(&digest);
    return status;
}

static enum status replace(void *context, struct text name, struct text content,
                           struct failure *failure)
{
    struct buffer full;
    enum status status;

    buffer_init(&full, PATH_CEILING);
    status = add_full(context, name, &full);
    if (!status)
        status = files_replace(buffer_text(&full), content, failure);
    buffer_done(&full);
    return status;
}

struct manifest_disk bundle_disk_manifest(const struct text *case_folder)
{
    return (struct manifest_disk){.walk = walk,
                                  .sha256 = sha256,
                                  .sha256_of = sha256_of,
                                  .replace = replace,
                                  .context = (void *)(uintptr_t)case_folder};
}
