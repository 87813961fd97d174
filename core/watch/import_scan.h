/* import_scan: reads one refanged piece of text; inside the importer only. */
#ifndef STAKEOUT_WATCH_IMPORT_SCAN_H
#define STAKEOUT_WATCH_IMPORT_SCAN_H

#include "core/watch/import_found.h"
#include "core/watch/refang.h"

#define SCRATCH_MOST ((size_t)1 << 20)

struct scan {
    struct found *found;
    struct text original;  /* the piece as it stands in the text */
    struct refanged piece; /* the same, refanged */
    struct buffer scratch; /* for names that have to be changed */
    uint32_t line;
    bool prose;                    /* running text; false: one value */
    bool tree;                     /* names mean their sub-domains too */
    const struct found_note *note; /* for one value: what goes with it; NULL in prose */
    size_t taken;                  /* findings and rejects so far */
};

/* Refangs scan->original and reads it. */
enum status scan_piece(struct scan *scan);
/* One value that scan_piece made nothing of, of which the source says that it is a host: any
 * well-formed name is taken. */
enum status scan_declared(struct scan *scan);

#endif
