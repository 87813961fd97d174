/* alert_log: a struct alert_system that shows nothing and counts what it was asked for. One for
 * the whole program; its numbers may be read at any time, its words while the window's thread is
 * known to be elsewhere (after rig_call). */
#ifndef STAKEOUT_TESTS_ALERT_LOG_H
#define STAKEOUT_TESTS_ALERT_LOG_H

#include <stdatomic.h>
#include <stdbool.h>

#include "gui/alert_system.h"

struct alert_log {
    atomic_bool no_icon; /* the system takes none */
    atomic_int added;
    atomic_int deleted;
    atomic_int told; /* notifications */
    atomic_int flashes;
    atomic_int sounds;
    wchar_t title[64]; /* of the last notification */
    wchar_t words[256];
};

extern struct alert_log alert_log;
extern const struct alert_system alert_log_system;

void alert_log_clear(void);

#endif
