/* bundle_sheet: rows of a part whose calls may hang (a service that is stuck, a server that does
 * not answer). They are asked on a thread of their own (windows/slow.h) and written onto a sheet,
 * which the collector takes over when it is finished; a cancel, or the time that is up, leaves it
 * behind. Inside core/windows only. */
#ifndef STAKEOUT_WINDOWS_BUNDLE_SHEET_H
#define STAKEOUT_WINDOWS_BUNDLE_SHEET_H

#include "core/evidence/bundle_out.h"
#include "core/windows/evidence/bundle_calls.h"

struct bundle_sheet {
    const struct bundle_calls *calls;
    struct buffer lines;
    struct json_writer json;
    moment now;
    uint64_t lost;
    const char *lost_reason; /* a literal */
    const char *source;      /* another than the table's; a literal, or NULL */
    const char *because;     /* why there is not all, in words of its own; a literal, or NULL */
    struct failure failure;  /* what did not work */
};

/* Asks with `ask`, which fills the sheet on another thread, and writes what it came to. Returns as
 * bundle_part.collect. calls: NULL for the real ones. */
enum status bundle_ask(struct bundle_out *out, const struct bundle_calls *calls,
                       void (*ask)(struct bundle_sheet *sheet));

/* --- for the one who asks --- */

/* An open row that has its "@timestamp". */
struct json_writer *bundle_sheet_row(struct bundle_sheet *sheet);
void bundle_sheet_end_row(struct bundle_sheet *sheet);
/* The system does not have the call; reason: a literal. */
void bundle_sheet_missing(struct bundle_sheet *sheet, const char *reason);
/* The first failure is kept. */
void bundle_sheet_failed(struct bundle_sheet *sheet, const char *call, DWORD code);
/* UTF-16 as a member; NULL or empty: nothing is written. */
void bundle_sheet_wide(struct bundle_sheet *sheet, const char *name, const wchar_t *wide);

#endif
