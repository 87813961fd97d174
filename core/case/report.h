/* report: the result of a case, for people and for other programs.
 * One file each: a page of HTML that needs nothing but itself (no network, no script), the hits as
 * CSV, as JSON Lines in ECS, as events with the names of Sysmon that Sigma rules read, and the
 * indicators as a STIX 2.1 bundle. Reads the case's files and changes nothing. What is torn,
 * foreign or missing is told in the page and is no failure. The same case at the same moment gives
 * the same bytes. Blocks: on a worker. One thread. */
#ifndef STAKEOUT_CASE_REPORT_H
#define STAKEOUT_CASE_REPORT_H

#include "core/base/progress.h"
#include "core/case/journal.h"
#include "core/case/report_files.h"

enum report_format {
    REPORT_HTML,
    REPORT_CSV,
    REPORT_EXCEL, /* CSV that begins with a byte order mark */
    REPORT_ECS,
    REPORT_SIGMA,
    REPORT_STIX,
    REPORT_FORMATS
};

enum report_language { REPORT_ENGLISH, REPORT_CHINESE, REPORT_LANGUAGES };

struct report_options {
    enum report_format format;
    enum report_language language; /* of the page */
    bool plain;                    /* the page's addresses and names are not defanged */
    moment now;                    /* stands in the page */
    struct text version;           /* of this program */
};

#define REPORT_MOST ((size_t)1 << 30) /* bytes; for the buffer's ceiling */

/* Appends it all to out. ST_CANCELLED, ST_NO_MEMORY, ST_TOO_LARGE; ST_NOT_FOUND where there is
 * nothing of a case: neither case.json nor hits nor a journal. progress (may be NULL): bytes. */
enum status report_write(const struct report_files *files, const struct journal_hash *hash,
                         const struct report_options *options, struct progress *progress,
                         struct buffer *out);

/* "html", "csv", …: as it is typed; static. */
const char *report_format_word(enum report_format format);
/* "report.html", …: what it is called in the case; static. */
const char *report_file_name(enum report_format format);

#endif
