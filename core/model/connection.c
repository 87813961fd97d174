#include "core/model/connection.h"

#include <stddef.h>

static const char *const state_names[] = {
    [TCP_NONE] = "",
    [TCP_CLOSED] = "CLOSED",
    [TCP_LISTEN] = "LISTEN",
    [TCP_SYN_SENT] = "SYN_SENT",
    [TCP_SYN_RECEIVED] = "SYN_RECEIVED",
    [TCP_ESTABLISHED] = "ESTABLISHED",
    [TCP_FIN_WAIT_1] = "FIN_WAIT_1",
    [TCP_FIN_WAIT_2] = "FIN_WAIT_2",
    [TCP_CLOSE_WAIT] = "CLOSE_WAIT",
    [TCP_CLOSING] = "CLOSING",
    [TCP_LAST_ACK] = "LAST_ACK",
    [TCP_TIME_WAIT] = "TIME_WAIT",
    [TCP_DELETE_TCB] = "DELETE_TCB",
};

const char *tcp_state_name(uint8_t state)
{
    if (state >= sizeof state_names / sizeof state_names[0])
        return "UNKNOWN";
    return state_names[state];
}
