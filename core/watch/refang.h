/* refang: takes out of a piece of text what was put in so that nobody clicks on it.
 * evil[.]example, evil (dot) example, hxxp[:]//…, 1[.2.]3[.4, www\.evil\.example, http%3A%2F%2F…,
 * zero-width characters and the like become what they stand for. What was changed is marked, and
 * every byte remembers where in the original it came from. Linear; the scheme's letters ("hxxp")
 * are left to the reader of URLs. */
#ifndef STAKEOUT_WATCH_REFANG_H
#define STAKEOUT_WATCH_REFANG_H

#include "core/base/status.h"
#include "core/base/text.h"

#define REFANG_MOST 65536 /* bytes of one piece */
#define REFANG_REPAIRED 2 /* a mark: not defanged but broken, and mended */

struct refanged {
    char *bytes;      /* REFANG_MOST of each; owned */
    uint32_t *origin; /* offset in the original of each byte; one more behind the last */
    uint8_t *mark;    /* 1: stood there defanged; REFANG_REPAIRED */
    size_t size;
};

enum status refanged_init(struct refanged *out);
void refanged_done(struct refanged *out);
/* piece.size <= REFANG_MOST. */
void refang(struct refanged *out, struct text piece);

#endif
