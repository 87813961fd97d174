/* case_verify: whether a case is as it was written: case.json, the journal's chain, the manifest.
 * Reads all of it and changes nothing. Blocks: on a worker. */
#ifndef STAKEOUT_WINDOWS_CASE_VERIFY_H
#define STAKEOUT_WINDOWS_CASE_VERIFY_H

#include "core/base/buffer.h"
#include "core/base/progress.h"

/* A file of the case, by its path in it as it was found or named, and what is to be said of it, in
 * English. Both are borrowed for the call, and may hold anything. */
typedef void case_verify_tell(void *context, struct text name, struct text what);

struct case_verdict {
    bool is_case;  /* there was something to compare */
    bool is_wrong; /* something is not as it was written */
};

/* Tells of each thing. On failure (it could not be read to its end, ST_CANCELLED) *problem gets one
 * line, and the verdict is none. progress (may be NULL) is asked for a cancel. */
enum status case_verify(struct text folder, const struct progress *progress, case_verify_tell *tell,
                        void *context, struct case_verdict *verdict, struct buffer *problem);

#endif
