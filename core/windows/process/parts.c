#include "core/windows/process/parts_inside.h"

#include "core/base/memory.h"
#include "core/model/protection.h"
#include "core/windows/failure.h"
#include "core/windows/process/guarded.h"
#include "core/windows/process/held.h"
#include "core/windows/process/memory_view.h"
#include "core/windows/text16.h"

#define IDLE_PID 0u
#define HOLD_RIGHTS (PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE)

enum status parts_reader_new(const struct system_table *system, struct parts_reader **reader)
{
    struct parts_reader *made = memory_take(sizeof *made);

    if (!made)
        return ST_NO_MEMORY;
    made->wide = memory_take(PARTS_WIDE * sizeof *made->wide + sizeof(UNICODE_STRING));
    if (!made->wide) {
        memory_give(made);
        return ST_NO_MEMORY;
    }
    made->system = system ? system : system_calls();
    accounts_init(&made->accounts, made->system);
    class5_init(&made->answer, made->system);
    *reader = made;
    return ST_OK;
}

void parts_reader_free(struct parts_reader *reader)
{
    if (!reader)
        return;
    accounts_done(&reader->accounts);
    class5_done(&reader->answer);
    memory_give(reader->wide);
    memory_give(reader);
}

static bool has_ended(const struct parts_inquiry *inquiry)
{
    return inquiry->system->wait_for_multiple_objects(1, &inquiry->handle, FALSE, 0) ==
           WAIT_OBJECT_0;
}

enum read_state parts_state(const struct parts_inquiry *inquiry, enum status status)
{
    struct number_fact protection;

    if (status && has_ended(inquiry))
        return READ_GONE;
    if (status == ST_GONE) /* copied in part only: it is changing right now, and alive */
        return READ_FAILED;
    if (status != ST_DENIED)
        return read_state_from(status);
    protection = guarded_protection(inquiry->system, inquiry->handle);
    return protection.state == READ_OK && protection_is_set(protection.value) ? READ_PROTECTED
                                                                              : READ_DENIED;
}

enum read_state parts_refusal(const struct parts_inquiry *inquiry, DWORD error)
{
    return parts_state(inquiry, failure_from_win32(error));
}

HANDLE parts_open(const struct parts_inquiry *inquiry, DWORD rights, enum read_state *why)
{
    HANDLE handle = inquiry->system->open_process(rights, FALSE, inquiry->parts->key.pid);

    if (!handle)
        *why = parts_refusal(inquiry, GetLastError());
    return handle;
}

void *parts_take(struct parts_inquiry *inquiry, size_t count, size_t size)
{
    void *taken = count > SIZE_MAX / size ? NULL : arena_take(inquiry->parts->arena, count * size);

    if (!taken)
        inquiry->no_memory = true;
    return taken;
}

struct text_fact parts_keep(struct parts_inquiry *inquiry, const wchar_t *wide, size_t length)
{
    return (struct text_fact){text16_copy(inquiry->parts->arena, wide, length, &inquiry->no_memory),
                              READ_OK};
}

bool parts_are_foreign(const struct parts_inquiry *inquiry)
{
    return sizeof(void *) == 4 && !inquiry->is_32 && memory_native_is_64(inquiry->system);
}

/* Opens the process and compares. ST_OK also where it may not be opened: then its own listing must
 * tell that it is the one. */
static enum status take_hold(struct parts_inquiry *inquiry, struct process_key key)
{
    moment start = 0;
    moment end;
    int64_t cpu;
    BOOL wow64 = FALSE;
    DWORD error;

    inquiry->handle = inquiry->system->open_process(HOLD_RIGHTS, FALSE, key.pid);
    if (!inquiry->handle) {
        error = GetLastError();
        if (error == ERROR_INVALID_PARAMETER) /* there is no such PID */
            return ST_GONE;
        inquiry->refused = read_state_from(failure_from_win32(error));
        return ST_OK;
    }
    if (!held_times(inquiry->system, inquiry->handle, &start, &end, &cpu))
        return failure_from_win32(GetLastError()) == ST_DENIED ? ST_UNSUPPORTED : ST_GONE;
    if (start != key.start || has_ended(inquiry))
        return ST_GONE;
    inquiry->is_32 = !memory_native_is_64(inquiry->system) ||
                     (inquiry->system->is_wow64_process(inquiry->handle, &wow64) && wow64);
    return ST_OK;
}

/* Of a process that may not be opened: whether it still is the one, as far as a listing tells. */
static enum status compare_by_listing(const struct parts_inquiry *inquiry)
{
    struct class5_record record;
    enum status status = class5_fetch(&inquiry->reader->answer);

    if (status)
        return status == ST_NO_MEMORY ? status : ST_OK; /* every part says for itself */
    if (!class5_find(&inquiry->reader->answer, inquiry->parts->key.pid, &record) ||
        record.head.created.QuadPart != inquiry->parts->key.start)
        return ST_GONE;
    return ST_OK;
}

static enum status read_all(struct parts_inquiry *inquiry, unsigned which)
{
    struct process_parts *parts = inquiry->parts;
    enum status status = ST_OK;

    if (!inquiry->handle) {
        status = compare_by_listing(inquiry);
        process_parts_refuse(parts, which, inquiry->refused);
    } else {
        if (which & PROCESS_MODULES)
            modules_read(inquiry);
        if (which & PROCESS_TOKEN)
            token_read(inquiry);
        if (which & PROCESS_ENVIRONMENT)
            environment_read(inquiry);
    }
    if (!status && which & PROCESS_THREADS) {
        threads_read(inquiry);
        process_parts_resolve(parts);
    }
    return inquiry->no_memory ? ST_NO_MEMORY : status;
}

enum status parts_read(struct parts_reader *reader, struct process_key key, unsigned which,
                       struct process_parts **parts)
{
    struct parts_inquiry inquiry = {.reader = reader, .system = reader->system};
    enum status status = ST_OK;

    if (which & PROCESS_THREADS)
        which |= PROCESS_MODULES; /* where they started */
    if (!key.start && key.pid != IDLE_PID)
        return ST_UNSUPPORTED;
    status = process_parts_new(key, PARTS_MOST, &inquiry.parts);
    if (status)
        return status;
    if (key.pid == IDLE_PID) {
        process_parts_refuse(inquiry.parts, which, READ_NOT_APPLICABLE);
    } else {
        status = take_hold(&inquiry, key);
        if (!status)
            status = read_all(&inquiry, which);
    }
    if (inquiry.handle)
        reader->system->close_handle(inquiry.handle);
    if (status)
        process_parts_free(inquiry.parts);
    else
        *parts = inquiry.parts;
    return status;
}
