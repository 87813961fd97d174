/* tree_dialog: who will be killed, suspended, resumed or dumped with a tree, in order, to tick.
 * The list is the plan's; ticks are written into it. What hangs on the tree by one that has ended,
 * or can't be verified, comes unticked, and so do guarded members: to tick one asks for its name.
 * What the system forbids can't be ticked. Window thread. */
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
    bool for_dump; /* the plan's are dumped while they stand still, and then resumed */
    bool utc;
    bool resume_rest; /* as it comes, and as it was chosen */
};

/* True: it shall be done. */
bool tree_dialog_run(struct tree_question *question);

#endif
