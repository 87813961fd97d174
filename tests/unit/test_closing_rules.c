/* Which connections may be closed, and how it is told what came of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/closing.h"

static const struct closing_means all = {.ipv6 = true, .elevated = true};

static struct connection_row row_in(uint8_t state)
{
    return (struct connection_row){
        .seen = {.transport = TRANSPORT_TCP, .state = state, .has_remote = state != TCP_LISTEN}};
}

static enum closing_bar bar_in(uint8_t state)
{
    const struct connection_row row = row_in(state);

    return closing_bar_of(&row, &all);
}

static void test_only_established_ones(void **state)
{
    (void)state;
    assert_int_equal(bar_in(TCP_ESTABLISHED), CLOSING_ALLOWED);
    assert_int_equal(bar_in(TCP_LISTEN), CLOSING_BAR_LISTENER);
    assert_int_equal(bar_in(TCP_SYN_SENT), CLOSING_BAR_OPENING);
    assert_int_equal(bar_in(TCP_SYN_RECEIVED), CLOSING_BAR_OPENING);
    assert_int_equal(bar_in(TCP_CLOSE_WAIT), CLOSING_BAR_ENDING);
    assert_int_equal(bar_in(TCP_TIME_WAIT), CLOSING_BAR_ENDING);
    assert_int_equal(bar_in(TCP_CLOSED), CLOSING_BAR_CLOSED);
}

static void test_the_reason_is_the_row_s_first(void **state)
{
    const struct closing_means none = {.ipv6 = false};
    struct connection_row row = row_in(TCP_ESTABLISHED);

    (void)state;
    row.closed = 1;
    row.stale = true;
    assert_int_equal(closing_bar_of(&row, &none), CLOSING_BAR_CLOSED);
    row.closed = 0;
    assert_int_equal(closing_bar_of(&row, &none), CLOSING_BAR_STALE);
    row.stale = false;
    assert_int_equal(closing_bar_of(&row, &none), CLOSING_BAR_RIGHTS);
    row.seen.transport = TRANSPORT_UDP;
    row.seen.state = TCP_NONE;
    assert_int_equal(closing_bar_of(&row, &none), CLOSING_BAR_UDP);
}

/* Row N9: without a call for IPv6 the item is grey, and says why. */
static void test_ipv6_needs_a_call_row_n9(void **state)
{
    struct connection_row row = row_in(TCP_ESTABLISHED);
    struct closing_means means = {.ipv6 = false, .elevated = true};

    (void)state;
    assert_int_equal(closing_bar_of(&row, &means), CLOSING_ALLOWED);
    row.seen.ipv6_table = true;
    assert_int_equal(closing_bar_of(&row, &means), CLOSING_BAR_IPV6);
    assert_non_null(strstr(closing_bar_phrase(CLOSING_BAR_IPV6), "IPv6"));
    means.ipv6 = true;
    assert_int_equal(closing_bar_of(&row, &means), CLOSING_ALLOWED);
}

static void test_every_bar_has_a_phrase(void **state)
{
    (void)state;
    assert_string_equal(closing_bar_phrase(CLOSING_ALLOWED), "");
    for (int bar = CLOSING_ALLOWED + 1; bar < CLOSING_BAR_COUNT; bar++)
        assert_true(strlen(closing_bar_phrase((enum closing_bar)bar)) > 10);
    assert_string_equal(closing_bar_phrase(CLOSING_BAR_COUNT), "");
}

static void assert_told(enum closing_outcome outcome, uint8_t tcp_state, struct failure failure,
                        const char *expected)
{
    const struct closing_result result = {outcome, tcp_state, failure};
    struct buffer line;

    buffer_init(&line, 1024);
    closing_add(&line, &result);
    buffer_add_byte(&line, 0);
    assert_string_equal(line.bytes, expected);
    buffer_done(&line);
}

static void test_outcomes_are_told(void **state)
{
    const struct failure none = {ST_OK, NULL, 0};

    (void)state;
    assert_told(CLOSING_GONE, TCP_NONE, none, "gone from the table");
    assert_told(CLOSING_ALREADY, TCP_NONE, none, "was gone before it was to be closed");
    assert_told(CLOSING_STATE, TCP_FIN_WAIT_1, none, "closing, now FIN_WAIT_1");
    assert_told(CLOSING_STANDS, TCP_ESTABLISHED, none,
                "still there, ESTABLISHED, though the system said it was closed");
    assert_told(CLOSING_DENIED, TCP_ESTABLISHED, (struct failure){ST_DENIED, "SetTcpEntry", 317},
                "still there, ESTABLISHED: access denied (SetTcpEntry: error 317)");
    assert_told(CLOSING_UNSUPPORTED, TCP_ESTABLISHED, none,
                "still there, ESTABLISHED: not supported by this system");
    assert_told(CLOSING_REFUSED, TCP_ESTABLISHED, (struct failure){ST_SYSTEM, "SetTcpEntry", 87},
                "still there, ESTABLISHED: refused by the system (SetTcpEntry: error 87)");
    assert_told(CLOSING_UNSEEN, TCP_NONE, (struct failure){.status = ST_STALE},
                "what became of it could not be read: not answered; the previous answer stands");
    assert_told(CLOSING_CANCELLED, TCP_ESTABLISHED, none,
                "cancelled, still ESTABLISHED when last seen");
}

static void test_what_counts_as_closed(void **state)
{
    (void)state;
    assert_true(closing_worked(CLOSING_GONE));
    assert_true(closing_worked(CLOSING_ALREADY));
    assert_true(closing_worked(CLOSING_STATE));
    for (int outcome = CLOSING_STANDS; outcome < CLOSING_OUTCOMES; outcome++)
        assert_false(closing_worked((enum closing_outcome)outcome));
}

static void test_the_same_connection_is_found_again(void **state)
{
    const uint8_t near_end[4] = {192, 0, 2, 1};
    const uint8_t far_end[4] = {192, 0, 2, 2};
    struct connection_seen wanted = {.transport = TRANSPORT_TCP,
                                     .state = TCP_ESTABLISHED,
                                     .has_remote = true,
                                     .pid = 40,
                                     .created = 1000,
                                     .local = {address_from_ipv4(near_end), 0, 5000},
                                     .remote = {address_from_ipv4(far_end), 0, 80}};
    struct connection_seen rows[2] = {wanted, wanted};

    (void)state;
    rows[0].local.port = 5001;
    assert_ptr_equal(closing_find(&wanted, rows, 2), &rows[1]);
    assert_null(closing_find(&wanted, rows, 1));
    rows[1].state = TCP_TIME_WAIT; /* on its way out it has no owner */
    rows[1].pid = 0;
    assert_ptr_equal(closing_find(&wanted, rows, 2), &rows[1]);
    rows[1].pid = 41; /* the two ends again, another process's */
    assert_null(closing_find(&wanted, rows, 2));
    rows[1].pid = 40;
    rows[1].created = 2000; /* the same process's next connection */
    assert_null(closing_find(&wanted, rows, 2));
    rows[1].created = 0;
    assert_ptr_equal(closing_find(&wanted, rows, 2), &rows[1]);
    rows[1].ipv6_table = true; /* ::ffff:192.0.2.1 is another row */
    assert_null(closing_find(&wanted, rows, 2));
    rows[1].ipv6_table = false;
    rows[1].remote.scope = 3;
    assert_null(closing_find(&wanted, rows, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_established_ones),
        cmocka_unit_test(test_the_reason_is_the_row_s_first),
        cmocka_unit_test(test_ipv6_needs_a_call_row_n9),
        cmocka_unit_test(test_every_bar_has_a_phrase),
        cmocka_unit_test(test_outcomes_are_told),
        cmocka_unit_test(test_what_counts_as_closed),
        cmocka_unit_test(test_the_same_connection_is_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
