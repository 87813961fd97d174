/* scripted_sinkhole: a hosts file in memory, a system that resolves it, and others who get in
 * between, for tests of act/sinkhole_deed and of the window above it. Each step is written down.
 * Its numbers may be set before a run and read after it. */
#ifndef STAKEOUT_TESTS_SCRIPTED_SINKHOLE_H
#define STAKEOUT_TESTS_SCRIPTED_SINKHOLE_H

#include "core/act/sinkhole_deed.h"

struct scripted_sinkhole {
    struct text file;      /* the hosts file as it is */
    struct buffer kept[2]; /* what was written: this time, and before */
    unsigned written;
    struct buffer saved;
    char steps[1024];   /* "open before backup … close " */
    char members[1024]; /* of the last line of the journal */
    int open;
    unsigned backups;
    unsigned looks; /* since the writing */
    /* What happens. */
    enum status open_status;
    enum status write_status;
    enum status backup_status;
    enum status log_status;
    unsigned put_back_after;   /* the n-th look finds another file; 0: none does */
    const char *answers_other; /* a domain that still has another address */
    const char *answers_nothing;
    bool no_flush; /* it is not the system's file */
    bool stop_waiting;
    bool (*waits)(void *context); /* called at each wait; may be NULL */
    void *context;
};

void scripted_sinkhole_begin(struct scripted_sinkhole *made, const char *file);
void scripted_sinkhole_end(struct scripted_sinkhole *made);
/* Forgets the steps. */
void scripted_sinkhole_forget(struct scripted_sinkhole *made);
struct sinkhole_means scripted_sinkhole_means(struct scripted_sinkhole *made);
struct act_log scripted_sinkhole_log(struct scripted_sinkhole *made);

#endif
