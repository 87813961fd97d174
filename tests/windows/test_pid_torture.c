/* Orders for (PID, start) while PIDs are reused all the time: nobody else is ever touched.
 * Every process reports its own fate by its exit code: 7 when it ended by itself, 1 when it was
 * killed. 20,000 processes and 500 orders with STAKEOUT_TORTURE=full, fewer otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/tree_run.h"
#include "core/watch/round.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/clock.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"

#define OWN_END 7u
#define REUSE_MOST 20000 /* spawns until a PID comes back: about 260 under Wine */

static struct {
    struct source *source;
    struct round *round;
    struct hand *hand;
    struct act_log log;
    uint64_t before, after;
    wchar_t path[1100];
} made;

static enum status count_entry(void *context, const struct journal_entry *entry, uint64_t *number)
{
    (void)context;
    made.before += entry->phase == JOURNAL_BEFORE && !entry->of;
    made.after += entry->phase == JOURNAL_AFTER;
    if (number)
        *number = made.before;
    return ST_OK;
}

static int begin(void **state)
{
    struct round_setup setup = {.clock = clock_of_system()};

    (void)state;
    memset(&made, 0, sizeof made);
    made.log = (struct act_log){count_entry, NULL};
    child_lab_path(L"sleeper", made.path, 1100);
    assert_int_equal(live_source_new(NULL, &made.source), ST_OK);
    setup.source = made.source;
    assert_int_equal(round_new(&setup, &made.round), ST_OK);
    assert_int_equal(live_hand_new(NULL, &made.hand), ST_OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    hand_free(made.hand);
    round_free(made.round);
    source_free(made.source);
    return 0;
}

static moment start_of(HANDLE process)
{
    FILETIME created, exited, kernel, user;

    assert_true(GetProcessTimes(process, &created, &exited, &kernel, &user));
    return (moment)((uint64_t)created.dwHighDateTime << 32 | created.dwLowDateTime);
}

/* A process that ends by itself after `ms`. */
static HANDLE spawn(unsigned ms, struct process_key *key)
{
    /* No handles: what it prints goes nowhere. */
    STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION born;
    wchar_t line[1300];

    swprintf(line, 1300, L"\"%ls\" --exit %u %u", made.path, OWN_END, ms);
    assert_true(CreateProcessW(made.path, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &born));
    CloseHandle(born.hThread);
    *key = (struct process_key){born.dwProcessId, start_of(born.hProcess)};
    return born.hProcess;
}

static DWORD fate_of(HANDLE process)
{
    DWORD code = 0;

    assert_int_equal(WaitForSingleObject(process, 60000), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(process, &code));
    CloseHandle(process);
    return code;
}

static enum deed_outcome order(enum act_kind kind, struct process_key key)
{
    const struct deed_target target = {.key = key};
    struct deed_result result;

    deed_do(made.hand, &made.log, kind, &target, &result);
    return result.outcome;
}

static struct tree_plan *plan_for(uint32_t pid)
{
    struct snapshot *snapshot = NULL;
    struct tree_plan *plan = NULL;
    const struct process_key none = {0};
    uint32_t row;

    assert_int_equal(round_run(made.round, ROUND_PROCESSES), ST_OK);
    assert_int_equal(round_publish(made.round, &snapshot), ST_OK);
    row = snapshot_process_by_pid(snapshot, pid);
    if (row != NO_ROW)
        assert_int_equal(tree_plan_new(snapshot, row, none, ACT_KILL_TREE, &plan), ST_OK);
    snapshot_release(snapshot);
    return plan;
}

static void run_plan(struct tree_plan *plan)
{
    const struct tree_run run = {.hand = made.hand, .log = &made.log, .plan = plan};
    struct tree_result result;
    struct failure failure = {.status = ST_OK};

    assert_int_equal(tree_run(&run, &result, &failure), ST_OK);
    tree_result_done(&result);
    tree_plan_free(plan);
}

/* row A2 and A8: the PID of an order belongs to another process by now. The history lets go of its
 * handle first, as it does when a process has ended. */
static void test_A2_A8_a_really_reused_pid_is_not_touched(void **state)
{
    struct process_key old, young = {0};
    HANDLE process = spawn(1, &old);
    struct tree_plan *plan = plan_for(old.pid);
    HANDLE found = NULL;

    (void)state;
    assert_int_equal(fate_of(process), OWN_END);
    for (int tries = 0; tries < REUSE_MOST && !found; tries++) {
        assert_int_equal(round_run(made.round, ROUND_PROCESSES), ST_OK);
        process = spawn(tries < 40 ? 1 : 3000, &young);
        if (young.pid == old.pid)
            found = process;
        else if (tries < 40)
            fate_of(process);
        else {
            TerminateProcess(process, OWN_END);
            fate_of(process);
        }
    }
    if (!found) { /* this system spares its PIDs */
        tree_plan_free(plan);
        skip();
    }
    assert_true(young.start > old.start);
    for (enum act_kind kind = ACT_SUSPEND; kind <= ACT_KILL; kind++)
        if (kind != ACT_RESTART)
            assert_int_equal(order(kind, old), DEED_ALREADY_GONE);
    if (plan)
        run_plan(plan);
    assert_int_equal(fate_of(found), OWN_END);
}

/* --- the crowd --- */

struct crowd {
    size_t processes;
    size_t orders;
};

static struct crowd crowd_size(void)
{
    const char *wish = getenv("STAKEOUT_TORTURE");

    return wish && strcmp(wish, "full") == 0 ? (struct crowd){20000, 500} : (struct crowd){400, 40};
}

#define TOGETHER 8 /* processes that live at the same time */
#define PAST 256   /* keys that orders are taken from: most have ended, many PIDs are reused */

struct one {
    HANDLE process;
    struct process_key key;
    bool ordered; /* an order with just this key was given */
};

static struct one living[TOGETHER];
static struct process_key past[PAST];
static size_t past_count;
static size_t killed_by_order;

static struct one *living_one(struct process_key key)
{
    for (size_t i = 0; i < TOGETHER; i++)
        if (living[i].process && process_key_equal(living[i].key, key))
            return &living[i];
    return NULL;
}

/* Nobody dies of an order that was for another. */
static void bury(struct one *one)
{
    DWORD code = fate_of(one->process);

    assert_true(code == OWN_END || code == DEED_EXIT_CODE);
    if (code == DEED_EXIT_CODE)
        assert_true(one->ordered);
    killed_by_order += code == DEED_EXIT_CODE;
    one->process = NULL;
}

static void give_order(uint64_t number, struct process_key key)
{
    struct one *one = living_one(key);
    enum act_kind kind = (enum act_kind[]){ACT_KILL, ACT_SUSPEND, ACT_KILL_TREE}[number % 3];
    struct tree_plan *plan = kind == ACT_KILL_TREE ? plan_for(key.pid) : NULL;

    if (kind == ACT_KILL_TREE && !plan) /* it was never seen; then there is no such order */
        kind = ACT_KILL;
    if (plan) {
        one = living_one(plan->root);
        if (one)
            one->ordered = true;
        run_plan(plan);
        return;
    }
    if (one && kind == ACT_KILL)
        one->ordered = true;
    if (order(kind, key) != DEED_ALREADY_GONE && kind == ACT_SUSPEND)
        order(ACT_RESUME, key);
}

static void test_a_crowd_of_short_lives(void **state)
{
    struct crowd crowd = crowd_size();
    uint64_t random = 12345, given = 0;

    (void)state;
    for (size_t i = 0; i < crowd.processes; i++) {
        struct one *one = &living[i % TOGETHER];
        if (one->process)
            bury(one);
        one->process = spawn((unsigned)(random >> 33) % 40 + 1, &one->key);
        one->ordered = false;
        past[past_count++ % PAST] = one->key;
        random = random * 6364136223846793005u + 1442695040888963407u;
        if (i * crowd.orders / crowd.processes < given)
            continue;
        give_order(given++, past[(random >> 33) % (past_count < PAST ? past_count : PAST)]);
        /* And one for somebody who is there, so that orders do something, too. */
        give_order(given, living[i % TOGETHER].key);
        given++;
    }
    for (size_t i = 0; i < TOGETHER; i++)
        if (living[i].process)
            bury(&living[i]);
    assert_true(given >= crowd.orders);
    assert_true(killed_by_order > 0);
    assert_true(made.before >= given);
    assert_int_equal(made.before, made.after);
    print_message("# %u processes, %u orders, %u killed by their own\n", (unsigned)crowd.processes,
                  (unsigned)given, (unsigned)killed_by_order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_A2_A8_a_really_reused_pid_is_not_touched, begin, end),
        cmocka_unit_test_setup_teardown(test_a_crowd_of_short_lives, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
