/* command_table: the commands of stakeout-cli, their operands, and what --help says of each.
 * A new command is a name in the enum, a row of the table, and its bit in the rows of
 * option_table.c that it takes. All texts live as long as the program. */
#ifndef STAKEOUT_CLI_COMMAND_TABLE_H
#define STAKEOUT_CLI_COMMAND_TABLE_H

#include <stdbool.h>

#include "core/base/text.h"

enum command {
    COMMAND_NONE, /* --help or --version alone */
    COMMAND_PS,
    COMMAND_NET,
    COMMAND_INDICATORS,
    COMMAND_WATCH,
    COMMAND_INFO,
    COMMAND_SUSPEND,
    COMMAND_RESUME,
    COMMAND_RESTART,
    COMMAND_KILL,
    COMMAND_KILL_TREE,
    COMMAND_SUSPEND_TREE,
    COMMAND_RESUME_TREE,
    COMMAND_FIND,
    COMMAND_SINKHOLE,
    COMMAND_KILL_THREAD,
    COMMAND_VERIFY,
    COMMAND_DUMP,
    COMMAND_DUMP_TREE,
    COMMAND_SAMPLE,
    COMMAND_CLOSE,
    COMMAND_EVIDENCE,
    COMMAND_REPORT,
    COMMAND_CASE,
    COMMAND_REMOVE,
    COMMAND_CLOSE_HANDLE,
    COMMAND_REGISTRY,
    COMMAND_COUNT
};

/* A command as a bit of a set of commands. */
#define COMMAND_BIT(command) (1u << (command))

struct command_text {
    const char *name;
    const char *operands; /* what stands behind it in the help; "": nothing */
    size_t least;         /* operands */
    size_t most;
    const char *summary; /* one line, for the overview */
    const char *more;    /* paragraphs behind the options, ending in LF */
};

/* The row of a command; that of COMMAND_NONE holds empty texts. */
const struct command_text *command_text(enum command command);

/* As it is typed. */
const char *command_name(enum command command);

/* The command of this name; COMMAND_NONE: there is none. */
enum command command_named(struct text name);

/* Whether other versions have a command of this name: told apart from typing errors. */
bool command_is_elsewhere(struct text name);

#endif
