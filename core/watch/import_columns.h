/* import_columns: what the columns of indicator tables are called, and what their "type" columns
 * call the values; inside the importer only. Neither case nor what stands between the words of a
 * name counts: "Dst IP", "dst_ip" and "DstIP" are one. */
#ifndef STAKEOUT_WATCH_IMPORT_COLUMNS_H
#define STAKEOUT_WATCH_IMPORT_COLUMNS_H

#include "core/base/text.h"

enum column_kind {
    COLUMN_UNKNOWN = 0,
    COLUMN_VALUE, /* an indicator of whatever kind */
    COLUMN_TYPE,  /* … and of which */
    COLUMN_HOST,  /* an address or a host name */
    COLUMN_URL,
    COLUMN_PORT,
    COLUMN_SOURCE,      /* who came in: an address that was observed */
    COLUMN_REFERENCE,   /* where to read about it */
    COLUMN_LABEL,       /* what is said about it */
    COLUMN_STATUS,      /* online, offline, … */
    COLUMN_FOR_IDS,     /* whether it is for detection */
    COLUMN_UNWATCHABLE, /* a hash, a file, … */
    COLUMN_KINDS
};

struct column_meaning {
    enum column_kind kind;
    unsigned rank;    /* COLUMN_LABEL: the lower, the better */
    const char *what; /* COLUMN_UNWATCHABLE: "a hash"; a literal */
};

/* The name as a whole, then (`loosely`) its last word: "Associated URL", "C2 domains". */
struct column_meaning column_meaning_of(struct text name, bool loosely);
/* Whether the kind is one that holds what may be watched. */
bool column_is_watchable(enum column_kind kind);
/* Without white space, byte order marks, no-break and zero-width spaces at either end. */
struct text column_trim(struct text cell);

#endif
