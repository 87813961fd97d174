/* bundle_calls: the calls that parts of the bundle make beyond windows/system.h, as a table.
 * bundle_calls_of_system() gives the real ones; a test copies the table and puts its own in. All
 * but the first group are looked up at run time and are NULL where this system does not have them,
 * or where they are hidden (windows/library.h). A call may hang and be left behind, so a table must
 * live as long as the program. Inside core/windows and its tests only. */
#ifndef STAKEOUT_WINDOWS_BUNDLE_CALLS_H
#define STAKEOUT_WINDOWS_BUNDLE_CALLS_H

#include <winsock2.h>

#include <ws2tcpip.h> /* before iphlpapi.h, which leaves half of itself out otherwise */

#include "core/windows/system.h"

#include <lm.h>
#include <netioapi.h>
#include <ntsecapi.h>
#include <wtsapi32.h>

#define BUNDLE_WAIT_MS 20000u

struct bundle_calls {
    const struct system_table *system;
    DWORD wait_ms; /* what has not answered by then is left behind */
    ULONG(WINAPI *get_adapters_addresses)(ULONG, ULONG, void *, IP_ADAPTER_ADDRESSES *, ULONG *);

    /* iphlpapi.dll */
    DWORD(WINAPI *get_ip_net_table2)(ADDRESS_FAMILY, MIB_IPNET_TABLE2 **);
    DWORD(WINAPI *get_ip_forward_table2)(ADDRESS_FAMILY, MIB_IPFORWARD_TABLE2 **);
    void(WINAPI *free_mib_table)(void *);
    DWORD(WINAPI *convert_interface_luid_to_alias)(const NET_LUID *, wchar_t *, SIZE_T);

    /* netapi32.dll; a server name of NULL is this machine */
    NET_API_STATUS(WINAPI *net_share_enum)(const wchar_t *, DWORD, BYTE **, DWORD, DWORD *, DWORD *,
                                           DWORD *);
    NET_API_STATUS(WINAPI *net_session_enum)(const wchar_t *, const wchar_t *, const wchar_t *,
                                             DWORD, BYTE **, DWORD, DWORD *, DWORD *, DWORD *);
    NET_API_STATUS(WINAPI *net_file_enum)(const wchar_t *, const wchar_t *, const wchar_t *, DWORD,
                                          BYTE **, DWORD, DWORD *, DWORD *, DWORD_PTR *);
    NET_API_STATUS(WINAPI *net_api_buffer_free)(void *);

    /* secur32.dll */
    NTSTATUS(NTAPI *lsa_enumerate_logon_sessions)(ULONG *, LUID **);
    NTSTATUS(NTAPI *lsa_get_logon_session_data)(LUID *, SECURITY_LOGON_SESSION_DATA **);
    NTSTATUS(NTAPI *lsa_free_return_buffer)(void *);

    /* wtsapi32.dll */
    BOOL(WINAPI *wts_enumerate_sessions)(HANDLE, DWORD, DWORD, WTS_SESSION_INFOW **, DWORD *);
    BOOL(WINAPI *wts_query_session_information)(HANDLE, DWORD, WTS_INFO_CLASS, wchar_t **, DWORD *);
    void(WINAPI *wts_free_memory)(void *);

    /* ntdll.dll */
    NTSTATUS(NTAPI *rtl_get_version)(OSVERSIONINFOEXW *);
};

/* Static storage; any thread. */
const struct bundle_calls *bundle_calls_of_system(void);

#endif
