/* bench_storm: the window under 10,000 connections a second that go into TIME_WAIT. Watched from
 * outside its thread: the slowest answer to WM_NULL; and when the storm is over whether every
 * connection is in the pane with its owner. Prints one JSON line a figure; exits with 1 when one
 * was lost. */
#include <windows.h>

#include <commctrl.h>
#include <stdio.h>
#include <wchar.h>

#include "gui/main_window.h"
#include "tests/support/storm.h"

#define PATIENCE 60000 /* ms after which something never happens */
#define A_READING 250  /* connections; read every 25 ms */
#define STORM_MS 10000
#define LOOK (WM_APP + 900) /* ours, for the window's thread */

struct bench {
    struct storm *storm;
    HANDLE opened;
    HWND window;
    wchar_t settings[MAX_PATH];
    wchar_t list[MAX_PATH];
};

/* What the pane shows, as the window's thread tells. */
struct told {
    uint64_t rows;
    uint64_t unowned; /* of these: without an owner */
    uint64_t open;
    uint64_t lost; /* cut off by the limits */
};

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "bench_storm: %s\n", what);
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

static void look(const struct main_window *main, struct told *told)
{
    const struct snapshot *shown = main->connections_shown;

    *told = (struct told){.rows = tree_view_count(list_pane_view(main->connections))};
    for (uint32_t i = 0; shown && i < shown->connection_count; i++)
        told->unowned += shown->connections[i].owner.pid == 0;
    told->open = shown ? shown->counts.connections : UINT64_MAX;
    told->lost = shown ? shown->counts.forgotten_connections : 0;
}

static LRESULT CALLBACK answer_look(HWND window, UINT message, WPARAM wparam, LPARAM lparam,
                                    UINT_PTR id, DWORD_PTR context)
{
    (void)id;
    (void)context;
    if (message != LOOK)
        return DefSubclassProc(window, message, wparam, lparam);
    look(main_window_of(window), (struct told *)lparam);
    return 0;
}

static void opened(void *context, HWND window)
{
    struct bench *bench = context;

    SetWindowSubclass(window, answer_look, 1, 0);
    bench->window = window;
    SetEvent(bench->opened);
}

static DWORD WINAPI run(void *context)
{
    struct bench *bench = context;
    const struct gui_setup setup = {
        .source = storm_base(bench->storm),
        .language = STRINGS_ENGLISH,
        .settings = bench->settings,
        .list = bench->list,
        .show = SW_SHOWNORMAL,
        .opened = opened,
        .context = bench,
    };

    return (DWORD)gui_run(&setup);
}

/* How long the window takes to answer, in ms. */
static double ask(HWND window)
{
    double asked = milliseconds();
    DWORD_PTR answer;

    if (!SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_NORMAL, PATIENCE, &answer))
        give_up("the window does not answer");
    return milliseconds() - asked;
}

static void print(const char *what, double value, const char *unit, double baseline,
                  const char *name)
{
    printf("{\"bench\":\"storm\",\"case\":\"%s\",\"value\":%.1f,\"unit\":\"%s\",\"baseline\":%.1f,"
           "\"baseline_name\":\"%s\"}\n",
           what, value, unit, baseline, name);
}

static double ride_the_storm(struct bench *bench)
{
    double begun = milliseconds();
    double slowest = 0;

    while (milliseconds() - begun < STORM_MS) {
        double took = ask(bench->window);

        if (took > slowest)
            slowest = took;
        Sleep(5);
    }
    return slowest;
}

/* Until the last of it is closed and shown so. */
static struct told wait_for_calm(struct bench *bench)
{
    double begun = milliseconds();
    struct told told;

    storm_stop(bench->storm);
    do {
        if (milliseconds() - begun > PATIENCE)
            give_up("the storm never ended in the pane");
        Sleep(200);
        SendMessageW(bench->window, LOOK, 0, (LPARAM)&told);
    } while (told.open);
    return told;
}

static void make_paths(struct bench *bench)
{
    wchar_t folder[MAX_PATH];
    FILE *list;
    DWORD length = GetTempPathW(MAX_PATH - 40, folder);

    if (!length || length > MAX_PATH - 40)
        give_up("no folder for temporary files");
    swprintf(bench->settings, MAX_PATH, L"%lsstakeout-storm.ini", folder);
    swprintf(bench->list, MAX_PATH, L"%lsstakeout-storm.txt", folder);
    DeleteFileW(bench->settings);
    list = _wfopen(bench->list, L"wb");
    if (!list)
        give_up("no watchlist could be written");
    fputs("203.0.113.1\n", list); /* nobody goes there, but the trap is set */
    fclose(list);
}

int main(void)
{
    static struct bench bench;
    double slowest;
    struct told told;
    double opened_count;
    HANDLE thread;

    bench.storm = storm_new(A_READING);
    bench.opened = CreateEventW(NULL, TRUE, FALSE, NULL);
    make_paths(&bench);
    thread = CreateThread(NULL, 0, run, &bench, 0, NULL);
    if (!thread || WaitForSingleObject(bench.opened, PATIENCE) != WAIT_OBJECT_0)
        give_up("the window did not open");
    slowest = ride_the_storm(&bench);
    told = wait_for_calm(&bench);
    opened_count = (double)storm_opened(bench.storm);
    print("connections a second", opened_count * 1e3 / STORM_MS, "1/s", 10000, "aim");
    print("slowest answer to WM_NULL", slowest, "ms", 100, "the bar");
    print("in the pane, or cut off and told", (double)(told.rows + told.lost), "connections",
          opened_count, "opened");
    print("in the pane without an owner", (double)told.unowned, "connections", 0, "the bar");
    PostMessageW(bench.window, WM_CLOSE, 0, 0);
    if (WaitForSingleObject(thread, PATIENCE) != WAIT_OBJECT_0)
        give_up("the window did not close");
    DeleteFileW(bench.settings);
    DeleteFileW(bench.list);
    return told.rows + told.lost == (uint64_t)opened_count && told.unowned == 0 ? 0 : 1;
}
