/* case_sample: a small machine for tests of what is written down: explorer > cmd > node, a service
 * host that tells little, a connection that is watched, a listener, a UDP socket, a closing row
 * without an owner. All of it is static; nothing is freed. */
#ifndef STAKEOUT_TEST_CASE_SAMPLE_H
#define STAKEOUT_TEST_CASE_SAMPLE_H

#include "core/model/snapshot.h"
#include "core/watch/hit.h"

enum sample_process { SAMPLE_EXPLORER, SAMPLE_CMD, SAMPLE_NODE, SAMPLE_SERVICE, SAMPLE_PROCESSES };

enum sample_connection {
    SAMPLE_WATCHED,
    SAMPLE_LISTENER,
    SAMPLE_UDP,
    SAMPLE_CLOSING,
    SAMPLE_CONNECTIONS
};

/* 2026-11-25T02:43:29.1230000Z */
#define SAMPLE_NOW (INT64_C(134400482091230000))

/* Rows may be changed before they are used; call again for a fresh one. */
struct snapshot *sample_snapshot(void);
struct process_row *sample_process_row(enum sample_process which);
struct connection_row *sample_connection_row(enum sample_connection which);
struct process_facts *sample_facts(enum sample_process which);
/* node's watched connection, with cmd and explorer as its ancestors. */
struct hit *sample_hit(void);

#endif
