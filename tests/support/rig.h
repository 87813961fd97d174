/* rig: a made-up machine with a history beside it, as most tests of the model begin.
 * What fails for another reason than the test's own aborts with a line on stderr. One thread. */
#ifndef STAKEOUT_TESTS_RIG_H
#define STAKEOUT_TESTS_RIG_H

#include "core/model/snapshot.h"
#include "tests/support/scripted_source.h"

struct rig {
    struct scripted_source *machine;
    struct history *history;
};

/* NULL limits: the defaults. */
struct rig rig_new(const struct history_limits *limits);
void rig_free(struct rig *rig);

/* One listing, one table, or both in this order, at the machine's time; status is the history's. */
enum status rig_list(struct rig *rig);
enum status rig_connect(struct rig *rig);
/* Both, which must succeed, after forgetting the changes and letting the time pass. */
void rig_look(struct rig *rig, int64_t later);
/* Asks the machine for one process and adopts it; must succeed. */
void rig_adopt(struct rig *rig, uint32_t pid);

/* The rows of the newest process with that PID, and of the newest connection with that local port;
 * NULL when there is none. */
struct process_row *rig_process(struct rig *rig, uint32_t pid);
struct connection_row *rig_connection(struct rig *rig, uint16_t local_port);
/* How many changes of that kind are noted. */
size_t rig_changes(struct rig *rig, enum change_kind kind);

/* Walks through everything and aborts where the history contradicts itself: counts, ids, parents
 * (links, kinds, no circle), owners and numbers of connections. */
void rig_check(struct rig *rig);

#endif
