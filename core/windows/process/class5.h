/* class5: what NtQuerySystemInformation says of all processes and their threads in one call.
 * The buffer grows with the machine and is kept for the next time. In the caller's storage; one
 * thread at a time. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_CLASS5_H
#define STAKEOUT_WINDOWS_CLASS5_H

#include "core/base/status.h"
#include "core/windows/nt.h"
#include "core/windows/system.h"

#include <stdbool.h>

struct class5 {
    const struct system_table *system;
    unsigned char *raw; /* owned */
    size_t capacity;
    size_t size; /* what of it was filled */
};

/* A record of the answer. Copied out of it: Wine puts records at odd places. What it points to is
 * borrowed until the next fetch, and not aligned. */
struct class5_record {
    struct nt_process head;
    const unsigned char *threads;
    const unsigned char *name;
    size_t name_length; /* in UTF-16 units */
};

void class5_init(struct class5 *answer, const struct system_table *system);
void class5_done(struct class5 *answer);

/* Asks anew. ST_UNSUPPORTED where the call is missing; ST_STALE when the machine grows faster than
 * the buffer; ST_TOO_LARGE. */
enum status class5_fetch(struct class5 *answer);
/* The record at an offset, checked to lie inside; false where the answer makes no sense. The next
 * one is head.next bytes behind it; 0: there is none. */
bool class5_record(const struct class5 *answer, size_t at, struct class5_record *record);
/* The record of a PID; false: there is none. */
bool class5_find(const struct class5 *answer, uint32_t pid, struct class5_record *record);
/* Thread number i of head.threads. */
struct nt_thread class5_thread(const struct class5_record *record, size_t i);

#endif
