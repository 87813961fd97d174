/* What a full round (tables, history, matching, hits) costs over the bare system calls that it
 * cannot do without, both measured in turn in the same run: 300 processes and 2,000 connections of
 * this machine's own making. Prints a JSON line a figure. */
#include <winsock2.h>

#include <windows.h>

#include <iphlpapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <winternl.h>

#include "core/watch/round.h"
#include "core/windows/clock.h"
#include "core/windows/live.h"
#include "tests/support/windows/child.h"

#define PROCESSES 300
#define CONNECTIONS 2000
#define RUNS 60
#define INDICATORS 1000

static struct child children[PROCESSES];
static SOCKET sockets[CONNECTIONS];

/* A buffer of the bare calls, kept and grown as the source does it. */
struct room {
    void *bytes;
    ULONG size;
};

static void grow(struct room *room)
{
    free(room->bytes);
    room->size = room->size ? room->size * 2 : 1u << 20;
    room->bytes = malloc(room->size);
    if (!room->bytes)
        exit(1);
}

static ULONG list_processes(struct room *room)
{
    ULONG needed = 0;
    const BYTE *at;
    ULONG count = 1;

    while (!room->size ||
           NtQuerySystemInformation(SystemProcessInformation, room->bytes, room->size, &needed) < 0)
        grow(room);
    for (at = room->bytes; *(const ULONG *)at; at += *(const ULONG *)at)
        count++;
    return count;
}

static ULONG list_connections(struct room rooms[4])
{
    static const ULONG families[4] = {AF_INET, AF_INET6, AF_INET, AF_INET6};
    ULONG count = 0;

    for (int i = 0; i < 4; i++) {
        for (;;) {
            ULONG size = rooms[i].size;
            DWORD error = i < 2 ? GetExtendedTcpTable(rooms[i].bytes, &size, FALSE, families[i],
                                                      TCP_TABLE_OWNER_MODULE_ALL, 0)
                                : GetExtendedUdpTable(rooms[i].bytes, &size, FALSE, families[i],
                                                      UDP_TABLE_OWNER_MODULE, 0);
            if (error == NO_ERROR && rooms[i].size)
                break;
            grow(&rooms[i]);
        }
        count += *(const ULONG *)rooms[i].bytes;
    }
    return count;
}

static SOCKET listen_here(struct sockaddr_in *where)
{
    SOCKET listener = socket(AF_INET, SOCK_STREAM, 0);
    int size = sizeof *where;

    *where = (struct sockaddr_in){.sin_family = AF_INET};
    where->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)where, sizeof *where) || listen(listener, 64) ||
        getsockname(listener, (struct sockaddr *)where, &size))
        exit(1);
    return listener;
}

static void make_connections(void)
{
    struct sockaddr_in where;
    SOCKET listener = listen_here(&where);

    for (int i = 0; i + 1 < CONNECTIONS; i += 2) {
        sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(sockets[i], (struct sockaddr *)&where, sizeof where))
            exit(1);
        sockets[i + 1] = accept(listener, NULL, NULL);
    }
}

static struct watchlist *make_watchlist(void)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist *list = NULL;

    for (uint32_t i = 0; i < INDICATORS; i++) {
        uint8_t octets[4] = {203, 0, (uint8_t)(i >> 8), (uint8_t)i};
        struct indicator indicator = {.kind = INDICATOR_ADDRESS, .low = address_from_ipv4(octets)};
        struct indicator_origin origin = {0};

        indicator.high = indicator.low;
        if (watchlist_add(builder, &indicator, &origin, NULL))
            exit(1);
    }
    if (watchlist_build(builder, &list))
        exit(1);
    return list;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static double median_ms(int64_t *values)
{
    int64_t middle;

    qsort(values, RUNS, sizeof *values, by_size);
    middle = values[RUNS / 2];
    return (double)middle / (double)MOMENT_MS;
}

static void print(const char *what, double value, const char *unit, double baseline,
                  const char *name)
{
    printf(
        "{\"bench\":\"overhead\",\"case\":\"%s\",\"value\":%.4f,\"unit\":\"%s\",\"baseline\":%.4f,"
        "\"baseline_name\":\"%s\"}\n",
        what, value, unit, baseline, name);
    fflush(stdout);
}

static void measure(struct round *round, unsigned parts, const char *what)
{
    static int64_t bare[RUNS];
    static int64_t whole[RUNS];
    static struct room processes;
    static struct room tables[4];
    struct clock clock = clock_of_system();
    double rounds;
    double calls;

    for (int i = 0; i < RUNS; i++) {
        int64_t begun = clock.ticks(clock.context);

        if (parts & ROUND_PROCESSES)
            list_processes(&processes);
        list_connections(tables);
        bare[i] = clock.ticks(clock.context) - begun;
        begun = clock.ticks(clock.context);
        if (round_run(round, parts))
            exit(1);
        whole[i] = clock.ticks(clock.context) - begun;
    }
    rounds = median_ms(whole);
    calls = median_ms(bare);
    print(what, rounds, "ms", calls, "bare calls, ms");
    print(what, rounds / calls, "ratio", 1.10, "the bar");
}

int main(void)
{
    WSADATA data;
    struct source *source;
    struct round *round;
    struct watchlist *list = make_watchlist();
    struct round_setup setup = {.clock = clock_of_system()};
    struct history_counts counts;
    char what[128];

    if (WSAStartup(0x202, &data) || live_source_new(NULL, &source))
        return 1;
    for (int i = 0; i < PROCESSES; i++)
        child_start(&children[i], L"sleeper", L"", 0);
    make_connections(); /* after the children, which inherit what there is */
    setup.source = source;
    if (round_new(&setup, &round) || round_set_watchlist(round, list) ||
        round_run(round, ROUND_CONNECTIONS | ROUND_PROCESSES))
        return 1;
    counts = history_counts(round_history(round));
    snprintf(what, sizeof what, "connections and processes; %u processes, %u connections",
             (unsigned)counts.processes, (unsigned)counts.connections);
    measure(round, ROUND_CONNECTIONS | ROUND_PROCESSES, what);
    snprintf(what, sizeof what, "connections only; %u connections", (unsigned)counts.connections);
    measure(round, ROUND_CONNECTIONS, what);
    round_free(round);
    source_free(source);
    watchlist_release(list);
    for (int i = 0; i < PROCESSES; i++)
        child_kill(&children[i], 0);
    for (int i = 0; i < CONNECTIONS; i++)
        closesocket(sockets[i]);
    return 0;
}
