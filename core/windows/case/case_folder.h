/* case_folder: the folder in which a session leaves what it found (the contract's "Case folder").
 * case.json (case/case_record) says whose case it is and who opened it, where, when and with what;
 * hits.jsonl holds the hits (case/hit_log), journal.jsonl, from the first action on, what was done
 * (case/journal); once it is closed, manifest.sha256 has the hash of each file. Whoever opens it is
 * its only writer. A folder with other things in it is not made a case by the way, and a case.json
 * that can't be read is left alone: both are told. Without a name it is
 * "stakeout-case" beside the program, so that a program on a stick leaves nothing on the machine;
 * where that can't be used, or another Stakeout writes to it, the next of "stakeout-case-2" …
 * "-9", then the same under %LOCALAPPDATA%\Stakeout. The sink may be called on one thread, and the
 * log on another, while a third calls the rest. */
#ifndef STAKEOUT_WINDOWS_CASE_FOLDER_H
#define STAKEOUT_WINDOWS_CASE_FOLDER_H

#include "core/act/deed.h"
#include "core/base/progress.h"
#include "core/case/case_record.h"
#include "core/case/manifest.h"
#include "core/watch/round.h"

struct case_folder;

/* Makes or opens it; an empty path is the default. Owned: case_folder_close. On failure *problem
 * gets one line: what could not be done, the system's code, and why. */
enum status case_folder_open(struct text path, struct case_folder **folder, struct buffer *problem);
/* Makes one, and opens it. The folder may be there, with files in it; one that is a case already is
 * refused (ST_INVALID). As above. */
enum status case_folder_make(struct text path, const struct case_words *words,
                             struct case_folder **folder, struct buffer *problem);
/* Reads case.json, also while somebody else has the case open, and where nothing can be written.
 * ST_NOT_FOUND: it is no case; else as case_record_read. *problem gets one line, with the path. */
enum status case_folder_read(struct text path, struct arena *arena, struct case_record *record,
                             struct buffer *problem);
/* Ends this opening and writes the manifest over all files (case/manifest.h). closes: the case is
 * closed by it, which stands in the journal and in case.json. After it nothing but
 * case_folder_close may follow, or what the manifest tells of changes. On failure *failure (never
 * NULL) says how, and the case goes on. progress (may be NULL) is told bytes. Owned in any case:
 * manifest_made_done. */
enum status case_folder_seal(struct case_folder *folder, bool closes, struct progress *progress,
                             struct manifest_made *made, struct failure *failure);
/* Tries what waits once more, writes the end of this opening, frees all, and returns how many hits
 * are not in the file. Their lines are appended to *unsaved (may be NULL). NULL is fine. */
uint64_t case_folder_close(struct case_folder *folder, struct buffer *unsaved);

/* Where a folder without a name will most likely be, before there is one. */
void case_folder_default(struct buffer *path);
/* UTF-8, as long as the folder is open. */
struct text case_folder_path(const struct case_folder *folder);
/* What this opening works with: settings, losses and watchlists of `with`, which are copied; empty
 * ones stay as they were. Any thread. */
void case_folder_describe(struct case_folder *folder, const struct case_session *with);
/* Name, examiner, where and why, all four; copied. Any thread. */
void case_folder_set_words(struct case_folder *folder, const struct case_words *words);
enum { CASE_NAME, CASE_EXAMINER, CASE_WHERE, CASE_WHY, CASE_WORDS };
void case_folder_words(struct case_folder *folder, struct buffer words[CASE_WORDS]);
/* Whether it was closed when it was opened, and goes on now. */
bool case_folder_was_closed(const struct case_folder *folder);
/* Writes hits to hits.jsonl and flushes them. One that can't be written now waits in memory, which
 * is no failure of the sink: case_folder_trouble tells of it. */
struct hit_sink case_folder_sink(struct case_folder *folder);
/* Where actions are written down; the file is made by the first. Any thread. */
struct act_log case_folder_log(struct case_folder *folder);
/* Writes the hits that wait because they could not be written. Returns how many are not in the
 * file. */
uint64_t case_folder_retry(struct case_folder *folder);
/* One line about hits that wait or are lost; nothing when all is well. */
void case_folder_trouble(struct case_folder *folder, struct buffer *line);

#endif
