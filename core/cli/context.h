/* context: what an importer should know of this machine (watch/import.h). */
#ifndef STAKEOUT_CLI_CONTEXT_H
#define STAKEOUT_CLI_CONTEXT_H

#include "core/watch/import.h"

/* Imports with the machine's own addresses at hand; where the system does not tell them, without.
 * As import_text. */
enum status import_here(struct text input, struct text name, struct import_result **result,
                        struct buffer *problem);

#endif
