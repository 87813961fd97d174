/* The trap in trouble: parts that fail, memory that runs out, and a crowd of random changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/failing_memory.h"
#include "tests/support/trap.h"

/* ---- trouble ---- */

static void test_a_part_that_fails_does_not_stop_the_others(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "192.0.2.1\n");
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80", TCP_ESTABLISHED);
    scripted_source_fail(trap.machine, SCRIPTED_PROCESSES, ST_SYSTEM, 1);
    assert_int_equal(round_run(trap.round, ALL), ST_SYSTEM);
    assert_int_equal(trap.count, 1);
    scripted_source_start(trap.machine, 2000, 900, "new.exe");
    scripted_source_fail(trap.machine, SCRIPTED_CONNECTIONS, ST_SYSTEM, 1);
    assert_int_equal(round_run(trap.round, ALL), ST_SYSTEM);
    assert_true(process_of(&trap, 2000)->ended == 0);
    assert_true(row_of(&trap, 1000)->closed == 0);
    scripted_source_fail(trap.machine, SCRIPTED_NAMES, ST_UNSUPPORTED, 1);
    assert_int_equal(round_run(trap.round, ALL), ST_UNSUPPORTED);
    assert_int_equal(round_run(trap.round, ALL), ST_OK);
    assert_int_equal(trap.count, 1);
    tear_down(&trap);
}

/* Whichever request fails, each hit is told exactly once, at the latest by a later round. */
static void test_no_hit_is_lost_for_want_of_memory(void **state)
{
    (void)state;
    for (size_t nth = 1, fails = 1; fails; nth++) {
        struct trap trap;

        set_up(&trap, "192.0.2.0/24\nevil.example\nname:evil.exe\n");
        scripted_source_start(trap.machine, 2000, 900, "cmd.exe");
        scripted_source_start(trap.machine, 2004, 2000, "evil.exe");
        scripted_source_connect(trap.machine, 2004, "10.0.0.5:1000", "192.0.2.1:80", TCP_SYN_SENT);
        scripted_source_connect(trap.machine, 2004, "10.0.0.5:1001", "198.51.100.1:80",
                                TCP_SYN_SENT);
        scripted_source_resolve(trap.machine, "evil.example", "198.51.100.1");
        failing_memory_begin(nth);
        (void)round_run(trap.round, ALL);
        failing_memory_end();
        fails = failing_memory_failed();
        for (int i = 0; i < 3; i++)
            assert_int_equal(round_run(trap.round, ALL), ST_OK);
        if (trap.count != 3)
            fail_msg("request %zu failed: %zu hits", nth, trap.count);
        tear_down(&trap);
    }
}

static void test_making_a_round_without_memory(void **state)
{
    struct scripted_source *machine = scripted_source_new();
    struct round_setup setup = {.source = scripted_source_base(machine),
                                .clock = scripted_source_clock(machine)};
    struct round *round = NULL;
    enum status status;
    size_t nth = 1;

    (void)state;
    do {
        failing_memory_begin(nth++);
        status = round_new(&setup, &round);
        failing_memory_end();
        if (status)
            assert_int_equal(failing_memory_blocks(), 0);
    } while (status == ST_NO_MEMORY);
    assert_int_equal(status, ST_OK);
    round_free(round);
    round_free(NULL);
    source_free(scripted_source_base(machine));
}

/* ---- a crowd ---- */

static void test_a_crowd_of_random_changes(void **state)
{
    struct trap trap;
    struct snapshot *snapshot = NULL;
    uint32_t watched = 0;

    (void)state;
    set_up(&trap, NULL);
    scripted_source_populate(trap.machine, 300, 2000, 42);
    for (int i = 0; i < 50; i++) {
        run(&trap, ALL);
        scripted_source_churn(trap.machine, 0.05);
    }
    run(&trap, ALL);
    assert_int_equal(round_publish(trap.round, &snapshot), ST_OK);
    for (uint32_t i = 0; i < snapshot->connection_count; i++)
        watched += snapshot->connections[i].indicator != NO_INDICATOR;
    assert_int_equal(watched, 0);
    assert_int_equal(snapshot->counts.connections, scripted_source_connection_count(trap.machine));
    snapshot_release(snapshot);
    tear_down(&trap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_part_that_fails_does_not_stop_the_others),
        cmocka_unit_test(test_no_hit_is_lost_for_want_of_memory),
        cmocka_unit_test(test_making_a_round_without_memory),
        cmocka_unit_test(test_a_crowd_of_random_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
