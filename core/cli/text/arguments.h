/* arguments: what was typed behind stakeout-cli, understood.
 * Two tables say what can be typed: command_table.h and option_table.h; parsing and --help (help.h)
 * both read them. What only all words together can tell is asked last, in arguments_check.h. Wrong
 * usage is one line that says what is wrong and what to do. Portable: the words come in as counted
 * UTF-8 and are borrowed. */
#ifndef STAKEOUT_CLI_ARGUMENTS_H
#define STAKEOUT_CLI_ARGUMENTS_H

#include "core/act/removal.h"
#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/moment.h"
#include "core/case/report.h"
#include "core/cli/text/command_table.h"

enum find_kind { FIND_NONE, FIND_HANDLES, FIND_REGISTRY, FIND_MEMORY };

enum case_work { CASE_WORK_SHOW, CASE_WORK_NEW, CASE_WORK_CLOSE };

struct words {
    struct text *items; /* in the arena */
    size_t count;
};

struct arguments {
    enum command command;
    bool help;
    bool version;
    bool json;
    bool flat;
    bool rejected;
    bool until_hit;
    uint32_t seconds;        /* 0: until it is ended */
    uint32_t interval;       /* ms; 0: the default */
    unsigned on_hit;         /* bits of enum trap_what (act/trap.h) */
    struct words on_hit_for; /* NAME=WHAT, checked */
    struct words never;      /* names of processes that are not suspended */
    bool each_time;
    bool once;    /* what is done without each_time */
    uint32_t pid; /* of commands about one process; kill-thread: 0, any */
    uint32_t tid; /* of kill-thread */
    moment start; /* what its start has to be; 0: not given */
    bool dry_run;
    bool yes;
    bool orphans;         /* trees: also those that hang on it by one that ended */
    bool resume_rest;     /* trees: what could not be killed is let run again */
    struct text hosts;    /* sinkhole: another hosts file than the system's */
    bool full;            /* dumps: all memory */
    bool modules;         /* sample: the modules, too */
    struct text file;     /* sample: this one, of whatever process */
    struct text name;     /* typed by who knows that the process is guarded; case: its name */
    struct text examiner; /* case, and the two below */
    struct text where;
    struct text why;
    enum case_work case_work;
    bool sample;        /* remove: a copy first, whatever the way */
    bool no_sample;     /* remove: none, whatever the way */
    bool kill;          /* remove: whoever runs it */
    bool close_handles; /* remove: of whoever holds it */
    struct text way;    /* remove: as it was typed */
    enum removal_way removal_way;
    struct words leave; /* trees: PIDs to leave out */
    enum find_kind find;
    struct text pattern; /* find: empty when only a list is searched for */
    bool regex;
    bool match_case;
    uint64_t handle;    /* close-handle: its value */
    bool delete_key;    /* registry: delete, not export */
    bool escaped;       /* registry: \x00 in names is a NUL, as find prints it */
    uint32_t limit;     /* results; 0: all */
    struct words only;  /* evidence: names of parts, commas between some */
    struct words rules; /* files */
    bool run_commands;
    struct words pids; /* find: decimal numbers that fit 32 bits; none: all processes */
    struct text out;   /* report: the file, "-" for standard output; empty: in the case */
    struct text as;    /* report: as they were typed; format and language are what is meant */
    struct text lang;
    enum report_format format;
    enum report_language language;
    bool defang; /* report: typed; it is so without it, too */
    bool no_defang;
    struct text folder;
    struct text hide_api;
    struct words lists;
    struct words indicators;
    struct words operands;
};

/* Reads the words behind the program's name. Lists lie in the arena. ST_INVALID with one line in
 * *problem, without a line end. */
enum status arguments_parse(const struct text *words, size_t count, struct arena *arena,
                            struct arguments *arguments, struct buffer *problem);

#endif
