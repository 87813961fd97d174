/* option_table: the options of stakeout-cli: which commands take them, what stands behind them, in
 * which member of struct arguments they end, and what --help says of them. An option that means
 * different things to different commands has a row for each. All texts live as long as the
 * program. */
#ifndef STAKEOUT_CLI_OPTION_TABLE_H
#define STAKEOUT_CLI_OPTION_TABLE_H

#include <stdint.h>

#include "core/cli/text/command_table.h"

/* What stands behind an option, and of what type its member is. */
enum option_kind {
    OPTION_FLAG,   /* nothing; bool */
    OPTION_TEXT,   /* struct text */
    OPTION_WORDS,  /* may be given more than once; struct words */
    OPTION_NUMBER, /* uint32_t */
    OPTION_MOMENT, /* moment */
    OPTION_ON_HIT  /* what is done at a hit; unsigned, bits of enum trap_what */
};

struct option {
    const char *name;  /* without the dashes */
    const char *takes; /* what stands behind it in the help; NULL: nothing */
    enum option_kind kind;
    uint32_t offset;   /* of the member of struct arguments */
    unsigned commands; /* that take it: COMMAND_BIT */
    uint32_t least;    /* OPTION_NUMBER */
    uint32_t most;
    const char *help;
};

/* The rows in the order of the help; NULL behind the last. */
const struct option *option_at(size_t index);

/* The row of this name that `command` takes, else the first of the name, which others take; NULL:
 * there is none. */
const struct option *option_find(struct text name, enum command command);

#endif
