/* manifest_read: the lines of a manifest (case/manifest.h), as sha256sum -c reads them: foreign
 * input. Portable; any thread. */
#ifndef STAKEOUT_CASE_MANIFEST_READ_H
#define STAKEOUT_CASE_MANIFEST_READ_H

#include "core/base/text.h"

enum manifest_line {
    MANIFEST_END,
    MANIFEST_FILE,
    MANIFEST_BAD,    /* it can't be read, or its path is escaped, as none of Windows is */
    MANIFEST_OUTSIDE /* it names a file that is not below the folder */
};

/* Takes one line off *rest; empty lines are passed over. MANIFEST_FILE: both are borrowed from it,
 * in the other cases *name is the line. */
enum manifest_line manifest_next(struct text *rest, struct text *hex, struct text *name);

#endif
