/* import_listing: what an import of a text says, in writing, for tests of the readers of formats.
 */
#ifndef STAKEOUT_TESTS_IMPORT_LISTING_H
#define STAKEOUT_TESTS_IMPORT_LISTING_H

#include "core/watch/import.h"

/* The format's name, then a line for each finding in their order: "evil.example ticked", or
 * "evil.example not-for-ids". What is no indicator stands as it was written ("x.* unwatchable").
 * A text that is refused: "refused: file, line 3: …". Static storage until the next call. */
const char *import_listing(struct text input);
/* The label, and the line, of the finding number `at` of that import; likewise. */
const char *import_listing_label(struct text input, size_t at);
size_t import_listing_line(struct text input, size_t at);
size_t import_listing_skipped(struct text input);

#endif
