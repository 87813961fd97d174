/* The trap, driven over a made-up machine: what becomes a hit, once, with everything known at that
 * moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/trap.h"

/* ---- the main job ---- */

static void test_a_short_lived_suspect_is_caught_with_its_whole_story(void **state)
{
    struct trap trap;
    const struct hit *hit;
    uint32_t connection;

    (void)state;
    set_up(&trap, "192.0.2.1 # du.testjj.com\n");
    /* Between two listings a shell starts a suspect, which connects at once. */
    scripted_source_start(trap.machine, 1000, 900, "cmd.exe");
    scripted_source_start(trap.machine, 1004, 1000, "node.exe");
    scripted_source_advance(trap.machine, 20 * MOMENT_MS);
    connection =
        scripted_source_connect(trap.machine, 1004, "10.0.0.5:50000", "192.0.2.1:80", TCP_SYN_SENT);
    scripted_source_connection(trap.machine, connection)->created =
        scripted_source_now(trap.machine);
    run(&trap, ROUND_CONNECTIONS);

    assert_int_equal(trap.count, 1);
    assert_hit(&trap, 0, MATCH_ADDRESS, "192.0.2.1", "node.exe");
    hit = trap.hits[0];
    assert_false(hit->is_process);
    assert_true(hit->process->command.value.size > 0);
    assert_int_equal(hit->ancestor_count, 4);
    assert_true(text_equal(hit->ancestors[0]->name, text_of("cmd.exe")));
    assert_true(text_equal(hit->ancestors[1]->name, text_of("explorer.exe")));
    assert_true(text_equal(hit->ancestors[2]->name, text_of("services.exe")));
    assert_true(text_equal(hit->ancestors[3]->name, text_of("System")));
    assert_int_equal(hit->ancestor_kinds[0], PARENT_VERIFIED);
    assert_false(hit->ancestor_ended[0]);
    assert_true(text_equal(hit->origin.file, text_of("list.txt")));
    assert_true(text_equal(hit->origin.label, text_of("du.testjj.com")));
    assert_int_equal(hit->origin.line, 1);
    assert_int_equal(hit->latency, 25 * MOMENT_MS);
    assert_int_equal(hit->connection.seen.remote.port, 80);
    assert_string_equal(hit->observed_by, "sampling");
    assert_int_equal(process_of(&trap, 1004)->watched, 1);

    /* It goes; the hit stays what it is and is not told again. */
    scripted_source_exit(trap.machine, 1004, 0);
    scripted_source_connection(trap.machine, connection)->state = TCP_TIME_WAIT;
    scripted_source_connection(trap.machine, connection)->pid = 0;
    run(&trap, ALL);
    scripted_source_close(trap.machine, connection);
    run(&trap, ALL);
    run(&trap, ALL);
    assert_int_equal(trap.count, 1);
    assert_int_equal(round_hits(trap.round), 1);
    tear_down(&trap);
}

static void test_every_sink_gets_each_hit_in_order(void **state)
{
    struct trap trap;
    uint64_t lost = 0;

    (void)state;
    set_up(&trap, "192.0.2.0/24\n");
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80", TCP_ESTABLISHED);
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1001", "192.0.2.2:80", TCP_ESTABLISHED);
    run(&trap, ROUND_CONNECTIONS);
    assert_string_equal(trap.order, "1212");
    assert_int_equal(round_sink_failure(trap.round, &lost), ST_OK);
    assert_int_equal(lost, 0);
    /* A full disk: said, counted, and the others go on. */
    trap.answer = ST_DISK_FULL;
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1002", "192.0.2.3:80", TCP_ESTABLISHED);
    run(&trap, ROUND_CONNECTIONS);
    assert_string_equal(trap.order, "121212");
    assert_int_equal(round_sink_failure(trap.round, &lost), ST_DISK_FULL);
    assert_int_equal(lost, 1);
    assert_int_equal(round_hits(trap.round), 3);
    tear_down(&trap);
}

static void test_one_connection_is_one_hit(void **state)
{
    struct trap trap;
    uint32_t connection;

    (void)state;
    set_up(&trap, "192.0.2.1\n*.example.com\nport:80\n");
    connection =
        scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80", TCP_SYN_SENT);
    run(&trap, ALL);
    scripted_source_connection(trap.machine, connection)->state = TCP_ESTABLISHED;
    scripted_source_resolve(trap.machine, "www.example.com", "192.0.2.1");
    for (int i = 0; i < 5; i++)
        run(&trap, ALL);
    assert_int_equal(trap.count, 1);
    assert_hit(&trap, 0, MATCH_ADDRESS, "192.0.2.1", "explorer.exe");
    /* It has its name now, and still says what it matched. */
    assert_true(text_equal(row_of(&trap, 1000)->domain, text_of("www.example.com")));
    assert_int_equal(row_of(&trap, 1000)->matched_by, MATCH_ADDRESS);
    /* The same ends again, later, are another connection. */
    scripted_source_close(trap.machine, connection);
    run(&trap, ALL);
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80", TCP_SYN_SENT);
    run(&trap, ALL);
    assert_int_equal(trap.count, 2);
    assert_int_equal(process_of(&trap, 900)->watched, 2);
    tear_down(&trap);
}

/* As where the system tells no cache, but there is a hosts file. */
static void test_names_that_are_told_count_though_others_could_not_be_read(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "*.example.com\n");
    scripted_source_resolve(trap.machine, "www.example.com", "192.0.2.1");
    scripted_source_names_partly(trap.machine, READ_UNSUPPORTED);
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80", TCP_SYN_SENT);
    run(&trap, ALL);
    assert_int_equal(trap.count, 1);
    assert_hit(&trap, 0, MATCH_DOMAIN, "*.example.com", "explorer.exe");
    tear_down(&trap);
}

static void test_replacing_the_watchlist_tells_nothing_twice(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "192.0.2.1\n");
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80", TCP_ESTABLISHED);
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1001", "192.0.2.9:80", TCP_ESTABLISHED);
    run(&trap, ALL);
    assert_int_equal(trap.count, 1);
    watch(&trap, "10.9.9.9\n192.0.2.9\n192.0.2.0/30\n");
    assert_int_equal(trap.count, 2); /* what is open is matched at once */
    assert_hit(&trap, 1, MATCH_ADDRESS, "192.0.2.9", "explorer.exe");
    /* The first one's mark speaks of the new list. */
    assert_int_equal(row_of(&trap, 1000)->indicator, 2);
    assert_int_equal(process_of(&trap, 900)->watched, 2);
    assert_int_equal(process_of(&trap, 900)->watched_as, 1); /* the last one's */
    watch(&trap, "10.9.9.9\n");
    assert_int_equal(row_of(&trap, 1000)->indicator, NO_INDICATOR);
    assert_int_equal(process_of(&trap, 900)->watched, 0);
    assert_int_equal(process_of(&trap, 900)->watched_as, NO_INDICATOR);
    assert_int_equal(round_set_watchlist(trap.round, NULL), ST_OK);
    run(&trap, ALL);
    watch(&trap, "192.0.2.0/24\n");
    assert_int_equal(trap.count, 2);
    assert_int_equal(row_of(&trap, 1000)->indicator, 0);
    tear_down(&trap);
}

static void test_what_closed_before_it_was_watched_is_a_hit_too(void **state)
{
    struct trap trap;
    uint32_t connection;

    (void)state;
    set_up(&trap, NULL);
    connection = scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80",
                                         TCP_ESTABLISHED);
    run(&trap, ALL);
    scripted_source_close(trap.machine, connection);
    run(&trap, ALL);
    watch(&trap, "192.0.2.1\n");
    assert_int_equal(trap.count, 1);
    assert_true(trap.hits[0]->connection.closed != 0);
    tear_down(&trap);
}

/* ---- by which of the three ---- */

static void test_N11_three_sources_disagree_and_the_hit_says_which(void **state)
{
    struct trap trap;

    (void)state;
    /* One address, one name and one reverse name are watched. The machine resolved the name to
     * another address; nobody resolves reverse names. */
    set_up(&trap, "192.0.2.1\nwanted.example\nreverse.example\n");
    scripted_source_resolve(trap.machine, "other.example", "192.0.2.1");
    scripted_source_resolve(trap.machine, "wanted.example", "198.51.100.7");
    run(&trap, ROUND_NAMES);
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80", TCP_ESTABLISHED);
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1001", "198.51.100.7:80", TCP_ESTABLISHED);
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1002", "203.0.113.5:80", TCP_ESTABLISHED);
    run(&trap, ROUND_CONNECTIONS);
    assert_int_equal(trap.count, 2);
    assert_hit(&trap, 0, MATCH_ADDRESS, "192.0.2.1", "explorer.exe");
    assert_true(text_equal(trap.hits[0]->domain, text_of("other.example")));
    assert_hit(&trap, 1, MATCH_DOMAIN, "wanted.example", "explorer.exe");
    assert_true(text_equal(trap.hits[1]->domain, text_of("wanted.example")));
    assert_int_equal(row_of(&trap, 1002)->domain.size, 0);
    tear_down(&trap);
}

static void test_N7_a_mapped_address_matches_an_ipv4_list(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "192.0.2.1\n");
    scripted_source_connect(trap.machine, 900, "[::ffff:10.0.0.5]:1000", "[::ffff:192.0.2.1]:80",
                            TCP_ESTABLISHED);
    run(&trap, ROUND_CONNECTIONS);
    assert_int_equal(trap.count, 1);
    assert_true(trap.hits[0]->connection.seen.ipv6_table); /* how it was written is not lost */
    tear_down(&trap);
}

static void test_a_port_matches_at_either_end(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "port:4444\n");
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:4444", TCP_ESTABLISHED);
    scripted_source_connect(trap.machine, 900, "10.0.0.5:4444", "192.0.2.1:1000", TCP_ESTABLISHED);
    scripted_source_listen(trap.machine, 600, "0.0.0.0:4444");
    scripted_source_udp(trap.machine, 600, "[::]:4444");
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1001", "192.0.2.1:80", TCP_ESTABLISHED);
    run(&trap, ROUND_CONNECTIONS);
    assert_int_equal(trap.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_hit(&trap, i, MATCH_PORT, "port:4444", i < 2 ? "explorer.exe" : "services.exe");
    tear_down(&trap);
}

static void test_listeners_have_no_remote_address_to_match(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "0.0.0.0/0\n::/0\n");
    scripted_source_listen(trap.machine, 600, "0.0.0.0:80");
    scripted_source_udp(trap.machine, 600, "10.0.0.5:53");
    scripted_source_connect(trap.machine, 600, "10.0.0.5:81", "0.0.0.0:0", TCP_CLOSED);
    run(&trap, ALL);
    assert_int_equal(trap.count, 0);
    tear_down(&trap);
}

/* ---- names ---- */

static void test_a_name_that_becomes_known_later(void **state)
{
    struct trap trap;

    (void)state;
    set_up(&trap, "*.example.com\n");
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80", TCP_ESTABLISHED);
    run(&trap, ALL);
    assert_int_equal(trap.count, 0);
    scripted_source_resolve(trap.machine, "boring.example", "192.0.2.1");
    run(&trap, ROUND_NAMES);
    assert_true(text_equal(row_of(&trap, 1000)->domain, text_of("boring.example")));
    scripted_source_resolve(trap.machine, "cdn.example.com", "192.0.2.1");
    run(&trap, ROUND_NAMES);
    assert_int_equal(trap.count, 1);
    assert_hit(&trap, 0, MATCH_DOMAIN, "*.example.com", "explorer.exe");
    assert_true(text_equal(row_of(&trap, 1000)->domain, text_of("cdn.example.com")));
    tear_down(&trap);
}

static void test_a_name_after_the_connection_closed(void **state)
{
    struct trap trap;
    uint32_t connection;

    (void)state;
    set_up(&trap, "evil.example\n");
    connection = scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80",
                                         TCP_ESTABLISHED);
    run(&trap, ROUND_CONNECTIONS);
    scripted_source_close(trap.machine, connection);
    run(&trap, ROUND_CONNECTIONS);
    scripted_source_resolve(trap.machine, "evil.example", "192.0.2.1");
    scripted_source_advance(trap.machine, MOMENT_SECOND);
    run(&trap, ROUND_NAMES);
    assert_int_equal(trap.count, 1); /* its program resolved the name before it connected */
    tear_down(&trap);

    /* What is resolved today says nothing of a connection of long ago. */
    set_up(&trap, "evil.example\n");
    connection = scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80",
                                         TCP_ESTABLISHED);
    run(&trap, ROUND_CONNECTIONS);
    scripted_source_close(trap.machine, connection);
    run(&trap, ROUND_CONNECTIONS);
    scripted_source_advance(trap.machine, 60 * MOMENT_SECOND);
    scripted_source_resolve(trap.machine, "evil.example", "192.0.2.1");
    run(&trap, ROUND_NAMES);
    assert_int_equal(trap.count, 0);
    tear_down(&trap);
}

static void test_a_new_address_without_a_name_asks_for_names_at_once(void **state)
{
    struct trap trap;
    uint64_t before;

    (void)state;
    set_up(&trap, "evil.example\n");
    scripted_source_advance(trap.machine, MOMENT_SECOND);
    scripted_source_resolve(trap.machine, "evil.example", "192.0.2.1");
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80", TCP_ESTABLISHED);
    run(&trap, ROUND_CONNECTIONS);
    assert_int_equal(trap.count, 1);
    /* But not at every round, however many there are. */
    before = scripted_source_calls(trap.machine, SCRIPTED_NAMES);
    for (int i = 0; i < 40; i++) { /* one second */
        char remote[32];

        snprintf(remote, sizeof remote, "203.0.113.%d:80", i);
        scripted_source_connect(trap.machine, 900, "10.0.0.5:2000", remote, TCP_ESTABLISHED);
        run(&trap, ROUND_CONNECTIONS);
    }
    assert_in_range(scripted_source_calls(trap.machine, SCRIPTED_NAMES) - before, 3, 5);
    tear_down(&trap);
}

static void test_without_watched_names_nobody_asks_for_names(void **state)
{
    struct trap trap;
    uint64_t before;

    (void)state;
    set_up(&trap, "192.0.2.1\n");
    before = scripted_source_calls(trap.machine, SCRIPTED_NAMES);
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "203.0.113.1:80", TCP_ESTABLISHED);
    run(&trap, ROUND_CONNECTIONS);
    assert_int_equal(scripted_source_calls(trap.machine, SCRIPTED_NAMES), before);
    tear_down(&trap);
}

/* ---- snapshots and changes ---- */

static void test_a_snapshot_tells_of_hits_and_the_list(void **state)
{
    struct trap trap;
    struct snapshot *snapshot = NULL;
    struct snapshot *next = NULL;
    struct indicator_origin origin;
    size_t count = 0;
    size_t opened = 0;

    (void)state;
    set_up(&trap, "port:1\n192.0.2.1\n");
    scripted_source_connect(trap.machine, 900, "10.0.0.5:1000", "192.0.2.1:80", TCP_ESTABLISHED);
    scripted_source_stale(trap.machine, PART_UDP6, 1, true);
    run(&trap, ROUND_CONNECTIONS);
    for (size_t i = 0; i < (round_changes(trap.round, &count), count); i++)
        opened += round_changes(trap.round, &count)[i].kind == CHANGE_OPENED;
    assert_int_equal(opened, 1);
    assert_int_equal(round_publish(trap.round, &snapshot), ST_OK);
    assert_int_equal(round_set_watchlist(trap.round, NULL), ST_OK);
    assert_int_equal(snapshot->number, 1);
    assert_int_equal(snapshot->hits, 1);
    assert_true(snapshot->stale[PART_UDP6]);
    assert_false(snapshot->stale[PART_TCP4]);
    assert_int_equal(snapshot->connection_count, 1);
    watchlist_indicator(snapshot->watchlist, snapshot->connections[0].indicator, NULL, &origin);
    assert_true(text_equal(origin.written, text_of("192.0.2.1")));
    assert_int_equal(round_publish(trap.round, &next), ST_OK);
    assert_int_equal(next->number, 2);
    assert_null(next->watchlist);
    assert_int_equal(next->connections[0].indicator, NO_INDICATOR);
    snapshot_release(next);
    snapshot_release(snapshot);
    tear_down(&trap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_short_lived_suspect_is_caught_with_its_whole_story),
        cmocka_unit_test(test_every_sink_gets_each_hit_in_order),
        cmocka_unit_test(test_one_connection_is_one_hit),
        cmocka_unit_test(test_names_that_are_told_count_though_others_could_not_be_read),
        cmocka_unit_test(test_replacing_the_watchlist_tells_nothing_twice),
        cmocka_unit_test(test_what_closed_before_it_was_watched_is_a_hit_too),
        cmocka_unit_test(test_N11_three_sources_disagree_and_the_hit_says_which),
        cmocka_unit_test(test_N7_a_mapped_address_matches_an_ipv4_list),
        cmocka_unit_test(test_a_port_matches_at_either_end),
        cmocka_unit_test(test_listeners_have_no_remote_address_to_match),
        cmocka_unit_test(test_a_name_that_becomes_known_later),
        cmocka_unit_test(test_a_name_after_the_connection_closed),
        cmocka_unit_test(test_a_new_address_without_a_name_asks_for_names_at_once),
        cmocka_unit_test(test_without_watched_names_nobody_asks_for_names),
        cmocka_unit_test(test_a_snapshot_tells_of_hits_and_the_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
