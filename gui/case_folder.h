/* case_folder: the folder that hits are written to, as the first sink of the round.
 * The folder and its hits.jsonl are made when the first hit comes, so that a program that is only
 * looked at leaves nothing behind; a folder that was asked for by name is made at once, so that it
 * is known at once whether it can be written. What cannot be written waits in memory and is tried
 * again with the next hit (case/hit_log.h). Made and freed by the window's thread; the sink is the
 * sampler's. */
#ifndef STAKEOUT_GUI_CASE_FOLDER_H
#define STAKEOUT_GUI_CASE_FOLDER_H

#include "core/watch/round.h"

struct case_folder;

/* Owned: case_folder_free, after the sampler has ended. NULL when there is no memory. */
struct case_folder *case_folder_new(struct text path);
void case_folder_free(struct case_folder *folder);
/* Makes the folder and opens the file now. failure may be NULL. */
enum status case_folder_open(struct case_folder *folder, struct failure *failure);
struct hit_sink case_folder_sink(struct case_folder *folder);
/* Borrowed until freed. */
struct text case_folder_path(const struct case_folder *folder);

#endif
