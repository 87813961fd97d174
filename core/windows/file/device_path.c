#include "core/windows/file/device_path.h"

#include <stdbool.h>
#include <wchar.h>

static const wchar_t object_prefix[] = L"\\??\\";
static const wchar_t network[] = L"\\Device\\Mup\\";

void device_paths_read(struct device_paths *paths, const struct system_table *system)
{
    for (wchar_t letter = L'A'; letter <= L'Z'; letter++) {
        wchar_t *device = paths->devices[letter - L'A'];
        const wchar_t drive[] = {letter, L':', 0};
        if (!system->query_dos_device(drive, device, DEVICE_NAME_LENGTH))
            device[0] = 0;
    }
}

static bool starts(const wchar_t *path, size_t length, const wchar_t *start, size_t size)
{
    return length >= size && _wcsnicmp(path, start, size) == 0;
}

/* Puts `lead` in the place of the first `gone` units. */
static size_t replace(wchar_t *path, size_t length, size_t gone, const wchar_t *lead, size_t size)
{
    wmemmove(path + size, path + gone, length - gone);
    wmemcpy(path, lead, size);
    return length - gone + size;
}

size_t device_path_shorten(const struct device_paths *paths, wchar_t *path, size_t length)
{
    const size_t prefix = sizeof object_prefix / sizeof *object_prefix - 1;
    const size_t mup = sizeof network / sizeof *network - 1;

    if (starts(path, length, object_prefix, prefix))
        return replace(path, length, prefix, L"", 0);
    if (starts(path, length, network, mup))
        return replace(path, length, mup, L"\\\\", 2);
    for (wchar_t letter = L'A'; letter <= L'Z'; letter++) {
        const wchar_t *device = paths->devices[letter - L'A'];
        size_t size = wcsnlen(device, DEVICE_NAME_LENGTH);
        const wchar_t drive[] = {letter, L':'};
        /* "\Device\HarddiskVolume1" is not the beginning of "\Device\HarddiskVolume12". */
        if (size >= 2 && starts(path, length, device, size) && length > size && path[size] == L'\\')
            return replace(path, length, size, drive, 2);
    }
    return length;
}
