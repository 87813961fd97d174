#include "core/cli/text/option_table.h"

#include <stddef.h>

#include "core/cli/text/arguments.h"
#include "core/watch/pace.h"

#define OF(command) COMMAND_BIT(command)
#define EVERY (OF(COMMAND_COUNT) - 1)
#define ONE_ACTS (OF(COMMAND_SUSPEND) | OF(COMMAND_RESUME) | OF(COMMAND_RESTART) | OF(COMMAND_KILL))
#define TREE_ACTS (OF(COMMAND_KILL_TREE) | OF(COMMAND_SUSPEND_TREE) | OF(COMMAND_RESUME_TREE))
#define ACTS (ONE_ACTS | TREE_ACTS)
#define DUMPS (OF(COMMAND_DUMP) | OF(COMMAND_DUMP_TREE))
#define TAKES (DUMPS | OF(COMMAND_SAMPLE) | OF(COMMAND_CLOSE))
#define ANY_ACT (ACTS | OF(COMMAND_KILL_THREAD))
#define TAKES_AWAY (OF(COMMAND_CLOSE_HANDLE) | OF(COMMAND_REGISTRY))

#define MEMBER(name) ((uint32_t)offsetof(struct arguments, name))

static const struct option options[] = {
    {"json", NULL, OPTION_FLAG, MEMBER(json),
     EVERY & ~(OF(COMMAND_NONE) | OF(COMMAND_VERIFY) | OF(COMMAND_REPORT)), 0, 0,
     "print JSON Lines (names of the Elastic Common Schema)"},
    {"flat", NULL, OPTION_FLAG, MEMBER(flat), OF(COMMAND_PS), 0, 0,
     "no tree: in the order in which they started"},
    {"rejected", NULL, OPTION_FLAG, MEMBER(rejected), OF(COMMAND_INDICATORS), 0, 0,
     "print what looked like an indicator and was left out, and why"},
    {"list", "FILE", OPTION_WORDS, MEMBER(lists),
     OF(COMMAND_NET) | OF(COMMAND_WATCH) | OF(COMMAND_FIND), 0, 0,
     "look for what this file holds: a watchlist, a report, CSV, STIX, MISP, a block list; "
     "may be given more than once, - reads standard input"},
    {"indicator", "TEXT", OPTION_WORDS, MEMBER(indicators), OF(COMMAND_WATCH), 0, 0,
     "watch for this address, network, range, port:N, domain, *.domain, name:FILE or /PCRE2/; may "
     "be given more than once"},
    {"seconds", "N", OPTION_NUMBER, MEMBER(seconds), OF(COMMAND_WATCH), 1, 365 * 24 * 3600,
     "end after so many seconds"},
    {"until-hit", NULL, OPTION_FLAG, MEMBER(until_hit), OF(COMMAND_WATCH), 0, 0,
     "end at the first hit"},
    {"interval", "MS", OPTION_NUMBER, MEMBER(interval), OF(COMMAND_WATCH), PACE_LEAST_MS,
     PACE_MOST_MS, "look at the connections every so many ms (25)"},
    {"case", "DIR", OPTION_TEXT, MEMBER(folder),
     OF(COMMAND_WATCH) | ANY_ACT | TAKES | TAKES_AWAY | OF(COMMAND_SINKHOLE) |
         OF(COMMAND_EVIDENCE) | OF(COMMAND_REMOVE),
     0, 0, "write hits and the journal into this case folder (it is made when it is missing)"},
    {"only", "PART,...", OPTION_WORDS, MEMBER(only), OF(COMMAND_EVIDENCE), 0, 0,
     "collect these parts alone; an unknown name prints those that there are"},
    {"rules", "FILE", OPTION_WORDS, MEMBER(rules), OF(COMMAND_EVIDENCE), 0, 0,
     "collect also what this file of rules names (YAML, as OpenForensicRules); may be given more "
     "than once"},
    {"run-commands", NULL, OPTION_FLAG, MEMBER(run_commands), OF(COMMAND_EVIDENCE), 0, 0,
     "run the commands that the rules name"},
    {"regex", NULL, OPTION_FLAG, MEMBER(regex), OF(COMMAND_FIND), 0, 0,
     "PATTERN is a regular expression (PCRE2)"},
    {"case", NULL, OPTION_FLAG, MEMBER(match_case), OF(COMMAND_FIND), 0, 0,
     "small and capital letters differ"},
    {"pid", "N", OPTION_WORDS, MEMBER(pids), OF(COMMAND_FIND), 0, 0,
     "only in this process (not for the registry); may be given more than once"},
    {"pid", "N", OPTION_WORDS, MEMBER(pids), OF(COMMAND_EVIDENCE), 0, 0,
     "handles and memory of this process, too, not only of those with hits in the case; may be "
     "given more than once"},
    {"limit", "N", OPTION_NUMBER, MEMBER(limit), OF(COMMAND_FIND), 1, UINT32_MAX,
     "end after so many results"},
    {"list", "FILE", OPTION_WORDS, MEMBER(lists), OF(COMMAND_SINKHOLE), 0, 0,
     "a watchlist that the addresses are added to, with their domains' names, or taken out of"},
    {"hosts", "FILE", OPTION_TEXT, MEMBER(hosts), OF(COMMAND_SINKHOLE), 0, 0,
     "another hosts file than the system's"},
    {"start", "TIME", OPTION_MOMENT, MEMBER(start),
     ANY_ACT | DUMPS | OF(COMMAND_SAMPLE) | OF(COMMAND_CLOSE_HANDLE), 0, 0,
     "refuse unless the process started then, as ps --json and hits tell it: the PID may belong to "
     "a younger one by now"},
    {"way", "WAY", OPTION_TEXT, MEMBER(way), OF(COMMAND_REMOVE), 0, 0,
     "quarantine (moved into the case, where nothing starts it; the default), now (deleted), "
     "restart (renamed, and deleted when Windows starts the next time: administrators only)"},
    {"sample", NULL, OPTION_FLAG, MEMBER(sample), OF(COMMAND_REMOVE), 0, 0,
     "a copy into the case's samples first; that is so without being said, but for quarantine"},
    {"no-sample", NULL, OPTION_FLAG, MEMBER(no_sample), OF(COMMAND_REMOVE), 0, 0,
     "no copy first: the file is lost"},
    {"kill", NULL, OPTION_FLAG, MEMBER(kill), OF(COMMAND_REMOVE), 0, 0,
     "end the processes that run it or have it loaded, but for guarded ones"},
    {"close", NULL, OPTION_FLAG, MEMBER(close_handles), OF(COMMAND_REMOVE), 0, 0,
     "close the handles of others to it: their processes may fail or write elsewhere"},
    {"dry-run", NULL, OPTION_FLAG, MEMBER(dry_run),
     ANY_ACT | TAKES_AWAY | OF(COMMAND_DUMP_TREE) | OF(COMMAND_REMOVE), 0, 0,
     "print what there is to do, to whom and in which order, and do nothing"},
    {"yes", NULL, OPTION_FLAG, MEMBER(yes), ANY_ACT | TAKES_AWAY | OF(COMMAND_REMOVE), 0, 0,
     "do not ask"},
    {"name", "NAME", OPTION_TEXT, MEMBER(name),
     (ANY_ACT & ~OF(COMMAND_RESUME)) | OF(COMMAND_DUMP_TREE) | OF(COMMAND_CLOSE_HANDLE), 0, 0,
     "harm a guarded process (critical, shell, log-on, an ancestor of this program): give its "
     "name"},
    {"name", "TEXT", OPTION_TEXT, MEMBER(name), OF(COMMAND_CASE), 0, 0, "new: what it is called"},
    {"examiner", "TEXT", OPTION_TEXT, MEMBER(examiner), OF(COMMAND_CASE), 0, 0,
     "new: who works on it"},
    {"where", "TEXT", OPTION_TEXT, MEMBER(where), OF(COMMAND_CASE), 0, 0, "new: site, room"},
    {"why", "TEXT", OPTION_TEXT, MEMBER(why), OF(COMMAND_CASE), 0, 0, "new: what it is about"},
    {"pid", "PID", OPTION_NUMBER, MEMBER(pid), OF(COMMAND_KILL_THREAD), 1, UINT32_MAX,
     "refuse unless the thread is one of this process: its number may be another's by now"},
    {"orphans", NULL, OPTION_FLAG, MEMBER(orphans), TREE_ACTS | OF(COMMAND_DUMP_TREE), 0, 0,
     "also those that hang on the tree by a process that has ended meanwhile"},
    {"leave", "PID", OPTION_WORDS, MEMBER(leave), TREE_ACTS | OF(COMMAND_DUMP_TREE), 0, 0,
     "leave this process out; may be given more than once"},
    {"resume-rest", NULL, OPTION_FLAG, MEMBER(resume_rest),
     OF(COMMAND_KILL_TREE) | OF(COMMAND_SUSPEND_TREE), 0, 0,
     "let what could not be killed run again (it stays suspended otherwise)"},
    {"full", NULL, OPTION_FLAG, MEMBER(full), DUMPS | OF(COMMAND_WATCH), 0, 0,
     "all memory; else threads, stacks, modules, handles and the map of the memory"},
    {"modules", NULL, OPTION_FLAG, MEMBER(modules), OF(COMMAND_SAMPLE), 0, 0,
     "its modules, too, but for those in the Windows folder"},
    {"file", "PATH", OPTION_TEXT, MEMBER(file), OF(COMMAND_SAMPLE), 0, 0,
     "this file instead of a process's image: the process may be long gone"},
    {"on-hit", "WHAT", OPTION_ON_HIT, MEMBER(on_hit), OF(COMMAND_WATCH), 0, 0,
     "what is done at a hit, one or more of record,dump,sample,suspend,suspend-tree (record: "
     "nothing more than the hit)"},
    {"on-hit-for", "NAME=WHAT", OPTION_WORDS, MEMBER(on_hit_for), OF(COMMAND_WATCH), 0, 0,
     "the same for the hits of one --list or --indicator, as it was given; may be given more than "
     "once"},
    {"once", NULL, OPTION_FLAG, MEMBER(once), OF(COMMAND_WATCH), 0, 0,
     "at the first hit of a process only: what is done without --each-time"},
    {"each-time", NULL, OPTION_FLAG, MEMBER(each_time), OF(COMMAND_WATCH), 0, 0,
     "at each hit of a process"},
    {"never", "NAME", OPTION_WORDS, MEMBER(never), OF(COMMAND_WATCH), 0, 0,
     "do not suspend processes of this name; may be given more than once"},
    {"format", "FORMAT", OPTION_TEXT, MEMBER(as), OF(COMMAND_REPORT), 0, 0,
     "html (a page for people), csv, excel (csv with a byte order mark), ecs (JSON Lines), sigma "
     "(JSON Lines with the names of Sysmon) or stix (a STIX 2.1 bundle)"},
    {"lang", "LANGUAGE", OPTION_TEXT, MEMBER(lang), OF(COMMAND_REPORT), 0, 0,
     "of the page: en or zh"},
    {"out", "FILE", OPTION_TEXT, MEMBER(out), OF(COMMAND_REPORT), 0, 0,
     "write it there, - is standard output; without it, into the case"},
    {"defang", NULL, OPTION_FLAG, MEMBER(defang), OF(COMMAND_REPORT), 0, 0,
     "write addresses and host names of the page as 192[.]0[.]2[.]1; that is so without it, too"},
    {"no-defang", NULL, OPTION_FLAG, MEMBER(no_defang), OF(COMMAND_REPORT), 0, 0,
     "write them as they are"},
    {"escaped", NULL, OPTION_FLAG, MEMBER(escaped), OF(COMMAND_REGISTRY), 0, 0,
     "KEY and VALUE are written as find prints them: \\x00 is a NUL, \\u202e that character"},
    {"hide-api", "NAMES", OPTION_TEXT, MEMBER(hide_api), EVERY, 0, 0,
     "for tests: do as if the system did not have these functions (a,b,c or *)"},
    {"help", NULL, OPTION_FLAG, MEMBER(help), EVERY, 0, 0, "this page"},
    {"version", NULL, OPTION_FLAG, MEMBER(version), OF(COMMAND_NONE), 0, 0,
     "print the version and end"},
};

enum { OPTION_COUNT = sizeof options / sizeof options[0] };

const struct option *option_at(size_t index)
{
    return index < OPTION_COUNT ? &options[index] : NULL;
}

/* The command's own comes first. */
const struct option *option_find(struct text name, enum command command)
{
    const struct option *found = NULL;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!text_equal(name, text_from(options[i].name)))
            continue;
        if (options[i].commands & OF(command))
            return &options[i];
        if (!found)
            found = &options[i];
    }
    return found;
}
