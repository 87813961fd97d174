/* hit_pane: the hits of this session, as a list_pane over a struct hit_list. */
#ifndef STAKEOUT_GUI_HIT_PANE_H
#define STAKEOUT_GUI_HIT_PANE_H

#include "gui/list_pane.h"

extern const struct list_pane_class hit_pane_class;

#endif
