/* The modules of a process: its own list of them (Toolhelp), or, for a process that has none yet or
 * is changing it right now, the images that are mapped into it. */
#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/file/device_path.h"
#include "core/windows/process/parts_inside.h"

#define MODULES_MOST 16384u
#define REGIONS_MOST (1u << 20)
#define TRIES_MOST 8
#define MAPPED_RIGHTS (PROCESS_QUERY_INFORMATION | PROCESS_VM_READ)

/* Modules as they are found, before their number is known. */
struct collection {
    struct parts_inquiry *inquiry;
    struct device_paths paths;
    bool paths_read;
    HANDLE readable; /* MAPPED_RIGHTS; NULL: not asked yet, or refused */
    struct module_info *rows;
    size_t count;
    size_t capacity;
    bool cut;
};

static struct module_info *add(struct collection *found, uint64_t base, uint64_t size)
{
    size_t capacity = found->capacity ? found->capacity * 2 : 64;
    struct module_info *rows;

    if (found->count == MODULES_MOST) {
        found->cut = true;
        return NULL;
    }
    if (found->count == found->capacity) {
        rows = memory_grow_array(found->rows, capacity, sizeof *rows);
        if (!rows) {
            found->inquiry->no_memory = true;
            return NULL;
        }
        found->rows = rows;
        found->capacity = capacity;
    }
    found->rows[found->count] = (struct module_info){.base = base, .size = size};
    return &found->rows[found->count++];
}

static bool is_there(const struct collection *found, uint64_t base)
{
    for (size_t i = 0; i < found->count; i++)
        if (found->rows[i].base == base)
            return true;
    return false;
}

/* The path of what is mapped at that address; empty where the system does not tell. */
static struct text mapped_path(struct collection *found, uint64_t base)
{
    wchar_t *wide = found->inquiry->reader->wide;
    const struct system_table *system = found->inquiry->system;
    DWORD length =
        system->get_mapped_file_name(found->readable, (void *)(uintptr_t)base, wide, PARTS_WIDE);

    if (!length || length > PARTS_WIDE)
        return (struct text){NULL, 0};
    if (!found->paths_read)
        device_paths_read(&found->paths, system);
    found->paths_read = true;
    return parts_keep(found->inquiry, wide, device_path_shorten(&found->paths, wide, length)).value;
}

/* A path as long as the room for it has been cut off. */
static struct text listed_path(struct collection *found, const MODULEENTRY32W *entry)
{
    size_t length = wcsnlen(entry->szExePath, MAX_PATH);
    enum read_state ignored;
    struct text whole = {NULL, 0};

    if (length >= MAX_PATH - 1) {
        if (!found->readable)
            found->readable = parts_open(found->inquiry, MAPPED_RIGHTS, &ignored);
        if (found->readable)
            whole = mapped_path(found, (uintptr_t)entry->modBaseAddr);
    }
    return whole.size ? whole : parts_keep(found->inquiry, entry->szExePath, length).value;
}

static void walk_list(struct collection *found, HANDLE snapshot)
{
    const struct system_table *system = found->inquiry->system;
    MODULEENTRY32W entry = {.dwSize = sizeof entry};

    for (BOOL more = system->module32_first(snapshot, &entry); more;
         more = system->module32_next(snapshot, &entry)) {
        uint64_t base = (uintptr_t)entry.modBaseAddr;
        struct module_info *module;
        if (found->inquiry->is_32 && is_there(found, base))
            continue; /* the program itself is in the 64-bit and in the 32-bit list */
        module = add(found, base, entry.modBaseSize);
        if (!module)
            break;
        module->path = listed_path(found, &entry);
    }
}

/* 0: the list was read; else the system's code. */
static DWORD read_list(struct collection *found)
{
    const struct system_table *system = found->inquiry->system;
    HANDLE snapshot = INVALID_HANDLE_VALUE;
    DWORD error = ERROR_BAD_LENGTH; /* the list has changed while it was copied */

    for (int tries = 0; tries < TRIES_MOST && error == ERROR_BAD_LENGTH; tries++) {
        snapshot = system->create_toolhelp32_snapshot(TH32CS_SNAPMODULE | TH32CS_SNAPMODULE32,
                                                      found->inquiry->parts->key.pid);
        error = snapshot == INVALID_HANDLE_VALUE ? GetLastError() : 0;
    }
    if (error)
        return error;
    walk_list(found, snapshot);
    system->close_handle(snapshot);
    return found->count ? 0 : ERROR_PARTIAL_COPY;
}

/* Regions of one image lie one behind the other, with the same base of allocation. */
static void walk_memory(struct collection *found)
{
    const struct system_table *system = found->inquiry->system;
    MEMORY_BASIC_INFORMATION region;
    uintptr_t at = 0;
    struct module_info *module = NULL;

    for (uint32_t i = 0; i < REGIONS_MOST; i++) {
        uintptr_t base;
        if (!system->virtual_query_ex(found->readable, (const void *)at, &region, sizeof region))
            return; /* the end of what may be addressed */
        base = (uintptr_t)region.AllocationBase;
        at = (uintptr_t)region.BaseAddress + region.RegionSize;
        if (region.State != MEM_FREE && region.Type == MEM_IMAGE) {
            if (!module || module->base != base) {
                module = add(found, base, 0);
                if (!module)
                    return;
                module->path = mapped_path(found, base);
            }
            module->size = at - base;
        }
        if (!region.RegionSize || at < (uintptr_t)region.BaseAddress)
            return;
    }
    found->cut = true;
}

static enum read_state read_mapped(struct collection *found)
{
    enum read_state state = READ_OK;

    if (parts_are_foreign(found->inquiry))
        return READ_UNSUPPORTED;
    if (!found->readable)
        found->readable = parts_open(found->inquiry, MAPPED_RIGHTS, &state);
    if (!found->readable)
        return state;
    walk_memory(found);
    if (found->count)
        return READ_OK;
    /* Idle processes of the kernel have none; a process that is ending has none any more. */
    return parts_refusal(found->inquiry, ERROR_PARTIAL_COPY);
}

/* Whether a refusal is for the state that the process is in, so that asking otherwise may help. */
static bool is_for_its_state(DWORD error)
{
    return error == ERROR_PARTIAL_COPY || error == ERROR_BAD_LENGTH || error == ERROR_NOACCESS;
}

static void hand_out(struct collection *found)
{
    struct process_parts *parts = found->inquiry->parts;
    struct module_info *rows = parts_take(found->inquiry, found->count, sizeof *rows);

    if (!rows)
        return;
    if (found->count)
        memcpy(rows, found->rows, found->count * sizeof *rows);
    parts->modules = rows;
    parts->module_count = found->count;
    parts->modules_cut = found->cut;
}

void modules_read(struct parts_inquiry *inquiry)
{
    struct process_parts *parts = inquiry->parts;
    struct collection found = {.inquiry = inquiry};
    DWORD error = read_list(&found);

    parts->modules_origin = MODULES_LISTED;
    parts->modules_state = READ_OK;
    if (error && is_for_its_state(error)) {
        parts->modules_origin = MODULES_MAPPED;
        parts->modules_state = read_mapped(&found);
    } else if (error) {
        parts->modules_state = parts_refusal(inquiry, error);
    }
    if (parts->modules_state == READ_OK)
        hand_out(&found);
    if (found.readable)
        inquiry->system->close_handle(found.readable);
    memory_give(found.rows);
}
