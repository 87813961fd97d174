/* The columns of a process: what each row says, and when a row says something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/model/process_cells.h"
#include "tests/support/case_sample.h"
#include "tests/support/cell_check.h"

static void assert_cell(const struct snapshot *snapshot, enum sample_process row,
                        enum process_column column, const char *expected)
{
    const char *written =
        cell_check_written(process_row_class.cell(snapshot, row, (unsigned)column));

    if (strcmp(written, expected) != 0)
        fail_msg("%s of row %d is \"%s\", not \"%s\"", process_column_name((unsigned)column),
                 (int)row, written, expected);
}

static void test_an_ordinary_process(void **state)
{
    struct snapshot *snapshot = sample_snapshot();

    (void)state;
    sample_process_row(SAMPLE_NODE)->cpu_share = 1250;
    sample_process_row(SAMPLE_NODE)->connections = 3;
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_NAME, "text: node.exe");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_PID, "number: 6656");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_CPU, "share: 1250");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_ENDED, "empty");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_CONNECTIONS, "number: 3");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_USER, "text: alice");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_SESSION, "number: 1");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_BITS, "number: 64");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_ELEVATED, "word: no");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_SERVICES, "empty");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_IMAGE, "text: C:\\tools\\node.exe");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_COMMAND,
                "text: node -e \"get('http://du.testjj.com')\"");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_DIRECTORY, "text: C:\\work\\");
    assert_cell(snapshot, SAMPLE_NODE, PROCESS_WATCHED, "empty");
    assert_int_equal(process_row_class.cell(snapshot, SAMPLE_NODE, PROCESS_STARTED).number,
                     sample_facts(SAMPLE_NODE)->key.start);
}

/* row P7: each field that was refused says so for itself; what was told stays. */
static void test_P7_each_refused_field_says_why(void **state)
{
    struct snapshot *snapshot = sample_snapshot();

    (void)state;
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_NAME, "text: svchost.exe");
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_PID, "number: 1040");
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_IMAGE, "unread: access denied");
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_COMMAND, "unread: protected process");
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_USER, "unread: access denied");
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_BITS, "unread: not supported by this system");
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_ELEVATED, "unread: access denied");
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_SERVICES, "text: Dhcp, EventLog");
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_SESSION, "number: 0");
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_CPU, "unread: not supported by this system");
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_STARTED, "empty");
}

static void test_an_idle_or_ended_process_uses_no_processor(void **state)
{
    struct snapshot *snapshot = sample_snapshot();

    (void)state;
    assert_cell(snapshot, SAMPLE_CMD, PROCESS_CPU, "empty");
    sample_process_row(SAMPLE_CMD)->cpu_share = 9000;
    sample_process_row(SAMPLE_CMD)->ended = 77;
    assert_cell(snapshot, SAMPLE_CMD, PROCESS_CPU, "empty");
    assert_cell(snapshot, SAMPLE_CMD, PROCESS_ENDED, "moment: 77");
    assert_int_equal(process_row_class.ended(snapshot, SAMPLE_CMD), 77);
}

static void test_the_parent_says_how_sure_it_is(void **state)
{
    struct snapshot *snapshot = sample_snapshot();

    (void)state;
    assert_cell(snapshot, SAMPLE_CMD, PROCESS_PARENT, "process: explorer.exe 3140");
    assert_cell(snapshot, SAMPLE_EXPLORER, PROCESS_PARENT, "process: 3100, gone");
    sample_process_row(SAMPLE_CMD)->parent_kind = PARENT_UNVERIFIED;
    assert_cell(snapshot, SAMPLE_CMD, PROCESS_PARENT, "process: explorer.exe 3140, unverified");
    sample_process_row(SAMPLE_EXPLORER)->ended = 1;
    assert_cell(snapshot, SAMPLE_CMD, PROCESS_PARENT, "process: explorer.exe 3140, exited");
    sample_process_row(SAMPLE_CMD)->parent_kind = PARENT_NONE;
    assert_cell(snapshot, SAMPLE_CMD, PROCESS_PARENT, "empty");
    assert_int_equal(process_row_class.parent(snapshot, SAMPLE_CMD), SAMPLE_EXPLORER);
    assert_int_equal(process_row_class.parent(snapshot, SAMPLE_EXPLORER), VIEW_NO_ROW);
}

/* Its own indicator; else that of the last of its connections. */
static void test_what_it_is_watched_as(void **state)
{
    struct snapshot *snapshot = sample_snapshot();

    (void)state;
    assert_false(process_row_class.watched(snapshot, SAMPLE_SERVICE));
    sample_process_row(SAMPLE_SERVICE)->watched = 1;
    assert_true(process_row_class.watched(snapshot, SAMPLE_SERVICE));
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_WATCHED, "empty");
    sample_process_row(SAMPLE_SERVICE)->watched_as = 4;
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_WATCHED, "indicator: 4");
    sample_process_row(SAMPLE_SERVICE)->indicator = 0;
    assert_cell(snapshot, SAMPLE_SERVICE, PROCESS_WATCHED, "indicator: 0");
    sample_process_row(SAMPLE_SERVICE)->watched = 0;
    assert_true(process_row_class.watched(snapshot, SAMPLE_SERVICE));
}

static void test_the_stamp_changes_with_what_is_shown(void **state)
{
    struct snapshot *snapshot = sample_snapshot();
    struct process_row *row = sample_process_row(SAMPLE_CMD);
    uint64_t stamps[8];
    size_t count = 0;

    (void)state;
    stamps[count++] = process_row_class.stamp(snapshot, SAMPLE_CMD);
    row->last_seen += MOMENT_SECOND; /* no column tells it */
    assert_int_equal(process_row_class.stamp(snapshot, SAMPLE_CMD), stamps[0]);
    row->cpu_share = 100;
    stamps[count++] = process_row_class.stamp(snapshot, SAMPLE_CMD);
    row->connections = 1;
    stamps[count++] = process_row_class.stamp(snapshot, SAMPLE_CMD);
    row->watched = 1;
    stamps[count++] = process_row_class.stamp(snapshot, SAMPLE_CMD);
    row->indicator = 0;
    stamps[count++] = process_row_class.stamp(snapshot, SAMPLE_CMD);
    sample_process_row(SAMPLE_EXPLORER)->ended = 1; /* the parent column says so */
    stamps[count++] = process_row_class.stamp(snapshot, SAMPLE_CMD);
    row->parent_kind = PARENT_UNVERIFIED;
    stamps[count++] = process_row_class.stamp(snapshot, SAMPLE_CMD);
    row->ended = 2;
    stamps[count++] = process_row_class.stamp(snapshot, SAMPLE_CMD);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(stamps[i], stamps[j]);
    }
}

static void test_columns_have_names_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(process_row_class.columns, PROCESS_COLUMNS);
    assert_int_equal(process_row_class.natural, PROCESS_STARTED);
    for (unsigned i = 0; i < PROCESS_COLUMNS; i++) {
        assert_int_not_equal(process_column_name(i)[0], 0);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(process_column_name(i), process_column_name(j));
    }
    assert_string_equal(process_column_name(PROCESS_COLUMNS), "");
    assert_int_equal(process_row_class.count(sample_snapshot()), SAMPLE_PROCESSES);
    assert_int_equal(process_row_class.id(sample_snapshot(), SAMPLE_NODE), SAMPLE_NODE + 1);
    assert_int_equal(process_row_class.cell(sample_snapshot(), 0, PROCESS_COLUMNS).kind,
                     CELL_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_ordinary_process),
        cmocka_unit_test(test_P7_each_refused_field_says_why),
        cmocka_unit_test(test_an_idle_or_ended_process_uses_no_processor),
        cmocka_unit_test(test_the_parent_says_how_sure_it_is),
        cmocka_unit_test(test_what_it_is_watched_as),
        cmocka_unit_test(test_the_stamp_changes_with_what_is_shown),
        cmocka_unit_test(test_columns_have_names_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
