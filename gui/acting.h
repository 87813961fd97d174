/* acting: what the user orders to be done to processes, done beside the window's thread.
 * Orders wait for each other, in the order in which they were given; each is for the (PID, start)
 * that was chosen, whatever the lists show by now, and goes through the case's journal. When one is
 * done a message is posted, acting_done tells what came of it in the rows (gui/notes.h) and in one
 * line. Window thread. */
#ifndef STAKEOUT_GUI_ACTING_H
#define STAKEOUT_GUI_ACTING_H

#include <windows.h>

#include "core/act/tree_run.h"

struct acting;

struct acting_setup {
    HWND window;
    UINT message; /* wParam for acting_done */
    struct act_log log;
    /* Makes the hand of one order, on the worker's thread; NULL: the live one. */
    enum status (*make_hand)(void *context, struct hand **hand);
    void *context;
};

#define ACTING_WAITING_MOST 64

/* Owned: acting_free. NULL when there is no memory. */
struct acting *acting_new(const struct acting_setup *setup);
/* Orders that wait are dropped; the one under way is told to stop at the next step and is waited
 * for, at most so many ms: the journal needs its end. */
void acting_free(struct acting *acting, DWORD ms);

/* ST_BUSY: too many wait already. A reference to the facts is taken. */
enum status acting_order(struct acting *acting, enum act_kind kind,
                         const struct process_facts *facts);
/* The plan is handed over, also on failure. */
enum status acting_order_tree(struct acting *acting, struct tree_plan *plan, bool resume_rest);
/* How many orders are under way or wait. */
size_t acting_under_way(const struct acting *acting);
/* The tree under way, if any, stops at its next step. */
void acting_cancel(struct acting *acting);

/* The message came: *line gets what is to be told. */
void acting_done(struct acting *acting, WPARAM wide, struct buffer *line);

#endif
