/* properties: windows that tell all of one process, one each, beside the main window.
 * Each is bound to a (PID, start) and stays what it is when that has ended. Pages are filled when
 * they are shown: hashes, signature, threads, modules, token and environment are read on a worker,
 * with a progress and a way to stop; what could not be read shows its reason. Threads can be
 * suspended, resumed and, after a plain warning, terminated. Window thread. */
#ifndef STAKEOUT_GUI_PROPERTIES_H
#define STAKEOUT_GUI_PROPERTIES_H

#include "core/model/snapshot.h"
#include "gui/property_reader.h"
#include "gui/settings.h"

/* Controls, for tests. The buttons for threads have the numbers of their commands. */
#define PROPERTIES_TABS 100
#define PROPERTIES_GRID 101 /* and one for each page after it */
#define PROPERTIES_VALUE 120
#define PROPERTIES_NOTE 121
#define PROPERTIES_TOLD 122
#define PROPERTIES_AGAIN 123
#define PROPERTIES_STOP 124
#define PROPERTIES_COPY 125
#define PROPERTIES_REMOVE 126

struct properties;

struct properties_setup {
    HWND owner;
    struct settings *settings;            /* borrowed, may be NULL */
    const struct property_reader *reader; /* NULL: the live one */
    struct act_log log;                   /* of what is done to threads */
    struct process_key self;              /* this program */
    /* Asks how the process's file is to be removed, in a window over `owner`. NULL: it can't be. */
    void (*remove)(void *context, HWND owner, const struct process_facts *facts);
    void *context;
};

/* Owned: properties_free. NULL when there is no memory. */
struct properties *properties_new(const struct properties_setup *setup);
/* Closes all windows. Orders to threads that are under way are waited for, at most so many ms: the
 * journal needs their end. */
void properties_free(struct properties *all, DWORD ms);

/* Opens the window of a process, or brings up the one that is there. False: there is no memory. */
bool properties_open(struct properties *all, const struct snapshot *snapshot, uint32_t process);
/* Shows what is new; times in UTC or not. */
void properties_show(struct properties *all, const struct snapshot *snapshot, bool utc);
/* The language changed. */
void properties_translate(struct properties *all);
/* The theme's looks changed. */
void properties_dress(struct properties *all);
/* A message of the loop: true when one of the windows took it as a key of its own. */
bool properties_key(struct properties *all, MSG *message);

#endif
