/* act_words: what was done to processes, in the user's language. Window thread. */
#ifndef STAKEOUT_GUI_ACT_WORDS_H
#define STAKEOUT_GUI_ACT_WORDS_H

#include "core/act/tree_run.h"

/* "suspended, count 2", "not done: access denied". */
void act_words_deed(struct buffer *out, enum act_kind kind, const struct deed_result *result);
void act_words_fate(struct buffer *out, const struct tree_fate *fate);
/* "ping.exe (6656)". */
void act_words_process(struct buffer *out, struct text name, uint32_t pid);

#endif
