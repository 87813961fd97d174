/* explorer: a file in its folder, in the system's file manager, or in the program for its kind. */
#ifndef STAKEOUT_WINDOWS_EXPLORER_H
#define STAKEOUT_WINDOWS_EXPLORER_H

#include "core/base/status.h"
#include "core/base/text.h"

/* Opens the folder; where the file is gone, the folder alone. Nothing is run. ST_NOT_FOUND: the
 * folder is gone, too. Blocks for as long as the shell takes: not on the window's thread. failure
 * may be NULL. */
enum status explorer_show(struct text path, struct failure *failure);

/* Opens a file with the program that the user has for it, as a double click does. Blocks likewise.
 */
enum status explorer_open(struct text path, struct failure *failure);

#endif
