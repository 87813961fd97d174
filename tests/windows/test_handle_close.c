/* Closing a handle in another process: only the one that was meant, and never unwritten. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/windows/find/handle_close.h"
#include "tests/support/windows/handle_bench.h"

static struct {
    enum status answer;
    unsigned count;
    enum journal_phase phases[4];
    char outcome[16];
    bool names_it;
} written;

static enum status write_line(void *context, const struct journal_entry *entry, uint64_t *number)
{
    (void)context;
    if (written.answer)
        return written.answer;
    written.phases[written.count++ & 3] = entry->phase;
    if (entry->outcome)
        snprintf(written.outcome, sizeof written.outcome, "%s", entry->outcome);
    written.names_it = text_find(entry->members, text_of("plain.txt")) != SIZE_MAX;
    if (number)
        *number = written.count;
    return ST_OK;
}

static const struct act_log act_log = {write_line, NULL};
static struct handle_close_result result;

static bool child_can_use(uint64_t value)
{
    char line[64];
    DWORD done;
    int size = snprintf(line, sizeof line, "close %llu\n", (unsigned long long)value);

    assert_true(WriteFile(child.input, line, (DWORD)size, &done, NULL));
    child_read_line(&child, line, sizeof line);
    return line[0] == '1';
}

/* The row of the plain file. */
static struct handle_row begin_with_row(void)
{
    start_lab();
    memset(&written, 0, sizeof written);
    assert_int_equal(find_of(child.pid), ST_OK);
    return *row_of(child.pid, hold_of("File", "plain.txt")->value);
}

static void test_closes_and_writes_it_down(void **state)
{
    struct handle_row row;

    (void)state;
    if (!lists_handles())
        skip();
    row = begin_with_row();
    assert_true(child_can_use(row.value));
    handle_close(&calls, &act_log, &row, &result);
    assert_string_equal(handle_close_phrase(result.outcome), "closed");
    assert_false(child_can_use(row.value));
    assert_int_equal(written.count, 2);
    assert_int_equal(written.phases[0], JOURNAL_BEFORE);
    assert_int_equal(written.phases[1], JOURNAL_AFTER);
    assert_string_equal(written.outcome, "success");
    assert_true(written.names_it);
    handle_close(&calls, &act_log, &row, &result);
    /* its number may have been given away already */
    assert_true(result.outcome == HANDLE_CLOSED_BEFORE || result.outcome == HANDLE_CLOSED_OTHER);
    assert_int_equal(written.count, 2);
}

static void test_another_object_is_left_alone(void **state)
{
    struct handle_row row;

    (void)state;
    if (!lists_handles())
        skip();
    row = begin_with_row();
    row.name = text_of("C:\\what was meant.txt");
    handle_close(&calls, &act_log, &row, &result);
    assert_int_equal(result.outcome, HANDLE_CLOSED_OTHER);
    assert_true(child_can_use(row.value));
    assert_int_equal(written.count, 0);
}

static void test_nothing_is_done_that_cannot_be_written(void **state)
{
    struct handle_row row;

    (void)state;
    if (!lists_handles())
        skip();
    row = begin_with_row();
    written.answer = ST_DISK_FULL;
    handle_close(&calls, &act_log, &row, &result);
    assert_int_equal(result.outcome, HANDLE_CLOSE_NOT_WRITTEN);
    assert_int_equal(result.failure.status, ST_DISK_FULL);
    assert_true(child_can_use(row.value));
}

static BOOL WINAPI say_closed(HANDLE process, HANDLE source, HANDLE into, HANDLE *copy,
                              DWORD rights, BOOL inherit, DWORD options)
{
    if (options & DUPLICATE_CLOSE_SOURCE)
        return TRUE;
    return DuplicateHandle(process, source, into, copy, rights, inherit, options);
}

static void test_system_that_says_closed_and_does_nothing(void **state)
{
    struct handle_row row;

    (void)state;
    if (!lists_handles())
        skip();
    row = begin_with_row();
    calls.duplicate_handle = say_closed;
    handle_close(&calls, &act_log, &row, &result);
    assert_int_equal(result.outcome, HANDLE_CLOSE_STANDS);
    assert_string_equal(written.outcome, "failure");
    assert_true(child_can_use(row.value));
}

static void test_refusals(void **state)
{
    struct handle_row row;

    (void)state;
    if (!lists_handles())
        skip();
    row = begin_with_row();
    row.process.start--; /* another life of that PID */
    handle_close(&calls, &act_log, &row, &result);
    assert_int_equal(result.outcome, HANDLE_CLOSE_REFUSED);
    assert_int_equal(result.failure.status, ST_GONE);
    row.process.start++;
    row.naming = HANDLE_HANGS;
    handle_close(&calls, &act_log, &row, &result);
    assert_int_equal(result.failure.status, ST_UNSUPPORTED);
    row.naming = HANDLE_NAMED;
    row.process.pid = GetCurrentProcessId();
    handle_close(&calls, &act_log, &row, &result);
    assert_int_equal(result.failure.status, ST_INVALID);
    assert_int_equal(written.count, 0);
    assert_true(child_can_use(row.value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_closes_and_writes_it_down, begin, end),
        cmocka_unit_test_setup_teardown(test_another_object_is_left_alone, begin, end),
        cmocka_unit_test_setup_teardown(test_nothing_is_done_that_cannot_be_written, begin, end),
        cmocka_unit_test_setup_teardown(test_system_that_says_closed_and_does_nothing, begin, end),
        cmocka_unit_test_setup_teardown(test_refusals, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
