/* Whether windows answer (core/windows/window_answer), asked of a process that hangs when one of
 * its threads was ended, by an asker that does not. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/act/live_hand.h"
#include "core/windows/act/thread_act.h"
#include "core/windows/act/window_answer.h"
#include "tests/support/windows/child.h"

#define MOST_MS 3000 /* that one question may take, on a busy machine */

static struct child child;
static char told[256];
static struct window_probe probe;

static int begin(void **state)
{
    (void)state;
    probe = window_probe_of_system();
    child_start(&child, L"locker", L"", 0);
    child_read_line(&child, told, sizeof told);
    return 0;
}

static int end(void **state)
{
    (void)state;
    child_kill(&child, 1);
    return 0;
}

static enum window_answer ask(uint32_t pid)
{
    ULONGLONG begun = GetTickCount64();
    enum window_answer answer = probe.ask(probe.context, pid);

    assert_true(GetTickCount64() - begun < MOST_MS);
    return answer;
}

static struct thread_key key_of(const char *name)
{
    HANDLE thread =
        OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, (DWORD)child_number(told, name));
    FILETIME times[4];
    struct thread_key key = {.owner.pid = child.pid, .tid = (uint32_t)child_number(told, name)};

    assert_non_null(thread);
    assert_true(GetThreadTimes(thread, &times[0], &times[1], &times[2], &times[3]));
    key.created = (moment)((uint64_t)times[0].dwHighDateTime << 32 | times[0].dwLowDateTime);
    assert_true(GetProcessTimes(child.process, &times[0], &times[1], &times[2], &times[3]));
    key.owner.start = (moment)((uint64_t)times[0].dwHighDateTime << 32 | times[0].dwLowDateTime);
    CloseHandle(thread);
    return key;
}

static void test_a_window_that_works_answers(void **state)
{
    (void)state;
    assert_int_equal(ask(child.pid), WINDOWS_ANSWER);
}

static void test_who_shows_no_window(void **state)
{
    (void)state;
    assert_int_equal(ask(GetCurrentProcessId()), WINDOWS_NONE);
}

/* Row A6: whoever asks a window that hangs hangs with it. */
static void test_A6_a_window_that_hangs_holds_nobody_up(void **state)
{
    const struct thread_hand hand = thread_hand_of(NULL);
    struct thread_key key = key_of("keeper");
    struct thread_result result;
    char line[64];

    (void)state;
    hand.act(hand.context, THREAD_DEED_TERMINATE, &key, &result);
    assert_int_equal(result.outcome, THREAD_DONE);
    child_read_line(&child, line, sizeof line);
    assert_string_equal(line, "hangs");
    assert_int_equal(ask(child.pid), WINDOWS_SILENT);
    assert_int_equal(ask(child.pid), WINDOWS_SILENT);
}

static bool hear(void *context, const struct thread_report *report)
{
    bool *hung = context;

    *hung |= report->after.kind == AFTER_HUNG;
    return !*hung;
}

/* Row A10: a thread that holds a lock is ended; its process hangs, which is told, and this program
 * goes on. */
static void test_A10_what_hangs_afterwards_is_told(void **state)
{
    const struct thread_hand threads = thread_hand_of(NULL);
    const struct thread_target target = {.key = key_of("keeper")};
    struct hand *processes;
    struct thread_report report;
    bool hung = false;
    const struct thread_listener listener = {hear, &hung};

    (void)state;
    assert_int_equal(live_hand_new(NULL, &processes), ST_OK);
    const struct thread_tools tools = {
        .threads = &threads, .processes = processes, .windows = &probe};
    thread_deed_do(&tools, THREAD_DEED_TERMINATE, &target, &listener, &report);
    hand_free(processes);
    assert_int_equal(report.result.outcome, THREAD_DONE);
    assert_true(hung);
    assert_int_equal(report.after.kind, AFTER_HUNG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_window_that_works_answers, begin, end),
        cmocka_unit_test_setup_teardown(test_who_shows_no_window, begin, end),
        cmocka_unit_test_setup_teardown(test_A6_a_window_that_hangs_holds_nobody_up, begin, end),
        cmocka_unit_test_setup_teardown(test_A10_what_hangs_afterwards_is_told, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
