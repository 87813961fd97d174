/* The live source's connections, on real sockets of the loopback. */
#include <winsock2.h>

#include <ws2tcpip.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/history.h"
#include "core/windows/clock.h"
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"

static struct source *source;

static int begin(void **state)
{
    WSADATA data;

    (void)state;
    return WSAStartup(0x202, &data) || live_source_new(NULL, &source);
}

static int end(void **state)
{
    (void)state;
    source_free(source);
    WSACleanup();
    return 0;
}

typedef bool (*row_test)(const struct connection_seen *row, unsigned port, uint32_t pid);

static bool is_listener(const struct connection_seen *row, unsigned port, uint32_t pid)
{
    return row->transport == TRANSPORT_TCP && row->state == TCP_LISTEN && row->pid == pid &&
           row->local.port == port;
}

static bool is_udp(const struct connection_seen *row, unsigned port, uint32_t pid)
{
    return row->transport == TRANSPORT_UDP && row->pid == pid && row->local.port == port;
}

static bool goes_to(const struct connection_seen *row, unsigned port, uint32_t pid)
{
    return row->has_remote && row->pid == pid && row->remote.port == port;
}

/* Waits for such a row; the tables must never be stale meanwhile. */
static struct connection_seen wait_row(row_test wanted, unsigned port, uint32_t pid)
{
    for (int tries = 0; tries < 1000; tries++) {
        struct connection_table table;
        assert_int_equal(source_connections(source, &table), ST_OK);
        for (int part = 0; part < PART_COUNT; part++)
            assert_false(table.stale[part]);
        for (size_t i = 0; i < table.count; i++)
            if (wanted(&table.rows[i], port, pid))
                return table.rows[i];
        Sleep(10);
    }
    fail_msg("no such row, port %u, PID %u", port, (unsigned)pid);
    return (struct connection_seen){0};
}

static void assert_end(const struct endpoint *end, const char *expected)
{
    struct buffer out;

    buffer_init(&out, 256);
    endpoint_add(&out, end);
    assert_text(buffer_text(&out), expected);
    buffer_done(&out);
}

static unsigned start_listener(struct child *listener, const wchar_t *arguments)
{
    char line[128];

    child_start(listener, L"listener", arguments, 0);
    child_read_line(listener, line, sizeof line);
    return (unsigned)child_number(line, "port");
}

/* A listener's remote end means nothing and is not told. */
static void test_listener_and_connection(void **state)
{
    struct child listener;
    struct child suspect;
    struct connection_seen row;
    unsigned port = start_listener(&listener, L"");
    wchar_t arguments[64];
    char expected[64];

    (void)state;
    row = wait_row(is_listener, port, listener.pid);
    assert_false(row.has_remote);
    assert_int_equal(row.remote.port, 0);
    assert_true(address_is_unspecified(&row.remote.address) || row.remote.address.bytes[15] == 0);
    assert_false(row.ipv6_table);
    snprintf(expected, sizeof expected, "127.0.0.1:%u", port);
    assert_end(&row.local, expected);
    swprintf(arguments, 64, L"127.0.0.1 %u 60000", port);
    child_start(&suspect, L"suspect", arguments, 0);
    row = wait_row(goes_to, port, suspect.pid);
    assert_end(&row.remote, expected);
    assert_int_equal(row.state, TCP_ESTABLISHED);
    assert_int_equal(row.transport, TRANSPORT_TCP);
    child_kill(&suspect, 0);
    child_end(&listener);
}

static void test_ipv6(void **state)
{
    struct child listener;
    struct child suspect;
    struct connection_seen row;
    unsigned port = start_listener(&listener, L"--ipv6");
    wchar_t arguments[64];
    char expected[64];

    (void)state;
    row = wait_row(is_listener, port, listener.pid);
    assert_true(row.ipv6_table);
    snprintf(expected, sizeof expected, "[::1]:%u", port);
    assert_end(&row.local, expected);
    swprintf(arguments, 64, L"::1 %u 60000", port);
    child_start(&suspect, L"suspect", arguments, 0);
    row = wait_row(goes_to, port, suspect.pid);
    assert_end(&row.remote, expected);
    assert_int_equal(row.local.scope, 0);
    child_kill(&suspect, 0);
    child_end(&listener);
}

/* N7: an IPv4 client of an IPv6 socket is written ::ffff:127.0.0.1 and is 127.0.0.1. */
static void test_N7_mapped_address(void **state)
{
    struct child listener;
    struct child suspect;
    struct connection_seen row;
    unsigned port = start_listener(&listener, L"--dual");
    wchar_t arguments[64];
    const uint8_t octets[4] = {127, 0, 0, 1};
    struct address loopback = address_from_ipv4(octets);
    bool found = false;

    (void)state;
    swprintf(arguments, 64, L"127.0.0.1 %u 60000", port);
    child_start(&suspect, L"suspect", arguments, 0);
    wait_row(goes_to, port, suspect.pid);
    for (int tries = 0; tries < 500 && !found; tries++) {
        struct connection_table table;
        assert_int_equal(source_connections(source, &table), ST_OK);
        for (size_t i = 0; i < table.count && !found; i++) {
            row = table.rows[i];
            found = row.pid == listener.pid && row.has_remote && row.local.port == port;
        }
        Sleep(10);
    }
    assert_true(found);
    assert_true(row.ipv6_table);
    assert_true(address_is_ipv4(&row.remote.address));
    assert_true(address_equal(&row.remote.address, &loopback));
    assert_true(address_equal(&row.local.address, &loopback));
    child_kill(&suspect, 0);
    child_end(&listener);
}

/* N5: a connected UDP socket has no peer in the tables, and none is made up. */
static void test_N5_udp_has_no_peer(void **state)
{
    struct child listener;
    struct child suspect;
    struct connection_seen row;
    unsigned port = start_listener(&listener, L"--udp");
    wchar_t arguments[64];

    (void)state;
    row = wait_row(is_udp, port, listener.pid);
    assert_false(row.has_remote);
    assert_int_equal(row.state, TCP_NONE);
    swprintf(arguments, 64, L"--udp --bind 45991 127.0.0.1 %u 60000", port);
    child_start(&suspect, L"suspect", arguments, 0);
    row = wait_row(is_udp, 45991, suspect.pid);
    assert_false(row.has_remote);
    assert_int_equal(row.remote.port, 0);
    child_kill(&suspect, 0);
    child_end(&listener);
}

/* Windows keeps a closed connection in its table, in TIME_WAIT and without an owner; Wine 10 takes
 * it out at once. So these are put behind the real table, and the rest of the way is the real one.
 */
static struct {
    u_short local[4096]; /* in network order */
    u_short remote;
    DWORD count;
} waiting;

static DWORD WINAPI tcp_with_waiting(void *out, DWORD *size, BOOL order, ULONG family,
                                     TCP_TABLE_CLASS class, ULONG reserved)
{
    MIB_TCPTABLE_OWNER_MODULE *table = out;
    DWORD room = *size;
    DWORD error = GetExtendedTcpTable(out, size, order, family, class, reserved);
    DWORD needed;

    if (family != AF_INET || (error && error != ERROR_INSUFFICIENT_BUFFER))
        return error;
    assert_int_equal(class, TCP_TABLE_OWNER_MODULE_ALL);
    *size += waiting.count * (DWORD)sizeof table->table[0];
    if (error)
        return error;
    needed = (DWORD)offsetof(MIB_TCPTABLE_OWNER_MODULE, table) +
             (table->dwNumEntries + waiting.count) * (DWORD)sizeof table->table[0];
    if (room < needed) {
        *size = needed;
        return ERROR_INSUFFICIENT_BUFFER;
    }
    for (DWORD i = 0; i < waiting.count; i++)
        table->table[table->dwNumEntries++] =
            (MIB_TCPROW_OWNER_MODULE){.dwState = MIB_TCP_STATE_TIME_WAIT,
                                      .dwLocalAddr = htonl(INADDR_LOOPBACK),
                                      .dwLocalPort = waiting.local[i],
                                      .dwRemoteAddr = htonl(INADDR_LOOPBACK),
                                      .dwRemotePort = waiting.remote};
    return NO_ERROR;
}

static void take_connections(struct source *asked, struct history *history)
{
    struct clock clock = clock_of_system();
    struct connection_table connections;

    assert_int_equal(source_connections(asked, &connections), ST_OK);
    assert_int_equal(history_apply_connections(history, &connections, clock.now(clock.context)),
                     ST_OK);
}

static void take_processes(struct source *asked, struct history *history)
{
    struct clock clock = clock_of_system();
    struct process_table processes;

    assert_int_equal(source_processes(asked, &processes), ST_OK);
    assert_int_equal(history_apply_processes(history, asked, &processes, clock.now(clock.context)),
                     ST_OK);
}

static SOCKET connect_to(unsigned port, u_short *own_port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((u_short)port)};
    struct sockaddr_in own;
    int size = sizeof own;
    SOCKET connection = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(connection, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(getsockname(connection, (struct sockaddr *)&own, &size), 0);
    *own_port = own.sin_port;
    return connection;
}

/* N1: 2,000 connections, one after the other, each of which lingers in TIME_WAIT without an owner:
 * none is lost, and each keeps the owner that was seen, marked as from before. */
static void test_N1_time_wait_keeps_owner(void **state)
{
    enum { COUNT = 2000 };
    static struct system_table with_waiting;
    struct source *asked = NULL;
    struct child listener;
    unsigned port = start_listener(&listener, L"");
    struct history *history = history_new(NULL);
    unsigned kept = 0;

    (void)state;
    with_waiting = *system_calls();
    with_waiting.get_extended_tcp_table = tcp_with_waiting;
    assert_int_equal(live_source_new(&with_waiting, &asked), ST_OK);
    waiting.remote = htons((u_short)port);
    waiting.count = 0;
    take_processes(asked, history);
    for (int i = 0; i < COUNT; i++) {
        u_short own_port;
        SOCKET connection = connect_to(port, &own_port);
        take_connections(asked, history);
        closesocket(connection);
        waiting.local[waiting.count++] = own_port;
    }
    take_connections(asked, history);
    for (uint32_t slot = 0; slot < history_connection_slots(history); slot++) {
        const struct connection_row *row = history_connection(history, slot);
        if (!row || row->seen.remote.port != port)
            continue;
        kept++;
        assert_int_equal(row->seen.state, TCP_TIME_WAIT);
        assert_int_equal(row->seen.pid, 0);
        assert_int_equal(row->owner.pid, GetCurrentProcessId());
        assert_true(row->owner_from_history);
        assert_int_equal(row->closed, 0);
    }
    assert_int_equal(kept, COUNT);
    history_free(history);
    source_free(asked);
    child_end(&listener);
}

/* What a round of the four tables costs here, with the class that has the time of bind and without:
 * told, for whoever chooses. */
static DWORD WINAPI no_module_tcp(void *out, DWORD *size, BOOL order, ULONG family,
                                  TCP_TABLE_CLASS class, ULONG reserved)
{
    if (class == TCP_TABLE_OWNER_MODULE_ALL)
        return ERROR_NOT_SUPPORTED;
    return GetExtendedTcpTable(out, size, order, family, class, reserved);
}

static DWORD WINAPI no_module_udp(void *out, DWORD *size, BOOL order, ULONG family,
                                  UDP_TABLE_CLASS class, ULONG reserved)
{
    if (class == UDP_TABLE_OWNER_MODULE)
        return ERROR_NOT_SUPPORTED;
    return GetExtendedUdpTable(out, size, order, family, class, reserved);
}

static double cost_of(struct source *asked, int rounds)
{
    struct clock clock = clock_of_system();
    struct connection_table table;
    int64_t from;

    assert_int_equal(source_connections(asked, &table), ST_OK);
    from = clock.ticks(clock.context);
    for (int i = 0; i < rounds; i++)
        assert_int_equal(source_connections(asked, &table), ST_OK);
    return (double)(clock.ticks(clock.context) - from) / MOMENT_MS / rounds;
}

static bool same_end(const struct endpoint *a, const struct endpoint *b)
{
    return address_equal(&a->address, &b->address) && a->port == b->port && a->scope == b->scope;
}

static bool is_same(const struct connection_seen *a, const struct connection_seen *b)
{
    return a->transport == b->transport && a->state == b->state && a->pid == b->pid &&
           a->has_remote == b->has_remote && a->ipv6_table == b->ipv6_table &&
           same_end(&a->local, &b->local) && same_end(&a->remote, &b->remote);
}

/* Both classes tell the same, but for the time of bind. */
static void test_both_classes_agree(void **state)
{
    static struct system_table without;
    struct source *older = NULL;
    struct child listener;
    struct connection_table newer_table;
    struct connection_table older_table;
    size_t same = 0;

    (void)state;
    without = *system_calls();
    without.get_extended_tcp_table = no_module_tcp;
    without.get_extended_udp_table = no_module_udp;
    assert_int_equal(live_source_new(&without, &older), ST_OK);
    unsigned port = start_listener(&listener, L"");
    wait_row(is_listener, port, listener.pid);
    print_message("a round of the tables: %.3f ms with OWNER_MODULE, %.3f ms with OWNER_PID\n",
                  cost_of(source, 200), cost_of(older, 200));
    assert_int_equal(source_connections(source, &newer_table), ST_OK);
    assert_int_equal(source_connections(older, &older_table), ST_OK);
    for (size_t i = 0; i < newer_table.count; i++) {
        struct connection_seen row = newer_table.rows[i];
        for (size_t j = 0; j < older_table.count; j++)
            if (is_same(&row, &older_table.rows[j])) {
                same++;
                break;
            }
    }
    assert_true(newer_table.count > 0);
    assert_int_equal(same, newer_table.count);
    child_end(&listener);
    source_free(older);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_listener_and_connection),  cmocka_unit_test(test_ipv6),
        cmocka_unit_test(test_N7_mapped_address),        cmocka_unit_test(test_N5_udp_has_no_peer),
        cmocka_unit_test(test_N1_time_wait_keeps_owner), cmocka_unit_test(test_both_classes_agree),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
