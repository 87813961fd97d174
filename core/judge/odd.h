/* odd: what about a process is not as it should be, as an analyst would note it. Not a verdict.
 *
 * A process is judged when it is first seen, from its facts and its parent's, and again when a fact
 * arrives that was not known then: what its image's file is, a parent that was found later, another
 * process of a name of which there may be only one. What was found is a few bits of its row (struct
 * process_odd), so that a snapshot copies it and a refresh costs nothing; words are made when
 * somebody reads them. What could not be read is never odd by itself.
 *
 * A machine without the process System (PID 4) is no Windows: under Wine programs bear the names of
 * core processes whose parents, users and numbers differ, so those rules do not count there. All
 * functions are pure; any thread. */
#ifndef STAKEOUT_JUDGE_ODD_H
#define STAKEOUT_JUDGE_ODD_H

#include "core/judge/image_age.h"
#include "core/model/snapshot.h"

enum odd_rule {
    ODD_CORE_FOLDER, /* a core process's name ... */
    ODD_CORE_PARENT,
    ODD_CORE_USER,
    ODD_CORE_SESSION,
    ODD_CORE_NUMBER,
    ODD_CORE_ARGUMENTS,
    ODD_CORE_PID,
    ODD_NAME_ALIKE,
    ODD_NAME_MIXED,
    ODD_NAME_TURNED,
    ODD_NAME_EXTENSION,
    ODD_NAME_SPACES,
    ODD_FROM_TEMP,
    ODD_FROM_RECYCLE_BIN,
    ODD_FROM_STREAM,
    ODD_FROM_SHARE,
    ODD_IMAGE_GONE,
    ODD_IMAGE_CHANGED,
    ODD_RULES
};

#define ODD_BIT(rule) (UINT32_C(1) << (rule))
#define ODD_IMAGE_RULES (ODD_BIT(ODD_IMAGE_GONE) | ODD_BIT(ODD_IMAGE_CHANGED))

/* "core-parent": in files, never changed. Static storage; "" for anything else. */
const char *odd_rule_name(enum odd_rule rule);
/* A short English phrase, "wrong parent". Static storage. */
const char *odd_rule_phrase(enum odd_rule rule);

struct odd_machine {
    struct text windows; /* the system's folder, "C:\Windows"; empty: unknown */
    bool has_kernel;     /* System is there */
};

struct odd_subject {
    const struct process_facts *facts;
    const struct process_facts *parent; /* NULL: none is known */
    enum parent_kind parent_kind;
};

struct odd_subject odd_subject_of(const struct snapshot *snapshot, uint32_t process);

/* The rules that can be told from facts: all but ODD_CORE_NUMBER and the image's. */
uint32_t odd_judge(const struct odd_machine *machine, const struct odd_subject *subject);
/* What the file says, put in the place of what it said before. A file that could not be looked at
 * changes nothing. */
void odd_judge_image(struct process_odd *odd, moment start, const struct image_file *file);

struct core_process;

/* One of those that are counted (odd_counts). */
struct odd_counted {
    const struct process_facts *facts;
    const struct core_process *core; /* filled in by odd_count */
    uint32_t slot;                   /* the caller's name for it */
};

/* Whether there may be only one of that name, or one in a session. */
bool odd_counts(const struct process_facts *facts);
/* Sorts the running ones so that those of which there may be one stand together, the first started
 * first; calls `tell` for each: twin is the one that was there before it, or NULL. O(n log n). */
void odd_count(struct odd_counted *counted, size_t count,
               void (*tell)(void *context, const struct odd_counted *one,
                            const struct odd_counted *twin),
               void *context);

/* The fact behind a rule in a form that needs no language: a path, "cmd.exe (3252)", a time in UTC.
 */
void odd_add_fact(struct buffer *out, enum odd_rule rule, const struct odd_subject *subject,
                  const struct process_odd *odd);

#endif
