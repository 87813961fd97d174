/* property_script: made-up slow facts of the processes of a made-up machine, for the window of
 * properties. What each process answers is chosen by its PID; what is done to threads goes through
 * the engine's own order of steps, with a made-up thread hand. Any thread. */
#ifndef STAKEOUT_TESTS_PROPERTY_SCRIPT_H
#define STAKEOUT_TESTS_PROPERTY_SCRIPT_H

#include "gui/property_reader.h"
#include "tests/support/gui/window_rig.h"

/* explorer.exe > node.exe (full answers) > child.exe, which has ended; and others by what they
 * refuse. */
enum script_pid {
    SCRIPT_EXPLORER = 50000,
    SCRIPT_PLAIN = 50004,
    SCRIPT_CHILD = 50008,
    SCRIPT_DENIED = 50012,   /* refuses everything */
    SCRIPT_CRITICAL = 50016, /* tells all, and is critical */
    SCRIPT_PROTECTED = 50020,
    SCRIPT_SLOW = 50024 /* its file takes until the reading is stopped */
};

void property_script_machine(struct scripted_source *machine);
/* The reader, which acts with the rig's hand. For rig_open_with, before the window opens. */
void property_script_prepare(struct rig *prepared);

enum script_question { SCRIPT_PARTS, SCRIPT_FILES, SCRIPT_DEEDS };
/* How often it was asked. */
unsigned property_script_asked(enum script_question question);
/* What the windows of the process answer from now on. */
void property_script_windows(enum window_answer answer);
/* What the thread hand does. */
void property_script_outcome(enum thread_outcome outcome);
/* While held, a thread's end is watched no further; orders stand still. */
void property_script_hold(bool hold);
/* Waits until no worker is with the reader any more: before the rig is closed. */
void property_script_settle(void);

#endif
