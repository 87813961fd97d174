#include "core/windows/file_times.h"

#include <windows.h>

#include "core/windows/failure.h"
#include "core/windows/files.h"
#include "core/windows/text16.h"

static enum read_state state_of(enum status status)
{
    return status == ST_NOT_FOUND ? READ_GONE : read_state_from(status);
}

/* A 32-bit program on 64-bit Windows is shown SysWOW64 where it says System32, unless it asks not
 * to be (for this thread). Elsewhere the call fails, and there is nothing to undo. */
static HANDLE open_as_it_is(const wchar_t *path)
{
    PVOID before = NULL;
    BOOL redirected = Wow64DisableWow64FsRedirection(&before);
    HANDLE handle = CreateFileW(path, FILE_READ_ATTRIBUTES,
                                FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    DWORD error = GetLastError();

    if (redirected)
        Wow64RevertWow64FsRedirection(before);
    SetLastError(error);
    return handle;
}

void file_times_read(struct text path, struct image_file *file)
{
    struct failure failure = {.status = ST_OK};
    wchar_t *wide = files_path(path, &failure);
    if (!wide) {
        *file = (struct image_file){.state = state_of(failure.status)};
        return;
    }
    HANDLE handle = open_as_it_is(wide);
    FILE_BASIC_INFO times;
    FILE_STANDARD_INFO sizes;
    if (handle == INVALID_HANDLE_VALUE ||
        !GetFileInformationByHandleEx(handle, FileBasicInfo, &times, sizeof(times)) ||
        !GetFileInformationByHandleEx(handle, FileStandardInfo, &sizes, sizeof(sizes)))
        *file = (struct image_file){.state = state_of(failure_from_win32(GetLastError()))};
    else
        *file = (struct image_file){
            .state = READ_OK,
            .size = (uint64_t)sizes.EndOfFile.QuadPart,
            .created = times.CreationTime.QuadPart,
            .modified = times.LastWriteTime.QuadPart,
            .changed = times.ChangeTime.QuadPart,
            .accessed = times.LastAccessTime.QuadPart,
        };
    if (handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
    text16_free(wide);
}
