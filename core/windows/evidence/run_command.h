/* run_command: runs a console program unseen and takes what it prints.
 * It gets no window, no input, one pipe for its output and its errors, and no other handle of this
 * program. It and what it starts end with this call: by themselves, after the time, over the
 * ceiling, or at a cancel. Only absolute paths of .exe files are taken. Inside core/windows and its
 * tests only; any thread. */
#ifndef STAKEOUT_WINDOWS_RUN_COMMAND_H
#define STAKEOUT_WINDOWS_RUN_COMMAND_H

#include "core/base/buffer.h"
#include "core/base/progress.h"

struct run_order {
    struct text program; /* full path */
    struct text line;    /* the whole command line, with the program in it */
    uint32_t ms;         /* that it may take */
    uint64_t most;       /* bytes that it may print */
    /* Takes what was printed; anything but ST_OK ends it. */
    enum status (*take)(void *context, struct text bytes);
    void *context;
    struct progress *progress; /* may be NULL; only its cancel is heard */
};

struct run_result {
    uint32_t pid;
    uint32_t exit_code; /* of one that ended by itself */
    bool ended;         /* by itself */
    bool too_long;      /* it was ended after the time */
    bool too_much;      /* it was ended over the ceiling */
};

/* ST_OK: it ran, and *result says how it ended. What `take` returned, ST_CANCELLED. failure: the
 * call that did not work. */
enum status run_command(const struct run_order *order, struct run_result *result,
                        struct failure *failure);

#endif
