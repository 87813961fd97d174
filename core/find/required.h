/* required: letters without which a term is not there.
 * Text is found faster than a regular expression matches: where none of these letters are, there is
 * nothing to match. Read off the term itself, and given up on at whatever is not sure.
 * Inside core/find only. */
#ifndef STAKEOUT_FIND_REQUIRED_H
#define STAKEOUT_FIND_REQUIRED_H

#include "core/base/text.h"

#include <stdbool.h>

#define REQUIRED_MOST 8u     /* alternatives */
#define REQUIRED_LETTERS 32u /* bytes of each */

struct required_text {
    char bytes[REQUIRED_LETTERS];
    size_t size;
};

struct required {
    size_t count;     /* one of them is in whatever is found; 0: nobody knows */
    bool ignore_case; /* they are ASCII then */
    struct required_text texts[REQUIRED_MOST];
};

/* Of a regular expression, or of plain text, that PCRE2 takes. */
struct required required_of(struct text source, bool regex, bool ignore_case);

#endif
