/* case_file: case.json in a case folder: read, added to by one opening, and closed.
 * It is written anew at once and whole (files_replace). What could not be written waits and is
 * tried again. One thread at a time; whoever opens it is the folder's only writer. Inside
 * core/windows and its tests only. */
#ifndef STAKEOUT_WINDOWS_CASE_FILE_H
#define STAKEOUT_WINDOWS_CASE_FILE_H

#include "core/case/case_record.h"

struct case_file;

/* Whether the folder is a case (ST_OK: case.json is there and can be read), nothing yet, or none:
 * ST_NOT_FOUND: the folder is not there, or it is empty; ST_INVALID, ST_UNSUPPORTED: it holds
 * something else, or its case.json can't be used; *problem then gets a line, as for any other
 * failure. record lies in the arena. */
enum status case_file_look(struct text folder, struct arena *arena, struct case_record *record,
                           struct buffer *problem);
/* Adds an opening to the case in this folder, or makes one. words: NULL, or what a new one is
 * called; then one that is there already is refused, and files of something else are none of its
 * business. One that was closed goes on: its manifest is set aside. What can't be written of an
 * opening waits (case_file_trouble); a new case that can't be written is a failure. */
enum status case_file_open(struct text folder, const struct case_words *words,
                           struct case_file **file, struct buffer *problem);
/* Writes the end of the opening, unless that was done. NULL is fine. */
void case_file_close(struct case_file *file);

/* The case as it is now; borrowed until the next call. */
const struct case_record *case_file_record(const struct case_file *file);
/* Whether it had been closed before it was opened. */
bool case_file_was_closed(const struct case_file *file);
/* Its settings, losses and watchlists, copied; empty ones are left as they are. */
void case_file_describe(struct case_file *file, const struct case_session *with);
/* How far its files have come: journal_lines, journal_last (copied) and hits_bytes of `with`.
 * Written by the end of the opening. */
void case_file_measure(struct case_file *file, const struct case_session *with);
/* The manifest that the end of the opening tells of was not written. */
void case_file_no_manifest(struct case_file *file);
/* Members, as case_session has them; borrowed. */
struct text case_file_losses(const struct case_file *file);
void case_file_set_words(struct case_file *file, const struct case_words *words);
/* Writes the end of the opening, and with `closes` that of the case, and that a manifest comes now;
 * the last thing that is written, unless it fails. */
enum status case_file_finish(struct case_file *file, bool closes, struct failure *failure);
/* Tries what waits. */
enum status case_file_retry(struct case_file *file);
/* ST_OK: all is written. */
enum status case_file_trouble(const struct case_file *file);

#endif
