/* closing: may a connection be closed from outside, and what came of trying.
 * The system closes established TCP connections only, and says "done" without having done it, or
 * hides a refusal behind an odd code: so what counts is what its table shows afterwards
 * (core/windows/closing does that). Nothing here keeps the program from connecting again. Pure; any
 * thread. */
#ifndef STAKEOUT_ACT_CLOSING_H
#define STAKEOUT_ACT_CLOSING_H

#include "core/model/history.h"

/* What this system and this user can do (core/windows/closing tells). */
struct closing_means {
    bool ipv6;     /* rows of the IPv6 table too, IPv4-mapped ones among them */
    bool elevated; /* the system lets administrators only */
};

/* Why a connection can't be closed. */
enum closing_bar {
    CLOSING_ALLOWED,
    CLOSING_BAR_CLOSED,   /* it is closed: the row is history */
    CLOSING_BAR_UDP,      /* there is no connection behind a UDP endpoint */
    CLOSING_BAR_LISTENER, /* nobody is connected to it */
    CLOSING_BAR_OPENING,  /* SYN_SENT, SYN_RECEIVED */
    CLOSING_BAR_ENDING,   /* CLOSE_WAIT up to TIME_WAIT: it is on its way out */
    CLOSING_BAR_STALE,    /* the table could not be read: whether it still stands is unknown */
    CLOSING_BAR_IPV6,     /* this system has no call for it */
    CLOSING_BAR_RIGHTS,   /* the program does not run as administrator */
    CLOSING_BAR_COUNT
};

enum closing_bar closing_bar_of(const struct connection_row *row,
                                const struct closing_means *means);
/* Why, as a clause of English ("it is a listener"); "" for CLOSING_ALLOWED. Static storage. */
const char *closing_bar_phrase(enum closing_bar bar);

/* What was seen after trying. */
enum closing_outcome {
    CLOSING_GONE,        /* it is no longer in the table */
    CLOSING_ALREADY,     /* it was not in the table any more before anything was tried */
    CLOSING_STATE,       /* it left ESTABLISHED; the state is told */
    CLOSING_STANDS,      /* the system said that it closed it, and there it still is */
    CLOSING_DENIED,      /* it stands: the system wants more rights */
    CLOSING_UNSUPPORTED, /* it stands: this system has no call for it */
    CLOSING_REFUSED,     /* it stands: the call failed otherwise; the failure says how */
    CLOSING_UNSEEN,      /* the table could not be read again: nobody knows */
    CLOSING_CANCELLED,   /* it stands: nobody waited until it was tried, or for what came of it */
    CLOSING_OUTCOMES
};

struct closing_result {
    enum closing_outcome outcome;
    uint8_t state;          /* enum tcp_state as last seen; TCP_NONE when it was not in the table */
    struct failure failure; /* of the last call that failed; status ST_OK: none did */
};

/* Whether that is an end of the connection, as far as anybody can see. */
bool closing_worked(enum closing_outcome outcome);
/* One sentence of English without a full stop: "gone from the table", "still there, ESTABLISHED,
 * though the system said it was closed". */
void closing_add(struct buffer *out, const struct closing_result *result);

/* The row of the same connection in a newly read table, or NULL. Both ends and the table must be
 * the same; where both owners, or both times of bind, are known they must be too, since the same
 * two ends can be connected anew. */
const struct connection_seen *closing_find(const struct connection_seen *wanted,
                                           const struct connection_seen *rows, size_t count);

#endif
