/* bundle: the evidence of a machine, collected into a case, part by part.
 * What there is to collect is a table of parts in the order in which it vanishes (RFC 3227): the
 * collector goes through it once. A part writes rows (JSON Lines) or bytes through struct
 * bundle_out (bundle_out.h), into files of its own below the case's folder "evidence". A case that
 * has one already gets "evidence-2" and so on: nothing is ever overwritten.
 * parts.jsonl in that folder tells of each part, one object a line, on the disk as soon as the part
 * is over: what it is, how it was had, from when to when, how many rows, what was lost, and what it
 * came to; what could not be had stands there with its reason, as does what only a kernel driver or
 * a switched-off machine would give. The journal has a line before and one after.
 * Portable: files, clock and journal come in as tables. Blocks for as long as the parts do: on a
 * worker. One thread. */
#ifndef STAKEOUT_EVIDENCE_BUNDLE_H
#define STAKEOUT_EVIDENCE_BUNDLE_H

#include "core/act/deed.h"
#include "core/base/progress.h"

struct bundle_out;

enum bundle_kind {
    BUNDLE_ROWS,  /* one file NAME.jsonl */
    BUNDLE_FILE,  /* one file NAME + extension, its bytes as they are */
    BUNDLE_FILES, /* a folder NAME of files that the part names itself */
    BUNDLE_NEVER  /* not to be had by this program: `source` says what to use instead */
};

struct bundle_part {
    const char *name;   /* "processes": typed behind --only, stem of its file; a literal */
    const char *source; /* the system calls, or the place, that it is had from; a literal */
    enum bundle_kind kind;
    const char *extension; /* BUNDLE_FILE: ".txt" or empty */
    /* Writes it all. ST_OK, also where some was lost and that was told (bundle_lost). What else it
     * returns is the reason why there is no more than was written; bundle_fail or bundle_because
     * before that gives it words. NULL for BUNDLE_NEVER. */
    enum status (*collect)(void *context, struct bundle_out *out);
    /* Not NULL: it is collected only when it was asked for by name, for this reason. */
    const char *only_asked;
};

/* Where it goes. Paths are relative to the case's folder, with forward slashes. */
struct bundle_files {
    /* Makes the folder and those above it; ST_OK when it was there. */
    enum status (*make_folder)(void *context, struct text path, struct failure *failure);
    /* A new file; ST_BUSY: there is one of that name. */
    enum status (*create)(void *context, struct text path, void **file, struct failure *failure);
    /* Appends all of it. */
    enum status (*write)(void *context, void *file, struct text bytes, struct failure *failure);
    /* What was written is on the disk when it returns. */
    enum status (*flush)(void *context, void *file, struct failure *failure);
    void (*close)(void *context, void *file);
    void (*remove)(void *context, struct text path);
    /* Appends the full path, as the system's own calls want it. */
    enum status (*add_full_path)(void *context, struct text path, struct buffer *out);
    void *context; /* borrowed */
};

enum bundle_outcome {
    BUNDLE_COMPLETE,
    BUNDLE_PARTIAL,     /* there is something, and the reason says what is missing */
    BUNDLE_UNAVAILABLE, /* there is nothing, and the reason says why */
    BUNDLE_CANCELLED,   /* what was had by then is there */
    BUNDLE_OUTCOMES
};

/* What a part came to. Texts are borrowed for the call that hands it out. */
struct bundle_result {
    const struct bundle_part *part;
    struct text file; /* relative to the case; empty: there is none */
    moment started;   /* 0: it was not tried */
    moment ended;
    uint64_t rows;  /* BUNDLE_FILES: files */
    uint64_t bytes; /* that this program wrote; of what the system wrote it counts files alone */
    uint64_t lost;  /* rows or files that are missing, as far as they could be counted */
    enum bundle_outcome outcome;
    struct text reason; /* empty when complete */
};

struct bundle_order {
    const struct bundle_part *parts; /* in the order of volatility */
    size_t count;
    void *context;           /* handed to each part */
    const struct text *only; /* names of parts; bundle_find knows them all */
    size_t only_count;       /* 0: all but those that have to be asked for */
    const struct bundle_files *files;
    const struct act_log *log; /* NULL only in tests */
    struct clock clock;
    struct progress *progress; /* may be NULL; counts what the part at work counts */
    /* Both may be NULL. Called on this thread. at: from 0 among so many that are tried. */
    void (*began)(void *told, const struct bundle_part *part, size_t at, size_t of);
    void (*ended)(void *told, const struct bundle_result *result);
    void *told; /* borrowed */
};

struct bundle_tally {
    size_t parts[BUNDLE_OUTCOMES];
    struct buffer folder; /* "evidence-2" */
    bool end_unwritten;   /* it is done, and the journal could not be told what came of it */
};

/* NULL: there is none of that name. */
const struct bundle_part *bundle_find(const struct bundle_part *parts, size_t count,
                                      struct text name);

/* Collects. What fails stands in the list of parts and does not stop it; a cancel does, and those
 * that come after are listed as cancelled. ST_CANCELLED then; anything else that is not ST_OK:
 * nothing was begun (the journal, the folder or the list could not be written), or the list could
 * not be written to its end. failure may be NULL. *tally is filled in any case. Owned:
 * bundle_tally_done. */
enum status bundle_collect(const struct bundle_order *order, struct bundle_tally *tally,
                           struct failure *failure);
void bundle_tally_done(struct bundle_tally *tally);

/* "complete", "partial", "unavailable", "cancelled"; static. */
const char *bundle_outcome_word(enum bundle_outcome outcome);
/* One line of the list, without a line end. */
void bundle_add_result(struct buffer *out, const struct bundle_result *result);

#endif
