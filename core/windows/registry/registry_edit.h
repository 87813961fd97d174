/* registry_edit: keys and values as a .reg file, and the removal of one value or key.
 * In this order: read it all, write it as a .reg file into the case, journal, delete, look whether
 * it is gone, journal. Nothing is deleted of which a part could not be read, or whose backup or
 * journal line could not be written. Links are deleted, not followed. A hive ("HKLM\SOFTWARE") is
 * never deleted. A .reg file holds neither access lists nor class names. Blocks; any thread. Inside
 * core/windows, core/cli and tests. */
#ifndef STAKEOUT_WINDOWS_REGISTRY_EDIT_H
#define STAKEOUT_WINDOWS_REGISTRY_EDIT_H

#include "core/act/deed.h"
#include "core/base/progress.h"

#define REGISTRY_BACKUP_MOST ((size_t)256 << 20) /* bytes of a .reg file in UTF-8 */

struct registry_calls;

struct registry_target {
    struct text key; /* "HKLM\…", as a search tells it */
    bool only_value; /* else the key with all that is below it */
    struct text value;
};

enum registry_outcome {
    REGISTRY_DELETED,     /* and seen to be so */
    REGISTRY_ALREADY,     /* it was not there any more */
    REGISTRY_STANDS,      /* some of it is still there, or there again */
    REGISTRY_FORBIDDEN,   /* a hive, or no path of the registry */
    REGISTRY_UNREAD,      /* not all of it could be read, so there is no whole backup; failure */
    REGISTRY_NOT_SAVED,   /* the backup could not be written; failure */
    REGISTRY_NOT_WRITTEN, /* the journal could not be written; failure */
    REGISTRY_REFUSED      /* by the system, at least in part; failure says how */
};

struct registry_result {
    enum registry_outcome outcome;
    struct failure failure;
    uint64_t keys; /* in the backup */
    uint64_t values;
    uint64_t lost;        /* of these, what an import can't bring back (case/reg_file.h) */
    struct buffer backup; /* path of the .reg file; empty: none was written */
};

/* Appends the .reg file's text in UTF-8. Counts and failure of *result are set; outcome is
 * REGISTRY_DELETED where all could be read. calls NULL: the system's. */
enum status registry_export(const struct registry_calls *calls,
                            const struct registry_target *target, struct progress *progress,
                            struct buffer *out, struct registry_result *result);
/* Writes that text as UTF-16LE to FOLDER\STEM.reg, read-only; the path is appended. */
enum status registry_save(struct text reg, struct text folder, struct text stem,
                          struct buffer *path, struct failure *failure);
/* Only progress->cancel is asked, and only until the first deletion. result: registry_result_done.
 */
void registry_delete(const struct registry_calls *calls, const struct registry_target *target,
                     struct text folder, const struct act_log *log, struct progress *progress,
                     struct registry_result *result);
void registry_result_done(struct registry_result *result);
/* "deleted", "it was not there any more", …: English, static. */
const char *registry_outcome_phrase(enum registry_outcome outcome);

#endif
