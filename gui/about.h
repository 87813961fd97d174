/* about: what this program is, and what it may do here. Window thread. */
#ifndef STAKEOUT_GUI_ABOUT_H
#define STAKEOUT_GUI_ABOUT_H

#include <windows.h>

#include <stdbool.h>

#include "core/base/text.h"

#define ABOUT_TEXT 100

struct about_facts {
    bool elevated;
    bool debug;           /* SeDebugPrivilege is on */
    struct text settings; /* path of the settings; empty: they are not kept */
};

/* Runs until it is closed. The text can be selected and copied. */
void about_run(HWND owner, const struct about_facts *facts);

#endif
