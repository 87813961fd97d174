#include <string.h>

#include "core/watch/watchlist_inside.h"

#define SAMPLE ((size_t)64 * 1024)
#define BYTES_EACH ((size_t)32) /* of a record, about */
#define SNIPPET_MOST 40         /* letters of a bad line that are shown */

struct reading {
    struct watchlist_builder *builder;
    struct text file;
    struct buffer scratch;
    struct buffer why;
    struct buffer *problems; /* may be NULL */
    size_t problems_before;
    struct watchlist_lines lines;
    uint32_t line;
};

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t';
}

static bool is_pattern(struct text line)
{
    return text_starts(line, text_of("/")) || text_starts_nocase(line, text_of("path:")) ||
           text_starts_nocase(line, text_of("command:")) ||
           (text_starts_nocase(line, text_of("name:")) &&
            text_starts(text_trim(text_slice(line, 5, line.size - 5)), text_of("/")));
}

/* Where the comment of a pattern's line may begin: behind the first '/' that is not escaped, is not
 * the one that opens, and is followed by no more than flags and white space before the '#'. */
static size_t comment_behind_pattern(struct text line)
{
    size_t slashes = 0;

    for (size_t i = 0; i < line.size; i++) {
        size_t at;

        if (line.bytes[i] == '\\' && slashes) {
            i++;
            continue;
        }
        if (line.bytes[i] != '/')
            continue;
        slashes++;
        at = i + 1;
        if (slashes < 2)
            continue;
        if (at < line.size && line.bytes[at] == 'i')
            at++;
        if (at >= line.size || !is_space(line.bytes[at]))
            continue;
        while (at < line.size && is_space(line.bytes[at]))
            at++;
        if (at < line.size && line.bytes[at] == '#')
            return at;
        i = at - 1; /* nothing but white space was passed */
    }
    return SIZE_MAX;
}

static size_t comment_start(struct text line)
{
    const char *hash = line.size ? memchr(line.bytes, '#', line.size) : NULL;
    size_t at;

    if (!hash)
        return SIZE_MAX;
    at = (size_t)(hash - line.bytes);
    if (at == 0)
        return 0;
    if (is_pattern(line))
        return comment_behind_pattern(line);
    if (!text_starts_nocase(line, text_of("name:")))
        return at;
    for (; at < line.size; at++) {
        if (line.bytes[at] == '#' && is_space(line.bytes[at - 1]))
            return at;
    }
    return SIZE_MAX;
}

static void add_place(struct reading *reading, uint32_t line)
{
    buffer_add(reading->problems, reading->file.size ? reading->file : text_of("the list"));
    if (line) {
        buffer_add_string(reading->problems, ", line ");
        buffer_add_unsigned(reading->problems, line);
    }
    buffer_add_string(reading->problems, ": ");
}

/* What can be shown of a line: printable, short, in one line. */
static void add_snippet(struct buffer *out, struct text line)
{
    size_t at = 0;
    size_t letters = 0;

    while (at < line.size && letters < SNIPPET_MOST) {
        uint32_t c = text_decode(line, &at);

        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFD || (c >= 0xD800 && c <= 0xDFFF) ||
            (c >= 0x200B && c <= 0x202E))
            c = '?';
        buffer_add_code_point(out, c);
        letters++;
    }
    if (at < line.size)
        buffer_add_string(out, "…");
}

static void tell_bad(struct reading *reading, struct text line, struct text why)
{
    reading->lines.bad++;
    if (!reading->problems || reading->lines.bad > WATCHLIST_PROBLEMS_TOLD)
        return;
    add_place(reading, reading->line);
    buffer_add_byte(reading->problems, '"');
    add_snippet(reading->problems, line);
    buffer_add_string(reading->problems, "\" ");
    buffer_add(reading->problems, why);
    buffer_add_byte(reading->problems, '\n');
}

static enum status read_indicator(struct reading *reading, struct text line, struct text label)
{
    struct indicator_origin origin = {line, reading->file, reading->line, label};
    struct indicator indicator;
    const char *reason;
    uint32_t before = reading->builder->store.count;
    enum status status;

    buffer_clear(&reading->scratch);
    buffer_clear(&reading->why);
    status = indicator_parse(line, &reading->scratch, &indicator, &reason);
    if (status == ST_INVALID && memchr(line.bytes, '\0', line.size))
        reason = "holds NULs: not text";
    if (status == ST_INVALID)
        buffer_add_string(&reading->why, reason);
    if (!status)
        status = watchlist_add_parsed(reading->builder, &indicator, &origin, &reading->why);
    if (status == ST_INVALID) {
        tell_bad(reading, line, buffer_text(&reading->why));
        return ST_OK;
    }
    if (!status && reading->builder->store.count > before)
        reading->lines.added++;
    else if (!status)
        reading->lines.duplicates++;
    return status;
}

static enum status read_line(struct reading *reading, struct text line)
{
    struct text label = {NULL, 0};
    size_t comment;

    reading->line++;
    if (line.size > WATCHLIST_LINE_MOST) {
        tell_bad(reading, text_slice(line, 0, WATCHLIST_LINE_MOST),
                 text_of("is longer than 8192 bytes"));
        return ST_OK;
    }
    line = text_trim(line);
    comment = comment_start(line);
    if (comment != SIZE_MAX) {
        label = text_trim(text_slice(line, comment + 1, line.size - comment - 1));
        line = text_trim(text_slice(line, 0, comment));
    }
    return line.size ? read_indicator(reading, line, label) : ST_OK;
}

/* A line without its LF: CR ends lines, too, unless it stands before the LF. */
static enum status read_between_lfs(struct reading *reading, struct text rest)
{
    enum status status = ST_OK;

    if (rest.size && rest.bytes[rest.size - 1] == '\r')
        rest.size--;
    while (!status) {
        const char *cr = rest.size ? memchr(rest.bytes, '\r', rest.size) : NULL;
        size_t size = cr ? (size_t)(cr - rest.bytes) : rest.size;

        status = read_line(reading, text_slice(rest, 0, size));
        if (!cr)
            break;
        rest = text_slice(rest, size + 1, rest.size - size - 1);
    }
    return status;
}

static enum status read_all(struct reading *reading, struct text content)
{
    enum status status = ST_OK;

    if (text_starts(content, text_of("\xEF\xBB\xBF")))
        content = text_slice(content, 3, content.size - 3);
    while (!status && content.size) {
        const char *lf = memchr(content.bytes, '\n', content.size);
        size_t size = lf ? (size_t)(lf - content.bytes) : content.size;

        status = read_between_lfs(reading, text_slice(content, 0, size));
        size += lf ? 1 : 0;
        content = text_slice(content, size, content.size - size);
    }
    return status;
}

/* Guesses from its beginning how many indicators a file has. */
static void expect(struct watchlist_builder *builder, struct text content)
{
    size_t sample = content.size < SAMPLE ? content.size : SAMPLE;
    size_t lines = 0;

    for (size_t i = 0; i < sample; i++)
        lines += content.bytes[i] == '\n';
    if (content.size > SAMPLE)
        lines = (size_t)((uint64_t)lines * content.size / SAMPLE);
    store_expect(&builder->store, &builder->finder, lines, lines * BYTES_EACH);
}

/* The summary behind the single lines, or in their place where nothing was an indicator. */
static void sum_up(struct reading *reading)
{
    struct watchlist_lines *lines = &reading->lines;

    if (!reading->problems)
        return;
    if (lines->bad > 1 && !lines->added && !lines->duplicates) {
        if (!reading->problems->failed)
            reading->problems->size = reading->problems_before;
        add_place(reading, 0);
        buffer_add_string(reading->problems, "holds no indicator in ");
        buffer_add_unsigned(reading->problems, reading->line);
        buffer_add_string(reading->problems, " lines: not a watchlist\n");
    } else if (lines->bad > WATCHLIST_PROBLEMS_TOLD) {
        add_place(reading, 0);
        buffer_add_unsigned(reading->problems, lines->bad - WATCHLIST_PROBLEMS_TOLD);
        buffer_add_string(reading->problems, " more lines are no indicators\n");
    }
}

enum status watchlist_add_file_text(struct watchlist_builder *builder, struct text content,
                                    struct text file, struct buffer *problems,
                                    struct watchlist_lines *lines)
{
    struct reading reading = {.builder = builder, .file = file, .problems = problems};
    enum status status;

    reading.problems_before = problems ? problems->size : 0;
    buffer_init(&reading.scratch, INDICATOR_MOST + 64);
    buffer_init(&reading.why, 512);
    expect(builder, content);
    status = read_all(&reading, content);
    if (!status)
        sum_up(&reading);
    buffer_done(&reading.scratch);
    buffer_done(&reading.why);
    *lines = reading.lines;
    return status;
}
