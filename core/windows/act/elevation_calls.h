/* elevation_calls: the call that elevation makes, as a table. Inside core/windows and its tests
 * only. */
#ifndef STAKEOUT_WINDOWS_ELEVATION_CALLS_H
#define STAKEOUT_WINDOWS_ELEVATION_CALLS_H

#include <windows.h>

#include <shellapi.h>

#include "core/windows/act/elevation.h"

struct elevation_calls {
    BOOL(WINAPI *execute)(SHELLEXECUTEINFOW *);
};

enum status elevation_start_by(const struct elevation_calls *calls, HWND owner,
                               struct text arguments, struct failure *failure);

#endif
