/* bundle_parts: what there is to collect of a Windows machine, as the collector's table
 * (evidence/bundle.h), most volatile first. A new part is a function and one line of the table.
 * Each part says for itself what this system does not tell. One thread. */
#ifndef STAKEOUT_WINDOWS_BUNDLE_PARTS_H
#define STAKEOUT_WINDOWS_BUNDLE_PARTS_H

#include "core/evidence/bundle.h"
#include "core/evidence/flagged.h"
#include "core/evidence/rule.h"

struct bundle_calls; /* windows/evidence/bundle_calls.h */
struct disk_calls;   /* windows/evidence/disk_calls.h */
struct registry_calls;

/* What the parts ask and are told: the context of the whole table. Filled by the caller, who owns
 * what it points to. */
struct bundle_machine {
    /* The machine as it is: one look, or what a window has watched so far. NULL: it could not be
     * had, and look_failed says why. */
    const struct snapshot *snapshot;
    enum status look_failed;
    struct flagged flagged;           /* rows of the snapshot that are looked at more closely */
    const struct bundle_calls *calls; /* NULL: the real ones */
    struct text case_folder;
    const struct rule *rules;  /* that the user gave, or NULL */
    bool run_commands;         /* those that rules name may be run */
    const struct act_log *log; /* where it is written down before one is run */
    /* Only tests fill these two in; NULL: the system's own. */
    const struct disk_calls *disk;
    const struct registry_calls *registry;
};

/* Static storage. */
const struct bundle_part *bundle_parts_of_system(size_t *count);

#endif
