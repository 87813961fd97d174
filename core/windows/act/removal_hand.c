#include "core/windows/act/removal_hand.h"

#include <windows.h>

#include <aclapi.h>
#include <string.h>

#include "core/act/pending_rename.h"
#include "core/base/memory.h"
#include "core/windows/act/removal_look.h"
#include "core/windows/evidence/sample.h"
#include "core/windows/failure.h"
#include "core/windows/file/file_times.h"
#include "core/windows/file/files.h"
#include "core/windows/find/handle_close.h"
#include "core/windows/text16.h"

#define PENDING_MOST ((DWORD)16 << 20) /* bytes of the system's notes */

/* FILE_DISPOSITION_INFO_EX and its class, which Windows 10 brought: the name goes at once, whoever
 * still has the file open. */
#define DISPOSITION_EX_CLASS 21
#define DISPOSITION_DELETE 0x1u
#define DISPOSITION_POSIX 0x2u

/* --- a handle to the file that was seen --- */

/* INVALID_HANDLE_VALUE with *failure; ST_STALE: it is another file by now. */
static HANDLE open_same(struct text path, const struct file_key *key, DWORD rights,
                        struct failure *failure)
{
    wchar_t *wide = files_path(path, failure);
    HANDLE file = INVALID_HANDLE_VALUE;
    struct file_key now = {.known = false};
    struct image_file times;

    if (!wide)
        return file;
    file = file_open(wide, rights | FILE_READ_ATTRIBUTES | SYNCHRONIZE,
                     FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS);
    if (file == INVALID_HANDLE_VALUE)
        failure_win32(failure, "CreateFile", GetLastError());
    text16_free(wide);
    if (file == INVALID_HANDLE_VALUE)
        return file;
    file_id_of(file, &now);
    file_times_of(file, &times);
    now.size = times.size;
    now.modified = times.modified;
    if (times.state == READ_OK && removal_same_file(key, &now))
        return file;
    CloseHandle(file);
    *failure = (struct failure){.status = ST_STALE};
    return INVALID_HANDLE_VALUE;
}

static enum status look(void *context, struct text path, struct removal_sight **sight)
{
    (void)context;
    return removal_look(path, false, (struct text){NULL, 0}, NULL, sight);
}

static enum status set_read_only(void *context, struct text path, const struct file_key *key,
                                 bool read_only, struct failure *failure)
{
    HANDLE file = open_same(path, key, FILE_WRITE_ATTRIBUTES, failure);
    FILE_BASIC_INFO info;
    bool done;

    (void)context;
    if (file == INVALID_HANDLE_VALUE)
        return failure->status;
    done = GetFileInformationByHandleEx(file, FileBasicInfo, &info, sizeof info);
    if (done) {
        DWORD attributes = info.FileAttributes & ~(DWORD)FILE_ATTRIBUTE_READONLY;
        /* A time of 0 stays as it is. */
        info = (FILE_BASIC_INFO){.FileAttributes = attributes};
        if (read_only)
            info.FileAttributes |= FILE_ATTRIBUTE_READONLY;
        if (!info.FileAttributes)
            info.FileAttributes = FILE_ATTRIBUTE_NORMAL;
        done = SetFileInformationByHandle(file, FileBasicInfo, &info, sizeof info);
    }
    if (!done)
        failure_win32(failure, "SetFileInformationByHandle", GetLastError());
    CloseHandle(file);
    return failure->status;
}

static bool is_unknown_class(DWORD error)
{
    return error == ERROR_INVALID_PARAMETER || error == ERROR_INVALID_FUNCTION ||
           error == ERROR_NOT_SUPPORTED;
}

static bool dispose(HANDLE file)
{
    /* Copied, not cast: headers for Windows 7 do not name this class. */
    const int number = DISPOSITION_EX_CLASS;
    FILE_INFO_BY_HANDLE_CLASS class = FileDispositionInfo;
    DWORD flags = DISPOSITION_DELETE | DISPOSITION_POSIX;
    FILE_DISPOSITION_INFO old = {.DeleteFile = TRUE};

    memcpy(&class, &number, sizeof class);
    if (SetFileInformationByHandle(file, class, &flags, sizeof flags))
        return true;
    return is_unknown_class(GetLastError()) &&
           SetFileInformationByHandle(file, FileDispositionInfo, &old, sizeof old);
}

static enum status erase(void *context, struct text path, const struct file_key *key,
                         struct failure *failure)
{
    HANDLE file = open_same(path, key, DELETE, failure);

    (void)context;
    if (file == INVALID_HANDLE_VALUE)
        return failure->status;
    if (!dispose(file))
        failure_win32(failure, "SetFileInformationByHandle", GetLastError());
    CloseHandle(file);
    return failure->status;
}

/* Never over a file that is there. */
static enum status rename_file(void *context, struct text path, const struct file_key *key,
                               struct text to, struct failure *failure)
{
    wchar_t *wide = files_path(to, failure);
    size_t length = wide ? wcslen(wide) : 0;
    size_t size = sizeof(FILE_RENAME_INFO) + (length + 1) * sizeof *wide;
    FILE_RENAME_INFO *info = wide ? memory_take(size) : NULL;
    HANDLE file = INVALID_HANDLE_VALUE;

    (void)context;
    if (wide && !info)
        *failure = (struct failure){.status = ST_NO_MEMORY};
    if (info) {
        info->FileNameLength = (DWORD)(length * sizeof *wide);
        memcpy(info->FileName, wide, length * sizeof *wide);
        file = open_same(path, key, DELETE, failure);
    }
    if (file != INVALID_HANDLE_VALUE) {
        if (!SetFileInformationByHandle(file, FileRenameInfo, info, (DWORD)size))
            failure_win32(failure, "SetFileInformationByHandle", GetLastError());
        CloseHandle(file);
    }
    memory_give(info);
    text16_free(wide);
    return failure->status;
}

/* --- at the next start --- */

static enum status schedule(void *context, struct text path, struct failure *failure)
{
    wchar_t *wide = files_path(path, failure);

    (void)context;
    if (wide && !MoveFileExW(wide, NULL, MOVEFILE_DELAY_UNTIL_REBOOT))
        failure_win32(failure, "MoveFileEx", GetLastError());
    text16_free(wide);
    return failure->status;
}

/* ST_OK also where the value is missing: then nothing is noted. */
static enum status read_pending(struct buffer *notes, struct failure *failure)
{
    DWORD size = 0;
    LSTATUS error = ERROR_MORE_DATA;

    for (int tries = 0; error == ERROR_MORE_DATA && tries < 8; tries++) {
        unsigned char *bytes;
        size = 0;
        error = RegGetValueW(HKEY_LOCAL_MACHINE, L"" PENDING_KEY, L"" PENDING_VALUE,
                             RRF_RT_REG_MULTI_SZ, NULL, NULL, &size);
        if (error || size > PENDING_MOST)
            break;
        size += 4096; /* it may grow between the two calls */
        bytes = memory_take(size);
        if (!bytes)
            break;
        error = RegGetValueW(HKEY_LOCAL_MACHINE, L"" PENDING_KEY, L"" PENDING_VALUE,
                             RRF_RT_REG_MULTI_SZ, NULL, bytes, &size);
        if (!error)
            buffer_add(notes, (struct text){(const char *)bytes, size});
        memory_give(bytes);
    }
    if (error == ERROR_FILE_NOT_FOUND)
        return ST_OK;
    if (error)
        return failure_win32(failure, "RegGetValue", (uint32_t)error);
    if (notes->failed)
        *failure = (struct failure){.status = notes->failed};
    return notes->failed;
}

static enum status scheduled(void *context, struct text path, struct buffer *recorded,
                             struct failure *failure)
{
    struct buffer notes;
    enum status status;
    bool deletes = false;
    size_t before = recorded->size;

    (void)context;
    buffer_init(&notes, PENDING_MOST);
    status = read_pending(&notes, failure);
    if (!status && (!pending_rename_find((const unsigned char *)notes.bytes, notes.size, path,
                                         recorded, &deletes) ||
                    !deletes))
        recorded->size = before;
    buffer_done(&notes);
    return status;
}

/* --- quarantine --- */

/* Nobody may execute it; who may do what else stays as the folder gave it. It is read-only
 * already, and is made so again: Wine keeps both in the same place. */
static bool forbid_execution(struct text path)
{
    wchar_t *wide = files_path(path, NULL);
    BYTE everyone[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof everyone;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    ACL *before = NULL;
    ACL *after = NULL;
    EXPLICIT_ACCESSW rule = {.grfAccessPermissions = FILE_EXECUTE, .grfAccessMode = DENY_ACCESS};
    bool done = wide && CreateWellKnownSid(WinWorldSid, NULL, everyone, &size) &&
                GetNamedSecurityInfoW(wide, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL,
                                      &before, NULL, &descriptor) == ERROR_SUCCESS;

    if (done) {
        rule.Trustee.TrusteeForm = TRUSTEE_IS_SID;
        rule.Trustee.ptstrName = (wchar_t *)everyone;
        done = SetEntriesInAclW(1, &rule, before, &after) == ERROR_SUCCESS &&
               SetNamedSecurityInfoW(wide, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL,
                                     after, NULL) == ERROR_SUCCESS;
    }
    if (wide)
        SetFileAttributesW(wide, FILE_ATTRIBUTE_READONLY);
    LocalFree(after);
    LocalFree(descriptor);
    text16_free(wide);
    return done;
}

static enum status store(void *context, const struct removal_sight *sight,
                         struct progress *progress, struct removal_copy *copy, struct buffer *path,
                         struct buffer *problem)
{
    const struct text *folder = context;
    const struct sample_request request = {.case_folder = *folder,
                                           .path = sight->path,
                                           .is_quarantine = true,
                                           .attributes = sight->attributes};
    struct sample_made made;
    enum status status = sample_take(&request, progress, &made, path, problem);

    if (status)
        return status;
    copy->size = made.size;
    memcpy(copy->sha256, made.hashes.bytes[DIGEST_SHA256], EVIDENCE_DIGEST);
    copy->may_run = !forbid_execution(buffer_text(path));
    return ST_OK;
}

static enum status close_handle(void *context, const struct act_log *log,
                                const struct handle_row *row, struct buffer *words)
{
    struct handle_close_result result;

    (void)context;
    handle_close(NULL, log, row, &result);
    buffer_add_string(words, handle_close_phrase(result.outcome));
    if (result.failure.status) {
        buffer_add_string(words, ": ");
        deed_add_failure(words, &result.failure);
    }
    if (result.outcome == HANDLE_CLOSE_NOT_WRITTEN)
        return ST_IO;
    return result.outcome == HANDLE_CLOSED || result.outcome == HANDLE_CLOSED_BEFORE ? ST_OK
                                                                                     : ST_SYSTEM;
}

struct removal_means removal_means_of_system(const struct text *case_folder)
{
    return (struct removal_means){.look = look,
                                  .set_read_only = set_read_only,
                                  .erase = erase,
                                  .rename = rename_file,
                                  .schedule = schedule,
                                  .scheduled = scheduled,
                                  .store = store,
                                  .close_handle = close_handle,
                                  .context = (void *)case_folder};
}
