#include "core/watch/watchlist_edit.h"

/* Entries between two looks at `cancel`. */
#define STRIDE 1024

static enum status add_all(struct watchlist_builder *builder, const struct watchlist *list,
                           const bool *removed, const atomic_bool *cancel)
{
    uint32_t count = watchlist_count(list);
    enum status status = ST_OK;

    for (uint32_t i = 0; i < count && status == ST_OK; i++) {
        struct indicator indicator;
        struct indicator_origin origin;

        if (cancel && i % STRIDE == 0 && atomic_load(cancel))
            return ST_CANCELLED;
        if (removed && removed[i])
            continue;
        watchlist_indicator(list, i, &indicator, &origin);
        status = watchlist_add(builder, &indicator, &origin, NULL);
    }
    return status;
}

enum status watchlist_edit(const struct watchlist *list, const bool *removed,
                           const struct watchlist *more, const atomic_bool *cancel,
                           struct watchlist **result, struct watchlist_change *change)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    uint32_t before = 0;
    uint32_t after = 0;
    enum status status;

    if (!builder)
        return ST_NO_MEMORY;
    status = add_all(builder, list, removed, cancel);
    if (status == ST_OK) {
        before = watchlist_builder_count(builder);
        status = add_all(builder, more, NULL, cancel);
        after = watchlist_builder_count(builder);
    }
    if (status != ST_OK) {
        watchlist_builder_free(builder);
        return status;
    }
    status = watchlist_build(builder, result);
    if (status == ST_OK && change)
        *change =
            (struct watchlist_change){after - before, watchlist_count(more) - (after - before)};
    return status;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Whether a comment would seem to begin behind the '/' at `at`: "/", "i" perhaps, blanks, "#". */
static bool looks_like_the_end(struct text line, size_t at)
{
    size_t i = at + 1;
    size_t blanks;

    if (i < line.size && line.bytes[i] == 'i')
        i++;
    blanks = i;
    while (i < line.size && is_blank(line.bytes[i]))
        i++;
    return i > blanks && i < line.size && line.bytes[i] == '#';
}

/* A '/' inside a pattern that reads as its end is escaped, which means the same to PCRE2. */
static void add_pattern(struct buffer *out, struct text line)
{
    bool escaped = false;
    size_t slashes = 0;

    for (size_t i = 0; i < line.size; i++) {
        char byte = line.bytes[i];

        if (byte == '/' && !escaped && slashes++ > 0 && looks_like_the_end(line, i))
            buffer_add_byte(out, '\\');
        escaped = byte == '\\' && !escaped;
        buffer_add_byte(out, byte);
    }
}

/* In one line: what would end it becomes a blank. */
static void add_in_line(struct buffer *out, struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        char byte = value.bytes[i];
        buffer_add_byte(out, (unsigned char)byte < 0x20 ? ' ' : byte);
    }
}

static void add_comment(struct buffer *out, const struct indicator_origin *origin,
                        struct text own_name)
{
    bool foreign = origin->file.size && !text_equal(text_file_name(origin->file), own_name);

    if (!origin->label.size && !foreign)
        return;
    buffer_add_string(out, " # ");
    add_in_line(out, origin->label);
    if (!foreign)
        return;
    buffer_add_string(out, origin->label.size ? " (" : "(");
    add_in_line(out, text_file_name(origin->file));
    if (origin->line) {
        buffer_add_string(out, ", line ");
        buffer_add_unsigned(out, origin->line);
    }
    buffer_add_byte(out, ')');
}

void watchlist_write(const struct watchlist *list, struct text own_name, struct buffer *out)
{
    struct buffer line;
    uint32_t count = watchlist_count(list);

    buffer_init(&line, (size_t)4 * INDICATOR_MOST);
    for (uint32_t i = 0; i < count && !out->failed; i++) {
        struct indicator indicator;
        struct indicator_origin origin;

        buffer_clear(&line);
        watchlist_indicator(list, i, &indicator, &origin);
        indicator_add(&line, &indicator);
        if (indicator.kind == INDICATOR_PATTERN)
            add_pattern(out, buffer_text(&line));
        else
            buffer_add(out, buffer_text(&line));
        if (line.failed)
            out->failed = line.failed;
        add_comment(out, &origin, own_name);
        buffer_add_byte(out, '\n');
    }
    buffer_done(&line);
}

static char small(char byte)
{
    return (char)(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
}

static bool holds(struct text whole, struct text needle)
{
    for (size_t at = 0; at + needle.size <= whole.size; at++) {
        size_t i = 0;
        while (i < needle.size && small(whole.bytes[at + i]) == small(needle.bytes[i]))
            i++;
        if (i == needle.size)
            return true;
    }
    return false;
}

bool watchlist_entry_holds(const struct watchlist *list, uint32_t number, struct text needle,
                           struct buffer *scratch)
{
    struct indicator indicator;
    struct indicator_origin origin;

    watchlist_indicator(list, number, &indicator, &origin);
    buffer_clear(scratch);
    indicator_add(scratch, &indicator);
    return holds(buffer_text(scratch), needle) || holds(origin.written, needle) ||
           holds(origin.label, needle) || holds(origin.file, needle);
}
