/* open_case: the case folder that the command line names, opened. */
#ifndef STAKEOUT_CLI_OPEN_CASE_H
#define STAKEOUT_CLI_OPEN_CASE_H

#include "core/cli/console.h"
#include "core/cli/text/arguments.h"
#include "core/windows/case/case_folder.h"

/* Opens it, or the default one. NULL: that it failed was said, beginning with `what`. One that was
 * closed goes on, and that is said. Owned: case_folder_close. */
struct case_folder *open_case(const struct arguments *arguments, const char *what);

#endif
