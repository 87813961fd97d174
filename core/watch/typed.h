/* typed: what an analyst types or pastes into a field, line by line.
 * A line in the grammar of watchlist files is taken as it stands: who writes 10.0.0.5 means it. All
 * other lines are read as a report is (watch/import.h), so that defanged writing is understood, and
 * what is doubtful about them is for review. In the caller's storage: typed_done. */
#ifndef STAKEOUT_WATCH_TYPED_H
#define STAKEOUT_WATCH_TYPED_H

#include "core/watch/import.h"

struct typed {
    struct watchlist *exact;     /* lines in the grammar; never NULL after typed_read */
    struct import_result *found; /* in the other lines; NULL where there are none */
    size_t clear;                /* findings without a doubt */
    size_t doubtful;             /* findings that can be watched, with a doubt */
    size_t bad;                  /* lines that nothing was found in */
    struct buffer first_bad;     /* the first of them */
};

/* Reads all of it. On failure nothing needs to be done away with. */
enum status typed_read(struct typed *typed, struct text input,
                       const struct import_context *context);
void typed_done(struct typed *typed);

/* The first thing understood, exact lines before others, and the doubt about it: also of an exact
 * line, where a report's line would be doubted. False: nothing was understood. indicator->value is
 * borrowed from `typed`. */
bool typed_first(const struct typed *typed, const struct import_context *context,
                 struct indicator *indicator, enum finding_doubt *doubt);

#endif
