#include "gui/filter.h"

#include "core/base/memory.h"
#include "core/watch/pattern.h"

struct filter {
    struct pattern *pattern; /* NULL: no filter */
    bool too_slow;
};

struct filter *filter_new(void)
{
    return memory_take(sizeof(struct filter));
}

void filter_free(struct filter *filter)
{
    if (!filter)
        return;
    pattern_free(filter->pattern);
    memory_give(filter);
}

/* "/regex/" or "/regex/i"; a lone slash, or one without its partner, is plain text. */
static bool is_regex(struct text written, struct text *inside)
{
    if (text_ends(written, text_of("/i")))
        written.size--;
    if (written.size < 3 || !text_starts(written, text_of("/")) ||
        !text_ends(written, text_of("/")))
        return false;
    *inside = text_slice(written, 1, written.size - 2);
    return true;
}

enum status filter_set(struct filter *filter, struct text written, struct buffer *problem)
{
    struct pattern *pattern = NULL;
    struct text inside;
    size_t offset = 0;
    unsigned flags = PATTERN_IGNORE_CASE;
    if (written.size) {
        if (!is_regex(written, &inside)) {
            inside = written;
            flags |= PATTERN_LITERAL;
        }
        enum status status = pattern_new(inside, flags, &pattern, problem, &offset);
        if (status != ST_OK)
            return status;
    }
    pattern_free(filter->pattern);
    filter->pattern = pattern;
    filter->too_slow = false;
    return ST_OK;
}

bool filter_active(const struct filter *filter)
{
    return filter->pattern != NULL;
}

bool filter_matches(void *context, struct text printed)
{
    struct filter *filter = context;
    enum status status = pattern_find(filter->pattern, printed, 0, NULL, NULL);
    if (status == ST_TOO_SLOW)
        filter->too_slow = true;
    return status == ST_OK;
}

bool filter_too_slow(const struct filter *filter)
{
    return filter->too_slow;
}
