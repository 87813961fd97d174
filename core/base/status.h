/* status: the one error type of the engine.
 * 0 is success. A function that returns anything else has left its outputs untouched, unless its
 * header says otherwise. System codes are translated once, at the edge (core/windows), where the
 * details (which call, which code) can be kept in a struct failure for the text that people read.
 */
#ifndef STAKEOUT_BASE_STATUS_H
#define STAKEOUT_BASE_STATUS_H

#include <stdint.h>

enum status {
    ST_OK = 0,
    ST_NO_MEMORY,
    ST_INVALID,     /* the input is malformed, or the caller broke the contract */
    ST_NOT_FOUND,   /* no such file, process, row */
    ST_GONE,        /* it was there and has ended meanwhile */
    ST_DENIED,      /* the system refuses for want of rights */
    ST_PROTECTED,   /* the system refuses whatever the rights: a protected process */
    ST_UNSUPPORTED, /* this system does not have the call, or the class of information */
    ST_TOO_LARGE,   /* over a stated ceiling */
    ST_STALE,       /* the question could not be answered now; the previous answer still stands */
    ST_TOO_SLOW,    /* a pattern hit its match, depth or heap limit */
    ST_CANCELLED,
    ST_BUSY,      /* used by somebody else at the moment */
    ST_DISK_FULL, /* nothing more can be written there */
    ST_IO,        /* reading or writing failed otherwise */
    ST_SYSTEM,    /* any other refusal of the system; see struct failure */
    ST_COUNT
};

/* What a failure leaves for the reader: call is a literal such as "OpenProcess", code the system's
 * own number (Win32 error or NTSTATUS), 0 when there is none. */
struct failure {
    enum status status;
    const char *call;
    uint32_t code;
};

/* A short English phrase in lower case ("access denied"), never NULL; static storage. */
const char *status_phrase(enum status status);

#endif
