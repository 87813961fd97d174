/* rules_reader: files of rules that were chosen, read beside the window's thread.
 * What was read is what is followed later: a file that changes in between changes nothing. The
 * first fault ends it, and no rules are handed over then. Window thread, but for the reading. */
#ifndef STAKEOUT_GUI_RULES_READER_H
#define STAKEOUT_GUI_RULES_READER_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/evidence/rule.h"
#include "gui/worker.h"

/* What the worker holds (worker_data), to be read once its message is there. */
struct rules_read {
    struct buffer paths; /* as they were given */
    enum status status;
    struct buffer problem; /* "my.yaml: line 3: a rule without a name"; empty: it is well */
    struct arena *arena;   /* of the rules; taken away by rules_read_take */
    struct rule *rules;    /* NULL: none */
    size_t count;
    size_t commands; /* sources that name a command for this system */
};

/* paths: full ones, each ended by a line feed. Owned: worker_release. NULL: no thread or no memory
 * could be had. */
struct worker *rules_reader_start(struct text paths, HWND window, UINT message);

/* The arena, for the caller to free; *rules are in it. */
struct arena *rules_read_take(struct rules_read *read, const struct rule **rules);

#endif
