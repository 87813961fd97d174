/* case_dialog: what is asked about a case, and what is told of it: the words of a new one, the
 * parts of the evidence, how a report shall be, a page of results. Window thread. */
#ifndef STAKEOUT_GUI_CASE_DIALOG_H
#define STAKEOUT_GUI_CASE_DIALOG_H

#include <windows.h>

#include "core/base/buffer.h"
#include "core/evidence/bundle.h"
#include "core/evidence/flagged.h"
#include "core/evidence/rule.h"
#include "gui/settings.h"

/* Controls, for tests. */
#define NEW_CASE_EDIT 100 /* name, examiner, where, why, folder */
#define NEW_CASE_BROWSE 105
#define NEW_CASE_DO 106
#define PARTS_GRID 100
#define PARTS_DO 101
#define PARTS_TOLD 102
#define PARTS_RULES 103 /* their files, to be read only */
#define PARTS_BROWSE 104
#define PARTS_CLEAR 105
#define PARTS_RULES_TOLD 106 /* how many there are, or what is wrong */
#define PARTS_COMMANDS 107
#define PARTS_COMMANDS_NOTE 108
#define PARTS_FLAGGED 109
#define REPORT_DIALOG_ENGLISH 100
#define REPORT_DIALOG_CHINESE 101
#define REPORT_DIALOG_DEFANG 102
#define REPORT_DIALOG_DO 103
#define PAGE_TEXT 100

enum new_case_field {
    NEW_CASE_NAME,
    NEW_CASE_EXAMINER,
    NEW_CASE_WHERE,
    NEW_CASE_WHY,
    NEW_CASE_FOLDER,
    NEW_CASE_FIELDS
};

/* The fields as they come and as they were answered; buffers of the caller's. False: cancelled. */
bool new_case_dialog_run(HWND owner, struct buffer fields[NEW_CASE_FIELDS]);

/* What shall be collected, as it comes, and as it was answered. */
struct parts_choice {
    const struct bundle_part *parts;
    size_t count;
    bool *ticked;                    /* of each part */
    const struct snapshot *snapshot; /* of the flagged; borrowed, as they are */
    const struct flagged *flagged;
    bool with_flagged;   /* they shall be looked at more closely; comes as it shall be ticked */
    struct arena *arena; /* of the rules; the caller's to free whatever was answered */
    const struct rule *rules;
    bool run_commands;
};

/* False: cancelled. Rules that can't be read are told in the dialog, and nothing can be collected
 * until they are cleared or others are chosen. */
bool parts_dialog_run(HWND owner, struct settings *settings, struct parts_choice *choice);

/* The language of the page, and whether its addresses are written so that nobody clicks them. */
bool report_dialog_run(HWND owner, bool *chinese, bool *defanged);

/* Lines to read and to copy. */
void page_dialog_run(HWND owner, struct settings *settings, unsigned title, struct text page);

#endif
