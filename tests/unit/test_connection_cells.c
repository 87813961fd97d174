/* The columns of a connection: owners, peers and states as the tables tell them, or do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/model/connection_cells.h"
#include "tests/support/case_sample.h"
#include "tests/support/cell_check.h"

static void assert_cell(const struct snapshot *snapshot, enum sample_connection row,
                        enum connection_column column, const char *expected)
{
    const char *written =
        cell_check_written(connection_row_class.cell(snapshot, row, (unsigned)column));

    if (strcmp(written, expected) != 0)
        fail_msg("%s of row %d is \"%s\", not \"%s\"", connection_column_name((unsigned)column),
                 (int)row, written, expected);
}

static void test_an_ordinary_connection(void **state)
{
    struct snapshot *snapshot = sample_snapshot();

    (void)state;
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_PROCESS, "text: node.exe");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_PID, "number: 6656");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_PROTOCOL, "text: TCP");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_LOCAL, "address: 192.0.2.250");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_LOCAL_PORT, "number: 49160");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_REMOTE, "address: 192.0.2.1");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_REMOTE_PORT, "number: 80");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_REMOTE_NAME, "text: du.testjj.com");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_STATE, "text: SYN_SENT");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_AGE, "duration: 5000000");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_SERVICE, "empty");
    assert_int_equal(
        connection_row_class.cell(snapshot, SAMPLE_WATCHED, CONNECTION_FIRST_SEEN).number,
        SAMPLE_NOW - 500 * MOMENT_MS);
    assert_int_equal(
        connection_row_class.cell(snapshot, SAMPLE_WATCHED, CONNECTION_LAST_SEEN).number,
        SAMPLE_NOW);
}

static void test_a_listener_has_no_peer(void **state)
{
    struct snapshot *snapshot = sample_snapshot();

    (void)state;
    assert_cell(snapshot, SAMPLE_LISTENER, CONNECTION_PROTOCOL, "text: TCPv6");
    assert_cell(snapshot, SAMPLE_LISTENER, CONNECTION_LOCAL, "address: fe80::1%5");
    assert_cell(snapshot, SAMPLE_LISTENER, CONNECTION_REMOTE, "empty");
    assert_cell(snapshot, SAMPLE_LISTENER, CONNECTION_REMOTE_PORT, "empty");
    assert_cell(snapshot, SAMPLE_LISTENER, CONNECTION_STATE, "text: LISTEN");
    assert_cell(snapshot, SAMPLE_LISTENER, CONNECTION_SERVICE, "text: Dhcp, EventLog");
}

/* row N5: the peer of a UDP socket is unknown, which is not the same as none. */
static void test_N5_the_peer_of_udp_is_unknown(void **state)
{
    struct snapshot *snapshot = sample_snapshot();

    (void)state;
    assert_cell(snapshot, SAMPLE_UDP, CONNECTION_PROTOCOL, "text: UDP");
    assert_cell(snapshot, SAMPLE_UDP, CONNECTION_REMOTE, "word: peer-unknown");
    assert_cell(snapshot, SAMPLE_UDP, CONNECTION_REMOTE_PORT, "empty");
    assert_cell(snapshot, SAMPLE_UDP, CONNECTION_STATE, "empty");
    sample_connection_row(SAMPLE_UDP)->seen.ipv6_table = true;
    assert_cell(snapshot, SAMPLE_UDP, CONNECTION_PROTOCOL, "text: UDPv6");
}

/* row N1: what the system says nothing of has no owner; what was seen before is told as such, also
 * after its process has left the list. */
static void test_N1_the_owner_of_a_closing_connection(void **state)
{
    struct snapshot *snapshot = sample_snapshot();
    struct connection_row *row = sample_connection_row(SAMPLE_CLOSING);

    (void)state;
    assert_cell(snapshot, SAMPLE_CLOSING, CONNECTION_PROCESS, "word: no-owner");
    assert_cell(snapshot, SAMPLE_CLOSING, CONNECTION_PID, "empty");
    assert_cell(snapshot, SAMPLE_CLOSING, CONNECTION_STATE, "text: TIME_WAIT");
    row->owner = sample_facts(SAMPLE_CMD)->key;
    row->owner_from_history = true;
    row->process = SAMPLE_CMD;
    assert_cell(snapshot, SAMPLE_CLOSING, CONNECTION_PROCESS, "text: cmd.exe, from history");
    assert_cell(snapshot, SAMPLE_CLOSING, CONNECTION_PID, "number: 3252");
    row->process = NO_ROW;
    assert_int_equal(connection_row_class.cell(snapshot, SAMPLE_CLOSING, CONNECTION_PROCESS).state,
                     READ_GONE);
    assert_int_equal(connection_row_class.cell(snapshot, SAMPLE_CLOSING, CONNECTION_PROCESS).note,
                     NOTE_FROM_HISTORY);
    assert_cell(snapshot, SAMPLE_CLOSING, CONNECTION_PID, "number: 3252");
}

/* The system names a PID that no listing has. */
static void test_an_owner_that_was_never_seen(void **state)
{
    struct snapshot *snapshot = sample_snapshot();

    (void)state;
    sample_connection_row(SAMPLE_CLOSING)->seen.pid = 4242;
    assert_int_equal(connection_row_class.cell(snapshot, SAMPLE_CLOSING, CONNECTION_PROCESS).state,
                     READ_GONE);
    assert_cell(snapshot, SAMPLE_CLOSING, CONNECTION_PID, "number: 4242");
    assert_cell(snapshot, SAMPLE_CLOSING, CONNECTION_SERVICE, "empty");
}

static void test_the_state_says_when_it_is_old(void **state)
{
    struct snapshot *snapshot = sample_snapshot();
    struct connection_row *row = sample_connection_row(SAMPLE_WATCHED);

    (void)state;
    row->stale = true;
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_STATE, "text: SYN_SENT, stale");
    row->closed = SAMPLE_NOW - 200 * MOMENT_MS;
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_STATE, "text: SYN_SENT, closed");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_AGE, "duration: 3000000");
    assert_int_equal(connection_row_class.ended(snapshot, SAMPLE_WATCHED), row->closed);
}

static void test_what_matched(void **state)
{
    static const char *const words[] = {"empty", "word: by-address", "word: by-port",
                                        "word: by-domain", "word: by-process"};
    struct snapshot *snapshot = sample_snapshot();
    struct connection_row *row = sample_connection_row(SAMPLE_WATCHED);

    (void)state;
    row->matched_by = MATCH_ADDRESS; /* left behind by an indicator that was taken away */
    assert_false(connection_row_class.watched(snapshot, SAMPLE_WATCHED));
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_WATCHED, "empty");
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_MATCHED_BY, "empty");
    row->indicator = 0;
    assert_true(connection_row_class.watched(snapshot, SAMPLE_WATCHED));
    assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_WATCHED, "indicator: 0");
    for (size_t by = MATCH_NONE; by <= MATCH_PROCESS; by++) {
        row->matched_by = (uint8_t)by;
        assert_cell(snapshot, SAMPLE_WATCHED, CONNECTION_MATCHED_BY, words[by]);
    }
}

static void test_the_stamp_changes_with_what_is_shown(void **state)
{
    struct snapshot *snapshot = sample_snapshot();
    struct connection_row *row = sample_connection_row(SAMPLE_WATCHED);
    uint64_t stamps[9];
    size_t count = 0;

    (void)state;
    stamps[count++] = connection_row_class.stamp(snapshot, SAMPLE_WATCHED);
    assert_int_equal(connection_row_class.stamp(snapshot, SAMPLE_WATCHED), stamps[0]);
    row->seen.state = TCP_ESTABLISHED;
    stamps[count++] = connection_row_class.stamp(snapshot, SAMPLE_WATCHED);
    row->owner_from_history = true;
    stamps[count++] = connection_row_class.stamp(snapshot, SAMPLE_WATCHED);
    row->process = NO_ROW;
    stamps[count++] = connection_row_class.stamp(snapshot, SAMPLE_WATCHED);
    row->stale = true;
    stamps[count++] = connection_row_class.stamp(snapshot, SAMPLE_WATCHED);
    row->closed = 1;
    stamps[count++] = connection_row_class.stamp(snapshot, SAMPLE_WATCHED);
    row->indicator = 0;
    stamps[count++] = connection_row_class.stamp(snapshot, SAMPLE_WATCHED);
    row->domain = text_of("other.example");
    stamps[count++] = connection_row_class.stamp(snapshot, SAMPLE_WATCHED);
    row->domain = text_of("");
    stamps[count++] = connection_row_class.stamp(snapshot, SAMPLE_WATCHED);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(stamps[i], stamps[j]);
    }
}

static void test_columns_have_names_of_their_own(void **state)
{
    (void)state;
    assert_int_equal(connection_row_class.columns, CONNECTION_COLUMNS);
    assert_null(connection_row_class.parent);
    for (unsigned i = 0; i < CONNECTION_COLUMNS; i++) {
        assert_int_not_equal(connection_column_name(i)[0], 0);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(connection_column_name(i), connection_column_name(j));
    }
    assert_string_equal(connection_column_name(CONNECTION_COLUMNS), "");
    assert_int_equal(connection_row_class.count(sample_snapshot()), SAMPLE_CONNECTIONS);
    assert_int_equal(connection_row_class.id(sample_snapshot(), SAMPLE_UDP), SAMPLE_UDP + 1);
    assert_int_equal(connection_row_class.cell(sample_snapshot(), 0, CONNECTION_COLUMNS).kind,
                     CELL_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_ordinary_connection),
        cmocka_unit_test(test_a_listener_has_no_peer),
        cmocka_unit_test(test_N5_the_peer_of_udp_is_unknown),
        cmocka_unit_test(test_N1_the_owner_of_a_closing_connection),
        cmocka_unit_test(test_an_owner_that_was_never_seen),
        cmocka_unit_test(test_the_state_says_when_it_is_old),
        cmocka_unit_test(test_what_matched),
        cmocka_unit_test(test_the_stamp_changes_with_what_is_shown),
        cmocka_unit_test(test_columns_have_names_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
