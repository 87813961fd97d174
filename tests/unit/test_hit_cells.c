/* The columns of a hit: of a connection whose owner is known, of one whose owner is not, and of a
 * process that matched by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/watch/hit_cells.h"
#include "tests/support/case_sample.h"
#include "tests/support/cell_check.h"

static void assert_cell(const struct hit *hit, enum hit_column column, const char *expected)
{
    const struct hit_list list = {&hit, 1};
    const char *written = cell_check_written(hit_row_class.cell(&list, 0, (unsigned)column));

    if (strcmp(written, expected) != 0)
        fail_msg("%s is \"%s\", not \"%s\"", hit_column_name((unsigned)column), written, expected);
}

static void test_a_connection_and_its_owner(void **state)
{
    const struct hit *hit = sample_hit();

    (void)state;
    assert_cell(hit, HIT_PROCESS, "text: node.exe");
    assert_cell(hit, HIT_PID, "number: 6656");
    assert_cell(hit, HIT_PROTOCOL, "text: TCP");
    assert_cell(hit, HIT_LOCAL, "address: 192.0.2.250");
    assert_cell(hit, HIT_LOCAL_PORT, "number: 49160");
    assert_cell(hit, HIT_REMOTE, "address: 192.0.2.1");
    assert_cell(hit, HIT_REMOTE_PORT, "number: 80");
    assert_cell(hit, HIT_REMOTE_NAME, "text: du.testjj.com");
    assert_cell(hit, HIT_STATE, "text: SYN_SENT");
    assert_cell(hit, HIT_WATCHED, "text: *.testjj.com");
    assert_cell(hit, HIT_MATCHED_BY, "word: by-domain");
    assert_cell(hit, HIT_PARENT, "process: cmd.exe 3252");
    assert_cell(hit, HIT_COMMAND, "text: node -e \"get('http://du.testjj.com')\"");
    assert_cell(hit, HIT_SOURCE, "text: evil.txt");
}

static void test_the_time_is_that_of_the_hit(void **state)
{
    const struct hit *hit = sample_hit();
    const struct hit_list list = {&hit, 1};

    (void)state;
    assert_int_equal(hit_row_class.cell(&list, 0, HIT_TIME).kind, CELL_MOMENT);
    assert_int_equal(hit_row_class.cell(&list, 0, HIT_TIME).number, SAMPLE_NOW);
}

static void test_the_parent_says_how_sure_it_is(void **state)
{
    struct hit *hit = sample_hit();

    (void)state;
    hit->ancestor_kinds[0] = PARENT_UNVERIFIED;
    assert_cell(hit, HIT_PARENT, "process: cmd.exe 3252, unverified");
    hit->ancestor_ended[0] = true;
    assert_cell(hit, HIT_PARENT, "process: cmd.exe 3252, exited");
    hit->ancestor_count = 0;
    assert_cell(hit, HIT_PARENT, "process: 3252, gone");
    hit->ancestor_kinds[0] = PARENT_VERIFIED;
    hit->ancestor_ended[0] = false;
}

/* The connection was caught, but its owner was gone before anybody could ask. */
static void test_an_owner_that_was_never_seen(void **state)
{
    struct hit *hit = sample_hit();

    (void)state;
    hit->process = NULL;
    hit->ancestor_count = 0;
    hit->connection.process = NO_ROW;
    assert_cell(hit, HIT_PROCESS, "unread: the process had ended");
    assert_cell(hit, HIT_PID, "number: 6656");
    assert_cell(hit, HIT_PARENT, "empty");
    assert_cell(hit, HIT_COMMAND, "empty");
    assert_cell(hit, HIT_REMOTE, "address: 192.0.2.1");
    hit->connection.seen.pid = 0;
    hit->connection.owner.pid = 0;
    assert_cell(hit, HIT_PROCESS, "word: no-owner");
    assert_cell(hit, HIT_PID, "empty");
}

static void test_a_process_that_matched_by_itself(void **state)
{
    static const enum hit_column columns[] = {HIT_PROTOCOL, HIT_LOCAL,       HIT_LOCAL_PORT,
                                              HIT_REMOTE,   HIT_REMOTE_PORT, HIT_STATE};
    struct hit *hit = sample_hit();

    (void)state;
    hit->is_process = true;
    hit->by = MATCH_PROCESS;
    hit->domain = text_of("");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        assert_cell(hit, columns[i], "empty");
    assert_cell(hit, HIT_REMOTE_NAME, "empty");
    assert_cell(hit, HIT_PROCESS, "text: node.exe");
    assert_cell(hit, HIT_MATCHED_BY, "word: by-process");
}

static void test_what_matched_and_what_the_command_refused(void **state)
{
    struct hit *hit = sample_hit();

    (void)state;
    hit->by = MATCH_ADDRESS;
    assert_cell(hit, HIT_MATCHED_BY, "word: by-address");
    hit->by = MATCH_PORT;
    assert_cell(hit, HIT_MATCHED_BY, "word: by-port");
    hit->by = MATCH_NONE;
    assert_cell(hit, HIT_MATCHED_BY, "empty");
    hit->origin.file = text_of("");
    assert_cell(hit, HIT_SOURCE, "empty"); /* typed */
    hit->process = sample_facts(SAMPLE_SERVICE);
    assert_cell(hit, HIT_COMMAND, "unread: protected process");
}

static void test_hits_are_told_apart_by_their_numbers(void **state)
{
    struct hit other = *sample_hit();
    const struct hit *hits[] = {sample_hit(), &other};
    const struct hit_list list = {hits, 2};

    (void)state;
    other.number = 4;
    assert_int_equal(hit_row_class.count(&list), 2);
    assert_int_equal(hit_row_class.id(&list, 0), 3);
    assert_int_equal(hit_row_class.id(&list, 1), 4);
    assert_int_not_equal(hit_row_class.stamp(&list, 0), hit_row_class.stamp(&list, 1));
    assert_int_equal(hit_row_class.ended(&list, 0), 0);
    assert_true(hit_row_class.watched(&list, 1));
    assert_null(hit_row_class.parent);
}

static void test_columns_have_names_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(hit_row_class.columns, HIT_COLUMNS);
    for (unsigned i = 0; i < HIT_COLUMNS; i++) {
        assert_int_not_equal(hit_column_name(i)[0], 0);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(hit_column_name(i), hit_column_name(j));
    }
    assert_string_equal(hit_column_name(HIT_COLUMNS), "");
    assert_cell(sample_hit(), HIT_COLUMNS, "empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_connection_and_its_owner),
        cmocka_unit_test(test_the_time_is_that_of_the_hit),
        cmocka_unit_test(test_the_parent_says_how_sure_it_is),
        cmocka_unit_test(test_an_owner_that_was_never_seen),
        cmocka_unit_test(test_a_process_that_matched_by_itself),
        cmocka_unit_test(test_what_matched_and_what_the_command_refused),
        cmocka_unit_test(test_hits_are_told_apart_by_their_numbers),
        cmocka_unit_test(test_columns_have_names_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
