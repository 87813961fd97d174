#include "core/watch/typed.h"

#include <string.h>

#include "core/base/memory.h"

#define REST_MOST ((size_t)256 * 1024 * 1024)

static struct text next_line(struct text *rest)
{
    size_t end = 0;
    struct text line;

    while (end < rest->size && rest->bytes[end] != '\n' && rest->bytes[end] != '\r')
        end++;
    line = text_slice(*rest, 0, end);
    if (end < rest->size)
        end += rest->size - end > 1 && rest->bytes[end] == '\r' && rest->bytes[end + 1] == '\n' ? 2
                                                                                                : 1;
    *rest = text_slice(*rest, end, rest->size - end);
    return text_trim(line);
}

/* Exact lines go to the builder, the others to `rest`, one a line. */
static enum status part_lines(struct text input, struct watchlist_builder *builder,
                              struct buffer *rest)
{
    enum status status = ST_OK;

    while (input.size && status == ST_OK) {
        struct watchlist_lines lines;
        struct text line = next_line(&input);

        status = watchlist_add_file_text(builder, line, (struct text){NULL, 0}, NULL, &lines);
        if (status == ST_OK && lines.bad) {
            buffer_add(rest, line);
            buffer_add_byte(rest, '\n');
            status = rest->failed;
        }
    }
    return status;
}

static bool is_watchable(enum finding_doubt doubt)
{
    return doubt != DOUBT_NOT_WATCHABLE && doubt != DOUBT_MALFORMED;
}

/* Counts the findings, and the lines that have none. */
static enum status judge(struct typed *typed, struct text rest)
{
    size_t count = typed->found ? import_count(typed->found) : 0;
    size_t lines = 0;
    bool *has;

    for (size_t i = 0; i < rest.size; i++)
        lines += rest.bytes[i] == '\n';
    has = memory_take_array(lines + 1, sizeof *has);
    if (!has)
        return ST_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const struct finding *finding = import_finding(typed->found, i);

        if (!is_watchable(finding->doubt))
            continue;
        if (finding->origin.line && finding->origin.line <= lines)
            has[finding->origin.line - 1] = true;
        if (finding->doubt == DOUBT_NONE)
            typed->clear++;
        else
            typed->doubtful++;
    }
    for (size_t i = 0; i < lines; i++) {
        struct text line = next_line(&rest);

        if (!has[i] && typed->bad++ == 0)
            buffer_add(&typed->first_bad, line);
    }
    memory_give(has);
    return typed->first_bad.failed;
}

enum status typed_read(struct typed *typed, struct text input, const struct import_context *context)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct typed made = {.exact = NULL};
    struct buffer problem;
    struct buffer rest;
    enum status status;

    if (!builder)
        return ST_NO_MEMORY;
    buffer_init(&made.first_bad, REST_MOST);
    buffer_init(&problem, 4096);
    buffer_init(&rest, REST_MOST);
    status = part_lines(input, builder, &rest);
    if (status == ST_OK)
        status = watchlist_build(builder, &made.exact);
    else
        watchlist_builder_free(builder);
    if (status == ST_OK && rest.size) {
        status =
            import_text(buffer_text(&rest), (struct text){NULL, 0}, context, &made.found, &problem);
        if (status == ST_INVALID) /* looked like JSON or XML and is none: nothing was found */
            status = ST_OK;
    }
    if (status == ST_OK)
        status = judge(&made, buffer_text(&rest));
    buffer_done(&rest);
    buffer_done(&problem);
    if (status != ST_OK) {
        typed_done(&made);
        return status;
    }
    *typed = made;
    return ST_OK;
}

void typed_done(struct typed *typed)
{
    watchlist_release(typed->exact);
    import_free(typed->found);
    buffer_done(&typed->first_bad);
    typed->exact = NULL;
    typed->found = NULL;
}

/* What a report's line with just this in it would be doubted for. */
static enum finding_doubt doubt_about(struct text written, const struct import_context *context)
{
    struct import_result *result = NULL;
    enum finding_doubt doubt = DOUBT_NONE;
    struct buffer problem;

    buffer_init(&problem, 4096);
    if (import_text(written, (struct text){NULL, 0}, context, &result, &problem) == ST_OK) {
        if (import_count(result) == 1 && is_watchable(import_finding(result, 0)->doubt))
            doubt = import_finding(result, 0)->doubt;
        import_free(result);
    }
    buffer_done(&problem);
    return doubt;
}

bool typed_first(const struct typed *typed, const struct import_context *context,
                 struct indicator *indicator, enum finding_doubt *doubt)
{
    size_t count = typed->found ? import_count(typed->found) : 0;

    if (watchlist_count(typed->exact)) {
        struct indicator_origin origin;

        watchlist_indicator(typed->exact, 0, indicator, &origin);
        *doubt = doubt_about(origin.written, context);
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        const struct finding *finding = import_finding(typed->found, i);

        if (!is_watchable(finding->doubt) || (typed->clear && finding->doubt != DOUBT_NONE))
            continue;
        *indicator = finding->indicator;
        *doubt = finding->doubt;
        return true;
    }
    return false;
}
