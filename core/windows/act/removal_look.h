/* removal_look: looks at a file that is to be removed (act/removal.h): where it really lies, which
 * file it is, its other names, and what the system says of it. Nothing of it is changed. Any
 * thread; a full look checks the file's signature and takes as long as that: for a worker. */
#ifndef STAKEOUT_WINDOWS_REMOVAL_LOOK_H
#define STAKEOUT_WINDOWS_REMOVAL_LOOK_H

#include "core/act/removal.h"

struct trust_table; /* windows/file/trust.h */

/* case_folder: what lies in it is the case's; may be empty. full: also what the system says of it
 * and whose it is. trust: NULL for the real calls. Owned: removal_sight_free. ST_NO_MEMORY; all
 * else is told in the sight. */
enum status removal_look(struct text path, bool full, struct text case_folder,
                         const struct trust_table *trust, struct removal_sight **sight);

#endif
