/* session: what the window looks at.
 * Owns the sampler and, of what it published, the snapshot and the hits that are on the screen;
 * owns the watchlist and the known list that the sampler works by. The sampler's thread only posts
 * `message` to the window (wParam: enum sampler_event); all functions here are for the window
 * thread and none waits, apart from session_free, which ends the sampler. */
#ifndef STAKEOUT_GUI_SESSION_H
#define STAKEOUT_GUI_SESSION_H

#include <windows.h>

#include "core/watch/hit_cells.h"
#include "core/windows/sampler.h"

struct session;

struct session_setup {
    struct source *source; /* handed over, also on failure */
    const struct hit_sink *sinks;
    size_t sink_count;
    HWND window;
    UINT message;
    uint32_t publish_ms;
    const struct history_limits *limits; /* NULL: default */
};

/* Owned: session_free. */
enum status session_new(const struct session_setup *setup, struct session **session);
void session_free(struct session *session);

/* Takes over what was published since; true when the snapshot or the hits changed. */
bool session_take(struct session *session);
/* Never NULL: before the first was published, an empty one. Borrowed until the next take. */
const struct snapshot *session_snapshot(const struct session *session);
/* The hits of this session, oldest first. Borrowed until the next take. */
const struct hit_list *session_hits(const struct session *session);

/* References are taken; NULL is an empty list. */
void session_set_watchlist(struct session *session, const struct watchlist *list);
const struct watchlist *session_watchlist(const struct session *session); /* borrowed */
void session_set_known(struct session *session, const struct known *known);
const struct known *session_known(const struct session *session); /* borrowed */

void session_refresh(struct session *session);
void session_set_paused(struct session *session, bool paused);
bool session_paused(const struct session *session);
void session_set_looked_at(struct session *session, bool looked_at);
void session_set_rates(struct session *session, uint32_t connections_ms, uint32_t processes_ms,
                       uint32_t publish_ms);
/* One line of English, empty when all is well. */
void session_trouble(struct session *session, struct buffer *line);

#endif
