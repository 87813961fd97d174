/* find: the searches behind `find`, one a kind. Each prints what it finds as it finds it, tells at
 * the end what it could not look into, and returns the exit status. */
#ifndef STAKEOUT_CLI_FIND_H
#define STAKEOUT_CLI_FIND_H

#include "core/cli/console.h"
#include "core/cli/text/arguments.h"
#include "core/find/term.h"

enum exit_status find_handles(const struct arguments *arguments, const struct term *term);
enum exit_status find_registry(const struct arguments *arguments, const struct term *term);
/* term: NULL when only the list of the arguments is searched for. */
enum exit_status find_memory(const struct arguments *arguments, const struct term *term);

/* How a search ended that is over: cancelled, too slow and failed are said (a failure not where
 * --limit was reached, which ends a search, too); trouble was. */
enum exit_status find_ending(enum status status, bool enough, bool trouble, uint64_t printed);

#endif
