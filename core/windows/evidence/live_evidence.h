/* live_evidence: how evidence is taken on this machine (act/evidence_deed.h). */
#ifndef STAKEOUT_WINDOWS_LIVE_EVIDENCE_H
#define STAKEOUT_WINDOWS_LIVE_EVIDENCE_H

#include "core/act/evidence_deed.h"

/* Dumps and samples go below the case's folder, which is borrowed and must outlive the table. */
struct evidence_means live_evidence_means(const struct text *case_folder);

#endif
