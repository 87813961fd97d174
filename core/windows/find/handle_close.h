/* handle_close: closes a handle in another process.
 * That process goes on believing that it has it: it may fail, crash, or write into whatever gets
 * the number next. So it is asked for last, by somebody who was warned. In this order: look whether
 * the number still is the same object, journal, close, look whether it is gone, journal. Nothing is
 * done that could not be written down first. Blocks as a search of one process does: not on the
 * window's thread. Any thread. */
#ifndef STAKEOUT_WINDOWS_HANDLE_CLOSE_H
#define STAKEOUT_WINDOWS_HANDLE_CLOSE_H

#include "core/act/deed.h"
#include "core/find/handle_row.h"
#include "core/windows/system.h"

enum handle_closed {
    HANDLE_CLOSED,            /* and seen to be so */
    HANDLE_CLOSED_BEFORE,     /* it was not open any more: nothing was done */
    HANDLE_CLOSED_OTHER,      /* the number is another object by now: nothing was done */
    HANDLE_CLOSE_STANDS,      /* the system said yes, and it is open still */
    HANDLE_CLOSE_UNSEEN,      /* the system said yes; whether it is so can't be read */
    HANDLE_CLOSE_REFUSED,     /* failure says how; nothing was done */
    HANDLE_CLOSE_NOT_WRITTEN, /* the journal could not be written: nothing was done */
    HANDLE_CLOSE_OUTCOMES
};

struct handle_close_result {
    enum handle_closed outcome;
    struct failure failure;
};

/* row: as the search told of it. ST_UNSUPPORTED in *failure: its name is not known, so that nobody
 * can say what would be closed; ST_INVALID: it is one of this program's. system: NULL for the real
 * calls. log may be NULL only in tests. */
void handle_close(const struct system_table *system, const struct act_log *log,
                  const struct handle_row *row, struct handle_close_result *result);

/* "closed", "it is another object by now"; static storage. */
const char *handle_close_phrase(enum handle_closed outcome);

#endif
