/* report_case: what a case folder holds, in the short form that a report is laid out from.
 * Reads hits.jsonl, journal.jsonl, samples/, dumps/ and evidence/processes.jsonl once. Lines are
 * kept by their place in the file, so that a case of a million hits takes some 100 MB and no more;
 * whoever writes a part of the report reads the lines that it shows again. What is unknown, torn or
 * no JSON is passed over and counted, never a failure. One thread at a time. */
#ifndef STAKEOUT_CASE_REPORT_CASE_H
#define STAKEOUT_CASE_REPORT_CASE_H

#include "core/base/arena.h"
#include "core/base/index.h"
#include "core/base/json_tree.h"
#include "core/base/progress.h"
#include "core/case/journal.h"
#include "core/case/report_files.h"

#define REPORT_NONE UINT32_MAX
#define REPORT_HITS_MOST UINT32_C(1000000)  /* that are kept; the rest is counted */
#define REPORT_LINES_MOST UINT32_C(1000000) /* of the journal */
#define REPORT_THINGS_MOST UINT32_C(100000) /* samples, dumps, remarks, indicators */
#define REPORT_TEXT_MOST ((size_t)64 << 20) /* bytes of names and words in memory */

struct report_place {
    uint64_t at;
    uint32_t size;
    uint32_t line; /* from 1 */
};

struct report_hit {
    struct report_place place;
    moment when;
    moment first_seen; /* of the connection; 0 unknown */
    moment last_seen;
    uint32_t process;           /* REPORT_NONE: unknown */
    uint32_t indicator;         /* REPORT_NONE: unknown */
    uint32_t next_of_process;   /* the next hit; REPORT_NONE: this is the last */
    uint32_t next_of_indicator; /* likewise */
    bool is_observed;           /* an address or a process is known */
};

/* What the evidence tells of a process's image (evidence/processes.jsonl). */
struct report_image {
    moment looked;
    moment created;
    moment modified;
    moment changed;
    moment accessed;
    struct text sha256;
    struct text sha1;
    struct text md5;
    struct text version;
    struct text description;
    struct text product;
    struct text company;
    struct text original;
    struct text integrity; /* of the process */
};

/* A process that had a hit: (PID, start), as everywhere. */
struct report_process {
    uint64_t pid;
    moment start;
    struct text name;
    uint32_t first_hit;
    uint32_t last_hit;
    uint32_t hits;
    moment first; /* the first and the last moment at which it was seen with a hit */
    moment last;
    uint32_t sample;                  /* of its image; REPORT_NONE: none was taken */
    const struct report_image *image; /* in the arena; NULL: the evidence does not tell of it */
};

struct report_indicator {
    struct text written; /* as the user wrote it */
    struct text name;    /* in the form that the program gives it */
    struct text type;    /* ECS threat.indicator.type */
    struct text ip;
    struct text domain;
    uint64_t port;
    struct text file; /* the list it stands in, and the line; empty and 0: given by hand */
    uint64_t line;
    struct text label;
    struct text matched_by;
    uint32_t first_hit;
    uint32_t last_hit;
    uint32_t hits;
    moment first;
    moment last;
};

/* What could not be read, and how often. */
struct report_reason {
    struct text what;
    struct text why;
    uint64_t count;
};

struct report_remark {
    uint64_t pid;
    moment start;
    struct text name; /* of the process */
    struct text rule;
    struct text phrase; /* English */
    struct text fact;
    bool verified; /* the parent that it speaks of */
    uint64_t count;
};

/* A line of the journal. */
struct report_action {
    struct report_place place;
    moment when;
    uint64_t sequence;
    uint32_t after; /* the line that tells its outcome; REPORT_NONE: there is none */
    bool is_after;  /* it is such a line: shown with the one before the action */
    bool failed;    /* its outcome, or the one of `after`, is not "success" */
};

struct report_sample {
    struct text stored; /* in samples/ */
    struct text source;
    struct text sha256;
    struct text sha1;
    struct text md5;
    struct text role;
    struct text zone;
    uint64_t size;
    uint64_t pid; /* 0: unknown */
    moment start;
    struct text process;
    moment taken;
    moment created;
    moment modified;
    moment changed;
    moment accessed;
};

struct report_dump {
    struct text name; /* in dumps/ */
    uint64_t size;
    struct text sha256; /* as the journal tells it; empty: it does not */
    struct text process;
    uint64_t pid;
};

struct report_case {
    const struct report_files *files; /* borrowed */
    struct arena *arena;
    struct json_tree tree; /* for whoever reads a line */
    struct report_hit *hits;
    uint32_t hit_count;
    struct report_process *processes;
    uint32_t process_count;
    struct report_indicator *indicators;
    uint32_t indicator_count;
    struct report_reason *reasons;
    uint32_t reason_count;
    struct report_remark *remarks;
    uint32_t remark_count;
    struct report_action *actions;
    uint32_t action_count;
    struct report_sample *samples;
    uint32_t sample_count;
    struct report_dump *dumps;
    uint32_t dump_count;
    uint64_t hits_not_kept;   /* over a ceiling */
    uint64_t things_not_kept; /* of anything else */
    uint64_t torn_lines;      /* cut off by a kill */
    uint64_t bad_lines;       /* no JSON, or too long */
    bool has_hits;            /* the file is there */
    bool has_journal;
    enum status hits_status; /* ST_OK, or why they could not be read to their end */
    enum status journal_status;
    moment first; /* of anything that was seen or done; 0: nothing */
    moment last;
    struct index by_process; /* what follows is report_case.c's own */
    struct index by_indicator;
    struct index by_reason;
    struct index by_remark;
};

/* Zeroes it. report_case_done frees, also after a failure. */
void report_case_init(struct report_case *report, const struct report_files *files);
void report_case_done(struct report_case *report);
/* Reads it all. Fails for want of memory, and with ST_CANCELLED. progress: bytes of hits.jsonl and
 * journal.jsonl. */
enum status report_case_read(struct report_case *report, struct progress *progress);

/* The hashes of a process's image, from its sample or the evidence; empty where neither tells. */
struct report_hashes {
    struct text sha256;
    struct text sha1;
    struct text md5;
};
struct report_hashes report_case_hashes(const struct report_case *report, uint32_t process);

/* Reads a line again, into report->tree. */
enum status report_case_line(struct report_case *report, struct report_lines *lines,
                             const struct report_place *place);

#endif
