/* Tables of separated values. Feeds and reports name their columns in every way, some in a comment,
 * some anew in the middle of the file, some not at all: a row that names columns begins a table,
 * and where no column is known to hold what to watch for, the rows that follow are looked at. Only
 * the columns of values are read, and the port beside an address: a row tells of many other hosts.
 */
#include "core/watch/import_csv.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/watch/import_json.h"

#define SCRATCH_MOST ((size_t)16 << 20)
#define SNIFF_ROWS 64
#define PORTS_MOST 16 /* of one cell */

struct csv {
    struct found *found;
    struct rows rows;
    struct row row;
    struct csv_plan plan;
    struct csv_guess guess;
    struct buffer value;
    struct buffer label;
    struct buffer other;
    uint64_t last_reference; /* hash of the place that the last reference pointed to */
};

/* What a row says besides its values. */
struct row_facts {
    struct column_meaning type; /* COLUMN_UNKNOWN: none, or one that is not known */
    bool typed;                 /* the row has a cell of type */
    uint16_t ports[PORTS_MOST];
    size_t port_count;
    struct found_note note;
};

/* ---- the separator ---- */

/* How well a separator explains the first rows. */
static size_t rate_separator(struct csv *csv, struct text input, char separator)
{
    struct rows rows;
    struct csv_plan plan = {0};
    size_t first = 0;
    size_t same = 0;

    rows_begin(&rows, input, separator);
    for (size_t i = 0; i < SNIFF_ROWS && rows_next(&rows, &csv->row); i++) {
        plan.count = 0; /* each row may be the first header */
        if (csv->row.count < 2)
            continue;
        if (csv_read_header(&csv->guess, &csv->row, true, &plan))
            same += SNIFF_ROWS;
        if (csv->row.comment)
            continue;
        if (!first)
            first = csv->row.count;
        same += csv->row.count == first;
    }
    return same;
}

static char find_separator(struct csv *csv, struct text input)
{
    static const char separators[] = {',', ';', '\t', '|'};
    size_t best = 0;
    char separator = ',';

    if (text_starts_nocase(input, text_of("sep=")) && input.size > 4)
        return input.bytes[4];
    for (size_t i = 0; i < sizeof separators; i++) {
        size_t rate = rate_separator(csv, input, separators[i]);

        if (rate > best) {
            best = rate;
            separator = separators[i];
        }
    }
    return separator;
}

/* ---- one row ---- */

static bool is_nothing(struct text cell)
{
    static const char *const words[] = {"none", "n/a", "na", "null", "nan", "nil", "-", "unknown"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_equal_nocase(cell, text_from(words[i])))
            return true;
    return cell.size == 0;
}

static bool is_any_of(struct text cell, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_nocase(cell, text_from(words[i])))
            return true;
    return false;
}

/* "443", "80, 8080", "tcp/443"; a cell with anything else in it gives none. */
static void read_ports(struct text cell, struct row_facts *facts)
{
    size_t begin = 0;

    for (size_t i = 0; i <= cell.size; i++) {
        struct text word;
        uint64_t port;

        if (i < cell.size && !strchr(",;/ \t\n", cell.bytes[i]))
            continue;
        word = text_slice(cell, begin, i - begin);
        begin = i + 1;
        if (!word.size || text_equal_nocase(word, text_of("tcp")) ||
            text_equal_nocase(word, text_of("udp")))
            continue;
        if (!text_number(word, UINT16_MAX, &port) || !port || facts->port_count == PORTS_MOST) {
            facts->port_count = 0;
            return;
        }
        facts->ports[facts->port_count++] = (uint16_t)port;
    }
}

/* MISP's composites ("filename|sha1") are what their first part is. */
static struct column_meaning type_of(struct text word)
{
    struct column_meaning meaning = column_meaning_of(word, false);
    size_t bar = text_find(word, text_of("|"));

    if (meaning.kind == COLUMN_UNKNOWN && bar != SIZE_MAX)
        meaning = column_meaning_of(text_slice(word, 0, bar), false);
    return meaning;
}

static void read_fact(struct csv *csv, size_t cell, struct row_facts *facts, unsigned *rank)
{
    static const char *const ended[] = {"offline", "inactive",   "dead",    "down",
                                        "revoked", "taken down", "expired", "false positive"};
    static const char *const no[] = {"0", "false", "no"};
    const struct csv_column *column = &csv->plan.columns[cell];
    struct text text;

    if (column->meaning.kind == COLUMN_LABEL) {
        if (column->meaning.rank >= *rank || is_nothing(column_trim(csv->row.cells[cell].raw)))
            return;
        buffer_clear(&csv->label);
        facts->note.label = row_text(&csv->row, cell, &csv->label);
        *rank = column->meaning.rank;
        return;
    }
    text = column_trim(csv->row.cells[cell].raw);
    switch (column->meaning.kind) {
    case COLUMN_TYPE:
        facts->typed = facts->typed || text.size;
        if (facts->type.kind == COLUMN_UNKNOWN)
            facts->type = type_of(text);
        break;
    case COLUMN_PORT:
        if (!facts->port_count)
            read_ports(text, facts);
        break;
    case COLUMN_STATUS:
        if (is_any_of(text, ended, sizeof ended / sizeof ended[0])) {
            facts->note.doubt = DOUBT_NOT_FOR_IDS;
            facts->note.why = "offline by now";
        }
        break;
    case COLUMN_FOR_IDS:
        if (is_any_of(text, no, sizeof no / sizeof no[0])) {
            facts->note.doubt = DOUBT_NOT_FOR_IDS;
            facts->note.why = "the table says that it is not for detection";
        }
        break;
    default:
        break;
    }
}

static void read_facts(struct csv *csv, struct row_facts *facts)
{
    unsigned rank = UINT32_MAX;

    *facts = (struct row_facts){.note = {.line = csv->row.line}};
    for (size_t i = 0; i < csv->row.count && i < csv->plan.count; i++)
        read_fact(csv, i, facts, &rank);
}

/* "evil.example/x.py" without the path: what stands there is no host. */
static struct text without_path(struct text value)
{
    const char *slash = value.size ? memchr(value.bytes, '/', value.size) : NULL;
    size_t at = slash ? (size_t)(slash - value.bytes) : value.size;
    size_t digits = at + 1;

    if (at == 0 || at >= value.size || value.bytes[at - 1] == '[' || value.bytes[at - 1] == ':' ||
        text_find(value, text_of("//")) != SIZE_MAX || text_find(value, text_of(" ")) != SIZE_MAX)
        return value;
    while (digits < value.size && value.bytes[digits] >= '0' && value.bytes[digits] <= '9')
        digits++;
    if (digits == value.size && digits - at <= 4)
        return value; /* a network's prefix */
    return text_slice(value, 0, at);
}

static enum status add_url(struct csv *csv, struct text url, const struct found_note *note)
{
    if (text_starts(url, text_of("/")) && !text_starts(url, text_of("//")))
        return found_reject(csv->found, url, DOUBT_NOT_WATCHABLE, "a path without a host",
                            note->line);
    buffer_clear(&csv->other);
    if (import_search_location(url, &csv->other))
        url = buffer_text(&csv->other);
    return import_value(csv->found, without_path(url), false, note);
}

/* An address or name, with the ports of the row where it has none of its own. */
static enum status add_host(struct csv *csv, struct text host, const struct row_facts *facts)
{
    struct address address;
    enum status status = ST_OK;
    bool more = false; /* a port, a prefix, a second host */

    for (size_t i = 0; i < host.size; i++)
        more = more || strchr(":/| \n,;", host.bytes[i]);
    if (!facts->port_count || (more && !address_parse(host, &address)))
        return import_value(csv->found, without_path(host), text_starts(host, text_of("*.")),
                            &facts->note);
    for (size_t i = 0; i < facts->port_count && status == ST_OK; i++)
        status = import_with_port(csv->found, host, facts->ports[i], &facts->note);
    return status;
}

/* Where to read about it. One place is told once where row after row points to it. */
static enum status add_reference(struct csv *csv, struct text cell, const struct row_facts *facts)
{
    struct found_note note = facts->note;
    size_t authority = text_find(cell, text_of("//"));
    size_t end = authority == SIZE_MAX ? 0 : authority + 2;
    uint64_t place;

    if (authority == SIZE_MAX || authority > 16)
        return ST_OK;
    while (end < cell.size && cell.bytes[end] != '/')
        end++;
    place = text_hash(text_slice(cell, 0, end));
    if (place == csv->last_reference)
        return ST_OK;
    csv->last_reference = place;
    note.doubt = DOUBT_REFERENCE;
    note.why = "stands in a column of links";
    return import_value(csv->found, cell, false, &note);
}

/* A cell of a column of all kinds; the row's type says which. */
static enum status add_value(struct csv *csv, struct text cell, bool guessed,
                             struct row_facts *facts)
{
    switch (facts->type.kind) {
    case COLUMN_HOST:
    case COLUMN_SOURCE:
        facts->note.declared = true;
        return add_host(csv, cell, facts);
    case COLUMN_URL:
        facts->note.declared = true;
        return add_url(csv, cell, &facts->note);
    case COLUMN_REFERENCE:
        return add_reference(csv, cell, facts);
    case COLUMN_UNWATCHABLE:
        return found_reject(csv->found, cell, DOUBT_NOT_WATCHABLE, facts->type.what,
                            facts->note.line);
    case COLUMN_UNKNOWN:
        break;
    default:
        found_skip(csv->found, 1); /* a comment, a port, … */
        return ST_OK;
    }
    if ((facts->typed || guessed) && !csv_is_indicator(&csv->guess, cell)) {
        found_skip(csv->found, 1);
        return ST_OK;
    }
    return add_host(csv, cell, facts);
}

static enum status add_cell(struct csv *csv, size_t cell, struct row_facts *facts, size_t *read)
{
    const struct csv_column *column = &csv->plan.columns[cell];
    struct text text;

    if (!column_is_watchable(column->meaning.kind) && column->meaning.kind != COLUMN_REFERENCE)
        return ST_OK;
    buffer_clear(&csv->value);
    text = row_text(&csv->row, cell, &csv->value);
    if (csv->value.failed != ST_OK)
        return csv->value.failed;
    if (is_nothing(text))
        return ST_OK;
    if (column->meaning.kind == COLUMN_REFERENCE)
        return add_reference(csv, text, facts);
    (*read)++;
    facts->note.declared = !column->guessed;
    switch (column->meaning.kind) {
    case COLUMN_HOST:
        return add_host(csv, text, facts);
    case COLUMN_URL:
        return add_url(csv, text, &facts->note);
    case COLUMN_SOURCE: {
        struct found_note note = facts->note;

        if (note.doubt == DOUBT_NONE) {
            note.doubt = DOUBT_OBSERVATION;
            note.why = "the source of a connection that came in";
        }
        return import_value(csv->found, text, false, &note);
    }
    default:
        facts->note.declared = false;
        return add_value(csv, text, column->guessed, facts);
    }
}

/* A row of which no column could be watched: the first hash or file in it stands for it. */
static enum status add_unwatchable(struct csv *csv)
{
    for (size_t i = 0; i < csv->row.count && i < csv->plan.count; i++) {
        const struct column_meaning *meaning = &csv->plan.columns[i].meaning;
        struct text text = column_trim(csv->row.cells[i].raw);

        if (meaning->kind == COLUMN_UNWATCHABLE && !is_nothing(text))
            return found_reject(csv->found, text, DOUBT_NOT_WATCHABLE, meaning->what,
                                csv->row.line);
    }
    found_skip(csv->found, 1);
    return ST_OK;
}

static enum status add_row(struct csv *csv)
{
    struct row_facts facts;
    enum status status = ST_OK;
    size_t read = 0;

    read_facts(csv, &facts);
    if (csv->label.failed != ST_OK)
        return csv->label.failed;
    for (size_t i = 0; i < csv->row.count && i < csv->plan.count && status == ST_OK; i++)
        status = add_cell(csv, i, &facts, &read);
    if (status == ST_OK && !read)
        status = add_unwatchable(csv);
    return status;
}

static enum status read_rows(struct csv *csv)
{
    enum status status = ST_OK;
    bool first = true;

    csv_guess_columns(&csv->guess, &csv->rows, &csv->plan);
    while (status == ST_OK && rows_next(&csv->rows, &csv->row)) {
        if (csv_read_header(&csv->guess, &csv->row, first, &csv->plan)) {
            csv_guess_columns(&csv->guess, &csv->rows, &csv->plan);
            csv->last_reference = 0;
            first = false;
        } else if (csv->row.comment) {
            found_skip(csv->found, 1);
        } else {
            status = add_row(csv);
        }
    }
    return status;
}

enum status import_csv(struct found *found, struct text input)
{
    struct csv *csv = memory_take(sizeof *csv);
    enum status status;

    if (!csv)
        return ST_NO_MEMORY;
    csv->found = found;
    buffer_init(&csv->value, SCRATCH_MOST);
    buffer_init(&csv->label, SCRATCH_MOST);
    buffer_init(&csv->other, SCRATCH_MOST);
    status = csv_guess_init(&csv->guess);
    if (status == ST_OK) {
        rows_begin(&csv->rows, input, find_separator(csv, input));
        status = read_rows(csv);
    }
    csv_guess_done(&csv->guess);
    buffer_done(&csv->other);
    buffer_done(&csv->label);
    buffer_done(&csv->value);
    memory_give(csv);
    return status;
}
