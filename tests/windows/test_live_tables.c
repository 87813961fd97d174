/* Tables of connections that grow between two questions, are refused, or lie. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/windows/network/sockets.h"
#include "tests/support/windows/live_calls.h"

static struct {
    DWORD rows;        /* that the table has */
    DWORD error;       /* returned in place of an answer */
    unsigned failures; /* so many times */
    unsigned asked;
    bool grows; /* by a row with every question */
} fake;

static DWORD WINAPI fake_tcp(void *out, DWORD *size, BOOL order, ULONG family,
                             TCP_TABLE_CLASS class, ULONG reserved)
{
    MIB_TCPTABLE_OWNER_MODULE *table = out;
    DWORD needed;

    (void)order;
    (void)reserved;
    if (family != AF_INET)
        return ERROR_NOT_SUPPORTED;
    assert_int_equal(class, TCP_TABLE_OWNER_MODULE_ALL);
    fake.asked++;
    if (fake.grows)
        fake.rows += fake.rows;
    needed =
        (DWORD)(offsetof(MIB_TCPTABLE_OWNER_MODULE, table) + fake.rows * sizeof table->table[0]);
    if (fake.failures) {
        fake.failures--;
        if (fake.error == ERROR_INSUFFICIENT_BUFFER)
            *size = needed;
        return fake.error;
    }
    if (*size < needed) {
        *size = needed;
        return ERROR_INSUFFICIENT_BUFFER;
    }
    table->dwNumEntries = fake.rows;
    for (DWORD i = 0; i < fake.rows; i++)
        table->table[i] =
            (MIB_TCPROW_OWNER_MODULE){.dwState = MIB_TCP_STATE_ESTAB,
                                      .dwLocalAddr = 0x0100000A,
                                      .dwLocalPort = 0xDEAD0000u | htons((u_short)(1000 + i)),
                                      .dwRemoteAddr = 0x010200C0,
                                      .dwRemotePort = htons(443),
                                      .dwOwningPid = 100,
                                      .liCreateTimestamp.QuadPart = 5};
    return NO_ERROR;
}

static DWORD WINAPI no_udp(void *out, DWORD *size, BOOL order, ULONG family, UDP_TABLE_CLASS class,
                           ULONG reserved)
{
    (void)out;
    (void)order;
    (void)family;
    (void)class;
    (void)reserved;
    *size = 0;
    return ERROR_NO_DATA;
}

static void begin_fake(DWORD rows)
{
    memset(&fake, 0, sizeof fake);
    fake.rows = rows;
    calls.get_extended_tcp_table = fake_tcp;
    calls.get_extended_udp_table = no_udp;
    open_source();
}

static struct connection_table read_table(void)
{
    struct connection_table table = {0};

    assert_int_equal(source_connections(source, &table), ST_OK);
    return table;
}

static void test_rows_are_translated(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    table = read_table();
    assert_int_equal(table.count, 3);
    assert_int_equal(table.rows[1].local.port, 1001); /* whatever stands above the low 16 bits */
    assert_int_equal(table.rows[1].remote.port, 443);
    assert_int_equal(table.rows[1].remote.address.bytes[12], 192);
    assert_int_equal(table.rows[1].created, 5);
    assert_false(table.stale[PART_TCP4]);
    assert_int_equal(table.why[PART_TCP6], ST_UNSUPPORTED); /* there is none: that is not stale */
    assert_false(table.stale[PART_TCP6]);
    assert_int_equal(table.why[PART_UDP4], ST_OK);
}

/* N2: "too small" twice, then an answer. */
static void test_N2_grows_twice(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    fake.error = ERROR_INSUFFICIENT_BUFFER;
    fake.failures = 2;
    table = read_table();
    assert_int_equal(table.count, 3);
    assert_false(table.stale[PART_TCP4]);
    assert_int_equal(fake.asked, 3);
}

/* N2: "too small" for ever: asked a bounded number of times, no row removed, marked stale. */
static void test_N2_grows_for_ever(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    read_table();
    for (int round = 0; round < 3; round++) {
        fake.asked = 0;
        fake.error = ERROR_INSUFFICIENT_BUFFER;
        fake.failures = 1000;
        table = read_table();
        assert_in_range(fake.asked, 1, SOCKETS_TRIES);
        assert_int_equal(table.count, 3);
        assert_true(table.stale[PART_TCP4]);
        assert_int_equal(table.why[PART_TCP4], ST_STALE);
    }
    fake.failures = 0;
    table = read_table();
    assert_false(table.stale[PART_TCP4]);
}

/* N2: a table that really doubles with every question is had in the end, or stays bounded. */
static void test_N2_outruns_the_slack(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    read_table();
    fake.grows = true;
    fake.asked = 0;
    fake.rows = 200;
    table = read_table();
    assert_in_range(fake.asked, 1, SOCKETS_TRIES);
    assert_true(table.count >= 3);
    assert_true(table.stale[PART_TCP4]); /* it is always ahead */
    fake.grows = false;
    table = read_table();
    assert_int_equal(table.count, fake.rows);
    assert_false(table.stale[PART_TCP4]);
}

/* N2: the slack of the last time spares the second question. */
static void test_N2_slack_spares_a_question(void **state)
{
    (void)state;
    begin_fake(1000);
    read_table();
    fake.rows = 1200;
    fake.asked = 0;
    assert_int_equal(read_table().count, 1200);
    assert_int_equal(fake.asked, 1);
}

/* N3: the odd error is tried again, and if it stays the previous rows stand. */
static void test_N3_odd_error(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    fake.error = 0xC0000001u;
    fake.failures = 2;
    table = read_table();
    assert_int_equal(table.count, 3);
    assert_false(table.stale[PART_TCP4]);
    fake.failures = 1000;
    fake.asked = 0;
    table = read_table();
    assert_int_equal(table.count, 3);
    assert_true(table.stale[PART_TCP4]);
    assert_in_range(fake.asked, 1, SOCKETS_TRIES);
}

static void test_denied_table_keeps_rows_and_says_why(void **state)
{
    struct connection_table table;

    (void)state;
    begin_fake(3);
    read_table();
    fake.error = ERROR_ACCESS_DENIED;
    fake.failures = 1;
    table = read_table();
    assert_int_equal(table.count, 3);
    assert_true(table.stale[PART_TCP4]);
    assert_int_equal(table.why[PART_TCP4], ST_DENIED);
}

static DWORD WINAPI lying_tcp(void *out, DWORD *size, BOOL order, ULONG family,
                              TCP_TABLE_CLASS class, ULONG reserved)
{
    (void)order;
    (void)family;
    (void)class;
    (void)reserved;
    memset(out, 0x41, *size);
    *size = 8;
    *(DWORD *)out = 0xFFFFFFFF; /* so many rows are said to be in a buffer that holds a few */
    return NO_ERROR;
}

static void test_row_count_that_lies(void **state)
{
    struct connection_table table;

    (void)state;
    calls.get_extended_tcp_table = lying_tcp;
    calls.get_extended_udp_table = no_udp;
    open_source();
    table = read_table();
    assert_true(table.count < 10000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_rows_are_translated),
        TEST(test_N2_grows_twice),
        TEST(test_N2_grows_for_ever),
        TEST(test_N2_outruns_the_slack),
        TEST(test_N2_slack_spares_a_question),
        TEST(test_N3_odd_error),
        TEST(test_denied_table_keeps_rows_and_says_why),
        TEST(test_row_count_that_lies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
