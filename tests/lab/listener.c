/* listener: accepts connections, for suspects that need somebody to talk to on this machine.
 *   listener [--ipv6] [--dual] [--udp] [--port PORT] [--close]
 * Loopback only, except --dual (all addresses, IPv4 on an IPv6 socket). It prints "port=N pid=N"
 * and then accepts until its standard input ends. Connections are kept until the other end closes;
 * --close closes each at once. */
#include <winsock2.h>

#include <ws2tcpip.h>

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_MOST 4096

static int close_at_once;

static DWORD WINAPI drain(void *context)
{
    SOCKET connection = *(SOCKET *)context;
    char bytes[512];

    free(context);
    while (recv(connection, bytes, sizeof bytes, 0) > 0)
        ;
    closesocket(connection);
    return 0;
}

static DWORD WINAPI accept_all(void *context)
{
    SOCKET listening = *(SOCKET *)context;

    for (;;) {
        SOCKET connection = accept(listening, NULL, NULL);
        SOCKET *handed;
        HANDLE thread;
        if (connection == INVALID_SOCKET)
            return 0;
        handed = close_at_once ? NULL : malloc(sizeof *handed);
        if (!handed) {
            closesocket(connection);
            continue;
        }
        *handed = connection;
        thread =
            CreateThread(NULL, 64 * 1024, drain, handed, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
        if (thread)
            CloseHandle(thread);
    }
}

int main(int count, char **arguments)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    struct sockaddr_in four = {.sin_family = AF_INET};
    int ipv6 = 0, dual = 0, udp = 0;
    u_short port = 0;
    WSADATA data;
    static SOCKET listening;
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } own;
    int size = sizeof own;
    DWORD off = 0, got;
    char byte;

    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--ipv6") == 0)
            ipv6 = 1;
        else if (strcmp(arguments[i], "--dual") == 0)
            ipv6 = dual = 1;
        else if (strcmp(arguments[i], "--udp") == 0)
            udp = 1;
        else if (strcmp(arguments[i], "--close") == 0)
            close_at_once = 1;
        else if (strcmp(arguments[i], "--port") == 0 && i + 1 < count)
            port = (u_short)strtoul(arguments[++i], NULL, 10);
        else
            return 2;
    }
    if (WSAStartup(0x202, &data))
        return 3;
    listening = socket(ipv6 ? AF_INET6 : AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
    if (dual)
        setsockopt(listening, IPPROTO_IPV6, IPV6_V6ONLY, (const char *)&off, sizeof off);
    else if (ipv6)
        six.sin6_addr.s6_addr[15] = 1;
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    four.sin_port = six.sin6_port = htons(port);
    if (bind(listening, ipv6 ? (struct sockaddr *)&six : (struct sockaddr *)&four,
             ipv6 ? (int)sizeof six : (int)sizeof four) ||
        (!udp && listen(listening, 512)) || getsockname(listening, &own.any, &size))
        return 4;
    printf("port=%u pid=%lu\n", ntohs(ipv6 ? own.six.sin6_port : own.four.sin_port),
           GetCurrentProcessId());
    fflush(stdout);
    if (!udp)
        CloseHandle(CreateThread(NULL, 0, accept_all, &listening, 0, NULL));
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), &byte, 1, &got, NULL) && got)
        ;
    ExitProcess(0);
}
