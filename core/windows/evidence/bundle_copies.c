/* Files of the system that are copied as they are: prefetch, Amcache; and how a file is copied. */
#include <string.h>

#include "core/base/memory.h"
#include "core/windows/evidence/bundle_file.h"
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/failure.h"
#include "core/windows/file/digest.h"
#include "core/windows/file/file_times.h"
#include "core/windows/file/files.h"
#include "core/windows/file/folder_list.h"
#include "core/windows/privilege.h"
#include "core/windows/text16.h"

#define INDEX_CEILING ((size_t)64 << 20)
#define PATH_CEILING ((size_t)128 << 10)
#define PIECE (256u << 10)
#define COPY_MOST (UINT64_C(1) << 30)
#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

/* --- the index --- */

void bundle_index_begin(struct bundle_index *index, struct bundle_out *out)
{
    *index = (struct bundle_index){.out = out};
    buffer_init(&index->rows, INDEX_CEILING);
}

struct json_writer *bundle_index_row(struct bundle_index *index)
{
    json_begin(&index->json, &index->rows);
    json_open_object(&index->json, NULL);
    return &index->json;
}

void bundle_index_end_row(struct bundle_index *index)
{
    json_close_object(&index->json);
    buffer_add_byte(&index->rows, '\n');
}

enum status bundle_index_end(struct bundle_index *index, enum status status, bool alone)
{
    enum status written = index->rows.failed;

    if (!written && index->rows.size && (alone || index->files)) {
        written = bundle_open(index->out, text_of("index.jsonl"));
        if (!written) {
            written = bundle_add(index->out, buffer_text(&index->rows));
            if (written == ST_OK || written == ST_CANCELLED)
                written =
                    index->files ? bundle_close_index(index->out) : bundle_close(index->out, true);
        }
    }
    buffer_done(&index->rows);
    return status ? status : written;
}

/* --- one file --- */

struct copying {
    struct bundle_index *index;
    struct text path;
    uint64_t size_most;
    HANDLE file;
    bool by_backup;
    uint64_t size;
    struct image_file times; /* before it was opened */
    struct digest digest;
    struct digest_values hashes;
    struct failure failure;
    enum status broken; /* the bundle takes no more, or it was cancelled */
};

static HANDLE open_with(const wchar_t *path, DWORD rights, DWORD flags)
{
    return CreateFileW(path, rights, SHARE_ALL, NULL, OPEN_EXISTING,
                       FILE_FLAG_SEQUENTIAL_SCAN | flags, NULL);
}

/* With the right to keep its times where that is given; past its access list where needed. */
static enum status open_source(struct copying *copying)
{
    FILE_BASIC_INFO leave = {.LastAccessTime.QuadPart = -1, .ChangeTime.QuadPart = -1};
    wchar_t *wide = files_path(copying->path, &copying->failure);

    if (!wide)
        return copying->failure.status;
    copying->file = open_with(wide, GENERIC_READ | FILE_WRITE_ATTRIBUTES, 0);
    if (copying->file != INVALID_HANDLE_VALUE)
        SetFileInformationByHandle(copying->file, FileBasicInfo, &leave, sizeof leave);
    else
        copying->file = open_with(wide, GENERIC_READ, 0);
    if (copying->file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_ACCESS_DENIED &&
        privilege_enable_backup(NULL) == ST_OK) {
        copying->file = open_with(wide, GENERIC_READ, FILE_FLAG_BACKUP_SEMANTICS);
        copying->by_backup = copying->file != INVALID_HANDLE_VALUE;
    }
    if (copying->file == INVALID_HANDLE_VALUE)
        failure_win32(&copying->failure, "CreateFile", GetLastError());
    text16_free(wide);
    return copying->file == INVALID_HANDLE_VALUE ? copying->failure.status : ST_OK;
}

static enum status read_piece(struct copying *copying, char *piece, DWORD *got)
{
    if (!ReadFile(copying->file, piece, PIECE, got, NULL))
        return failure_win32(&copying->failure, "ReadFile", GetLastError());
    copying->size += *got;
    if (copying->size > copying->size_most) {
        copying->failure = (struct failure){.status = ST_TOO_LARGE};
        return ST_TOO_LARGE;
    }
    return *got ? digest_add(&copying->digest, piece, *got, &copying->failure) : ST_OK;
}

/* All of it into the file that is open in the bundle. */
static enum status copy_pieces(struct copying *copying)
{
    char *piece = memory_take(PIECE);
    enum status status = piece ? ST_OK : ST_NO_MEMORY;
    DWORD got = 1;

    while (!status && got) {
        status = read_piece(copying, piece, &got);
        if (!status && got) {
            copying->broken = bundle_add(copying->index->out, (struct text){piece, got});
            status = copying->broken;
        }
    }
    memory_give(piece);
    return status ? status : digest_finish(&copying->digest, &copying->hashes, &copying->failure);
}

static enum status copy(struct copying *copying)
{
    struct bundle_out *out = copying->index->out;
    enum status status = digest_init(&copying->digest, DIGEST_ALL, &copying->failure);

    if (status)
        return status;
    copying->broken = bundle_open(out, text_file_name(copying->path));
    status = copying->broken;
    if (!status) {
        status = copy_pieces(copying);
        copying->broken = bundle_close(out, status == ST_OK);
    }
    digest_done(&copying->digest);
    return status ? status : copying->broken;
}

static void add_row(struct copying *copying, enum status status,
                    void (*add)(void *context, struct json_writer *json), void *context)
{
    struct json_writer *json = bundle_index_row(copying->index);
    struct buffer text;

    buffer_init(&text, 4096);
    json_open_object(json, "file");
    json_text(json, "path", copying->path);
    if (copying->times.state == READ_OK) {
        json_unsigned(json, "size", copying->times.size);
        json_moment(json, "created", copying->times.created, true);
        json_moment(json, "mtime", copying->times.modified, true);
        json_moment(json, "ctime", copying->times.changed, true);
        json_moment(json, "accessed", copying->times.accessed, true);
    }
    if (status == ST_OK) {
        json_open_object(json, "hash");
        for (int kind = 0; kind < DIGEST_COUNT; kind++) {
            buffer_clear(&text);
            digest_add_hex(&text, &copying->hashes, (enum digest_kind)kind);
            if (text.size)
                json_text(json, digest_name((enum digest_kind)kind), buffer_text(&text));
        }
        json_close_object(json);
    }
    json_close_object(json);
    json_open_object(json, "stakeout");
    buffer_clear(&text);
    if (status == ST_OK) {
        json_text(json, "copy", bundle_opened_name(copying->index->out));
        if (copying->by_backup)
            json_bool(json, "by_backup", true);
    } else {
        if (copying->failure.call)
            failure_add(&text, &copying->failure);
        else
            buffer_add_string(&text, status_phrase(status));
        json_text(json, "unread", buffer_text(&text));
    }
    if (add)
        add(context, json);
    json_close_object(json);
    bundle_index_end_row(copying->index);
    buffer_done(&text);
}

enum status bundle_copy(struct bundle_index *index, struct text path, uint64_t size_most,
                        void (*add)(void *context, struct json_writer *json), void *context,
                        bool *had)
{
    struct copying copying = {
        .index = index, .path = path, .size_most = size_most, .file = INVALID_HANDLE_VALUE};
    enum status status;

    file_times_read(path, &copying.times);
    status = open_source(&copying);
    if (!status && copying.times.state == READ_OK && copying.times.size > size_most)
        status = ST_TOO_LARGE;
    if (!status)
        status = copy(&copying);
    if (copying.file != INVALID_HANDLE_VALUE)
        CloseHandle(copying.file);
    *had = status == ST_OK;
    index->files += *had;
    add_row(&copying, status, add, context);
    if (!*had && !copying.broken)
        bundle_lost(index->out, 1,
                    status == ST_DENIED      ? "files: access denied"
                    : status == ST_BUSY      ? "files that others keep to themselves; an image of "
                                               "the disk or a shadow copy has them"
                    : status == ST_TOO_LARGE ? "files that are larger than the limit"
                    : status == ST_NOT_FOUND ? "files that are not there"
                                             : "files could not be read");
    return copying.broken;
}

/* --- prefetch --- */

struct folder_copy {
    struct bundle_index index;
    struct buffer path;
    enum status status;
};

static bool copy_prefetch(void *context, const struct folder_entry *entry)
{
    struct folder_copy *folder = context;
    size_t before = folder->path.size;
    bool had;

    if (entry->is_folder || !(text_ends_nocase(entry->name, text_of(".pf")) ||
                              text_ends_nocase(entry->name, text_of(".db"))))
        return true;
    buffer_add_byte(&folder->path, '\\');
    buffer_add(&folder->path, entry->name);
    folder->status =
        bundle_copy(&folder->index, buffer_text(&folder->path), COPY_MOST, NULL, NULL, &had);
    folder->path.size = before;
    return folder->status == ST_OK;
}

enum status bundle_prefetch(void *context, struct bundle_out *out)
{
    struct folder_copy folder = {.status = ST_OK};
    struct failure failure = {.status = ST_OK};
    enum status status;

    (void)context;
    bundle_index_begin(&folder.index, out);
    buffer_init(&folder.path, PATH_CEILING);
    bundle_file_expand(&folder.path, text_of("%SystemRoot%"));
    buffer_add_string(&folder.path, "\\Prefetch");
    status = folder_list(buffer_text(&folder.path), copy_prefetch, &folder, &failure);
    if (status == ST_NOT_FOUND)
        bundle_because(out, status, "there is no folder Prefetch; servers, for one, have it off");
    else if (status)
        bundle_fail(out, &failure);
    if (!status)
        status = folder.status;
    if (!status && !folder.index.files)
        status = bundle_because(out, ST_NOT_FOUND, "the folder Prefetch has no file to be read");
    buffer_done(&folder.path);
    return bundle_index_end(&folder.index, status, false);
}

/* --- Amcache --- */

enum status bundle_amcache(void *context, struct bundle_out *out)
{
    static const char *const files[] = {
        "Amcache.hve", "Amcache.hve.LOG1", "Amcache.hve.LOG2",
        "RecentFileCache.bcf", /* Windows 7 */
    };
    struct bundle_index index;
    struct buffer path;
    enum status status = ST_OK;
    bool any = false;

    (void)context;
    bundle_index_begin(&index, out);
    buffer_init(&path, PATH_CEILING);
    for (size_t i = 0; i < sizeof files / sizeof *files && !status; i++) {
        bool is_folder = true;
        bool had;
        buffer_clear(&path);
        bundle_file_expand(&path, text_of("%SystemRoot%"));
        buffer_add_string(&path, "\\AppCompat\\Programs\\");
        buffer_add_string(&path, files[i]);
        if (files_exists(buffer_text(&path), &is_folder) == ST_NOT_FOUND || is_folder)
            continue;
        any = true;
        status = bundle_copy(&index, buffer_text(&path), COPY_MOST, NULL, NULL, &had);
    }
    if (!status && !any)
        status = bundle_because(out, ST_NOT_FOUND, "this system has no Amcache.hve");
    else if (!status && !index.files)
        status = ST_DENIED; /* the reason was told with the file */
    buffer_done(&path);
    return bundle_index_end(&index, status, false);
}
