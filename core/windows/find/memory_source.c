#include "core/windows/find/memory_source.h"

#include "core/base/memory.h"
#include "core/model/protection.h"
#include "core/windows/failure.h"
#include "core/windows/process/guarded.h"
#include "core/windows/process/held.h"
#include "core/windows/process/memory_view.h"

#define KNOW_RIGHTS (PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE)
#define READ_RIGHTS (PROCESS_QUERY_INFORMATION | PROCESS_VM_READ | SYNCHRONIZE)

struct memory_source {
    const struct system_table *system;
    HANDLE handle;
};

static bool has_ended(const struct memory_source *source)
{
    return source->system->wait_for_multiple_objects(1, &source->handle, FALSE, 0) == WAIT_OBJECT_0;
}

/* What a refusal means: a protected process denies whatever the rights. */
static enum status refusal(const struct system_table *system, uint32_t pid, DWORD error)
{
    enum status status = failure_from_win32(error);
    struct number_fact protection;
    HANDLE handle;

    if (error == ERROR_INVALID_PARAMETER) /* there is no such PID */
        return ST_GONE;
    if (status != ST_DENIED)
        return status;
    handle = system->open_process(KNOW_RIGHTS, FALSE, pid);
    if (!handle)
        return status;
    protection = guarded_protection(system, handle);
    if (protection.state == READ_OK && protection_is_set(protection.value))
        status = ST_PROTECTED;
    system->close_handle(handle);
    return status;
}

static enum status check_it_is_the_one(const struct memory_source *source, struct process_key key)
{
    const struct system_table *system = source->system;
    moment start = 0;
    moment end;
    int64_t cpu;
    BOOL wow64 = FALSE;

    if (!held_times(system, source->handle, &start, &end, &cpu) || start != key.start ||
        has_ended(source))
        return ST_GONE;
    if (sizeof(void *) == 4 && memory_native_is_64(system) &&
        !(system->is_wow64_process(source->handle, &wow64) && wow64))
        return ST_UNSUPPORTED;
    return ST_OK;
}

enum status memory_source_open(const struct system_table *system, struct process_key key,
                               struct memory_source **source)
{
    struct memory_source *made = memory_take(sizeof *made);
    enum status status;

    if (!made)
        return ST_NO_MEMORY;
    made->system = system ? system : system_calls();
    made->handle = made->system->open_process(READ_RIGHTS, FALSE, key.pid);
    status = made->handle ? check_it_is_the_one(made, key)
                          : refusal(made->system, key.pid, GetLastError());
    if (status) {
        memory_source_close(made);
        return status;
    }
    *source = made;
    return ST_OK;
}

void memory_source_close(struct memory_source *source)
{
    if (!source)
        return;
    if (source->handle)
        source->system->close_handle(source->handle);
    memory_give(source);
}

/* The low byte of a protection holds one of these, bits above it change what it means. */
static unsigned access_of(DWORD protection)
{
    switch (protection & 0xFF) {
    case PAGE_READONLY:
        return REGION_READ;
    case PAGE_READWRITE:
        return REGION_READ | REGION_WRITE;
    case PAGE_WRITECOPY:
        return REGION_READ | REGION_WRITE | REGION_COPY;
    case PAGE_EXECUTE:
        return REGION_EXECUTE;
    case PAGE_EXECUTE_READ:
        return REGION_READ | REGION_EXECUTE;
    case PAGE_EXECUTE_READWRITE:
        return REGION_READ | REGION_WRITE | REGION_EXECUTE;
    case PAGE_EXECUTE_WRITECOPY:
        return REGION_READ | REGION_WRITE | REGION_EXECUTE | REGION_COPY;
    default:
        return 0;
    }
}

static enum region_kind kind_of(DWORD type)
{
    return type == MEM_IMAGE ? REGION_IMAGE : type == MEM_MAPPED ? REGION_MAPPED : REGION_PRIVATE;
}

static enum status next_region(void *context, uint64_t from, struct region *region)
{
    const struct memory_source *source = context;
    MEMORY_BASIC_INFORMATION info;

    while (from <= UINTPTR_MAX &&
           source->system->virtual_query_ex(source->handle, (const void *)(uintptr_t)from, &info,
                                            sizeof info)) {
        uint64_t base = (uintptr_t)info.BaseAddress;

        if (!info.RegionSize || base + info.RegionSize <= from)
            break; /* nonsense: it would never end */
        if (info.State == MEM_COMMIT) {
            *region = (struct region){
                .base = base,
                .size = info.RegionSize,
                .kind = kind_of(info.Type),
                .access = access_of(info.Protect),
                .askable = access_of(info.Protect) && !(info.Protect & PAGE_GUARD),
            };
            return ST_OK;
        }
        from = base + info.RegionSize;
    }
    /* Above the highest address there is nothing to ask about. */
    return has_ended(source) ? ST_GONE : ST_NOT_FOUND;
}

static enum status read_region(void *context, uint64_t address, void *out, size_t size)
{
    const struct memory_source *source = context;
    SIZE_T got = 0;

    if (address > UINTPTR_MAX)
        return ST_INVALID;
    if (source->system->read_process_memory(source->handle, (const void *)(uintptr_t)address, out,
                                            size, &got) &&
        got == size)
        return ST_OK;
    /* Mostly error 299: only part of it could be copied. */
    return has_ended(source) ? ST_GONE : ST_IO;
}

struct region_reader memory_source_reader(struct memory_source *source)
{
    return (struct region_reader){source, next_region, read_region};
}
