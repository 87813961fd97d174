/* case_desk: what is done to a whole case, beside the window's thread and one at a time: making,
 * opening and closing one, verifying it, collecting evidence into it, reporting on it.
 * When it is done a message is posted; case_desk_done then tells what came of it. Window thread. */
#ifndef STAKEOUT_GUI_CASE_DESK_H
#define STAKEOUT_GUI_CASE_DESK_H

#include <windows.h>

#include "core/base/arena.h"
#include "core/case/report.h"
#include "core/evidence/bundle.h"
#include "core/evidence/rule.h"
#include "core/model/snapshot.h"
#include "gui/case_sink.h"

enum case_task {
    CASE_MAKE,
    CASE_OPEN,
    CASE_CLOSE,
    CASE_SHOW, /* its folder */
    CASE_VERIFY,
    CASE_EVIDENCE,
    CASE_REPORT
};

struct case_wish {
    enum case_task task;
    struct text path;                /* CASE_MAKE, CASE_OPEN: the folder */
    struct case_words words;         /* CASE_MAKE */
    const struct snapshot *snapshot; /* CASE_EVIDENCE: a reference is taken */
    const bool *parts;               /* CASE_EVIDENCE: which of bundle_parts_of_system */
    /* CASE_EVIDENCE: who is looked at more closely, besides those with a hit in the case. */
    const struct process_key *flagged;
    size_t flagged_count;
    bool no_flagged;               /* nobody is */
    struct arena *arena;           /* CASE_EVIDENCE: of the rules; handed over, also on failure */
    const struct rule *rules;      /* or NULL */
    bool run_commands;             /* those that rules name */
    enum report_language language; /* CASE_REPORT */
    bool plain;                    /* CASE_REPORT: nothing is defanged */
};

struct case_desk;

struct case_desk_setup {
    HWND window;
    UINT message;           /* wParam for case_desk_done */
    struct case_sink *sink; /* borrowed */
    /* Shows the folder, opens a finished report; NULL: the system's way. For tests. */
    enum status (*show)(struct text path, struct failure *failure);
};

/* Owned: case_desk_free. NULL when there is no memory. */
struct case_desk *case_desk_new(const struct case_desk_setup *setup);
/* What is under way is told to stop and waited for, at most so many ms. NULL is fine. */
void case_desk_free(struct case_desk *desk, DWORD ms);

/* All is copied but for the rules. ST_BUSY: something is under way. */
enum status case_desk_order(struct case_desk *desk, const struct case_wish *wish);
bool case_desk_busy(const struct case_desk *desk);
void case_desk_cancel(struct case_desk *desk);
/* Of what is under way; 0 and 0 where that is unknown. */
void case_desk_progress(const struct case_desk *desk, uint64_t *done, uint64_t *total);

/* The message came. *line gets one line to tell, *page, where that is not enough, all of it.
 * Returns what it was. */
enum case_task case_desk_done(struct case_desk *desk, WPARAM wide, struct buffer *line,
                              struct buffer *page);

#endif
