/* defang: addresses, host names and URLs written so that no program makes a link of them.
 * "192[.]0[.]2[.]1", "evil[.]example", "hxxp://…", "2001[:]db8[:][:]1"; what core/watch/refang
 * reads back. Pure. */
#ifndef STAKEOUT_CASE_DEFANG_H
#define STAKEOUT_CASE_DEFANG_H

#include "core/base/buffer.h"

void defang_add(struct buffer *out, struct text value);

#endif
