#include "core/windows/network/hosts_file.h"

#include <wchar.h>
#include <windows.h>

#include "core/windows/failure.h"
#include "core/windows/text16.h"

#define PATH_LENGTH 1024

enum status hosts_file_path(struct buffer *out)
{
    static const wchar_t key[] = L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters";
    wchar_t folder[PATH_LENGTH];
    DWORD size = sizeof folder;
    UINT length;

    /* A REG_EXPAND_SZ arrives with its variables filled in. */
    if (RegGetValueW(HKEY_LOCAL_MACHINE, key, L"DataBasePath", RRF_RT_REG_SZ, NULL, folder,
                     &size) == ERROR_SUCCESS &&
        size > sizeof(wchar_t)) {
        text16_add(out, folder, wcsnlen(folder, size / sizeof(wchar_t)));
    } else {
        length = GetSystemDirectoryW(folder, PATH_LENGTH);
        if (!length || length >= PATH_LENGTH)
            return failure_from_win32(GetLastError());
        text16_add(out, folder, length);
        buffer_add_string(out, "\\drivers\\etc");
    }
    buffer_add_string(out, "\\hosts");
    return out->failed;
}
