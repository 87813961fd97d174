/* The search for handles against a process that says what it holds. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/windows/handle_bench.h"

/* Events and mutexes lie in a folder of the session's. */
static bool has_name(const struct handle_row *row, const struct held_line *held)
{
    struct text name = text_from(held->name);

    if (!name.size)
        return row->naming == HANDLE_NAMELESS;
    if (row->naming != HANDLE_NAMED)
        return false;
    if (strcmp(held->type, "File") == 0)
        return text_equal(row->name, name);
    if (strcmp(held->type, "Key") == 0)
        return text_equal_nocase(row->name, name);
    return text_ends(row->name, name) && row->name.bytes[row->name.size - name.size - 1] == '\\';
}

static void assert_found(const struct held_line *held)
{
    const struct handle_row *row = row_of(child.pid, held->value);

    if (!text_equal(row->type, text_from(held->type)))
        fail_msg("%s %s has the type %u %.*s", held->type, held->name, row->number,
                 (int)row->type.size, row->type.bytes ? row->type.bytes : "");
    if (!has_name(row, held))
        fail_msg("%s %s is told as %.*s (%s)", held->type, held->name, (int)row->name.size,
                 row->name.bytes ? row->name.bytes : "", handle_naming_phrase(row->naming));
    assert_true(text_equal(row->process_name, text_of("handles.exe")));
    assert_true(row->process.start > 0);
    assert_true(row->access != 0);
}

/* What the lab program made bears this name or lies in its folder; nothing else does. */
static void assert_no_false_one(void)
{
    for (size_t i = 0; i < row_count; i++) {
        bool ours = text_find(rows[i].name, text_of("takeout-")) != SIZE_MAX ||
                    text_find(rows[i].name, text_of("Stakeout\xE9\x94\xAE")) != SIZE_MAX ||
                    text_find(rows[i].name, buffer_text(&folder)) != SIZE_MAX;
        bool known = false;
        for (size_t j = 0; j < hold_count; j++)
            known = known || holds[j].value == rows[i].value;
        if (rows[i].process.pid == child.pid && ours && !known)
            fail_msg("%.*s is not held", (int)rows[i].name.size, rows[i].name.bytes);
    }
}

/* users.md H2: names are whole, in every script and at every length */
static void test_H2_every_handle_of_a_process_is_told_once_by_its_name(void **state)
{
    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    assert_int_equal(find_of(child.pid), ST_OK);
    assert_int_equal(hold_count, 11);
    for (size_t i = 0; i < hold_count; i++)
        assert_found(&holds[i]);
    assert_no_false_one();
    assert_int_equal(told.names_not_read, 0);
    assert_int_equal(told.handles, row_count);
    for (size_t i = 0; i < row_count; i++)
        row_of(child.pid, rows[i].value);
}

static void test_all_processes_hold_the_same(void **state)
{
    DWORD own;

    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    assert_int_equal(find_of(0), ST_OK);
    for (size_t i = 0; i < hold_count; i++)
        assert_found(&holds[i]);
    assert_int_equal(atomic_load(&progress.done), atomic_load(&progress.total));
    assert_int_equal(atomic_load(&progress.done), row_count);
    /* this program's own ones, too */
    own = GetCurrentProcessId();
    assert_int_equal(row_of(own, (uintptr_t)child.process)->naming, HANDLE_NAMELESS);
    assert_true(text_equal(row_of(own, (uintptr_t)child.process)->type, text_of("Process")));
}

/* Copies that were made for naming are closed again. */
static void test_no_copy_stays(void **state)
{
    DWORD before = 0;
    DWORD after = 0;

    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    assert_int_equal(find_of(0), ST_OK);
    assert_true(GetProcessHandleCount(GetCurrentProcess(), &before));
    for (int i = 0; i < 3; i++)
        assert_int_equal(find_of(0), ST_OK);
    assert_true(GetProcessHandleCount(GetCurrentProcess(), &after));
    assert_true(after <= before);
}

static void test_sink_that_has_enough(void **state)
{
    (void)state;
    if (!lists_handles())
        skip();
    start_lab();
    rows_wanted = 3;
    assert_int_equal(find_of(child.pid), ST_CANCELLED);
    assert_int_equal(row_count, 3);
}

static void test_system_without_the_calls(void **state)
{
    (void)state;
    calls.nt_query_system_information = NULL;
    assert_int_equal(find_of(0), ST_UNSUPPORTED);
    assert_int_equal(row_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_H2_every_handle_of_a_process_is_told_once_by_its_name,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_all_processes_hold_the_same, begin, end),
        cmocka_unit_test_setup_teardown(test_no_copy_stays, begin, end),
        cmocka_unit_test_setup_teardown(test_sink_that_has_enough, begin, end),
        cmocka_unit_test_setup_teardown(test_system_without_the_calls, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
