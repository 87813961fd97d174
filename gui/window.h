/* window: the program with its window, as one call.
 * main.c hands in the live source; tests hand in a scripted one and look at the real window. */
#ifndef STAKEOUT_GUI_WINDOW_H
#define STAKEOUT_GUI_WINDOW_H

#include <windows.h>

#include "core/act/hand.h"
#include "core/watch/round.h"
#include "core/windows/act/elevation.h"
#include "gui/alert_system.h"
#include "gui/evidence_desk.h"
#include "gui/find_search.h"
#include "gui/property_reader.h"
#include "gui/remove_job.h"
#include "gui/sinkhole_job.h"
#include "gui/strings.h"

struct gui_setup {
    struct source *source;        /* handed over, also on failure */
    enum status failed;           /* why there is no source; ST_OK where there is one */
    const struct hit_sink *sinks; /* borrowed: who hears of hits besides the case's file */
    size_t sink_count;
    enum strings_language language; /* STRINGS_SYSTEM: as the settings say */
    const wchar_t *settings;        /* path of the settings file; NULL: where it belongs */
    const wchar_t *list;        /* a watchlist file, instead of the one of the last time; or NULL */
    const wchar_t *case_folder; /* where hits are written; NULL: one beside the settings */
    uint32_t publish_ms;        /* 0: as the settings say */
    int show;                   /* SW_… */
    const struct alert_system *alert_system; /* NULL: the live one */
    /* The hand that orders are done with, on a thread of its own; NULL: the live one. */
    enum status (*make_hand)(void *context, struct hand **hand);
    const struct property_reader *property_reader; /* NULL: the live one */
    const struct evidence_system *evidence; /* what dumps and the like are made with; NULL: live */
    const struct find_system *find;         /* what searches; NULL: the live one */
    const struct elevation *elevation;      /* NULL: the system's */
    const struct removal_system *removal;   /* NULL: the live one */
    const struct sinkhole_system *sinkhole; /* NULL: the live one */
    const wchar_t *hosts;                   /* another hosts file than the system's; or NULL */
    bool no_debug;                          /* SeDebugPrivilege could not be had */
    struct process_key select;              /* selected once it is there; pid 0: none */
    /* Called on the window's thread once all windows exist, before the first message. May be NULL.
     */
    void (*opened)(void *context, HWND window);
    void *context;
};

#define GUI_WINDOW_CLASS L"StakeoutMain"

/* Opens the window and runs it until it is closed. 0, or 1 when it could not be opened (said so).
 */
int gui_run(const struct gui_setup *setup);

#endif
