/* trap_dialog: what is done by itself at a hit. Window thread. */
#ifndef STAKEOUT_GUI_TRAP_DIALOG_H
#define STAKEOUT_GUI_TRAP_DIALOG_H

#include <windows.h>

#include "core/base/buffer.h"

/* Controls, for tests. */
#define TRAP_DIALOG_RECORD 100
#define TRAP_DIALOG_SUSPEND 101
#define TRAP_DIALOG_TREE 102
#define TRAP_DIALOG_DUMP 103
#define TRAP_DIALOG_FULL 104
#define TRAP_DIALOG_SAMPLE 105
#define TRAP_DIALOG_EACH 106
#define TRAP_DIALOG_NEVER 107
#define TRAP_DIALOG_ONLY 108
#define TRAP_DIALOG_DO 109

/* As it is, and as it was answered. */
struct trap_choice {
    unsigned what; /* bits of enum trap_what */
    bool each_time;
    bool is_full;
    struct buffer never; /* names of processes, one a line; the caller's */
    struct buffer only;  /* "INDICATOR-OR-FILE=suspend,dump", one a line; the caller's */
};

/* False: it was left as it was. */
bool trap_dialog_run(HWND owner, struct trap_choice *choice);

#endif
