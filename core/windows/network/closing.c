#include "core/windows/network/closing.h"

#include <winsock2.h>

#include <ws2tcpip.h>

#include <string.h>

#include "core/windows/clock.h"
#include "core/windows/failure.h"
#include "core/windows/library.h"
#include "core/windows/network/closing_calls.h"
#include "core/windows/network/sockets.h"
#include "core/windows/privilege.h"

#define PAUSE_MS 20

/* NPI_MS_TCP_MODULEID */
static const struct nsi_module tcp_module = {
    sizeof tcp_module,
    1,
    {0xeb004a03, 0x9b1a, 0x11d4, {0x91, 0x23, 0x00, 0x50, 0x04, 0x77, 0x59, 0xbc}},
};

struct nsi_tcp_key {
    struct sockaddr_in6 ends[2]; /* local, remote */
};

_Static_assert(sizeof(struct nsi_tcp_key) == NSI_TCP_KEY_SIZE, "as the stack has it");
_Static_assert(offsetof(struct sockaddr_in6, sin6_addr) == 8, "as the stack has it");
_Static_assert(offsetof(struct sockaddr_in6, sin6_scope_id) == 24, "as the stack has it");
_Static_assert(offsetof(struct sockaddr_in, sin_addr) == 4, "as the stack has it");

/* What one look at the table shows. */
enum look { LOOK_SAME, LOOK_STATE, LOOK_GONE, LOOK_UNREAD };

struct attempt {
    const struct closing_calls *calls;
    const struct connection_seen *wanted;
    const struct progress *progress;
    struct sockets sockets;
    struct closing_result *result;
};

/* Wine exports NsiSetAllParameters, but calling it there ends the program. */
static bool is_wine(void)
{
    return library_find(L"ntdll.dll", "wine_get_version") != NULL;
}

struct closing_calls closing_system_calls(void)
{
    struct closing_calls calls = {.system = system_calls(),
                                  .set_tcp_entry = SetTcpEntry,
                                  .clock = clock_of_system(),
                                  .pause = Sleep};
    library_function nsi = is_wine() ? NULL : library_find(L"nsi.dll", "NsiSetAllParameters");

    memcpy(&calls.nsi_set_all_parameters, &nsi, sizeof nsi);
    return calls;
}

struct closing_means closing_means(void)
{
    return (struct closing_means){.ipv6 = closing_system_calls().nsi_set_all_parameters != NULL,
                                  .elevated = privilege_is_elevated()};
}

/* --- what is handed over --- */

static uint16_t network_order(uint16_t port)
{
    return (uint16_t)(port >> 8 | port << 8);
}

static void set_end(struct sockaddr_in6 *out, const struct endpoint *end, bool ipv6)
{
    if (ipv6) {
        out->sin6_family = AF_INET6;
        out->sin6_port = network_order(end->port);
        memcpy(&out->sin6_addr, end->address.bytes, 16);
        out->sin6_scope_id = end->scope;
    } else {
        struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = network_order(end->port)};
        memcpy(&four.sin_addr, end->address.bytes + 12, 4);
        memcpy(out, &four, sizeof four);
    }
}

void closing_key(const struct connection_seen *connection, unsigned char key[NSI_TCP_KEY_SIZE])
{
    struct nsi_tcp_key made = {.ends = {{0}}};

    set_end(&made.ends[0], &connection->local, connection->ipv6_table);
    set_end(&made.ends[1], &connection->remote, connection->ipv6_table);
    memcpy(key, &made, sizeof made);
}

static DWORD close_by_nsi(const struct closing_calls *calls,
                          const struct connection_seen *connection)
{
    unsigned char key[NSI_TCP_KEY_SIZE];

    closing_key(connection, key);
    return calls->nsi_set_all_parameters(NSI_ACTIVE, NSI_CREATE_OR_SET, &tcp_module, NSI_TCP_CLOSE,
                                         key, sizeof key, NULL, 0);
}

static DWORD close_by_tcp_entry(const struct closing_calls *calls,
                                const struct connection_seen *connection)
{
    MIB_TCPROW row = {.dwState = MIB_TCP_STATE_DELETE_TCB,
                      .dwLocalPort = network_order(connection->local.port),
                      .dwRemotePort = network_order(connection->remote.port)};

    memcpy(&row.dwLocalAddr, connection->local.address.bytes + 12, 4);
    memcpy(&row.dwRemoteAddr, connection->remote.address.bytes + 12, 4);
    return calls->set_tcp_entry(&row);
}

/* --- what is seen --- */

static enum look look(struct attempt *attempt)
{
    enum connection_part part = attempt->wanted->ipv6_table ? PART_TCP6 : PART_TCP4;
    const struct connection_seen *row;
    struct connection_table table;
    enum status status = sockets_read(&attempt->sockets, &table);

    if (!status)
        status = table.why[part];
    if (status) {
        attempt->result->failure = (struct failure){.status = status};
        return LOOK_UNREAD;
    }
    attempt->result->failure = (struct failure){.status = ST_OK};
    row = closing_find(attempt->wanted, table.rows, table.count);
    attempt->result->state = row ? row->state : TCP_NONE;
    if (!row)
        return LOOK_GONE;
    return row->state == attempt->wanted->state ? LOOK_SAME : LOOK_STATE;
}

/* Looks until something is seen to have changed, the time is up or nobody waits any more. */
static enum look wait_for_change(struct attempt *attempt)
{
    const struct clock *clock = &attempt->calls->clock;
    int64_t until = clock->ticks(clock->context) + CLOSING_WAIT_MS * MOMENT_MS;

    for (;;) {
        enum look seen = look(attempt);
        if (seen == LOOK_STATE || seen == LOOK_GONE || progress_cancelled(attempt->progress) ||
            clock->ticks(clock->context) >= until)
            return seen;
        attempt->calls->pause(PAUSE_MS);
    }
}

static enum closing_outcome outcome_of_code(enum status status)
{
    if (status == ST_DENIED)
        return CLOSING_DENIED;
    return status == ST_UNSUPPORTED ? CLOSING_UNSUPPORTED : CLOSING_REFUSED;
}

/* What came of one way that returned code; the table has the last word. */
static void settle(struct attempt *attempt, const char *call, DWORD code)
{
    struct closing_result *result = attempt->result;
    enum look seen = code ? look(attempt) : wait_for_change(attempt);

    if (seen == LOOK_GONE)
        result->outcome = CLOSING_GONE;
    else if (seen == LOOK_STATE)
        result->outcome = CLOSING_STATE;
    else if (seen == LOOK_UNREAD)
        result->outcome = CLOSING_UNSEEN;
    else if (code)
        result->outcome = outcome_of_code(failure_win32(&result->failure, call, code));
    else if (progress_cancelled(attempt->progress))
        result->outcome = CLOSING_CANCELLED;
    else
        result->outcome = CLOSING_STANDS;
}

static void try_both(struct attempt *attempt)
{
    const struct closing_calls *calls = attempt->calls;
    struct closing_result *result = attempt->result;

    result->outcome = CLOSING_UNSUPPORTED;
    if (calls->nsi_set_all_parameters)
        settle(attempt, "NsiSetAllParameters", close_by_nsi(calls, attempt->wanted));
    if (closing_worked(result->outcome) || attempt->wanted->ipv6_table ||
        progress_cancelled(attempt->progress))
        return;
    settle(attempt, "SetTcpEntry", close_by_tcp_entry(calls, attempt->wanted));
}

void closing_perform_by(const struct closing_calls *calls, const struct connection_seen *connection,
                        const struct progress *progress, struct closing_result *result)
{
    struct attempt attempt = {
        .calls = calls, .wanted = connection, .progress = progress, .result = result};

    *result = (struct closing_result){.outcome = CLOSING_UNSEEN};
    sockets_init(&attempt.sockets, calls->system);
    switch (look(&attempt)) {
    case LOOK_GONE:
        result->outcome = CLOSING_ALREADY;
        break;
    case LOOK_STATE:
        result->outcome = CLOSING_STATE;
        break;
    case LOOK_UNREAD:
        result->outcome = CLOSING_UNSEEN;
        break;
    case LOOK_SAME:
        result->outcome = CLOSING_CANCELLED;
        if (!progress_cancelled(progress))
            try_both(&attempt);
        break;
    }
    sockets_done(&attempt.sockets);
}

void closing_perform(const struct connection_seen *connection, const struct progress *progress,
                     struct closing_result *result)
{
    const struct closing_calls calls = closing_system_calls();

    closing_perform_by(&calls, connection, progress, result);
}
