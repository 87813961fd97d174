/* hit_cells: the columns of the list of hits.
 * `rows` of hit_row_class is a const struct hit_list; a hit's id is its number. */
#ifndef STAKEOUT_WATCH_HIT_CELLS_H
#define STAKEOUT_WATCH_HIT_CELLS_H

#include "core/model/tree_view.h"
#include "core/watch/hit.h"

struct hit_list {
    const struct hit *const *hits; /* borrowed, by number */
    uint32_t count;
};

enum hit_column {
    HIT_TIME,
    HIT_PROCESS,
    HIT_PID,
    HIT_PROTOCOL,
    HIT_LOCAL,
    HIT_LOCAL_PORT,
    HIT_REMOTE,
    HIT_REMOTE_PORT,
    HIT_REMOTE_NAME,
    HIT_STATE, /* when it was caught */
    HIT_WATCHED,
    HIT_MATCHED_BY,
    HIT_PARENT,
    HIT_COMMAND,
    HIT_SOURCE,  /* the file that the indicator came from */
    HIT_REMARKS, /* what was odd about the process */
    HIT_COLUMNS
};

extern const struct row_class hit_row_class;

/* "command_line": for settings and exports; static storage. */
const char *hit_column_name(unsigned column);

#endif
