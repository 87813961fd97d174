/* import_result: what the collector holds; for import.c and import_found.c only. */
#ifndef STAKEOUT_WATCH_IMPORT_RESULT_H
#define STAKEOUT_WATCH_IMPORT_RESULT_H

#include "core/base/index.h"
#include "core/watch/import_found.h"
#include "core/watch/refang.h"

struct found_extra {
    uint32_t first; /* for a duplicate: the finding it repeats */
    bool defanged;
    bool prose;
    bool judged; /* the source spoke against it: no other place settles that */
};

struct found {
    const struct import_context *context; /* borrowed, may be NULL */
    struct arena *arena;
    struct text file;
    struct finding *findings;
    struct found_extra *extras; /* one for each finding */
    size_t count;
    size_t room;
    size_t skipped;
    struct index index;    /* first findings by indicator */
    struct refanged piece; /* see found_piece; without memory until it is asked for */
    enum import_format format;
    bool any_defanged;
};

enum status found_init(struct found *found, struct text file, const struct import_context *context);
void found_done(struct found *found);
/* When all is read: references, and what the watchlist has already. */
void found_finish(struct found *found);

#endif
