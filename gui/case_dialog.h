/* case_dialog: what is asked about a case, and what is told of it: the words of a new one, the
 * parts of the evidence, how a report shall be, a page of results. Window thread. */
#ifndef STAKEOUT_GUI_CASE_DIALOG_H
#define STAKEOUT_GUI_CASE_DIALOG_H

#include <windows.h>

#include "core/base/buffer.h"
#include "core/evidence/bundle.h"
#include "gui/settings.h"

/* Controls, for tests. */
#define NEW_CASE_EDIT 100 /* name, examiner, where, why, folder */
#define NEW_CASE_BROWSE 105
#define NEW_CASE_DO 106
#define PARTS_GRID 100
#define PARTS_DO 101
#define PARTS_TOLD 102
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

/* Which parts shall be collected: ticked as they come, and as they were answered. */
bool parts_dialog_run(HWND owner, struct settings *settings, const struct bundle_part *parts,
                      size_t count, bool *ticked);

/* The language of the page, and whether its addresses are written so that nobody clicks them. */
bool report_dialog_run(HWND owner, bool *chinese, bool *defanged);

/* Lines to read and to copy. */
void page_dialog_run(HWND owner, struct settings *settings, unsigned title, struct text page);

#endif
