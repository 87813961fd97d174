#include "core/windows/file/file_facts.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/judge/zone_mark.h"
#include "core/windows/failure.h"
#include "core/windows/file/file_hash.h"
#include "core/windows/file/file_signature.h"
#include "core/windows/file/file_times.h"
#include "core/windows/file/file_version.h"
#include "core/windows/file/files.h"
#include "core/windows/file/native_path.h"
#include "core/windows/library.h"
#include "core/windows/text16.h"

#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)
#define NT_DELETE_PENDING ((NTSTATUS)0xC0000056u)
#define PATH_MOST (TEXT16_MOST(32768) + 64) /* bytes */

/* One file while it is being asked. */
struct inquiry {
    struct file_facts *facts;
    struct progress *progress;
    wchar_t *path;
    HANDLE file;        /* for reading; NULL where only its attributes may be had */
    struct failure why; /* there is no such handle */
};

/* The last error of an open, where a file that somebody has deleted and somebody else still holds
 * is told as one that is not there, and not in the words of a refusal. */
static DWORD open_error(void)
{
    DWORD error = GetLastError();
    NTSTATUS(NTAPI * last_status)(void) = NULL;
    library_function function = library_find(L"ntdll.dll", "RtlGetLastNtStatus");

    memcpy(&last_status, &function, sizeof function);
    if (error == ERROR_ACCESS_DENIED && last_status && last_status() == NT_DELETE_PENDING)
        return ERROR_FILE_NOT_FOUND;
    return error == ERROR_DELETE_PENDING ? ERROR_FILE_NOT_FOUND : error;
}

static HANDLE open_with(const wchar_t *path, DWORD access, DWORD flags)
{
    HANDLE file = CreateFileW(path, access, SHARE_ALL, NULL, OPEN_EXISTING, flags, NULL);

    return file == INVALID_HANDLE_VALUE ? NULL : file;
}

/* For reading, if it can be so that no time of the file changes for it: -1 means that nothing done
 * through this handle is to change that time, and costs the right to write attributes. *times (may
 * be NULL) are those from before. */
static HANDLE open_to_read(const wchar_t *path, struct image_file *times, struct failure *why)
{
    const DWORD flags = FILE_FLAG_SEQUENTIAL_SCAN | FILE_FLAG_OPEN_NO_RECALL;
    FILE_BASIC_INFO leave = {.LastAccessTime.QuadPart = -1, .ChangeTime.QuadPart = -1};
    HANDLE file = open_with(path, GENERIC_READ | FILE_WRITE_ATTRIBUTES, flags);
    bool quiet = file != NULL;

    if (!file)
        file = open_with(path, GENERIC_READ, flags);
    if (!file)
        failure_win32(why, "CreateFile", open_error());
    if (file && times)
        file_times_of(file, times);
    if (quiet)
        SetFileInformationByHandle(file, FileBasicInfo, &leave, sizeof leave);
    return file;
}

/* Of the file behind the handle, as its times were read before. */
static void make_key(HANDLE file, struct file_facts *facts)
{
    if (facts->times.state != READ_OK)
        return;
    file_id_of(file, &facts->key);
    facts->key.size = facts->times.size;
    facts->key.modified = facts->times.modified;
    facts->key.changed = facts->times.changed;
}

static void all_unread(struct file_facts *facts, struct failure why)
{
    struct file_reason reason = file_reason_from(why);

    facts->times.state = reason.state;
    facts->times.why = why;
    if (facts->parts & FILE_VERSION)
        facts->version.read = reason;
    if (facts->parts & FILE_SIGNATURE)
        facts->signature.read = reason;
    if (facts->parts & FILE_ZONE)
        facts->zone.read = reason;
    for (int kind = 0; kind < HASH_KINDS && facts->parts & FILE_HASHES; kind++)
        facts->hashes[kind].read = reason;
}

/* Opens what the parts need and reads the times. False: there is nothing more to ask. */
static bool open_file(struct inquiry *inquiry)
{
    struct file_facts *facts = inquiry->facts;
    HANDLE attributes = NULL;

    if (facts->parts & (FILE_HASHES | FILE_SIGNATURE))
        inquiry->file = open_to_read(inquiry->path, &facts->times, &inquiry->why);
    if (!inquiry->file) {
        attributes = open_with(inquiry->path, FILE_READ_ATTRIBUTES, FILE_FLAG_BACKUP_SEMANTICS);
        if (!attributes) {
            failure_win32(&inquiry->why, "CreateFile", open_error());
            all_unread(facts, inquiry->why);
            return false;
        }
        file_times_of(attributes, &facts->times);
    }
    make_key(attributes ? attributes : inquiry->file, facts);
    if (attributes)
        CloseHandle(attributes);
    return true;
}

static enum status read_hashes(struct inquiry *inquiry)
{
    struct file_facts *facts = inquiry->facts;

    if (inquiry->file)
        return file_hash_read(inquiry->file, facts->times.size, inquiry->progress, facts->hashes);
    for (int kind = 0; kind < HASH_KINDS; kind++)
        facts->hashes[kind].read = file_reason_from(inquiry->why);
    return ST_OK;
}

/* Whether what was read is of one piece. */
static bool has_changed(HANDLE file, const struct image_file *before)
{
    struct image_file after;

    file_times_of(file, &after);
    return after.state == READ_OK && before->state == READ_OK &&
           (after.size != before->size || after.modified != before->modified);
}

static enum status read_signature(struct inquiry *inquiry, const struct trust_table *trust)
{
    struct file_facts *facts = inquiry->facts;
    uint64_t size = facts->times.size;

    if (!inquiry->file) {
        facts->signature.read = file_reason_from(inquiry->why);
        return ST_OK;
    }
    if (facts->times.state == READ_OK && !size) { /* the system calls this a file error */
        facts->signature.read = (struct file_reason){.state = READ_OK};
        return ST_OK;
    }
    return file_signature_read(trust ? trust : trust_calls(), inquiry->path, inquiry->file,
                               inquiry->progress, facts->arena, &facts->signature);
}

/* The stream's first bytes. ST_NOT_FOUND: the file has none, or its file system knows of none. */
static enum status read_stream(struct text path, struct buffer *content, struct failure *why)
{
    wchar_t *wide = files_path(path, why);
    HANDLE file = wide ? open_to_read(wide, NULL, why) : NULL;
    char *piece = file ? memory_take(ZONE_MARK_MOST) : NULL;
    enum status status = ST_OK;
    DWORD got = 0;

    if (!wide || !file)
        status = why->status;
    else if (!piece)
        status = ST_NO_MEMORY;
    else if (!ReadFile(file, piece, ZONE_MARK_MOST, &got, NULL))
        status = failure_win32(why, "ReadFile", GetLastError());
    if (status == ST_OK)
        buffer_add(content, (struct text){piece, got});
    if (content->failed)
        status = content->failed;
    memory_give(piece);
    if (file)
        CloseHandle(file);
    text16_free(wide);
    return status;
}

/* The mark is the file's, whichever of its streams the path names. */
static enum status read_zone(struct file_facts *facts, struct text path)
{
    struct failure why = {.status = ST_OK};
    struct buffer stream;
    struct buffer content;
    enum status status;

    buffer_init(&stream, PATH_MOST);
    buffer_init(&content, ZONE_MARK_MOST);
    buffer_add(&stream, text_slice(path, 0, file_stream_at(path)));
    buffer_add_string(&stream, ":Zone.Identifier");
    status = stream.failed ? stream.failed : read_stream(buffer_text(&stream), &content, &why);
    if (status == ST_OK)
        status = zone_mark_read(buffer_text(&content), facts->arena, &facts->zone);
    if (status == ST_OK || status == ST_NOT_FOUND)
        facts->zone.read = (struct file_reason){.state = READ_OK};
    else if (status != ST_NO_MEMORY)
        facts->zone.read = file_reason_from(why.status ? why : (struct failure){.status = status});
    buffer_done(&content);
    buffer_done(&stream);
    return status == ST_NO_MEMORY ? status : ST_OK;
}

static enum status read_parts(struct inquiry *inquiry, struct text path,
                              const struct trust_table *trust)
{
    struct file_facts *facts = inquiry->facts;
    enum status status = ST_OK;

    inquiry->path = files_path(path, &inquiry->why);
    if (!inquiry->path) {
        all_unread(facts, inquiry->why);
        return inquiry->why.status == ST_NO_MEMORY ? ST_NO_MEMORY : ST_OK;
    }
    if (!open_file(inquiry))
        return ST_OK;
    if (facts->parts & FILE_ZONE)
        status = read_zone(facts, path);
    if (status == ST_OK && facts->parts & FILE_HASHES)
        status = read_hashes(inquiry);
    if (status == ST_OK && facts->parts & FILE_SIGNATURE)
        status = read_signature(inquiry, trust);
    if (status == ST_OK && facts->parts & FILE_VERSION)
        status = file_version_read(inquiry->path, facts->arena, &facts->version);
    facts->changed_meanwhile = inquiry->file && has_changed(inquiry->file, &facts->times);
    return status;
}

enum status file_facts_read(struct text path, unsigned parts, const struct trust_table *trust,
                            struct progress *progress, struct file_facts **facts)
{
    struct inquiry inquiry = {.facts = file_facts_new(path), .progress = progress};
    struct buffer native;
    enum status status = inquiry.facts ? ST_OK : ST_NO_MEMORY;

    buffer_init(&native, PATH_MOST);
    native_path_add(&native, path);
    if (native.failed)
        status = native.failed;
    if (status == ST_OK) {
        inquiry.facts->parts = parts;
        status = read_parts(&inquiry, buffer_text(&native), trust);
    }
    if (inquiry.file)
        CloseHandle(inquiry.file);
    text16_free(inquiry.path);
    buffer_done(&native);
    if (status == ST_OK)
        *facts = inquiry.facts;
    else
        file_facts_free(inquiry.facts);
    return status;
}
