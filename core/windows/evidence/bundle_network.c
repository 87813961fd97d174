/* What the network's tables tell: the DNS client's cache, neighbours (ARP), routes, adapters. */
#include "core/windows/evidence/bundle_calls.h" /* first: it brings winsock2.h */

#include <string.h>
#include <ws2tcpip.h>

#include "core/base/memory.h"
#include "core/windows/evidence/bundle_parts_inside.h"
#include "core/windows/evidence/bundle_sheet.h"
#include "core/windows/text16.h"

#define ENTRIES_MOST 100000u
#define ADAPTERS_SIZE (16u * 1024)
#define ADAPTERS_TRIES 8
#define ADAPTERS_FLAGS (GAA_FLAG_INCLUDE_GATEWAYS | GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST)
#define ALIAS_MOST 257u
#define MAC_MOST 32u

/* The documented flags that keep a query off the wire (as in names.c). */
#define CACHE_ONLY (0x10 | 0x80 | 0x800)

/* --- addresses --- */

/* False: neither IPv4 nor IPv6. */
static bool end_of(const void *from, struct endpoint *end)
{
    ADDRESS_FAMILY family;

    *end = (struct endpoint){.port = 0};
    memcpy(&family, from, sizeof family);
    if (family == AF_INET) {
        uint8_t octets[4];
        struct sockaddr_in four;
        memcpy(&four, from, sizeof four);
        memcpy(octets, &four.sin_addr, sizeof octets);
        end->address = address_from_ipv4(octets);
    } else if (family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, from, sizeof six);
        end->address = address_from_ipv6(six.sin6_addr.s6_addr);
        end->scope = address_is_link_local(&end->address) ? six.sin6_scope_id : 0;
    } else {
        return false;
    }
    return true;
}

static void add_end(struct json_writer *json, const char *name, const void *from)
{
    struct endpoint end;

    if (end_of(from, &end))
        json_address(json, name, &end);
}

/* "00-00-5E-00-53-23", as ECS has it. */
static void add_mac(struct json_writer *json, const char *name, const BYTE *bytes, ULONG count)
{
    static const char digits[] = "0123456789ABCDEF";
    char mac[3 * MAC_MOST];
    size_t size = 0;

    for (ULONG i = 0; i < count && i < MAC_MOST; i++) {
        if (i)
            mac[size++] = '-';
        mac[size++] = digits[bytes[i] >> 4];
        mac[size++] = digits[bytes[i] & 15];
    }
    if (size)
        json_text(json, name, (struct text){mac, size});
}

static void add_interface(struct bundle_sheet *sheet, const NET_LUID *luid, ULONG index)
{
    wchar_t alias[ALIAS_MOST];

    json_unsigned(&sheet->json, "interface_index", index);
    if (sheet->calls->convert_interface_luid_to_alias &&
        sheet->calls->convert_interface_luid_to_alias(luid, alias, ALIAS_MOST) == NO_ERROR)
        bundle_sheet_wide(sheet, "interface", alias);
}

/* --- neighbours --- */

static void add_neighbour(struct bundle_sheet *sheet, const MIB_IPNET_ROW2 *row)
{
    static const char *const states[] = {"unreachable", "incomplete", "probe",    "delay",
                                         "stale",       "reachable",  "permanent"};
    struct json_writer *json = bundle_sheet_row(sheet);
    ULONG state = (ULONG)row->State;

    json_open_object(json, "destination");
    add_end(json, "ip", &row->Address);
    add_mac(json, "mac", row->PhysicalAddress, row->PhysicalAddressLength);
    json_close_object(json);
    json_open_object(json, "stakeout");
    json_open_object(json, "neighbour");
    if (state < sizeof states / sizeof states[0])
        json_string(json, "state", states[state]);
    add_interface(sheet, &row->InterfaceLuid, row->InterfaceIndex);
    json_bool(json, "router", row->IsRouter != 0);
    json_close_object(json);
    json_close_object(json);
    bundle_sheet_end_row(sheet);
}

/* Each family by itself: a system that can't tell of one may tell of the other. */
static void ask_neighbours_of(struct bundle_sheet *sheet, ADDRESS_FAMILY family, const char *call)
{
    MIB_IPNET_TABLE2 *table = NULL;
    DWORD error = sheet->calls->get_ip_net_table2(family, &table);

    if (error == ERROR_NOT_FOUND) /* an empty table is told so */
        return;
    if (error || !table) {
        bundle_sheet_failed(sheet, call, error);
        return;
    }
    for (ULONG i = 0; i < table->NumEntries && !sheet->lines.failed; i++)
        add_neighbour(sheet, &table->Table[i]);
    sheet->calls->free_mib_table(table);
}

static void ask_neighbours(struct bundle_sheet *sheet)
{
    if (!sheet->calls->get_ip_net_table2 || !sheet->calls->free_mib_table) {
        bundle_sheet_missing(sheet, "this system does not have GetIpNetTable2");
        return;
    }
    ask_neighbours_of(sheet, AF_INET, "GetIpNetTable2 for IPv4");
    ask_neighbours_of(sheet, AF_INET6, "GetIpNetTable2 for IPv6");
}

enum status bundle_neighbours(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return bundle_ask(out, machine->calls, ask_neighbours);
}

/* --- routes --- */

static const char *route_protocol(ULONG number)
{
    switch (number) {
    case 1:
        return "other";
    case 2:
        return "local";
    case 3:
        return "static";
    case 4:
        return "icmp";
    case 8:
        return "rip";
    case 10002:
        return "autostatic";
    case 10006:
        return "permanent";
    default:
        return NULL;
    }
}

static void add_prefix(struct json_writer *json, const IP_ADDRESS_PREFIX *prefix)
{
    struct endpoint end;
    struct buffer text;

    if (!end_of(&prefix->Prefix, &end))
        return;
    buffer_init(&text, 64);
    address_add(&text, &end.address);
    buffer_add_byte(&text, '/');
    buffer_add_unsigned(&text, prefix->PrefixLength);
    json_text(json, "destination", buffer_text(&text));
    buffer_done(&text);
}

static void add_route(struct bundle_sheet *sheet, const MIB_IPFORWARD_ROW2 *row)
{
    struct json_writer *json = bundle_sheet_row(sheet);
    const char *protocol = route_protocol((ULONG)row->Protocol);

    json_open_object(json, "stakeout");
    json_open_object(json, "route");
    add_prefix(json, &row->DestinationPrefix);
    add_end(json, "next_hop", &row->NextHop);
    add_interface(sheet, &row->InterfaceLuid, row->InterfaceIndex);
    json_unsigned(json, "metric", row->Metric);
    if (protocol)
        json_string(json, "protocol", protocol);
    else
        json_unsigned(json, "protocol_number", (ULONG)row->Protocol);
    json_unsigned(json, "age_s", row->Age);
    json_bool(json, "loopback", row->Loopback != 0);
    json_close_object(json);
    json_close_object(json);
    bundle_sheet_end_row(sheet);
}

static void ask_routes(struct bundle_sheet *sheet)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;
    DWORD error;

    if (!sheet->calls->get_ip_forward_table2 || !sheet->calls->free_mib_table) {
        bundle_sheet_missing(sheet, "this system does not have GetIpForwardTable2");
        return;
    }
    error = sheet->calls->get_ip_forward_table2(AF_UNSPEC, &table);
    if (error == ERROR_NOT_FOUND)
        return;
    if (error || !table) {
        bundle_sheet_failed(sheet, "GetIpForwardTable2", error);
        return;
    }
    for (ULONG i = 0; i < table->NumEntries && !sheet->lines.failed; i++)
        add_route(sheet, &table->Table[i]);
    sheet->calls->free_mib_table(table);
}

enum status bundle_routes(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return bundle_ask(out, machine->calls, ask_routes);
}

/* --- adapters --- */

static void add_own_addresses(struct json_writer *json, const IP_ADAPTER_ADDRESSES *adapter)
{
    json_open_object(json, "host");
    json_open_array(json, "ip");
    for (const IP_ADAPTER_UNICAST_ADDRESS *own = adapter->FirstUnicastAddress; own; own = own->Next)
        add_end(json, NULL, own->Address.lpSockaddr);
    json_close_array(json);
    if (adapter->PhysicalAddressLength) {
        json_open_array(json, "mac");
        add_mac(json, NULL, adapter->PhysicalAddress, adapter->PhysicalAddressLength);
        json_close_array(json);
    }
    json_close_object(json);
}

static void add_servers(struct json_writer *json, const IP_ADAPTER_ADDRESSES *adapter)
{
    json_open_array(json, "gateways");
    for (const IP_ADAPTER_GATEWAY_ADDRESS *gateway = adapter->FirstGatewayAddress; gateway;
         gateway = gateway->Next)
        add_end(json, NULL, gateway->Address.lpSockaddr);
    json_close_array(json);
    json_open_array(json, "dns_servers");
    for (const IP_ADAPTER_DNS_SERVER_ADDRESS *server = adapter->FirstDnsServerAddress; server;
         server = server->Next)
        add_end(json, NULL, server->Address.lpSockaddr);
    json_close_array(json);
    json_bool(json, "dhcp", adapter->Dhcpv4Enabled != 0);
    if (adapter->Dhcpv4Enabled && adapter->Dhcpv4Server.lpSockaddr)
        add_end(json, "dhcp_server", adapter->Dhcpv4Server.lpSockaddr);
}

static void add_adapter(struct bundle_sheet *sheet, const IP_ADAPTER_ADDRESSES *adapter)
{
    struct json_writer *json = bundle_sheet_row(sheet);

    add_own_addresses(json, adapter);
    json_open_object(json, "stakeout");
    json_open_object(json, "adapter");
    if (adapter->AdapterName)
        json_string(json, "id", adapter->AdapterName);
    bundle_sheet_wide(sheet, "interface", adapter->FriendlyName);
    json_unsigned(json, "interface_index",
                  adapter->IfIndex ? adapter->IfIndex : adapter->Ipv6IfIndex);
    bundle_sheet_wide(sheet, "description", adapter->Description);
    json_unsigned(json, "type", adapter->IfType);
    json_bool(json, "up", adapter->OperStatus == IfOperStatusUp);
    json_unsigned(json, "mtu", adapter->Mtu);
    bundle_sheet_wide(sheet, "dns_suffix", adapter->DnsSuffix);
    add_servers(json, adapter);
    json_close_object(json);
    json_close_object(json);
    bundle_sheet_end_row(sheet);
}

static void ask_adapters(struct bundle_sheet *sheet)
{
    ULONG size = ADAPTERS_SIZE;
    ULONG error = ERROR_BUFFER_OVERFLOW;
    IP_ADAPTER_ADDRESSES *adapters = NULL;

    for (int i = 0; i < ADAPTERS_TRIES && error == ERROR_BUFFER_OVERFLOW; i++) {
        memory_give(adapters);
        adapters = memory_take(size);
        if (!adapters) {
            sheet->failure = (struct failure){.status = ST_NO_MEMORY};
            return;
        }
        error =
            sheet->calls->get_adapters_addresses(AF_UNSPEC, ADAPTERS_FLAGS, NULL, adapters, &size);
        size += error == ERROR_BUFFER_OVERFLOW ? size / 4 : 0;
    }
    if (error == ERROR_SUCCESS)
        for (const IP_ADAPTER_ADDRESSES *at = adapters; at && !sheet->lines.failed; at = at->Next)
            add_adapter(sheet, at);
    else if (error != ERROR_NO_DATA) /* a machine without any adapter has none */
        bundle_sheet_failed(sheet, "GetAdaptersAddresses", error);
    memory_give(adapters);
}

enum status bundle_adapters(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return bundle_ask(out, machine->calls, ask_adapters);
}

/* --- the DNS client's cache --- */

static const char *dns_type(WORD type)
{
    switch (type) {
    case DNS_TYPE_A:
        return "A";
    case DNS_TYPE_NS:
        return "NS";
    case DNS_TYPE_CNAME:
        return "CNAME";
    case DNS_TYPE_SOA:
        return "SOA";
    case DNS_TYPE_PTR:
        return "PTR";
    case DNS_TYPE_MX:
        return "MX";
    case DNS_TYPE_TEXT:
        return "TXT";
    case DNS_TYPE_AAAA:
        return "AAAA";
    case DNS_TYPE_SRV:
        return "SRV";
    default:
        return NULL;
    }
}

static void add_type(struct json_writer *json, WORD type)
{
    const char *word = dns_type(type);
    char number[16] = "TYPE";
    size_t size = 4;

    if (word) {
        json_string(json, "type", word);
        return;
    }
    for (unsigned unit = 10000; unit; unit /= 10)
        if (type >= unit || unit == 1)
            number[size++] = (char)('0' + type / unit % 10);
    json_text(json, "type", (struct text){number, size}); /* RFC 3597: "TYPE65" */
}

static void add_answer(struct bundle_sheet *sheet, const DNS_RECORDW *record)
{
    struct json_writer *json = &sheet->json;
    struct endpoint end = {.port = 0};

    json_open_object(json, NULL);
    bundle_sheet_wide(sheet, "name", record->pName);
    add_type(json, record->wType);
    json_unsigned(json, "ttl", record->dwTtl);
    if (record->wType == DNS_TYPE_A) {
        uint8_t octets[4];
        memcpy(octets, &record->Data.A.IpAddress, sizeof octets);
        end.address = address_from_ipv4(octets);
        json_address(json, "data", &end);
    } else if (record->wType == DNS_TYPE_AAAA) {
        uint8_t bytes[16];
        memcpy(bytes, &record->Data.AAAA.Ip6Address, sizeof bytes);
        end.address = address_from_ipv6(bytes);
        json_address(json, "data", &end);
    } else if (record->wType == DNS_TYPE_CNAME || record->wType == DNS_TYPE_PTR ||
               record->wType == DNS_TYPE_NS) {
        bundle_sheet_wide(sheet, "data", record->Data.PTR.pNameHost);
    } else if (record->wType == DNS_TYPE_MX) {
        bundle_sheet_wide(sheet, "data", record->Data.MX.pNameExchange);
    } else if (record->wType == DNS_TYPE_SRV) {
        bundle_sheet_wide(sheet, "data", record->Data.SRV.pNameTarget);
    }
    json_close_object(json);
}

static void add_answers(struct bundle_sheet *sheet, const struct dns_cache_entry *entry)
{
    const struct system_table *system = sheet->calls->system;
    DNS_RECORDW *records = NULL;

    if (system->dns_query(entry->name, entry->type, CACHE_ONLY, &records) != 0 || !records)
        return; /* it has left the cache meanwhile, or says that there is no such name */
    json_open_array(&sheet->json, "answers");
    for (const DNS_RECORDW *record = records; record; record = record->pNext)
        add_answer(sheet, record);
    json_close_array(&sheet->json);
    system->dns_free(records, DnsFreeRecordList);
}

static void add_dns(struct bundle_sheet *sheet, const struct dns_cache_entry *entry)
{
    struct json_writer *json = bundle_sheet_row(sheet);

    json_open_object(json, "dns");
    json_open_object(json, "question");
    bundle_sheet_wide(sheet, "name", entry->name);
    add_type(json, entry->type);
    json_close_object(json);
    add_answers(sheet, entry);
    json_close_object(json);
    json_open_object(json, "stakeout");
    json_open_object(json, "dns");
    json_unsigned(json, "flags", entry->flags);
    json_close_object(json);
    json_close_object(json);
    bundle_sheet_end_row(sheet);
}

static void ask_dns(struct bundle_sheet *sheet)
{
    const struct system_table *system = sheet->calls->system;
    struct dns_cache_entry *table[8] = {NULL}; /* room, should the call write more than a pointer */
    unsigned count = 0;

    if (!system->dns_get_cache_data_table) {
        bundle_sheet_missing(sheet, "this system does not have DnsGetCacheDataTable");
        return;
    }
    if (!system->dns_get_cache_data_table(table))
        bundle_sheet_failed(sheet, "DnsGetCacheDataTable", GetLastError());
    for (struct dns_cache_entry *entry = table[0]; entry; count++) {
        struct dns_cache_entry *next = entry->next;
        if (entry->name && count < ENTRIES_MOST && !sheet->lines.failed)
            add_dns(sheet, entry);
        else if (entry->name)
            sheet->lost++;
        if (entry->name)
            system->dns_free(entry->name, DnsFreeFlat);
        system->dns_free(entry, DnsFreeFlat);
        entry = next;
    }
    sheet->lost_reason = "there are more entries than anybody would look at";
}

enum status bundle_dns(void *context, struct bundle_out *out)
{
    const struct bundle_machine *machine = context;

    return bundle_ask(out, machine->calls, ask_dns);
}
