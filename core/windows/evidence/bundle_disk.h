/* bundle_disk: the folder of a case as the collector (evidence/bundle.h) and the manifest
 * (case/manifest.h) need it. A new file is made only where there is none of its name; others may
 * read it meanwhile, not write. Inside core/windows, core/cli and tests; one thread. */
#ifndef STAKEOUT_WINDOWS_BUNDLE_DISK_H
#define STAKEOUT_WINDOWS_BUNDLE_DISK_H

#include "core/case/manifest.h"
#include "core/evidence/bundle.h"

/* case_folder is borrowed by the table. */
struct bundle_files bundle_disk_files(const struct text *case_folder);
struct manifest_disk bundle_disk_manifest(const struct text *case_folder);

#endif
