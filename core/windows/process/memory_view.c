#include "core/windows/process/memory_view.h"

#include <string.h>

#include "core/windows/failure.h"
#include "core/windows/nt.h"

bool memory_native_is_64(const struct system_table *system)
{
#ifdef _WIN64
    (void)system;
    return true;
#else
    BOOL wow64 = FALSE;
    return system->is_wow64_process(GetCurrentProcess(), &wow64) && wow64;
#endif
}

/* The native block, of a process as wide as this program. */
static enum status own_kind(struct memory_view *view)
{
    struct nt_basic basic = {0};
    NTSTATUS answer = view->system->nt_query_information_process(view->handle, NT_PROCESS_BASIC,
                                                                 &basic, sizeof basic, NULL);

    if (answer < 0)
        return failure_from_nt(answer);
    view->peb = (uintptr_t)basic.peb;
    view->wide_pointers = sizeof(void *) == 8;
    return ST_OK;
}

/* A 64-bit process seen from a 32-bit program. */
static enum status other_kind(struct memory_view *view)
{
    struct nt_basic64 basic = {0};
    NTSTATUS answer;

    if (!view->system->nt_wow64_query_information_process64 ||
        !view->system->nt_wow64_read_virtual_memory64)
        return ST_UNSUPPORTED;
    answer = view->system->nt_wow64_query_information_process64(view->handle, NT_PROCESS_BASIC,
                                                                &basic, sizeof basic, NULL);
    if (answer < 0)
        return failure_from_nt(answer);
    view->peb = basic.peb;
    view->wide_pointers = true;
    view->foreign = true;
    return ST_OK;
}

/* The 32-bit block of a WOW64 process seen from a 64-bit program. The native one beside it holds
 * what was there at the start only: a change of directory reaches the 32-bit one. */
static enum status wow64_kind(struct memory_view *view)
{
    ULONG_PTR peb = 0;
    NTSTATUS answer = view->system->nt_query_information_process(view->handle, NT_PROCESS_WOW64,
                                                                 &peb, sizeof peb, NULL);

    if (answer < 0)
        return failure_from_nt(answer);
    if (!peb)
        return own_kind(view);
    view->peb = peb;
    view->wide_pointers = false;
    return ST_OK;
}

enum status memory_view_open(const struct system_table *system, HANDLE handle, bool is_32,
                             struct memory_view *view)
{
    struct memory_view made = {.system = system, .handle = handle};
    enum status status;

    if (!system->nt_query_information_process)
        return ST_UNSUPPORTED;
    if (sizeof(void *) == 8)
        status = is_32 ? wow64_kind(&made) : own_kind(&made);
    else
        status = is_32 ? own_kind(&made) : other_kind(&made);
    if (!status)
        *view = made;
    return status;
}

enum status memory_view_read(const struct memory_view *view, uint64_t address, void *out,
                             size_t size)
{
    SIZE_T got = 0;

    if (view->foreign) {
        ULONGLONG got64 = 0;
        NTSTATUS answer =
            view->system->nt_wow64_read_virtual_memory64(view->handle, address, out, size, &got64);
        if (answer < 0)
            return failure_from_nt(answer);
        return got64 == size ? ST_OK : ST_GONE;
    }
    if (address > UINTPTR_MAX)
        return ST_INVALID;
    if (!view->system->read_process_memory(view->handle, (const void *)(uintptr_t)address, out,
                                           size, &got))
        return failure_from_win32(GetLastError());
    return got == size ? ST_OK : ST_GONE;
}

enum status memory_view_pointer(const struct memory_view *view, uint64_t address, uint64_t *pointer)
{
    uint64_t wide = 0;
    uint32_t narrow = 0;
    enum status status = view->wide_pointers
                             ? memory_view_read(view, address, &wide, sizeof wide)
                             : memory_view_read(view, address, &narrow, sizeof narrow);

    if (!status)
        *pointer = view->wide_pointers ? wide : narrow;
    return status;
}
