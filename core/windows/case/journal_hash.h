/* journal_hash: the system's SHA-256, in the form that core/case/journal.h asks for. Any thread. */
#ifndef STAKEOUT_WINDOWS_JOURNAL_HASH_H
#define STAKEOUT_WINDOWS_JOURNAL_HASH_H

#include "core/case/journal.h"

struct journal_hash journal_hash_of_system(void);

#endif
