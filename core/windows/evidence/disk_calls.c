#include "core/windows/evidence/disk_calls.h"

#include <stddef.h>

#include "core/windows/library.h"

static const struct library_wanted wanted[] = {
    {L"advapi32.dll", "OpenSCManagerW", offsetof(struct disk_calls, open_sc_manager)},
    {L"advapi32.dll", "EnumServicesStatusExW", offsetof(struct disk_calls, enum_services)},
    {L"advapi32.dll", "OpenServiceW", offsetof(struct disk_calls, open_service)},
    {L"advapi32.dll", "QueryServiceConfigW", offsetof(struct disk_calls, query_config)},
    {L"advapi32.dll", "QueryServiceConfig2W", offsetof(struct disk_calls, query_config2)},
    {L"advapi32.dll", "CloseServiceHandle", offsetof(struct disk_calls, close_service)},
    {L"ntdll.dll", "NtQuerySystemInformation", offsetof(struct disk_calls, query_system)},
    {L"netapi32.dll", "NetUserEnum", offsetof(struct disk_calls, user_enum)},
    {L"netapi32.dll", "NetLocalGroupEnum", offsetof(struct disk_calls, group_enum)},
    {L"netapi32.dll", "NetLocalGroupGetMembers", offsetof(struct disk_calls, group_members)},
    {L"netapi32.dll", "NetApiBufferFree", offsetof(struct disk_calls, net_free)},
    {L"wevtapi.dll", "EvtExportLog", offsetof(struct disk_calls, export_log)},
};

static BOOL CALLBACK look_up(INIT_ONCE *once, void *calls, void **unused)
{
    (void)once;
    (void)unused;
    library_fill(calls, wanted, sizeof wanted / sizeof *wanted);
    return TRUE;
}

const struct disk_calls *disk_calls_of_system(void)
{
    static struct disk_calls calls;
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

    InitOnceExecuteOnce(&once, look_up, &calls, NULL);
    return &calls;
}
