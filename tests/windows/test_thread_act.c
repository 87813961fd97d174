/* Acting on one thread (core/windows/thread_act), compared with what the process says of itself,
 * and on a system that says "done" without having done it. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/act/thread_act.h"
#include "core/windows/nt.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"

static struct system_table calls;
static struct thread_hand hand;
static struct child child;
static char told[512];

static int begin(void **state)
{
    (void)state;
    calls = *system_calls();
    hand = thread_hand_of(&calls);
    child_start(&child, L"threads", L"", 0);
    child_read_line(&child, told, sizeof told);
    return 0;
}

static int end(void **state)
{
    (void)state;
    child_kill(&child, 1);
    return 0;
}

static moment times_of(BOOL(WINAPI *ask)(HANDLE, FILETIME *, FILETIME *, FILETIME *, FILETIME *),
                       HANDLE handle)
{
    FILETIME created, ended, kernel, user;

    assert_true(ask(handle, &created, &ended, &kernel, &user));
    return (moment)((uint64_t)created.dwHighDateTime << 32 | created.dwLowDateTime);
}

static struct thread_key key_of(const char *name)
{
    struct thread_key key = {.owner = {child.pid, times_of(GetProcessTimes, child.process)},
                             .tid = (uint32_t)child_number(told, name)};
    HANDLE thread = OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, key.tid);

    assert_non_null(thread);
    key.created = times_of(GetThreadTimes, thread);
    CloseHandle(thread);
    return key;
}

static struct thread_result act(enum thread_deed deed, const struct thread_key *key)
{
    struct thread_result result;

    hand.act(hand.context, deed, key, &result);
    return result;
}

/* What the process itself says: whether that thread has ended. */
static uint64_t has_ended(const char *name)
{
    char line[128];
    DWORD written;

    assert_true(WriteFile(child.input, "?\n", 2, &written, NULL));
    child_read_line(&child, line, sizeof line);
    return child_number(line, name);
}

static bool counts_are_told(void)
{
    return calls.nt_query_information_thread != NULL;
}

static void assert_counts(const struct thread_result *result, uint32_t before, uint32_t after)
{
    assert_int_equal(result->before.state, READ_OK);
    assert_int_equal(result->before.value, before);
    assert_int_equal(result->outcome, counts_are_told() ? THREAD_DONE : THREAD_UNSEEN);
    assert_int_equal(result->after.state, counts_are_told() ? READ_OK : READ_UNSUPPORTED);
    assert_int_equal(result->after.value, counts_are_told() ? after : 0);
    assert_int_equal(result->failure.status, ST_OK);
    assert_false(result->process_ended);
}

static void test_suspend_and_resume(void **state)
{
    struct thread_key key = key_of("first");
    struct thread_result result;

    (void)state;
    result = act(THREAD_DEED_SUSPEND, &key);
    assert_counts(&result, 0, 1);
    result = act(THREAD_DEED_SUSPEND, &key);
    assert_counts(&result, 1, 2);
    result = act(THREAD_DEED_RESUME, &key);
    assert_counts(&result, 2, 1);
    result = act(THREAD_DEED_RESUME, &key);
    assert_counts(&result, 1, 0);
    result = act(THREAD_DEED_RESUME, &key);
    assert_int_equal(result.outcome, THREAD_ALREADY_RUNS);
    assert_int_equal(has_ended("first"), 0);
}

static void test_terminate(void **state)
{
    struct thread_key key = key_of("second"); /* suspended: that does not save it */
    struct thread_result result = act(THREAD_DEED_TERMINATE, &key);

    (void)state;
    assert_int_equal(result.outcome, THREAD_DONE);
    assert_int_equal(result.before.state, counts_are_told() ? READ_OK : READ_UNSUPPORTED);
    assert_int_equal(result.before.value, counts_are_told() ? 2 : 0);
    assert_int_equal(result.after.state, READ_GONE);
    assert_false(result.process_ended);
    assert_int_equal(has_ended("second"), 1);
    assert_int_equal(has_ended("third"), 0);
    for (int deed = 0; deed < THREAD_DEEDS; deed++) {
        result = act((enum thread_deed)deed, &key);
        assert_int_equal(result.outcome, THREAD_ALREADY_GONE);
    }
}

/* The last thread takes its process along, and that is told. */
static void test_the_last_thread(void **state)
{
    static const char *const names[] = {"first", "second", "third", "main"};
    struct thread_result result = {.process_ended = false};

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct thread_key key = key_of(names[i]);
        result = act(THREAD_DEED_TERMINATE, &key);
        assert_int_equal(result.outcome, THREAD_DONE);
    }
    if (!result.process_ended) /* the system has threads of its own in some processes */
        assert_int_equal(WaitForSingleObject(child.process, 0), WAIT_TIMEOUT);
    else
        assert_int_equal(WaitForSingleObject(child.process, 5000), WAIT_OBJECT_0);
}

/* Neither another thread under its number, nor another process under its PID is touched. */
static void test_of_another_life(void **state)
{
    struct thread_key key = key_of("first");
    struct thread_key other;
    struct thread_result result;

    (void)state;
    other = key;
    other.created--;
    assert_int_equal(act(THREAD_DEED_TERMINATE, &other).outcome, THREAD_ALREADY_GONE);
    other = key;
    other.owner.start--;
    assert_int_equal(act(THREAD_DEED_TERMINATE, &other).outcome, THREAD_ALREADY_GONE);
    other = key;
    other.owner =
        (struct process_key){GetCurrentProcessId(), times_of(GetProcessTimes, GetCurrentProcess())};
    assert_int_equal(act(THREAD_DEED_TERMINATE, &other).outcome, THREAD_ALREADY_GONE);
    other = key;
    other.tid = 0x7FFFFFF0;
    assert_int_equal(act(THREAD_DEED_TERMINATE, &other).outcome, THREAD_ALREADY_GONE);
    other = key;
    other.created = 0; /* nothing to compare with */
    result = act(THREAD_DEED_TERMINATE, &other);
    assert_int_equal(result.outcome, THREAD_REFUSED);
    assert_int_equal(result.failure.status, ST_UNSUPPORTED);
    assert_int_equal(has_ended("first"), 0);
}

static void test_find(void **state)
{
    struct thread_key key = {.tid = 0};
    struct thread_key expected = key_of("third");
    struct failure failure;
    enum status status = hand.find(hand.context, expected.tid, &key, &failure);

    (void)state;
    if (!calls.nt_query_system_information) {
        assert_int_equal(status, ST_UNSUPPORTED);
        return;
    }
    assert_int_equal(status, ST_OK);
    assert_true(process_key_equal(key.owner, expected.owner));
    assert_int_equal(key.tid, expected.tid);
    assert_int_equal(key.created, expected.created);
    assert_int_equal(hand.find(hand.context, 0x7FFFFFF0, &key, &failure), ST_GONE);
    assert_int_equal(failure.status, ST_GONE);
}

/* ---- a system that refuses, and one that lies ---- */

static HANDLE WINAPI refuse(DWORD rights, BOOL inherit, DWORD tid)
{
    (void)rights;
    (void)inherit;
    (void)tid;
    SetLastError(ERROR_ACCESS_DENIED);
    return NULL;
}

static DWORD WINAPI say_done(HANDLE thread)
{
    (void)thread;
    return 0;
}

static DWORD WINAPI say_done_once_more(HANDLE thread)
{
    (void)thread;
    return 2;
}

static DWORD WINAPI fail_to(HANDLE thread)
{
    (void)thread;
    SetLastError(ERROR_SIGNAL_REFUSED);
    return UINT32_MAX;
}

static BOOL WINAPI say_terminated(HANDLE thread, DWORD code)
{
    (void)thread;
    (void)code;
    return TRUE;
}

static BOOL WINAPI fail_to_terminate(HANDLE thread, DWORD code)
{
    (void)thread;
    (void)code;
    SetLastError(ERROR_ACCESS_DENIED);
    return FALSE;
}

static void test_refusals(void **state)
{
    struct thread_key key = key_of("first");
    struct thread_result result;

    (void)state;
    calls.suspend_thread = fail_to;
    result = act(THREAD_DEED_SUSPEND, &key);
    assert_int_equal(result.outcome, THREAD_REFUSED);
    assert_string_equal(result.failure.call, "SuspendThread");
    assert_int_equal(result.failure.code, ERROR_SIGNAL_REFUSED);
    calls.terminate_thread = fail_to_terminate;
    result = act(THREAD_DEED_TERMINATE, &key);
    assert_int_equal(result.outcome, THREAD_REFUSED);
    assert_int_equal(result.failure.status, ST_DENIED);
    calls.open_thread = refuse;
    result = act(THREAD_DEED_SUSPEND, &key);
    assert_int_equal(result.outcome, THREAD_REFUSED);
    assert_string_equal(result.failure.call, "OpenThread");
    calls = *system_calls();
    calls.open_process = refuse;
    result = act(THREAD_DEED_SUSPEND, &key); /* whose it is can't be seen: not touched */
    assert_int_equal(result.outcome, THREAD_REFUSED);
    assert_string_equal(result.failure.call, "OpenProcess");
    calls = *system_calls();
    result = act(THREAD_DEED_SUSPEND, &key);
    assert_counts(&result, 0, 1);
}

static void test_a_system_that_lies(void **state)
{
    struct thread_key key = key_of("first");
    struct thread_key second = key_of("second");

    (void)state;
    calls.terminate_thread = say_terminated;
    assert_int_equal(act(THREAD_DEED_TERMINATE, &key).outcome, THREAD_STANDS);
    if (!counts_are_told())
        return;
    calls.suspend_thread = say_done;
    assert_int_equal(act(THREAD_DEED_SUSPEND, &key).outcome, THREAD_STANDS);
    calls.resume_thread = say_done_once_more;
    assert_int_equal(act(THREAD_DEED_RESUME, &second).outcome, THREAD_STANDS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_suspend_and_resume), TEST(test_terminate), TEST(test_the_last_thread),
        TEST(test_of_another_life),    TEST(test_find),      TEST(test_refusals),
        TEST(test_a_system_that_lies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
