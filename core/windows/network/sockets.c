#include "core/windows/network/sockets.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/windows/failure.h"

#define FIRST_SIZE (16u * 1024)
#define SIZE_MOST (512u * 1024 * 1024)
/* What the call returns now and then under load; not documented. */
#define ODD_ERROR 0xC0000001u

/* What tells the four tables and their two classes apart. */
struct layout {
    size_t first; /* offset of the first row */
    size_t row;   /* size of a row */
};

static const struct layout layouts[PART_COUNT][2] = {
    [PART_TCP4] = {{offsetof(MIB_TCPTABLE_OWNER_MODULE, table), sizeof(MIB_TCPROW_OWNER_MODULE)},
                   {offsetof(MIB_TCPTABLE_OWNER_PID, table), sizeof(MIB_TCPROW_OWNER_PID)}},
    [PART_TCP6] = {{offsetof(MIB_TCP6TABLE_OWNER_MODULE, table), sizeof(MIB_TCP6ROW_OWNER_MODULE)},
                   {offsetof(MIB_TCP6TABLE_OWNER_PID, table), sizeof(MIB_TCP6ROW_OWNER_PID)}},
    [PART_UDP4] = {{offsetof(MIB_UDPTABLE_OWNER_MODULE, table), sizeof(MIB_UDPROW_OWNER_MODULE)},
                   {offsetof(MIB_UDPTABLE_OWNER_PID, table), sizeof(MIB_UDPROW_OWNER_PID)}},
    [PART_UDP6] = {{offsetof(MIB_UDP6TABLE_OWNER_MODULE, table), sizeof(MIB_UDP6ROW_OWNER_MODULE)},
                   {offsetof(MIB_UDP6TABLE_OWNER_PID, table), sizeof(MIB_UDP6ROW_OWNER_PID)}},
};

void sockets_init(struct sockets *sockets, const struct system_table *system)
{
    *sockets = (struct sockets){.system = system};
}

void sockets_done(struct sockets *sockets)
{
    for (int part = 0; part < PART_COUNT; part++) {
        memory_give(sockets->parts[part].good);
        memory_give(sockets->parts[part].spare);
    }
    memory_give(sockets->rows);
    *sockets = (struct sockets){.system = sockets->system};
}

static DWORD ask(const struct system_table *system, int part, bool by_pid, void *out, DWORD *size)
{
    ULONG family = part == PART_TCP4 || part == PART_UDP4 ? AF_INET : AF_INET6;

    if (part == PART_TCP4 || part == PART_TCP6)
        return system->get_extended_tcp_table(
            out, size, FALSE, family, by_pid ? TCP_TABLE_OWNER_PID_ALL : TCP_TABLE_OWNER_MODULE_ALL,
            0);
    return system->get_extended_udp_table(out, size, FALSE, family,
                                          by_pid ? UDP_TABLE_OWNER_PID : UDP_TABLE_OWNER_MODULE, 0);
}

static enum status grow_spare(struct socket_part *state, size_t capacity)
{
    if (capacity > SIZE_MOST)
        return ST_TOO_LARGE;
    if (capacity <= state->spare_capacity)
        return ST_OK;
    memory_give(state->spare); /* what it held is not needed */
    state->spare_capacity = 0;
    state->spare = memory_take(capacity);
    if (!state->spare)
        return ST_NO_MEMORY;
    state->spare_capacity = capacity;
    return ST_OK;
}

static size_t with_slack(size_t size)
{
    return size + size / 4 + 1024;
}

static void take_spare(struct socket_part *state, const struct layout *layout, bool by_pid)
{
    unsigned char *good = state->good;
    size_t capacity = state->good_capacity;
    DWORD count = 0;
    size_t most = (state->spare_capacity - layout->first) / layout->row;

    memcpy(&count, state->spare, sizeof count);
    state->good = state->spare;
    state->good_capacity = state->spare_capacity;
    state->good_has_pid = by_pid;
    state->count = count < most ? count : most;
    state->spare = good;
    state->spare_capacity = capacity;
}

/* One part with one class. ST_STALE: it kept growing, or failed oddly, as often as it was tried. */
static enum status fetch(struct sockets *sockets, int part, bool by_pid)
{
    struct socket_part *state = &sockets->parts[part];
    size_t wanted = state->good_capacity ? state->good_capacity : FIRST_SIZE;

    for (int tries = 0; tries < SOCKETS_TRIES; tries++) {
        DWORD size;
        DWORD error;
        enum status status = grow_spare(state, wanted);
        if (status)
            return status;
        memset(state->spare, 0, sizeof(DWORD));
        size = (DWORD)state->spare_capacity;
        error = ask(sockets->system, part, by_pid, state->spare, &size);
        if (error == ERROR_NO_DATA) { /* there are none */
            memset(state->spare, 0, sizeof(DWORD));
            error = NO_ERROR;
        }
        if (error == NO_ERROR) {
            take_spare(state, &layouts[part][by_pid], by_pid);
            return ST_OK;
        }
        if (error != ERROR_INSUFFICIENT_BUFFER && error != ODD_ERROR)
            return failure_from_win32(error);
        wanted = with_slack(size > state->spare_capacity ? size : state->spare_capacity);
    }
    return ST_STALE;
}

/* Whether the class itself is at fault, so that the older one may do. */
static bool refused(enum status status)
{
    return status == ST_UNSUPPORTED || status == ST_SYSTEM;
}

static enum status read_part(struct sockets *sockets, int part)
{
    struct socket_part *state = &sockets->parts[part];
    enum status status = ST_UNSUPPORTED;

    if (!state->no_module)
        status = fetch(sockets, part, false);
    /* Only at the start: the time of bind is part of what a row is, and must not come and go. */
    if (!refused(status) || (state->good && !state->good_has_pid))
        return status;
    status = fetch(sockets, part, true);
    if (!status)
        state->no_module = true;
    return status;
}

static uint16_t port_of(DWORD port)
{
    return (uint16_t)((port & 0xFF) << 8 | (port >> 8 & 0xFF)); /* above the low 16 bits: garbage */
}

static void set_ipv4(struct endpoint *end, DWORD address, DWORD port)
{
    uint8_t octets[4];

    memcpy(octets, &address, sizeof octets);
    end->address = address_from_ipv4(octets);
    end->scope = 0;
    end->port = port_of(port);
}

static void set_ipv6(struct endpoint *end, const UCHAR address[16], DWORD scope, DWORD port)
{
    end->address = address_from_ipv6(address);
    end->scope =
        address_is_link_local(&end->address) && !address_is_ipv4(&end->address) ? scope : 0;
    end->port = port_of(port);
}

/* The time of bind, which only OWNER_MODULE rows have; 0 where the system does not keep it. */
static moment bound_at(LARGE_INTEGER created)
{
    return created.QuadPart > 0 ? created.QuadPart : 0;
}

/* The fields before the PID are the same in both classes, so one function reads both. */
static void take_tcp4(const unsigned char *bytes, bool by_pid, struct connection_seen *row)
{
    MIB_TCPROW_OWNER_MODULE from = {0};

    memcpy(&from, bytes, by_pid ? sizeof(MIB_TCPROW_OWNER_PID) : sizeof from);
    row->transport = TRANSPORT_TCP;
    row->state = (uint8_t)from.dwState;
    row->pid = from.dwOwningPid;
    row->created = by_pid ? 0 : bound_at(from.liCreateTimestamp);
    row->has_remote = from.dwState != TCP_LISTEN; /* a listener's remote fields mean nothing */
    set_ipv4(&row->local, from.dwLocalAddr, from.dwLocalPort);
    if (row->has_remote)
        set_ipv4(&row->remote, from.dwRemoteAddr, from.dwRemotePort);
}

static void take_tcp6(const unsigned char *bytes, bool by_pid, struct connection_seen *row)
{
    MIB_TCP6ROW_OWNER_MODULE from = {0};

    memcpy(&from, bytes, by_pid ? sizeof(MIB_TCP6ROW_OWNER_PID) : sizeof from);
    row->transport = TRANSPORT_TCP;
    row->ipv6_table = true;
    row->state = (uint8_t)from.dwState;
    row->pid = from.dwOwningPid;
    row->created = by_pid ? 0 : bound_at(from.liCreateTimestamp);
    row->has_remote = from.dwState != TCP_LISTEN;
    set_ipv6(&row->local, from.ucLocalAddr, from.dwLocalScopeId, from.dwLocalPort);
    if (row->has_remote)
        set_ipv6(&row->remote, from.ucRemoteAddr, from.dwRemoteScopeId, from.dwRemotePort);
}

static void take_udp4(const unsigned char *bytes, bool by_pid, struct connection_seen *row)
{
    MIB_UDPROW_OWNER_MODULE from = {0};

    memcpy(&from, bytes, by_pid ? sizeof(MIB_UDPROW_OWNER_PID) : sizeof from);
    row->transport = TRANSPORT_UDP;
    row->pid = from.dwOwningPid;
    row->created = by_pid ? 0 : bound_at(from.liCreateTimestamp);
    set_ipv4(&row->local, from.dwLocalAddr, from.dwLocalPort);
}

static void take_udp6(const unsigned char *bytes, bool by_pid, struct connection_seen *row)
{
    MIB_UDP6ROW_OWNER_MODULE from = {0};

    memcpy(&from, bytes, by_pid ? sizeof(MIB_UDP6ROW_OWNER_PID) : sizeof from);
    row->transport = TRANSPORT_UDP;
    row->ipv6_table = true;
    row->pid = from.dwOwningPid;
    row->created = by_pid ? 0 : bound_at(from.liCreateTimestamp);
    set_ipv6(&row->local, from.ucLocalAddr, from.dwLocalScopeId, from.dwLocalPort);
}

_Static_assert(offsetof(MIB_TCPROW_OWNER_MODULE, dwOwningPid) ==
                   offsetof(MIB_TCPROW_OWNER_PID, dwOwningPid),
               "the classes share their first fields");
_Static_assert(offsetof(MIB_TCP6ROW_OWNER_MODULE, dwOwningPid) ==
                   offsetof(MIB_TCP6ROW_OWNER_PID, dwOwningPid),
               "the classes share their first fields");
_Static_assert(offsetof(MIB_UDPROW_OWNER_MODULE, dwOwningPid) ==
                   offsetof(MIB_UDPROW_OWNER_PID, dwOwningPid),
               "the classes share their first fields");
_Static_assert(offsetof(MIB_UDP6ROW_OWNER_MODULE, dwOwningPid) ==
                   offsetof(MIB_UDP6ROW_OWNER_PID, dwOwningPid),
               "the classes share their first fields");

static enum status reserve_rows(struct sockets *sockets)
{
    size_t count = 0;
    struct connection_seen *rows;

    for (int part = 0; part < PART_COUNT; part++)
        count += sockets->parts[part].count;
    if (count <= sockets->capacity)
        return ST_OK;
    rows = memory_grow_array(sockets->rows, count + count / 4 + 64, sizeof *rows);
    if (!rows)
        return ST_NO_MEMORY;
    sockets->rows = rows;
    sockets->capacity = count + count / 4 + 64;
    return ST_OK;
}

static size_t convert(struct sockets *sockets)
{
    static void (*const take[PART_COUNT])(const unsigned char *, bool, struct connection_seen *) = {
        [PART_TCP4] = take_tcp4,
        [PART_TCP6] = take_tcp6,
        [PART_UDP4] = take_udp4,
        [PART_UDP6] = take_udp6,
    };
    struct connection_seen *row = sockets->rows;

    for (int part = 0; part < PART_COUNT; part++) {
        const struct socket_part *state = &sockets->parts[part];
        const struct layout *layout = &layouts[part][state->good_has_pid];
        for (size_t i = 0; i < state->count; i++) {
            *row = (struct connection_seen){0};
            take[part](state->good + layout->first + i * layout->row, state->good_has_pid, row++);
        }
    }
    return (size_t)(row - sockets->rows);
}

enum status sockets_read(struct sockets *sockets, struct connection_table *table)
{
    struct connection_table read = {0};
    bool any = false;
    enum status status = ST_OK;

    for (int part = 0; part < PART_COUNT; part++) {
        struct socket_part *state = &sockets->parts[part];
        read.why[part] = read_part(sockets, part);
        read.stale[part] = read.why[part] && read.why[part] != ST_UNSUPPORTED;
        if (read.why[part] == ST_UNSUPPORTED)
            state->count = 0;
        if (read.why[part] && !status)
            status = read.why[part];
        any = any || state->good;
    }
    if (!any)
        return status;
    status = reserve_rows(sockets);
    if (status)
        return status;
    read.count = convert(sockets);
    read.rows = sockets->rows;
    *table = read;
    return ST_OK;
}
