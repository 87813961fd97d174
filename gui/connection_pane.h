/* connection_pane: the connections, as a list_pane over a struct snapshot. */
#ifndef STAKEOUT_GUI_CONNECTION_PANE_H
#define STAKEOUT_GUI_CONNECTION_PANE_H

#include "gui/list_pane.h"

extern const struct list_pane_class connection_pane_class;

#endif
