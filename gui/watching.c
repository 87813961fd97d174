#include "gui/watching.h"

#include "core/watch/import.h"

#define SCRATCH_MOST ((size_t)64 * 1024)

/* A builder that holds what the session's list holds. */
static enum status start_from_present(const struct session *session,
                                      struct watchlist_builder **builder)
{
    const struct watchlist *list = session_watchlist(session);
    struct watchlist_builder *made = watchlist_builder_new();
    enum status status = made ? ST_OK : ST_NO_MEMORY;
    for (uint32_t i = 0; status == ST_OK && i < watchlist_count(list); i++) {
        struct indicator indicator;
        struct indicator_origin origin;
        watchlist_indicator(list, i, &indicator, &origin);
        status = watchlist_add(made, &indicator, &origin, NULL);
    }
    if (status != ST_OK) {
        watchlist_builder_free(made);
        return status;
    }
    *builder = made;
    return ST_OK;
}

/* The builder is handed over. */
static enum status take_over(struct session *session, struct watchlist_builder *builder)
{
    struct watchlist *list;
    enum status status = watchlist_build(builder, &list);
    if (status != ST_OK)
        return status;
    session_set_watchlist(session, list);
    watchlist_release(list);
    return ST_OK;
}

enum status watching_add(struct session *session, struct text written)
{
    struct watchlist_builder *builder = NULL;
    struct indicator indicator;
    const struct indicator_origin origin = {.written = written};
    const char *why;
    struct buffer scratch;
    buffer_init(&scratch, SCRATCH_MOST);
    enum status status = indicator_parse(written, &scratch, &indicator, &why);
    if (status == ST_OK)
        status = start_from_present(session, &builder);
    if (status == ST_OK) {
        status = watchlist_add(builder, &indicator, &origin, NULL);
        if (status == ST_OK)
            status = take_over(session, builder);
        else
            watchlist_builder_free(builder);
    }
    buffer_done(&scratch);
    return status;
}

enum status watching_add_name(struct session *session, struct text name)
{
    struct buffer written;
    buffer_init(&written, SCRATCH_MOST);
    buffer_add_string(&written, "name:");
    buffer_add(&written, name);
    enum status status = written.failed;
    if (status == ST_OK)
        status = watching_add(session, buffer_text(&written));
    buffer_done(&written);
    return status;
}

/* The builder gets what a report names without a doubt. */
static enum status add_report(struct watchlist_builder *builder, const struct watchlist *present,
                              struct text file_name, struct text content, struct buffer *problem)
{
    const struct import_context context = {.present = present};
    struct import_result *result = NULL;
    enum status status = import_text(content, file_name, &context, &result, problem);
    if (status != ST_OK)
        return status;
    status = import_take(result, NULL, builder);
    import_free(result);
    return status;
}

enum status watching_load(struct session *session, struct text file_name, struct text content,
                          struct buffer *problem, uint32_t *added)
{
    struct watchlist_builder *builder = NULL;
    struct watchlist_lines lines = {0};
    const struct watchlist *present = session_watchlist(session);
    uint32_t before = watchlist_count(present);
    struct buffer complaints;
    buffer_init(&complaints, SCRATCH_MOST);
    enum status status = start_from_present(session, &builder);
    if (status != ST_OK)
        return status;
    status = watchlist_add_file_text(builder, content, file_name, &complaints, &lines);
    if (status == ST_OK && !lines.added && !lines.duplicates && lines.bad)
        status = add_report(builder, present, file_name, content, problem);
    else
        buffer_add(problem, buffer_text(&complaints));
    buffer_done(&complaints);
    if (status != ST_OK) {
        watchlist_builder_free(builder);
        return status;
    }
    status = take_over(session, builder);
    if (status == ST_OK && added)
        *added = watchlist_count(session_watchlist(session)) - before;
    return status;
}

void watching_write(const struct session *session, struct buffer *out)
{
    const struct watchlist *list = session_watchlist(session);
    for (uint32_t i = 0; i < watchlist_count(list); i++) {
        struct indicator indicator;
        struct indicator_origin origin;
        watchlist_indicator(list, i, &indicator, &origin);
        indicator_add(out, &indicator);
        buffer_add_byte(out, '\n');
    }
}

enum status watching_add_known(struct session *session, enum known_kind kind, struct text value)
{
    struct known *more;
    enum status status = known_with(session_known(session), kind, value, &more);
    if (status != ST_OK)
        return status;
    session_set_known(session, more);
    known_release(more);
    return ST_OK;
}
