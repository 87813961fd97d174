/* worker: a piece of work beside the window's thread, with a cancel that leaves nothing behind.
 * The work and what it works on are one thing with two owners, the thread and whoever started it;
 * it is disposed of when the last of them lets go. So a window may close, or start something else,
 * while the thread is still at it: what comes out is then thrown away by the thread itself. */
#ifndef STAKEOUT_GUI_WORKER_H
#define STAKEOUT_GUI_WORKER_H

#include <windows.h>

#include <stdatomic.h>
#include <stdbool.h>

struct worker;

struct worker_class {
    /* On the thread. *cancel turns true when nobody waits for it any more: look at it now and then.
     */
    void (*run)(void *data, const atomic_bool *cancel);
    /* On whichever thread lets go last. */
    void (*dispose)(void *data);
};

/* Starts a thread. When the work is done `message` is posted to the window, with worker_number in
 * wParam. data is handed over, also on failure. Owned: worker_release. NULL: no thread could be
 * had. */
struct worker *worker_start(const struct worker_class *class, void *data, HWND window,
                            UINT message);
/* Tells the thread to stop and lets go; never waits. NULL is fine. */
void worker_release(struct worker *worker);
/* Waits until the work is done, at most so many ms; true when it is. Its message comes all the
 * same.
 */
bool worker_wait(const struct worker *worker, DWORD ms);
/* To be compared with wParam: a message may come from work that was released. Never 0. */
WPARAM worker_number(const struct worker *worker);
/* What was handed over; the window's to read and change once the message is there. */
void *worker_data(const struct worker *worker);

#endif
