/* look_alike: names made to be taken for another.
 * Pure; any thread; linear in the name. */
#ifndef STAKEOUT_JUDGE_LOOK_ALIKE_H
#define STAKEOUT_JUDGE_LOOK_ALIKE_H

#include "core/base/text.h"

/* The name of a core process that this one looks like and is not: "svch0st.exe", "lsasss.exe", one
 * with Cyrillic letters, "svchost.com". Signs that look the same count as the same, hidden signs
 * as nothing; in names of five letters and more, one letter too many, too few, another or swapped
 * is as good as none. NULL: none, or it is a core process's own name. Static storage otherwise. */
const char *look_alike_of(struct text name);

/* Latin letters and letters of another script that look like Latin ones, in one word. */
bool look_alike_mixes_scripts(struct text name);
/* Marks that turn the direction of writing: "gpj.exe" is then seen as "exe.jpg". */
bool look_alike_turns(struct text name);
/* "invoice.pdf.exe". */
bool look_alike_has_two_extensions(struct text name);
/* A blank at either end, before the extension, or a dot at the end. */
bool look_alike_has_odd_spaces(struct text name);

#endif
