#include "core/watch/hosts_names.h"

#include "core/watch/decode.h"

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\v' || byte == '\f';
}

static bool is_break(char byte)
{
    return byte == '\n' || byte == '\r';
}

/* Cuts the first line off, without its end: CR LF gives an empty line more, which says nothing. */
static struct text next_line(struct text *content)
{
    size_t size = 0;
    struct text line;

    while (size < content->size && !is_break(content->bytes[size]))
        size++;
    line = text_slice(*content, 0, size);
    size += size < content->size;
    *content = text_slice(*content, size, content->size - size);
    return line;
}

static struct text without_comment(struct text line)
{
    size_t size = 0;

    while (size < line.size && line.bytes[size] != '#' && line.bytes[size] != '\0')
        size++;
    return text_slice(line, 0, size);
}

/* Cuts the first word off the line; empty behind the last. */
static struct text next_word(struct text *line)
{
    size_t from = 0;
    size_t to;
    struct text word;

    while (from < line->size && is_blank(line->bytes[from]))
        from++;
    for (to = from; to < line->size && !is_blank(line->bytes[to]); to++)
        ;
    word = text_slice(*line, from, to - from);
    *line = text_slice(*line, to, line->size - to);
    return word;
}

static bool parse_address(struct text word, struct address *address)
{
    size_t percent = text_find(word, text_of("%"));
    struct address parsed;

    if (percent == SIZE_MAX)
        return address_parse(word, address);
    if (percent + 1 == word.size || !address_parse(text_slice(word, 0, percent), &parsed) ||
        address_is_ipv4(&parsed))
        return false;
    *address = parsed;
    return true;
}

enum status hosts_names_walk(struct text content, hosts_names_take *take, void *context)
{
    if (decode_is_utf16(content))
        return ST_INVALID;
    if (text_starts(content, text_of("\xEF\xBB\xBF")))
        content = text_slice(content, 3, content.size - 3);
    while (content.size) {
        struct text line = without_comment(next_line(&content));
        struct address address;

        if (!parse_address(next_word(&line), &address))
            continue;
        for (struct text name = next_word(&line); name.size; name = next_word(&line)) {
            if (!take(context, name, &address))
                return ST_OK;
        }
    }
    return ST_OK;
}
