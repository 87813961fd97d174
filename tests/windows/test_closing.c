/* Closing connections: the bytes that are handed over, and, on a system that obeys, refuses, lies
 * or lacks the call, what is told afterwards; then on the real one. */
#include <winsock2.h>

#include <ws2tcpip.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/network/closing_calls.h"
#include "core/windows/network/sockets.h"

#define ERROR_DENIED_ODDLY 317

/* A machine with one connection in its tables. */
static struct {
    DWORD state;       /* of the connection; 0: it is gone */
    DWORD pid;         /* its owner */
    DWORD table_error; /* what asking for the table gives */
    unsigned asked;    /* tables read */
    DWORD nsi_code;
    unsigned nsi_calls;
    DWORD entry_code;
    unsigned entry_calls;
    MIB_TCPROW entry;
    unsigned char key[NSI_TCP_KEY_SIZE];
    DWORD state_after; /* that the call leaves behind... */
    unsigned delay;    /* ...so many looks later */
    bool obeys;
    bool vanishes; /* with the call, whatever that returns */
    int64_t ticks;
    unsigned pauses;
    atomic_bool cancel;
    unsigned cancel_after; /* pauses; 0 never */
} fake;

static struct system_table system_fake;
static struct closing_calls calls;

static const uint8_t near4[4] = {192, 0, 2, 1};
static const uint8_t far4[4] = {198, 51, 100, 7};
static const uint8_t near6[16] = {0xfe, 0x80, [15] = 1};
static const uint8_t far6[16] = {0xfe, 0x80, [8] = 0xaa, [15] = 2};

static struct connection_seen connection4(void)
{
    return (struct connection_seen){.transport = TRANSPORT_TCP,
                                    .state = TCP_ESTABLISHED,
                                    .has_remote = true,
                                    .pid = 40,
                                    .local = {address_from_ipv4(near4), 0, 0x1234},
                                    .remote = {address_from_ipv4(far4), 0, 443}};
}

static struct connection_seen connection6(void)
{
    return (struct connection_seen){.transport = TRANSPORT_TCP,
                                    .state = TCP_ESTABLISHED,
                                    .ipv6_table = true,
                                    .has_remote = true,
                                    .pid = 40,
                                    .local = {address_from_ipv6(near6), 7, 0x1234},
                                    .remote = {address_from_ipv6(far6), 9, 443}};
}

static DWORD answer(void *out, DWORD *size, const void *row, size_t row_size, size_t first)
{
    DWORD count = fake.state ? 1 : 0;

    if (*size < first + row_size) {
        *size = (DWORD)(first + row_size);
        return ERROR_INSUFFICIENT_BUFFER;
    }
    memcpy(out, &count, sizeof count);
    memcpy((char *)out + first, row, row_size);
    return NO_ERROR;
}

static DWORD WINAPI fake_tcp(void *out, DWORD *size, BOOL order, ULONG family,
                             TCP_TABLE_CLASS class, ULONG reserved)
{
    (void)order;
    (void)reserved;
    assert_int_equal(class, TCP_TABLE_OWNER_MODULE_ALL);
    if (family == AF_INET && fake.obeys && fake.asked++ >= fake.delay)
        fake.state = fake.state_after;
    if (fake.table_error)
        return fake.table_error;
    if (family == AF_INET) {
        MIB_TCPROW_OWNER_MODULE row = {.dwState = fake.state, .dwOwningPid = fake.pid};
        memcpy(&row.dwLocalAddr, near4, 4);
        memcpy(&row.dwRemoteAddr, far4, 4);
        row.dwLocalPort = htons(0x1234);
        row.dwRemotePort = htons(443);
        return answer(out, size, &row, sizeof row, offsetof(MIB_TCPTABLE_OWNER_MODULE, table));
    }
    MIB_TCP6ROW_OWNER_MODULE row = {.dwState = fake.state, .dwOwningPid = fake.pid};
    memcpy(row.ucLocalAddr, near6, 16);
    memcpy(row.ucRemoteAddr, far6, 16);
    row.dwLocalScopeId = 7;
    row.dwRemoteScopeId = 9;
    row.dwLocalPort = htons(0x1234);
    row.dwRemotePort = htons(443);
    return answer(out, size, &row, sizeof row, offsetof(MIB_TCP6TABLE_OWNER_MODULE, table));
}

static DWORD WINAPI fake_udp(void *out, DWORD *size, BOOL order, ULONG family,
                             UDP_TABLE_CLASS class, ULONG reserved)
{
    (void)out;
    (void)order;
    (void)family;
    (void)class;
    (void)reserved;
    *size = 0;
    return ERROR_NO_DATA;
}

static bool begins_to_obey(DWORD code)
{
    return fake.vanishes || (code == NO_ERROR && fake.state_after != TCP_ESTABLISHED);
}

static DWORD WINAPI fake_nsi(DWORD store, DWORD action, const struct nsi_module *module,
                             DWORD class, const void *key, DWORD key_size, const void *value,
                             DWORD value_size)
{
    /* The GUID as it lies in memory. */
    static const unsigned char guid[16] = {0x03, 0x4a, 0x00, 0xeb, 0x1a, 0x9b, 0xd4, 0x11,
                                           0x91, 0x23, 0x00, 0x50, 0x04, 0x77, 0x59, 0xbc};

    assert_int_equal(store, 1);
    assert_int_equal(action, 2);
    assert_int_equal(module->size, 24);
    assert_int_equal(module->type, 1);
    assert_memory_equal((const char *)module + 8, guid, 16);
    assert_int_equal(class, 16);
    assert_int_equal(key_size, NSI_TCP_KEY_SIZE);
    assert_null(value);
    assert_int_equal(value_size, 0);
    memcpy(fake.key, key, NSI_TCP_KEY_SIZE);
    fake.nsi_calls++;
    fake.asked = 0;
    fake.obeys = begins_to_obey(fake.nsi_code);
    return fake.nsi_code;
}

static DWORD WINAPI fake_entry(MIB_TCPROW *row)
{
    fake.entry = *row;
    fake.entry_calls++;
    fake.asked = 0;
    fake.obeys = begins_to_obey(fake.entry_code);
    return fake.entry_code;
}

static int64_t fake_ticks(void *context)
{
    (void)context;
    return fake.ticks;
}

static moment fake_now(void *context)
{
    (void)context;
    return 1;
}

static void WINAPI fake_pause(DWORD ms)
{
    fake.ticks += ms * MOMENT_MS;
    if (++fake.pauses == fake.cancel_after)
        atomic_store(&fake.cancel, true);
}

static int begin(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    fake.state = TCP_ESTABLISHED;
    fake.pid = 40;
    system_fake = *system_calls();
    system_fake.get_extended_tcp_table = fake_tcp;
    system_fake.get_extended_udp_table = fake_udp;
    calls = (struct closing_calls){.system = &system_fake,
                                   .nsi_set_all_parameters = fake_nsi,
                                   .set_tcp_entry = fake_entry,
                                   .clock = {fake_now, fake_ticks, NULL},
                                   .pause = fake_pause};
    return 0;
}

static struct closing_result perform(const struct connection_seen *connection)
{
    struct progress progress = {.cancel = &fake.cancel};
    struct closing_result result;

    memset(&result, 0xFF, sizeof result);
    closing_perform_by(&calls, connection, &progress, &result);
    return result;
}

static void test_key_of_ipv4(void **state)
{
    static const unsigned char expected[NSI_TCP_KEY_SIZE] = {
        2, 0, 0x12, 0x34, 192, 0, 2, 1, [28] = 2, 0, 0x01, 0xbb, 198, 51, 100, 7};
    const struct connection_seen connection = connection4();
    unsigned char key[NSI_TCP_KEY_SIZE];

    (void)state;
    memset(key, 0xFF, sizeof key);
    closing_key(&connection, key);
    for (size_t i = 0; i < sizeof key; i++)
        assert_int_equal(key[i], expected[i]);
}

static void test_key_of_ipv6_with_scopes(void **state)
{
    static const unsigned char expected[NSI_TCP_KEY_SIZE] = {
        23, 0,    0x12, 0x34,        [8] = 0xfe, 0x80,        [23] = 1, [24] = 7, [28] = 23,
        0,  0x01, 0xbb, [36] = 0xfe, 0x80,       [44] = 0xaa, [51] = 2, [52] = 9};
    const struct connection_seen connection = connection6();
    unsigned char key[NSI_TCP_KEY_SIZE];

    (void)state;
    memset(key, 0xFF, sizeof key);
    closing_key(&connection, key);
    for (size_t i = 0; i < sizeof key; i++)
        assert_int_equal(key[i], expected[i]);
}

/* ::ffff:192.0.2.1 stands in the IPv6 table, and is closed there. */
static void test_key_of_a_mapped_address(void **state)
{
    struct connection_seen connection = connection4();
    unsigned char key[NSI_TCP_KEY_SIZE];

    (void)state;
    connection.ipv6_table = true;
    closing_key(&connection, key);
    assert_int_equal(key[0], 23);
    assert_int_equal(key[18], 0xff);
    assert_int_equal(key[19], 0xff);
    assert_memory_equal(key + 20, near4, 4);
}

/* ---- a system that obeys ---- */

static void test_nsi_closes_ipv4(void **state)
{
    const struct connection_seen connection = connection4();
    struct closing_result result = perform(&connection);

    (void)state;
    assert_int_equal(result.outcome, CLOSING_GONE);
    assert_int_equal(result.state, TCP_NONE);
    assert_int_equal(result.failure.status, ST_OK);
    assert_int_equal(fake.nsi_calls, 1);
    assert_int_equal(fake.entry_calls, 0);
    assert_int_equal(fake.key[0], AF_INET);
}

static void test_nsi_closes_ipv6(void **state)
{
    const struct connection_seen connection = connection6();

    (void)state;
    assert_int_equal(perform(&connection).outcome, CLOSING_GONE);
    assert_int_equal(fake.nsi_calls, 1);
    assert_int_equal(fake.key[0], AF_INET6);
    assert_int_equal(fake.entry_calls, 0);
}

static void test_it_waits_until_the_row_goes(void **state)
{
    const struct connection_seen connection = connection4();

    (void)state;
    fake.delay = 5;
    assert_int_equal(perform(&connection).outcome, CLOSING_GONE);
    assert_int_equal(fake.pauses, 5);
}

static void test_a_state_left_is_told(void **state)
{
    const struct connection_seen connection = connection4();

    (void)state;
    fake.state_after = TCP_TIME_WAIT;
    struct closing_result result = perform(&connection);
    assert_int_equal(result.outcome, CLOSING_STATE);
    assert_int_equal(result.state, TCP_TIME_WAIT);
}

static void test_without_nsi_the_documented_way(void **state)
{
    const struct connection_seen connection = connection4();

    (void)state;
    calls.nsi_set_all_parameters = NULL;
    assert_int_equal(perform(&connection).outcome, CLOSING_GONE);
    assert_int_equal(fake.entry_calls, 1);
    assert_int_equal(fake.entry.dwState, MIB_TCP_STATE_DELETE_TCB);
    assert_memory_equal(&fake.entry.dwLocalAddr, near4, 4);
    assert_memory_equal(&fake.entry.dwRemoteAddr, far4, 4);
    assert_int_equal(fake.entry.dwLocalPort, htons(0x1234));
    assert_int_equal(fake.entry.dwRemotePort, htons(443));
}

/* ---- one that does not ---- */

/* Row N9: there is no documented call for IPv6. */
static void test_without_nsi_ipv6_is_not_supported_row_n9(void **state)
{
    const struct connection_seen connection = connection6();

    (void)state;
    calls.nsi_set_all_parameters = NULL;
    struct closing_result result = perform(&connection);
    assert_int_equal(result.outcome, CLOSING_UNSUPPORTED);
    assert_int_equal(result.state, TCP_ESTABLISHED);
    assert_int_equal(fake.entry_calls, 0);
}

static void assert_denied(DWORD code)
{
    const struct connection_seen connection = connection4();

    fake.nsi_code = code;
    fake.entry_code = code;
    struct closing_result result = perform(&connection);
    assert_int_equal(result.outcome, CLOSING_DENIED);
    assert_int_equal(result.failure.status, ST_DENIED);
    assert_int_equal(result.failure.code, code);
    assert_string_equal(result.failure.call, "SetTcpEntry");
    assert_int_equal(fake.pauses, 0); /* nothing to wait for */
}

static void test_denied(void **state)
{
    (void)state;
    assert_denied(ERROR_ACCESS_DENIED);
    assert_denied(ERROR_DENIED_ODDLY);
}

static void test_denied_ipv6(void **state)
{
    const struct connection_seen connection = connection6();

    (void)state;
    fake.nsi_code = ERROR_DENIED_ODDLY;
    struct closing_result result = perform(&connection);
    assert_int_equal(result.outcome, CLOSING_DENIED);
    assert_string_equal(result.failure.call, "NsiSetAllParameters");
}

/* 317 is also what the call says of a connection that has ended meanwhile. */
static void test_refused_but_gone_is_gone(void **state)
{
    const struct connection_seen connection = connection6();

    (void)state;
    fake.nsi_code = ERROR_DENIED_ODDLY;
    fake.vanishes = true;
    struct closing_result result = perform(&connection);
    assert_int_equal(result.outcome, CLOSING_GONE);
    assert_int_equal(result.failure.status, ST_OK);
}

static void test_another_refusal_keeps_its_code(void **state)
{
    const struct connection_seen connection = connection4();

    (void)state;
    fake.nsi_code = ERROR_INVALID_PARAMETER;
    fake.entry_code = ERROR_INVALID_PARAMETER;
    struct closing_result result = perform(&connection);
    assert_int_equal(result.outcome, CLOSING_REFUSED);
    assert_int_equal(result.failure.code, ERROR_INVALID_PARAMETER);
}

static void test_nsi_fails_and_the_documented_way_works(void **state)
{
    const struct connection_seen connection = connection4();

    (void)state;
    fake.nsi_code = ERROR_INVALID_PARAMETER;
    struct closing_result result = perform(&connection);
    assert_int_equal(result.outcome, CLOSING_GONE);
    assert_int_equal(result.failure.status, ST_OK);
    assert_int_equal(fake.nsi_calls, 1);
    assert_int_equal(fake.entry_calls, 1);
}

/* "Done", twice, and nothing was: not waited for ever, and not believed. */
static void test_success_that_is_a_lie_row_n9(void **state)
{
    const struct connection_seen connection = connection4();

    (void)state;
    fake.state_after = TCP_ESTABLISHED;
    struct closing_result result = perform(&connection);
    assert_int_equal(result.outcome, CLOSING_STANDS);
    assert_int_equal(result.state, TCP_ESTABLISHED);
    assert_int_equal(fake.nsi_calls, 1);
    assert_int_equal(fake.entry_calls, 1);
    assert_int_equal(fake.ticks, 2 * CLOSING_WAIT_MS * MOMENT_MS);
}

static void test_a_cancel_ends_the_wait(void **state)
{
    const struct connection_seen connection = connection4();

    (void)state;
    fake.state_after = TCP_ESTABLISHED;
    fake.cancel_after = 3;
    assert_int_equal(perform(&connection).outcome, CLOSING_CANCELLED);
    assert_int_equal(fake.pauses, 3);
    assert_int_equal(fake.entry_calls, 0);
    assert_int_equal(perform(&connection).outcome, CLOSING_CANCELLED); /* nothing tried at all */
    assert_int_equal(fake.nsi_calls, 1);
}

static void test_what_is_gone_is_not_closed(void **state)
{
    const struct connection_seen connection = connection4();

    (void)state;
    fake.pid = 41; /* the same two ends, but not that process's */
    assert_int_equal(perform(&connection).outcome, CLOSING_ALREADY);
    fake.pid = 40;
    fake.state = TCP_FIN_WAIT_2;
    struct closing_result result = perform(&connection);
    assert_int_equal(result.outcome, CLOSING_STATE);
    assert_int_equal(result.state, TCP_FIN_WAIT_2);
    assert_int_equal(fake.nsi_calls + fake.entry_calls, 0);
}

static void test_a_table_that_can_t_be_read(void **state)
{
    const struct connection_seen connection = connection4();

    (void)state;
    fake.table_error = ERROR_ACCESS_DENIED;
    struct closing_result result = perform(&connection);
    assert_int_equal(result.outcome, CLOSING_UNSEEN);
    assert_int_equal(result.failure.status, ST_DENIED);
    assert_int_equal(fake.nsi_calls + fake.entry_calls, 0);
}

/* ---- the real one ---- */

static SOCKET make(int family, bool listens, struct sockaddr *name, int size)
{
    SOCKET made = socket(family, SOCK_STREAM, 0);

    assert_true(made != INVALID_SOCKET);
    if (listens) {
        assert_int_equal(bind(made, name, size), 0);
        assert_int_equal(listen(made, 1), 0);
        assert_int_equal(getsockname(made, name, &size), 0);
    } else {
        assert_int_equal(connect(made, name, size), 0);
    }
    return made;
}

static struct connection_seen own_connection(bool ipv6)
{
    struct sockets sockets;
    struct connection_table table;
    struct connection_seen found = {0};

    sockets_init(&sockets, system_calls());
    assert_int_equal(sockets_read(&sockets, &table), ST_OK);
    for (size_t i = 0; i < table.count; i++)
        if (table.rows[i].pid == GetCurrentProcessId() && table.rows[i].state == TCP_ESTABLISHED &&
            table.rows[i].ipv6_table == ipv6)
            found = table.rows[i];
    sockets_done(&sockets);
    assert_true(found.has_remote);
    return found;
}

/* Whatever this system does, what is told is what its table shows. Wine says "done" and does
 * nothing (row N9), Windows closes. */
static void close_for_real(int family, struct sockaddr *name, int size)
{
    SOCKET listening = make(family, true, name, size);
    SOCKET connecting = make(family, false, name, size);
    SOCKET accepted = accept(listening, NULL, NULL);
    struct connection_seen connection = own_connection(family == AF_INET6);
    const struct closing_means means = closing_means();
    struct closing_result result;
    struct sockets sockets;
    struct connection_table table;
    const struct connection_seen *still;

    closing_perform(&connection, NULL, &result);
    sockets_init(&sockets, system_calls());
    assert_int_equal(sockets_read(&sockets, &table), ST_OK);
    still = closing_find(&connection, table.rows, table.count);
    if (closing_worked(result.outcome))
        assert_true(!still || still->state != TCP_ESTABLISHED);
    else
        assert_int_equal(still->state, TCP_ESTABLISHED);
    if (family == AF_INET6 && !means.ipv6)
        assert_int_equal(result.outcome, CLOSING_UNSUPPORTED);
    else
        assert_true(result.outcome == CLOSING_GONE || result.outcome == CLOSING_STATE ||
                    result.outcome == CLOSING_STANDS || result.outcome == CLOSING_DENIED);
    sockets_done(&sockets);
    closesocket(accepted);
    closesocket(connecting);
    closesocket(listening);
}

static void test_really_ipv4_row_n9(void **state)
{
    struct sockaddr_in name = {.sin_family = AF_INET};

    (void)state;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    close_for_real(AF_INET, (struct sockaddr *)&name, sizeof name);
}

static void test_really_ipv6_row_n9(void **state)
{
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};

    (void)state;
    close_for_real(AF_INET6, (struct sockaddr *)&name, sizeof name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_of_ipv4),
        cmocka_unit_test(test_key_of_ipv6_with_scopes),
        cmocka_unit_test(test_key_of_a_mapped_address),
        cmocka_unit_test_setup(test_nsi_closes_ipv4, begin),
        cmocka_unit_test_setup(test_nsi_closes_ipv6, begin),
        cmocka_unit_test_setup(test_it_waits_until_the_row_goes, begin),
        cmocka_unit_test_setup(test_a_state_left_is_told, begin),
        cmocka_unit_test_setup(test_without_nsi_the_documented_way, begin),
        cmocka_unit_test_setup(test_without_nsi_ipv6_is_not_supported_row_n9, begin),
        cmocka_unit_test_setup(test_denied, begin),
        cmocka_unit_test_setup(test_denied_ipv6, begin),
        cmocka_unit_test_setup(test_refused_but_gone_is_gone, begin),
        cmocka_unit_test_setup(test_another_refusal_keeps_its_code, begin),
        cmocka_unit_test_setup(test_nsi_fails_and_the_documented_way_works, begin),
        cmocka_unit_test_setup(test_success_that_is_a_lie_row_n9, begin),
        cmocka_unit_test_setup(test_a_cancel_ends_the_wait, begin),
        cmocka_unit_test_setup(test_what_is_gone_is_not_closed, begin),
        cmocka_unit_test_setup(test_a_table_that_can_t_be_read, begin),
        cmocka_unit_test(test_really_ipv4_row_n9),
        cmocka_unit_test(test_really_ipv6_row_n9),
    };
    WSADATA data;

    if (WSAStartup(0x202, &data))
        return 2;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
