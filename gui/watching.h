/* watching: what is watched and what is known: read at the start, added to from the lists, kept.
 * The session's lists are immutable; a change makes a new one, on a thread of its own, since there
 * may be a million entries. Changes asked for meanwhile are made one after the other. A failure
 * leaves the lists as they were (a known list that cannot be written is still used) and is told in
 * a line. Window thread. */
#ifndef STAKEOUT_GUI_WATCHING_H
#define STAKEOUT_GUI_WATCHING_H

#include "core/watch/known.h"
#include "core/watch/sinkhole.h"
#include "gui/session.h"

struct watching;

struct watching_setup {
    struct session *session; /* borrowed, must outlive it */
    HWND window;
    UINT message;           /* posted when work is done: watching_done */
    struct text list;       /* the watchlist file, or a report, to start with; empty: `kept` */
    struct text kept;       /* where the watchlist is kept; empty: nowhere */
    struct text known_kept; /* where the known list is kept */
    /* Writes the known list; NULL: watch_store_save_known. For tests. */
    enum status (*save_known)(struct text path, const struct known *known, struct failure *failure);
};

/* Begins reading. Owned: watching_free, which waits for nothing: what is still to be written then
 * is lost, unless watching_finish came first. NULL when there is no memory. */
struct watching *watching_new(const struct watching_setup *setup);
void watching_free(struct watching *watching);

/* Adds one indicator in the grammar of watchlist files ("192.0.2.1", "name:evil.exe"). ST_INVALID
 * when it is none. */
enum status watching_add(struct watching *watching, struct text written);
/* Adds a whole process name; characters that the grammar does not take give ST_INVALID. */
enum status watching_add_name(struct watching *watching, struct text name);
/* What is pinned in the hosts file is watched by its addresses, under its domain's name; what is
 * pinned no longer is not. */
enum status watching_pin(struct watching *watching, const struct sinkhole_wish *wishes,
                         size_t count);
enum status watching_add_known(struct watching *watching, enum known_kind kind, struct text value);
/* Takes this known list, which somebody else made, and writes it beside the window's thread: a
 * medium may need seconds. What changed meanwhile is written next, the last state only. */
enum status watching_set_known(struct watching *watching, const struct known *known);
/* Waits until all is written that was asked for, at most so many ms. False: it is not. */
bool watching_finish(struct watching *watching, DWORD ms);
/* Something is still under way: another editor of the list would lose it. */
bool watching_busy(const struct watching *watching);
/* The message came. *line gets what is to be told; nothing when all went well. */
void watching_done(struct watching *watching, WPARAM wide, struct buffer *line);

#endif
