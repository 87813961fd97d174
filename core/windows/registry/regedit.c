#include "core/windows/registry/regedit.h"

#include <windows.h>

#include <objbase.h>
#include <shellapi.h>
#include <string.h>

#include "core/windows/failure.h"
#include "core/windows/text16.h"

#define PLACE L"Software\\Microsoft\\Windows\\CurrentVersion\\Applets\\Regedit"
#define PATH_CEILING ((size_t)1 << 20)

void regedit_add_path(struct buffer *out, struct text key)
{
    static const struct {
        struct text begins;
        const char *whole;
    } hives[] = {{{"HKLM", 4}, "HKEY_LOCAL_MACHINE"}, {{"HKU", 3}, "HKEY_USERS"}};

    for (size_t i = 0; i < sizeof hives / sizeof hives[0]; i++) {
        size_t size = hives[i].begins.size;
        if (!text_starts(key, hives[i].begins) || (key.size > size && key.bytes[size] != '\\'))
            continue;
        buffer_add_string(out, hives[i].whole);
        key = text_slice(key, size, key.size - size);
        break;
    }
    buffer_add(out, key);
}

static enum status remember(const wchar_t *path, struct failure *failure)
{
    HKEY place = NULL;
    DWORD size = (DWORD)((wcslen(path) + 1) * sizeof *path);
    LONG error =
        RegCreateKeyExW(HKEY_CURRENT_USER, PLACE, 0, NULL, 0, KEY_SET_VALUE, NULL, &place, NULL);

    if (error)
        return failure_win32(failure, "RegCreateKeyEx", (uint32_t)error);
    error = RegSetValueExW(place, L"LastKey", 0, REG_SZ, (const BYTE *)path, size);
    RegCloseKey(place);
    return error ? failure_win32(failure, "RegSetValueEx", (uint32_t)error) : ST_OK;
}

/* From the folder of Windows, never from wherever a program of that name may lie. */
static enum status start(struct failure *failure)
{
    wchar_t program[MAX_PATH + 16];
    SHELLEXECUTEINFOW order = {
        .cbSize = sizeof order,
        .fMask = SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI,
        .lpFile = program,
        .lpParameters = L"/m",
        .nShow = SW_SHOWNORMAL,
    };
    UINT length = GetSystemWindowsDirectoryW(program, MAX_PATH);

    if (!length || length >= MAX_PATH)
        return failure_win32(failure, "GetSystemWindowsDirectory", GetLastError());
    memcpy(program + length, L"\\regedit.exe", sizeof L"\\regedit.exe");
    return ShellExecuteExW(&order) ? ST_OK
                                   : failure_win32(failure, "ShellExecuteEx", GetLastError());
}

enum status regedit_show(struct text key, struct failure *failure)
{
    HRESULT ready = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);
    struct buffer path;
    wchar_t *wide = NULL;
    size_t length = 0;
    enum status status = ST_INVALID;

    buffer_init(&path, PATH_CEILING);
    regedit_add_path(&path, key);
    if (path.failed == ST_OK)
        wide = text16_from(buffer_text(&path), &length);
    if (wide && wcslen(wide) == length)
        status = remember(wide, failure);
    else if (failure)
        *failure = (struct failure){.status = ST_INVALID};
    if (status == ST_OK)
        status = start(failure);
    text16_free(wide);
    buffer_done(&path);
    if (SUCCEEDED(ready))
        CoUninitialize();
    return status;
}
