/* harm_dialog: the question before something is done to one process that harms it.
 * It names the process that was chosen (name, PID, start, file) and what will happen; the safe
 * button comes first. A guarded process asks for its name to be typed. What was chosen stays what
 * it is while the question stands, whatever the lists show by then. Window thread. */
#ifndef STAKEOUT_GUI_HARM_DIALOG_H
#define STAKEOUT_GUI_HARM_DIALOG_H

#include "core/act/rails.h"
#include "core/base/text.h"
#include "gui/settings.h"

/* Controls, for tests. */
#define HARM_WORDS 100
#define HARM_NAME 101 /* where the name is typed */
#define HARM_DO 102
#define HARM_INSTEAD 103

struct harm_question {
    HWND owner;
    enum act_kind kind;
    const struct process_facts *facts;
    struct verdict verdict;
    bool utc; /* of times */
    /* Where it is about a part of the process; texts that are empty and strings that are 0 are
     * those of the kind. */
    struct text head;
    struct text more; /* a line below the file */
    unsigned effect;  /* string; likewise below */
    unsigned button;
    unsigned instead; /* a button for what harms less; 0: none */
};

/* HARM_DO, HARM_INSTEAD, or anything else: nothing shall be done. */
int harm_dialog_ask(const struct harm_question *question);
/* True: it shall be done. */
bool harm_dialog_run(const struct harm_question *question);

#endif
