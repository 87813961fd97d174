#include "core/windows/file/file_times.h"

#include <windows.h>

#include <string.h>

#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

static void refuse(struct image_file *file, struct failure why)
{
    *file = (struct image_file){.state = read_state_from(why.status), .why = why};
}

void file_times_of(void *handle, struct image_file *file)
{
    FILE_BASIC_INFO times;
    FILE_STANDARD_INFO sizes;
    struct failure why = {.status = ST_OK};

    if (!GetFileInformationByHandleEx(handle, FileBasicInfo, &times, sizeof times) ||
        !GetFileInformationByHandleEx(handle, FileStandardInfo, &sizes, sizeof sizes)) {
        failure_win32(&why, "GetFileInformationByHandleEx", GetLastError());
        refuse(file, why);
        return;
    }
    *file = (struct image_file){
        .state = READ_OK,
        .size = (uint64_t)sizes.EndOfFile.QuadPart,
        .created = times.CreationTime.QuadPart,
        .modified = times.LastWriteTime.QuadPart,
        .changed = times.ChangeTime.QuadPart,
        .accessed = times.LastAccessTime.QuadPart,
    };
}

/* FILE_ID_INFO and its class, which Windows 8 brought. */
#define ID_CLASS 18

struct id_info {
    uint64_t volume;
    uint8_t id[16];
};

void file_id_of(void *handle, struct file_key *key)
{
    /* Copied, not cast: headers for Windows 7 do not name this class. */
    const int number = ID_CLASS;
    FILE_INFO_BY_HANDLE_CLASS class = FileBasicInfo;
    BY_HANDLE_FILE_INFORMATION old;
    struct id_info id;

    memcpy(&class, &number, sizeof class);
    if (GetFileInformationByHandleEx(handle, class, &id, sizeof id)) {
        key->volume = id.volume;
        memcpy(key->id, id.id, sizeof key->id);
        key->known = true;
    } else if (GetFileInformationByHandle(handle, &old)) {
        uint64_t index = (uint64_t)old.nFileIndexHigh << 32 | old.nFileIndexLow;
        key->volume = old.dwVolumeSerialNumber;
        memcpy(key->id, &index, sizeof index);
        key->known = true;
    }
}

/* A 32-bit program on 64-bit Windows is shown SysWOW64 where it says System32, unless it asks not
 * to be (for this thread). Elsewhere the call fails, and there is nothing to undo. */
void *file_open(const wchar_t *path, uint32_t rights, uint32_t flags)
{
    PVOID before = NULL;
    BOOL redirected = Wow64DisableWow64FsRedirection(&before);
    HANDLE handle =
        CreateFileW(path, rights, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                    OPEN_EXISTING, flags, NULL);
    DWORD error = GetLastError();

    if (redirected)
        Wow64RevertWow64FsRedirection(before);
    SetLastError(error);
    return handle;
}

void file_times_read(struct text path, struct image_file *file)
{
    struct failure why = {.status = ST_OK};
    wchar_t *wide = files_path(path, &why);
    HANDLE handle = INVALID_HANDLE_VALUE;

    if (wide)
        handle = file_open(wide, FILE_READ_ATTRIBUTES, FILE_FLAG_BACKUP_SEMANTICS);
    if (wide && handle == INVALID_HANDLE_VALUE)
        failure_win32(&why, "CreateFile", GetLastError());
    if (handle == INVALID_HANDLE_VALUE) {
        refuse(file, why);
    } else {
        file_times_of(handle, file);
        CloseHandle(handle);
    }
    text16_free(wide);
}
