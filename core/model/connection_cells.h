/* connection_cells: the columns of a list of connections, read from a snapshot.
 * `rows` of connection_row_class is a const struct snapshot; index is one of its connections. */
#ifndef STAKEOUT_MODEL_CONNECTION_CELLS_H
#define STAKEOUT_MODEL_CONNECTION_CELLS_H

#include "core/model/snapshot.h"
#include "core/model/tree_view.h"

enum connection_column {
    CONNECTION_PROCESS, /* the owner's name; "no owner (closing)" where the system names none */
    CONNECTION_PID,
    CONNECTION_PROTOCOL, /* "TCP", "TCPv6", "UDP", "UDPv6": by the table, whatever is mapped in it
                          */
    CONNECTION_LOCAL,
    CONNECTION_LOCAL_PORT,
    CONNECTION_REMOTE,
    CONNECTION_REMOTE_PORT,
    CONNECTION_REMOTE_NAME, /* as this machine resolved it; never a reverse look-up */
    CONNECTION_STATE,
    CONNECTION_WATCHED,
    CONNECTION_MATCHED_BY, /* address, port, name or process */
    CONNECTION_FIRST_SEEN,
    CONNECTION_LAST_SEEN,
    CONNECTION_AGE, /* from first seen until closed, or until the snapshot */
    CONNECTION_SERVICE,
    CONNECTION_COLUMNS
};

extern const struct row_class connection_row_class;

/* The same columns for one row that is not in a snapshot (a hit's). `facts` may be NULL. */
struct cell connection_cell(const struct connection_row *row, const struct process_facts *facts,
                            unsigned column, moment now);
/* "remote_port": for settings and exports; static storage. */
const char *connection_column_name(unsigned column);

#endif
