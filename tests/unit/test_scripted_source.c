#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The made-up machine keeps the contract of a source, or tests that rely on it prove nothing. */
#include "tests/support/scripted_source.h"

#include <string.h>

struct fixture {
    struct scripted_source *machine;
    struct source *source;
};

static struct fixture begin(void)
{
    struct scripted_source *machine = scripted_source_new();
    return (struct fixture){machine, scripted_source_base(machine)};
}

static void test_listing_find_facts_and_end(void **state)
{
    (void)state;
    struct fixture at = begin();
    struct process_table table;
    struct process_seen row;
    struct process_exit exit;
    const struct process_facts *facts;
    struct process_key key = scripted_source_start(at.machine, 100, 4, "ping.exe");
    assert_int_equal(source_processes(at.source, &table), ST_OK);
    assert_int_equal(table.count, 1);
    assert_true(text_equal(table.rows[0].name, text_of("ping.exe")));
    assert_int_equal(source_find(at.source, 100, &row), ST_OK);
    assert_true(process_key_equal(row.key, key));
    assert_int_equal(source_find(at.source, 104, &row), ST_GONE);
    assert_int_equal(source_facts(at.source, &row, &facts), ST_OK);
    assert_int_equal(facts->parent_pid, 4);
    assert_true(text_ends(facts->image.value, text_of("\\ping.exe")));
    process_facts_release(facts);
    assert_int_equal(source_ended(at.source, key, &exit), ST_NOT_FOUND);
    scripted_source_exit(at.machine, 100, 9);
    assert_int_equal(source_find(at.source, 100, &row), ST_GONE);
    assert_int_equal(source_facts(at.source, &(struct process_seen){.key = key}, &facts), ST_OK);
    assert_int_equal(facts->command.state, READ_GONE);
    process_facts_release(facts);
    assert_int_equal(source_ended(at.source, key, &exit), ST_OK);
    assert_int_equal(exit.code, 9);
    assert_int_equal(source_ended(at.source, key, &exit), ST_NOT_FOUND); /* told once */
    assert_int_equal(source_ended(at.source, (struct process_key){4000000, 1}, &exit),
                     ST_NOT_FOUND);
    source_free(at.source);
    source_free(NULL);
}

static void test_exits_of_one_pid_are_told_apart(void **state)
{
    (void)state;
    struct fixture at = begin();
    struct process_key keys[3];
    struct process_exit exit;
    for (uint32_t i = 0; i < 3; i++) {
        scripted_source_advance(at.machine, 1);
        keys[i] = scripted_source_start(at.machine, 100, 4, "x");
        scripted_source_exit(at.machine, 100, i);
    }
    assert_int_equal(source_ended(at.source, keys[1], &exit), ST_OK);
    assert_int_equal(exit.code, 1);
    assert_int_equal(source_ended(at.source, keys[0], &exit), ST_OK);
    assert_int_equal(source_ended(at.source, keys[2], &exit), ST_OK);
    assert_int_equal(exit.code, 2);
    source_free(at.source);
}

static void test_lingering(void **state)
{
    (void)state;
    struct fixture at = begin();
    struct process_seen row;
    struct process_exit exit;
    struct process_key key = scripted_source_start(at.machine, 100, 4, "x");
    assert_false(source_has_ended(at.source, key));
    scripted_source_linger(at.machine, 100);
    scripted_source_linger(at.machine, 100);
    assert_true(source_has_ended(at.source, key));
    assert_int_equal(source_find(at.source, 100, &row), ST_GONE);
    assert_int_equal(scripted_source_process_count(at.machine), 1);
    assert_int_equal(source_ended(at.source, key, &exit), ST_OK);
    scripted_source_exit(at.machine, 100, 0);
    assert_int_equal(source_ended(at.source, key, &exit), ST_NOT_FOUND);
    source_free(at.source);
}

static void test_tables_troubles_and_names(void **state)
{
    (void)state;
    struct fixture at = begin();
    struct connection_table table;
    struct name_table names;
    uint32_t number = scripted_source_connect(at.machine, 100, "[fe80::1%5]:80", "[fe80::2%5]:81",
                                              TCP_ESTABLISHED);
    scripted_source_listen(at.machine, 100, "0.0.0.0:80");
    scripted_source_fail(at.machine, SCRIPTED_CONNECTIONS, ST_SYSTEM, 1);
    assert_int_equal(source_connections(at.source, &table), ST_SYSTEM);
    assert_int_equal(source_connections(at.source, &table), ST_OK);
    assert_int_equal(scripted_source_calls(at.machine, SCRIPTED_CONNECTIONS), 2);
    assert_int_equal(table.count, 2);
    assert_int_equal(table.rows[0].local.scope, 5);
    assert_int_equal(table.rows[0].remote.port, 81);
    assert_true(table.rows[0].ipv6_table);
    assert_false(table.rows[1].has_remote);
    scripted_source_stale(at.machine, PART_TCP6, 1, true);
    scripted_source_close(at.machine, number);
    assert_int_equal(source_connections(at.source, &table), ST_OK);
    assert_int_equal(table.count, 2);
    assert_true(table.stale[PART_TCP6]);
    assert_int_equal(table.why[PART_TCP6], ST_STALE);
    assert_false(table.stale[PART_TCP4]);
    assert_int_equal(source_connections(at.source, &table), ST_OK);
    assert_int_equal(table.count, 1);

    scripted_source_resolve(at.machine, "evil.example", "192.0.2.1");
    assert_int_equal(source_names(at.source, &names), ST_OK);
    assert_int_equal(names.count, 1);
    assert_true(text_equal(names.rows[0].name, text_of("evil.example")));
    scripted_source_names_unread(at.machine, READ_UNSUPPORTED);
    assert_int_equal(source_names(at.source, &names), ST_OK);
    assert_int_equal(names.count, 0);
    assert_int_equal(names.state, READ_UNSUPPORTED);
    scripted_source_forget_names(at.machine);
    for (int call = 0; call < SCRIPTED_CALLS; call++)
        scripted_source_fail(at.machine, (enum scripted_call)call, ST_BUSY, UINT32_MAX);
    struct process_table listing;
    struct process_seen row = {.key = {100, 1}};
    struct process_exit exit;
    const struct process_facts *facts;
    assert_int_equal(source_names(at.source, &names), ST_BUSY);
    assert_int_equal(source_processes(at.source, &listing), ST_BUSY);
    assert_int_equal(source_find(at.source, 100, &row), ST_BUSY);
    assert_int_equal(source_facts(at.source, &row, &facts), ST_BUSY);
    assert_int_equal(source_ended(at.source, row.key, &exit), ST_BUSY);
    source_free(at.source);
}

static void test_the_clock(void **state)
{
    (void)state;
    struct fixture at = begin();
    struct clock clock = scripted_source_clock(at.machine);
    moment now = clock.now(clock.context);
    int64_t ticks = clock.ticks(clock.context);
    scripted_source_advance(at.machine, 5);
    assert_int_equal(clock.now(clock.context), now + 5);
    scripted_source_set_time(at.machine, now - 100);
    assert_int_equal(clock.now(clock.context), now - 100);
    assert_int_equal(clock.ticks(clock.context), ticks + 5);
    source_free(at.source);
}

static void test_crowds_are_as_large_as_asked_for_and_the_same_each_time(void **state)
{
    (void)state;
    struct fixture one = begin();
    struct fixture two = begin();
    scripted_source_populate(one.machine, 500, 2000, 7);
    scripted_source_populate(two.machine, 500, 2000, 7);
    for (int i = 0; i < 20; i++) {
        scripted_source_churn(one.machine, 0.1);
        scripted_source_churn(two.machine, 0.1);
    }
    struct connection_table left;
    struct connection_table right;
    assert_int_equal(source_connections(one.source, &left), ST_OK);
    assert_int_equal(source_connections(two.source, &right), ST_OK);
    assert_int_equal(left.count, 2000);
    assert_int_equal(scripted_source_process_count(one.machine), 500);
    for (size_t i = 0; i < left.count; i++) {
        assert_int_equal(left.rows[i].pid, right.rows[i].pid);
        assert_int_equal(left.rows[i].local.port, right.rows[i].local.port);
    }
    source_free(one.source);
    source_free(two.source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_listing_find_facts_and_end),
        cmocka_unit_test(test_exits_of_one_pid_are_told_apart),
        cmocka_unit_test(test_lingering),
        cmocka_unit_test(test_tables_troubles_and_names),
        cmocka_unit_test(test_the_clock),
        cmocka_unit_test(test_crowds_are_as_large_as_asked_for_and_the_same_each_time),
    };
    return cmocka_run_group_tests_name("scripted_source", tests, NULL, NULL);
}
