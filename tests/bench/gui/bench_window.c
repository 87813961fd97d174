/* bench_window: what the window costs. Prints one JSON line a figure.
 * 1. The window's thread a refresh, with 10,000 processes of which 5 % change each time; and the
 * slowest answer to WM_NULL meanwhile; and a sort by what is watched, with all of them watched.
 * 2. From the start of stakeout.exe to its first full tree, beside the system's own task manager in
 * the same run. Both are started, looked at from outside and ended, in turn. */
#include <windows.h>

#include <commctrl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "gui/main_window.h"
#include "tests/support/scripted_source.h"

enum { CROWD = 10000, CONNECTIONS = 10000, REFRESHES = 200, STARTS = 5 };
enum { WATCHED_COLUMN = 6 };

#define PATIENCE 60000 /* ms after which something never happens */

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "bench_window: %s\n", what);
    exit(2);
}

static double milliseconds(void)
{
    LARGE_INTEGER count;
    LARGE_INTEGER frequency;
    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart * 1e3 / (double)frequency.QuadPart;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* --- a made-up machine that changes by itself, on the sampler's thread --- */

struct changing {
    struct source base;
    struct scripted_source *machine;
    atomic_bool change; /* before the next listing */
};

static struct source *inner(struct source *source)
{
    return scripted_source_base(((struct changing *)source)->machine);
}

static enum status list_processes(struct source *source, struct process_table *table)
{
    struct changing *changing = (struct changing *)source;
    if (atomic_exchange(&changing->change, false)) {
        scripted_source_advance(changing->machine, MOMENT_SECOND);
        scripted_source_churn(changing->machine, 0.05);
    }
    return source_processes(inner(source), table);
}

static enum status list_connections(struct source *source, struct connection_table *table)
{
    return source_connections(inner(source), table);
}

static enum status find(struct source *source, uint32_t pid, struct process_seen *row)
{
    return source_find(inner(source), pid, row);
}

static enum status facts(struct source *source, const struct process_seen *row,
                         const struct process_facts **told)
{
    return source_facts(inner(source), row, told);
}

static enum status ended(struct source *source, struct process_key key, struct process_exit *how)
{
    return source_ended(inner(source), key, how);
}

static bool has_ended(struct source *source, struct process_key key)
{
    return source_has_ended(inner(source), key);
}

static enum status names(struct source *source, struct name_table *table)
{
    return source_names(inner(source), table);
}

static enum status images(struct source *source, uint32_t wait_ms, struct image_table *table)
{
    return source_images(inner(source), wait_ms, table);
}

static struct text windows(struct source *source)
{
    return source_windows(inner(source));
}

static void free_changing(struct source *source)
{
    source_free(inner(source));
}

static const struct source_class changing_class = {
    list_processes, list_connections, find,    facts,         ended, has_ended,
    names,          images,           windows, free_changing,
};

/* --- the window --- */

struct bench {
    struct changing changing;
    HANDLE opened;
    HWND window;
    wchar_t settings[MAX_PATH];
    wchar_t list[MAX_PATH];
    wchar_t case_folder[MAX_PATH];
};

static void opened(void *context, HWND window)
{
    struct bench *bench = context;
    bench->window = window;
    SetEvent(bench->opened);
}

static DWORD WINAPI run(void *context)
{
    struct bench *bench = context;
    const struct gui_setup setup = {
        .source = &bench->changing.base,
        .language = STRINGS_ENGLISH,
        .settings = bench->settings,
        .list = bench->list,
        .case_folder = bench->case_folder,
        .publish_ms = 60000,
        .show = SW_SHOWNORMAL,
        .opened = opened,
        .context = bench,
    };
    return (DWORD)gui_run(&setup);
}

/* Read while the window's thread writes: each is a number of its own, and the last one stands
 * still. */
static uint64_t refreshes(const struct bench *bench)
{
    return *(volatile uint64_t *)&main_window_of(bench->window)->refreshes;
}

static void print(const char *what, double value)
{
    printf("{\"bench\":\"window\",\"case\":\"%s\",\"value\":%.3f,\"unit\":\"ms\"}\n", what, value);
}

static void measure_refreshes(struct bench *bench)
{
    static double times[REFRESHES];
    double slowest = 0;
    for (unsigned i = 0; i < REFRESHES; i++) {
        uint64_t before = refreshes(bench);
        double begun = milliseconds();
        atomic_store(&bench->changing.change, true);
        PostMessageW(bench->window, WM_COMMAND, CMD_REFRESH, 0);
        while (refreshes(bench) == before) {
            double asked = milliseconds();
            DWORD_PTR answer;
            if (!SendMessageTimeoutW(bench->window, WM_NULL, 0, 0, SMTO_NORMAL, PATIENCE, &answer))
                give_up("the window does not answer");
            if (milliseconds() - asked > slowest)
                slowest = milliseconds() - asked;
            if (milliseconds() - begun > PATIENCE)
                give_up("a refresh never came");
            Sleep(1);
        }
        times[i] = (double)main_window_of(bench->window)->refresh_last / (double)MOMENT_MS;
    }
    qsort(times, REFRESHES, sizeof times[0], compare);
    print("a refresh, 10,000 processes, 5 % changing, median", times[REFRESHES / 2]);
    print("a refresh, 10,000 processes, 5 % changing, worst", times[REFRESHES - 1]);
    print("slowest answer to WM_NULL meanwhile", slowest);
}

/* A click on the head of "Watched as", answered when the list is sorted. */
static double sort_by_watched(const struct bench *bench)
{
    struct main_window *main = main_window_of(bench->window);
    HWND list = list_pane_window(main->processes);
    NMLISTVIEW click = {
        .hdr = {list, CONTROL_PROCESSES, (UINT)LVN_COLUMNCLICK},
        .iItem = -1,
        .iSubItem = WATCHED_COLUMN,
    };
    double begun = milliseconds();
    SendMessageW(bench->window, WM_NOTIFY, CONTROL_PROCESSES, (LPARAM)&click);
    return milliseconds() - begun;
}

static bool first_is_watched(const struct bench *bench)
{
    wchar_t words[64] = L"";
    LVITEMW item = {.iSubItem = WATCHED_COLUMN, .pszText = words, .cchTextMax = 64};
    HWND list = list_pane_window(main_window_of(bench->window)->processes);
    SendMessageW(list, LVM_GETITEMTEXTW, 0, (LPARAM)&item);
    return words[0];
}

static void measure_watched(struct bench *bench)
{
    double begun = milliseconds();
    double times[9];
    SendMessageW(bench->window, WM_COMMAND, CMD_FLAT, 0); /* all are siblings of each other */
    do {
        if (milliseconds() - begun > PATIENCE)
            give_up("what is watched is never shown");
        PostMessageW(bench->window, WM_COMMAND, CMD_REFRESH, 0);
        Sleep(50);
        sort_by_watched(bench);
    } while (!first_is_watched(bench));
    for (size_t i = 0; i < 9; i++)
        times[i] = sort_by_watched(bench);
    qsort(times, 9, sizeof times[0], compare);
    print("a sort by what is watched, 10,000 processes and connections, median", times[4]);
}

static void remove_files(const struct bench *bench)
{
    static const wchar_t *const names[] = {L"hits.jsonl", L"case.json"};
    wchar_t path[MAX_PATH + 16];
    DeleteFileW(bench->settings);
    DeleteFileW(bench->list);
    for (size_t i = 0; i < 2; i++) {
        swprintf(path, MAX_PATH + 16, L"%ls\\%ls", bench->case_folder, names[i]);
        DeleteFileW(path);
    }
    RemoveDirectoryW(bench->case_folder);
}

/* A window over a crowd of processes, until `measure` is done with it. `list`: what is watched. */
static void bench_window(const char *list, void (*measure)(struct bench *bench))
{
    static struct bench bench;
    wchar_t folder[MAX_PATH];
    memset(&bench, 0, sizeof bench);
    bench.changing.base.class = &changing_class;
    bench.changing.machine = scripted_source_new();
    scripted_source_populate(bench.changing.machine, CROWD, CONNECTIONS, 7);
    bench.opened = CreateEventW(NULL, TRUE, FALSE, NULL);
    DWORD length = GetTempPathW(MAX_PATH - 40, folder);
    if (!length || length > MAX_PATH - 40)
        give_up("no folder for temporary files");
    swprintf(bench.settings, MAX_PATH, L"%lsstakeout-bench.ini", folder);
    swprintf(bench.list, MAX_PATH, L"%lsstakeout-bench.txt", folder);
    swprintf(bench.case_folder, MAX_PATH, L"%lsstakeout-bench-case", folder);
    FILE *file = _wfopen(bench.list, L"wb");
    if (!file || fputs(list, file) < 0 || fclose(file))
        give_up("the watchlist could not be written");
    HANDLE thread = CreateThread(NULL, 0, run, &bench, 0, NULL);
    if (!thread || WaitForSingleObject(bench.opened, PATIENCE) != WAIT_OBJECT_0)
        give_up("the window did not open");
    double begun = milliseconds();
    while (!refreshes(&bench)) {
        if (milliseconds() - begun > PATIENCE)
            give_up("the lists were never filled");
        Sleep(5);
    }
    measure(&bench);
    PostMessageW(bench.window, WM_CLOSE, 0, 0);
    if (WaitForSingleObject(thread, PATIENCE) != WAIT_OBJECT_0)
        give_up("the window did not close");
    CloseHandle(thread);
    CloseHandle(bench.opened);
    remove_files(&bench);
}

/* --- starting --- */

struct search {
    DWORD process;
    LRESULT rows; /* of the longest list in any window of the process */
};

static BOOL CALLBACK look_at_child(HWND window, LPARAM context)
{
    struct search *search = (struct search *)context;
    wchar_t name[32] = L"";
    GetClassNameW(window, name, 32);
    if (wcscmp(name, WC_LISTVIEWW) == 0) {
        LRESULT rows = SendMessageW(window, LVM_GETITEMCOUNT, 0, 0);
        if (rows > search->rows)
            search->rows = rows;
    }
    return TRUE;
}

static BOOL CALLBACK look_at_window(HWND window, LPARAM context)
{
    struct search *search = (struct search *)context;
    DWORD process = 0;
    GetWindowThreadProcessId(window, &process);
    if (process == search->process && IsWindowVisible(window))
        EnumChildWindows(window, look_at_child, context);
    return TRUE;
}

/* From CreateProcess until a list of it shows as many rows as there are processes at the least. */
static double start_once(const wchar_t *command)
{
    enum { AT_LEAST = 5 }; /* any prefix has its services, explorer and us */
    wchar_t line[1024];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION started;
    wcscpy_s(line, 1024, command);
    double begun = milliseconds();
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started))
        give_up("a program could not be started");
    struct search search = {started.dwProcessId, 0};
    while (search.rows < AT_LEAST) {
        if (milliseconds() - begun > PATIENCE)
            give_up("a program never showed its processes");
        EnumWindows(look_at_window, (LPARAM)&search);
        Sleep(1);
    }
    double took = milliseconds() - begun;
    TerminateProcess(started.hProcess, 0);
    WaitForSingleObject(started.hProcess, PATIENCE);
    CloseHandle(started.hProcess);
    CloseHandle(started.hThread);
    return took;
}

static void bench_start(void)
{
    static double ours[STARTS];
    static double theirs[STARTS];
    wchar_t own[MAX_PATH] = L"";
    wchar_t command[1024];
    GetModuleFileNameW(NULL, own, MAX_PATH);
    for (int up = 0; up < 2; up++) { /* …\bench\bench_window.exe: the program lies one above */
        wchar_t *slash = wcsrchr(own, L'\\');
        if (!slash)
            give_up("the program is nowhere");
        *slash = 0;
    }
    swprintf(command, 1024, L"\"%ls\\stakeout.exe\" --settings \"%ls\\bench-start.ini\"", own, own);
    for (int i = 0; i < STARTS; i++) {
        theirs[i] = start_once(L"taskmgr.exe");
        ours[i] = start_once(command);
    }
    qsort(ours, STARTS, sizeof ours[0], compare);
    qsort(theirs, STARTS, sizeof theirs[0], compare);
    printf("{\"bench\":\"window\",\"case\":\"start to first full "
           "tree\",\"value\":%.1f,\"unit\":\"ms\","
           "\"baseline\":%.1f,\"baseline_name\":\"taskmgr\"}\n",
           ours[STARTS / 2], theirs[STARTS / 2]);
}

int main(void)
{
    bench_window("# nothing\n", measure_refreshes);
    bench_window("0.0.0.0/1\n128.0.0.0/1\n::/0\n", measure_watched);
    bench_start();
    return 0;
}
