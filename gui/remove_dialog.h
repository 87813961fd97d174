/* remove_dialog: a file looked into and taken away: who runs it, who holds it, where the registry
 * names it, as it is found; the ways, the safest first; and what came of each step. Window thread.
 */
#ifndef STAKEOUT_GUI_REMOVE_DIALOG_H
#define STAKEOUT_GUI_REMOVE_DIALOG_H

#include "gui/remove_job.h"
#include "gui/settings.h"

/* Controls, for tests. */
#define REMOVE_FILE 100
#define REMOVE_FACTS 101
#define REMOVE_GRID 102
#define REMOVE_STOP 103
#define REMOVE_TOLD 104
#define REMOVE_WAY 105 /* and the two after it: enum removal_way */
#define REMOVE_SAMPLE 110
#define REMOVE_KILL 111
#define REMOVE_HANDLES 112 /* to be closed */
#define REMOVE_NOTE 113
#define REMOVE_DO 114

struct remove_dialog_setup {
    HWND owner;
    struct settings *settings; /* borrowed, may be NULL; likewise below */
    struct text path;
    const struct snapshot *snapshot;
    struct process_key self;
    struct case_sink *sink;
    const struct removal_system *system; /* NULL: the live one */
    enum status (*make_hand)(void *context, struct hand **hand);
    void *context;
    bool utc;
};

/* Runs until it is closed. True: something was done. */
bool remove_dialog_run(const struct remove_dialog_setup *setup);

#endif
