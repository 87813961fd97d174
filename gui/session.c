#include "gui/session.h"

#include "core/base/memory.h"

/* Taken from the sampler in one go. */
#define HITS_AT_ONCE 64

struct session {
    struct sampler *sampler;
    const struct snapshot *snapshot;
    struct snapshot empty;
    const struct hit **hits; /* a reference each */
    struct hit_list list;
    uint32_t hit_room;
    const struct watchlist *watchlist;
    const struct known *known;
    HWND window;
    UINT message;
    uint32_t publish_ms;
    bool paused;
};

/* On the sampler's thread. */
static void notice(void *context, enum sampler_event event)
{
    const struct session *session = context;
    PostMessageW(session->window, session->message, (WPARAM)event, 0);
}

enum status session_new(const struct session_setup *setup, struct session **session)
{
    struct session *made = memory_take(sizeof *made);
    if (!made) {
        source_free(setup->source);
        return ST_NO_MEMORY;
    }
    made->window = setup->window;
    made->message = setup->message;
    made->publish_ms = setup->publish_ms;
    const struct sampler_setup sampler = {
        .source = setup->source,
        .sinks = setup->sinks,
        .sink_count = setup->sink_count,
        .limits = setup->limits,
        .publish_ms = setup->publish_ms,
        .notice = notice,
        .context = made,
    };
    enum status status = sampler_start(&sampler, &made->sampler);
    if (status != ST_OK) {
        memory_give(made);
        return status;
    }
    *session = made;
    return ST_OK;
}

void session_free(struct session *session)
{
    if (!session)
        return;
    sampler_stop(session->sampler);
    snapshot_release(session->snapshot);
    for (uint32_t i = 0; i < session->list.count; i++)
        hit_release(session->hits[i]);
    memory_give(session->hits);
    watchlist_release(session->watchlist);
    known_release(session->known);
    memory_give(session);
}

static bool room_for_hits(struct session *session)
{
    if (session->hit_room - session->list.count >= HITS_AT_ONCE)
        return true;
    uint32_t room = session->hit_room * 2 + HITS_AT_ONCE * 2;
    const struct hit **grown = memory_grow_array((void *)session->hits, room, sizeof *grown);
    if (!grown)
        return false; /* they stay with the sampler until there is memory */
    session->hits = grown;
    session->list.hits = grown;
    session->hit_room = room;
    return true;
}

static bool take_hits(struct session *session)
{
    bool any = false;
    while (room_for_hits(session)) {
        size_t taken =
            sampler_take_hits(session->sampler, session->hits + session->list.count, HITS_AT_ONCE);
        session->list.count += (uint32_t)taken;
        any = any || taken;
        if (taken < HITS_AT_ONCE)
            break;
    }
    return any;
}

bool session_take(struct session *session)
{
    bool changed = take_hits(session);
    const struct snapshot *latest = sampler_latest(session->sampler);
    if (!latest)
        return changed;
    if (session->snapshot && session->snapshot->number == latest->number) {
        snapshot_release(latest);
        return changed;
    }
    snapshot_release(session->snapshot);
    session->snapshot = latest;
    return true;
}

const struct snapshot *session_snapshot(const struct session *session)
{
    return session->snapshot ? session->snapshot : &session->empty;
}

const struct hit_list *session_hits(const struct session *session)
{
    return &session->list;
}

void session_set_watchlist(struct session *session, const struct watchlist *list)
{
    const struct watchlist *before = session->watchlist;
    session->watchlist = list ? watchlist_retain(list) : NULL;
    sampler_set_watchlist(session->sampler, list);
    watchlist_release(before);
    sampler_refresh(session->sampler);
}

const struct watchlist *session_watchlist(const struct session *session)
{
    return session->watchlist;
}

void session_set_known(struct session *session, const struct known *known)
{
    const struct known *before = session->known;
    session->known = known ? known_retain(known) : NULL;
    sampler_set_known(session->sampler, known);
    if (before)
        known_release(before);
    sampler_refresh(session->sampler);
}

const struct known *session_known(const struct session *session)
{
    return session->known;
}

void session_refresh(struct session *session)
{
    sampler_refresh(session->sampler);
}

void session_set_paused(struct session *session, bool paused)
{
    session->paused = paused;
    sampler_set_paused(session->sampler, paused);
}

bool session_paused(const struct session *session)
{
    return session->paused;
}

void session_set_looked_at(struct session *session, bool looked_at)
{
    sampler_set_looked_at(session->sampler, looked_at);
}

void session_set_rates(struct session *session, uint32_t connections_ms, uint32_t processes_ms,
                       uint32_t publish_ms)
{
    session->publish_ms = publish_ms;
    sampler_set_rates(session->sampler, connections_ms, processes_ms, publish_ms);
}

void session_trouble(struct session *session, struct buffer *line)
{
    sampler_trouble(session->sampler, line);
}
