#include "core/windows/file/file_version.h"

#include <string.h>
#include <windows.h>

#include "core/base/memory.h"
#include "core/judge/version_block.h"
#include "core/windows/failure.h"
#include "core/windows/library.h"

#define BLOCK_MOST (1u << 20) /* real ones have a few KB */

/* With neither FILE_VER_GET_LOCALISED nor _NEUTRAL: both take the strings from the file's .mui, in
 * which the original name of cmd.exe reads "Cmd.Exe.MUI", and so does the older function. */
#define FROM_THE_FILE_ITSELF 0

typedef DWORD(WINAPI *size_function)(DWORD, const wchar_t *, DWORD *);
typedef BOOL(WINAPI *read_function)(DWORD, const wchar_t *, DWORD, DWORD, void *);

static DWORD WINAPI older_size(DWORD flags, const wchar_t *path, DWORD *unused)
{
    (void)flags;
    return GetFileVersionInfoSizeW(path, unused);
}

static BOOL WINAPI older_read(DWORD flags, const wchar_t *path, DWORD unused, DWORD size,
                              void *block)
{
    (void)flags;
    return GetFileVersionInfoW(path, unused, size, block);
}

/* Both newer ones (Windows Vista; not every import library has them), or both older ones. */
static void find_functions(size_function *size, read_function *read)
{
    library_function sizes = library_find(L"version.dll", "GetFileVersionInfoSizeExW");
    library_function reads = library_find(L"version.dll", "GetFileVersionInfoExW");

    *size = older_size;
    *read = older_read;
    if (sizes && reads) {
        memcpy(size, &sizes, sizeof *size);
        memcpy(read, &reads, sizeof *read);
    }
}

/* The file is no program, or one without such a resource. */
static bool has_none(DWORD error)
{
    return error == ERROR_RESOURCE_DATA_NOT_FOUND || error == ERROR_RESOURCE_TYPE_NOT_FOUND ||
           error == ERROR_RESOURCE_NAME_NOT_FOUND || error == ERROR_BAD_EXE_FORMAT ||
           error == ERROR_INVALID_DATA || error == ERROR_FILE_INVALID || error == ERROR_SUCCESS ||
           error == ERROR_BAD_FORMAT;
}

static void refused(struct file_version *version, const char *call, DWORD error)
{
    struct failure why = {.status = ST_OK};

    if (!has_none(error))
        failure_win32(&why, call, error);
    *version = (struct file_version){.read = file_reason_from(why)};
}

enum status file_version_read(const wchar_t *path, struct arena *arena,
                              struct file_version *version)
{
    size_function size_of_block;
    read_function read_block;
    DWORD unused = 0;
    DWORD size;
    char *block;
    enum status status = ST_OK;

    find_functions(&size_of_block, &read_block);
    SetLastError(ERROR_SUCCESS);
    size = size_of_block(FROM_THE_FILE_ITSELF, path, &unused);
    if (!size) {
        refused(version, "GetFileVersionInfoSize", GetLastError());
        return ST_OK;
    }
    if (size > BLOCK_MOST) {
        version->read = file_reason_from((struct failure){.status = ST_TOO_LARGE});
        return ST_OK;
    }
    block = memory_take(size);
    if (!block)
        return ST_NO_MEMORY;
    SetLastError(ERROR_SUCCESS);
    if (read_block(FROM_THE_FILE_ITSELF, path, 0, size, block)) {
        version->read = (struct file_reason){.state = READ_OK};
        status = version_block_read((struct text){block, size}, arena, version);
    } else {
        refused(version, "GetFileVersionInfo", GetLastError());
    }
    memory_give(block);
    return status;
}
