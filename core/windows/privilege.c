#include "core/windows/privilege.h"

#include <windows.h>

#include "core/windows/failure.h"

static enum status enable(HANDLE token, const wchar_t *name, struct failure *failure)
{
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1,
                               .Privileges[0].Attributes = SE_PRIVILEGE_ENABLED};
    DWORD error;

    if (!LookupPrivilegeValueW(NULL, name, &wanted.Privileges[0].Luid))
        return failure_win32(failure, "LookupPrivilegeValue", GetLastError());
    SetLastError(ERROR_SUCCESS);
    if (!AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL))
        return failure_win32(failure, "AdjustTokenPrivileges", GetLastError());
    error = GetLastError(); /* the call succeeds although nothing was switched on */
    if (error == ERROR_NOT_ALL_ASSIGNED) {
        if (failure)
            *failure = (struct failure){ST_DENIED, "AdjustTokenPrivileges", error};
        return ST_DENIED;
    }
    return ST_OK;
}

static enum status enable_in_this_program(const wchar_t *name, struct failure *failure)
{
    HANDLE token = NULL;
    enum status status;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token))
        return failure_win32(failure, "OpenProcessToken", GetLastError());
    status = enable(token, name, failure);
    CloseHandle(token);
    return status;
}

enum status privilege_enable_debug(struct failure *failure)
{
    return enable_in_this_program(L"SeDebugPrivilege", failure);
}

enum status privilege_enable_backup(struct failure *failure)
{
    return enable_in_this_program(L"SeBackupPrivilege", failure);
}

bool privilege_is_elevated(void)
{
    TOKEN_ELEVATION elevation = {0};
    HANDLE token = NULL;
    DWORD size = 0;
    bool elevated;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    elevated = GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size) &&
               elevation.TokenIsElevated;
    CloseHandle(token);
    return elevated;
}
