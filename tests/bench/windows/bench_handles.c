/* What the search for handles costs over the bare loop that lists all handles, copies each and asks
 * the copy for its name, both in turn in the same run, on 100,000 handles of this machine's own
 * making; and how long a cancel takes. Prints a JSON line a figure. */
#include <winsock2.h>

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <winternl.h>

#include "core/windows/find/handles.h"
#include "core/windows/nt.h"
#include "core/windows/text16.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/scratch.h"

#define HOLDERS 4
#define EVENTS 25000
#define RUNS 2
#define CANCEL_RUNS 5

static struct child holders[HOLDERS];
static struct buffer folders[HOLDERS];
static uint64_t rows;
static atomic_bool cancel;
static double cancelled_at; /* s */

static double now(void)
{
    LARGE_INTEGER ticks, second;

    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&second);
    return (double)ticks.QuadPart / (double)second.QuadPart;
}

static void start_holders(void)
{
    wchar_t arguments[2 * MAX_PATH];
    char line[4096] = "";

    for (int i = 0; i < HOLDERS; i++) {
        wchar_t *folder;
        scratch_begin(&folders[i], "bench-handles");
        folder = text16_from(buffer_text(&folders[i]), NULL);
        _snwprintf(arguments, 2 * MAX_PATH, L"\"%ls\" %d", folder, EVENTS);
        text16_free(folder);
        child_start(&holders[i], L"handles", arguments, 0);
        do
            child_read_line(&holders[i], line, sizeof line);
        while (line[0] != 'p');
    }
}

/* --- the bare loop --- */

static unsigned char *list_bare(void)
{
    static unsigned char *raw;
    static ULONG size = 1u << 18;

    while (!raw ||
           system_calls()->nt_query_system_information(NT_SYSTEM_HANDLES, raw, size, NULL) < 0) {
        free(raw);
        size *= raw ? 2 : 1;
        raw = malloc(size);
        if (!raw)
            exit(1);
    }
    return raw;
}

static uint64_t find_bare(void)
{
    static unsigned char name[66 * 1024];
    const unsigned char *raw = list_bare();
    const struct nt_handles_head *head = (const struct nt_handles_head *)raw;
    const struct nt_handle *entries = (const struct nt_handle *)(head + 1);
    HANDLE process = NULL;
    ULONG_PTR opened = 0;
    uint64_t named = 0;

    for (ULONG_PTR i = 0; i < head->count; i++) {
        HANDLE copy;
        if (!process || opened != entries[i].pid) {
            if (process)
                CloseHandle(process);
            opened = entries[i].pid;
            process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, (DWORD)opened);
        }
        if (!process || !DuplicateHandle(process, (HANDLE)entries[i].value, GetCurrentProcess(),
                                         &copy, 0, FALSE, 0))
            continue;
        named +=
            system_calls()->nt_query_object(copy, NT_OBJECT_NAME, name, sizeof name, NULL) >= 0;
        CloseHandle(copy);
    }
    if (process)
        CloseHandle(process);
    return named;
}

/* --- ours --- */

static bool count_row(void *context, const struct handle_row *row)
{
    (void)context;
    (void)row;
    rows++;
    return true;
}

static enum status find_ours(struct handles_told *told)
{
    static const struct handle_sink sink = {count_row, NULL};
    const struct handles_scope all = {NULL, 0};
    struct progress progress = {.cancel = &cancel};

    return handles_find(NULL, &all, &sink, &progress, told);
}

static DWORD WINAPI cancel_soon(void *context)
{
    Sleep(*(DWORD *)context);
    cancelled_at = now();
    atomic_store(&cancel, true);
    return 0;
}

static double worst_cancel(void)
{
    double worst = 0;
    struct handles_told told;

    for (DWORD i = 0; i < CANCEL_RUNS; i++) {
        DWORD wait = 20 + i * 30;
        HANDLE thread = CreateThread(NULL, 0, cancel_soon, &wait, 0, NULL);
        enum status status;
        double took;
        atomic_store(&cancel, false);
        status = find_ours(&told);
        took = now();
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
        if (status == ST_CANCELLED && took - cancelled_at > worst)
            worst = took - cancelled_at;
    }
    return worst;
}

int main(void)
{
    double bare = 0;
    double ours = 0;
    uint64_t named = 0;
    struct handles_told told = {0};

    start_holders();
    for (int i = 0; i <= RUNS; i++) { /* the first of each warms up */
        double begun = now();
        double between;
        double bare_took;
        named = find_bare();
        between = now();
        rows = 0;
        if (find_ours(&told) != ST_OK)
            return 1;
        bare_took = between - begun;
        if (i && (!bare || bare_took < bare))
            bare = bare_took;
        if (i && (!ours || now() - between < ours))
            ours = now() - between;
    }
    printf("{\"bench\":\"handles\",\"handles\":%llu,\"named_by_bare_loop\":%llu,"
           "\"names_not_read\":%llu,\"bare_ms\":%.1f,\"ours_ms\":%.1f,\"ratio\":%.3f,"
           "\"bar\":1.2}\n",
           (unsigned long long)rows, (unsigned long long)named,
           (unsigned long long)told.names_not_read, bare * 1000, ours * 1000, ours / bare);
    printf("{\"bench\":\"handles-cancel\",\"worst_ms\":%.1f,\"bar\":100}\n", worst_cancel() * 1000);
    for (int i = 0; i < HOLDERS; i++) {
        child_end(&holders[i]);
        scratch_end(&folders[i]);
    }
    return 0;
}
