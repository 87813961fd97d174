/* nt: what the system's own headers leave out of the layouts that the live source reads.
 * Offsets were compared with public descriptions for x86 and x64 and are checked below; classes
 * fail at run time where a system does not have them, so every use has a fallback. Inside
 * core/windows only. */
#ifndef STAKEOUT_WINDOWS_NT_H
#define STAKEOUT_WINDOWS_NT_H

#include <stddef.h>
#include <stdint.h>
#include <windows.h>
#include <winternl.h>

#define NT_STATUS_LENGTH_MISMATCH ((NTSTATUS)0xC0000004u)
#define NT_STATUS_BUFFER_TOO_SMALL ((NTSTATUS)0xC0000023u)
#define NT_STATUS_BUFFER_OVERFLOW ((NTSTATUS)0x80000005u)

/* NtQuerySystemInformation */
#define NT_SYSTEM_TIMES 3 /* begins with when it was started, a FILETIME */
#define NT_SYSTEM_PROCESSES 5
#define NT_SYSTEM_HANDLES 64 /* the extended ones: class 16 counts in 16 bits */

/* NtQueryObject */
#define NT_OBJECT_NAME 1  /* UNICODE_STRING and its text */
#define NT_OBJECT_TYPE 2  /* begins with the type's name, a UNICODE_STRING */
#define NT_OBJECT_TYPES 3 /* all types of the system; takes no handle */

/* NtQueryInformationProcess */
#define NT_PROCESS_BASIC 0
#define NT_PROCESS_WOW64 26        /* ULONG_PTR: the 32-bit PEB, 0 for a native process */
#define NT_PROCESS_CRITICAL 29     /* ULONG: ending it stops the machine */
#define NT_PROCESS_COMMAND_LINE 60 /* Windows 8.1: UNICODE_STRING and its text */
#define NT_PROCESS_PROTECTION 61   /* Windows 8.1: one byte, 0 is none */

/* NtQueryInformationThread */
#define NT_THREAD_START 9          /* void *: where it began; wants QUERY_INFORMATION */
#define NT_THREAD_SUSPEND_COUNT 35 /* Windows 8.1: ULONG */
#define NT_THREAD_NAME 38          /* Windows 10 1607: UNICODE_STRING and its text */

#define NT_THREAD_WAITING 5
#define NT_WAIT_SUSPENDED 5

struct nt_thread {
    LARGE_INTEGER kernel;
    LARGE_INTEGER user;
    LARGE_INTEGER created;
    ULONG wait_time;
    void *start;
    void *pid;
    void *tid;
    LONG priority;
    LONG base_priority;
    ULONG switches;
    ULONG state;
    ULONG wait_reason;
};

/* Threads follow the last field; the name's text lies behind them. */
struct nt_process {
    ULONG next; /* offset of the next one from this one, 0 at the end */
    ULONG threads;
    LARGE_INTEGER working_set_private;
    ULONG hard_faults;
    ULONG threads_high;
    ULONGLONG cycles;
    LARGE_INTEGER created;
    LARGE_INTEGER user;
    LARGE_INTEGER kernel;
    UNICODE_STRING name;
    LONG base_priority;
    void *pid;
    void *parent;
    ULONG handles;
    ULONG session;
    ULONG_PTR unique_key;
    SIZE_T memory[12]; /* peak virtual size … peak page file usage, private page count */
    LARGE_INTEGER io[6];
};

/* Class 64: a head and that many entries. */
struct nt_handles_head {
    ULONG_PTR count;
    ULONG_PTR reserved;
};

struct nt_handle {
    void *object; /* 0 on Windows 11 24H2 for those without the debug privilege */
    ULONG_PTR pid;
    ULONG_PTR value;
    ULONG access;
    USHORT trace;
    USHORT type;
    ULONG attributes;
    ULONG reserved;
};

/* All types: their number in a ULONG, then these, each with its name behind it, each aligned to a
 * pointer. */
struct nt_object_type {
    UNICODE_STRING name;
    ULONG counts[12]; /* objects, handles, pools, and their peaks */
    ULONG invalid_attributes;
    ULONG mapping[4];
    ULONG valid_access;
    BYTE security_required;
    BYTE maintain_count;
    BYTE index; /* since Windows 8.1 */
    BYTE reserved;
    ULONG pool_type;
    ULONG paged_charge;
    ULONG nonpaged_charge;
};

struct nt_basic {
    NTSTATUS exit_status;
    void *peb;
    ULONG_PTR affinity;
    LONG base_priority;
    ULONG_PTR pid;
    ULONG_PTR parent;
};

/* A longer answer to the same class, since Windows Vista, when size says so. */
struct nt_extended_basic {
    SIZE_T size;
    struct nt_basic basic;
    ULONG flags;
};

#define NT_BASIC_PROTECTED 1u

/* The same as a 64-bit process has it, for a 32-bit program on 64-bit Windows. */
struct nt_basic64 {
    NTSTATUS exit_status;
    uint32_t padding;
    uint64_t peb;
    uint64_t affinity;
    LONG base_priority;
    uint32_t padding2;
    uint64_t pid;
    uint64_t parent;
};

#ifdef _WIN64
_Static_assert(offsetof(struct nt_process, name) == 56, "x64 layout");
_Static_assert(offsetof(struct nt_process, pid) == 80, "x64 layout");
_Static_assert(offsetof(struct nt_process, session) == 100, "x64 layout");
_Static_assert(sizeof(struct nt_process) == 256, "x64 layout");
_Static_assert(sizeof(struct nt_thread) == 80, "x64 layout");
_Static_assert(sizeof(struct nt_handle) == 40, "x64 layout");
_Static_assert(offsetof(struct nt_handle, type) == 30, "x64 layout");
_Static_assert(sizeof(struct nt_object_type) == 104, "x64 layout");
_Static_assert(offsetof(struct nt_thread, state) == 68, "x64 layout");
#else
_Static_assert(offsetof(struct nt_process, name) == 56, "x86 layout");
_Static_assert(offsetof(struct nt_process, pid) == 68, "x86 layout");
_Static_assert(offsetof(struct nt_process, session) == 80, "x86 layout");
_Static_assert(sizeof(struct nt_process) == 184, "x86 layout");
_Static_assert(sizeof(struct nt_thread) == 64, "x86 layout");
_Static_assert(sizeof(struct nt_handle) == 28, "x86 layout");
_Static_assert(offsetof(struct nt_handle, type) == 18, "x86 layout");
_Static_assert(sizeof(struct nt_object_type) == 96, "x86 layout");
_Static_assert(offsetof(struct nt_thread, state) == 52, "x86 layout");
#endif
_Static_assert(sizeof(struct nt_basic64) == 48, "64-bit layout");

#endif
