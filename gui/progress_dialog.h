/* progress_dialog: how far a long piece of work is, with a bar and a Cancel.
 * It looks at the work ten times a second, ends by itself when that is done, and ends at once when
 * it is cancelled, whether or not the work has noticed by then. Window thread. */
#ifndef STAKEOUT_GUI_PROGRESS_DIALOG_H
#define STAKEOUT_GUI_PROGRESS_DIALOG_H

#include <windows.h>

#include "core/base/text.h"

/* Controls, for tests. */
#define PROGRESS_BAR 100
#define PROGRESS_SO_FAR 101

struct progress_work {
    /* In whatever unit; false: it is over. */
    bool (*look)(void *context, uint64_t *done, uint64_t *total);
    void (*cancel)(void *context);
    void *context;
};

/* words: what is being done. True: it was cancelled here. */
bool progress_dialog_run(HWND owner, struct text words, const struct progress_work *work);

#endif
