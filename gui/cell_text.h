/* cell_text: how cells read in the language of the program.
 * Numbers are plain, times are local or UTC as the user chose, and what could not be read is the
 * reason in parentheses. Window thread. */
#ifndef STAKEOUT_GUI_CELL_TEXT_H
#define STAKEOUT_GUI_CELL_TEXT_H

#include "core/model/cell.h"
#include "core/watch/watchlist.h"

struct cell_words {
    const struct watchlist *watchlist; /* what CELL_INDICATOR counts in; borrowed, may be NULL */
    moment now;                        /* times of the same day are shown without the date */
    bool utc;
    bool milliseconds; /* of moments */
};

void cell_text_add(const struct cell_words *words, const struct cell *cell, struct buffer *out);
/* Whether what cell_text_add prints is a reason, not a value: such cells are shown dim. */
bool cell_text_is_reason(const struct cell *cell);
/* A printer over the words, which must live as long as it. */
struct cell_printer cell_text_printer(const struct cell_words *words);
/* "2026-11-25 10:42:07.123"; with the day always. */
void cell_text_add_moment(const struct cell_words *words, moment when, struct buffer *out);
void cell_text_add_duration(int64_t duration, struct buffer *out);

#endif
