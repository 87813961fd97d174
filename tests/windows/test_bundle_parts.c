/* The parts of the bundle against made-up answers of the system: what each row holds, what is told
 * of calls that are missing, denied, cut short or never answer. */
#include "core/windows/evidence/bundle_calls.h" /* first: it brings winsock2.h */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/evidence/bundle_out.h"
#include "core/windows/clock.h"
#include "core/windows/evidence/bundle_disk.h"
#include "core/windows/evidence/bundle_parts.h"
#include "core/windows/file/files.h"
#include "tests/support/windows/live_bench.h"
#include "tests/support/windows/scratch.h"

/* A call may be left behind, so the tables outlive all tests. */
static struct system_table system_fake;
static struct bundle_calls calls;
static struct bundle_machine machine;
static struct buffer rows;   /* of the part that was taken last */
static struct buffer listed; /* its line in the list of parts */
static struct buffer folder;
static atomic_bool cancel;
static struct progress progress = {.cancel = &cancel};
static HANDLE hang_until;

static struct {
    DWORD error;    /* of the call in question; 0: none */
    DWORD level;    /* that is denied */
    unsigned given; /* answers that are not given back yet */
    unsigned asked;
    bool endless; /* there is always more, and never a row */
    bool hangs;
} fake;

/* --- the rig --- */

static int begin(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    system_fake = *system_calls();
    calls = *bundle_calls_of_system();
    calls.system = &system_fake;
    calls.wait_ms = 30000;
    machine = (struct bundle_machine){.calls = &calls};
    atomic_store(&cancel, false);
    hang_until = CreateEventW(NULL, TRUE, FALSE, NULL);
    assert_non_null(hang_until);
    buffer_init(&rows, 1u << 20);
    buffer_init(&listed, 1u << 16);
    scratch_begin(&folder, "bundle");
    return 0;
}

static int end(void **state)
{
    (void)state;
    scratch_end(&folder);
    buffer_done(&rows);
    buffer_done(&listed);
    return 0;
}

static void read_into(struct buffer *out, struct text path)
{
    struct buffer full;

    buffer_init(&full, 1u << 16);
    buffer_clear(out);
    buffer_add(&full, buffer_text(&folder));
    buffer_add_byte(&full, '/');
    buffer_add(&full, path);
    (void)files_read(buffer_text(&full), out, NULL);
    buffer_done(&full);
}

/* What the part came to; its rows and its line in the list are read back. */
static struct bundle_result taken;

static void ended(void *told, const struct bundle_result *result)
{
    (void)told;
    taken = *result;
    read_into(&rows, result->file);
    buffer_clear(&listed);
    bundle_add_result(&listed, result);
}

static enum bundle_outcome take(const char *name)
{
    const struct text here = buffer_text(&folder);
    const struct bundle_files files = bundle_disk_files(&here);
    const struct text only = text_from(name);
    struct bundle_order order = {.context = &machine,
                                 .only = &only,
                                 .only_count = 1,
                                 .files = &files,
                                 .clock = clock_of_system(),
                                 .progress = &progress,
                                 .ended = ended};
    struct bundle_tally tally;

    order.parts = bundle_parts_of_system(&order.count);
    assert_non_null(bundle_find(order.parts, order.count, only));
    enum status status = bundle_collect(&order, &tally, NULL);
    assert_true(status == ST_OK || status == ST_CANCELLED);
    bundle_tally_done(&tally);
    return taken.outcome;
}

static bool holds(const struct buffer *buffer, const char *piece)
{
    return text_find(buffer_text(buffer), text_from(piece)) != SIZE_MAX;
}

#define assert_holds(buffer, piece)                                                                \
    do {                                                                                           \
        if (!holds(buffer, piece))                                                                 \
            fail_msg("%s is not in %.*s", piece, (int)(buffer)->size, (buffer)->bytes);            \
    } while (0)

static void *give(size_t size)
{
    void *block = calloc(1, size);

    assert_non_null(block);
    fake.given++;
    return block;
}

static void WINAPI take_back(void *block)
{
    if (block)
        fake.given--;
    free(block);
}

/* --- neighbours --- */

static void set_ipv4(SOCKADDR_INET *address, uint32_t host_order)
{
    uint8_t octets[4] = {(uint8_t)(host_order >> 24), (uint8_t)(host_order >> 16),
                         (uint8_t)(host_order >> 8), (uint8_t)host_order};

    address->Ipv4.sin_family = AF_INET;
    memcpy(&address->Ipv4.sin_addr, octets, sizeof octets);
}

static void set_ipv6(SOCKADDR_INET *address, uint8_t first, uint8_t last)
{
    address->Ipv6.sin6_family = AF_INET6;
    address->Ipv6.sin6_addr.s6_addr[0] = first;
    address->Ipv6.sin6_addr.s6_addr[1] = 0x80;
    address->Ipv6.sin6_addr.s6_addr[15] = last;
    address->Ipv6.sin6_scope_id = 5;
}

static DWORD WINAPI neighbours(ADDRESS_FAMILY family, MIB_IPNET_TABLE2 **out)
{
    static const BYTE mac[6] = {0, 0, 0x5E, 0, 0x53, 0xAF};
    MIB_IPNET_TABLE2 *table;

    fake.asked++;
    if (family == AF_INET6 && fake.error)
        return fake.error;
    table = give(sizeof *table);
    table->NumEntries = 1;
    if (family == AF_INET)
        set_ipv4(&table->Table[0].Address, 0xC0000201);
    else
        set_ipv6(&table->Table[0].Address, 0xFE, 9);
    memcpy(table->Table[0].PhysicalAddress, mac, sizeof mac);
    table->Table[0].PhysicalAddressLength = sizeof mac;
    table->Table[0].State = NlnsReachable;
    table->Table[0].InterfaceIndex = 7;
    *out = table;
    return NO_ERROR;
}

static DWORD WINAPI alias(const NET_LUID *luid, wchar_t *out, SIZE_T room)
{
    (void)luid;
    assert_true(room > 9);
    wcsncpy(out, L"Ethernet\"", room);
    return NO_ERROR;
}

static void use_neighbours(void)
{
    calls.get_ip_net_table2 = neighbours;
    calls.free_mib_table = take_back;
    calls.convert_interface_luid_to_alias = alias;
}

static void test_neighbours(void **state)
{
    (void)state;
    use_neighbours();
    assert_int_equal(take("neighbours"), BUNDLE_COMPLETE);
    assert_int_equal(taken.rows, 2);
    assert_holds(&rows, "\"destination\":{\"ip\":\"192.0.2.1\",\"mac\":\"00-00-5E-00-53-AF\"}");
    assert_holds(&rows, "\"ip\":\"fe80::9%5\"");
    assert_holds(&rows, "\"neighbour\":{\"state\":\"reachable\",\"interface_index\":7,"
                        "\"interface\":\"Ethernet\\\"\",\"router\":false}");
    assert_int_equal(fake.given, 0);
}

static void test_neighbours_of_one_family_alone(void **state)
{
    (void)state;
    use_neighbours();
    fake.error = ERROR_ACCESS_DENIED;
    assert_int_equal(take("neighbours"), BUNDLE_PARTIAL);
    assert_int_equal(taken.rows, 1);
    assert_holds(&listed, "\"reason\":\"access denied (GetIpNetTable2 for IPv6, error 5)\"");
    fake.error = ERROR_NOT_FOUND; /* there is none */
    assert_int_equal(take("neighbours"), BUNDLE_COMPLETE);
    assert_int_equal(taken.rows, 1);
}

static void test_neighbours_without_the_call(void **state)
{
    (void)state;
    calls.get_ip_net_table2 = NULL;
    assert_int_equal(take("neighbours"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "\"reason\":\"this system does not have GetIpNetTable2\"");
    assert_int_equal(taken.file.size, 0);
}

/* --- routes --- */

static DWORD WINAPI routes(ADDRESS_FAMILY family, MIB_IPFORWARD_TABLE2 **out)
{
    MIB_IPFORWARD_TABLE2 *table;

    assert_int_equal(family, AF_UNSPEC);
    if (fake.error)
        return fake.error;
    table = give(sizeof *table + sizeof table->Table[0]);
    table->NumEntries = 2;
    set_ipv4(&table->Table[0].DestinationPrefix.Prefix, 0);
    set_ipv4(&table->Table[0].NextHop, 0x0A000001);
    table->Table[0].Protocol = (NL_ROUTE_PROTOCOL)3;
    table->Table[0].Metric = 25;
    set_ipv6(&table->Table[1].DestinationPrefix.Prefix, 0x20, 0);
    table->Table[1].DestinationPrefix.PrefixLength = 32;
    set_ipv6(&table->Table[1].NextHop, 0xFE, 1);
    table->Table[1].Protocol = (NL_ROUTE_PROTOCOL)5;
    *out = table;
    return NO_ERROR;
}

static void test_routes(void **state)
{
    (void)state;
    calls.get_ip_forward_table2 = routes;
    calls.free_mib_table = take_back;
    calls.convert_interface_luid_to_alias = NULL;
    assert_int_equal(take("routes"), BUNDLE_COMPLETE);
    assert_int_equal(taken.rows, 2);
    assert_holds(&rows, "\"route\":{\"destination\":\"0.0.0.0/0\",\"next_hop\":\"10.0.0.1\","
                        "\"interface_index\":0,\"metric\":25,\"protocol\":\"static\",");
    assert_holds(&rows, "\"destination\":\"2080::/32\",\"next_hop\":\"fe80::1%5\"");
    assert_holds(&rows, "\"protocol_number\":5");
    assert_int_equal(fake.given, 0);
    fake.error = ERROR_NOT_SUPPORTED;
    assert_int_equal(take("routes"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "(GetIpForwardTable2, error 50)");
    calls.get_ip_forward_table2 = NULL;
    assert_int_equal(take("routes"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "this system does not have GetIpForwardTable2");
}

/* --- adapters --- */

static ULONG WINAPI adapters(ULONG family, ULONG flags, void *reserved, IP_ADAPTER_ADDRESSES *out,
                             ULONG *size)
{
    static wchar_t name[] = L"Ethernet";
    static char id[] = "{A}";
    static struct sockaddr_in own = {.sin_family = AF_INET};
    static IP_ADAPTER_UNICAST_ADDRESS unicast = {.Address = {(struct sockaddr *)&own, sizeof own}};

    (void)family;
    (void)flags;
    (void)reserved;
    if (fake.error)
        return fake.error;
    if (++fake.asked < 3) { /* it grows while it is asked */
        *size += 1000;
        return ERROR_BUFFER_OVERFLOW;
    }
    memset(out, 0, sizeof *out);
    own.sin_addr.s_addr = htonl(0xC0000202);
    out->AdapterName = id;
    out->FriendlyName = name;
    out->FirstUnicastAddress = &unicast;
    out->OperStatus = IfOperStatusUp;
    return ERROR_SUCCESS;
}

static void test_adapters(void **state)
{
    (void)state;
    calls.get_adapters_addresses = adapters;
    assert_int_equal(take("adapters"), BUNDLE_COMPLETE);
    assert_int_equal(taken.rows, 1);
    assert_holds(&rows, "\"host\":{\"ip\":[\"192.0.2.2\"]}");
    assert_holds(&rows, "\"adapter\":{\"id\":\"{A}\",\"interface\":\"Ethernet\"");
    fake.error = ERROR_NO_DATA;
    assert_int_equal(take("adapters"), BUNDLE_COMPLETE);
    assert_int_equal(taken.rows, 0);
    fake.error = ERROR_BUFFER_OVERFLOW; /* for ever */
    assert_int_equal(take("adapters"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "(GetAdaptersAddresses, error 111)");
}

/* --- the DNS client's cache --- */

static struct dns_cache_entry *dns_entry(const wchar_t *name, WORD type,
                                         struct dns_cache_entry *next)
{
    struct dns_cache_entry *entry = give(sizeof *entry);

    entry->next = next;
    entry->type = type;
    entry->flags = 8;
    if (name) {
        entry->name = give((wcslen(name) + 1) * sizeof *name);
        memcpy(entry->name, name, (wcslen(name) + 1) * sizeof *name);
    }
    return entry;
}

static BOOL WINAPI dns_table(struct dns_cache_entry **out)
{
    if (fake.hangs) {
        atomic_store(&cancel, fake.error == 0);
        WaitForSingleObject(hang_until, INFINITE);
        return FALSE;
    }
    if (fake.error) {
        SetLastError(fake.error);
        return FALSE;
    }
    *out = dns_entry(L"evil.example", DNS_TYPE_A,
                     dns_entry(NULL, DNS_TYPE_A, dns_entry(L"gone.example", 65, NULL)));
    return TRUE;
}

static DNS_STATUS WINAPI dns_answer(const wchar_t *name, WORD type, DWORD options,
                                    DNS_RECORDW **out)
{
    static wchar_t owner[] = L"evil.example";
    DNS_RECORDW *record;

    assert_int_equal(options & 0x10, 0x10); /* never the network */
    if (type != DNS_TYPE_A || wcscmp(name, owner) != 0)
        return DNS_ERROR_RECORD_DOES_NOT_EXIST;
    record = give(sizeof *record);
    record->pName = owner;
    record->wType = DNS_TYPE_A;
    record->dwTtl = 300;
    record->Data.A.IpAddress = htonl(0xC6336407);
    *out = record;
    return 0;
}

static void WINAPI dns_give_back(void *block, DNS_FREE_TYPE type)
{
    (void)type;
    take_back(block);
}

static void use_dns(void)
{
    system_fake.dns_get_cache_data_table = dns_table;
    system_fake.dns_query = dns_answer;
    system_fake.dns_free = dns_give_back;
}

static void test_dns(void **state)
{
    (void)state;
    use_dns();
    assert_int_equal(take("dns-cache"), BUNDLE_COMPLETE);
    assert_int_equal(taken.rows, 2);
    assert_holds(&rows, "\"dns\":{\"question\":{\"name\":\"evil.example\",\"type\":\"A\"},"
                        "\"answers\":[{\"name\":\"evil.example\",\"type\":\"A\",\"ttl\":300,"
                        "\"data\":\"198.51.100.7\"}]}");
    assert_holds(&rows, "\"question\":{\"name\":\"gone.example\",\"type\":\"TYPE65\"}}");
    assert_int_equal(fake.given, 0);
    fake.error = ERROR_ACCESS_DENIED;
    assert_int_equal(take("dns-cache"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "access denied (DnsGetCacheDataTable, error 5)");
    system_fake.dns_get_cache_data_table = NULL;
    assert_int_equal(take("dns-cache"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "this system does not have DnsGetCacheDataTable");
}

/* A service that is stuck must not hold the collection up. */
static void test_what_never_answers_is_left_behind(void **state)
{
    (void)state;
    use_dns();
    fake.hangs = true;
    fake.error = 1; /* the cancel is not pressed */
    calls.wait_ms = 100;
    assert_int_equal(take("dns-cache"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "\"reason\":\"the system has not answered in time\"");
    SetEvent(hang_until);
}

static void test_a_cancel_leaves_it_behind_too(void **state)
{
    (void)state;
    use_dns();
    fake.hangs = true;
    assert_int_equal(take("dns-cache"), BUNDLE_CANCELLED);
    SetEvent(hang_until);
}

/* --- shares --- */

static wchar_t share_name[] = L"ADMIN$";
static wchar_t share_path[] = L"C:\\Windows";
static wchar_t user_name[] = L"alice";
static wchar_t client_name[] = L"\\\\192.0.2.9";

static NET_API_STATUS answer(DWORD level, size_t size, BYTE **out, DWORD *read, DWORD *total)
{
    fake.asked++;
    if (fake.endless) {
        *out = give(1);
        *read = 0;
        return ERROR_MORE_DATA;
    }
    if (fake.error || level == fake.level)
        return fake.error ? fake.error : ERROR_ACCESS_DENIED;
    *out = give(size);
    *read = 1;
    *total = 2;
    return fake.asked % 2 ? ERROR_MORE_DATA : NERR_Success; /* in two pieces */
}

static NET_API_STATUS WINAPI share_enum(const wchar_t *server, DWORD level, BYTE **out, DWORD room,
                                        DWORD *read, DWORD *total, DWORD *resume)
{
    NET_API_STATUS error = answer(level, sizeof(SHARE_INFO_2), out, read, total);

    assert_null(server);
    (void)room;
    assert_non_null(resume);
    if (error && error != ERROR_MORE_DATA)
        return error;
    if (*read && level == 2)
        *(SHARE_INFO_2 *)(void *)*out = (SHARE_INFO_2){
            .shi2_netname = share_name, .shi2_type = STYPE_SPECIAL, .shi2_path = share_path};
    else if (*read)
        *(SHARE_INFO_1 *)(void *)*out =
            (SHARE_INFO_1){.shi1_netname = share_name, .shi1_type = STYPE_IPC | STYPE_SPECIAL};
    return error;
}

static NET_API_STATUS WINAPI give_back_net(void *block)
{
    take_back(block);
    return 0;
}

static void test_shares(void **state)
{
    (void)state;
    calls.net_share_enum = share_enum;
    calls.net_api_buffer_free = give_back_net;
    assert_int_equal(take("shares"), BUNDLE_COMPLETE);
    assert_int_equal(taken.rows, 2);
    assert_holds(&rows, "\"share\":{\"name\":\"ADMIN$\",\"type\":\"disk\",\"administrative\":true,"
                        "\"path\":\"C:\\\\Windows\",\"current_uses\":0}");
    assert_int_equal(fake.given, 0);
}

static void test_shares_without_an_administrator_s_rights(void **state)
{
    (void)state;
    calls.net_share_enum = share_enum;
    calls.net_api_buffer_free = give_back_net;
    fake.level = 2;
    fake.asked = 1;
    assert_int_equal(take("shares"), BUNDLE_COMPLETE);
    assert_holds(&rows, "\"share\":{\"name\":\"ADMIN$\",\"type\":\"ipc\",\"administrative\":true}");
    assert_holds(&listed, "\"source\":\"NetShareEnum, level 1 (without paths: they are for "
                          "administrators)\"");
    fake.error = ERROR_ACCESS_DENIED; /* of both */
    assert_int_equal(take("shares"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "access denied (NetShareEnum, error 5)");
}

static void test_a_list_that_never_ends(void **state)
{
    (void)state;
    calls.net_share_enum = share_enum;
    calls.net_api_buffer_free = give_back_net;
    fake.endless = true;
    assert_int_equal(take("shares"), BUNDLE_UNAVAILABLE);
    assert_int_equal(fake.asked, 1);
    assert_int_equal(fake.given, 0);
}

static void test_without_a_server_nobody_uses_it(void **state)
{
    (void)state;
    calls.net_share_enum = share_enum;
    calls.net_api_buffer_free = give_back_net;
    fake.error = 2114;
    assert_int_equal(take("shares"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "\"reason\":\"the Server service is not running\"");
    calls.net_share_enum = NULL;
    assert_int_equal(take("shares"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "this system does not have NetShareEnum");
}

static NET_API_STATUS WINAPI session_enum(const wchar_t *server, const wchar_t *client,
                                          const wchar_t *user, DWORD level, BYTE **out, DWORD room,
                                          DWORD *read, DWORD *total, DWORD *resume)
{
    NET_API_STATUS error = answer(level, sizeof(SESSION_INFO_502), out, read, total);

    (void)server;
    (void)client;
    (void)user;
    (void)room;
    *resume = 0;
    if (error && error != ERROR_MORE_DATA)
        return error;
    if (level == 502)
        *(SESSION_INFO_502 *)(void *)*out = (SESSION_INFO_502){.sesi502_cname = client_name,
                                                               .sesi502_username = user_name,
                                                               .sesi502_num_opens = 3,
                                                               .sesi502_time = 60,
                                                               .sesi502_user_flags = SESS_GUEST};
    else
        *(SESSION_INFO_10 *)(void *)*out =
            (SESSION_INFO_10){.sesi10_cname = client_name, .sesi10_username = user_name};
    return error;
}

static void test_sessions_of_clients(void **state)
{
    (void)state;
    calls.net_session_enum = session_enum;
    calls.net_api_buffer_free = give_back_net;
    assert_int_equal(take("share-sessions"), BUNDLE_COMPLETE);
    assert_holds(&rows, "\"source\":{\"address\":\"192.0.2.9\"},\"user\":{\"name\":\"alice\"},"
                        "\"stakeout\":{\"share_session\":{\"active_s\":60,\"idle_s\":0,"
                        "\"open_files\":3,\"guest\":true}}}");
    fake.level = 502;
    fake.asked = 1;
    assert_int_equal(take("share-sessions"), BUNDLE_COMPLETE);
    assert_holds(&rows, "\"share_session\":{\"active_s\":0,\"idle_s\":0}");
    assert_holds(&listed, "NetSessionEnum, level 10");
    assert_int_equal(fake.given, 0);
}

static NET_API_STATUS WINAPI file_enum(const wchar_t *server, const wchar_t *base,
                                       const wchar_t *user, DWORD level, BYTE **out, DWORD room,
                                       DWORD *read, DWORD *total, DWORD_PTR *resume)
{
    NET_API_STATUS error = answer(level, sizeof(FILE_INFO_3), out, read, total);

    (void)server;
    (void)base;
    (void)user;
    (void)room;
    *resume = 0;
    if (error && error != ERROR_MORE_DATA)
        return error;
    *(FILE_INFO_3 *)(void *)*out = (FILE_INFO_3){.fi3_id = 9,
                                                 .fi3_permissions = PERM_FILE_WRITE,
                                                 .fi3_pathname = share_path,
                                                 .fi3_username = user_name};
    return error;
}

static void test_files_that_clients_have_open(void **state)
{
    (void)state;
    calls.net_file_enum = file_enum;
    calls.net_api_buffer_free = give_back_net;
    assert_int_equal(take("share-files"), BUNDLE_COMPLETE);
    assert_int_equal(taken.rows, 2);
    assert_holds(&rows, "\"file\":{\"path\":\"C:\\\\Windows\"},\"user\":{\"name\":\"alice\"},"
                        "\"stakeout\":{\"share_file\":{\"id\":9,\"may_read\":false,"
                        "\"may_write\":true,\"locks\":0}}}");
    fake.level = 3;
    assert_int_equal(take("share-files"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "access denied (NetFileEnum, error 5)");
}

/* --- log-on sessions --- */

static NTSTATUS NTAPI list_logons(ULONG *count, LUID **out)
{
    if (fake.error)
        return (NTSTATUS)0xC0000022u;
    *out = give(3 * sizeof **out);
    (*out)[0].LowPart = 0x3E7;
    (*out)[1].LowPart = 0x11;
    (*out)[1].HighPart = 1;
    (*out)[2].LowPart = 0x5;
    *count = 3;
    return 0;
}

static void set_text(LSA_UNICODE_STRING *text, wchar_t *value)
{
    text->Buffer = value;
    text->Length = (USHORT)(wcslen(value) * sizeof *value);
}

static NTSTATUS NTAPI logon_data(LUID *luid, SECURITY_LOGON_SESSION_DATA **out)
{
    SECURITY_LOGON_SESSION_DATA *data;

    if (luid->LowPart == 5)
        return (NTSTATUS)0xC0000022u;
    data = give(sizeof *data);
    data->LogonId = *luid;
    set_text(&data->UserName, user_name);
    data->LogonType = (ULONG)(luid->HighPart ? 99 : 10);
    data->LogonTime.QuadPart = INT64_C(134000000000000000);
    *out = data;
    return 0;
}

static NTSTATUS NTAPI give_back_lsa(void *block)
{
    take_back(block);
    return 0;
}

static void test_logons(void **state)
{
    (void)state;
    calls.lsa_enumerate_logon_sessions = list_logons;
    calls.lsa_get_logon_session_data = logon_data;
    calls.lsa_free_return_buffer = give_back_lsa;
    assert_int_equal(take("logons"), BUNDLE_PARTIAL); /* one is not for us */
    assert_int_equal(taken.rows, 2);
    assert_int_equal(taken.lost, 1);
    assert_holds(&rows, "\"user\":{\"name\":\"alice\"},\"stakeout\":{\"logon\":{\"id\":\"0x3e7\","
                        "\"type\":\"remote interactive\",\"time\":\"2025-08-18T14:13:20.000Z\"");
    assert_holds(&rows, "\"id\":\"0x100000011\",\"type_number\":99");
    assert_int_equal(fake.given, 0);
    fake.error = 1;
    assert_int_equal(take("logons"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "access denied (LsaEnumerateLogonSessions, error 0xC0000022)");
    calls.lsa_free_return_buffer = NULL;
    assert_int_equal(take("logons"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "this system does not have LsaEnumerateLogonSessions");
}

/* --- sessions of desktops --- */

static BOOL WINAPI list_sessions(HANDLE server, DWORD reserved, DWORD version,
                                 WTS_SESSION_INFOW **out, DWORD *count)
{
    static wchar_t station[] = L"RDP-Tcp#3";

    (void)server;
    assert_int_equal(reserved, 0);
    assert_int_equal(version, 1);
    if (fake.error) {
        SetLastError(fake.error);
        return FALSE;
    }
    *out = give(sizeof **out);
    (*out)->SessionId = 3;
    (*out)->pWinStationName = station;
    (*out)->State = WTSDisconnected;
    *count = 1;
    return TRUE;
}

static BOOL WINAPI session_information(HANDLE server, DWORD session, WTS_INFO_CLASS what,
                                       wchar_t **out, DWORD *size)
{
    (void)server;
    assert_int_equal(session, 3);
    if (what == WTSUserName || what == WTSClientName) {
        *size = sizeof user_name;
        *out = give(*size);
        memcpy(*out, user_name, *size);
    } else if (what == WTSClientAddress) {
        static const BYTE address[20] = {0, 0, 192, 0, 2, 9};
        WTS_CLIENT_ADDRESS client = {.AddressFamily = AF_INET};
        memcpy(client.Address, address, sizeof address);
        *size = sizeof client;
        *out = give(*size);
        memcpy(*out, &client, *size);
    } else if (what == WTSSessionInfo) {
        *size = 4; /* too short to be believed */
        *out = give(*size);
    } else {
        return FALSE;
    }
    return TRUE;
}

static void test_sessions(void **state)
{
    (void)state;
    calls.wts_enumerate_sessions = list_sessions;
    calls.wts_query_session_information = session_information;
    calls.wts_free_memory = take_back;
    assert_int_equal(take("sessions"), BUNDLE_COMPLETE);
    assert_holds(&rows, "\"user\":{\"name\":\"alice\"},\"source\":{\"ip\":\"192.0.2.9\"},"
                        "\"stakeout\":{\"session\":{\"id\":3,\"station\":\"RDP-Tcp#3\","
                        "\"state\":\"disconnected\",\"client_name\":\"alice\"}}}");
    assert_int_equal(fake.given, 0);
    fake.error = ERROR_ACCESS_DENIED;
    assert_int_equal(take("sessions"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "access denied (WTSEnumerateSessions, error 5)");
}

/* --- the rest --- */

static void test_the_machine_without_its_optional_calls(void **state)
{
    (void)state;
    calls.rtl_get_version = NULL;
    system_fake.nt_query_system_information = NULL;
    assert_int_equal(take("machine"), BUNDLE_COMPLETE);
    assert_holds(&rows, "\"os\":{\"type\":\"windows\"}");
    assert_false(holds(&rows, "\"boot\""));
    assert_holds(&rows, "\"sha256\":\"");
}

static void test_without_a_look_its_parts_say_why(void **state)
{
    static const char *const names[] = {"connections", "listening", "processes", "environment",
                                        "module-files"};

    (void)state;
    machine.look_failed = ST_DENIED;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(take(names[i]), BUNDLE_UNAVAILABLE);
        assert_holds(&listed, "\"reason\":\"access denied\"");
    }
}

static void test_nobody_is_flagged(void **state)
{
    (void)state;
    assert_int_equal(take("handles"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "no process that runs has a hit in this case");
    assert_int_equal(take("regions"), BUNDLE_UNAVAILABLE);
    assert_holds(&listed, "none was named");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_neighbours),
        TEST(test_neighbours_of_one_family_alone),
        TEST(test_neighbours_without_the_call),
        TEST(test_routes),
        TEST(test_adapters),
        TEST(test_dns),
        TEST(test_what_never_answers_is_left_behind),
        TEST(test_a_cancel_leaves_it_behind_too),
        TEST(test_shares),
        TEST(test_shares_without_an_administrator_s_rights),
        TEST(test_a_list_that_never_ends),
        TEST(test_without_a_server_nobody_uses_it),
        TEST(test_sessions_of_clients),
        TEST(test_files_that_clients_have_open),
        TEST(test_logons),
        TEST(test_sessions),
        TEST(test_the_machine_without_its_optional_calls),
        TEST(test_without_a_look_its_parts_say_why),
        TEST(test_nobody_is_flagged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
