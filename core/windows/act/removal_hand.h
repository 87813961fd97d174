/* removal_hand: how a file is taken away on this machine (act/removal_run.h).
 * Deleting, renaming and changing go through a handle to the very file that was seen, so that one
 * that was put in its place meanwhile is never touched. */
#ifndef STAKEOUT_WINDOWS_REMOVAL_HAND_H
#define STAKEOUT_WINDOWS_REMOVAL_HAND_H

#include "core/act/removal_run.h"

/* Copies for quarantine go below the case's folder, which is borrowed and must outlive the table.
 */
struct removal_means removal_means_of_system(const struct text *case_folder);

#endif
