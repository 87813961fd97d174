#include "core/watch/known.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/base/memory.h"
#include "core/base/refs.h"
#include "core/watch/watchlist.h"

#define LINE_MOST (100 * 1024) /* a path of 32,767 letters fits */
#define WRITTEN_MOST (64 * 1024 * 1024)
#define SNIPPET_MOST 60
#define PROBLEMS_TOLD 10

static const struct {
    struct text word;
    enum known_kind kind;
} words[] = {{{"address", 7}, KNOWN_ADDRESS}, {{"name", 4}, KNOWN_NAME}, {{"path", 4}, KNOWN_PATH}};

/* A line as it stands in the file; comments, empty and bad lines are kept, too. */
struct known_line {
    struct text line;
    struct text value; /* empty: no entry */
    enum known_kind kind;
};

struct known {
    struct refs refs;
    char *content;
    struct known_line *lines;
    size_t line_count;
    size_t entries;
    struct index by_text; /* lines of names and paths */
    const struct watchlist *addresses;
};

static void known_free(struct known *known)
{
    watchlist_release(known->addresses);
    index_done(&known->by_text);
    memory_give(known->lines);
    memory_give(known->content);
    memory_give(known);
}

static uint64_t hash_of(enum known_kind kind, struct text value)
{
    uint64_t hash = hash_add(7, (uint64_t)kind);

    for (size_t i = 0; i < value.size; i++) {
        char byte = value.bytes[i];

        hash = hash_add(hash, (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte));
    }
    return hash_mix(hash);
}

static bool has_text(const struct known *known, enum known_kind kind, struct text value)
{
    uint64_t hash = hash_of(kind, value);
    size_t at;

    for (uint32_t line = index_first(&known->by_text, hash, &at); line != INDEX_NONE;
         line = index_next(&known->by_text, hash, &at)) {
        if (known->lines[line].kind == kind && text_equal_nocase(known->lines[line].value, value))
            return true;
    }
    return false;
}

static const char *parse_address(struct text value, struct buffer *scratch,
                                 struct indicator *indicator)
{
    const char *why = NULL;

    buffer_clear(scratch);
    if (indicator_parse(value, scratch, indicator, &why))
        return why ? why : "is too long";
    if (indicator->kind > INDICATOR_RANGE || indicator->port)
        return "is not an address, network or range without a port";
    return NULL;
}

/* ---- reading ---- */

struct reading {
    struct known *known;
    struct watchlist_builder *addresses;
    struct buffer scratch;
    struct buffer *problems; /* may be NULL */
    size_t told;
};

static void tell(struct reading *reading, size_t number, struct text line, const char *why)
{
    struct buffer *out = reading->problems;
    size_t at = 0;

    reading->told++;
    if (!out || reading->told > PROBLEMS_TOLD)
        return;
    buffer_add_string(out, "line ");
    buffer_add_unsigned(out, number);
    buffer_add_string(out, ": \"");
    while (at < line.size && at < SNIPPET_MOST) {
        uint32_t c = text_decode(line, &at);

        buffer_add_code_point(out, c < 0x20 || c == 0x7F || c == 0xFFFD ? '?' : c);
    }
    buffer_add_string(out, at < line.size ? "…\" " : "\" ");
    buffer_add_string(out, why);
    buffer_add_byte(out, '\n');
}

/* The word that a line begins with, and what follows it. */
static bool split(struct text line, enum known_kind *kind, struct text *value)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = words[i].word.size;

        if (text_starts(line, words[i].word) && line.size > size &&
            (line.bytes[size] == ' ' || line.bytes[size] == '\t')) {
            *kind = words[i].kind;
            *value = text_trim(text_slice(line, size, line.size - size));
            return value->size > 0;
        }
    }
    return false;
}

static enum status read_address(struct reading *reading, struct known_line *line, const char **why)
{
    struct indicator_origin origin = {0};
    struct indicator indicator;

    *why = parse_address(line->value, &reading->scratch, &indicator);
    return *why ? ST_OK : watchlist_add(reading->addresses, &indicator, &origin, NULL);
}

static enum status read_line(struct reading *reading, struct text text)
{
    struct known *known = reading->known;
    size_t number = known->line_count;
    struct known_line *line = &known->lines[number];
    struct text trimmed = text_trim(text);
    const char *why = NULL;
    enum status status = ST_OK;

    line->line = text;
    known->line_count++;
    if (!trimmed.size || trimmed.bytes[0] == '#')
        return ST_OK;
    if (trimmed.size > LINE_MOST)
        why = "is too long";
    else if (!split(trimmed, &line->kind, &line->value))
        why = "does not begin with address, name or path";
    else if (line->kind == KNOWN_ADDRESS)
        status = read_address(reading, line, &why);
    if (status)
        return status;
    if (why) {
        line->value = (struct text){NULL, 0};
        tell(reading, number + 1, trimmed, why);
        return ST_OK;
    }
    known->entries++;
    if (line->kind != KNOWN_ADDRESS && !has_text(known, line->kind, line->value))
        index_add(&known->by_text, hash_of(line->kind, line->value), (uint32_t)number);
    return ST_OK;
}

static bool is_break(char byte)
{
    return byte == '\n' || byte == '\r';
}

/* At most so many: CR LF counts twice. */
static size_t most_lines(struct text content)
{
    size_t count = 1;

    for (size_t i = 0; i < content.size; i++)
        count += is_break(content.bytes[i]);
    return count;
}

static enum status read_lines(struct reading *reading, struct text content)
{
    enum status status = ST_OK;

    while (!status && content.size) {
        size_t size = 0;

        while (size < content.size && !is_break(content.bytes[size]))
            size++;
        status = read_line(reading, text_slice(content, 0, size));
        if (text_starts(text_slice(content, size, content.size - size), text_of("\r\n")))
            size++;
        size += size < content.size;
        content = text_slice(content, size, content.size - size);
    }
    return status;
}

static enum status fill(struct reading *reading, struct text file)
{
    struct known *known = reading->known;
    size_t lines = most_lines(file);
    struct watchlist *addresses = NULL;
    enum status status = ST_NO_MEMORY;

    if (file.size > WRITTEN_MOST || lines >= UINT32_MAX / 4)
        return ST_TOO_LARGE;
    known->content = memory_take(file.size);
    known->lines = memory_take_array(lines, sizeof *known->lines);
    reading->addresses = watchlist_builder_new();
    if (known->content && known->lines && reading->addresses)
        status = index_reserve(&known->by_text, lines);
    if (status)
        return status;
    if (file.size)
        memcpy(known->content, file.bytes, file.size);
    status = read_lines(reading, (struct text){known->content, file.size});
    if (status)
        return status;
    status = watchlist_build(reading->addresses, &addresses);
    reading->addresses = NULL; /* handed over */
    known->addresses = addresses;
    return status;
}

enum status known_read(struct text file, struct known **known, struct buffer *problems)
{
    struct reading reading = {.known = memory_take(sizeof *reading.known), .problems = problems};
    enum status status;

    if (!reading.known)
        return ST_NO_MEMORY;
    refs_init(&reading.known->refs);
    buffer_init(&reading.scratch, INDICATOR_MOST + 64);
    /* All of them: a second one would be dropped when what is written is read again. */
    while (text_starts(file, text_of("\xEF\xBB\xBF")))
        file = text_slice(file, 3, file.size - 3);
    status = fill(&reading, file);
    if (!status && problems && reading.told > PROBLEMS_TOLD) {
        buffer_add_unsigned(problems, reading.told - PROBLEMS_TOLD);
        buffer_add_string(problems, " more lines are no entries\n");
    }
    watchlist_builder_free(reading.addresses);
    buffer_done(&reading.scratch);
    if (status)
        known_free(reading.known);
    else
        *known = reading.known;
    return status;
}

const struct known *known_retain(const struct known *known)
{
    if (known)
        refs_retain(&((struct known *)known)->refs);
    return known;
}

void known_release(const struct known *known)
{
    if (known && refs_release(&((struct known *)known)->refs))
        known_free((struct known *)known);
}

void known_write(struct buffer *out, const struct known *known)
{
    for (size_t i = 0; known && i < known->line_count; i++) {
        buffer_add(out, known->lines[i].line);
        buffer_add_byte(out, '\n');
    }
}

size_t known_count(const struct known *known)
{
    return known ? known->entries : 0;
}

/* ---- changing: the file is written with the change and read again ---- */

/* Whether a line is the entry of that kind and value; addresses are compared by what they mean. */
static bool is_entry(const struct known_line *line, enum known_kind kind, struct text value,
                     struct buffer *scratch)
{
    struct indicator mine;
    struct indicator theirs;

    if (!line->value.size || line->kind != kind)
        return false;
    if (kind != KNOWN_ADDRESS)
        return text_equal_nocase(line->value, value);
    return !parse_address(line->value, scratch, &mine) && !parse_address(value, scratch, &theirs) &&
           mine.kind == theirs.kind && address_equal(&mine.low, &theirs.low) &&
           address_equal(&mine.high, &theirs.high);
}

static bool has_entry(const struct known *known, enum known_kind kind, struct text value,
                      struct buffer *scratch)
{
    for (size_t i = 0; known && i < known->line_count; i++) {
        if (is_entry(&known->lines[i], kind, value, scratch))
            return true;
    }
    return false;
}

static bool is_writable(enum known_kind kind, struct text value, struct buffer *scratch)
{
    struct indicator indicator;

    if (!value.size || value.size > LINE_MOST - 16 || memchr(value.bytes, '\n', value.size) ||
        memchr(value.bytes, '\r', value.size))
        return false;
    return kind != KNOWN_ADDRESS || !parse_address(value, scratch, &indicator);
}

static enum status read_again(struct buffer *written, struct known **known)
{
    enum status status = written->failed;

    return status ? status : known_read(buffer_text(written), known, NULL);
}

enum status known_with(const struct known *known, enum known_kind kind, struct text value,
                       struct known **more)
{
    struct text trimmed = text_trim(value);
    struct buffer scratch;
    struct buffer written;
    enum status status = ST_INVALID;

    buffer_init(&scratch, INDICATOR_MOST + 64);
    buffer_init(&written, WRITTEN_MOST);
    if (is_writable(kind, trimmed, &scratch)) {
        known_write(&written, known);
        if (!has_entry(known, kind, trimmed, &scratch)) {
            for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
                if (words[i].kind == kind)
                    buffer_add(&written, words[i].word);
            }
            buffer_add_byte(&written, ' ');
            buffer_add(&written, trimmed);
            buffer_add_byte(&written, '\n');
        }
        status = read_again(&written, more);
    }
    buffer_done(&scratch);
    buffer_done(&written);
    return status;
}

enum status known_without(const struct known *known, enum known_kind kind, struct text value,
                          struct known **less)
{
    struct text trimmed = text_trim(value);
    struct buffer scratch;
    struct buffer written;
    enum status status;

    buffer_init(&scratch, INDICATOR_MOST + 64);
    buffer_init(&written, WRITTEN_MOST);
    for (size_t i = 0; known && i < known->line_count; i++) {
        if (is_entry(&known->lines[i], kind, trimmed, &scratch))
            continue;
        buffer_add(&written, known->lines[i].line);
        buffer_add_byte(&written, '\n');
    }
    status = read_again(&written, less);
    buffer_done(&scratch);
    buffer_done(&written);
    return status;
}

/* ---- asking ---- */

bool known_process(const struct known *known, const struct process_facts *facts)
{
    return known &&
           (has_text(known, KNOWN_NAME, facts->name) ||
            (facts->image.state == READ_OK && has_text(known, KNOWN_PATH, facts->image.value)));
}

bool known_address(const struct known *known, const struct address *address)
{
    return known && watchlist_match_address(known->addresses, address, 0) != NO_INDICATOR;
}
