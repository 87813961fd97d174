#include "core/windows/network/machine.h"

#include <winsock2.h>

#include <ws2tcpip.h>

#include <windows.h>

#include <iphlpapi.h>
#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"

#define FIRST_SIZE (16u * 1024)
#define TRIES 8
#define MOST 4096u

struct list {
    struct address *addresses;
    size_t count;
    enum status status;
};

static void add(struct list *list, const SOCKET_ADDRESS *from)
{
    struct address address;
    struct address *grown;

    if (!from->lpSockaddr || list->status || list->count >= MOST)
        return;
    if (from->lpSockaddr->sa_family == AF_INET) {
        uint8_t octets[4];
        struct sockaddr_in four;
        memcpy(&four, from->lpSockaddr, sizeof four);
        memcpy(octets, &four.sin_addr, sizeof octets);
        address = address_from_ipv4(octets);
    } else if (from->lpSockaddr->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, from->lpSockaddr, sizeof six);
        address = address_from_ipv6(six.sin6_addr.s6_addr);
    } else {
        return;
    }
    if (address_is_loopback(&address) || address_is_unspecified(&address))
        return;
    for (size_t i = 0; i < list->count; i++)
        if (address_equal(&list->addresses[i], &address))
            return;
    grown = memory_grow_array(list->addresses, list->count + 1, sizeof *grown);
    if (!grown) {
        list->status = ST_NO_MEMORY;
        return;
    }
    list->addresses = grown;
    list->addresses[list->count++] = address;
}

static void add_adapter(struct list *list, const IP_ADAPTER_ADDRESSES *adapter)
{
    for (const IP_ADAPTER_UNICAST_ADDRESS *own = adapter->FirstUnicastAddress; own; own = own->Next)
        add(list, &own->Address);
    for (const IP_ADAPTER_GATEWAY_ADDRESS *gateway = adapter->FirstGatewayAddress; gateway;
         gateway = gateway->Next)
        add(list, &gateway->Address);
    for (const IP_ADAPTER_DNS_SERVER_ADDRESS *server = adapter->FirstDnsServerAddress; server;
         server = server->Next)
        add(list, &server->Address);
}

/* The system's own list, which may grow while it is asked for. Owned: memory_give. */
static IP_ADAPTER_ADDRESSES *fetch(struct failure *failure)
{
    ULONG size = FIRST_SIZE;
    ULONG error = ERROR_BUFFER_OVERFLOW;

    for (int i = 0; i < TRIES && error == ERROR_BUFFER_OVERFLOW; i++) {
        IP_ADAPTER_ADDRESSES *adapters = memory_take(size);
        if (!adapters) {
            failure_win32(failure, "GetAdaptersAddresses", ERROR_NOT_ENOUGH_MEMORY);
            return NULL;
        }
        error = GetAdaptersAddresses(AF_UNSPEC,
                                     GAA_FLAG_INCLUDE_GATEWAYS | GAA_FLAG_SKIP_ANYCAST |
                                         GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_FRIENDLY_NAME,
                                     NULL, adapters, &size);
        if (error == ERROR_SUCCESS)
            return adapters;
        memory_give(adapters);
        size += size / 4;
    }
    if (error != ERROR_NO_DATA) /* a machine without any adapter has none */
        failure_win32(failure, "GetAdaptersAddresses", error);
    return NULL;
}

enum status machine_addresses(struct address **addresses, size_t *count, struct failure *failure)
{
    struct failure why = {ST_OK, NULL, 0};
    IP_ADAPTER_ADDRESSES *adapters = fetch(&why);
    struct list list = {.status = why.status};

    for (const IP_ADAPTER_ADDRESSES *adapter = adapters; adapter; adapter = adapter->Next)
        add_adapter(&list, adapter);
    memory_give(adapters);
    if (list.status) {
        memory_give(list.addresses);
        if (failure)
            *failure = (struct failure){list.status, why.call, why.code};
        return list.status;
    }
    *addresses = list.addresses;
    *count = list.count;
    return ST_OK;
}
