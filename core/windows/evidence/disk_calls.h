/* disk_calls: the system's calls for what lies on the disk and changes slowly, as a table.
 * All are looked up at run time (windows/library.h), so every one may be NULL: not here, or hidden.
 * A test puts its own in. Inside core/windows and its tests only. */
#ifndef STAKEOUT_WINDOWS_DISK_CALLS_H
#define STAKEOUT_WINDOWS_DISK_CALLS_H

#include <windows.h>

#include <winsvc.h>

struct disk_calls {
    /* advapi32.dll: services */
    SC_HANDLE(WINAPI *open_sc_manager)(const wchar_t *, const wchar_t *, DWORD);
    BOOL(WINAPI *enum_services)(SC_HANDLE, SC_ENUM_TYPE, DWORD, DWORD, BYTE *, DWORD, DWORD *,
                                DWORD *, DWORD *, const wchar_t *);
    SC_HANDLE(WINAPI *open_service)(SC_HANDLE, const wchar_t *, DWORD);
    BOOL(WINAPI *query_config)(SC_HANDLE, QUERY_SERVICE_CONFIGW *, DWORD, DWORD *);
    BOOL(WINAPI *query_config2)(SC_HANDLE, DWORD, BYTE *, DWORD, DWORD *);
    BOOL(WINAPI *close_service)(SC_HANDLE);
    /* ntdll.dll: drivers */
    LONG(NTAPI *query_system)(ULONG, void *, ULONG, ULONG *);
    /* netapi32.dll: accounts */
    DWORD(WINAPI *user_enum)(const wchar_t *, DWORD, DWORD, BYTE **, DWORD, DWORD *, DWORD *,
                             DWORD *);
    DWORD(WINAPI *group_enum)(const wchar_t *, DWORD, BYTE **, DWORD, DWORD *, DWORD *,
                              DWORD_PTR *);
    DWORD(WINAPI *group_members)(const wchar_t *, const wchar_t *, DWORD, BYTE **, DWORD, DWORD *,
                                 DWORD *, DWORD_PTR *);
    DWORD(WINAPI *net_free)(void *);
    /* wevtapi.dll: event logs; the first is a session, NULL for this machine */
    BOOL(WINAPI *export_log)(HANDLE, const wchar_t *, const wchar_t *, const wchar_t *, DWORD);
};

/* The real ones; static storage, filled at the first call. Any thread. */
const struct disk_calls *disk_calls_of_system(void);

#endif
