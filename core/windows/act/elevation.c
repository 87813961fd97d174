#include "core/windows/act/elevation.h"

#include "core/windows/act/elevation_calls.h"

#include <objbase.h>

#include "core/windows/failure.h"
#include "core/windows/privilege.h"
#include "core/windows/process/held.h"
#include "core/windows/system.h"
#include "core/windows/text16.h"

#define PATH_UNITS 0x8000 /* the longest path that there can be */

static enum status execute(const struct elevation_calls *calls, HWND owner, const wchar_t *program,
                           const wchar_t *arguments, struct failure *failure)
{
    SHELLEXECUTEINFOW order = {
        .cbSize = sizeof order,
        .fMask = SEE_MASK_NOASYNC | SEE_MASK_NOCLOSEPROCESS | SEE_MASK_FLAG_NO_UI,
        .hwnd = owner,
        .lpVerb = L"runas",
        .lpFile = program,
        .lpParameters = arguments,
        .nShow = SW_SHOWNORMAL,
    };

    if (!calls->execute(&order))
        return failure_win32(failure, "ShellExecuteEx", GetLastError());
    if (order.hProcess)
        CloseHandle(order.hProcess);
    return ST_OK;
}

enum status elevation_start_by(const struct elevation_calls *calls, HWND owner,
                               struct text arguments, struct failure *failure)
{
    static wchar_t program[PATH_UNITS]; /* always the same */
    wchar_t *wide = text16_from(arguments, NULL);
    DWORD length = GetModuleFileNameW(NULL, program, PATH_UNITS);
    enum status status = ST_NO_MEMORY;

    if (!length || length >= PATH_UNITS)
        status = failure_win32(failure, "GetModuleFileName", GetLastError());
    else if (wide)
        status = execute(calls, owner, program, wide, failure);
    else if (failure)
        *failure = (struct failure){.status = ST_NO_MEMORY};
    text16_free(wide);
    return status;
}

/* The shell's call wants COM on its thread (ShellExecuteEx, "Remarks"). */
static enum status start(void *context, void *owner, struct text arguments, struct failure *failure)
{
    const struct elevation_calls calls = {ShellExecuteExW};
    HRESULT ready = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);
    enum status status = elevation_start_by(&calls, owner, arguments, failure);

    (void)context;
    if (SUCCEEDED(ready))
        CoUninitialize();
    return status;
}

struct elevation elevation_of_system(void)
{
    return (struct elevation){.elevated = privilege_is_elevated(), .start = start};
}

bool elevation_wait_for(struct process_key key, uint32_t ms)
{
    HANDLE process = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, key.pid);
    moment began;
    moment end;
    int64_t cpu;
    bool ended = true;

    if (!process)
        return true;
    if (held_times(system_calls(), process, &began, &end, &cpu) && began == key.start)
        ended = WaitForSingleObject(process, ms) == WAIT_OBJECT_0;
    CloseHandle(process);
    return ended;
}
