/* sample: copies a program's file into the case, as evidence.
 * What the file system tells of it is read before it is opened; it is read without changing that,
 * as far as the system allows; three hashes are taken on the way. The copy is
 * samples\SHA256.sample: no extension that runs, read-only, without the mark of the web (whose text
 * is kept), one for each content however often it is taken. Beside it SHA256.json (SHA256-2.json,
 * ...) tells of each time (case/sample_record.h). Only the file is needed: the process may be long
 * gone. Any thread; blocks: not on the window's. */
#ifndef STAKEOUT_WINDOWS_SAMPLE_H
#define STAKEOUT_WINDOWS_SAMPLE_H

#include "core/base/progress.h"
#include "core/model/process.h"
#include "core/windows/file/digest.h"

/* A larger file is no program. */
#define SAMPLE_SIZE_MOST (UINT64_C(4) << 30)

struct sample_request {
    struct text case_folder; /* made where it is missing */
    struct text path;        /* of the file */
    bool is_module;
    const struct process_facts *process; /* whose file it is; may be NULL */
    bool is_quarantine;  /* the file is to be removed: into quarantine\SHA256.quarantine instead */
    uint32_t attributes; /* of the file, to be written down for taking it back; is_quarantine */
};

struct sample_made {
    bool was_stored; /* the same contents were there: nothing was copied */
    bool by_backup;  /* its access list was passed with the backup privilege */
    bool times_kept; /* what the file system tells of it is as it was before */
    uint64_t size;
    struct digest_values hashes; /* SHA-256 always */
};

/* The copy's full path is appended to *path. progress (may be NULL) counts bytes. ST_NOT_FOUND (no
 * such file any more), ST_DENIED, ST_BUSY (somebody has it open and shares it with nobody),
 * ST_TOO_LARGE, ST_DISK_FULL, ST_CANCELLED and others: nothing is left behind, and one line is
 * appended to *problem: what could not be done, the system's code, and why. When only the
 * description could not be written the copy stays, and *path is there. */
enum status sample_take(const struct sample_request *request, struct progress *progress,
                        struct sample_made *made, struct buffer *path, struct buffer *problem);

/* Whether a full path lies in the Windows folder and not in its Temp. */
bool sample_is_system_file(struct text path);

#endif
