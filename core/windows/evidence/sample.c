#include "core/windows/evidence/sample.h"

#include <windows.h>

#include <string.h>

#include "core/act/disk_room.h"
#include "core/base/memory.h"
#include "core/case/evidence_name.h"
#include "core/case/sample_record.h"
#include "core/windows/clock.h"
#include "core/windows/failure.h"
#include "core/windows/file/disk_space.h"
#include "core/windows/file/file_times.h"
#include "core/windows/file/files.h"
#include "core/windows/file/new_file.h"
#include "core/windows/library.h"
#include "core/windows/privilege.h"
#include "core/windows/text16.h"

#define PATH_CEILING (128u << 10)
#define RECORD_CEILING (1u << 20)
#define PART (1u << 20)
#define ZONE_MOST 4096
#define SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

struct taking {
    const struct sample_request *request;
    struct progress *progress;
    struct buffer *path;
    struct buffer folder; /* samples */
    wchar_t *source;
    HANDLE file;        /* the source */
    bool may_set_times; /* file was opened with the right to */
    struct new_file copy;
    bool copy_begun;
    bool placed; /* the sample is where it belongs */
    struct digest digest;
    struct buffer hex[DIGEST_COUNT];
    struct buffer zone;
    struct sample_record record;
    struct sample_made made;
    struct failure failure;
};

/* --- the system folder as a 32-bit program sees it --- */

typedef BOOL(WINAPI *disable_redirection)(void **);
typedef BOOL(WINAPI *revert_redirection)(void *);

/* On 64-bit Windows a 32-bit program that opens System32 gets SysWOW64, unless its thread says that
 * it means what it says. Nothing may be loaded until it is reverted. */
static bool redirection_off(void **before)
{
    disable_redirection disable =
        (disable_redirection)library_find(L"kernel32.dll", "Wow64DisableWow64FsRedirection");

    return disable && disable(before);
}

static void redirection_on(void *before)
{
    revert_redirection revert =
        (revert_redirection)library_find(L"kernel32.dll", "Wow64RevertWow64FsRedirection");

    if (revert)
        revert(before);
}

/* --- the source --- */

static enum status fail(struct taking *taking, enum status status)
{
    taking->failure = (struct failure){status, NULL, 0};
    return status;
}

static enum status fail_call(struct taking *taking, const char *call)
{
    return failure_win32(&taking->failure, call, GetLastError());
}

static HANDLE open_with(struct taking *taking, DWORD rights, DWORD flags)
{
    return CreateFileW(taking->source, rights, SHARE_ALL, NULL, OPEN_EXISTING,
                       FILE_FLAG_SEQUENTIAL_SCAN | flags, NULL);
}

/* With the right to set times where that is given, since only then can they be kept; past the
 * access list where the user has that privilege and it is needed. */
static enum status open_source(struct taking *taking)
{
    taking->may_set_times = true;
    taking->file = open_with(taking, GENERIC_READ | FILE_WRITE_ATTRIBUTES, 0);
    if (taking->file == INVALID_HANDLE_VALUE) {
        taking->may_set_times = false;
        taking->file = open_with(taking, GENERIC_READ, 0);
    }
    if (taking->file == INVALID_HANDLE_VALUE && GetLastError() == ERROR_ACCESS_DENIED &&
        privilege_enable_backup(NULL) == ST_OK) {
        taking->file = open_with(taking, GENERIC_READ, FILE_FLAG_BACKUP_SEMANTICS);
        taking->record.by_backup = taking->file != INVALID_HANDLE_VALUE;
    }
    if (taking->file == INVALID_HANDLE_VALUE)
        return fail_call(taking, "CreateFile");
    return ST_OK;
}

/* -1 asks the file system to leave a time alone, whatever is done through this handle
 * (FILE_BASIC_INFORMATION). */
static void ask_to_keep_times(HANDLE file)
{
    FILE_BASIC_INFO leave = {.LastAccessTime.QuadPart = -1, .ChangeTime.QuadPart = -1};

    SetFileInformationByHandle(file, FileBasicInfo, &leave, sizeof leave);
}

/* The mark that browsers leave on what they fetched: a small text in a stream beside the file. */
static void read_zone(struct taking *taking)
{
    static const wchar_t stream[] = L":Zone.Identifier";
    size_t length = wcslen(taking->source);
    wchar_t *name = memory_take((length + 1) * sizeof *name + sizeof stream);
    char *bytes = memory_take(ZONE_MOST);
    HANDLE file = INVALID_HANDLE_VALUE;
    DWORD got = 0;

    if (name && bytes) {
        memcpy(name, taking->source, length * sizeof *name);
        memcpy(name + length, stream, sizeof stream);
        file = CreateFileW(name, GENERIC_READ | (taking->may_set_times ? FILE_WRITE_ATTRIBUTES : 0),
                           SHARE_ALL, NULL, OPEN_EXISTING, 0, NULL);
    }
    if (file != INVALID_HANDLE_VALUE) {
        if (taking->may_set_times)
            ask_to_keep_times(file);
        if (ReadFile(file, bytes, ZONE_MOST, &got, NULL))
            buffer_add(&taking->zone, (struct text){bytes, got});
        CloseHandle(file);
    }
    memory_give(bytes);
    memory_give(name);
}

/* Puts the access time back where reading changed it all the same: where the file is as it was and
 * the new time lies within our own reading. The time of change is never set: it may be another's.
 */
static void restore_times(struct taking *taking)
{
    const struct clock clock = clock_of_system();
    const struct image_file *before = &taking->record.before;
    struct image_file *after = &taking->record.after;
    FILE_BASIC_INFO times = {.LastAccessTime.QuadPart = before->accessed,
                             .ChangeTime.QuadPart = -1};
    moment left;

    file_times_read(taking->request->path, after);
    left = after->accessed;
    if (before->state != READ_OK || after->state != READ_OK || !taking->may_set_times ||
        after->modified != before->modified || after->size != before->size ||
        left == before->accessed || left + MOMENT_SECOND < taking->record.taken ||
        left > clock.now(clock.context) + MOMENT_SECOND)
        return;
    if (SetFileInformationByHandle(taking->file, FileBasicInfo, &times, sizeof times))
        taking->record.put_back = left;
    file_times_read(taking->request->path, after);
}

/* --- the copy --- */

static enum status copy_part(struct taking *taking, char *part, uint64_t *at)
{
    DWORD got = 0;
    enum status status;

    if (progress_cancelled(taking->progress))
        return fail(taking, ST_CANCELLED);
    if (!ReadFile(taking->file, part, PART, &got, NULL))
        return fail_call(taking, "ReadFile");
    if (!got)
        return ST_OK;
    *at += got;
    if (*at > SAMPLE_SIZE_MOST)
        return fail(taking, ST_TOO_LARGE);
    status = digest_add(&taking->digest, part, got, &taking->failure);
    if (!status)
        status = new_file_write(&taking->copy, part, got, &taking->failure);
    return status;
}

static enum status copy(struct taking *taking)
{
    char *part = memory_take(PART);
    enum status status = part ? ST_OK : fail(taking, ST_NO_MEMORY);
    uint64_t at = 0;
    uint64_t before = UINT64_MAX;

    while (!status && at != before) {
        before = at;
        status = copy_part(taking, part, &at);
        progress_tell(taking->progress, at, taking->record.before.size);
    }
    memory_give(part);
    if (!status)
        status = digest_finish(&taking->digest, &taking->made.hashes, &taking->failure);
    taking->made.size = at;
    for (int kind = 0; !status && kind < DIGEST_COUNT; kind++) {
        digest_add_hex(&taking->hex[kind], &taking->made.hashes, (enum digest_kind)kind);
        status = taking->hex[kind].failed;
    }
    if (!status)
        status = taking->zone.failed;
    return status && !taking->failure.status ? fail(taking, status) : status;
}

static enum status check_source(struct taking *taking)
{
    const struct image_file *before = &taking->record.before;

    file_times_read(taking->request->path, &taking->record.before);
    if (before->state == READ_OK)
        return before->size > SAMPLE_SIZE_MOST ? fail(taking, ST_TOO_LARGE) : ST_OK;
    if (before->state == READ_GONE)
        return fail(taking, ST_NOT_FOUND);
    return ST_OK; /* who may not ask for its times may still be let in for backup */
}

/* Everything that touches the source. */
static enum status take_in(struct taking *taking)
{
    void *before = NULL;
    bool off = redirection_off(&before);
    enum status status = check_source(taking);

    if (!status)
        status = open_source(taking);
    if (!status) {
        if (taking->may_set_times)
            ask_to_keep_times(taking->file);
        read_zone(taking);
        status = copy(taking);
        restore_times(taking);
    }
    if (off)
        redirection_on(before);
    return status;
}

/* --- where it is put --- */

/* The SHA-256 of a file as it lies there, in hexadecimal; nothing where it can't be read. */
static void add_hash_of(struct buffer *out, const wchar_t *wide)
{
    HANDLE file = CreateFileW(wide, GENERIC_READ, SHARE_ALL, NULL, OPEN_EXISTING,
                              FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    char *part = memory_take(PART);
    struct digest digest;
    struct digest_values values;
    DWORD got = 0;
    bool whole = digest_init(&digest, DIGEST_BIT(DIGEST_SHA256), NULL) == ST_OK && part &&
                 file != INVALID_HANDLE_VALUE;

    do
        whole = whole && ReadFile(file, part, PART, &got, NULL) &&
                digest_add(&digest, part, got, NULL) == ST_OK;
    while (whole && got);
    if (whole && digest_finish(&digest, &values, NULL) == ST_OK)
        digest_add_hex(out, &values, DIGEST_SHA256);
    digest_done(&digest);
    memory_give(part);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
}

static struct text extension_of(const struct taking *taking)
{
    return taking->request->is_quarantine ? text_of(".quarantine") : text_of(".sample");
}

/* Whether SHA256.sample is there, and holds what its name says; then its path is appended. */
static bool is_stored(struct taking *taking)
{
    struct text hash = buffer_text(&taking->hex[DIGEST_SHA256]);
    struct buffer name;
    struct buffer found;
    wchar_t *wide = NULL;
    bool same;

    buffer_init(&name, PATH_CEILING);
    buffer_init(&found, 2 * DIGEST_SIZE_MOST);
    buffer_add(&name, buffer_text(&taking->folder));
    buffer_add_byte(&name, '\\');
    buffer_add(&name, hash);
    buffer_add(&name, extension_of(taking));
    if (!name.failed)
        wide = files_path(buffer_text(&name), NULL);
    if (wide)
        add_hash_of(&found, wide);
    same = text_equal(buffer_text(&found), hash);
    if (same)
        buffer_add(taking->path, buffer_text(&name));
    text16_free(wide);
    buffer_done(&found);
    buffer_done(&name);
    return same;
}

static bool is_read_only(struct text path)
{
    wchar_t *wide = files_path(path, NULL);
    DWORD attributes = wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;

    text16_free(wide);
    return attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_READONLY;
}

static enum status store(struct taking *taking)
{
    enum status status = ST_OK;

    taking->made.was_stored = is_stored(taking);
    if (taking->path->failed)
        return fail(taking, taking->path->failed);
    if (!taking->made.was_stored)
        status = new_file_keep(&taking->copy, buffer_text(&taking->hex[DIGEST_SHA256]),
                               extension_of(taking), true, taking->path, &taking->failure);
    taking->placed = !status;
    return status;
}

static enum status describe(struct taking *taking)
{
    struct sample_record *record = &taking->record;
    struct text hash = buffer_text(&taking->hex[DIGEST_SHA256]);
    struct buffer content;
    struct buffer unused;
    struct new_file file;
    enum status status;

    record->sha256 = hash;
    record->sha1 = buffer_text(&taking->hex[DIGEST_SHA1]);
    record->md5 = buffer_text(&taking->hex[DIGEST_MD5]);
    record->zone = buffer_text(&taking->zone);
    record->stored = text_file_name(buffer_text(taking->path));
    record->was_stored = taking->made.was_stored;
    record->is_read_only = is_read_only(buffer_text(taking->path));
    buffer_init(&content, RECORD_CEILING);
    buffer_init(&unused, PATH_CEILING);
    sample_record_add(&content, record);
    status = content.failed
                 ? fail(taking, content.failed)
                 : new_file_begin(&file, buffer_text(&taking->folder), hash, &taking->failure);
    if (!status) {
        status = new_file_write(&file, content.bytes, content.size, &taking->failure);
        if (!status)
            status = new_file_keep(&file, hash, text_of(".json"), false, &unused, &taking->failure);
        new_file_drop(&file);
    }
    buffer_done(&unused);
    buffer_done(&content);
    return status;
}

static enum status prepare(struct taking *taking, struct buffer *problem)
{
    const struct process_facts *process = taking->request->process;
    struct image_file now;
    struct disk_room room;
    struct buffer stem;
    enum status status;

    if (taking->folder.failed)
        return fail(taking, taking->folder.failed);
    taking->source = files_path(taking->request->path, &taking->failure);
    if (!taking->source)
        return taking->failure.status;
    status = files_make_folder(buffer_text(&taking->folder), &taking->failure);
    if (!status)
        status = disk_space_read(buffer_text(&taking->folder), &room, &taking->failure);
    if (status)
        return status;
    file_times_read(taking->request->path, &now);
    status = disk_room_fits(&room, now.state == READ_OK ? now.size : 0, problem);
    if (status)
        return fail(taking, status);
    buffer_init(&stem, 256);
    evidence_stem_add(&stem, process ? process->name : text_file_name(taking->request->path),
                      process ? process->key.pid : 0, taking->record.taken);
    status = stem.failed ? fail(taking, stem.failed)
                         : new_file_begin(&taking->copy, buffer_text(&taking->folder),
                                          buffer_text(&stem), &taking->failure);
    taking->copy_begun = !status;
    buffer_done(&stem);
    return status;
}

static bool same_times(const struct image_file *a, const struct image_file *b)
{
    return a->state == READ_OK && b->state == READ_OK && a->size == b->size &&
           a->created == b->created && a->modified == b->modified && a->accessed == b->accessed &&
           a->changed == b->changed;
}

static enum status take(struct taking *taking, struct buffer *problem)
{
    enum status status = prepare(taking, problem);

    if (!status)
        status = digest_init(&taking->digest, DIGEST_ALL, &taking->failure);
    if (!status)
        status = take_in(taking);
    if (!status)
        status = store(taking);
    if (taking->copy_begun)
        new_file_drop(&taking->copy);
    if (!status)
        status = describe(taking);
    taking->made.by_backup = taking->record.by_backup;
    taking->made.times_kept = same_times(&taking->record.before, &taking->record.after);
    return status;
}

static void begin(struct taking *taking)
{
    const struct clock clock = clock_of_system();

    taking->file = INVALID_HANDLE_VALUE;
    taking->record.taken = clock.now(clock.context);
    taking->record.source = taking->request->path;
    taking->record.is_module = taking->request->is_module;
    taking->record.process = taking->request->process;
    taking->record.is_quarantine = taking->request->is_quarantine;
    taking->record.attributes = taking->request->attributes;
    buffer_init(&taking->folder, PATH_CEILING);
    buffer_add(&taking->folder, taking->request->case_folder);
    buffer_add_string(&taking->folder,
                      taking->request->is_quarantine ? "\\quarantine" : "\\samples");
    buffer_init(&taking->zone, ZONE_MOST);
    for (int kind = 0; kind < DIGEST_COUNT; kind++)
        buffer_init(&taking->hex[kind], 2 * DIGEST_SIZE_MOST);
}

static void end(struct taking *taking)
{
    if (taking->file != INVALID_HANDLE_VALUE)
        CloseHandle(taking->file);
    digest_done(&taking->digest);
    text16_free(taking->source);
    for (int kind = 0; kind < DIGEST_COUNT; kind++)
        buffer_done(&taking->hex[kind]);
    buffer_done(&taking->zone);
    buffer_done(&taking->folder);
}

enum status sample_take(const struct sample_request *request, struct progress *progress,
                        struct sample_made *made, struct buffer *path, struct buffer *problem)
{
    struct taking taking = {.request = request, .progress = progress, .path = path};
    struct buffer why;
    enum status status;

    buffer_init(&why, 4096);
    begin(&taking);
    status = take(&taking, &why);
    if (status) {
        buffer_add_string(problem,
                          path->size ? "can't write down what is known of " : "can't copy ");
        buffer_add(problem, request->path);
        buffer_add_string(problem, ": ");
        if (why.size)
            buffer_add(problem, buffer_text(&why));
        else
            failure_add(problem, &taking.failure);
    } else {
        *made = taking.made;
    }
    end(&taking);
    buffer_done(&why);
    return status;
}

/* --- what nobody collects --- */

/* Whether path lies in folder, neither of which ends in a slash. ASCII letters only: the Windows
 * folder has no others. */
static bool lies_in(struct text path, struct text folder)
{
    return path.size > folder.size && text_starts_nocase(path, folder) &&
           path.bytes[folder.size] == '\\';
}

bool sample_is_system_file(struct text path)
{
    wchar_t wide[MAX_PATH];
    UINT length = GetSystemWindowsDirectoryW(wide, MAX_PATH);
    struct buffer folder;
    bool inside;

    if (!length || length >= MAX_PATH)
        return false;
    if (text_starts(path, text_of("\\\\?\\")))
        path = text_slice(path, 4, path.size - 4);
    buffer_init(&folder, TEXT16_MOST(MAX_PATH) + 16);
    text16_add(&folder, wide, length);
    inside = lies_in(path, buffer_text(&folder));
    buffer_add_string(&folder, "\\Temp");
    inside = inside && !lies_in(path, buffer_text(&folder));
    buffer_done(&folder);
    return inside;
}
