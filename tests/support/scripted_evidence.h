/* scripted_evidence: made-up ways to take evidence (core/act/evidence_deed.h) and a journal that
 * keeps what is written into it, both told in one story: "before dump", "dump 104", "after dump of
 * 1: success|dumped to …". Tests have it refuse, lie and be blind. One at a time. */
#ifndef STAKEOUT_TESTS_SCRIPTED_EVIDENCE_H
#define STAKEOUT_TESTS_SCRIPTED_EVIDENCE_H

#include "core/act/evidence_deed.h"

struct scripted_evidence {
    struct evidence_means means;
    struct act_log log;
    uint64_t written;           /* lines */
    uint64_t write_until;       /* the journal takes so many lines; then it is full */
    enum status make;           /* what a dump and a sample give */
    enum status look;           /* what looking for the new file gives */
    uint64_t seen_size;         /* that looking finds; it was said to be of 6 bytes */
    bool was_stored;            /* a sample */
    bool leaves_path;           /* a sample fails after it was copied */
    struct closing_result seen; /* what closing gives */
    enum status estimate;       /* what asking for the sizes of dumps gives: 32 MiB and 3 GiB */
    enum status room;           /* what asking for the room gives: 64 GiB */
    struct text system_file;    /* the one path that belongs to Windows */
    void (*on_make)(void *context);
    void *context;
    struct buffer story;
    struct buffer members; /* of the journal's last line */
};

void scripted_evidence_begin(struct scripted_evidence *evidence);
void scripted_evidence_end(struct scripted_evidence *evidence);
/* The story so far is that, exactly; and it is begun anew. */
void scripted_evidence_assert_story(struct scripted_evidence *evidence, const char *story);
/* The last line of the journal holds that. */
void scripted_evidence_assert_member(const struct scripted_evidence *evidence, const char *member);

#endif
