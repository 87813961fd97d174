#include "core/act/closing.h"

static const char *const bars[CLOSING_BAR_COUNT] = {
    [CLOSING_ALLOWED] = "",
    [CLOSING_BAR_CLOSED] = "it is closed already",
    [CLOSING_BAR_UDP] = "UDP has no connection that could be closed",
    [CLOSING_BAR_LISTENER] = "it is a listener, nobody is connected to it",
    [CLOSING_BAR_OPENING] = "it is not established yet",
    [CLOSING_BAR_ENDING] = "it is ending by itself",
    [CLOSING_BAR_STALE] = "the table of connections can't be read at the moment",
    [CLOSING_BAR_IPV6] = "this system has no call that closes IPv6 connections",
    [CLOSING_BAR_RIGHTS] = "only an administrator may close connections",
};

static enum closing_bar bar_of_state(uint8_t state)
{
    switch (state) {
    case TCP_ESTABLISHED:
        return CLOSING_ALLOWED;
    case TCP_LISTEN:
        return CLOSING_BAR_LISTENER;
    case TCP_SYN_SENT:
    case TCP_SYN_RECEIVED:
        return CLOSING_BAR_OPENING;
    case TCP_NONE:
    case TCP_CLOSED:
        return CLOSING_BAR_CLOSED;
    default:
        return CLOSING_BAR_ENDING;
    }
}

enum closing_bar closing_bar_of(const struct connection_row *row, const struct closing_means *means)
{
    enum closing_bar bar = CLOSING_ALLOWED;

    if (row->seen.transport != TRANSPORT_TCP)
        bar = CLOSING_BAR_UDP;
    else if (row->closed)
        bar = CLOSING_BAR_CLOSED;
    else
        bar = bar_of_state(row->seen.state);
    if (bar)
        return bar;
    if (row->stale)
        return CLOSING_BAR_STALE;
    if (row->seen.ipv6_table && !means->ipv6)
        return CLOSING_BAR_IPV6;
    return means->elevated ? CLOSING_ALLOWED : CLOSING_BAR_RIGHTS;
}

const char *closing_bar_phrase(enum closing_bar bar)
{
    return (unsigned)bar < CLOSING_BAR_COUNT ? bars[bar] : "";
}

bool closing_worked(enum closing_outcome outcome)
{
    return outcome == CLOSING_GONE || outcome == CLOSING_ALREADY || outcome == CLOSING_STATE;
}

static void add_still_there(struct buffer *out, uint8_t state)
{
    buffer_add_string(out, "still there, ");
    buffer_add_string(out, tcp_state_name(state));
}

/* " (SetTcpEntry: error 317)" where a call failed. */
static void add_call(struct buffer *out, const struct failure *failure)
{
    if (!failure->call)
        return;
    buffer_add_string(out, " (");
    buffer_add_string(out, failure->call);
    buffer_add_string(out, ": error ");
    buffer_add_unsigned(out, failure->code);
    buffer_add_byte(out, ')');
}

void closing_add(struct buffer *out, const struct closing_result *result)
{
    switch (result->outcome) {
    case CLOSING_GONE:
        buffer_add_string(out, "gone from the table");
        break;
    case CLOSING_ALREADY:
        buffer_add_string(out, "was gone before it was to be closed");
        break;
    case CLOSING_STATE:
        buffer_add_string(out, "closing, now ");
        buffer_add_string(out, tcp_state_name(result->state));
        break;
    case CLOSING_STANDS:
        add_still_there(out, result->state);
        buffer_add_string(out, ", though the system said it was closed");
        break;
    case CLOSING_DENIED:
        add_still_there(out, result->state);
        buffer_add_string(out, ": access denied");
        add_call(out, &result->failure);
        break;
    case CLOSING_UNSUPPORTED:
        add_still_there(out, result->state);
        buffer_add_string(out, ": not supported by this system");
        add_call(out, &result->failure);
        break;
    case CLOSING_REFUSED:
        add_still_there(out, result->state);
        buffer_add_string(out, ": refused by the system");
        add_call(out, &result->failure);
        break;
    case CLOSING_UNSEEN:
        buffer_add_string(out, "what became of it could not be read: ");
        buffer_add_string(out, status_phrase(result->failure.status));
        add_call(out, &result->failure);
        break;
    default:
        buffer_add_string(out, "cancelled, still ");
        buffer_add_string(out, tcp_state_name(result->state));
        buffer_add_string(out, " when last seen");
        break;
    }
}

static bool same_end(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && a->scope == b->scope && address_equal(&a->address, &b->address);
}

static bool same_connection(const struct connection_seen *a, const struct connection_seen *b)
{
    return a->transport == b->transport && a->ipv6_table == b->ipv6_table &&
           a->has_remote == b->has_remote && same_end(&a->local, &b->local) &&
           same_end(&a->remote, &b->remote) && (!a->pid || !b->pid || a->pid == b->pid) &&
           (!a->created || !b->created || a->created == b->created);
}

const struct connection_seen *closing_find(const struct connection_seen *wanted,
                                           const struct connection_seen *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (same_connection(wanted, &rows[i]))
            return &rows[i];
    return NULL;
}
