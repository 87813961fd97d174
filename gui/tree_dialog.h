/* tree_dialog: who will be killed, suspended or resumed with a tree, in order, to tick.
 * The list is the plan's; ticks are written into it. What hangs on the tree by one that has ended,
 * or can't be verified, comes unticked; guarded members can't be ticked here, they are for a
 * question of their own. Window thread. */
#ifndef STAKEOUT_GUI_TREE_DIALOG_H
#define STAKEOUT_GUI_TREE_DIALOG_H

#include "core/act/tree_plan.h"
#include "gui/settings.h"

/* Controls, for tests. */
#define TREE_TEXT 100
#define TREE_GRID 101
#define TREE_REST 102 /* what could not be killed is resumed */
#define TREE_DO 103

struct tree_question {
    HWND owner;
    struct settings *settings; /* borrowed, may be NULL */
    struct tree_plan *plan;
    bool utc;
    bool resume_rest; /* as it comes, and as it was chosen */
};

/* True: it shall be done. */
bool tree_dialog_run(struct tree_question *question);

#endif
