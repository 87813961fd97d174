/* case_folder: the folder in which a session leaves what it found (the contract's "Case folder").
 * So far: case.json, which says who opened it, where and when, hits.jsonl, through case/hit_log,
 * and from the first action on journal.jsonl, through case/journal. Without a name it is
 * "stakeout-case" beside the program, so that a program on a stick leaves nothing on the machine;
 * where that can't be written, or another Stakeout writes to it, the next of "stakeout-case-2" …
 * "-9", then the same under %LOCALAPPDATA%\Stakeout. The sink may be called on one thread, and the
 * log on another, while a third calls the rest. */
#ifndef STAKEOUT_WINDOWS_CASE_FOLDER_H
#define STAKEOUT_WINDOWS_CASE_FOLDER_H

#include "core/act/deed.h"
#include "core/watch/round.h"

struct case_folder;

/* Makes or opens it; an empty path is the default. Owned: case_folder_close. On failure *problem
 * gets one line: what could not be done, the system's code, and why. */
enum status case_folder_open(struct text path, struct case_folder **folder, struct buffer *problem);
/* Tries what waits once more, frees all, and returns how many hits are not in the file. Their lines
 * are appended to *unsaved (may be NULL). NULL is fine. */
uint64_t case_folder_close(struct case_folder *folder, struct buffer *unsaved);

/* Where a folder without a name will most likely be, before there is one. */
void case_folder_default(struct buffer *path);
/* UTF-8, as long as the folder is open. */
struct text case_folder_path(const struct case_folder *folder);
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
