/* loaded: what a process has without a handle: its image, its command line, its modules, as rows
 * of the same search (find/handle_row.h). Blocks: not on the window's thread. */
#ifndef STAKEOUT_WINDOWS_LOADED_H
#define STAKEOUT_WINDOWS_LOADED_H

#include "core/find/handle_row.h"
#include "core/windows/process/parts.h"

/* Hands the rows of one process to the sink. Where the modules can't be read there is one row of
 * them that says why. ST_CANCELLED: the sink has enough; ST_NO_MEMORY; a process that has ended is
 * ST_OK. The reader is kept for the next process. */
enum status loaded_find(struct parts_reader *reader, const struct process_facts *facts,
                        const struct handle_sink *sink);

#endif
