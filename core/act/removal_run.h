/* removal_run: a file taken away, step by step.
 * In this order: a sample, the processes that run it, the handles of those who hold it, one more
 * look whether it still is the file that was seen, and then the way that was chosen. Each step is
 * written to the journal before it is begun and after, and what counts is what is seen afterwards.
 * Nothing is done that could not be written down first, and nothing of what was asked is left half
 * done without a word: a rename of which nothing came is taken back, a copy stays.
 * How it is done comes in as a table (windows/act/removal_hand.h). Portable; blocks, so the window
 * calls it on a worker. */
#ifndef STAKEOUT_ACT_REMOVAL_RUN_H
#define STAKEOUT_ACT_REMOVAL_RUN_H

#include "core/act/evidence_deed.h"
#include "core/act/removal.h"

/* What is taken in before it is deleted. */
struct removal_copy {
    uint64_t size;
    unsigned char sha256[EVIDENCE_DIGEST];
    bool may_run; /* the copy could not be made unrunnable by its access list */
};

/* Functions that fail fill *failure. */
struct removal_means {
    /* Looks at what the name means now, and which file it is; without what only a full look tells.
     * Owned: removal_sight_free. ST_NO_MEMORY only. */
    enum status (*look)(void *context, struct text path, struct removal_sight **sight);
    /* The next three are done through a handle to the file, after that one was compared with `key`:
     * ST_STALE: it is another file by now. */
    enum status (*set_read_only)(void *context, struct text path, const struct file_key *key,
                                 bool read_only, struct failure *failure);
    enum status (*erase)(void *context, struct text path, const struct file_key *key,
                         struct failure *failure);
    enum status (*rename)(void *context, struct text path, const struct file_key *key,
                          struct text to, struct failure *failure);
    /* Tells the system to delete it when it starts. */
    enum status (*schedule)(void *context, struct text path, struct failure *failure);
    /* What the system has noted down for that path; appended, empty: nothing. */
    enum status (*scheduled)(void *context, struct text path, struct buffer *recorded,
                             struct failure *failure);
    /* Copies it into the case, unrunnable, with a description for taking it back. The copy's path
     * is appended to *path; on failure one line to *problem. */
    enum status (*store)(void *context, const struct removal_sight *sight,
                         struct progress *progress, struct removal_copy *copy, struct buffer *path,
                         struct buffer *problem);
    /* Closes a handle in another process; writes its own lines into the journal. Appends what came
     * of it. ST_OK: it is closed; ST_IO: the journal could not be written. */
    enum status (*close_handle)(void *context, const struct act_log *log,
                                const struct handle_row *row, struct buffer *words);
    void *context; /* borrowed */
};

/* What it is done with; all borrowed. */
struct removal_tools {
    const struct removal_means *means;
    const struct evidence_means *evidence; /* for the sample */
    struct hand *hand;                     /* for killing */
    const struct act_log *log;             /* may be NULL only in tests */
    struct progress *progress;             /* may be NULL; bytes of what is copied */
};

enum removal_step {
    REMOVAL_STEP_SAMPLE,
    REMOVAL_STEP_KILL,
    REMOVAL_STEP_CLOSE,
    REMOVAL_STEP_READ_ONLY, /* that attribute is taken away */
    REMOVAL_STEP_STORE,
    REMOVAL_STEP_DELETE,
    REMOVAL_STEP_RENAME,
    REMOVAL_STEP_SCHEDULE,
    REMOVAL_STEP_BACK, /* the rename, or the attribute, is taken back */
    REMOVAL_STEPS
};

/* "sample", "kill", "close-handle", "make-writable", "quarantine", "delete-file", "rename-file",
 * "delete-at-restart", "undo", as the journal names them; static. */
const char *removal_step_name(enum removal_step step);

struct removal_told {
    enum removal_step step;
    const struct removal_user *user; /* of a kill and of a handle; else NULL */
    bool done;
    struct text words;      /* what came of it, one line of English; borrowed */
    struct failure failure; /* of what was not done, where there is one */
};

/* Hears of each step that is over. */
struct removal_listener {
    void (*tell)(void *context, const struct removal_told *told);
    void *context; /* borrowed */
};

enum removal_outcome {
    REMOVAL_DELETED,     /* and seen to be gone */
    REMOVAL_QUARANTINED, /* likewise; the copy lies in the case */
    REMOVAL_SCHEDULED,   /* and the system's note was seen */
    REMOVAL_GOES_LATER,  /* deleted, and gone when the last one who holds it lets go */
    REMOVAL_GONE_BEFORE, /* somebody else did it meanwhile */
    REMOVAL_THERE_AGAIN, /* it was deleted, and there is a file of that name again */
    REMOVAL_STANDS,      /* the system said yes, and it is there still (or nothing was noted) */
    REMOVAL_UNSEEN,      /* the system said yes; it can't be looked at */
    REMOVAL_OTHER_FILE,  /* it is another file by now; that one was not touched */
    REMOVAL_BARRED,      /* `bar`; nothing was done */
    REMOVAL_NO_SAMPLE,   /* no copy of it could be taken; it was not touched */
    REMOVAL_REFUSED,     /* by the system: failure; the file is where it was */
    REMOVAL_CANCELLED,   /* the file is where it was */
    REMOVAL_NOT_WRITTEN, /* the journal could not be written: nothing more was done */
    REMOVAL_OUTCOMES
};

struct removal_result {
    enum removal_outcome outcome;
    enum removal_bar bar;
    struct failure failure;
    bool end_unwritten; /* it is done, and the journal could not be told what came of it */
    bool renamed;       /* REMOVAL_SCHEDULED: `path` is its name until then */
    struct removal_copy copy;
    struct buffer path;     /* where it is now: the copy in the case, the new name */
    struct buffer recorded; /* what the system noted down for its next start */
    struct buffer words;    /* the outcome, one line of English */
};

/* `elevated`: this program runs as administrator. listener may be NULL. Fills *result whatever
 * comes of it. Owned: removal_result_done. */
void removal_run(const struct removal_tools *tools, const struct removal_order *order,
                 bool elevated, const struct removal_listener *listener,
                 struct removal_result *result);
void removal_result_done(struct removal_result *result);

/* The file is out of the way: gone, in quarantine, or it will be at the next start. */
bool removal_worked(enum removal_outcome outcome);
/* "success", "failure", "unknown" (ECS event.outcome); static. */
const char *removal_outcome_word(enum removal_outcome outcome);
/* "deleted", "it is another file by now; nothing was done to it"; static. */
const char *removal_outcome_phrase(enum removal_outcome outcome);
/* "file":{path, size, …}: a member, without braces, for entries and lines. */
void removal_add_file(struct buffer *members, const struct removal_sight *sight);

#endif
