/* found_cells: the columns of lists of what was found, one class for each kind of search.
 * `rows` of the classes is a const struct found of that kind. Pure functions; any thread. */
#ifndef STAKEOUT_FIND_FOUND_CELLS_H
#define STAKEOUT_FIND_FOUND_CELLS_H

#include "core/find/found.h"

/* Settings and exports name columns by the functions below, never by number. */
enum found_handle_column {
    FOUND_HANDLE_PROCESS,
    FOUND_HANDLE_PID,
    FOUND_HANDLE_KIND,
    FOUND_HANDLE_TYPE,
    FOUND_HANDLE_VALUE, /* of a module: its base */
    FOUND_HANDLE_ACCESS,
    FOUND_HANDLE_NAME,
    FOUND_HANDLE_COLUMNS
};

enum found_registry_column {
    FOUND_REGISTRY_KEY,
    FOUND_REGISTRY_VALUE,
    FOUND_REGISTRY_TYPE,
    FOUND_REGISTRY_DATA,
    FOUND_REGISTRY_WHERE,
    FOUND_REGISTRY_REMARKS,
    FOUND_REGISTRY_WRITTEN, /* the key */
    FOUND_REGISTRY_SIZE,    /* of the data, in bytes */
    FOUND_REGISTRY_COLUMNS
};

enum found_memory_column {
    FOUND_MEMORY_PROCESS,
    FOUND_MEMORY_PID,
    FOUND_MEMORY_ADDRESS,
    FOUND_MEMORY_WATCHED, /* the indicator; empty: it is the term */
    FOUND_MEMORY_TEXT,
    FOUND_MEMORY_REGION,
    FOUND_MEMORY_ACCESS,
    FOUND_MEMORY_REMARKS,
    FOUND_MEMORY_ENCODING,
    FOUND_MEMORY_BYTES,
    FOUND_MEMORY_BASE, /* of the region; likewise its size */
    FOUND_MEMORY_SIZE,
    FOUND_MEMORY_COLUMNS
};

extern const struct row_class found_handle_class;
extern const struct row_class found_registry_class;
extern const struct row_class found_memory_class;

/* "process"; static storage. */
const char *found_handle_column_name(unsigned column);
const char *found_registry_column_name(unsigned column);
const char *found_memory_column_name(unsigned column);

#endif
