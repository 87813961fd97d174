/* process_cells: the columns of a list of processes, read from a snapshot.
 * `rows` of process_row_class is a const struct snapshot; index is an index into its processes. */
#ifndef STAKEOUT_MODEL_PROCESS_CELLS_H
#define STAKEOUT_MODEL_PROCESS_CELLS_H

#include "core/model/snapshot.h"
#include "core/model/tree_view.h"

/* Settings name columns by process_column_name, never by number. */
enum process_column {
    PROCESS_NAME,
    PROCESS_PID,
    PROCESS_CPU, /* of one core, between the last two listings */
    PROCESS_STARTED,
    PROCESS_ENDED,
    PROCESS_CONNECTIONS, /* open now */
    PROCESS_USER,        /* without the domain */
    PROCESS_SESSION,
    PROCESS_BITS,
    PROCESS_ELEVATED,
    PROCESS_PARENT, /* as recorded at creation: it can be spoofed */
    PROCESS_SERVICES,
    PROCESS_IMAGE,
    PROCESS_COMMAND,
    PROCESS_DIRECTORY,
    PROCESS_WATCHED, /* the indicator that it, or one of its connections, matched */
    PROCESS_REMARKS, /* what is odd about it */
    PROCESS_COLUMNS
};

extern const struct row_class process_row_class;

/* "command_line": for settings and exports; static storage. */
const char *process_column_name(unsigned column);
struct cell process_remarks_cell(const struct process_odd *odd);
/* The process's recorded parent as a cell; its note says whether it has exited or was never seen.
 */
struct cell process_parent_cell(const struct snapshot *snapshot, uint32_t index);

#endif
