/* elevate: this program anew as administrator, with the case, the watchlist and the selection that
 * it has. The user is asked by the system, beside the window's thread. Window thread. */
#ifndef STAKEOUT_GUI_ELEVATE_H
#define STAKEOUT_GUI_ELEVATE_H

#include <windows.h>

#include "core/watch/watchlist.h"
#include "core/windows/act/elevation.h"

struct worker;

struct elevate_order {
    const struct elevation *elevation;
    struct text arguments;
    /* A list that is kept nowhere is written here first, for the new program to read; an empty
     * path: it is not. A reference is taken. */
    const struct watchlist *list;
    struct text list_path;
};

/* Starts asking; message comes when it is answered. All is copied. NULL: it could not be begun.
 * Owned: worker_release, which leaves the system's question standing. */
struct worker *elevate_start(const struct elevate_order *order, HWND window, UINT message);
/* Once the message is there. ST_OK: the new program was started; ST_CANCELLED: the user declined.
 */
enum status elevate_outcome(const struct worker *worker);

#endif
