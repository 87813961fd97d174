#include "core/windows/file/disk_space.h"

#include <windows.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define PATH_MOST 0x8000

/* A volume whose kind can't be told is taken for one without the limit: writing will tell. */
static bool is_fat(const wchar_t *folder)
{
    wchar_t *root = memory_take_array(PATH_MOST, sizeof *root);
    wchar_t kind[MAX_PATH + 1] = L"";
    bool fat = root && GetVolumePathNameW(folder, root, PATH_MOST) &&
               GetVolumeInformationW(root, NULL, 0, NULL, NULL, NULL, kind, MAX_PATH + 1) &&
               wcsncmp(kind, L"FAT", 3) == 0; /* FAT, FAT12, FAT32; exFAT has no such limit */

    memory_give(root);
    return fat;
}

enum status disk_space_read(struct text folder, struct disk_room *room, struct failure *failure)
{
    struct failure why = {ST_OK, NULL, 0};
    wchar_t *wide = files_path(folder, &why);
    ULARGE_INTEGER free_bytes;

    if (wide && !GetDiskFreeSpaceExW(wide, &free_bytes, NULL, NULL))
        failure_win32(&why, "GetDiskFreeSpaceEx", GetLastError());
    if (!why.status)
        *room = (struct disk_room){.free = free_bytes.QuadPart,
                                   .file_most = is_fat(wide) ? DISK_ROOM_FAT_MOST : UINT64_MAX};
    text16_free(wide);
    if (why.status && failure)
        *failure = why;
    return why.status;
}
