/* case_sink: hits into the case folder, which is made when the first one comes.
 * A program that is only looked at leaves nothing behind; a folder that was named is opened at
 * once, so that it is known at once whether it can be written. While the folder cannot be opened,
 * hits wait here, in order, and each new one tries again. The sink is the sampler's; the rest is
 * the window's. */
#ifndef STAKEOUT_GUI_CASE_SINK_H
#define STAKEOUT_GUI_CASE_SINK_H

#include "core/act/deed.h"
#include "core/watch/round.h"

struct case_sink;

/* path: empty for the default (windows/case_folder.h). Owned: case_sink_close. NULL when there is
 * no memory. */
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

/* Appends the folder's path; nothing while there is none. */
void case_sink_path(struct case_sink *sink, struct buffer *out);
/* Likewise; where there is none yet, where it will most likely be. */
void case_sink_place(struct case_sink *sink, struct buffer *out);
/* One line about what cannot be written; nothing when all is well. */
void case_sink_trouble(struct case_sink *sink, struct buffer *line);

#endif
