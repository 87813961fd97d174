/* window_answer: whether the windows of a process answer (act/thread_deed.h).
 * One visible window of each thread is sent a message that means nothing, with a time-out and not
 * at all where the system already says that it hangs: whoever asks never hangs with it. */
#ifndef STAKEOUT_WINDOWS_WINDOW_ANSWER_H
#define STAKEOUT_WINDOWS_WINDOW_ANSWER_H

#include "core/act/thread_deed.h"

/* The live one. Not on the window's thread; any other. */
struct window_probe window_probe_of_system(void);

#endif
