#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#include <stdio.h>

#define STEP (25 * MOMENT_MS)

static struct rig rig_with_ping(void)
{
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "ping.exe");
    return rig;
}

/* Changes the PID or state that the system names, as a real table would from one call to the next.
 */
static void say(struct rig *rig, uint32_t number, uint32_t pid, enum tcp_state state)
{
    struct connection_seen *row = scripted_source_connection(rig->machine, number);
    row->pid = pid;
    row->state = (uint8_t)state;
}

static void test_opened_changed_and_closed_are_told_once(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    uint32_t number =
        scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
    rig_look(&rig, STEP);
    moment opened = scripted_source_now(rig.machine);
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED), 1);
    const struct connection_row *row = rig_connection(&rig, 50000);
    uint64_t id = row->id;
    assert_int_equal(row->first_seen, opened);
    assert_int_equal(row->state_since, opened);
    assert_int_equal(row->owner.pid, 100);
    assert_true(history_process(rig.history, row->process) == rig_process(&rig, 100));
    assert_int_equal(rig_process(&rig, 100)->connections, 1);
    rig_look(&rig, STEP);
    size_t count;
    history_changes(rig.history, &count);
    assert_int_equal(count, 0);
    assert_int_equal(rig_connection(&rig, 50000)->last_seen, opened + STEP);

    say(&rig, number, 100, TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    const struct change *changes = history_changes(rig.history, &count);
    assert_int_equal(count, 1);
    assert_int_equal(changes[0].kind, CHANGE_STATE);
    assert_int_equal(changes[0].old_state, TCP_SYN_SENT);
    row = history_connection(rig.history, changes[0].slot);
    assert_int_equal(row->id, id);
    assert_int_equal(row->seen.state, TCP_ESTABLISHED);
    assert_int_equal(row->state_since, opened + 2 * STEP);

    scripted_source_close(rig.machine, number);
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_CLOSED), 1);
    row = rig_connection(&rig, 50000);
    assert_int_equal(row->id, id);
    assert_int_equal(row->closed, opened + 3 * STEP);
    assert_int_equal(row->last_seen, opened + 2 * STEP);
    assert_int_equal(rig_process(&rig, 100)->connections, 0);
    assert_int_equal(history_counts(rig.history).closed, 1);
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_CLOSED), 0);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_N1_a_closing_connection_keeps_the_owner_that_was_seen(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    uint32_t number = scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443",
                                              TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    uint64_t id = rig_connection(&rig, 50000)->id;
    say(&rig, number, 0, TCP_TIME_WAIT);
    scripted_source_exit(rig.machine, 100, 0);
    rig_look(&rig, STEP);
    const struct connection_row *row = rig_connection(&rig, 50000);
    assert_int_equal(row->id, id);
    assert_int_equal(row->seen.pid, 0);
    assert_int_equal(row->seen.state, TCP_TIME_WAIT);
    assert_true(row->owner_from_history);
    assert_int_equal(row->owner.pid, 100);
    assert_true(history_process(rig.history, row->process) == rig_process(&rig, 100));
    assert_int_equal(rig_changes(&rig, CHANGE_STATE), 1);
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED) + rig_changes(&rig, CHANGE_CLOSED), 0);
    /* Another process gets the PID: the connection stays with the first. */
    scripted_source_start(rig.machine, 100, 0, "stranger.exe");
    for (int i = 0; i < 5; i++)
        rig_look(&rig, STEP);
    row = rig_connection(&rig, 50000);
    assert_true(
        text_equal(history_process(rig.history, row->process)->facts->name, text_of("ping.exe")));
    assert_int_equal(rig_process(&rig, 100)->connections, 0);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_N1_two_thousand_closing_connections_are_all_kept(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    uint32_t numbers[2000];
    for (int i = 0; i < 2000; i++) {
        char local[32];
        snprintf(local, sizeof local, "10.0.0.5:%d", 20000 + i);
        numbers[i] =
            scripted_source_connect(rig.machine, 100, local, "192.0.2.1:443", TCP_ESTABLISHED);
    }
    rig_look(&rig, STEP);
    for (int i = 0; i < 2000; i++)
        say(&rig, numbers[i], 0, TCP_TIME_WAIT);
    rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).connections, 2000);
    assert_int_equal(rig_changes(&rig, CHANGE_STATE), 2000);
    for (uint16_t i = 0; i < 2000; i += 100) {
        const struct connection_row *row = rig_connection(&rig, (uint16_t)(20000 + i));
        assert_true(row->owner_from_history);
        assert_int_equal(row->owner.pid, 100);
    }
    rig_check(&rig);
    rig_free(&rig);
}

static void test_N1_never_an_owner_is_told_as_such(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    scripted_source_start_at(rig.machine, 0, 0, "System Idle Process", 0);
    scripted_source_connect(rig.machine, 0, "10.0.0.5:50000", "192.0.2.1:443", TCP_TIME_WAIT);
    rig_look(&rig, STEP);
    const struct connection_row *row = rig_connection(&rig, 50000);
    assert_int_equal(row->owner.pid, 0);
    assert_false(row->owner_from_history);
    assert_true(row->process == NO_ROW); /* not Idle's */
    rig_check(&rig);
    rig_free(&rig);
}

static void test_an_owner_that_the_system_names_late(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    uint32_t tcp =
        scripted_source_connect(rig.machine, 0, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
    uint32_t udp = scripted_source_udp(rig.machine, 0, "0.0.0.0:5353");
    rig_look(&rig, STEP);
    uint64_t id = rig_connection(&rig, 50000)->id;
    say(&rig, tcp, 100, TCP_ESTABLISHED);
    say(&rig, udp, 100, TCP_NONE);
    rig_look(&rig, STEP);
    const struct connection_row *row = rig_connection(&rig, 50000);
    assert_int_equal(row->id, id);
    assert_int_equal(row->owner.pid, 100);
    assert_true(row->process != NO_ROW);
    assert_false(row->owner_from_history);
    assert_int_equal(rig_changes(&rig, CHANGE_STATE), 2);
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED), 0);
    /* Withdrawn and named again: the same connection all along. */
    say(&rig, tcp, 0, TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    assert_true(rig_connection(&rig, 50000)->owner_from_history);
    say(&rig, tcp, 100, TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    assert_int_equal(rig_connection(&rig, 50000)->id, id);
    assert_false(rig_connection(&rig, 50000)->owner_from_history);
    assert_int_equal(rig_process(&rig, 100)->connections, 2);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_an_owner_that_is_adopted_late(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_start(rig.machine, 100, 0, "ping.exe");
    scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
    assert_int_equal(rig_connect(&rig), ST_OK);
    const struct connection_row *row = rig_connection(&rig, 50000);
    assert_true(row->process == NO_ROW);
    assert_int_equal(row->owner.pid, 100);
    assert_int_equal(row->owner.start, 0);
    rig_adopt(&rig, 100);
    history_changes_clear(rig.history);
    assert_int_equal(rig_connect(&rig), ST_OK);
    row = rig_connection(&rig, 50000);
    assert_true(row->process != NO_ROW);
    assert_int_equal(row->owner.start, scripted_source_now(rig.machine));
    assert_int_equal(rig_changes(&rig, CHANGE_STATE), 1); /* to be matched again */
    rig_check(&rig);
    rig_free(&rig);
}

static void test_who_bears_the_pid_only_later_is_not_the_owner(void **state)
{
    (void)state;
    struct rig rig = rig_new(NULL);
    scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    scripted_source_advance(rig.machine, 60 * MOMENT_SECOND);
    scripted_source_start(rig.machine, 100, 0, "stranger.exe");
    rig_look(&rig, STEP);
    assert_true(rig_connection(&rig, 50000)->process == NO_ROW);
    /* An inherited socket: bound long before the process started that bears its PID now. */
    scripted_source_listen(rig.machine, 100, "0.0.0.0:80");
    struct connection_seen *row = scripted_source_connection(rig.machine, 1);
    row->created = scripted_source_process(rig.machine, 100)->key.start - 10 * MOMENT_SECOND;
    rig_look(&rig, STEP);
    assert_true(rig_connection(&rig, 80)->process == NO_ROW);
    assert_int_equal(rig_connection(&rig, 80)->owner.pid, 100);
    assert_int_equal(rig_process(&rig, 100)->connections, 0);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_an_owner_that_ended_between_two_looks(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    rig_look(&rig, STEP);
    scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
    scripted_source_advance(rig.machine, 5);
    scripted_source_exit(rig.machine, 100, 0);
    rig_look(&rig, STEP); /* the listing first: it has ended when the table names it */
    const struct connection_row *row = rig_connection(&rig, 50000);
    assert_true(row->process != NO_ROW);
    assert_int_equal(history_process(rig.history, row->process)->connections, 1);
    /* But not for a connection that comes up when it had ended long ago. */
    scripted_source_connect(rig.machine, 100, "10.0.0.5:50001", "192.0.2.1:443", TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    assert_true(rig_connection(&rig, 50001)->process == NO_ROW);
    rig_check(&rig);
    rig_free(&rig);
}

/* One 4-tuple after another state, owner or time of bind. */
static void check_begun_anew(struct connection_seen before, struct connection_seen after, bool anew)
{
    struct rig rig = rig_with_ping();
    scripted_source_start(rig.machine, 104, 0, "other.exe");
    uint32_t number = scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443",
                                              TCP_ESTABLISHED);
    struct connection_seen *row = scripted_source_connection(rig.machine, number);
    row->state = before.state;
    row->pid = before.pid;
    row->created = before.created;
    rig_look(&rig, STEP);
    uint64_t id = rig_connection(&rig, 50000)->id;
    row->state = after.state;
    row->pid = after.pid;
    row->created = after.created;
    rig_look(&rig, STEP);
    assert_int_equal(rig_connection(&rig, 50000)->id != id, anew);
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED), anew);
    assert_int_equal(rig_changes(&rig, CHANGE_CLOSED), anew);
    assert_int_equal(history_counts(rig.history).connections, 1);
    assert_int_equal(rig_connection(&rig, 50000)->seen.state, after.state);
    rig_check(&rig);
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED), 0);
    rig_free(&rig);
}

static void test_a_4_tuple_that_starts_again_is_a_new_connection(void **state)
{
    (void)state;
    const struct connection_seen syn = {.state = TCP_SYN_SENT, .pid = 100};
    const struct connection_seen established = {.state = TCP_ESTABLISHED, .pid = 100};
    const struct connection_seen fin = {.state = TCP_FIN_WAIT_1, .pid = 100};
    const struct connection_seen waiting = {.state = TCP_TIME_WAIT, .pid = 0};
    const struct connection_seen deleted = {.state = TCP_DELETE_TCB, .pid = 100};
    const struct connection_seen foreign = {.state = 77, .pid = 100};
    const struct connection_seen others = {.state = TCP_ESTABLISHED, .pid = 104};
    const struct connection_seen bound = {.state = TCP_ESTABLISHED, .pid = 100, .created = 5};
    const struct connection_seen rebound = {.state = TCP_ESTABLISHED, .pid = 100, .created = 6};
    check_begun_anew(syn, established, false);
    check_begun_anew(established, fin, false);
    check_begun_anew(established, waiting, false);
    check_begun_anew(syn, deleted, false);
    check_begun_anew(syn, foreign, false);
    check_begun_anew(foreign, syn, false);
    check_begun_anew(established, bound, false); /* the time was not told before */
    check_begun_anew(established, syn, true);
    check_begun_anew(fin, established, true);
    check_begun_anew(waiting, syn, true);
    check_begun_anew(waiting, established, true);
    check_begun_anew(established, others, true);
    check_begun_anew(bound, rebound, true);
}

static void test_listeners_and_udp_are_told_apart_by_owner_and_time_of_bind(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    scripted_source_start(rig.machine, 104, 0, "other.exe");
    scripted_source_udp(rig.machine, 100, "0.0.0.0:5353");
    scripted_source_udp(rig.machine, 104, "0.0.0.0:5353");
    uint32_t number = scripted_source_udp(rig.machine, 100, "[::]:5353");
    scripted_source_listen(rig.machine, 100, "0.0.0.0:80");
    rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).connections, 4);
    assert_int_equal(rig_process(&rig, 100)->connections, 3);
    scripted_source_connection(rig.machine, number)->created += 1;
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED), 1);
    assert_int_equal(rig_changes(&rig, CHANGE_CLOSED), 1);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_rows_alike_to_the_last_byte_are_counted(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    uint32_t numbers[5];
    for (int i = 0; i < 5; i++)
        numbers[i] = scripted_source_udp(rig.machine, 100, "0.0.0.0:5353");
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED), 5);
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED) + rig_changes(&rig, CHANGE_CLOSED), 0);
    scripted_source_close(rig.machine, numbers[0]);
    scripted_source_close(rig.machine, numbers[3]);
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_CLOSED), 2);
    assert_int_equal(history_counts(rig.history).connections, 3);
    for (int i = 0; i < 2; i++)
        scripted_source_udp(rig.machine, 100, "0.0.0.0:5353");
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED), 2);
    assert_int_equal(rig_process(&rig, 100)->connections, 5);
    rig_check(&rig);
    rig_free(&rig);
}

/* A table read while it changed shows a connection twice: as it was and as it is. */
static void test_one_4_tuple_in_two_states_at_once(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    uint32_t first = scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443",
                                             TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    uint64_t id = rig_connection(&rig, 50000)->id;
    scripted_source_connect(rig.machine, 0, "10.0.0.5:50000", "192.0.2.1:443", TCP_TIME_WAIT);
    rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).connections, 2);
    scripted_source_close(rig.machine, first);
    rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).connections, 1);
    rig_check(&rig);
    /* In whichever order they stand, nothing flaps. */
    scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    struct connection_seen *rows = scripted_source_connection(rig.machine, 1);
    struct connection_seen swap = rows[0];
    rows[0] = rows[1];
    rows[1] = swap;
    rig_look(&rig, STEP);
    size_t count;
    history_changes(rig.history, &count);
    assert_int_equal(count, 0);
    assert_true(rig_connection(&rig, 50000)->id > id);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_a_stale_part_drops_nothing(void **state)
{
    (void)state;
    for (int keeps = 0; keeps < 2; keeps++) {
        struct rig rig = rig_with_ping();
        uint32_t number = scripted_source_connect(rig.machine, 100, "10.0.0.5:50000",
                                                  "192.0.2.1:443", TCP_ESTABLISHED);
        scripted_source_udp(rig.machine, 100, "[::]:5353");
        rig_look(&rig, STEP);
        moment seen = scripted_source_now(rig.machine);
        scripted_source_stale(rig.machine, PART_TCP4, 2, keeps);
        scripted_source_close(rig.machine, number);
        for (int i = 0; i < 2; i++) {
            rig_look(&rig, STEP);
            const struct connection_row *row = rig_connection(&rig, 50000);
            assert_true(row->stale);
            assert_int_equal(row->closed, 0);
            assert_int_equal(row->last_seen, seen);
            assert_false(rig_connection(&rig, 5353)->stale);
            assert_int_equal(rig_connection(&rig, 5353)->last_seen,
                             scripted_source_now(rig.machine));
            assert_int_equal(rig_changes(&rig, CHANGE_CLOSED), 0);
            rig_check(&rig);
        }
        rig_look(&rig, STEP);
        assert_int_equal(rig_changes(&rig, CHANGE_CLOSED), 1);
        assert_int_equal(rig_connection(&rig, 50000)->last_seen, seen);
        assert_false(rig_connection(&rig, 50000)->stale);
        rig_check(&rig);
        rig_free(&rig);
    }
}

static void test_a_stale_part_comes_back(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    uint64_t id = rig_connection(&rig, 50000)->id;
    scripted_source_stale(rig.machine, PART_TCP4, 1, false);
    rig_look(&rig, STEP);
    scripted_source_connect(rig.machine, 100, "10.0.0.5:50001", "192.0.2.1:443", TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    assert_int_equal(rig_connection(&rig, 50000)->id, id);
    assert_false(rig_connection(&rig, 50000)->stale);
    assert_int_equal(rig_connection(&rig, 50000)->last_seen, scripted_source_now(rig.machine));
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED), 1);
    assert_int_equal(rig_changes(&rig, CHANGE_CLOSED), 0);
    rig_free(&rig);
}

static void test_N7_mapped_and_scoped_ends_keep_what_they_are(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    scripted_source_connect(rig.machine, 100, "[::ffff:127.0.0.1]:5000", "[::ffff:127.0.0.1]:6000",
                            TCP_ESTABLISHED);
    scripted_source_connect(rig.machine, 100, "127.0.0.1:5000", "127.0.0.1:6000", TCP_ESTABLISHED);
    scripted_source_connect(rig.machine, 100, "[fe80::1%5]:7000", "[fe80::2%5]:80",
                            TCP_ESTABLISHED);
    scripted_source_connect(rig.machine, 100, "[fe80::1%6]:7000", "[fe80::2%6]:80",
                            TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    assert_int_equal(history_counts(rig.history).connections, 4);
    const struct address plain = address_from_ipv4((const uint8_t[4]){127, 0, 0, 1});
    assert_true(address_equal(&rig_connection(&rig, 5000)->seen.remote.address, &plain));
    rig_look(&rig, STEP);
    assert_int_equal(rig_changes(&rig, CHANGE_OPENED), 0);
    rig_free(&rig);
}

static void test_an_open_connection_keeps_its_owner_beyond_its_time(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    scripted_source_start(rig.machine, 104, 0, "aside.exe");
    uint32_t number = scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443",
                                              TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 100, 0);
    scripted_source_exit(rig.machine, 104, 0);
    rig_look(&rig, STEP);
    rig_look(&rig, 2 * history_default_limits.keep);
    history_expire(rig.history, scripted_source_now(rig.machine));
    assert_null(rig_process(&rig, 104));
    assert_non_null(rig_process(&rig, 100));
    scripted_source_close(rig.machine, number);
    rig_look(&rig, STEP);
    history_expire(rig.history, scripted_source_now(rig.machine) + history_default_limits.keep);
    assert_non_null(rig_process(&rig, 100));
    history_expire(rig.history, scripted_source_now(rig.machine) + history_default_limits.keep + 1);
    assert_null(rig_process(&rig, 100));
    assert_null(rig_connection(&rig, 50000));
    rig_check(&rig);
    rig_free(&rig);
}

static void test_an_owner_that_is_forgotten_leaves_its_key(void **state)
{
    (void)state;
    const struct history_limits limits = {
        .keep = history_default_limits.keep, .ended_processes = 0, .closed_connections = 100};
    struct rig rig = rig_new(&limits);
    scripted_source_start(rig.machine, 100, 0, "ping.exe");
    uint32_t number = scripted_source_connect(rig.machine, 100, "10.0.0.5:50000", "192.0.2.1:443",
                                              TCP_ESTABLISHED);
    rig_look(&rig, STEP);
    struct process_key key = rig_process(&rig, 100)->facts->key;
    scripted_source_exit(rig.machine, 100, 0);
    rig_look(&rig, STEP);
    history_expire(rig.history, scripted_source_now(rig.machine)); /* the bound in number */
    assert_null(rig_process(&rig, 100));
    assert_true(rig_connection(&rig, 50000)->process == NO_ROW);
    assert_true(process_key_equal(rig_connection(&rig, 50000)->owner, key));
    rig_check(&rig);
    rig_look(&rig, STEP);
    scripted_source_start(rig.machine, 104, 0, "next.exe"); /* takes the slot */
    rig_look(&rig, STEP);
    assert_true(rig_connection(&rig, 50000)->process == NO_ROW);
    scripted_source_close(rig.machine, number);
    rig_look(&rig, STEP);
    assert_int_equal(rig_process(&rig, 104)->connections, 0);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_closed_ones_are_bounded_and_cut_offs_are_told(void **state)
{
    (void)state;
    const struct history_limits limits = {
        .keep = 1000 * STEP, .ended_processes = 10, .closed_connections = 10};
    struct rig rig = rig_new(&limits);
    scripted_source_start(rig.machine, 100, 0, "ping.exe");
    for (uint16_t i = 0; i < 30; i++) {
        char local[32];
        snprintf(local, sizeof local, "10.0.0.5:%d", 50000 + i);
        uint32_t number =
            scripted_source_connect(rig.machine, 100, local, "192.0.2.1:443", TCP_ESTABLISHED);
        rig_look(&rig, STEP);
        scripted_source_close(rig.machine, number);
        rig_look(&rig, STEP);
        history_expire(rig.history, scripted_source_now(rig.machine));
        assert_true(history_counts(rig.history).closed <= 10);
    }
    assert_int_equal(history_counts(rig.history).forgotten_connections, 20);
    assert_null(rig_connection(&rig, 50019));
    assert_non_null(rig_connection(&rig, 50020));
    history_expire(rig.history, scripted_source_now(rig.machine) + limits.keep + 1);
    assert_int_equal(history_counts(rig.history).closed, 0);
    assert_int_equal(history_counts(rig.history).forgotten_connections, 20);
    rig_check(&rig);
    rig_free(&rig);
}

static void test_unknown_pids(void **state)
{
    (void)state;
    struct rig rig = rig_with_ping();
    scripted_source_start(rig.machine, 104, 0, "ended.exe");
    rig_look(&rig, STEP);
    scripted_source_exit(rig.machine, 104, 0);
    rig_look(&rig, STEP);
    const uint32_t owners[] = {0, 100, 104, 200, 200, 100, 204, 200, 0, 208, 104};
    for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
        char local[32];
        snprintf(local, sizeof local, "0.0.0.0:%d", 1000 + (int)i);
        scripted_source_udp(rig.machine, owners[i], local);
    }
    struct connection_table table;
    uint32_t pids[8] = {0};
    assert_int_equal(source_connections(scripted_source_base(rig.machine), &table), ST_OK);
    assert_int_equal(history_unknown_pids(rig.history, &table, pids, 8), 4);
    const uint32_t expected[] = {104, 200, 204, 208};
    assert_memory_equal(pids, expected, sizeof expected);
    assert_int_equal(history_unknown_pids(rig.history, &table, pids, 2), 2);
    assert_int_equal(history_unknown_pids(rig.history, &table, pids, 0), 0);
    rig_free(&rig);
}

static void test_names_are_copied_shared_and_given_back(void **state)
{
    (void)state;
    const struct history_limits limits = {
        .keep = 1, .ended_processes = 10, .closed_connections = 10};
    struct rig rig = rig_new(&limits);
    scripted_source_udp(rig.machine, 0, "0.0.0.0:1000");
    uint32_t number = scripted_source_udp(rig.machine, 0, "0.0.0.0:1001");
    rig_look(&rig, STEP);
    char name[] = "evil.example";
    size_t before = history_size(rig.history);
    uint32_t slots[2] = {NO_ROW, NO_ROW};
    for (uint32_t i = 0; i < history_connection_slots(rig.history); i++)
        slots[history_connection(rig.history, i)->seen.local.port - 1000] = i;
    assert_int_equal(history_set_domain(rig.history, slots[0], text_from(name)), ST_OK);
    assert_int_equal(history_set_domain(rig.history, slots[1], text_from(name)), ST_OK);
    assert_true(history_size(rig.history) > before);
    name[0] = 'x';
    assert_true(text_equal(rig_connection(&rig, 1000)->domain, text_of("evil.example")));
    assert_ptr_equal(rig_connection(&rig, 1000)->domain.bytes,
                     rig_connection(&rig, 1001)->domain.bytes);
    assert_int_equal(history_set_domain(rig.history, slots[0], text_of("other.example")), ST_OK);
    assert_int_equal(history_set_domain(rig.history, slots[0], text_of("")), ST_OK);
    assert_int_equal(rig_connection(&rig, 1000)->domain.size, 0);
    for (int i = 0; i < 5; i++) /* until all scratch lists are there */
        rig_look(&rig, STEP);
    assert_true(text_equal(rig_connection(&rig, 1001)->domain, text_of("evil.example")));
    size_t named = history_size(rig.history);
    scripted_source_close(rig.machine, number);
    rig_look(&rig, STEP);
    assert_true(text_equal(rig_connection(&rig, 1001)->domain, text_of("evil.example")));
    history_expire(rig.history, scripted_source_now(rig.machine) + 10);
    assert_true(history_size(rig.history) < named);
    assert_int_equal(history_set_domain(rig.history, slots[1], text_of("a")), ST_NOT_FOUND);
    assert_int_equal(history_set_domain(rig.history, NO_ROW, text_of("a")), ST_NOT_FOUND);
    rig_free(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opened_changed_and_closed_are_told_once),
        cmocka_unit_test(test_N1_a_closing_connection_keeps_the_owner_that_was_seen),
        cmocka_unit_test(test_N1_two_thousand_closing_connections_are_all_kept),
        cmocka_unit_test(test_N1_never_an_owner_is_told_as_such),
        cmocka_unit_test(test_an_owner_that_the_system_names_late),
        cmocka_unit_test(test_an_owner_that_is_adopted_late),
        cmocka_unit_test(test_who_bears_the_pid_only_later_is_not_the_owner),
        cmocka_unit_test(test_an_owner_that_ended_between_two_looks),
        cmocka_unit_test(test_a_4_tuple_that_starts_again_is_a_new_connection),
        cmocka_unit_test(test_listeners_and_udp_are_told_apart_by_owner_and_time_of_bind),
        cmocka_unit_test(test_rows_alike_to_the_last_byte_are_counted),
        cmocka_unit_test(test_one_4_tuple_in_two_states_at_once),
        cmocka_unit_test(test_a_stale_part_drops_nothing),
        cmocka_unit_test(test_a_stale_part_comes_back),
        cmocka_unit_test(test_N7_mapped_and_scoped_ends_keep_what_they_are),
        cmocka_unit_test(test_an_open_connection_keeps_its_owner_beyond_its_time),
        cmocka_unit_test(test_an_owner_that_is_forgotten_leaves_its_key),
        cmocka_unit_test(test_closed_ones_are_bounded_and_cut_offs_are_told),
        cmocka_unit_test(test_unknown_pids),
        cmocka_unit_test(test_names_are_copied_shared_and_given_back),
    };
    return cmocka_run_group_tests_name("history_connections", tests, NULL, NULL);
}
