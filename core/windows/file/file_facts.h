/* file_facts: asks the system for what is known of a file (core/model/file_facts.h).
 * A file is opened so that nobody is kept from writing, renaming or deleting it, and, where that is
 * allowed, so that its time of last access stays as it is; its times are taken before anything is
 * read. Only for the version block the system opens it by itself. Nothing is asked of the network,
 * and a file that lies in remote storage is not fetched.
 * Reading takes as long as the file is large: for a worker, never for a window. Any thread. */
#ifndef STAKEOUT_WINDOWS_FILE_FACTS_H
#define STAKEOUT_WINDOWS_FILE_FACTS_H

#include "core/base/progress.h"
#include "core/model/file_facts.h"

struct trust_table; /* windows/file/trust.h */

/* parts: enum file_part, added. trust: NULL for the real calls; otherwise static, because a check
 * that hangs is left behind and may still use it. progress (may be NULL) counts bytes that were
 * hashed; a cancel is heard within 100 ms. What could not be read says so in the facts; the call
 * itself fails for want of memory, or with ST_CANCELLED. Owned: file_facts_free. */
enum status file_facts_read(struct text path, unsigned parts, const struct trust_table *trust,
                            struct progress *progress, struct file_facts **facts);

#endif
