/* looks: whether a dialog can be read and worked with: that words fit where they stand, that
 * nothing lies over something else or outside, that no letter means two things, that Cancel is
 * the last of its row, that Enter and the focus have somewhere to go. Faults are collected, each
 * once, and told together. Where STAKEOUT_PICTURES names a folder, a picture (.bmp) of each dialog
 * is left in it. */
#ifndef STAKEOUT_TESTS_LOOKS_H
#define STAKEOUT_TESTS_LOOKS_H

#include <windows.h>

/* As it is now. `name` is for the fault's words and the picture's name. */
void looks_check(HWND dialog, const char *name);
/* As it came, then as small as it can be made, then at 144 DPI; it is left as it came. */
void looks_check_sizes(HWND dialog, const char *name);
/* Fails with all that was found since the last time. */
void looks_assert(void);

#endif
