#include "core/windows/process/services.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/slow.h"
#include "core/windows/text16.h"

#define WAIT_FIRST_MS 500 /* at start, where nothing is being missed yet */
#define WAIT_MS 50
#define PART_SIZE (64u * 1024)
#define PARTS_MOST 256
#define TEXT_MOST (4u * 1024 * 1024)
#define HOSTS_MOST 16384u

struct host {
    uint32_t pid;
    size_t at; /* of the name in `names`; after joining: of all of them */
    size_t size;
};

struct inquiry {
    struct slow_job job;
    const struct system_table *system;
    moment begun;
    struct buffer names;
    struct buffer joined;
    struct host *hosts; /* sorted by PID */
    size_t count;
    size_t capacity;
    enum status status;
};

void services_init(struct services *services, const struct system_table *system)
{
    *services = (struct services){.system = system};
}

void services_done(struct services *services)
{
    slow_release(services->asked);
    slow_release(services->current);
    *services = (struct services){.system = services->system};
}

static enum status add_host(struct inquiry *inquiry, const ENUM_SERVICE_STATUS_PROCESSW *service)
{
    size_t at = inquiry->names.size;

    if (!service->ServiceStatusProcess.dwProcessId || inquiry->count >= HOSTS_MOST)
        return ST_OK;
    if (inquiry->count == inquiry->capacity) {
        size_t capacity = inquiry->capacity ? inquiry->capacity * 2 : 128;
        struct host *hosts = memory_grow_array(inquiry->hosts, capacity, sizeof *hosts);
        if (!hosts)
            return ST_NO_MEMORY;
        inquiry->hosts = hosts;
        inquiry->capacity = capacity;
    }
    text16_add(&inquiry->names, service->lpServiceName, wcslen(service->lpServiceName));
    if (inquiry->names.failed)
        return inquiry->names.failed;
    inquiry->hosts[inquiry->count++] =
        (struct host){service->ServiceStatusProcess.dwProcessId, at, inquiry->names.size - at};
    return ST_OK;
}

/* In parts, because the manager hands out no more than 256 KB at once. */
static enum status enumerate(struct inquiry *inquiry, SC_HANDLE manager, BYTE *part)
{
    DWORD resume = 0;

    for (int i = 0; i < PARTS_MOST; i++) {
        DWORD needed = 0;
        DWORD count = 0;
        BOOL done = inquiry->system->enum_services_status(
            manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_ACTIVE, part, PART_SIZE, &needed,
            &count, &resume, NULL);
        DWORD error = done ? 0 : GetLastError();
        const ENUM_SERVICE_STATUS_PROCESSW *services = (const void *)part;
        if (!done && error != ERROR_MORE_DATA)
            return failure_from_win32(error);
        for (DWORD at = 0; at < count; at++) {
            enum status status = add_host(inquiry, &services[at]);
            if (status)
                return status;
        }
        if (done)
            return ST_OK;
    }
    return ST_TOO_LARGE;
}

static int compare_hosts(const void *a, const void *b)
{
    const struct host *first = a;
    const struct host *second = b;

    if (first->pid != second->pid)
        return first->pid < second->pid ? -1 : 1;
    return first->at < second->at ? -1 : first->at > second->at; /* as the manager has them */
}

/* One entry a process, with all of its services. */
static void join(struct inquiry *inquiry)
{
    size_t kept = 0;

    qsort(inquiry->hosts, inquiry->count, sizeof *inquiry->hosts, compare_hosts);
    for (size_t i = 0; i < inquiry->count; i++) {
        const struct host host = inquiry->hosts[i];
        bool same = kept && inquiry->hosts[kept - 1].pid == host.pid;
        if (same)
            buffer_add_string(&inquiry->joined, ", ");
        else
            inquiry->hosts[kept++] = (struct host){host.pid, inquiry->joined.size, 0};
        buffer_add(&inquiry->joined, text_slice(buffer_text(&inquiry->names), host.at, host.size));
        inquiry->hosts[kept - 1].size = inquiry->joined.size - inquiry->hosts[kept - 1].at;
    }
    inquiry->count = kept;
}

static void run_inquiry(struct slow_job *job)
{
    struct inquiry *inquiry = (struct inquiry *)job;
    BYTE *part = memory_take(PART_SIZE);
    SC_HANDLE manager = inquiry->system->open_sc_manager(
        NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);

    if (!part)
        inquiry->status = ST_NO_MEMORY;
    else if (!manager)
        inquiry->status = failure_from_win32(GetLastError());
    else
        inquiry->status = enumerate(inquiry, manager, part);
    if (!inquiry->status) {
        join(inquiry);
        inquiry->status = inquiry->joined.failed;
    }
    if (manager)
        inquiry->system->close_service_handle(manager);
    memory_give(part);
}

static void free_inquiry(struct slow_job *job)
{
    struct inquiry *inquiry = (struct inquiry *)job;

    buffer_done(&inquiry->names);
    buffer_done(&inquiry->joined);
    memory_give(inquiry->hosts);
    memory_give(inquiry);
}

static struct slow *ask(struct services *services)
{
    struct inquiry *inquiry = memory_take(sizeof *inquiry);
    struct slow *asked = NULL;
    FILETIME now;

    if (!inquiry)
        return NULL;
    GetSystemTimeAsFileTime(&now);
    inquiry->job = (struct slow_job){run_inquiry, free_inquiry};
    inquiry->system = services->system;
    inquiry->begun = (moment)((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime);
    buffer_init(&inquiry->names, TEXT_MOST);
    buffer_init(&inquiry->joined, TEXT_MOST);
    return slow_start(&inquiry->job, &asked) ? NULL : asked;
}

/* Makes what was asked the current answer if it is there within `ms`. */
static void take_answer(struct services *services, uint32_t ms)
{
    if (!services->asked || !slow_wait(services->asked, ms))
        return;
    slow_release(services->current);
    services->current = services->asked;
    services->asked = NULL;
}

static const struct inquiry *current(const struct services *services)
{
    return services->current ? (const struct inquiry *)slow_answer(services->current) : NULL;
}

static struct text_fact host_fact(const struct inquiry *inquiry, uint32_t pid)
{
    size_t low = 0;
    size_t high = inquiry->count;

    if (inquiry->status)
        return (struct text_fact){.state = read_state_from(inquiry->status)};
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (inquiry->hosts[middle].pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == inquiry->count || inquiry->hosts[low].pid != pid)
        return (struct text_fact){.state = READ_OK};
    return (struct text_fact){
        text_slice(buffer_text(&inquiry->joined), inquiry->hosts[low].at, inquiry->hosts[low].size),
        READ_OK};
}

struct text_fact services_find(struct services *services, uint32_t pid, moment start, bool is_child)
{
    bool first = !services->current && !services->asked;
    const struct inquiry *known;

    take_answer(services, 0);
    known = current(services);
    if (!known || (is_child && known->begun <= start)) {
        if (!services->asked)
            services->asked = ask(services);
        take_answer(services, first ? WAIT_FIRST_MS : known || is_child ? WAIT_MS : 0);
        known = current(services);
    }
    if (!known || (is_child && known->begun <= start))
        return (struct text_fact){.state = READ_NOT_YET};
    if (!known->status && known->begun <= start) /* the PID was another's when that was told */
        return (struct text_fact){.state = READ_OK};
    return host_fact(known, pid);
}
