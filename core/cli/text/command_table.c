#include "core/cli/text/command_table.h"

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

static const char *const later[] = {
    "record",
    "replay",
};

const struct command_text *command_text(enum command command)
{
    return &commands[command];
}

const char *command_name(enum command command)
{
    return commands[command].name;
}

enum command command_named(struct text name)
{
    for (int i = COMMAND_PS; i < COMMAND_COUNT; i++)
        if (text_equal(name, text_from(commands[i].name)))
            return (enum command)i;
    return COMMAND_NONE;
}

bool command_is_elsewhere(struct text name)
{
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
        if (text_equal(name, text_from(later[i])))
            return true;
    return false;
}
