/* thread_order: one order to one thread, done beside the window's thread, and what is heard of it.
 * After a thread was ended its process is watched for ten seconds; whoever gave the order hears how
 * it is, again and again. When nobody listens any more the watch goes on, and ends in the journal.
 */
#ifndef STAKEOUT_GUI_THREAD_ORDER_H
#define STAKEOUT_GUI_THREAD_ORDER_H

#include "gui/property_reader.h"

struct thread_order_setup {
    const struct property_reader *reader; /* borrowed, static */
    struct act_log log;                   /* for as long as the worker runs */
    enum thread_deed deed;
    struct thread_target target; /* copied */
    HWND window;
    UINT message; /* something new is to be heard */
};

/* NULL when there is no memory: nothing is done. Owned: thread_order_release. */
struct worker *thread_order_start(const struct thread_order_setup *setup);
/* What was heard last; false: nothing yet. */
bool thread_order_report(const struct worker *worker, struct thread_report *report);
/* Nobody listens any more. Hurried: it watches no longer either. */
void thread_order_leave(const struct worker *worker, bool hurried);
/* True: it is over, and can be let go of. */
bool thread_order_over(const struct worker *worker);

/* "Thread 5: suspended, count 1"; "Thread 5: terminated. 3 s later its process lives…". Window
 * thread. */
void thread_order_words(struct buffer *out, uint32_t tid, const struct thread_report *report);

#endif
