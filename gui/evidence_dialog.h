/* evidence_dialog: the question before a process is dumped or its file is copied into the case: how
 * much of it, how large it would become, where it goes and what there is room for. Nothing is made
 * before it is answered; sizes are asked for beside the window's thread. Window thread. */
#ifndef STAKEOUT_GUI_EVIDENCE_DIALOG_H
#define STAKEOUT_GUI_EVIDENCE_DIALOG_H

#include <windows.h>

#include "core/act/evidence_deed.h"

/* Controls, for tests. */
#define EVIDENCE_SMALL 100
#define EVIDENCE_FULL 101
#define EVIDENCE_ALSO 102 /* a dump: what it started; a sample: its modules */
#define EVIDENCE_ROOM 103
#define EVIDENCE_DO 104
#define EVIDENCE_NOTE 105
#define EVIDENCE_FILE 106

struct evidence_question {
    HWND owner;
    enum evidence_kind kind; /* EVIDENCE_DUMP or EVIDENCE_SAMPLE */
    const struct process_facts *facts;
    const struct evidence_means *means; /* for the sizes; NULL: the live ones */
    struct text folder;                 /* of the case */
    size_t more;  /* a dump: how many it started; a sample: whether modules can be asked for */
    bool is_full; /* as it comes, and as it was chosen */
    bool also;    /* likewise */
};

/* True: it shall be done. */
bool evidence_dialog_run(struct evidence_question *question);

#endif
