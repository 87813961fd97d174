/* cell_check: a cell in writing, for tests of what columns hold.
 * "empty", "unread: access denied", "text: cmd.exe", "number: 80", "process: cmd.exe 3252",
 * "address: fe80::1%5", "word: no-owner", with ", exited" and the like behind it where the cell
 * bears a note. Moments, durations and shares are numbers: "duration: 5000000". */
#ifndef STAKEOUT_TESTS_CELL_CHECK_H
#define STAKEOUT_TESTS_CELL_CHECK_H

#include "core/model/cell.h"

/* Static storage until the next call. */
const char *cell_check_written(struct cell cell);

#endif
