/* The line-based lists: one value a line, hosts, dnsmasq, adblock, RPZ; and which of them a text
 * is. */
#include "core/watch/import_found.h"

#include "core/base/memory.h"
#include "core/watch/import_columns.h"

#include <string.h>

#define LINES_LOOKED_AT 400
#define LINE_MOST 65536

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Takes the next line off *rest. */
static struct text next_line(struct text *rest)
{
    const char *newline = rest->size ? memchr(rest->bytes, '\n', rest->size) : NULL;
    size_t size = newline ? (size_t)(newline - rest->bytes) : rest->size;
    struct text line = text_slice(*rest, 0, size);

    size += newline != NULL;
    *rest = text_slice(*rest, size, rest->size - size);
    return text_trim(line);
}

/* Takes the next word off *rest; empty at the end. */
static struct text next_word(struct text *rest)
{
    size_t begin = 0;
    size_t end;
    struct text word;

    while (begin < rest->size && is_blank(rest->bytes[begin]))
        begin++;
    for (end = begin; end < rest->size && !is_blank(rest->bytes[end]); end++)
        ;
    word = text_slice(*rest, begin, end - begin);
    *rest = text_slice(*rest, end, rest->size - end);
    return word;
}

static bool is_comment(struct text line)
{
    return line.size == 0 || line.bytes[0] == '#' || line.bytes[0] == ';' || line.bytes[0] == '!' ||
           text_starts(line, text_of("//"));
}

/* Cuts an inline comment ("value # why", "value ; SBL1") off; what it says goes to *label. */
static struct text without_comment(struct text line, struct text *label)
{
    *label = (struct text){0};
    for (size_t i = 1; i < line.size; i++) {
        bool sign = line.bytes[i] == '#' || line.bytes[i] == ';' ||
                    (line.bytes[i] == '/' && i + 1 < line.size && line.bytes[i + 1] == '/');

        if (!sign || !is_blank(line.bytes[i - 1]))
            continue;
        *label = text_trim(text_slice(line, i + 1, line.size - i - 1));
        return text_trim(text_slice(line, 0, i));
    }
    return line;
}

/* ---- which it is ---- */

static bool is_sink(struct text word)
{
    static const char *const sinks[] = {"0.0.0.0", "127.0.0.1", "127.0.1.1",       "::1",
                                        "::",      "::0",       "255.255.255.255", "fe80::1%lo0"};

    for (size_t i = 0; i < sizeof sinks / sizeof sinks[0]; i++)
        if (text_equal_nocase(word, text_from(sinks[i])))
            return true;
    return false;
}

static bool is_rule(struct text line)
{
    static const char *const actions[] = {"alert", "drop", "reject", "pass", "block"};
    struct text word;

    if (line.size && line.bytes[0] == '#')
        line = text_trim(text_slice(line, 1, line.size - 1));
    if (text_find(line, text_of("->")) == SIZE_MAX && text_find(line, text_of("<>")) == SIZE_MAX)
        return false;
    word = next_word(&line);
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (text_equal_nocase(word, text_from(actions[i])))
            return true;
    return false;
}

/* Fields of a line of a table. */
static size_t count_fields(struct text line, char separator)
{
    size_t count = 1;
    bool quoted = false;

    for (size_t i = 0; i < line.size; i++) {
        if (line.bytes[i] == '"')
            quoted = !quoted;
        else if (line.bytes[i] == separator && !quoted)
            count++;
    }
    return count;
}

static enum import_format format_of_line(struct text line)
{
    struct text label;
    struct text rest = line;
    struct text word = next_word(&rest);

    if (text_starts(word, text_of("||")) || text_starts(word, text_of("@@||")))
        return FORMAT_ADBLOCK;
    if (text_starts(word, text_of("address=/")) || text_starts(word, text_of("server=/")) ||
        text_starts(word, text_of("local=/")))
        return FORMAT_DNSMASQ;
    if (is_sink(word) && text_trim(rest).size)
        return FORMAT_HOSTS;
    if (text_find(line, text_of(" CNAME ")) != SIZE_MAX || text_starts(line, text_of("$TTL")) ||
        text_find(line, text_of(" IN SOA ")) != SIZE_MAX ||
        text_find(line, text_of("\tCNAME\t")) != SIZE_MAX)
        return FORMAT_RPZ;
    rest = without_comment(line, &label);
    word = next_word(&rest);
    rest = text_trim(rest);
    if (memchr(word.bytes, '.', word.size) || memchr(word.bytes, ':', word.size)) {
        uint64_t score;

        if (count_fields(word, ',') + count_fields(word, ';') + count_fields(word, '|') <= 4 &&
            (rest.size == 0 || text_number(rest, UINT64_MAX, &score)))
            return FORMAT_LIST;
    }
    return FORMAT_PROSE;
}

/* Whether a line names the columns of a table of indicators. */
static bool is_header(struct text line, char separator)
{
    size_t begin = 0;

    if (line.size && line.bytes[0] == '#')
        line = text_trim(text_slice(line, 1, line.size - 1));
    for (size_t i = 0; i <= line.size; i++) {
        struct text field;

        if (i < line.size && line.bytes[i] != separator)
            continue;
        field = text_trim(text_slice(line, begin, i - begin));
        if (field.size > 1 && field.bytes[0] == '"')
            field = text_slice(field, 1, field.size - 2);
        if (column_is_watchable(column_meaning_of(field, false).kind))
            return true;
        begin = i + 1;
    }
    return false;
}

static const char separators[] = {',', ';', '\t', '|'};

/* How the lines fall apart at one separator. */
struct tally_fields {
    size_t fields; /* of the last header, or the first line that has more than one */
    size_t same;   /* lines that have as many */
    bool header;
};

struct tally {
    size_t lines;
    size_t by_format[FORMAT_COUNT];
    struct tally_fields by_separator[sizeof separators];
};

static void tally_csv(struct tally *tally, struct text line)
{
    for (size_t i = 0; i < sizeof separators; i++) {
        struct tally_fields *part = &tally->by_separator[i];
        size_t fields = count_fields(line, separators[i]);

        if (fields < 2 || line.bytes[0] == '|') /* a table drawn in running text */
            continue;
        if (is_header(line, separators[i])) {
            part->header = true;
            part->fields = fields;
        }
        if (line.bytes[0] == '#')
            continue;
        if (part->fields == 0)
            part->fields = fields;
        part->same += fields == part->fields;
    }
}

/* Whether it is a table: with a header that is known, or at least most regular. */
static bool is_table(const struct tally *tally, bool header)
{
    for (size_t i = 0; i < sizeof separators; i++) {
        const struct tally_fields *part = &tally->by_separator[i];

        if (header ? part->header && part->same * 2 >= tally->lines
                   : part->same >= 3 && part->same * 10 >= tally->lines * 8)
            return true;
    }
    return false;
}

/* A plain list has hardly a line that is anything else: reports have whole pages of values, too. */
static bool is_most(const struct tally *tally, enum import_format format)
{
    size_t count = tally->by_format[format];

    if (format == FORMAT_LIST)
        return tally->lines >= 3 && count * 20 >= tally->lines * 19;
    return count && count * 10 >= tally->lines * 6;
}

enum import_format import_sniff_lines(struct text input)
{
    static const enum import_format order[] = {FORMAT_SURICATA, FORMAT_RPZ,   FORMAT_DNSMASQ,
                                               FORMAT_ADBLOCK,  FORMAT_HOSTS, FORMAT_LIST};
    struct tally tally = {0};
    struct text rest = input;
    bool in_rule = false; /* a backslash at its end joins a rule's line to the next */

    for (size_t i = 0; i < LINES_LOOKED_AT && rest.size; i++) {
        struct text line = next_line(&rest);

        if (in_rule) {
            in_rule = text_ends(line, text_of("\\"));
            continue;
        }
        if (line.size == 0 || line.size > LINE_MOST)
            continue;
        if (is_rule(line)) {
            in_rule = text_ends(line, text_of("\\"));
            tally.lines++;
            tally.by_format[FORMAT_SURICATA]++;
            continue;
        }
        tally_csv(&tally, line);
        if (is_comment(line))
            continue;
        tally.lines++;
        tally.by_format[format_of_line(line)]++;
    }
    if (is_table(&tally, true))
        return FORMAT_CSV;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if (is_most(&tally, order[i]))
            return order[i];
    return is_table(&tally, false) ? FORMAT_CSV : FORMAT_PROSE;
}

/* ---- reading ---- */

static bool is_local_name(struct text name)
{
    static const char *const names[] = {"localhost", "localhost.localdomain", "local",
                                        "broadcasthost", "0.0.0.0"};

    if (text_starts_nocase(name, text_of("ip6-")))
        return true;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_equal_nocase(name, text_from(names[i])))
            return true;
    return false;
}

static enum status read_hosts(struct found *found, struct text line, struct found_note *note)
{
    enum status status = ST_OK;
    struct text rest = without_comment(line, &note->label);
    struct text word = next_word(&rest);

    if (!is_sink(word)) /* an address with names: the address is no sink, the names are its own */
        return import_value(found, word, false, note);
    for (word = next_word(&rest); word.size && status == ST_OK; word = next_word(&rest))
        if (is_local_name(word))
            found_skip(found, 1);
        else
            status = import_value(found, word, false, note);
    return status;
}

/* "address=/a/b/0.0.0.0": every name between the slashes, with all below it. */
static enum status read_dnsmasq(struct found *found, struct text line, struct found_note *note)
{
    enum status status = ST_OK;
    size_t begin = text_find(line, text_of("=/"));

    if (begin == SIZE_MAX) {
        found_skip(found, 1);
        return ST_OK;
    }
    begin += 2;
    for (size_t i = begin; i < line.size && status == ST_OK; i++) {
        if (line.bytes[i] != '/')
            continue;
        status = import_value(found, text_slice(line, begin, i - begin), true, note);
        begin = i + 1;
    }
    return status;
}

/* "||name^" with options behind it. An exception ("@@") is no indicator. */
static enum status read_adblock(struct found *found, struct text line, struct found_note *note)
{
    size_t end;

    if (!text_starts(line, text_of("||"))) {
        found_skip(found, 1);
        return ST_OK;
    }
    line = text_slice(line, 2, line.size - 2);
    for (end = 0; end < line.size && !strchr("^$/ \t", line.bytes[end]); end++)
        ;
    if (text_find(text_slice(line, 0, end), text_of("*")) != SIZE_MAX)
        return found_reject(found, line, DOUBT_MALFORMED, "a pattern, not a name", note->line);
    return import_value(found, text_slice(line, 0, end), true, note);
}

/* "name CNAME ." and "*.name CNAME .": the latter widens the former. */
static enum status read_rpz(struct found *found, struct text line, struct found_note *note)
{
    struct text rest = line;
    struct text name = next_word(&rest);
    struct text word = next_word(&rest);

    while (word.size && !text_equal_nocase(word, text_of("CNAME")))
        word = next_word(&rest);
    word = next_word(&rest);
    if (word.size == 0 || name.bytes[0] == '$' || name.bytes[0] == '@' ||
        text_starts_nocase(word, text_of("rpz-passthru"))) {
        found_skip(found, 1);
        return ST_OK;
    }
    if (text_starts(name, text_of("*.")))
        name = text_slice(name, 2, name.size - 2);
    return import_value(found, name, true, note);
}

static enum status read_plain(struct found *found, struct text line, struct found_note *note)
{
    struct text rest = without_comment(line, &note->label);
    struct text word = next_word(&rest);

    note->declared = false;
    if (text_trim(rest).size && memchr(rest.bytes, '.', rest.size))
        return import_prose(found, line, note->line);
    if (word.bytes[0] == '/')
        return found_reject(found, word, DOUBT_NOT_WATCHABLE, "a path without a host", note->line);
    while (word.size && (word.bytes[word.size - 1] == ',' || word.bytes[word.size - 1] == ';'))
        word.size--;
    return import_value(found, word, false, note);
}

enum status import_lines(struct found *found, struct text input, enum import_format format)
{
    enum status status = ST_OK;
    uint32_t number = 0;

    while (input.size && status == ST_OK) {
        struct text line = next_line(&input);
        struct found_note note = {.line = ++number, .declared = true};

        if (is_comment(line)) {
            found_skip(found, line.size > 0);
            continue;
        }
        switch (format) {
        case FORMAT_HOSTS:
            status = read_hosts(found, line, &note);
            break;
        case FORMAT_DNSMASQ:
            status = read_dnsmasq(found, line, &note);
            break;
        case FORMAT_ADBLOCK:
            status = read_adblock(found, line, &note);
            break;
        case FORMAT_RPZ:
            status = read_rpz(found, line, &note);
            break;
        default:
            status = read_plain(found, line, &note);
            break;
        }
    }
    return status;
}
