#include "core/windows/system.h"

#include <stddef.h>

#include "core/windows/library.h"

/* The names' table is only asked, never the network, and only by name and type. */
static DNS_STATUS WINAPI dns_query(const wchar_t *name, WORD type, DWORD options, DNS_RECORDW **out)
{
    return DnsQuery_W(name, type, options, NULL, out, NULL);
}

static struct system_table calls = {
    .create_toolhelp32_snapshot = CreateToolhelp32Snapshot,
    .process32_first = Process32FirstW,
    .process32_next = Process32NextW,
    .module32_first = Module32FirstW,
    .module32_next = Module32NextW,
    .open_process = OpenProcess,
    .close_handle = CloseHandle,
    .wait_for_multiple_objects = WaitForMultipleObjects,
    .get_process_times = GetProcessTimes,
    .get_exit_code_process = GetExitCodeProcess,
    .query_full_process_image_name = QueryFullProcessImageNameW,
    .is_wow64_process = IsWow64Process,
    .process_id_to_session_id = ProcessIdToSessionId,
    .read_process_memory = ReadProcessMemory,
    .virtual_query_ex = VirtualQueryEx,
    .get_mapped_file_name = GetMappedFileNameW,
    .query_dos_device = QueryDosDeviceW,
    .duplicate_handle = DuplicateHandle,
    .get_file_type = GetFileType,
    .open_thread = OpenThread,
    .get_thread_times = GetThreadTimes,
    .get_process_id_of_thread = GetProcessIdOfThread,
    .suspend_thread = SuspendThread,
    .resume_thread = ResumeThread,
    .terminate_thread = TerminateThread,
    .terminate_process = TerminateProcess,
    .wait_for_single_object = WaitForSingleObject,
    .thread32_first = Thread32First,
    .thread32_next = Thread32Next,
    .open_process_token = OpenProcessToken,
    .get_token_information = GetTokenInformation,
    .lookup_account_sid = LookupAccountSidW,
    .open_sc_manager = OpenSCManagerW,
    .enum_services_status = EnumServicesStatusExW,
    .close_service_handle = CloseServiceHandle,
    .get_extended_tcp_table = GetExtendedTcpTable,
    .get_extended_udp_table = GetExtendedUdpTable,
    .dns_query = dns_query,
    .dns_free = DnsFree,
};

static const struct library_wanted wanted[] = {
    {L"ntdll.dll", "NtQuerySystemInformation",
     offsetof(struct system_table, nt_query_system_information)},
    {L"ntdll.dll", "NtQueryInformationProcess",
     offsetof(struct system_table, nt_query_information_process)},
    {L"ntdll.dll", "NtQueryObject", offsetof(struct system_table, nt_query_object)},
    {L"ntdll.dll", "NtQueryInformationThread",
     offsetof(struct system_table, nt_query_information_thread)},
    {L"kernel32.dll", "IsProcessCritical", offsetof(struct system_table, is_process_critical)},
    {L"ntdll.dll", "NtSuspendProcess", offsetof(struct system_table, nt_suspend_process)},
    {L"ntdll.dll", "NtResumeProcess", offsetof(struct system_table, nt_resume_process)},
    {L"ntdll.dll", "NtWow64QueryInformationProcess64",
     offsetof(struct system_table, nt_wow64_query_information_process64)},
    {L"ntdll.dll", "NtWow64ReadVirtualMemory64",
     offsetof(struct system_table, nt_wow64_read_virtual_memory64)},
    {L"dnsapi.dll", "DnsGetCacheDataTable",
     offsetof(struct system_table, dns_get_cache_data_table)},
};

static BOOL CALLBACK find_optional(INIT_ONCE *once, void *parameter, void **context)
{
    (void)once;
    (void)parameter;
    (void)context;
    library_fill(&calls, wanted, sizeof wanted / sizeof *wanted);
    return TRUE;
}

const struct system_table *system_calls(void)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

    InitOnceExecuteOnce(&once, find_optional, NULL, NULL);
    return &calls;
}
