/* suspect: talks to an address for a while and dies, as what Stakeout is after does.
 *   suspect [OPTIONS] ADDRESS PORT HOLD_MS [LIFE_MS]
 * It starts to connect, keeps the connection (or the attempt) for HOLD_MS, closes it, and exits
 * when it has lived LIFE_MS (at once by default). --udp sends one datagram from a connected socket
 * instead;
 * --bind PORT sets the local port; --send writes a byte once connected; --first closes without
 * waiting for the other end, so that the connection lingers in TIME_WAIT here; --wait MS sleeps
 * before it connects;
 * --exit CODE is what it exits with; --quiet prints nothing.
 * It prints one line: pid=… begun=… opened=… closed=… (FILETIMEs, decimal). */
#include <winsock2.h>

#include <ws2tcpip.h>

#include <windows.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    const char *values[4]; /* address, port, hold, life */
    int count;
    const char *bind_port;
    long wait;
    unsigned exit_code;
    int udp, send, quiet;
};

static uint64_t now(void)
{
    FILETIME time;

    GetSystemTimeAsFileTime(&time);
    return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

static uint64_t born(void)
{
    FILETIME start, other;

    GetProcessTimes(GetCurrentProcess(), &start, &other, &other, &other);
    return (uint64_t)start.dwHighDateTime << 32 | start.dwLowDateTime;
}

static int read_options(int count, char **arguments, struct options *options)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(arguments[i], "--udp") == 0)
            options->udp = 1;
        else if (strcmp(arguments[i], "--send") == 0)
            options->send = 1;
        else if (strcmp(arguments[i], "--quiet") == 0)
            options->quiet = 1;
        else if (strcmp(arguments[i], "--bind") == 0 && i + 1 < count)
            options->bind_port = arguments[++i];
        else if (strcmp(arguments[i], "--wait") == 0 && i + 1 < count)
            options->wait = strtol(arguments[++i], NULL, 10);
        else if (strcmp(arguments[i], "--exit") == 0 && i + 1 < count)
            options->exit_code = (unsigned)strtoul(arguments[++i], NULL, 10);
        else if (options->count < 4)
            options->values[options->count++] = arguments[i];
        else
            return 0;
    }
    return options->count >= 3;
}

/* An address in numbers only: nothing is asked of a resolver. */
static int find_end(const char *address, const char *port, int udp, struct addrinfo **end)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                             .ai_socktype = udp ? SOCK_DGRAM : SOCK_STREAM};

    return getaddrinfo(address, port, &hints, end) == 0;
}

static SOCKET open_connection(const struct options *options)
{
    struct addrinfo *end = NULL;
    SOCKET made;
    u_long not_blocking = 1;

    if (!find_end(options->values[0], options->values[1], options->udp, &end))
        return INVALID_SOCKET;
    made = socket(end->ai_family, end->ai_socktype, 0);
    if (made != INVALID_SOCKET && options->bind_port) {
        struct addrinfo *own = NULL;
        if (find_end(end->ai_family == AF_INET ? "0.0.0.0" : "::", options->bind_port, options->udp,
                     &own)) {
            bind(made, own->ai_addr, (int)own->ai_addrlen);
            freeaddrinfo(own);
        }
    }
    if (made != INVALID_SOCKET) {
        ioctlsocket(made, (long)FIONBIO, &not_blocking);
        connect(made, end->ai_addr, (int)end->ai_addrlen);
    }
    freeaddrinfo(end);
    return made;
}

static void send_byte(SOCKET connection)
{
    fd_set writable;
    struct timeval second = {1, 0};

    FD_ZERO(&writable);
    FD_SET(connection, &writable);
    if (select(0, NULL, &writable, NULL, &second) == 1)
        send(connection, "x", 1, 0);
}

int main(int count, char **arguments)
{
    struct options options = {0};
    WSADATA data;
    SOCKET connection;
    uint64_t begun = born();
    uint64_t opened;
    uint64_t closed;
    uint64_t life;

    if (!read_options(count, arguments, &options) || WSAStartup(0x202, &data))
        return 2;
    if (options.wait > 0)
        Sleep((DWORD)options.wait);
    opened = now();
    connection = open_connection(&options);
    if (connection == INVALID_SOCKET)
        return 3;
    if (options.send || options.udp)
        send_byte(connection);
    Sleep((DWORD)strtoul(options.values[2], NULL, 10));
    closed = now();
    closesocket(connection);
    if (!options.quiet) {
        printf("pid=%lu begun=%" PRIu64 " opened=%" PRIu64 " closed=%" PRIu64 "\n",
               GetCurrentProcessId(), begun, opened, closed);
        fflush(stdout);
    }
    life = options.count > 3 ? strtoull(options.values[3], NULL, 10) : 0;
    while (now() < begun + life * 10000)
        Sleep(1);
    ExitProcess(options.exit_code);
}
