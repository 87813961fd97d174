/* odd_words: what is odd about a process, in the user's language. Window thread. */
#ifndef STAKEOUT_GUI_ODD_WORDS_H
#define STAKEOUT_GUI_ODD_WORDS_H

#include "core/judge/odd.h"

/* The fact behind a rule; of a wrong parent also whether it is the parent for sure. */
void odd_words_fact(struct buffer *out, enum odd_rule rule, const struct odd_subject *subject,
                    const struct process_odd *odd);
/* "wrong parent: cmd.exe (3252) (verified parent)" */
void odd_words_remark(struct buffer *out, enum odd_rule rule, const struct odd_subject *subject,
                      const struct process_odd *odd);

#endif
