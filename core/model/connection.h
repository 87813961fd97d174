/* connection: a TCP connection or listener, or a UDP endpoint, as the system's tables tell of it.
 */
#ifndef STAKEOUT_MODEL_CONNECTION_H
#define STAKEOUT_MODEL_CONNECTION_H

#include "core/base/moment.h"
#include "core/model/address.h"

enum transport { TRANSPORT_TCP, TRANSPORT_UDP };

/* Numbers as in MIB_TCP_STATE (tcpmib.h, "MIB_TCPROW_OWNER_PID structure"); 0 is UDP's "no state".
 */
enum tcp_state {
    TCP_NONE = 0,
    TCP_CLOSED = 1,
    TCP_LISTEN,
    TCP_SYN_SENT,
    TCP_SYN_RECEIVED,
    TCP_ESTABLISHED,
    TCP_FIN_WAIT_1,
    TCP_FIN_WAIT_2,
    TCP_CLOSE_WAIT,
    TCP_CLOSING,
    TCP_LAST_ACK,
    TCP_TIME_WAIT,
    TCP_DELETE_TCB
};

/* One row of the system's tables, in the engine's terms. */
struct connection_seen {
    struct endpoint local;
    struct endpoint remote; /* all zero where has_remote is false */
    moment created;         /* when the socket was bound; 0 unknown */
    uint32_t pid;           /* the owner; 0: the system names none (a closing connection) */
    uint8_t transport;      /* enum transport */
    uint8_t state;          /* enum tcp_state */
    bool ipv6_table; /* came from the IPv6 table: a mapped IPv4 address was written ::ffff:… */
    bool has_remote; /* false for listeners and for UDP, whose peer the tables do not tell */
};

/* "SYN_SENT"; "" for TCP_NONE; "UNKNOWN" for a number outside. Static storage. */
const char *tcp_state_name(uint8_t state);

#endif
