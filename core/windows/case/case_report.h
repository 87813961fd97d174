/* case_report: the report of a case folder, into a file or into memory.
 * What core/case/report.h says, with the files of this system. Only reads the case, but for the
 * file that it is told to write; a case on a read-only disk is reported on into another place.
 * Blocks: on a worker. */
#ifndef STAKEOUT_WINDOWS_CASE_REPORT_H
#define STAKEOUT_WINDOWS_CASE_REPORT_H

#include "core/case/report.h"

/* With the moment it is and this program's version. */
struct report_options case_report_options(enum report_format format, enum report_language language);

/* Appends the report of the case at `folder` to out (buffer_init with REPORT_MOST). On failure
 * *problem gets one line: what could not be done, and why. ST_CANCELLED leaves none. */
enum status case_report_make(struct text folder, const struct report_options *options,
                             struct progress *progress, struct buffer *out, struct buffer *problem);
/* The same into a file, at once: it is the old one or the new one at any moment. path: empty for
 * report_file_name in the case itself. *written (may be NULL) gets the path. */
enum status case_report_write(struct text folder, struct text path,
                              const struct report_options *options, struct progress *progress,
                              struct buffer *written, struct buffer *problem);

#endif
