/* The threads of a process: the listing tells most of it, of every process; the rest is asked of
 * each thread. */
#include "core/windows/failure.h"
#include "core/windows/process/held.h"
#include "core/windows/process/parts_inside.h"

/* What one thread is asked by a handle of its own. */
static struct number_fact read_suspend_count(const struct system_table *system, HANDLE thread)
{
    ULONG count = 0;
    NTSTATUS answer;

    /* Before Windows 8.1 only suspending it would tell, and that is not for looking. */
    if (!system->nt_query_information_thread)
        return (struct number_fact){.state = READ_UNSUPPORTED};
    answer = system->nt_query_information_thread(thread, NT_THREAD_SUSPEND_COUNT, &count,
                                                 sizeof count, NULL);
    if (answer < 0)
        return (struct number_fact){.state = read_state_from(failure_from_nt(answer))};
    return (struct number_fact){count, READ_OK};
}

static struct address_fact read_start(const struct parts_inquiry *inquiry, HANDLE thread)
{
    void *start = NULL;
    NTSTATUS answer;

    if (!inquiry->system->nt_query_information_thread || parts_are_foreign(inquiry))
        return (struct address_fact){.state = READ_UNSUPPORTED};
    answer = inquiry->system->nt_query_information_thread(thread, NT_THREAD_START, &start,
                                                          sizeof start, NULL);
    if (answer < 0)
        return (struct address_fact){.state = read_state_from(failure_from_nt(answer))};
    return (struct address_fact){(uintptr_t)start, READ_OK};
}

static struct text_fact read_name(struct parts_inquiry *inquiry, HANDLE thread)
{
    const size_t room = PARTS_WIDE * sizeof(wchar_t) + sizeof(UNICODE_STRING);
    const UNICODE_STRING *name = (const UNICODE_STRING *)(const void *)inquiry->reader->wide;
    uintptr_t from = (uintptr_t)name;
    uintptr_t text;
    ULONG needed = 0;
    NTSTATUS answer;

    if (!inquiry->system->nt_query_information_thread)
        return (struct text_fact){.state = READ_UNSUPPORTED};
    answer = inquiry->system->nt_query_information_thread(
        thread, NT_THREAD_NAME, inquiry->reader->wide, (ULONG)room, &needed);
    if (answer < 0)
        return (struct text_fact){.state = read_state_from(failure_from_nt(answer))};
    text = (uintptr_t)name->Buffer;
    if (name->Length && (text < from || text - from > room || room - (text - from) < name->Length))
        return (struct text_fact){.state = READ_FAILED};
    return parts_keep(inquiry, name->Buffer, name->Length / sizeof(wchar_t));
}

static void refuse(struct thread_info *thread, enum read_state why)
{
    thread->suspend_count = (struct number_fact){.state = why};
    thread->start = (struct address_fact){.state = why};
    thread->name = (struct text_fact){.state = why};
}

static enum read_state refusal(const struct parts_inquiry *inquiry, DWORD error)
{
    if (error == ERROR_INVALID_PARAMETER) /* there is no such thread any more */
        return READ_GONE;
    if (!inquiry->handle)
        return read_state_from(failure_from_win32(error));
    return parts_refusal(inquiry, error);
}

static bool created_at(const struct system_table *system, HANDLE handle, moment created)
{
    FILETIME start, end, kernel, user;

    return system->get_thread_times(handle, &start, &end, &kernel, &user) &&
           (moment)((uint64_t)start.dwHighDateTime << 32 | start.dwLowDateTime) == created;
}

static void ask_thread(struct parts_inquiry *inquiry, struct thread_info *thread)
{
    const struct system_table *system = inquiry->system;
    HANDLE handle = system->open_thread(THREAD_QUERY_INFORMATION, FALSE, thread->tid);

    if (!handle) /* enough for all but the start address */
        handle = system->open_thread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, thread->tid);
    if (!handle) {
        refuse(thread, refusal(inquiry, GetLastError()));
        return;
    }
    if (created_at(system, handle, thread->created)) {
        thread->suspend_count = read_suspend_count(system, handle);
        thread->start = read_start(inquiry, handle);
        thread->name = read_name(inquiry, handle);
    } else {
        refuse(thread, READ_GONE); /* its number is another thread's */
    }
    system->close_handle(handle);
}

/* Whether this system tells the states of threads. Wine answers 0 ("initialized") for all of them,
 * so also for the thread that is asking, which runs. */
static bool states_are_told(const struct class5 *answer)
{
    struct class5_record record;

    if (!class5_find(answer, GetCurrentProcessId(), &record))
        return true;
    for (ULONG i = 0; i < record.head.threads; i++) {
        struct nt_thread thread = class5_thread(&record, i);
        if ((DWORD)(uintptr_t)thread.tid == GetCurrentThreadId())
            return thread.state != 0;
    }
    return true;
}

static void take_thread(struct thread_info *thread, const struct nt_thread *seen, bool told)
{
    thread->tid = (uint32_t)(uintptr_t)seen->tid;
    thread->created = seen->created.QuadPart;
    thread->cpu = seen->kernel.QuadPart + seen->user.QuadPart;
    thread->state = thread->wait = (struct number_fact){.state = READ_UNSUPPORTED};
    if (!told)
        return;
    thread->state = (struct number_fact){seen->state, READ_OK};
    thread->wait = seen->state == NT_THREAD_WAITING
                       ? (struct number_fact){seen->wait_reason, READ_OK}
                       : (struct number_fact){.state = READ_NOT_APPLICABLE};
}

void threads_read(struct parts_inquiry *inquiry)
{
    struct process_parts *parts = inquiry->parts;
    struct class5 *answer = &inquiry->reader->answer;
    struct class5_record record;
    enum status status = class5_fetch(answer);
    bool told;

    if (status == ST_NO_MEMORY)
        inquiry->no_memory = true;
    parts->threads_state = read_state_from(status);
    if (status)
        return;
    if (!class5_find(answer, parts->key.pid, &record) ||
        record.head.created.QuadPart != parts->key.start) {
        parts->threads_state = READ_GONE;
        return;
    }
    told = states_are_told(answer);
    parts->threads = parts_take(inquiry, record.head.threads, sizeof *parts->threads);
    if (!parts->threads)
        return;
    for (ULONG i = 0; i < record.head.threads; i++) {
        struct nt_thread seen = class5_thread(&record, i);
        take_thread(&parts->threads[i], &seen, told);
        ask_thread(inquiry, &parts->threads[i]);
    }
    parts->thread_count = record.head.threads;
}
