/* bundle_out: where a part of the bundle writes, and what it tells of itself (bundle.h).
 * A part checks what bundle_end_row and the like return and ends with it: after a cancel, a full
 * disk or want of memory nothing more is taken. Only while the part's function runs; its thread. */
#ifndef STAKEOUT_EVIDENCE_BUNDLE_OUT_H
#define STAKEOUT_EVIDENCE_BUNDLE_OUT_H

#include "core/case/json_write.h"
#include "core/evidence/bundle.h"

#define BUNDLE_ROW_MOST ((size_t)64 << 20) /* bytes; what is longer is lost, and told so */

/* --- BUNDLE_ROWS --- */

/* An open object for the members of one row; bundle_end_row closes and writes it. Borrowed until
 * then. */
struct json_writer *bundle_row(struct bundle_out *out);
enum status bundle_end_row(struct bundle_out *out);
/* The same for who has a whole object to append (ecs_add_process): an empty buffer, and its end. */
struct buffer *bundle_line(struct bundle_out *out);
enum status bundle_end_line(struct bundle_out *out);

/* --- BUNDLE_FILE, and the file that is open of BUNDLE_FILES --- */

enum status bundle_add(struct bundle_out *out, struct text bytes);

/* --- BUNDLE_FILES --- */

/* Begins a file in the part's folder. name: any; what a file may not be called is replaced, and a
 * taken one gets a number. */
enum status bundle_open(struct bundle_out *out, struct text name);
/* Ends it; it counts as a row. keep: false removes it again. */
enum status bundle_close(struct bundle_out *out, bool keep);
/* Ends it; it tells of the others, and counts as nothing: neither as a row nor in bytes. */
enum status bundle_close_index(struct bundle_out *out);
/* For a system call that makes the file by itself: appends the full path of a free name. */
enum status bundle_place(struct bundle_out *out, struct text name, struct buffer *path);
/* The call for the name that bundle_place gave last was made. */
void bundle_placed(struct bundle_out *out);
/* What bundle_open or bundle_place called it, without a folder; borrowed until the next. */
struct text bundle_opened_name(const struct bundle_out *out);
struct text bundle_placed_name(const struct bundle_out *out);

/* --- what it tells --- */

/* So many rows or files could not be had, for that reason; the first reason is kept. */
void bundle_lost(struct bundle_out *out, uint64_t count, const char *reason);
/* What did not work, for the reason: the first is kept. Returns the failure's status. */
enum status bundle_fail(struct bundle_out *out, const struct failure *failure);
/* The same in words of the caller's; returns status. */
enum status bundle_because(struct bundle_out *out, enum status status, const char *reason);
/* It was had another way than the table says (a fallback); a literal. */
void bundle_source(struct bundle_out *out, const char *source);

/* May be NULL, as anywhere (base/progress.h). */
struct progress *bundle_progress(struct bundle_out *out);
bool bundle_cancelled(const struct bundle_out *out);
/* The moment by the collection's clock. */
moment bundle_now(const struct bundle_out *out);

#endif
