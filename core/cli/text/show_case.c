#include "core/cli/text/show_case.h"

#include "core/cli/text/show.h"
#include "core/cli/text/visible.h"

static void add_line(struct buffer *out, const char *title, struct text value)
{
    if (!value.size)
        return;
    show_title(out, title);
    visible_add(out, value);
    buffer_add_byte(out, '\n');
}

static void add_moment(struct buffer *out, const char *title, moment when, const char *otherwise)
{
    show_title(out, title);
    if (when) {
        show_moment(out, when, false);
        buffer_add_string(out, " UTC\n");
    } else {
        buffer_add_string(out, otherwise);
        buffer_add_byte(out, '\n');
    }
}

/* "a, b, c", of those that are known. */
static void add_joined(struct buffer *out, const char *title, const struct text *parts,
                       size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!parts[i].size)
            continue;
        if (any)
            buffer_add_string(out, ", ");
        else
            show_title(out, title);
        visible_add(out, parts[i]);
        any = true;
    }
    if (any)
        buffer_add_byte(out, '\n');
}

static void add_user(struct buffer *out, const struct case_session *session)
{
    struct text rights = text_equal(session->elevated, text_of("true"))    ? text_of("elevated")
                         : text_equal(session->elevated, text_of("false")) ? text_of("not elevated")
                                                                           : session->elevated;
    const struct text parts[] = {session->user, session->user_domain, session->user_id, rights,
                                 session->integrity};
    add_joined(out, "by", parts, sizeof parts / sizeof parts[0]);
}

static void add_watchlists(struct buffer *out, const struct case_session *session)
{
    for (size_t i = 0; i < session->watchlist_count; i++) {
        const struct case_watchlist *list = &session->watchlists[i];
        show_title(out, "watchlist");
        buffer_add_unsigned(out, list->indicators);
        buffer_add_string(out, list->indicators == 1 ? " indicator of " : " indicators of ");
        visible_add(out, list->file);
        if (list->sha256.size)
            buffer_add_string(out, ", SHA-256 ");
        visible_add(out, list->sha256);
        buffer_add_byte(out, '\n');
    }
}

static void add_session(struct buffer *out, const struct case_session *session)
{
    const struct text program[] = {session->program, session->version, session->sha256};
    const struct text host[] = {session->host, session->host_domain, session->os,
                                session->architecture};
    const struct text clock[] = {session->clock, session->time_zone, session->utc_offset};
    buffer_add_byte(out, '\n');
    add_moment(out, "opened", session->start, "unknown");
    add_moment(out, "until", session->end, "it is open, or the program did not get to its end");
    add_joined(out, "with", program, sizeof program / sizeof program[0]);
    add_user(out, session);
    add_joined(out, "on", host, sizeof host / sizeof host[0]);
    if (session->boot)
        add_moment(out, "booted", session->boot, "");
    add_joined(out, "clock", clock, sizeof clock / sizeof clock[0]);
    add_watchlists(out, session);
    add_line(out, "settings", session->settings);
    add_line(out, "losses", session->losses);
}

void show_case(struct buffer *out, struct text folder, const struct case_record *record)
{
    add_line(out, "case", record->words.name);
    add_line(out, "folder", folder);
    add_line(out, "id", record->id);
    add_line(out, "examiner", record->words.examiner);
    add_line(out, "where", record->words.where);
    add_line(out, "why", record->words.why);
    add_moment(out, "made", record->created, "unknown");
    add_moment(out, "closed", record->closed, "no");
    show_title(out, "openings");
    buffer_add_unsigned(out, record->session_count);
    buffer_add_byte(out, '\n');
    for (size_t i = 0; i < record->session_count; i++)
        add_session(out, &record->sessions[i]);
}
