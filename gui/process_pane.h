/* process_pane: the tree of processes, as a list_pane over a struct snapshot. */
#ifndef STAKEOUT_GUI_PROCESS_PANE_H
#define STAKEOUT_GUI_PROCESS_PANE_H

#include "gui/list_pane.h"

extern const struct list_pane_class process_pane_class;

#endif
