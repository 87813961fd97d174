/* holders: who holds it open, has it loaded, runs it, or names it on its command line: one search
 * over what windows/find/loaded.h and windows/find/handles.h tell, for all processes or some. */
#ifndef STAKEOUT_WINDOWS_HOLDERS_H
#define STAKEOUT_WINDOWS_HOLDERS_H

#include "core/find/term.h"
#include "core/model/snapshot.h"
#include "core/windows/find/handles.h"

struct holders_told {
    struct handles_told handles;
    uint32_t modules_not_read; /* processes */
};

/* snapshot: whose images, command lines and modules are looked at, but for this program's, which
 * has the term on its command line or in a field. term: what a name must have in it; NULL: every
 * row, those without a name, too. The sink gets what was found. progress as of handles_find.
 * ST_CANCELLED also when the sink has enough; ST_TOO_SLOW: the term ran into a limit. *told is
 * filled in any case. Blocks; any thread. */
enum status holders_find(const struct snapshot *snapshot, const struct handles_scope *scope,
                         const struct term *term, const struct handle_sink *sink,
                         struct progress *progress, struct holders_told *told);

#endif
