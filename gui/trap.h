/* trap: what is done by itself at a hit: hold the prey, dump it, copy its file.
 * Nothing, unless rules say so. In this order: the hit is on the disk already (watch/round.h: the
 * file is the first sink), journal, suspend, and then, as slower work that need not keep the
 * sampler waiting, the tree below it, dump, sample. Each step is in the journal before and after;
 * one that fails does not stop the next. Nobody is asked, so nothing is suspended that a person
 * would be asked about: the rails' guarded processes, those that this program runs under, and names
 * that the rules spare.
 * Portable. trap_catch and trap_follow use hands of their own and may run side by side; each on one
 * thread at a time. */
#ifndef STAKEOUT_ACT_TRAP_H
#define STAKEOUT_ACT_TRAP_H

#include "core/act/evidence_deed.h"
#include "core/watch/hit.h"

enum trap_what { TRAP_DUMP = 1, TRAP_SAMPLE = 2, TRAP_SUSPEND = 4, TRAP_TREE = 8 };

/* "record,dump,sample,suspend,suspend-tree", any of them; record alone is nothing more than a hit.
 * False: *unknown is the word that is none. */
bool trap_parse(struct text words, unsigned *what, struct text *unknown);
/* The same words; "record" for 0. */
void trap_add_words(struct buffer *out, unsigned what);

/* --- rules: immutable, reference counted, for any thread --- */

/* For the indicators of one list, or for one indicator: instead of what is done for all. */
struct trap_exception {
    struct text of; /* the file's name as hits have it, or the indicator as watchlists write it */
    unsigned what;
};

struct trap_setting {
    unsigned what;
    bool each_time;           /* at each hit of a process; else at its first only */
    bool is_full;             /* dumps: all memory */
    const struct text *never; /* names of processes that are not suspended ("agent.exe") */
    size_t never_count;
    const struct trap_exception *exceptions; /* the first that fits counts; indicators first */
    size_t exception_count;
};

struct trap_rules;

/* Copies. One reference for the caller. */
enum status trap_rules_new(const struct trap_setting *setting, struct trap_rules **rules);
struct trap_rules *trap_rules_retain(struct trap_rules *rules);
void trap_rules_release(struct trap_rules *rules); /* NULL is fine */
/* What is to be done at this hit. */
unsigned trap_rules_of(const struct trap_rules *rules, const struct hit *hit);

/* --- the trap --- */

/* What a step came to. Borrowed for the call that tells it. */
struct trap_news {
    unsigned step; /* one of enum trap_what; TRAP_TREE: one process below the one of the hit */
    uint64_t hit;  /* its number */
    struct process_key key;
    struct text name;
    bool done;       /* and seen to be so */
    int64_t latency; /* TRAP_SUSPEND: 100 ns from the beginning of the look that saw the connection
                        to the end of the call that suspended it; -1: not suspended */
    struct text words; /* one line of English: what came of it, and why not */
};

struct trap_setup {
    struct hand *hand;                  /* of trap_catch; borrowed, as all below */
    struct hand *slow_hand;             /* of trap_follow */
    const struct evidence_means *means; /* of trap_follow */
    const struct act_log *log;          /* taken from both threads */
    struct clock clock;                 /* that the hits are dated by */
    const struct process_key *own_line; /* this program, and those that it runs under; copied */
    size_t own_line_count;
    void (*told)(void *context, const struct trap_news *news); /* on either thread; may be NULL */
    void *context;
};

struct trap;

/* Owned: trap_free. */
enum status trap_new(const struct trap_setup *setup, struct trap **trap);
void trap_free(struct trap *trap); /* NULL is fine */

/* What cannot wait: suspends the process, if that is wanted and may be. Returns what is left to do,
 * for trap_follow. */
unsigned trap_catch(struct trap *trap, const struct trap_rules *rules, const struct hit *hit);
/* The rest of it. progress (may be NULL) counts bytes, anew with each file, and can cancel it. */
void trap_follow(struct trap *trap, const struct trap_rules *rules, const struct hit *hit,
                 unsigned what, struct progress *progress);

#endif
