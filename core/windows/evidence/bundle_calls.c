#include "core/windows/evidence/bundle_calls.h"

#include <stddef.h>

#include "core/windows/library.h"

static ULONG WINAPI get_adapters(ULONG family, ULONG flags, void *reserved,
                                 IP_ADAPTER_ADDRESSES *out, ULONG *size)
{
    return GetAdaptersAddresses(family, flags, reserved, out, size);
}

static struct bundle_calls calls = {.wait_ms = BUNDLE_WAIT_MS,
                                    .get_adapters_addresses = get_adapters};

static const struct library_wanted wanted[] = {
    {L"iphlpapi.dll", "GetIpNetTable2", offsetof(struct bundle_calls, get_ip_net_table2)},
    {L"iphlpapi.dll", "GetIpForwardTable2", offsetof(struct bundle_calls, get_ip_forward_table2)},
    {L"iphlpapi.dll", "FreeMibTable", offsetof(struct bundle_calls, free_mib_table)},
    {L"iphlpapi.dll", "ConvertInterfaceLuidToAlias",
     offsetof(struct bundle_calls, convert_interface_luid_to_alias)},
    {L"netapi32.dll", "NetShareEnum", offsetof(struct bundle_calls, net_share_enum)},
    {L"netapi32.dll", "NetSessionEnum", offsetof(struct bundle_calls, net_session_enum)},
    {L"netapi32.dll", "NetFileEnum", offsetof(struct bundle_calls, net_file_enum)},
    {L"netapi32.dll", "NetApiBufferFree", offsetof(struct bundle_calls, net_api_buffer_free)},
    {L"secur32.dll", "LsaEnumerateLogonSessions",
     offsetof(struct bundle_calls, lsa_enumerate_logon_sessions)},
    {L"secur32.dll", "LsaGetLogonSessionData",
     offsetof(struct bundle_calls, lsa_get_logon_session_data)},
    {L"secur32.dll", "LsaFreeReturnBuffer", offsetof(struct bundle_calls, lsa_free_return_buffer)},
    {L"wtsapi32.dll", "WTSEnumerateSessionsW",
     offsetof(struct bundle_calls, wts_enumerate_sessions)},
    {L"wtsapi32.dll", "WTSQuerySessionInformationW",
     offsetof(struct bundle_calls, wts_query_session_information)},
    {L"wtsapi32.dll", "WTSFreeMemory", offsetof(struct bundle_calls, wts_free_memory)},
    {L"ntdll.dll", "RtlGetVersion", offsetof(struct bundle_calls, rtl_get_version)},
};

static BOOL CALLBACK find_all(INIT_ONCE *once, void *parameter, void **context)
{
    (void)once;
    (void)parameter;
    (void)context;
    calls.system = system_calls();
    library_fill(&calls, wanted, sizeof wanted / sizeof *wanted);
    return TRUE;
}

const struct bundle_calls *bundle_calls_of_system(void)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

    InitOnceExecuteOnce(&once, find_all, NULL, NULL);
    return &calls;
}
