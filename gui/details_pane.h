/* details_pane: all that is known of one process, connection or hit, as text that can be selected.
 * Written anew only when it would read differently, so that reading and selecting are not
 * disturbed. Window thread. */
#ifndef STAKEOUT_GUI_DETAILS_PANE_H
#define STAKEOUT_GUI_DETAILS_PANE_H

#include <windows.h>

#include "core/model/snapshot.h"
#include "core/watch/hit.h"

struct details_pane;

/* Owned: details_pane_free. */
struct details_pane *details_pane_new(HWND parent, int control_id);
void details_pane_free(struct details_pane *pane);
HWND details_pane_window(const struct details_pane *pane);
void details_pane_set_scale(struct details_pane *pane, HFONT font, unsigned scale);
void details_pane_set_utc(struct details_pane *pane, bool utc);

void details_pane_show_nothing(struct details_pane *pane);
void details_pane_show_process(struct details_pane *pane, const struct snapshot *snapshot,
                               uint32_t index);
void details_pane_show_connection(struct details_pane *pane, const struct snapshot *snapshot,
                                  uint32_t index);
void details_pane_show_hit(struct details_pane *pane, const struct hit *hit, moment now);

#endif
