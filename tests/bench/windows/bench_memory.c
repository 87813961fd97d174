/* What searching the memory of a live process costs over the bare walk that asks for its regions
 * and reads what may be read, both in turn in the same run; and how long a cancel takes in each of
 * memory, registry and handles. The process is one of this bench's own, with some hundred MB.
 * Prints a JSON line a figure. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/find/scan.h"
#include "core/windows/clock.h"
#include "core/windows/find/handles.h"
#include "core/windows/find/memory_source.h"
#include "core/windows/registry/registry_walk.h"

#define RUNS 5
#define CANCEL_RUNS 8
#define HELD ((SIZE_T)192 << 20) /* bytes that the child holds */
#define PIECE ((SIZE_T)256 << 10)

static struct clock watch;
static atomic_bool cancel;
static int64_t cancelled_at;

static double ms_since(int64_t begun)
{
    return (double)(watch.ticks(watch.context) - begun) / (double)MOMENT_MS;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_memory: %s: error %lu\n", what, GetLastError());
    exit(1);
}

/* --- the process --- */

/* Holds memory like that of programs: their own images, over and over. */
static int hold(void)
{
    unsigned char *bytes = VirtualAlloc(NULL, HELD, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    const unsigned char *image = (const unsigned char *)GetModuleHandleW(NULL);
    SIZE_T size = 256u << 10;
    char line[8];

    if (!bytes)
        return 1;
    for (SIZE_T at = 0; at + size <= HELD; at += size)
        memcpy(bytes + at, image, size);
    puts("ready");
    fflush(stdout);
    return fgets(line, sizeof line, stdin) ? 0 : 1;
}

struct child {
    PROCESS_INFORMATION info;
    HANDLE input; /* closed, it ends */
};

static void start(struct child *child)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    STARTUPINFOW how = {.cb = sizeof how, .dwFlags = STARTF_USESTDHANDLES};
    wchar_t path[MAX_PATH];
    wchar_t line[MAX_PATH + 16];
    HANDLE told;
    char byte;
    DWORD got;

    if (!CreatePipe(&how.hStdInput, &child->input, &inherited, 0) ||
        !CreatePipe(&told, &how.hStdOutput, &inherited, 0))
        fail("CreatePipe");
    SetHandleInformation(child->input, HANDLE_FLAG_INHERIT, 0);
    SetHandleInformation(told, HANDLE_FLAG_INHERIT, 0);
    how.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    GetModuleFileNameW(NULL, path, MAX_PATH);
    _snwprintf(line, MAX_PATH + 16, L"\"%ls\" hold", path);
    if (!CreateProcessW(path, line, NULL, NULL, TRUE, 0, NULL, NULL, &how, &child->info))
        fail("CreateProcess");
    CloseHandle(how.hStdInput);
    CloseHandle(how.hStdOutput);
    if (!ReadFile(told, &byte, 1, &got, NULL) || !got)
        fail("the child says nothing");
    CloseHandle(told);
}

static struct process_key key_of(const struct child *child)
{
    FILETIME start_time, other;

    if (!GetProcessTimes(child->info.hProcess, &start_time, &other, &other, &other))
        fail("GetProcessTimes");
    return (struct process_key){
        child->info.dwProcessId,
        (moment)((uint64_t)start_time.dwHighDateTime << 32 | start_time.dwLowDateTime)};
}

/* --- the bare walk --- */

static uint64_t walk_bare(HANDLE process)
{
    static unsigned char piece[PIECE];
    MEMORY_BASIC_INFORMATION info;
    uint64_t read = 0;
    UINT_PTR at = 0;

    for (; VirtualQueryEx(process, (const void *)at, &info, sizeof info); at += info.RegionSize) {
        at = (UINT_PTR)info.BaseAddress;
        if (info.State != MEM_COMMIT || info.Protect & (PAGE_GUARD | PAGE_NOACCESS))
            continue;
        for (SIZE_T from = 0; from < info.RegionSize; from += PIECE) {
            SIZE_T size = info.RegionSize - from < PIECE ? info.RegionSize - from : PIECE;
            SIZE_T got = 0;
            if (ReadProcessMemory(process, (const char *)info.BaseAddress + from, piece, size,
                                  &got))
                read += got;
        }
    }
    return read;
}

/* --- ours --- */

static enum status no_hit(void *context, const struct memory_hit *hit)
{
    (void)context;
    (void)hit;
    return ST_OK;
}

static enum status search(struct process_key key, const struct term *term, uint64_t *read)
{
    static const struct scan_sink sink = {NULL, no_hit};
    struct progress progress = {.cancel = &cancel};
    struct scan_totals totals = {.read = 0};
    struct memory_source *source;
    struct scan *scan;
    enum status status;

    if (memory_source_open(NULL, key, &source) || scan_new(term, NULL, &scan))
        fail("the child can't be searched");
    const struct region_reader reader = memory_source_reader(source);
    status = scan_run(scan, &reader, &progress, &sink, &totals);
    scan_free(scan);
    memory_source_close(source);
    *read = totals.read;
    return status;
}

static struct term *term_of(const char *source, unsigned flags)
{
    struct term *term;

    if (term_new(text_from(source), flags, &term, NULL))
        fail("that is no term");
    return term;
}

static void measure(const struct child *child, const char *name, const char *source, unsigned flags)
{
    struct term *term = term_of(source, flags);
    double bare = 0;
    double ours = 0;
    uint64_t bare_read = 0;
    uint64_t read = 0;

    for (int i = 0; i <= RUNS; i++) { /* the first of each warms up */
        int64_t begun = watch.ticks(watch.context);
        bare_read = walk_bare(child->info.hProcess);
        double took = ms_since(begun);
        begun = watch.ticks(watch.context);
        if (search(key_of(child), term, &read))
            fail("the search failed");
        double searched = ms_since(begun);
        bare = i && (!bare || took < bare) ? took : bare;
        ours = i && (!ours || searched < ours) ? searched : ours;
    }
    printf("{\"bench\":\"memory\",\"case\":\"%s, live\",\"value\":%.3f,\"unit\":\"ratio\","
           "\"baseline\":1.2,\"baseline_name\":\"the bar; to the bare walk\",\"ours_ms\":%.1f,"
           "\"bare_ms\":%.1f,\"bytes\":%llu,\"bare_bytes\":%llu}\n",
           name, ours / bare, ours, bare, (unsigned long long)read, (unsigned long long)bare_read);
    fflush(stdout);
    term_free(term);
}

/* --- cancelling --- */

static DWORD WINAPI cancel_soon(void *context)
{
    Sleep(*(DWORD *)context);
    cancelled_at = watch.ticks(watch.context);
    atomic_store(&cancel, true);
    return 0;
}

struct job {
    struct process_key key;
    const struct term *term;
};

static bool see_row(void *context, const struct handle_row *row)
{
    (void)context;
    (void)row;
    return true;
}

static enum status find_handles(const struct job *job)
{
    static const struct handle_sink sink = {see_row, NULL};
    const struct handles_scope all = {NULL, 0};
    struct progress progress = {.cancel = &cancel};
    struct handles_told told;

    (void)job;
    return handles_find(NULL, &all, &sink, &progress, &told);
}

static enum status walk_registry(const struct job *job)
{
    static const struct registry_visitor visitor = {NULL, NULL, NULL, NULL};
    struct progress progress = {.cancel = &cancel};
    struct registry_counts counts;

    (void)job;
    return registry_walk(NULL, text_of(""), &visitor, &progress, &counts);
}

static enum status search_memory(const struct job *job)
{
    uint64_t read;

    return search(job->key, job->term, &read);
}

/* The work is done over and over until the cancel comes, so that it always comes in its midst. */
static void measure_cancel(const char *name, enum status (*work)(const struct job *),
                           const struct job *job)
{
    double worst = 0;

    for (DWORD i = 0; i < CANCEL_RUNS; i++) {
        DWORD wait = 20 + i * 37;
        atomic_store(&cancel, false);
        HANDLE thread = CreateThread(NULL, 0, cancel_soon, &wait, 0, NULL);
        enum status status = ST_OK;
        while (status == ST_OK)
            status = work(job);
        int64_t ended = watch.ticks(watch.context);
        if (!thread || status != ST_CANCELLED)
            fail("it was not cancelled");
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
        double took = (double)(ended - cancelled_at) / (double)MOMENT_MS;
        worst = took > worst ? took : worst;
    }
    atomic_store(&cancel, false);
    printf("{\"bench\":\"memory\",\"case\":\"cancel, %s\",\"value\":%.2f,\"unit\":\"ms\","
           "\"baseline\":100,\"baseline_name\":\"the bar; the worst of %d\"}\n",
           name, worst, CANCEL_RUNS);
    fflush(stdout);
}

int main(int count, char **arguments)
{
    struct child child;
    (void)arguments;
    if (count > 1)
        return hold();
    watch = clock_of_system();
    start(&child);
    measure(&child, "plain", "Quartz-Vexing-Not-There", TERM_CASE);
    measure(&child, "plain, case-insensitive", "Quartz-Vexing-Not-There", 0);
    measure(&child, "regex", "[a-z]+[0-9]+\\.list\\.example/gate\\.php", TERM_REGEX);
    struct term *term = term_of("[a-z]{3}[0-9]{4,}x", TERM_REGEX | TERM_CASE);
    const struct job job = {key_of(&child), term};
    measure_cancel("memory", search_memory, &job);
    measure_cancel("registry", walk_registry, &job);
    measure_cancel("handles", find_handles, &job);
    term_free(term);
    CloseHandle(child.input);
    WaitForSingleObject(child.info.hProcess, 5000);
    return 0;
}
