/* memory_view: reads another process's memory, whichever of the two has 64 bits.
 * A 32-bit program on 64-bit Windows cannot address a 64-bit process with ReadProcessMemory; it has
 * two undocumented calls for that, looked up at run time, and where they are missing the answer is
 * ST_UNSUPPORTED. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_MEMORY_VIEW_H
#define STAKEOUT_WINDOWS_MEMORY_VIEW_H

#include "core/base/status.h"
#include "core/windows/system.h"

#include <stdbool.h>

/* Where the environment block has the address of the process's parameters
 * (RTL_USER_PROCESS_PARAMETERS). */
#define PEB_PARAMETERS(view) ((view)->wide_pointers ? 0x20u : 0x10u)

struct memory_view {
    const struct system_table *system;
    HANDLE handle; /* borrowed; VM_READ and QUERY_LIMITED_INFORMATION */
    uint64_t peb;  /* of the process environment block that this view goes by; 0: it has none */
    bool wide_pointers; /* pointers in it have 8 bytes */
    bool foreign;       /* to be read with the two calls */
};

/* Whether processes of this machine are 64-bit when they are not under WOW64. */
bool memory_native_is_64(const struct system_table *system);

/* The environment block that a process itself goes by: the 32-bit one under WOW64. ST_UNSUPPORTED
 * without the calls for it. */
enum status memory_view_open(const struct system_table *system, HANDLE handle, bool is_32,
                             struct memory_view *view);
/* All of size bytes, or a failure. */
enum status memory_view_read(const struct memory_view *view, uint64_t address, void *out,
                             size_t size);
/* A pointer of the process's own width. */
enum status memory_view_pointer(const struct memory_view *view, uint64_t address,
                                uint64_t *pointer);

#endif
