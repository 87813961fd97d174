/* system: the calls that the live source makes, as a table.
 * system_calls() gives the real ones. A test copies the table and puts its own in: denied, gone, a
 * table that grows for ever, an answer that lies. Members marked "optional" are NULL where the
 * system does not have them or where they are hidden (windows/library.h); all others exist on
 * Windows 7 SP1. Names are those of the functions, in our spelling. Inside core/windows and its
 * tests only. */
#ifndef STAKEOUT_WINDOWS_SYSTEM_H
#define STAKEOUT_WINDOWS_SYSTEM_H

#include <winsock2.h>

#include <windows.h>

#include <iphlpapi.h>
#include <psapi.h>
#include <tlhelp32.h>
#include <windns.h>
#include <winsvc.h>
#include <winternl.h>

/* What DnsGetCacheDataTable hands out: undocumented, the same since Windows 2000. Entries and names
 * are freed one by one with DnsFree. */
struct dns_cache_entry {
    struct dns_cache_entry *next;
    wchar_t *name;
    WORD type;
    WORD size;
    DWORD flags;
};

struct system_table {
    /* listing */
    NTSTATUS(NTAPI *nt_query_system_information)(ULONG, void *, ULONG, ULONG *); /* optional */
    HANDLE(WINAPI *create_toolhelp32_snapshot)(DWORD, DWORD);
    BOOL(WINAPI *process32_first)(HANDLE, PROCESSENTRY32W *);
    BOOL(WINAPI *process32_next)(HANDLE, PROCESSENTRY32W *);

    BOOL(WINAPI *module32_first)(HANDLE, MODULEENTRY32W *);
    BOOL(WINAPI *module32_next)(HANDLE, MODULEENTRY32W *);

    /* one process */
    HANDLE(WINAPI *open_process)(DWORD, BOOL, DWORD);
    BOOL(WINAPI *close_handle)(HANDLE);
    DWORD(WINAPI *wait_for_multiple_objects)(DWORD, const HANDLE *, BOOL, DWORD);
    BOOL(WINAPI *get_process_times)(HANDLE, FILETIME *, FILETIME *, FILETIME *, FILETIME *);
    BOOL(WINAPI *get_exit_code_process)(HANDLE, DWORD *);
    BOOL(WINAPI *query_full_process_image_name)(HANDLE, DWORD, wchar_t *, DWORD *);
    BOOL(WINAPI *is_wow64_process)(HANDLE, BOOL *);
    BOOL(WINAPI *process_id_to_session_id)(DWORD, DWORD *);
    BOOL(WINAPI *read_process_memory)(HANDLE, const void *, void *, SIZE_T, SIZE_T *);
    NTSTATUS(NTAPI *nt_query_information_process)(HANDLE, ULONG, void *, ULONG,
                                                  ULONG *); /* optional */
    BOOL(WINAPI *is_process_critical)(HANDLE, BOOL *);      /* optional: Windows 8.1 */
    /* optional: only 32-bit programs on 64-bit Windows have these two */
    NTSTATUS(NTAPI *nt_wow64_query_information_process64)(HANDLE, ULONG, void *, ULONG, ULONG *);
    NTSTATUS(NTAPI *nt_wow64_read_virtual_memory64)(HANDLE, ULONGLONG, void *, ULONGLONG,
                                                    ULONGLONG *);

    SIZE_T(WINAPI *virtual_query_ex)(HANDLE, const void *, MEMORY_BASIC_INFORMATION *, SIZE_T);
    DWORD(WINAPI *get_mapped_file_name)(HANDLE, void *, wchar_t *, DWORD);
    DWORD(WINAPI *query_dos_device)(const wchar_t *, wchar_t *, DWORD);

    /* handles of others */
    BOOL(WINAPI *duplicate_handle)(HANDLE, HANDLE, HANDLE, HANDLE *, DWORD, BOOL, DWORD);
    DWORD(WINAPI *get_file_type)(HANDLE);
    NTSTATUS(NTAPI *nt_query_object)(HANDLE, ULONG, void *, ULONG, ULONG *); /* optional */

    /* acting on one */
    BOOL(WINAPI *terminate_process)(HANDLE, UINT);
    NTSTATUS(NTAPI *nt_suspend_process)(HANDLE); /* optional */
    NTSTATUS(NTAPI *nt_resume_process)(HANDLE);  /* optional */
    DWORD(WINAPI *wait_for_single_object)(HANDLE, DWORD);

    /* threads */
    BOOL(WINAPI *thread32_first)(HANDLE, THREADENTRY32 *);
    BOOL(WINAPI *thread32_next)(HANDLE, THREADENTRY32 *);
    HANDLE(WINAPI *open_thread)(DWORD, BOOL, DWORD);
    BOOL(WINAPI *get_thread_times)(HANDLE, FILETIME *, FILETIME *, FILETIME *, FILETIME *);
    DWORD(WINAPI *get_process_id_of_thread)(HANDLE);
    DWORD(WINAPI *suspend_thread)(HANDLE);
    DWORD(WINAPI *resume_thread)(HANDLE);
    BOOL(WINAPI *terminate_thread)(HANDLE, DWORD);
    NTSTATUS(NTAPI *nt_query_information_thread)(HANDLE, ULONG, void *, ULONG,
                                                 ULONG *); /* optional */

    /* whose it is */
    BOOL(WINAPI *open_process_token)(HANDLE, DWORD, HANDLE *);
    BOOL(WINAPI *get_token_information)(HANDLE, TOKEN_INFORMATION_CLASS, void *, DWORD, DWORD *);
    BOOL(WINAPI *lookup_account_sid)(const wchar_t *, PSID, wchar_t *, DWORD *, wchar_t *, DWORD *,
                                     SID_NAME_USE *);

    /* services */
    SC_HANDLE(WINAPI *open_sc_manager)(const wchar_t *, const wchar_t *, DWORD);
    BOOL(WINAPI *enum_services_status)(SC_HANDLE, SC_ENUM_TYPE, DWORD, DWORD, BYTE *, DWORD,
                                       DWORD *, DWORD *, DWORD *, const wchar_t *);
    BOOL(WINAPI *close_service_handle)(SC_HANDLE);

    /* connections */
    DWORD(WINAPI *get_extended_tcp_table)(void *, DWORD *, BOOL, ULONG, TCP_TABLE_CLASS, ULONG);
    DWORD(WINAPI *get_extended_udp_table)(void *, DWORD *, BOOL, ULONG, UDP_TABLE_CLASS, ULONG);

    /* names */
    BOOL(WINAPI *dns_get_cache_data_table)(struct dns_cache_entry **);           /* optional */
    DNS_STATUS(WINAPI *dns_query)(const wchar_t *, WORD, DWORD, DNS_RECORDW **); /* DnsQuery_W */
    void(WINAPI *dns_free)(void *, DNS_FREE_TYPE);
};

/* The real calls. Static storage; any thread. */
const struct system_table *system_calls(void);

#endif
