#include "core/windows/evidence/bundle_calls.h"

#include <string.h>

#include "core/windows/library.h"

static ULONG WINAPI get_adapters(ULONG family, ULONG flags, void *reserved,
                                 IP_ADAPTER_ADDRESSES *out, ULONG *size)
{
    return GetAdaptersAddresses(family, flags, reserved, out, size);
}

static struct bundle_calls calls = {.wait_ms = BUNDLE_WAIT_MS,
                                    .get_adapters_addresses = get_adapters};

/* Copied, not cast: the member knows its own type (as in system.c). */
#define FIND(member, dll, name) find(&calls.member, sizeof calls.member, dll, name)

static void find(void *member, size_t size, const wchar_t *dll, const char *name)
{
    library_function function = library_find(dll, name);

    memcpy(member, &function, size);
}

static BOOL CALLBACK find_all(INIT_ONCE *once, void *parameter, void **context)
{
    (void)once;
    (void)parameter;
    (void)context;
    calls.system = system_calls();
    FIND(get_ip_net_table2, L"iphlpapi.dll", "GetIpNetTable2");
    FIND(get_ip_forward_table2, L"iphlpapi.dll", "GetIpForwardTable2");
    FIND(free_mib_table, L"iphlpapi.dll", "FreeMibTable");
    FIND(convert_interface_luid_to_alias, L"iphlpapi.dll", "ConvertInterfaceLuidToAlias");
    FIND(net_share_enum, L"netapi32.dll", "NetShareEnum");
    FIND(net_session_enum, L"netapi32.dll", "NetSessionEnum");
    FIND(net_file_enum, L"netapi32.dll", "NetFileEnum");
    FIND(net_api_buffer_free, L"netapi32.dll", "NetApiBufferFree");
    FIND(lsa_enumerate_logon_sessions, L"secur32.dll", "LsaEnumerateLogonSessions");
    FIND(lsa_get_logon_session_data, L"secur32.dll", "LsaGetLogonSessionData");
    FIND(lsa_free_return_buffer, L"secur32.dll", "LsaFreeReturnBuffer");
    FIND(wts_enumerate_sessions, L"wtsapi32.dll", "WTSEnumerateSessionsW");
    FIND(wts_query_session_information, L"wtsapi32.dll", "WTSQuerySessionInformationW");
    FIND(wts_free_memory, L"wtsapi32.dll", "WTSFreeMemory");
    FIND(rtl_get_version, L"ntdll.dll", "RtlGetVersion");
    return TRUE;
}

const struct bundle_calls *bundle_calls_of_system(void)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

    InitOnceExecuteOnce(&once, find_all, NULL, NULL);
    return &calls;
}
