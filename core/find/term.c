#include "core/find/term.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/watch/pattern.h"

_Static_assert(TERM_MOST <= PATTERN_MOST, "every term has to fit into a pattern");

struct term {
    struct pattern *pattern; /* NULL: plain text whose letters are compared as they are */
    char *source;
    size_t size;
    unsigned flags;
};

static enum status compile(struct text source, unsigned flags, struct pattern **pattern,
                           struct buffer *why)
{
    unsigned wanted = 0;
    size_t offset = 0;
    enum status status;

    if (!(flags & TERM_REGEX))
        wanted |= PATTERN_LITERAL;
    if (!(flags & TERM_CASE))
        wanted |= PATTERN_IGNORE_CASE;
    status = pattern_new(source, wanted, pattern, why, &offset);
    if (status == ST_INVALID && why && flags & TERM_REGEX) {
        buffer_add_string(why, ", at byte ");
        buffer_add_unsigned(why, offset);
    }
    return status;
}

enum status term_new(struct text source, unsigned flags, struct term **term, struct buffer *why)
{
    struct pattern *pattern = NULL;
    struct term *made = NULL;
    enum status status;

    if (!source.size) {
        if (why)
            buffer_add_string(why, "is empty");
        return ST_INVALID;
    }
    /* Plain text is compiled, too: that is what says what is wrong with it. */
    status = compile(source, flags, &pattern, why);
    if (status != ST_OK)
        return status;
    status = ST_NO_MEMORY;
    made = memory_take(sizeof *made);
    if (!made)
        goto out;
    *made = (struct term){.source = memory_take(source.size), .size = source.size, .flags = flags};
    if (!made->source)
        goto out;
    memcpy(made->source, source.bytes, source.size);
    if (flags & TERM_REGEX || !(flags & TERM_CASE)) {
        made->pattern = pattern;
        pattern = NULL;
    }
    *term = made;
    made = NULL;
    status = ST_OK;
out:
    term_free(made);
    pattern_free(pattern);
    return status;
}

void term_free(struct term *term)
{
    if (!term)
        return;
    pattern_free(term->pattern);
    memory_give(term->source);
    memory_give(term);
}

enum status term_matches(const struct term *term, struct text subject, size_t *from, size_t *size)
{
    size_t at;

    if (term->pattern)
        return pattern_find(term->pattern, subject, *from, from, size);
    if (*from > subject.size)
        return ST_NOT_FOUND;
    at = text_find(text_slice(subject, *from, subject.size - *from), term_source(term));
    if (at == SIZE_MAX)
        return ST_NOT_FOUND;
    *from += at;
    *size = term->size;
    return ST_OK;
}

enum status term_matches_letters(const struct term *term, struct text subject, size_t *from,
                                 size_t *size)
{
    if (term->pattern)
        return pattern_find_letters(term->pattern, subject, *from, from, size);
    return term_matches(term, subject, from, size);
}

struct text term_source(const struct term *term)
{
    return (struct text){term->source, term->size};
}

unsigned term_flags(const struct term *term)
{
    return term->flags;
}

size_t term_least(const struct term *term)
{
    struct text source = term_source(term);
    size_t least = 0;

    if (term->flags & TERM_REGEX)
        return pattern_least(term->pattern);
    for (size_t at = 0; at < source.size; least++)
        (void)text_decode(source, &at);
    return least;
}
