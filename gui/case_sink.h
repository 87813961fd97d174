/* case_sink: hits into the case folder, which is made when the first one comes.
 * A program that is only looked at leaves nothing behind; a folder that was named is opened at
 * once, so that it is known at once whether it can be written. While the folder cannot be opened,
 * hits wait here, in order, and each new one tries again. The sink is the sampler's; the rest is
 * the window's. */
#ifndef STAKEOUT_GUI_CASE_SINK_H
#define STAKEOUT_GUI_CASE_SINK_H

#include "core/act/deed.h"
#include "core/case/case_record.h"
#include "core/case/manifest.h"
#include "core/watch/round.h"

struct case_sink;

/* path: empty for the default (windows/case/case_folder.h). Owned: case_sink_close. NULL when there
 * is no memory. */
struct case_sink *case_sink_new(struct text path);
/* Opens the folder now. The line that case_sink_trouble gives says why it failed. */
enum status case_sink_open(struct case_sink *sink);
struct hit_sink case_sink_hits(struct case_sink *sink);
/* After the sampler has ended. Returns how many hits are in no file; their lines are appended to
 * *unsaved. NULL is fine. */
uint64_t case_sink_close(struct case_sink *sink, struct buffer *unsaved);

/* Tries what waits once more. Returns how many hits are in no file. */
uint64_t case_sink_retry(struct case_sink *sink);

/* Where actions are written down: the folder's journal. The folder is opened by the first of them;
 * while it can't be, writing fails, and nothing may be done. Any thread. */
struct act_log case_sink_log(struct case_sink *sink);

/* Makes a case (words are not NULL) or opens one, and goes on there. ST_BUSY: an action is under
 * way, or hits wait that the case so far should have. On failure all goes on as before and *problem
 * gets one line. Blocks: on a worker. */
enum status case_sink_change(struct case_sink *sink, struct text path,
                             const struct case_words *words, struct buffer *problem);
/* Ends the case: its end is written down, and a manifest over all of it. What comes afterwards goes
 * to the default one, which is made when it is needed. ST_NOT_FOUND: none is open. Blocks likewise;
 * *made is the caller's: manifest_made_done. */
enum status case_sink_seal(struct case_sink *sink, struct progress *progress,
                           struct manifest_made *made, struct failure *failure);
/* Whether an action has begun whose outcome is not written down yet. */
bool case_sink_busy(struct case_sink *sink);

/* Appends what the open case is called: its name, else its folder's; nothing while there is none.
 */
void case_sink_name(struct case_sink *sink, struct buffer *out);
/* Appends the folder's path; nothing while there is none. */
void case_sink_path(struct case_sink *sink, struct buffer *out);
/* Likewise; where there is none yet, where it will most likely be. */
void case_sink_place(struct case_sink *sink, struct buffer *out);
/* One line about what cannot be written; nothing when all is well. */
void case_sink_trouble(struct case_sink *sink, struct buffer *line);

#endif
