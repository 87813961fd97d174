/* Trees of real processes: watchdogs that start each other again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/tree_run.h"
#include "core/watch/round.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/clock.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"

#define DOGS 3
#define RUNS 100
#define PATIENCE_MS 30000u

/* As in tests/lab/watchdog.c. */
struct pack {
    volatile LONG stop;
    volatile LONG middle;
    volatile LONG seen;
    volatile LONG starts;
    volatile LONG pids[DOGS];
};

static struct {
    struct source *source;
    struct round *round;
    struct hand *hand;
    HANDLE memory;
    struct pack *pack;
    HANDLE first; /* slot 0 */
    struct snapshot *snapshot;
    struct tree_plan *plan;
} made;

static unsigned number;

static int begin(void **state)
{
    const struct round_setup setup = {.source = NULL};
    struct round_setup live = setup;

    (void)state;
    memset(&made, 0, sizeof made);
    assert_int_equal(live_source_new(NULL, &made.source), ST_OK);
    live.source = made.source;
    live.clock = clock_of_system();
    assert_int_equal(round_new(&live, &made.round), ST_OK);
    assert_int_equal(live_hand_new(NULL, &made.hand), ST_OK);
    return 0;
}

static void let_go(void)
{
    tree_plan_free(made.plan);
    snapshot_release(made.snapshot);
    made.plan = NULL;
    made.snapshot = NULL;
    if (made.first)
        CloseHandle(made.first);
    if (made.pack)
        UnmapViewOfFile(made.pack);
    if (made.memory)
        CloseHandle(made.memory);
    made.first = made.memory = NULL;
    made.pack = NULL;
}

static bool is_dog(const struct process_seen *row)
{
    return text_equal(row->name, text_of("watchdog.exe"));
}

static size_t living_dogs(void)
{
    struct process_table table = {0};
    struct failure failure = {.status = ST_OK};
    size_t living = 0;

    assert_int_equal(made.hand->class->list(made.hand, &table, &failure), ST_OK);
    for (size_t i = 0; i < table.count; i++) {
        HANDLE process;
        if (!is_dog(&table.rows[i]))
            continue;
        process = OpenProcess(SYNCHRONIZE, FALSE, table.rows[i].key.pid);
        living += process && WaitForSingleObject(process, 0) == WAIT_TIMEOUT;
        if (process)
            CloseHandle(process);
    }
    return living;
}

static int end(void **state)
{
    DWORD begun = GetTickCount();

    (void)state;
    if (made.pack)
        made.pack->stop = 1;
    while (living_dogs() && GetTickCount() - begun < PATIENCE_MS)
        Sleep(5);
    let_go();
    hand_free(made.hand);
    round_free(made.round);
    source_free(made.source);
    return 0;
}

/* Starts the three and watches, as the program does, until all are there and slot 2 has left. */
static void start_dogs(void)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION born;
    wchar_t path[1100], line[1300], name[64];
    DWORD begun = GetTickCount();

    swprintf(name, 64, L"stakeout-pack-%lu-%u", GetCurrentProcessId(), number++);
    made.memory =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof *made.pack, name);
    made.pack = MapViewOfFile(made.memory, FILE_MAP_ALL_ACCESS, 0, 0, sizeof *made.pack);
    assert_non_null(made.pack);
    child_lab_path(L"watchdog", path, 1100);
    swprintf(line, 1300, L"\"%ls\" %ls 0", path, name);
    assert_true(CreateProcessW(path, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &born));
    CloseHandle(born.hThread);
    made.first = born.hProcess;
    while (!made.pack->pids[0] || !made.pack->pids[1] || !made.pack->pids[2]) {
        assert_true(GetTickCount() - begun < PATIENCE_MS);
        assert_int_equal(round_run(made.round, ROUND_PROCESSES), ST_OK);
    }
    assert_int_equal(round_run(made.round, ROUND_PROCESSES), ST_OK);
    made.pack->seen = 1;
    for (;;) {
        HANDLE middle = OpenProcess(SYNCHRONIZE, FALSE, (DWORD)made.pack->middle);
        bool gone = !middle || WaitForSingleObject(middle, 10) == WAIT_OBJECT_0;
        if (middle)
            CloseHandle(middle);
        if (gone)
            break;
        assert_true(GetTickCount() - begun < PATIENCE_MS);
    }
    assert_int_equal(round_run(made.round, ROUND_PROCESSES), ST_OK);
}

static void plan_tree(uint32_t root)
{
    const struct process_key none = {0};

    assert_int_equal(round_publish(made.round, &made.snapshot), ST_OK);
    assert_int_equal(tree_plan_new(made.snapshot, snapshot_process_by_pid(made.snapshot, root),
                                   none, ACT_KILL_TREE, &made.plan),
                     ST_OK);
}

static struct tree_member *member(LONG pid)
{
    for (size_t i = 0; i < made.plan->count; i++)
        if (made.plan->members[i].key.pid == (uint32_t)pid)
            return &made.plan->members[i];
    return NULL;
}

/* row A3: watchdogs that start each other again, one of which has left the tree, do not survive. */
static void test_A3_watchdogs_never_survive(void **state)
{
    (void)state;
    if (is_hidden("NtSuspendProcess"))
        skip(); /* nothing can be held still then */
    for (int run = 0; run < RUNS; run++) {
        struct tree_run setup = {.hand = made.hand};
        struct tree_result result;
        struct failure failure = {.status = ST_OK};
        LONG starts;
        start_dogs();
        plan_tree((uint32_t)made.pack->pids[0]);
        assert_non_null(member(made.pack->pids[1]));
        assert_non_null(member(made.pack->pids[2]));
        assert_int_equal(member(made.pack->pids[2])->group, TREE_ORPHAN);
        assert_false(member(made.pack->pids[2])->ticked);
        member(made.pack->pids[2])->ticked = true;
        starts = made.pack->starts;
        setup.plan = made.plan;
        assert_int_equal(tree_run(&setup, &result, &failure), ST_OK);
        assert_int_equal(result.survived, 0);
        assert_true(result.settled);
        assert_int_equal(made.pack->starts, starts);
        assert_int_equal(living_dogs(), 0);
        tree_result_done(&result);
        let_go();
    }
}

/* The way of others, so that these dogs are seen to bite: end them by PID, one after another. */
static void test_A3_ended_one_by_one_they_come_back(void **state)
{
    LONG starts;
    DWORD begun = GetTickCount();

    (void)state;
    start_dogs();
    starts = made.pack->starts;
    for (int slot = 0; slot < DOGS; slot++) {
        HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, (DWORD)made.pack->pids[slot]);
        if (process) {
            TerminateProcess(process, 1);
            CloseHandle(process);
        }
        Sleep(10); /* what killing through a list of PIDs takes */
    }
    while (made.pack->starts == starts || !living_dogs())
        assert_true(GetTickCount() - begun < PATIENCE_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_A3_watchdogs_never_survive, begin, end),
        cmocka_unit_test_setup_teardown(test_A3_ended_one_by_one_they_come_back, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
