#include "core/cli/text/arguments.h"

#include <string.h>

#include "core/act/trap.h"
#include "core/cli/text/visible.h"
#include "core/watch/pace.h"

#define OF(command) (1u << (command))
#define EVERY (OF(COMMAND_COUNT) - 1)
#define ONE_ACTS (OF(COMMAND_SUSPEND) | OF(COMMAND_RESUME) | OF(COMMAND_RESTART) | OF(COMMAND_KILL))
#define TREE_ACTS (OF(COMMAND_KILL_TREE) | OF(COMMAND_SUSPEND_TREE) | OF(COMMAND_RESUME_TREE))
#define ACTS (ONE_ACTS | TREE_ACTS)
#define DUMPS (OF(COMMAND_DUMP) | OF(COMMAND_DUMP_TREE))
#define TAKES (DUMPS | OF(COMMAND_SAMPLE) | OF(COMMAND_CLOSE))
#define ABOUT_ONE (ACTS | DUMPS | OF(COMMAND_INFO))
#define ANY_ACT (ACTS | OF(COMMAND_KILL_THREAD))
#define TAKES_AWAY (OF(COMMAND_CLOSE_HANDLE) | OF(COMMAND_REGISTRY))

enum option_kind {
    OPTION_FLAG,
    OPTION_TEXT,
    OPTION_WORDS,
    OPTION_NUMBER,
    OPTION_MOMENT,
    OPTION_ON_HIT
};

struct option {
    const char *name;
    const char *takes; /* what stands behind it in the help; NULL: nothing */
    enum option_kind kind;
    uint32_t offset;   /* of the member of struct arguments */
    unsigned commands; /* that take it */
    uint32_t least;    /* OPTION_NUMBER */
    uint32_t most;
    const char *help;
};

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
     "be "
     "given more than once"},
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

enum { OPTION_COUNT = sizeof(options) / sizeof(options[0]) };

struct command_text {
    const char *name;
    const char *operands;
    size_t least; /* operands */
    size_t most;
    const char *summary;
    const char *more;
};

#define ACT_NOTES                                                                                  \
    "Whoever is meant is held by a handle whose start time is compared first, and the action "     \
    "and\n"                                                                                        \
    "its outcome are written to journal.jsonl in the case folder. Exit status: 0 done and seen "   \
    "to\n"                                                                                         \
    "be so, 1 not done or not wholly, 2 refused or wrong usage.\n"

#define EVIDENCE_NOTES                                                                             \
    "It is written to journal.jsonl\nin the case folder before and after. Exit status: 0 done "    \
    "and "                                                                                         \
    "seen to be so, 1 not done,\n2 refused or wrong usage.\n"

static const struct command_text commands[COMMAND_COUNT] = {
    [COMMAND_NONE] = {"", "", 0, 0, "", ""},
    [COMMAND_PS] = {"ps", "", 0, 0, "processes, as a tree",
                    "A process stands under its parent only if that one started no later.\n"
                    "What could not be read stands in parentheses with the reason.\n"},
    [COMMAND_NET] =
        {"net", "", 0, 0, "connections, watched ones first and marked",
         "A UDP socket's peer is not told by the system: it shows as *, and can't be watched for.\n"
         "With --list the exit status is 0 when a watched connection is open, else 1.\n"},
    [COMMAND_INDICATORS] = {"indicators", "FILE...", 1, SIZE_MAX,
                            "finds indicators in any text and prints them, one a line",
                            "- reads standard input. What is printed can be given to --list.\n"
                            "Doubtful ones (private addresses, well-known hosts, links beside "
                            "defanged values ...) are "
                            "left\nout; --rejected prints those instead, each with the reason.\n"
                            "The exit status is 1 when there is nothing to print.\n"},
    [COMMAND_WATCH] =
        {"watch", "", 0, 0, "the trap: prints each hit as it happens",
         "Give at least one --list or --indicator. Ctrl-C ends it in order.\n"
         "Each hit is written to hits.jsonl in the case folder, and flushed, before it is "
         "printed.\n"
         "With --on-hit the process is held, dumped and its file copied by itself, in the order\n"
         "hit, journal, suspend, tree, dump, sample. Nobody is asked, so guarded processes "
         "(critical,\n"
         "shell, log-on, console hosts, those that this program runs under) are never suspended.\n"
         "Without --case that folder is stakeout-case beside this program or, where that can't be\n"
         "written, %LOCALAPPDATA%\\Stakeout\\stakeout-case.\n"
         "The exit status is 0 when there was a hit, 1 when there was none.\n"},
    [COMMAND_INFO] = {"info", "PID", 1, 1, "all that is known of one process",
                      "Its facts, its parents and children, its connections, and the times of its "
                      "file beside its start.\n"},
    [COMMAND_SUSPEND] = {"suspend", "PID", 1, 1, "suspends a process, one count",
                         "Suspended twice, it needs to be resumed twice.\n" ACT_NOTES},
    [COMMAND_RESUME] =
        {"resume", "PID", 1, 1, "resumes a process, one count",
         "One that others have suspended, too, stands still until they resume it.\n" ACT_NOTES},
    [COMMAND_RESTART] = {"restart", "PID", 1, 1,
                         "kills a process and starts it again: same command line, folder and user",
                         "Where the start fails its command line is printed.\n" ACT_NOTES},
    [COMMAND_KILL] = {"kill", "PID", 1, 1, "kills a process",
                      "One that has ended already is a success.\n" ACT_NOTES},
    [COMMAND_KILL_TREE] =
        {"kill-tree", "PID", 1, 1, "kills a process and all that it started",
         "They are suspended from the root down until nothing new appears, killed from the leaves\n"
         "up, and looked for again until two looks find nothing.\n" ACT_NOTES},
    [COMMAND_SUSPEND_TREE] = {"suspend-tree", "PID", 1, 1,
                              "suspends a process and all that it started", ACT_NOTES},
    [COMMAND_SINKHOLE] =
        {"sinkhole", "status|add DOMAIN...|remove DOMAIN...|restore|convert", 1, SIZE_MAX,
         "pins domains to addresses that lead nowhere, in the hosts file",
         "So that a connection to them lives long enough to be seen: watch for the address that "
         "is\n"
         "told. One exact name each (hosts files know no *.), 762 at most; names of Microsoft and "
         "of\n"
         "this machine are refused. The file is saved into the case first, replaced at once, and\n"
         "looked at again after some seconds, since security software may put it back. restore\n"
         "takes the block out; --list FILE has the addresses added to that watchlist, each with "
         "its\n"
         "domain's name, and taken out again. A file of UTF-16, which no resolver reads, is "
         "refused;\n"
         "convert makes it UTF-8. It does not stop literal addresses, programs with a resolver of\n"
         "their own (DNS over HTTPS), and connections that are open already.\n"
         "Exit status: 0 done and still so, 1 nothing to do, put back, or not there, 2 refused.\n"},
    [COMMAND_REMOVE] =
        {"remove", "FILE", 1, 1,
         "takes a file away: into quarantine, deleted, or at the next start",
         "First it shows who runs the file, who holds it and where the registry names it. Links "
         "and\n"
         "short names are followed to the file itself; Windows' own files, this program and the "
         "case\nare refused. What is removed is the very file that was shown: one that was put in "
         "its place\nmeanwhile is left alone. " EVIDENCE_NOTES},
    [COMMAND_VERIFY] =
        {"verify", "CASE", 1, 1, "whether a case is as it was written",
         "Checks case.json, the chain of journal.jsonl, and each file against manifest.sha256; "
         "says\n"
         "the first line, and every file, that was changed, is missing or was added. Exit status:\n"
         "0 all is sound, 1 something is wrong, 2 it can't be read.\n"},
    [COMMAND_CASE] =
        {"case", "new|show|close DIR", 2, 2, "makes, shows and closes a case",
         "new makes the folder, or makes a case of one that is there. Others open it with --case\n"
         "DIR; each opening is kept, with its user, machine, clock, program, settings and lists.\n"
         "close writes manifest.sha256 over all files (sha256sum -c accepts it) and tells its own\n"
         "SHA-256, to be written down elsewhere. Opened again it goes on, and that manifest is "
         "kept\n"
         "as manifest-1.sha256. Exit status: 0 done, 1 closed already, 2 it can't be done.\n"},
    [COMMAND_RESUME_TREE] = {"resume-tree", "PID", 1, 1,
                             "resumes a process and all that it started", ACT_NOTES},
    [COMMAND_FIND] =
        {"find", "KIND PATTERN", 1, 2,
         "finds who holds it, where it is written, who has it in memory",
         "KIND is handles, registry or memory. With --list, memory is searched for every address "
         "and\nhost name of the list at once, and PATTERN may be left out.\n"
         "A pattern that would take too long is told as too slow, never as not found. Ctrl-C ends "
         "it;\nwhat was found by then is printed.\n"
         "Exit status: 0 found, 1 nothing found, 2 wrong usage, an error or Ctrl-C.\n"},
    [COMMAND_KILL_THREAD] =
        {"kill-thread", "TID", 1, 1, "ends one thread of a process",
         "A thread that is ended releases nothing: its process may hang, lose data or end. The\n"
         "process is watched for ten seconds, and what became of it is told.\n" ACT_NOTES},
    [COMMAND_REPORT] =
        {"report", "CASE", 1, 1, "writes the result of a case: a page, or its hits for others",
         "The page is one file of HTML that needs no network and no script. Written into the case "
         "it is\nreport.html; csv, excel, ecs and sigma are hits.csv, hits-excel.csv, "
         "hits-ecs.jsonl and\nhits-sigma.jsonl, stix is indicators.stix.json. Nothing else of the "
         "case is changed.\nText that a spreadsheet would run as a formula gets a ' before it in "
         "csv; all else is exact in ecs.\nExit status: 0 written, 2 it can't be read or "
         "written.\n"},
    [COMMAND_DUMP] =
        {"dump", "PID", 1, 1, "writes a process's memory into the case, as a minidump",
         "The file is dumps\\NAME-PID-TIME.dmp in the case folder, whole or not there; "
         "its SHA-256 is\nprinted. Ctrl-C ends it and leaves nothing. " EVIDENCE_NOTES},
    [COMMAND_DUMP_TREE] =
        {"dump-tree", "PID", 1, 1, "dumps a process and all that it started, suspended meanwhile",
         "They are suspended from the root down until nothing new appears, dumped one after "
         "another,\nand resumed, also after Ctrl-C. " EVIDENCE_NOTES},
    [COMMAND_SAMPLE] =
        {"sample", "[PID]", 0, 1, "copies a process's file into the case",
         "The copy is samples\\SHA256.sample in the case folder, read-only, with "
         "SHA256.json beside it.\nThe file is read without a change to its times. " EVIDENCE_NOTES},
    [COMMAND_CLOSE] =
        {"close", "LOCAL REMOTE", 2, 2, "closes a TCP connection and looks whether it is closed",
         "Both ends as net prints them: 10.0.0.5:50000 192.0.2.1:443, [2001:db8::1]:443. The "
         "program\nmay connect anew. " EVIDENCE_NOTES},
    [COMMAND_EVIDENCE] =
        {"evidence", "", 0, 0,
         "collects what the machine tells, most volatile first, into the case",
         "Rows (JSON Lines) and files go to evidence in the case folder, or to evidence-2 and so "
         "on\n"
         "where there is one. parts.jsonl tells of each part how it was had, when, and what is "
         "missing\nand why; manifest.sha256 has every file of the case, for sha256sum -c. Ctrl-C "
         "keeps what\nwas had by then. Exit status: 0 collected, 1 nothing could be had, or "
         "Ctrl-C, "
         "2 refused or\nwrong usage.\n"},
    [COMMAND_CLOSE_HANDLE] =
        {"close-handle", "PID HANDLE", 2, 2, "closes a handle that another process has open",
         "HANDLE as find handles prints it: 0x1a4, or 420. The process goes on believing that it "
         "has\nit: it may fail, crash, or write into what gets the number next. " EVIDENCE_NOTES},
    [COMMAND_REGISTRY] =
        {"registry", "export KEY FILE|delete KEY [VALUE]", 2, 3,
         "writes a key as a .reg file; deletes a key, or one value of it",
         "KEY as find registry prints it: HKLM\\... or HKU\\...; a VALUE of \"\" is the default "
         "one. No file\nis replaced: a taken name gets a number. What is deleted is saved first, "
         "as "
         "a .reg file in the\ncase folder. Links are deleted, not followed. " EVIDENCE_NOTES},
};

/* Commands that other versions have: told apart from typing errors. */
static const char *const later[] = {
    "record",
    "replay",
};

const char *command_name(enum command command)
{
    return commands[command].name;
}

/* --- parsing --- */

struct parser {
    const struct text *words;
    size_t count;
    size_t at;
    struct arena *arena;
    struct arguments *arguments;
    struct buffer *problem;
};

static enum status refuse(struct parser *parser, struct text what, const char *why)
{
    buffer_add(parser->problem, what);
    buffer_add_string(parser->problem, why);
    return ST_INVALID;
}

static enum status refuse_option(struct parser *parser, const struct option *option,
                                 const char *why)
{
    buffer_add_string(parser->problem, "--");
    buffer_add_string(parser->problem, option->name);
    buffer_add_string(parser->problem, why);
    return ST_INVALID;
}

static void *member(struct parser *parser, const struct option *option)
{
    return (char *)parser->arguments + option->offset;
}

/* Room for one word more: at most as many as there are words. */
static enum status add_word(struct parser *parser, struct words *words, struct text word)
{
    if (!words->items) {
        words->items = arena_take(parser->arena, parser->count * sizeof(struct text));
        if (!words->items)
            return ST_NO_MEMORY;
    }
    words->items[words->count++] = word;
    return ST_OK;
}

static enum status refuse_what(struct parser *parser, const char *option, struct text unknown)
{
    buffer_add_string(parser->problem, option);
    refuse(parser, text_of(" \""), "");
    return refuse(parser, unknown,
                  "\": there is no such thing to do; give some of "
                  "record,dump,sample,suspend,suspend-tree");
}

static enum status take_on_hit(struct parser *parser, const struct option *option,
                               struct text value)
{
    struct text unknown;
    if (trap_parse(value, member(parser, option), &unknown))
        return ST_OK;
    return refuse_what(parser, "--on-hit", unknown);
}

static enum status take_number(struct parser *parser, const struct option *option,
                               struct text value)
{
    uint64_t number = 0;
    if (text_number(value, option->most, &number) && number >= option->least) {
        *(uint32_t *)member(parser, option) = (uint32_t)number;
        return ST_OK;
    }
    refuse_option(parser, option, " ");
    refuse(parser, value, ": give a whole number from ");
    buffer_add_unsigned(parser->problem, option->least);
    buffer_add_string(parser->problem, " to ");
    buffer_add_unsigned(parser->problem, option->most);
    return ST_INVALID;
}

static enum status take_value(struct parser *parser, const struct option *option, struct text value)
{
    if (!value.size)
        return refuse_option(parser, option, ": what stands behind it is empty");
    switch (option->kind) {
    case OPTION_TEXT:
        *(struct text *)member(parser, option) = value;
        return ST_OK;
    case OPTION_WORDS:
        return add_word(parser, member(parser, option), value);
    case OPTION_NUMBER:
        return take_number(parser, option, value);
    case OPTION_MOMENT:
        if (moment_parse_iso(value, member(parser, option)))
            return ST_OK;
        refuse_option(parser, option, " ");
        return refuse(parser, value, ": give a time like 2026-11-25T02:43:29.1234567Z");
    case OPTION_ON_HIT:
        return take_on_hit(parser, option, value);
    case OPTION_FLAG:
        break;
    }
    return ST_INVALID;
}

/* One name may mean different things: the command's own comes first. */
static const struct option *find_option(struct text name, enum command command)
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

static enum status refuse_for_command(struct parser *parser, const struct option *option)
{
    enum command command = parser->arguments->command;
    refuse_option(parser, option, " does not go with ");
    if (command == COMMAND_NONE)
        return refuse(parser, text_of("no command"),
                      ": put a command first; see stakeout-cli --help");
    buffer_add_string(parser->problem, command_name(command));
    buffer_add_string(parser->problem, "; see stakeout-cli ");
    return refuse(parser, text_from(command_name(command)), " --help");
}

/* word is what stands behind the two dashes: "list", "list=FILE". */
static enum status take_option(struct parser *parser, struct text word)
{
    size_t equals = text_find(word, text_of("="));
    struct text name = text_slice(word, 0, equals == SIZE_MAX ? word.size : equals);
    const struct option *option = find_option(name, parser->arguments->command);
    if (!option) {
        buffer_add_string(parser->problem, "--");
        return refuse(parser, name, ": there is no such option; see stakeout-cli --help");
    }
    if (!(option->commands & OF(parser->arguments->command)))
        return refuse_for_command(parser, option);
    if (option->kind == OPTION_FLAG) {
        if (equals != SIZE_MAX)
            return refuse_option(parser, option, " takes nothing behind it");
        *(bool *)member(parser, option) = true;
        return ST_OK;
    }
    if (equals != SIZE_MAX)
        return take_value(parser, option, text_slice(word, equals + 1, word.size - equals - 1));
    if (parser->at == parser->count) {
        refuse_option(parser, option, " needs ");
        return refuse(parser, text_from(option->takes), " behind it");
    }
    return take_value(parser, option, parser->words[parser->at++]);
}

static enum status take_command(struct parser *parser, struct text word)
{
    for (int i = COMMAND_PS; i < COMMAND_COUNT; i++) {
        if (text_equal(word, text_from(commands[i].name))) {
            parser->arguments->command = (enum command)i;
            return ST_OK;
        }
    }
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
        if (text_equal(word, text_from(later[i])))
            return refuse(parser, word,
                          ": not in this version; stakeout-cli --help lists what there is");
    return refuse(parser, word, ": there is no such command; see stakeout-cli --help");
}

static bool asks_for_help(struct text word)
{
    return text_equal(word, text_of("-h")) || text_equal(word, text_of("-?")) ||
           text_equal(word, text_of("/?"));
}

static enum status take_word(struct parser *parser, bool only_operands)
{
    struct arguments *arguments = parser->arguments;
    struct text word = parser->words[parser->at++];
    if (!only_operands) {
        if (asks_for_help(word)) {
            arguments->help = true;
            return ST_OK;
        }
        if (text_starts(word, text_of("--")))
            return take_option(parser, text_slice(word, 2, word.size - 2));
        if (word.size > 1 && word.bytes[0] == '-')
            return refuse(parser, word, ": there is no such option; options begin with two dashes");
    }
    if (arguments->command == COMMAND_NONE)
        return take_command(parser, word);
    return add_word(parser, &arguments->operands, word);
}

static enum status check_pid(struct parser *parser, struct text word, uint32_t *pid)
{
    uint64_t number = 0;
    if (!text_number(word, UINT32_MAX, &number)) {
        buffer_add_string(parser->problem, command_name(parser->arguments->command));
        refuse(parser, text_of(": \""), "");
        return refuse(parser, word, "\" is no PID; give the number that ps prints");
    }
    *pid = (uint32_t)number;
    return ST_OK;
}

static enum status check_thread(struct parser *parser)
{
    struct text word = parser->arguments->operands.items[0];
    uint64_t number = 0;
    if (text_number(word, UINT32_MAX, &number) && number) {
        parser->arguments->tid = (uint32_t)number;
        return ST_OK;
    }
    refuse(parser, text_of("kill-thread: \""), "");
    return refuse(parser, word, "\" is no TID; give the number that info prints");
}

static enum status check_process(struct parser *parser)
{
    struct arguments *arguments = parser->arguments;
    enum status status = check_pid(parser, arguments->operands.items[0], &arguments->pid);
    for (size_t i = 0; i < arguments->leave.count && status == ST_OK; i++) {
        uint32_t pid;
        status = check_pid(parser, arguments->leave.items[i], &pid);
    }
    return status;
}

/* The name of a kind of search, as it is typed; 0: there is none. */
static enum find_kind find_kind_of(struct text word)
{
    return text_equal(word, text_of("handles"))    ? FIND_HANDLES
           : text_equal(word, text_of("registry")) ? FIND_REGISTRY
           : text_equal(word, text_of("memory"))   ? FIND_MEMORY
                                                   : FIND_NONE;
}

static enum status check_pids(struct parser *parser)
{
    const struct words *pids = &parser->arguments->pids;
    enum status status = ST_OK;
    for (size_t i = 0; i < pids->count && status == ST_OK; i++) {
        uint32_t pid;
        status = check_pid(parser, pids->items[i], &pid);
    }
    return status;
}

static enum status check_find(struct parser *parser)
{
    struct arguments *arguments = parser->arguments;
    struct text kind = arguments->operands.items[0];
    arguments->find = find_kind_of(kind);
    if (!arguments->find) {
        refuse(parser, text_of("find: "), "");
        return refuse(parser, kind, ": give handles, registry or memory, then what to look for");
    }
    if (arguments->operands.count == 2)
        arguments->pattern = arguments->operands.items[1];
    if (arguments->lists.count && arguments->find != FIND_MEMORY)
        return refuse(parser, text_of("--list goes with find memory only"),
                      "; give a PATTERN to the other two");
    if (arguments->pids.count && arguments->find == FIND_REGISTRY)
        return refuse(parser, text_of("--pid does not go with find registry"),
                      ": the registry belongs to no process");
    if (!arguments->pattern.size && !arguments->lists.count)
        return refuse(parser, text_of("find: nothing to look for"),
                      arguments->find == FIND_MEMORY ? "; give a PATTERN or --list FILE"
                                                     : "; give a PATTERN");
    return check_pids(parser);
}

static enum status check_case(struct parser *parser)
{
    static const char *const names[] = {"show", "new", "close"};
    struct arguments *arguments = parser->arguments;
    struct text work = arguments->operands.items[0];
    bool has_words = arguments->name.size || arguments->examiner.size || arguments->where.size ||
                     arguments->why.size;
    for (int i = 0; i < 3; i++) {
        if (!text_equal(work, text_from(names[i])))
            continue;
        arguments->case_work = (enum case_work)i;
        if (has_words && arguments->case_work != CASE_WORK_NEW)
            return refuse(parser, text_of("case: --name, --examiner, --where and --why"),
                          " go with new only");
        return ST_OK;
    }
    refuse(parser, text_of("case: "), "");
    return refuse(parser, work, ": give new, show or close, then the folder");
}

static bool is_given(const struct words *words, struct text name)
{
    for (size_t i = 0; i < words->count; i++)
        if (text_equal(words->items[i], name))
            return true;
    return false;
}

/* NAME=WHAT, where NAME is a list or an indicator that was given. */
static enum status check_on_hit_for(struct parser *parser, struct text written)
{
    const struct arguments *arguments = parser->arguments;
    size_t equals = written.size;
    while (equals > 0 && written.bytes[equals - 1] != '=')
        equals--;
    struct text name = text_slice(written, 0, equals ? equals - 1 : 0);
    struct text unknown;
    unsigned what;
    if (!name.size) {
        refuse(parser, text_of("--on-hit-for "), "");
        return refuse(parser, written, ": give NAME=WHAT");
    }
    if (!is_given(&arguments->lists, name) && !is_given(&arguments->indicators, name)) {
        refuse(parser, text_of("--on-hit-for "), "");
        return refuse(parser, name, ": there is no such --list or --indicator");
    }
    if (!trap_parse(text_slice(written, equals, written.size - equals), &what, &unknown))
        return refuse_what(parser, "--on-hit-for", unknown);
    return ST_OK;
}

static enum status check_watch(struct parser *parser)
{
    const struct arguments *arguments = parser->arguments;
    if (!arguments->lists.count && !arguments->indicators.count)
        return refuse(parser, text_of("watch: nothing to watch for"),
                      "; give --indicator TEXT or --list FILE");
    if (arguments->once && arguments->each_time)
        return refuse(parser, text_of("--once does not go with --each-time"), "");
    enum status status = ST_OK;
    for (size_t i = 0; i < arguments->on_hit_for.count && status == ST_OK; i++)
        status = check_on_hit_for(parser, arguments->on_hit_for.items[i]);
    return status;
}

/* A process or a file. */
static enum status check_sample(struct parser *parser)
{
    const struct arguments *arguments = parser->arguments;
    if (!arguments->operands.count && !arguments->file.size)
        return refuse(parser, text_of("sample: give PID"), ", or --file PATH");
    if (!arguments->file.size)
        return check_process(parser);
    if (arguments->operands.count || arguments->modules || arguments->start)
        return refuse(parser, text_of("sample: --file is about a file alone"),
                      "; leave out PID, --modules and --start");
    return ST_OK;
}

/* The format and the language; what is about the page goes with no other format. */
static enum status check_report(struct parser *parser)
{
    struct arguments *arguments = parser->arguments;
    int format = REPORT_HTML;
    while (arguments->as.size && format < REPORT_FORMATS &&
           !text_equal(arguments->as, text_from(report_format_word((enum report_format)format))))
        format++;
    if (format == REPORT_FORMATS) {
        refuse(parser, text_of("--format "), "");
        return refuse(parser, arguments->as, ": give html, csv, excel, ecs, sigma or stix");
    }
    arguments->format = (enum report_format)format;
    if (arguments->format != REPORT_HTML &&
        (arguments->lang.size || arguments->defang || arguments->no_defang))
        return refuse(parser, text_of("--lang, --defang and --no-defang"),
                      " go with --format html only");
    if (arguments->defang && arguments->no_defang)
        return refuse(parser, text_of("--defang and --no-defang"), ": give one of them");
    if (text_equal(arguments->lang, text_of("zh")))
        arguments->language = REPORT_CHINESE;
    else if (arguments->lang.size && !text_equal(arguments->lang, text_of("en")))
        return refuse(parser, text_of("--lang: give en or zh"), "");
    return ST_OK;
}

static enum status check_remove(struct parser *parser)
{
    struct arguments *arguments = parser->arguments;
    int way = REMOVAL_QUARANTINE;
    if (arguments->sample && arguments->no_sample)
        return refuse(parser, text_of("--sample and --no-sample"), " contradict each other");
    while (arguments->way.size && way < REMOVAL_WAYS &&
           !text_equal(arguments->way, text_from(removal_way_name((enum removal_way)way))))
        way++;
    if (way == REMOVAL_WAYS) {
        refuse(parser, text_of("--way "), "");
        return refuse(parser, arguments->way, ": give quarantine, now or restart");
    }
    arguments->removal_way = (enum removal_way)way;
    return ST_OK;
}

/* "0x1a4" or "420". */
static bool parse_handle(struct text word, uint64_t *value)
{
    bool good = text_starts_nocase(word, text_of("0x"))
                    ? hex_read(text_slice(word, 2, word.size - 2), value)
                    : text_number(word, UINT32_MAX, value);
    return good && *value;
}

static enum status check_handle(struct parser *parser)
{
    struct text word = parser->arguments->operands.items[1];
    if (parse_handle(word, &parser->arguments->handle))
        return check_process(parser);
    refuse(parser, text_of("close-handle: \""), "");
    return refuse(parser, word, "\" is no handle; give the number that find handles prints");
}

static enum status check_registry(struct parser *parser)
{
    struct arguments *arguments = parser->arguments;
    struct text what = arguments->operands.items[0];
    arguments->delete_key = text_equal(what, text_of("delete"));
    if (!arguments->delete_key && !text_equal(what, text_of("export"))) {
        refuse(parser, text_of("registry: "), "");
        return refuse(parser, what, ": give export KEY FILE, or delete KEY [VALUE]");
    }
    if (!arguments->delete_key && arguments->operands.count < 3)
        return refuse(parser, text_of("registry export: give KEY FILE"), "");
    return ST_OK;
}

/* What only the whole can tell. */
static enum status check(struct parser *parser)
{
    struct arguments *arguments = parser->arguments;
    const struct command_text *command = &commands[arguments->command];
    if (arguments->help || arguments->version)
        return ST_OK;
    if (arguments->command == COMMAND_NONE)
        return refuse(parser, text_of("no command given"), "; see stakeout-cli --help");
    if (arguments->operands.count < command->least) {
        refuse(parser, text_from(command->name), ": give ");
        return refuse(parser, text_from(command->operands),
                      arguments->command == COMMAND_INDICATORS ? ", or - for standard input" : "");
    }
    if (arguments->operands.count > command->most) {
        refuse(parser, text_from(command->name), " does not know what to do with \"");
        return refuse(parser, arguments->operands.items[command->most], "\"");
    }
    if (arguments->command == COMMAND_WATCH)
        return check_watch(parser);
    if (arguments->command == COMMAND_FIND)
        return check_find(parser);
    if (arguments->command == COMMAND_EVIDENCE)
        return check_pids(parser);
    if (arguments->command == COMMAND_KILL_THREAD)
        return check_thread(parser);
    if (arguments->command == COMMAND_SAMPLE)
        return check_sample(parser);
    if (arguments->command == COMMAND_CLOSE_HANDLE)
        return check_handle(parser);
    if (arguments->command == COMMAND_REGISTRY)
        return check_registry(parser);
    if (arguments->command == COMMAND_REPORT)
        return check_report(parser);
    if (arguments->command == COMMAND_CASE)
        return check_case(parser);
    if (arguments->command == COMMAND_REMOVE)
        return check_remove(parser);
    return OF(arguments->command) & ABOUT_ONE ? check_process(parser) : ST_OK;
}

enum status arguments_parse(const struct text *words, size_t count, struct arena *arena,
                            struct arguments *arguments, struct buffer *problem)
{
    struct arguments read = {.command = COMMAND_NONE};
    struct parser parser = {words, count, 0, arena, &read, problem};
    bool only_operands = false;
    enum status status = ST_OK;
    while (status == ST_OK && parser.at < count) {
        if (!only_operands && text_equal(words[parser.at], text_of("--"))) {
            only_operands = true;
            parser.at++;
            continue;
        }
        status = take_word(&parser, only_operands);
    }
    if (status == ST_OK)
        status = check(&parser);
    if (status == ST_OK)
        *arguments = read;
    return status;
}

/* --- help --- */

#define HELP_COLUMN 20
#define HELP_WIDTH 78

static void add_spaces(struct buffer *out, size_t count)
{
    while (count--)
        buffer_add_byte(out, ' ');
}

/* The text from HELP_COLUMN on, broken at spaces; the line already holds `used` columns. */
static void add_wrapped(struct buffer *out, size_t used, const char *string)
{
    struct text rest = text_from(string);
    if (used + 2 > HELP_COLUMN) {
        buffer_add_byte(out, '\n');
        used = 0;
    }
    while (rest.size) {
        add_spaces(out, HELP_COLUMN - used);
        size_t fits = HELP_WIDTH - HELP_COLUMN;
        size_t end = rest.size;
        if (end > fits)
            for (end = fits; end > 0 && rest.bytes[end] != ' '; end--)
                ;
        buffer_add(out, text_slice(rest, 0, end));
        buffer_add_byte(out, '\n');
        rest = text_trim(text_slice(rest, end, rest.size - end));
        used = 0;
    }
}

static void add_option(struct buffer *out, const struct option *option)
{
    size_t from = out->size;
    buffer_add_string(out, "  --");
    buffer_add_string(out, option->name);
    if (option->takes) {
        buffer_add_byte(out, ' ');
        buffer_add_string(out, option->takes);
    }
    add_wrapped(out, out->size - from, option->help);
}

static void add_overview(struct buffer *out)
{
    buffer_add_string(out, "stakeout-cli: finds the process behind a watched connection.\n\n"
                           "usage: stakeout-cli COMMAND [OPTIONS]\n\n");
    for (int i = COMMAND_PS; i < COMMAND_COUNT; i++) {
        size_t from = out->size;
        buffer_add_string(out, "  ");
        buffer_add_string(out, commands[i].name);
        add_wrapped(out, out->size - from, commands[i].summary);
    }
    buffer_add_string(out,
                      "\nstakeout-cli COMMAND --help tells of a command's options; --version "
                      "tells the version.\n"
                      "Messages go to standard error, text is UTF-8. Exit status: 0 done, found "
                      "or hit;\n1 nothing found or no hit in the time given; 2 wrong usage or "
                      "an error.\n");
}

void arguments_add_help(struct buffer *out, enum command command)
{
    if (command == COMMAND_NONE) {
        add_overview(out);
        return;
    }
    const struct command_text *text = &commands[command];
    buffer_add_string(out, "usage: stakeout-cli ");
    buffer_add_string(out, text->name);
    buffer_add_string(out, " [OPTIONS]");
    if (text->operands[0]) {
        buffer_add_byte(out, ' ');
        buffer_add_string(out, text->operands);
    }
    buffer_add_string(out, "\n\n");
    buffer_add_string(out, text->summary);
    buffer_add_string(out, "\n\n");
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (options[i].commands & OF(command))
            add_option(out, &options[i]);
    buffer_add_byte(out, '\n');
    buffer_add_string(out, text->more);
}
