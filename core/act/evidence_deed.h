/* evidence_deed: one thing taken from a suspect, or cut off: a dump of its memory, a copy of a file
 * of its, the end of a connection.
 * In this order: journal, act, look whether it is so, journal. Nothing is done that could not be
 * written down first, and what counts is what is seen afterwards, not what the system said.
 * How it is done comes in as a table (windows/evidence/live_evidence.h). Portable; blocks for as
 * long as the table's functions do, so the window calls it on a worker. One thread at a time for
 * one table. */
#ifndef STAKEOUT_ACT_EVIDENCE_DEED_H
#define STAKEOUT_ACT_EVIDENCE_DEED_H

#include "core/act/closing.h"
#include "core/act/deed.h"
#include "core/act/disk_room.h"
#include "core/base/progress.h"

#define EVIDENCE_DIGEST 32 /* bytes of a SHA-256 */

enum evidence_kind { EVIDENCE_DUMP, EVIDENCE_SAMPLE, EVIDENCE_CLOSE, EVIDENCE_KINDS };

/* "dump", "sample", "close", as the command line and the journal name it; static. */
const char *evidence_kind_name(enum evidence_kind kind);

/* What is to be done. All is borrowed. */
struct evidence_order {
    enum evidence_kind kind;
    struct deed_target target; /* of a dump; whose file or connection it is; pid 0: nobody's */
    struct text name;          /* of the process, for the dump's name */
    bool is_full;              /* EVIDENCE_DUMP: all memory, not only threads and modules */
    struct text path;          /* EVIDENCE_SAMPLE: of the file */
    bool is_module;            /* EVIDENCE_SAMPLE: else it is the image */
    const struct connection_seen *connection; /* EVIDENCE_CLOSE */
};

/* What a dump or a copy came to. */
struct evidence_piece {
    uint64_t size;
    unsigned char sha256[EVIDENCE_DIGEST];
    bool was_stored;    /* a copy of the same contents was there already */
    bool by_backup;     /* read past its access list, with the backup privilege */
    bool times_changed; /* what the file system tells of the source is not as it was */
};

/* How it is done. dump and sample append the new file's path, and on failure one line to *problem.
 * A failed one has left nothing behind, unless there is a path. */
struct evidence_means {
    enum status (*dump)(void *context, const struct evidence_order *order,
                        struct progress *progress, struct evidence_piece *piece,
                        struct buffer *path, struct buffer *problem);
    enum status (*sample)(void *context, const struct evidence_order *order,
                          struct progress *progress, struct evidence_piece *piece,
                          struct buffer *path, struct buffer *problem);
    void (*close)(void *context, const struct connection_seen *connection,
                  const struct progress *progress, struct closing_result *result);
    /* How large the file is now; ST_NOT_FOUND: there is none. */
    enum status (*look)(void *context, struct text path, uint64_t *size);
    /* Whether it belongs to Windows: nobody collects those. */
    bool (*is_system_file)(void *context, struct text path);
    /* About how large dumps of this process would become, in bytes. */
    enum status (*estimate)(void *context, struct process_key key, uint64_t *small, uint64_t *full);
    /* What there is room for where the files go. */
    enum status (*room)(void *context, struct disk_room *room);
    void *context; /* borrowed */
};

enum evidence_outcome {
    EVIDENCE_DONE,       /* and seen to be so */
    EVIDENCE_FAILED,     /* status and words say why */
    EVIDENCE_LIED,       /* the system said yes, and nothing is to be seen of it */
    EVIDENCE_UNSEEN,     /* whether it is so cannot be read here */
    EVIDENCE_NOT_WRITTEN /* the journal could not be written: nothing was done */
};

struct evidence_result {
    enum evidence_outcome outcome;
    enum status status; /* of what failed */
    struct evidence_piece piece;
    struct closing_result closing; /* EVIDENCE_CLOSE */
    bool end_unwritten;  /* it is done, and the journal could not be told what came of it */
    struct buffer path;  /* of the dump or the copy; empty: there is none */
    struct buffer words; /* what came of it, one line of English */
};

/* log may be NULL only in tests. progress (may be NULL) counts bytes. Fills *result whatever comes
 * of it. Owned: evidence_result_done. */
void evidence_do(const struct evidence_means *means, const struct act_log *log,
                 const struct evidence_order *order, struct progress *progress,
                 struct evidence_result *result);
void evidence_result_done(struct evidence_result *result);

/* The members that tell of it, without braces, as the journal has them; result: NULL before it is
 * done. */
void evidence_add_members(struct buffer *members, const struct evidence_order *order,
                          const struct evidence_result *result);
/* "success", "failure" or "unknown" (ECS event.outcome); static. */
const char *evidence_outcome_word(enum evidence_outcome outcome);
/* 64 digits. */
void evidence_add_sha256(struct buffer *out, const struct evidence_piece *piece);

struct evidence_tally {
    size_t copied;
    size_t known;  /* the same contents were stored before */
    size_t system; /* passed over: they belong to Windows */
    size_t failed;
};

/* Copies modules by their full paths; order->path and is_module are not looked at. Those of Windows
 * are passed over. What fails does not stop it: a line for each is appended to *problems, with a
 * line end; only a cancel, or a journal that can't be written (ST_CANCELLED, or that write's
 * status), does. progress starts anew with each. */
enum status evidence_sample_modules(const struct evidence_means *means, const struct act_log *log,
                                    const struct evidence_order *order, const struct text *modules,
                                    size_t count, struct progress *progress,
                                    struct evidence_tally *tally, struct buffer *problems);

#endif
