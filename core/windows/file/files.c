#include "core/windows/file/files.h"

#include <string.h>
#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/text16.h"

#define PLAIN_MOST 240 /* CreateDirectory keeps room for a file name below MAX_PATH */
#define PART (1024u * 1024)

static wchar_t *out_of_memory(struct failure *failure)
{
    if (failure)
        *failure = (struct failure){ST_NO_MEMORY, NULL, 0};
    return NULL;
}

/* Puts \\?\ (or \\?\UNC\ in place of \\) before a full path. */
static wchar_t *with_prefix(wchar_t *full, size_t length)
{
    static const wchar_t local[] = L"\\\\?\\";
    static const wchar_t share[] = L"\\\\?\\UNC";
    bool is_share = length > 1 && full[0] == L'\\' && full[1] == L'\\';
    const wchar_t *prefix = is_share ? share : local;
    size_t prefix_length = wcslen(prefix);
    size_t skip = is_share ? 1 : 0;
    wchar_t *prefixed = memory_take_array(prefix_length + length + 1, sizeof *prefixed);

    if (prefixed) {
        memcpy(prefixed, prefix, prefix_length * sizeof *prefix);
        memcpy(prefixed + prefix_length, full + skip, (length - skip) * sizeof *full);
    }
    memory_give(full);
    return prefixed;
}

/* The full path of a plain one. */
static wchar_t *full_path(const wchar_t *wide, size_t *length, struct failure *failure)
{
    DWORD room = GetFullPathNameW(wide, 0, NULL, NULL);
    wchar_t *full = room ? memory_take_array(room, sizeof *full) : NULL;
    DWORD got;

    if (room && !full)
        return out_of_memory(failure);
    got = room ? GetFullPathNameW(wide, room, full, NULL) : 0;
    if (!got || got >= room) {
        failure_win32(failure, "GetFullPathName", GetLastError());
        memory_give(full);
        return NULL;
    }
    *length = got;
    return full;
}

wchar_t *files_path(struct text path, struct failure *failure)
{
    size_t length = 0;
    wchar_t *wide = text16_from(path, &length);
    wchar_t *full;

    if (!wide)
        return out_of_memory(failure);
    if (!length || wcslen(wide) != length) {
        if (failure)
            *failure = (struct failure){ST_INVALID, NULL, 0};
        text16_free(wide);
        return NULL;
    }
    if (wcsncmp(wide, L"\\\\?\\", 4) == 0 || wcsncmp(wide, L"\\\\.\\", 4) == 0)
        return wide;
    full = full_path(wide, &length, failure);
    text16_free(wide);
    if (!full || length < PLAIN_MOST || wcsncmp(full, L"\\\\.\\", 4) == 0)
        return full;
    full = with_prefix(full, length);
    return full ? full : out_of_memory(failure);
}

static enum status read_all(HANDLE file, struct buffer *out, struct failure *failure)
{
    char *part = memory_take(PART);
    enum status status = part ? ST_OK : ST_NO_MEMORY;
    DWORD got = 0;

    while (!status) {
        if (!ReadFile(file, part, PART, &got, NULL))
            status = failure_win32(failure, "ReadFile", GetLastError());
        else if (!got)
            break;
        else
            buffer_add(out, (struct text){part, got});
        if (!status && out->failed) {
            status = out->failed;
            if (failure)
                *failure = (struct failure){status, NULL, 0};
        }
    }
    memory_give(part);
    return status;
}

enum status files_read(struct text path, struct buffer *out, struct failure *failure)
{
    struct failure why = {ST_OK, NULL, 0};
    wchar_t *wide = files_path(path, &why);
    HANDLE file = INVALID_HANDLE_VALUE;
    enum status status = why.status;

    if (wide) {
        file =
            CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                        NULL, OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
        status = file == INVALID_HANDLE_VALUE ? failure_win32(&why, "CreateFile", GetLastError())
                                              : read_all(file, out, &why);
    }
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    text16_free(wide);
    if (status && failure)
        *failure = why;
    return status;
}

static enum status write_all(HANDLE file, struct text content, struct failure *failure)
{
    while (content.size) {
        DWORD part = content.size < PART ? (DWORD)content.size : PART;
        DWORD done = 0;
        if (!WriteFile(file, content.bytes, part, &done, NULL))
            return failure_win32(failure, "WriteFile", GetLastError());
        if (!done)
            return failure_win32(failure, "WriteFile", ERROR_DISK_FULL);
        content = text_slice(content, done, content.size - done);
    }
    if (!FlushFileBuffers(file))
        return failure_win32(failure, "FlushFileBuffers", GetLastError());
    return ST_OK;
}

static enum status write_new(const wchar_t *wide, struct text content, struct failure *failure)
{
    HANDLE file =
        CreateFileW(wide, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    enum status status;

    if (file == INVALID_HANDLE_VALUE)
        return failure_win32(failure, "CreateFile", GetLastError());
    status = write_all(file, content, failure);
    CloseHandle(file);
    if (status)
        DeleteFileW(wide);
    return status;
}

enum status files_replace(struct text path, struct text content, struct failure *failure)
{
    static const wchar_t suffix[] = L".new";
    struct failure why = {ST_OK, NULL, 0};
    wchar_t *wide = files_path(path, &why);
    wchar_t *beside = NULL;
    size_t length = wide ? wcslen(wide) : 0;
    enum status status = why.status;

    if (wide) {
        beside = memory_take((length + 1) * sizeof *wide + sizeof suffix);
        if (!beside)
            status = why.status = ST_NO_MEMORY;
    }
    if (!status && wide && beside) {
        memcpy(beside, wide, length * sizeof *wide);
        memcpy(beside + length, suffix, sizeof suffix);
        status = write_new(beside, content, &why);
    }
    if (!status && !MoveFileExW(beside, wide, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
        status = failure_win32(&why, "MoveFileEx", GetLastError());
        DeleteFileW(beside);
    }
    memory_give(beside);
    text16_free(wide);
    if (status && failure)
        *failure = why;
    return status;
}

static bool is_folder_now(const wchar_t *wide)
{
    DWORD attributes = GetFileAttributesW(wide);

    return attributes != INVALID_FILE_ATTRIBUTES && attributes & FILE_ATTRIBUTE_DIRECTORY;
}

/* From the top: a prefix that cannot be made (a drive, a share) is left to the last call to tell
 * of. */
static enum status make_folders(wchar_t *wide, struct failure *failure)
{
    size_t length = wcslen(wide);

    for (size_t i = 3; i < length; i++) {
        if (wide[i] != L'\\')
            continue;
        wide[i] = 0;
        CreateDirectoryW(wide, NULL);
        wide[i] = L'\\';
    }
    if (!is_folder_now(wide) && !CreateDirectoryW(wide, NULL) && !is_folder_now(wide))
        return failure_win32(failure, "CreateDirectory", GetLastError());
    return ST_OK;
}

enum status files_make_folder(struct text path, struct failure *failure)
{
    struct failure why = {ST_OK, NULL, 0};
    wchar_t *wide = files_path(path, &why);
    enum status status = wide ? make_folders(wide, &why) : why.status;

    text16_free(wide);
    if (status && failure)
        *failure = why;
    return status;
}

enum status files_exists(struct text path, bool *is_folder)
{
    struct failure why = {ST_OK, NULL, 0};
    wchar_t *wide = files_path(path, &why);
    DWORD attributes;
    enum status status = why.status;

    if (!wide)
        return status;
    attributes = GetFileAttributesW(wide);
    if (attributes == INVALID_FILE_ATTRIBUTES)
        status = failure_from_win32(GetLastError());
    else
        *is_folder = (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    text16_free(wide);
    return status;
}
