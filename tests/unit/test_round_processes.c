/* The trap on processes: owners that are gone or unknown, processes that are watched themselves,
 * and what is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "tests/support/trap.h"

/* ---- owners ---- */

static void test_an_owner_that_is_gone_already(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "192.0.2.0/24\n");
    scripted_source_connect(trap.machine, 7777, "10.0.0.5:1000", "192.0.2.1:80", TCP_ESTABLISHED);
    scripted_source_connect(trap.machine, 0, "10.0.0.5:1001", "192.0.2.2:80", TCP_TIME_WAIT);
    run(&trap, ROUND_CONNECTIONS);
    assert_int_equal(trap.count, 2);
    assert_hit(&trap, 0, MATCH_ADDRESS, "192.0.2.0/24", NULL);
    assert_hit(&trap, 1, MATCH_ADDRESS, "192.0.2.0/24", NULL);
    assert_int_equal(trap.hits[0]->connection.seen.pid, 7777);
    assert_int_equal(trap.hits[0]->ancestor_count, 0);
    run(&trap, ALL);
    assert_int_equal(trap.count, 2);
    tear_down(&trap);
}

static void test_many_unknown_owners_are_listed_at_once(void **state)
{
    struct trap trap;
    uint64_t finds;

    (void)state;
    set_up(&trap, "192.0.2.0/24\n");
    for (uint32_t i = 0; i < 50; i++) {
        char local[32];

        snprintf(local, sizeof local, "10.0.0.5:%u", 1000 + i);
        scripted_source_start(trap.machine, 2000 + 4 * i, 900, "storm.exe");
        scripted_source_connect(trap.machine, 2000 + 4 * i, local, "192.0.2.1:80", TCP_SYN_SENT);
    }
    finds = scripted_source_calls(trap.machine, SCRIPTED_FIND);
    run(&trap, ROUND_CONNECTIONS);
    assert_int_equal(trap.count, 50);
    for (size_t i = 0; i < 50; i++)
        assert_hit(&trap, i, MATCH_ADDRESS, "192.0.2.0/24", "storm.exe");
    assert_int_equal(scripted_source_calls(trap.machine, SCRIPTED_FIND), finds);
    tear_down(&trap);
}

static void test_parents_in_a_circle_end(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "192.0.2.1\n");
    scripted_source_start(trap.machine, 2000, 2004, "a.exe"); /* as PID reuse can make it look */
    scripted_source_start(trap.machine, 2004, 2000, "b.exe");
    scripted_source_connect(trap.machine, 2000, "10.0.0.5:1000", "192.0.2.1:80", TCP_SYN_SENT);
    run(&trap, ROUND_CONNECTIONS);
    assert_int_equal(trap.count, 1);
    assert_true(trap.hits[0]->ancestor_count < 2);
    tear_down(&trap);
}

/* ---- processes ---- */

static void test_a_watched_process_is_one_hit(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "name:evil.exe\ncommand:/storm/\n");
    scripted_source_start(trap.machine, 2000, 900, "EVIL.exe");
    scripted_source_start(trap.machine, 2004, 2000, "good.exe");
    run(&trap, ROUND_PROCESSES);
    run(&trap, ALL);
    assert_int_equal(trap.count, 1);
    assert_hit(&trap, 0, MATCH_PROCESS, "name:evil.exe", "EVIL.exe");
    assert_true(trap.hits[0]->is_process);
    assert_int_equal(trap.hits[0]->connection.owner.pid, 2000);
    assert_int_equal(trap.hits[0]->ancestor_count, 3);
    assert_int_equal(process_of(&trap, 2000)->indicator, 0);
    assert_int_equal(process_of(&trap, 2004)->indicator, NO_INDICATOR);
    watch(&trap, "port:1\nname:/^EVIL/\n");
    assert_int_equal(trap.count, 1);
    assert_int_equal(process_of(&trap, 2000)->indicator, 1);
    tear_down(&trap);
}

static void test_a_pattern_that_is_too_slow_is_counted(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "command:/^(a+)+$/\n");
    scripted_source_start(trap.machine, 2000, 900, "x.exe");
    scripted_source_facts(trap.machine, 2000)->command.value =
        text_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab");
    assert_int_equal(round_too_slow(trap.round), 0);
    run(&trap, ROUND_PROCESSES);
    assert_int_equal(round_too_slow(trap.round), 1);
    assert_int_equal(trap.count, 0);
    tear_down(&trap);
}

/* ---- known ---- */

static void test_known_things_are_dim_and_still_hits(void **state)
{
    struct trap trap;
    struct known *known = NULL;

    (void)state;
    set_up(&trap, "192.0.2.1\n");
    assert_int_equal(
        known_read(text_of("name EXPLORER.EXE\naddress 198.51.100.0/24\n"), &known, NULL), ST_OK);
    scripted_source_connect(trap.machine, 600, "10.0.0.5:1000", "198.51.100.9:80", TCP_ESTABLISHED);
    run(&trap, ALL);
    assert_false(row_of(&trap, 1000)->known);
    assert_int_equal(round_set_known(trap.round, known), ST_OK);
    known_release(known);
    assert_true(row_of(&trap, 1000)->known);
    assert_true(process_of(&trap, 900)->known);
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1001", "192.0.2.1:80", TCP_ESTABLISHED);
    scripted_source_connect(trap.machine, 600, "10.0.0.5:1002", "192.0.2.7:80", TCP_ESTABLISHED);
    run(&trap, ALL);
    assert_true(row_of(&trap, 1001)->known);
    assert_false(row_of(&trap, 1002)->known);
    assert_int_equal(trap.count, 1);
    assert_int_equal(round_set_known(trap.round, NULL), ST_OK);
    assert_false(row_of(&trap, 1001)->known);
    tear_down(&trap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_owner_that_is_gone_already),
        cmocka_unit_test(test_many_unknown_owners_are_listed_at_once),
        cmocka_unit_test(test_parents_in_a_circle_end),
        cmocka_unit_test(test_a_watched_process_is_one_hit),
        cmocka_unit_test(test_a_pattern_that_is_too_slow_is_counted),
        cmocka_unit_test(test_known_things_are_dim_and_still_hits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
