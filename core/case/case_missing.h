/* case_missing: whole things of a case that are not there any more, known by what others of it say.
 * case.json knows of each opening how long journal.jsonl and hits.jsonl were at its end, and
 * whether a manifest was written; the journal knows the samples, dumps and bundles; samples and
 * bundles are not made without a line in the journal. What the manifest names is compared with it,
 * not here. What nothing else tells of is taken as never there: a new case has no journal and no
 * manifest, and one of an older version knows less. Portable: what it needs of the disk comes in as
 * the table of manifest.h. */
#ifndef STAKEOUT_CASE_CASE_MISSING_H
#define STAKEOUT_CASE_CASE_MISSING_H

#include "core/case/case_record.h"
#include "core/case/journal.h"
#include "core/case/manifest.h"

struct case_seen {
    const struct case_record *record; /* NULL: case.json is not there, or can't be read */
    struct text journal;              /* content of journal.jsonl; empty also where it is missing */
    const struct manifest_disk *disk; /* walk alone */
    const struct journal_hash *hash;
    bool (*is_named)(void *context, struct text path); /* in a manifest that is there */
    void *context;                                     /* of is_named */
    struct arena *arena;
};

/* A file of the case, by its path in it, and what is to be said of it, in English. Borrowed. */
typedef void case_missing_tell(void *context, struct text name, struct text what);

/* Tells of each thing, in the order case.json, hits, journal, manifest, the rest. On failure
 * *failure (may be NULL) says how. */
enum status case_missing_find(const struct case_seen *seen, case_missing_tell *tell, void *context,
                              struct failure *failure);

#endif
