/* flagged: who has a hit in the case, who was named, and who only looks like one of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/case/ecs.h"
#include "core/evidence/flagged.h"
#include "tests/support/case_sample.h"
#include "tests/support/failing_memory.h"

static struct snapshot *snapshot;
static struct flagged flagged;
static struct buffer hits;

static int begin(void **state)
{
    (void)state;
    snapshot = sample_snapshot();
    for (uint32_t i = 0; i < snapshot->connection_count; i++)
        sample_connection_row((enum sample_connection)i)->indicator = NO_INDICATOR;
    buffer_init(&hits, 1u << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    flagged_done(&flagged);
    buffer_done(&hits);
    return 0;
}

static void find(const uint32_t *pids, size_t count)
{
    flagged_done(&flagged);
    assert_int_equal(flagged_find(snapshot, buffer_text(&hits), pids, count, &flagged), ST_OK);
}

static void test_nobody(void **state)
{
    (void)state;
    find(NULL, 0);
    assert_int_equal(flagged.count, 0);
    assert_int_equal(flagged.ended, 0);
}

static void test_who_has_a_hit_in_the_case(void **state)
{
    (void)state;
    ecs_add_hit(&hits, sample_hit());
    buffer_add_byte(&hits, '\n');
    find(NULL, 0);
    assert_int_equal(flagged.count, 1);
    assert_int_equal(flagged.rows[0], SAMPLE_NODE);
    assert_int_equal(flagged.ended, 0);
}

/* The same number, and a start that is not its own. */
static void test_a_younger_process_with_that_pid_is_not_meant(void **state)
{
    (void)state;
    buffer_add_string(&hits, "{\"process\":{\"pid\":6656,\"start\":\"2026-11-25T00:00:00Z\"}}\n");
    find(NULL, 0);
    assert_int_equal(flagged.count, 0);
    assert_int_equal(flagged.ended, 1);
}

static void test_lines_that_cannot_be_read_are_passed_over(void **state)
{
    (void)state;
    buffer_add_string(&hits,
                      "\n[]\n{\"process\":7}\n{\"process\":{\"pid\":\"6656\"}}\nnot JSON\n"
                      "{\"process\":{\"pid\":6656,\"start\":\"never\"}}\n"
                      "{\"x\":{\"process\":{\"pid\":3252,\"start\":\"2026-11-25T00:00:00Z\"}}}\n");
    ecs_add_hit(&hits, sample_hit());
    buffer_add_string(&hits, "\n{\"process\":{\"pid\":33"); /* torn */
    find(NULL, 0);
    assert_int_equal(flagged.count, 1);
    assert_int_equal(flagged.rows[0], SAMPLE_NODE);
    assert_int_equal(flagged.ended, 0);
}

static void test_who_was_named(void **state)
{
    static const uint32_t pids[] = {6656, 3140, 6656, 4242};
    (void)state;
    find(pids, 4);
    assert_int_equal(flagged.count, 2);
    assert_int_equal(flagged.rows[0], SAMPLE_EXPLORER);
    assert_int_equal(flagged.rows[1], SAMPLE_NODE);
}

static void test_who_matches_a_list_now(void **state)
{
    (void)state;
    sample_connection_row(SAMPLE_WATCHED)->indicator = 0;
    find(NULL, 0);
    assert_int_equal(flagged.count, 1);
    assert_int_equal(flagged.rows[0], SAMPLE_NODE);
    sample_process_row(SAMPLE_NODE)->ended = SAMPLE_NOW;
    find(NULL, 0);
    assert_int_equal(flagged.count, 0);
}

/* By number and start: who took over the number is not meant. */
static void test_who_is_meant_by_number_and_start(void **state)
{
    struct process_key keys[] = {
        snapshot->processes[SAMPLE_NODE].facts->key,
        snapshot->processes[SAMPLE_EXPLORER].facts->key,
        {4242, 1},
        snapshot->processes[SAMPLE_NODE].facts->key,
    };

    (void)state;
    keys[1].start++;
    assert_int_equal(flagged_of(snapshot, keys, 4, &flagged), ST_OK);
    assert_int_equal(flagged.count, 1);
    assert_int_equal(flagged.rows[0], SAMPLE_NODE);
    flagged_done(&flagged);
    sample_connection_row(SAMPLE_WATCHED)->indicator = 0;
    assert_int_equal(flagged_of(snapshot, NULL, 0, &flagged), ST_OK);
    assert_int_equal(flagged.count, 1);
    sample_process_row(SAMPLE_NODE)->ended = SAMPLE_NOW;
    flagged_done(&flagged);
    assert_int_equal(flagged_of(snapshot, keys, 4, &flagged), ST_OK);
    assert_int_equal(flagged.count, 0);
}

static void test_want_of_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        flagged_done(&flagged);
        failing_memory_begin(n);
        enum status status = flagged_find(snapshot, buffer_text(&hits), NULL, 0, &flagged);
        bool failed = failing_memory_failed();
        if (failed)
            assert_int_equal(failing_memory_blocks(), 0);
        failing_memory_end();
        assert_int_equal(status, failed ? ST_NO_MEMORY : ST_OK);
        if (!failed)
            break;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_nobody),
        TEST(test_who_has_a_hit_in_the_case),
        TEST(test_a_younger_process_with_that_pid_is_not_meant),
        TEST(test_lines_that_cannot_be_read_are_passed_over),
        TEST(test_who_was_named),
        TEST(test_who_matches_a_list_now),
        TEST(test_who_is_meant_by_number_and_start),
        TEST(test_want_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
