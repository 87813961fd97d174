/* Commands that are run for the evidence: what they print, how they end, by themselves and
 * otherwise. */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/evidence/run_command.h"

static struct buffer printed;
static atomic_bool cancel;
static bool cancels; /* once something was printed */
static enum status refuses;

/* A pipe of ours: while the command runs, its writing end is closed, and nobody else has one. */
static HANDLE kept_out;
static HANDLE kept_in;
static bool was_broken;

static enum status take(void *context, struct text bytes)
{
    (void)context;
    if (kept_in) {
        CloseHandle(kept_in);
        kept_in = NULL;
        was_broken = !PeekNamedPipe(kept_out, NULL, 0, NULL, NULL, NULL) &&
                     GetLastError() == ERROR_BROKEN_PIPE;
    }
    buffer_add(&printed, bytes);
    if (cancels)
        atomic_store(&cancel, true);
    return refuses;
}

static int begin(void **state)
{
    (void)state;
    buffer_init(&printed, 1u << 24);
    atomic_store(&cancel, false);
    cancels = false;
    refuses = ST_OK;
    return 0;
}

static int end(void **state)
{
    (void)state;
    buffer_done(&printed);
    return 0;
}

static enum status run(const char *arguments, uint32_t ms, uint64_t most, struct run_result *result,
                       struct failure *failure)
{
    struct progress progress = {.cancel = &cancel};
    struct buffer line;
    struct run_order order = {
        .program = text_of("C:\\windows\\system32\\cmd.exe"),
        .ms = ms,
        .most = most,
        .take = take,
        .progress = &progress,
    };
    enum status status;

    buffer_init(&line, 4096);
    buffer_add_string(&line, "cmd.exe /c ");
    buffer_add_string(&line, arguments);
    order.line = buffer_text(&line);
    *failure = (struct failure){.status = ST_OK};
    status = run_command(&order, result, failure);
    buffer_done(&line);
    return status;
}

static bool is_gone(uint32_t pid)
{
    HANDLE process = OpenProcess(SYNCHRONIZE, FALSE, pid);
    bool gone = !process || WaitForSingleObject(process, 10000) == WAIT_OBJECT_0;

    if (process)
        CloseHandle(process);
    return gone;
}

static void test_prints(void **state)
{
    struct run_result result;
    struct failure failure;

    (void)state;
    assert_int_equal(run("echo one&echo two>&2&exit 7", 60000, 1 << 20, &result, &failure), ST_OK);
    assert_true(result.ended);
    assert_int_equal(result.exit_code, 7);
    assert_false(result.too_long || result.too_much);
    assert_true(text_find(buffer_text(&printed), text_of("one\r\n")) == 0);
    assert_true(text_find(buffer_text(&printed), text_of("two")) != SIZE_MAX);
}

static void test_no_input(void **state)
{
    struct run_result result;
    struct failure failure;

    (void)state;
    assert_int_equal(run("set /p x=ask", 60000, 1 << 20, &result, &failure), ST_OK);
    assert_true(result.ended); /* it found the end of its input, and nobody was asked */
}

static void test_too_long(void **state)
{
    struct run_result result;
    struct failure failure;

    (void)state;
    assert_int_equal(run("for /l %i in (0,0,1) do @rem", 300, 1 << 20, &result, &failure), ST_OK);
    assert_true(result.too_long && !result.ended);
    assert_true(is_gone(result.pid));
}

static void test_too_much(void **state)
{
    struct run_result result;
    struct failure failure;

    (void)state;
    assert_int_equal(run("for /l %i in (0,0,1) do @echo abcdefgh", 60000, 1000, &result, &failure),
                     ST_OK);
    assert_true(result.too_much && !result.ended);
    assert_int_equal(printed.size, 1000);
    assert_true(is_gone(result.pid));
}

static void test_cancelled(void **state)
{
    struct run_result result;
    struct failure failure;

    (void)state;
    cancels = true;
    assert_int_equal(run("for /l %i in (0,0,1) do @echo x", 60000, 1 << 20, &result, &failure),
                     ST_CANCELLED);
    assert_true(is_gone(result.pid));
}

static void test_refused(void **state)
{
    struct run_result result;
    struct failure failure;

    (void)state;
    refuses = ST_DISK_FULL;
    assert_int_equal(run("for /l %i in (0,0,1) do @echo x", 60000, 1 << 20, &result, &failure),
                     ST_DISK_FULL);
    assert_true(is_gone(result.pid));
}

static void test_no_program(void **state)
{
    const struct run_order order = {
        .program = text_of("C:\\no such\\thing.exe"), .line = text_of("thing"), .take = take};
    struct run_result result;
    struct failure failure = {.status = ST_OK};

    (void)state;
    assert_int_equal(run_command(&order, &result, &failure), ST_NOT_FOUND);
    assert_string_equal(failure.call, "CreateProcess");
    assert_int_equal(result.pid, 0);
}

/* What is started gets its pipe and nothing else of ours that may be inherited. */
static void test_handles_stay(void **state)
{
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    struct run_result result;
    struct failure failure;

    (void)state;
    assert_true(CreatePipe(&kept_out, &kept_in, &inherited, 0));
    refuses = ST_STALE;
    assert_int_equal(run("for /l %i in (0,0,1) do @echo x", 60000, 1 << 20, &result, &failure),
                     ST_STALE);
    assert_true(was_broken);
    CloseHandle(kept_out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_prints, begin, end),
        cmocka_unit_test_setup_teardown(test_no_input, begin, end),
        cmocka_unit_test_setup_teardown(test_too_long, begin, end),
        cmocka_unit_test_setup_teardown(test_too_much, begin, end),
        cmocka_unit_test_setup_teardown(test_cancelled, begin, end),
        cmocka_unit_test_setup_teardown(test_refused, begin, end),
        cmocka_unit_test_setup_teardown(test_no_program, begin, end),
        cmocka_unit_test_setup_teardown(test_handles_stay, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
