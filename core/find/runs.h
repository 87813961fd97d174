/* runs: a term, looked for in the runs of text that memory holds.
 * For regular expressions, and for plain text whose letters fold by more than ASCII. A run is what
 * has no control characters but tab, CR and LF, and is well-formed: UTF-8 anywhere, UTF-16LE at
 * even and at odd addresses. What a term finds lies within one run: "^" and "$" are its ends, as
 * far as they are near. Where letters are known without which it is not there, those are looked for
 * first, and runs are only looked at around them. Inside core/find only; one thread. */
#ifndef STAKEOUT_FIND_RUNS_H
#define STAKEOUT_FIND_RUNS_H

#include "core/find/needle.h"
#include "core/find/required.h"
#include "core/find/seek.h"
#include "core/find/term.h"

#define RUNS_MATCH_MOST                                                                            \
    4096u /* bytes in memory; of a longer match that many are sure to be seen                      \
           */

struct runs {
    const struct term *term; /* borrowed */
    size_t least;            /* letters that a match has */
    bool cut;                /* a match may begin before what it tells */
    uint64_t resume[3];      /* where the last match ended: UTF-8, UTF-16 even, UTF-16 odd */
    struct needle needles[REQUIRED_MOST]; /* one of them is in whatever is found */
    size_t needle_count;                  /* 0: anything may be */
    uint32_t *hits; /* owned: where they are in a view, times two; odd: wide */
    size_t hit_count;
    bool crowded;     /* there are more */
    char *text;       /* owned: a piece of UTF-16 as UTF-8 */
    uint32_t *places; /* owned: where each of its bytes comes from */
};

enum status runs_init(struct runs *runs, const struct term *term);
void runs_done(struct runs *runs);
/* From here on addresses are another process's. */
void runs_restart(struct runs *runs);
/* Matches do not overlap; empty ones are not told. ST_TOO_SLOW: the term ran into a limit. */
enum status runs_seek(struct runs *runs, const struct view *view, const struct seek_sink *sink);

#endif
