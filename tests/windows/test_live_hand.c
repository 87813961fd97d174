/* The live hand on real processes, and on a system that refuses, lies or lacks a call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/deed.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/system.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"

static struct {
    struct system_table system;
    struct hand *hand;
    struct child child;
    struct process_key key;
    bool ended; /* the child was ended by the test */
} made;

static struct process_key key_of(HANDLE process, DWORD pid)
{
    FILETIME created, exited, kernel, user;

    assert_true(GetProcessTimes(process, &created, &exited, &kernel, &user));
    return (struct process_key){
        pid, (moment)((uint64_t)created.dwHighDateTime << 32 | created.dwLowDateTime)};
}

static int begin(void **state)
{
    char line[128];

    (void)state;
    memset(&made, 0, sizeof made);
    made.system = *system_calls();
    child_start(&made.child, L"sleeper", L"", 0);
    child_read_line(&made.child, line, sizeof line);
    made.key = key_of(made.child.process, made.child.pid);
    return live_hand_new(&made.system, &made.hand);
}

static int end(void **state)
{
    (void)state;
    hand_free(made.hand);
    if (made.ended)
        child_end(&made.child);
    else
        child_kill(&made.child, 0);
    return 0;
}

static struct deed_result act(enum act_kind kind, struct process_key key)
{
    const struct deed_target target = {.key = key};
    struct deed_result result;

    deed_do(made.hand, NULL, kind, &target, &result);
    return result;
}

static void test_suspend_resume_kill(void **state)
{
    struct deed_result result;

    (void)state;
    if (is_hidden("NtSuspendProcess"))
        skip();
    result = act(ACT_SUSPEND, made.key);
    assert_int_equal(result.outcome, DEED_DONE);
    assert_int_equal(result.seen.least_count, 1);
    assert_true(result.seen.threads > 0);
    result = act(ACT_RESUME, made.key);
    assert_int_equal(result.outcome, DEED_DONE);
    assert_int_equal(result.seen.suspended, 0);
    result = act(ACT_KILL, made.key);
    assert_int_equal(result.outcome, DEED_DONE);
    assert_int_equal(result.seen.exit_code, DEED_EXIT_CODE);
    assert_int_equal(act(ACT_KILL, made.key).outcome, DEED_ALREADY_GONE);
    made.ended = true;
}

static void test_another_start_is_another_process(void **state)
{
    struct process_key older = made.key;

    (void)state;
    older.start--;
    assert_int_equal(act(ACT_KILL, older).outcome, DEED_ALREADY_GONE);
    assert_int_equal(WaitForSingleObject(made.child.process, 0), WAIT_TIMEOUT);
    older.start = 0;
    assert_int_equal(act(ACT_KILL, older).outcome, DEED_REFUSED);
    assert_int_equal(WaitForSingleObject(made.child.process, 0), WAIT_TIMEOUT);
}

static void test_no_such_pid_is_gone(void **state)
{
    const struct process_key nobody = {.pid = 999996, .start = made.key.start};

    (void)state;
    assert_int_equal(act(ACT_KILL, nobody).outcome, DEED_ALREADY_GONE);
}

/* --- refusals --- */

static DWORD refuse_these;

static HANDLE WINAPI refuse_open(DWORD access, BOOL inherit, DWORD pid)
{
    if (access & refuse_these) {
        SetLastError(ERROR_ACCESS_DENIED);
        return NULL;
    }
    return OpenProcess(access, inherit, pid);
}

static void test_denied_is_told_apart_from_gone(void **state)
{
    struct process_key older = made.key;
    struct deed_result result;

    (void)state;
    older.start--;
    made.system.open_process = refuse_open;
    refuse_these = PROCESS_TERMINATE;
    result = act(ACT_KILL, made.key);
    assert_int_equal(result.outcome, DEED_REFUSED);
    assert_int_equal(result.failure.status, ST_DENIED);
    assert_int_equal(result.failure.code, ERROR_ACCESS_DENIED);
    /* The one that was meant has gone; that its heir may not be touched is another matter. */
    assert_int_equal(act(ACT_KILL, older).outcome, DEED_ALREADY_GONE);
    refuse_these = PROCESS_QUERY_LIMITED_INFORMATION;
    assert_int_equal(act(ACT_KILL, made.key).outcome, DEED_REFUSED);
}

static BOOL WINAPI refuse_terminate(HANDLE process, UINT code)
{
    (void)process;
    (void)code;
    SetLastError(ERROR_ACCESS_DENIED);
    return FALSE;
}

static BOOL WINAPI lie_terminate(HANDLE process, UINT code)
{
    (void)process;
    (void)code;
    return TRUE;
}

static DWORD WINAPI hasty_wait(HANDLE object, DWORD ms)
{
    (void)ms;
    return WaitForSingleObject(object, 0);
}

static void test_a_kill_that_is_refused_or_a_lie(void **state)
{
    (void)state;
    made.system.wait_for_single_object = hasty_wait;
    made.system.terminate_process = refuse_terminate;
    assert_int_equal(act(ACT_KILL, made.key).failure.status, ST_DENIED);
    made.system.terminate_process = lie_terminate;
    assert_int_equal(act(ACT_KILL, made.key).outcome, DEED_RUNS_STILL);
}

static NTSTATUS NTAPI refuse_suspend(HANDLE process)
{
    (void)process;
    return (NTSTATUS)0xC0000022; /* STATUS_ACCESS_DENIED */
}

static NTSTATUS NTAPI lie_suspend(HANDLE process)
{
    (void)process;
    return 0;
}

static void test_a_suspend_that_is_refused_missing_or_a_lie(void **state)
{
    struct deed_result result;

    (void)state;
    made.system.nt_suspend_process = refuse_suspend;
    result = act(ACT_SUSPEND, made.key);
    assert_int_equal(result.outcome, DEED_REFUSED);
    assert_int_equal(result.failure.status, ST_DENIED);
    assert_int_equal(result.failure.code, 0xC0000022);
    made.system.nt_suspend_process = NULL;
    assert_int_equal(act(ACT_SUSPEND, made.key).failure.status, ST_UNSUPPORTED);
    made.system.nt_suspend_process = lie_suspend;
    result = act(ACT_SUSPEND, made.key);
    /* Where counts can't be read (Windows 7) the states of the threads tell; here, neither. */
    assert_int_equal(result.outcome, result.seen.counts == READ_OK ? DEED_RUNS_STILL : DEED_UNSEEN);
}

/* Windows 7 has no suspend counts: the listing says whether all threads stand still. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the system says what it looks like */
static NTSTATUS NTAPI no_counts(HANDLE thread, ULONG class, void *out, ULONG size, ULONG *needed)
{
    (void)thread;
    (void)class;
    (void)out;
    (void)size;
    (void)needed;
    return (NTSTATUS)0xC0000003; /* STATUS_INVALID_INFO_CLASS */
}

static void test_without_counts_the_states_are_asked(void **state)
{
    struct grip *grip = NULL;
    struct grip_look look;
    struct failure failure = {.status = ST_OK};

    (void)state;
    if (is_hidden("NtQuerySystemInformation"))
        skip();
    made.system.nt_query_information_thread = no_counts;
    assert_int_equal(made.hand->class->hold(made.hand, made.key, GRIP_LOOK, &grip, &failure),
                     ST_OK);
    made.hand->class->look(made.hand, grip, &look);
    assert_int_equal(look.counts, READ_OK);
    assert_true(look.uncounted);
    assert_true(look.threads > 0);
    assert_int_equal(look.suspended, 0);
    hand_release(made.hand, grip);
}

static void test_this_program_knows_itself(void **state)
{
    struct process_key self = live_hand_self();

    (void)state;
    assert_true(process_key_equal(self, key_of(GetCurrentProcess(), GetCurrentProcessId())));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_suspend_resume_kill),
        TEST(test_another_start_is_another_process),
        TEST(test_no_such_pid_is_gone),
        TEST(test_denied_is_told_apart_from_gone),
        TEST(test_a_kill_that_is_refused_or_a_lie),
        TEST(test_a_suspend_that_is_refused_missing_or_a_lie),
        TEST(test_without_counts_the_states_are_asked),
        TEST(test_this_program_knows_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
