#include "core/windows/file/explorer.h"

#include <windows.h>

#include <shellapi.h>
#include <shlobj.h>

#include "core/windows/failure.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"

#define WIN32_OF(result) ((DWORD)(result) & 0xFFFF)

static enum status refuse(struct failure *failure, const char *call, HRESULT result)
{
    if (HRESULT_FACILITY(result) == FACILITY_WIN32)
        return failure_win32(failure, call, WIN32_OF(result));
    if (failure)
        *failure = (struct failure){ST_SYSTEM, call, (uint32_t)result};
    return ST_SYSTEM;
}

/* Of a folder, itself is what is shown. */
static enum status show(const wchar_t *path, struct failure *failure)
{
    PIDLIST_ABSOLUTE item = NULL;
    HRESULT result = SHParseDisplayName(path, NULL, &item, 0, NULL);

    if (FAILED(result))
        return refuse(failure, "SHParseDisplayName", result);
    result = SHOpenFolderAndSelectItems(item, 0, NULL, 0);
    CoTaskMemFree(item);
    return FAILED(result) ? refuse(failure, "SHOpenFolderAndSelectItems", result) : ST_OK;
}

static struct text folder_of(struct text path)
{
    size_t size = path.size;

    while (size && path.bytes[size - 1] != '\\' && path.bytes[size - 1] != '/')
        size--;
    return text_slice(path, 0, size ? size - 1 : 0);
}

/* The shell does not know the prefix for long paths: it is given the path as it is. */
static enum status show_text(struct text path, struct failure *failure)
{
    wchar_t *wide = text16_from(path, NULL);
    enum status status = wide ? show(wide, failure) : ST_NO_MEMORY;

    if (!wide && failure)
        *failure = (struct failure){.status = ST_NO_MEMORY};
    text16_free(wide);
    return status;
}

enum status explorer_show(struct text path, struct failure *failure)
{
    HRESULT ready = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);
    struct text folder = folder_of(path);
    bool is_folder = false;
    enum status status = files_exists(path, &is_folder);

    if (status == ST_OK)
        status = show_text(path, failure);
    else if (folder.size && files_exists(folder, &is_folder) == ST_OK)
        status = show_text(folder, failure);
    else if (failure)
        *failure = (struct failure){.status = status};
    if (SUCCEEDED(ready))
        CoUninitialize();
    return status;
}

enum status explorer_open(struct text path, struct failure *failure)
{
    HRESULT ready = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);
    wchar_t *wide = text16_from(path, NULL);
    SHELLEXECUTEINFOW order = {
        .cbSize = sizeof order,
        .fMask = SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI,
        .lpVerb = L"open",
        .lpFile = wide,
        .nShow = SW_SHOWNORMAL,
    };
    enum status status = wide ? ST_OK : ST_NO_MEMORY;

    if (wide && !ShellExecuteExW(&order))
        status = failure_win32(failure, "ShellExecuteEx", GetLastError());
    text16_free(wide);
    if (SUCCEEDED(ready))
        CoUninitialize();
    return status;
}
