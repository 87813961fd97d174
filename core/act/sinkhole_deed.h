/* sinkhole_deed: domains pinned in the hosts file, or taken out of it, with all that belongs to it.
 * In this order: read the file and hold it against other Stakeouts, journal, save it into the case,
 * write it, look whether it is so, flush the system's cache of names, ask the system for each name,
 * look again for some seconds (security software puts hosts files back), journal.
 * How it is done comes in as a table (windows/act/live_sinkhole.h). Portable; blocks for as long as
 * the table's functions do, so the window calls it on a worker. One thread at a time for one table.
 */
#ifndef STAKEOUT_ACT_SINKHOLE_DEED_H
#define STAKEOUT_ACT_SINKHOLE_DEED_H

#include <stdatomic.h>

#include "core/act/deed.h"
#include "core/watch/sinkhole.h"

#define SINKHOLE_FILE_MOST ((size_t)64 << 20) /* bytes of a hosts file */
#define SINKHOLE_LOOK_MS 250                  /* between two looks afterwards */

struct sinkhole_means {
    /* Reads the file, and keeps other Stakeouts from changing it until `close`, which is called
     * after each open that succeeded. A missing file is an empty one. ST_BUSY: another is at it. */
    enum status (*open)(void *context, struct failure *failure);
    void (*close)(void *context);
    struct text (*path)(void *context); /* of the file, also before it was opened */
    struct text (*content)(void *context);
    /* ST_STALE: others changed it since it was read. On failure it is as it was. */
    enum status (*write)(void *context, struct text content, struct failure *failure);
    /* Whether it still holds what was written; ST_STALE: something else. */
    enum status (*verify)(void *context);
    /* Saves the content into the case and appends the new file's path. */
    enum status (*backup)(void *context, struct text content, struct buffer *path,
                          struct failure *failure);
    /* Makes new look-ups see the file; NULL: it is not the system's file, and nobody looks into
     * it. */
    enum status (*flush)(void *context);
    /* Asks the system, off the wire: *same says whether it answers with this address. */
    enum status (*resolve)(void *context, struct text domain, const struct address *address,
                           bool *same);
    /* What the machine answers to; texts lie in the arena. */
    struct sinkhole_machine (*machine)(void *context, struct arena *arena);
    /* False: nobody waits any more. */
    bool (*wait)(void *context, uint32_t ms);
    void *context; /* borrowed */
};

enum sinkhole_kind {
    SINKHOLE_SET,    /* the wishes, by sinkhole_change */
    SINKHOLE_RESTORE /* the file without the block */
};

enum sinkhole_stage { SINKHOLE_READING, SINKHOLE_WRITING, SINKHOLE_WATCHING };

struct sinkhole_order {
    enum sinkhole_kind kind;
    struct sinkhole_wish *wishes; /* answered; of a restore too, may then be none */
    size_t count;
    bool whole;         /* one wish that can't be had, and nothing is changed */
    bool convert;       /* a file of UTF-16 becomes UTF-8 first */
    const char *action; /* in the journal: "sinkhole-add"; a literal */
    uint32_t settle_ms; /* how long the file is looked at afterwards */
    atomic_int *stage;  /* enum sinkhole_stage, for whoever looks on; may be NULL */
};

enum sinkhole_outcome {
    SINKHOLE_DONE,      /* written, and still so after some seconds */
    SINKHOLE_NOTHING,   /* it was so already */
    SINKHOLE_REFUSED,   /* the file can't be changed (why), or a wish not be had (SINKHOLE_FINE) */
    SINKHOLE_NOT_READ,  /* failure; ST_BUSY: another Stakeout changes it */
    SINKHOLE_NOT_NOTED, /* the journal can't be written; failure. Nothing was done */
    SINKHOLE_NOT_SAVED, /* the backup can't; failure. Nothing was done */
    SINKHOLE_NOT_CHANGED, /* failure; ST_STALE: others changed it in between. It is as it was */
    SINKHOLE_PUT_BACK,    /* written, and then changed by somebody else */
    SINKHOLE_OUTCOMES
};

struct sinkhole_result {
    enum sinkhole_outcome outcome;
    enum sinkhole_why why;
    struct failure failure;
    enum status flushed;  /* of the system's cache */
    size_t changed;       /* wishes that were pinned or taken out */
    uint32_t put_back_ms; /* SINKHOLE_PUT_BACK: how long after the writing it was noticed */
    struct buffer backup; /* path; empty: none */
    struct buffer words;  /* what came of it, one line of English without the wishes */
};

/* Texts of the answers lie in the arena. log may be NULL only in tests. Fills *result whatever
 * comes of it. Owned: sinkhole_result_done. */
void sinkhole_do(const struct sinkhole_means *means, const struct act_log *log,
                 const struct sinkhole_order *order, struct arena *arena,
                 struct sinkhole_result *result);
void sinkhole_result_done(struct sinkhole_result *result);

#endif
