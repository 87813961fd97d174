#include "core/find/registry_search.h"

#define AROUND 60 /* bytes on each side of a match */
#define AROUND_MOST ((size_t)1 << 16)

/* One look at several texts. */
struct look {
    struct registry_search *search;
    size_t end_after; /* a match has to end behind this offset; 0: anywhere */
    enum status status;
    bool found;
};

void registry_search_init(struct registry_search *search, const struct term *term)
{
    bool regex = term_flags(term) & TERM_REGEX;

    *search = (struct registry_search){.term = term};
    /* In a regular expression a backslash is written as two. */
    search->whole_paths =
        text_find(term_source(term), regex ? text_of("\\\\") : text_of("\\")) != SIZE_MAX;
    registry_decoder_init(&search->decoder);
    buffer_init(&search->around, AROUND_MOST);
}

void registry_search_done(struct registry_search *search)
{
    registry_decoder_done(&search->decoder);
    buffer_done(&search->around);
}

const char *registry_where_name(enum registry_where where)
{
    static const char *const names[] = {"nothing", "key name", "value name", "data"};

    return names[where];
}

static bool is_inside(struct text text, size_t at)
{
    return at > 0 && at < text.size && ((unsigned char)text.bytes[at] & 0xC0) == 0x80;
}

static void keep_around(struct registry_search *search, struct text text, size_t at, size_t size)
{
    size_t begin = at > AROUND ? at - AROUND : 0;
    size_t end = at + size;

    if (size > AROUND_MOST / 2)
        end = at + AROUND_MOST / 2;
    end = text.size - end > AROUND ? end + AROUND : text.size;
    while (is_inside(text, begin))
        begin--;
    while (is_inside(text, end))
        end++;
    buffer_clear(&search->around);
    buffer_add_string(&search->around, begin ? "…" : "");
    buffer_add(&search->around, text_slice(text, begin, end - begin));
    buffer_add_string(&search->around, end < text.size ? "…" : "");
}

static bool look_at(void *context, struct text text)
{
    struct look *look = context;
    size_t from = 0;
    size_t size = 0;

    for (;;) {
        enum status status = term_matches(look->search->term, text, &from, &size);
        if (status == ST_NOT_FOUND)
            return true;
        if (status != ST_OK) {
            look->status = status;
            return false;
        }
        if (from + size > look->end_after || !look->end_after)
            break;
        from += size ? size : 1;
        if (from > text.size)
            return true;
    }
    keep_around(look->search, text, from, size);
    look->found = true;
    return false;
}

static enum status result_of(const struct look *look, enum status status)
{
    if (look->status != ST_OK)
        return look->status;
    return status != ST_OK ? status : look->search->around.failed;
}

enum status registry_search_key(struct registry_search *search, const struct registry_key *key,
                                struct registry_finding *finding)
{
    struct look look = {.search = search};
    enum status status = registry_probe_name(&search->decoder, key->name, look_at, &look);

    if (search->whole_paths && !look.found && look.status == ST_OK) {
        look.end_after = key->path.size - key->name.size;
        look_at(&look, key->path);
    }
    status = result_of(&look, status);
    if (status == ST_OK)
        *finding =
            (struct registry_finding){key, NULL, look.found ? REGISTRY_KEY_NAME : REGISTRY_NOWHERE,
                                      buffer_text(&search->around)};
    return status;
}

enum status registry_search_value(struct registry_search *search, const struct registry_key *key,
                                  const struct registry_value *value,
                                  struct registry_finding *finding)
{
    struct look look = {.search = search};
    enum registry_where where = REGISTRY_VALUE_NAME;
    enum status status = registry_probe_name(&search->decoder, value->name, look_at, &look);

    if (!look.found && look.status == ST_OK && status == ST_OK) {
        where = REGISTRY_DATA;
        status = registry_probe_data(&search->decoder, value, look_at, &look);
    }
    status = result_of(&look, status);
    if (status == ST_OK)
        *finding = (struct registry_finding){key, value, look.found ? where : REGISTRY_NOWHERE,
                                             buffer_text(&search->around)};
    return status;
}
