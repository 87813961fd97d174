/* The environment of a process, as the process itself states it: it lies in its own memory, where
 * it can write what it likes. */
#include <string.h>

#include "core/base/memory.h"
#include "core/windows/process/memory_view.h"
#include "core/windows/process/parts_inside.h"

/* Offsets in RTL_USER_PROCESS_PARAMETERS, as it is described publicly for 64-bit and 32-bit
 * processes. The size stands behind the rest since Windows Vista. */
#define PARAM_LENGTH 0x04u /* ULONG: how much of it is used */
#define PARAM_ENVIRONMENT(view) ((view)->wide_pointers ? 0x80u : 0x48u)
#define PARAM_ENVIRONMENT_SIZE(view) ((view)->wide_pointers ? 0x3F0u : 0x290u)

#define ENVIRONMENT_MOST (4u << 20) /* bytes; beyond that nobody would look */
#define VARIABLES_MOST 65536u
#define PAGE 4096u

/* Where the block lies and how large it is said to be; 0 bytes: not said. */
static enum status find_block(const struct memory_view *view, uint64_t *address, uint64_t *size)
{
    uint64_t parameters = 0;
    uint32_t length = 0;
    enum status status = memory_view_pointer(view, view->peb + PEB_PARAMETERS(view), &parameters);

    if (status)
        return status;
    if (!parameters)
        return ST_STALE; /* it is just being made */
    status = memory_view_read(view, parameters + PARAM_LENGTH, &length, sizeof length);
    if (!status)
        status = memory_view_pointer(view, parameters + PARAM_ENVIRONMENT(view), address);
    *size = 0;
    if (!status && length >= PARAM_ENVIRONMENT_SIZE(view) + (view->wide_pointers ? 8u : 4u))
        status = memory_view_pointer(view, parameters + PARAM_ENVIRONMENT_SIZE(view), size);
    return status;
}

/* Whether an empty text, which ends the block, begins before `to`, looked for from `from` on. */
static bool ends_within(const wchar_t *wide, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!wide[i] && (i == 0 || !wide[i - 1]))
            return true;
    return false;
}

/* Reads page by page up to the end of the block, so that what lies before a page that can't be read
 * is kept. *got in bytes; fails only where nothing could be read. */
static enum status read_block(const struct memory_view *view, uint64_t address, size_t most,
                              wchar_t *out, size_t *got, bool *whole)
{
    enum status status = ST_OK;

    *got = 0;
    *whole = false;
    while (*got < most && !*whole) {
        size_t seen = *got / sizeof *out;
        size_t piece = PAGE - (size_t)((address + *got) % PAGE);
        if (piece > most - *got)
            piece = most - *got;
        status = memory_view_read(view, address + *got, (unsigned char *)out + *got, piece);
        if (status)
            break;
        *got += piece;
        *whole = ends_within(out, seen, *got / sizeof *out);
    }
    return *got ? ST_OK : status;
}

/* Texts, each with a NUL behind it, up to an empty one. */
static void take_variables(struct parts_inquiry *inquiry, const wchar_t *wide, size_t length)
{
    struct process_parts *parts = inquiry->parts;
    struct variable *variables;
    size_t count = 0;
    size_t at = 0;

    for (; at < length && wide[at]; at += wcsnlen(wide + at, length - at) + 1)
        count++;
    if (count > VARIABLES_MOST) {
        count = VARIABLES_MOST;
        parts->environment_cut = true;
    }
    variables = parts_take(inquiry, count, sizeof *variables);
    if (!variables)
        return;
    at = 0;
    for (size_t i = 0; i < count; i++) {
        size_t size = wcsnlen(wide + at, length - at);
        variables[i] = variable_of(parts_keep(inquiry, wide + at, size).value);
        at += size + 1;
    }
    parts->variables = variables;
    parts->variable_count = count;
}

static enum status read_from(struct parts_inquiry *inquiry, const struct memory_view *view)
{
    uint64_t address = 0;
    uint64_t size = 0;
    size_t got = 0;
    bool whole;
    wchar_t *wide;
    enum status status = find_block(view, &address, &size);

    if (status)
        return status;
    if (!address)
        return ST_STALE;
    if (!size || size > ENVIRONMENT_MOST)
        size = ENVIRONMENT_MOST;
    wide = memory_take((size_t)size);
    if (!wide)
        return ST_NO_MEMORY;
    status = read_block(view, address, (size_t)size, wide, &got, &whole);
    if (!status) {
        inquiry->parts->environment_cut = !whole;
        take_variables(inquiry, wide, got / sizeof *wide);
    }
    memory_give(wide);
    return status;
}

void environment_read(struct parts_inquiry *inquiry)
{
    struct process_parts *parts = inquiry->parts;
    struct memory_view view = {0};
    enum status status;
    HANDLE readable = parts_open(inquiry, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ,
                                 &parts->environment_state);

    if (!readable)
        return;
    status = memory_view_open(inquiry->system, readable, inquiry->is_32, &view);
    if (!status && !view.peb) { /* System, Registry: they have no user-mode part */
        parts->environment_state = READ_NOT_APPLICABLE;
    } else {
        if (!status)
            status = read_from(inquiry, &view);
        if (status == ST_NO_MEMORY)
            inquiry->no_memory = true;
        parts->environment_state = status == ST_STALE ? READ_NOT_YET : parts_state(inquiry, status);
    }
    inquiry->system->close_handle(readable);
}
