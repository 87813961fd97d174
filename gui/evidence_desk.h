/* evidence_desk: dumps, samples, closed connections and shown folders, done beside the window's
 * thread, one at a time and through the case's journal.
 * What is wished for is copied when it is ordered, whatever the lists show by then. When it is done
 * a message is posted; evidence_desk_done then tells what came of it in the rows (gui/notes.h) and
 * in one line. Window thread. */
#ifndef STAKEOUT_GUI_EVIDENCE_DESK_H
#define STAKEOUT_GUI_EVIDENCE_DESK_H

#include <windows.h>

#include "core/act/evidence_tree.h"
#include "gui/case_sink.h"

/* What a test plays instead of the system; all borrowed, NULL: the live one. */
struct evidence_system {
    const struct evidence_means *means;
    const struct closing_means *closing;
    enum status (*show)(struct text path, struct failure *failure);
};

struct evidence_desk;

struct evidence_desk_setup {
    HWND window;
    UINT message;           /* wParam for evidence_desk_done */
    struct case_sink *sink; /* borrowed */
    const struct evidence_system *system;
    /* Makes the hand that suspends a tree, on the worker's thread; NULL: the live one. */
    enum status (*make_hand)(void *context, struct hand **hand);
    void *context;
};

enum evidence_job { JOB_DUMP, JOB_DUMP_TREE, JOB_SAMPLE, JOB_CLOSE, JOB_SHOW };

struct evidence_wish {
    enum evidence_job job;
    const struct process_facts *facts; /* a reference is taken; NULL: of a close, nobody's */
    struct tree_plan *plan;            /* JOB_DUMP_TREE: handed over, also on failure */
    bool is_full;
    bool with_modules;
    struct connection_seen connection; /* JOB_CLOSE */
    uint64_t connection_id;
};

/* Owned: evidence_desk_free. NULL when there is no memory. */
struct evidence_desk *evidence_desk_new(const struct evidence_desk_setup *setup);
/* What is under way is told to stop and is waited for, at most so many ms: nothing half is to be
 * left, and the journal needs its end. NULL is fine. */
void evidence_desk_free(struct evidence_desk *desk, DWORD ms);

/* ST_BUSY: something is under way. */
enum status evidence_desk_order(struct evidence_desk *desk, const struct evidence_wish *wish);
bool evidence_desk_busy(const struct evidence_desk *desk);
void evidence_desk_cancel(struct evidence_desk *desk);
/* Of what is under way, in bytes; 0 and 0 otherwise. */
void evidence_desk_progress(const struct evidence_desk *desk, uint64_t *done, uint64_t *total);

/* The message came: *line gets what is to be told. */
void evidence_desk_done(struct evidence_desk *desk, WPARAM wide, struct buffer *line);

#endif
