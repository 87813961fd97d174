/* evidence_words: what came of dumps, samples and closed connections, in the user's language.
 * Window thread. */
#ifndef STAKEOUT_GUI_EVIDENCE_WORDS_H
#define STAKEOUT_GUI_EVIDENCE_WORDS_H

#include "core/act/evidence_deed.h"

/* "12.3 MB". */
void evidence_words_size(struct buffer *out, uint64_t bytes);
/* "still there, ESTABLISHED, though the system said it was closed". */
void evidence_words_closing(struct buffer *out, const struct closing_result *result);
/* What came of a dump or a sample, for the row: "dumped: evil-104-….dmp, 3.1 MB". */
void evidence_words_piece(struct buffer *out, enum evidence_kind kind,
                          const struct evidence_result *result);

#endif
