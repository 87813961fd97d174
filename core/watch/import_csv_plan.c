/* What the columns of a table mean: by what they are called, else by what stands in them. */
#include "core/watch/import_csv.h"

#include <string.h>

#include "core/model/address.h"
#include "core/watch/domain.h"
#include "core/watch/import_doubts.h"
#include "core/watch/suffix.h"

#define SCRATCH_MOST ((size_t)1 << 20)
#define ROWS_AHEAD 64
#define LOOKED_FREE 65536
#define CELL_MOST 2048 /* bytes of a cell that may be a URL */

/* What a cell is by itself. */
enum cell_kind {
    CELL_EMPTY,
    CELL_ADDRESS,
    CELL_ADDRESS_PORT,
    CELL_NAME,
    CELL_URL,
    CELL_DEFANGED_URL,
    CELL_HASH,
    CELL_PORT,         /* a number that is one */
    CELL_WELL_KNOWN,   /* … of a port that everybody uses */
    CELL_TYPE_OF_HOST, /* a word that tells what the next cell is */
    CELL_TYPE,
    CELL_WORDS,
    CELL_OTHER,
    CELL_KINDS
};

enum status csv_guess_init(struct csv_guess *guess)
{
    *guess = (struct csv_guess){0};
    buffer_init(&guess->scratch, SCRATCH_MOST);
    return refanged_init(&guess->piece);
}

void csv_guess_done(struct csv_guess *guess)
{
    refanged_done(&guess->piece);
    buffer_done(&guess->scratch);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_hash(struct text cell)
{
    if (cell.size != 32 && cell.size != 40 && cell.size != 64)
        return false;
    for (size_t i = 0; i < cell.size; i++)
        if (!strchr("0123456789abcdefABCDEF", cell.bytes[i]))
            return false;
    return true;
}

static bool is_well_known(uint64_t port)
{
    static const uint16_t ports[] = {21,   22,   23,   25,   53,   80,   110,  143,  443,  445,
                                     465,  587,  993,  995,  1433, 3306, 3389, 4443, 4444, 5555,
                                     8000, 8008, 8080, 8081, 8088, 8443, 8888, 9001};

    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
        if (ports[i] == port)
            return true;
    return false;
}

static bool is_name(struct csv_guess *guess, struct text host)
{
    struct text name;
    size_t labels;
    size_t at;
    const char *why;

    buffer_clear(&guess->scratch);
    if (domain_parse(host, &guess->scratch, &name, &labels, &why) != ST_OK || labels < 2 ||
        import_is_file_like(name))
        return false;
    for (at = name.size; at > 0 && name.bytes[at - 1] != '.'; at--)
        ;
    return suffix_is_top(text_slice(name, at, name.size - at));
}

/* A host, and what may follow it. */
static enum cell_kind kind_of_host(struct csv_guess *guess, struct text cell)
{
    struct address address;
    size_t end = 0;

    if (address_parse(cell, &address))
        return CELL_ADDRESS;
    if (cell.bytes[0] == '[') {
        const char *close = memchr(cell.bytes, ']', cell.size);
        size_t size = close ? (size_t)(close - cell.bytes) : 0;

        return close && address_parse(text_slice(cell, 1, size - 1), &address) ? CELL_ADDRESS_PORT
                                                                               : CELL_OTHER;
    }
    if (text_starts(cell, text_of("*.")))
        cell = text_slice(cell, 2, cell.size - 2);
    while (end < cell.size && !strchr(":/?#|-", cell.bytes[end]))
        end++;
    if (address_parse(text_slice(cell, 0, end), &address))
        return end < cell.size && strchr(":|", cell.bytes[end]) ? CELL_ADDRESS_PORT : CELL_ADDRESS;
    for (end = 0; end < cell.size && !strchr(":/?#|", cell.bytes[end]); end++)
        ;
    return is_name(guess, text_slice(cell, 0, end)) ? CELL_NAME : CELL_OTHER;
}

static enum cell_kind kind_of_url(struct csv_guess *guess, struct text cell, size_t authority)
{
    struct text rest = text_slice(cell, authority, cell.size - authority);
    bool defanged =
        !text_starts_nocase(cell, text_of("http:")) && !text_starts_nocase(cell, text_of("https:"));

    for (size_t i = 0; i < guess->piece.size && !defanged; i++)
        defanged = guess->piece.mark[i] != 0;
    for (size_t i = 0; i < rest.size && rest.bytes[i] != '/'; i++)
        if (rest.bytes[i] == '@')
            rest = text_slice(rest, i + 1, rest.size - i - 1);
    if (!rest.size || kind_of_host(guess, rest) == CELL_OTHER)
        return CELL_OTHER;
    return defanged ? CELL_DEFANGED_URL : CELL_URL;
}

static enum cell_kind kind_of(struct csv_guess *guess, struct text cell)
{
    struct text plain;
    struct column_meaning meaning;
    uint64_t number;
    size_t at;

    if (!cell.size)
        return CELL_EMPTY;
    if (cell.size > CELL_MOST)
        return CELL_OTHER;
    if (is_hash(cell))
        return CELL_HASH;
    if (text_number(cell, UINT16_MAX, &number) && number)
        return is_well_known(number) ? CELL_WELL_KNOWN : CELL_PORT;
    meaning = column_meaning_of(cell, false);
    if (meaning.kind == COLUMN_HOST || meaning.kind == COLUMN_URL)
        return CELL_TYPE_OF_HOST;
    if (meaning.kind == COLUMN_UNWATCHABLE)
        return CELL_TYPE;
    if (memchr(cell.bytes, ' ', cell.size))
        return is_letter(cell.bytes[0]) ? CELL_WORDS : CELL_OTHER;
    refang(&guess->piece, cell);
    plain = (struct text){guess->piece.bytes, guess->piece.size};
    if (!plain.size)
        return CELL_OTHER;
    at = text_find(plain, text_of("://"));
    if (at != SIZE_MAX)
        return kind_of_url(guess, plain, at + 3);
    if (memchr(plain.bytes, '.', plain.size) || memchr(plain.bytes, ':', plain.size)) {
        enum cell_kind kind = kind_of_host(guess, plain);

        if (kind != CELL_OTHER)
            return kind;
    }
    return is_letter(cell.bytes[0]) ? CELL_WORDS : CELL_OTHER;
}

bool csv_is_indicator(struct csv_guess *guess, struct text cell)
{
    enum cell_kind kind = kind_of(guess, cell);

    return kind >= CELL_ADDRESS && kind <= CELL_HASH;
}

/* ---- headers ---- */

/* What a row's cells are, read as names of columns. */
struct naming {
    size_t filled;
    size_t known;
    size_t watchable;
    size_t unwatchable;
};

/* A heading over one column; but a row with nothing but a type is a broken row. */
static bool is_heading(const struct naming *naming, const struct csv_plan *plan)
{
    if (!naming->watchable && !naming->unwatchable)
        return false;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->columns[i].meaning.kind == COLUMN_TYPE)
            return false;
    return true;
}

/* In the middle of a table a row must name columns all over; "file,loader" is a value. */
static bool names_columns(const struct naming *naming, const struct row *row, bool first,
                          const struct csv_plan *plan)
{
    if (naming->filled == 1)
        return naming->known && !first && !row->comment && is_heading(naming, plan);
    if (naming->watchable &&
        (naming->known >= 4 || naming->known * 2 > naming->filled ||
         (first && naming->filled >= 2 && (naming->known >= 2 || !row->comment))))
        return true;
    return naming->unwatchable && naming->known == naming->filled && naming->known >= 2 &&
           !row->comment;
}

/* A row whose type is one of an indicator has one. */
static bool has_type(const struct row *row, const struct csv_plan *plan)
{
    for (size_t i = 0; i < row->count && i < plan->count; i++) {
        struct column_meaning meaning;

        if (plan->columns[i].meaning.kind != COLUMN_TYPE)
            continue;
        meaning = column_meaning_of(row->cells[i].raw, false);
        if (meaning.kind != COLUMN_UNKNOWN && meaning.kind != COLUMN_TYPE &&
            meaning.kind != COLUMN_VALUE)
            return true;
    }
    return false;
}

bool csv_read_header(struct csv_guess *guess, const struct row *row, bool first,
                     struct csv_plan *plan)
{
    struct naming naming = {0};

    if (has_type(row, plan))
        return false;
    for (size_t i = 0; i < row->count; i++) {
        struct text cell = column_trim(row->cells[i].raw);
        struct column_meaning meaning = column_meaning_of(cell, first);

        if (!cell.size)
            continue;
        naming.filled++;
        if (meaning.kind == COLUMN_UNKNOWN && csv_is_indicator(guess, cell))
            return false;
        naming.known += meaning.kind != COLUMN_UNKNOWN;
        naming.watchable += column_is_watchable(meaning.kind);
        naming.unwatchable += meaning.kind == COLUMN_UNWATCHABLE;
    }
    if (!names_columns(&naming, row, first, plan))
        return false;
    *plan = (struct csv_plan){.count = row->count};
    for (size_t i = 0; i < row->count; i++)
        plan->columns[i].meaning = column_meaning_of(row->cells[i].raw, first);
    return true;
}

/* ---- by content ---- */

struct tally {
    size_t kinds[CELL_KINDS];
    size_t filled;
};

static size_t count_hosts(const struct tally *tally)
{
    size_t count = 0;

    for (unsigned kind = CELL_ADDRESS; kind <= CELL_DEFANGED_URL; kind++)
        count += tally->kinds[kind];
    return count;
}

static void look_ahead(struct csv_guess *guess, const struct rows *rows, struct tally *tallies)
{
    struct rows ahead = *rows;
    struct row row;

    for (size_t n = 0; n < ROWS_AHEAD && rows_next(&ahead, &row);) {
        if (row.comment)
            continue;
        n++;
        for (size_t i = 0; i < row.count; i++) {
            enum cell_kind kind = kind_of(guess, column_trim(row.cells[i].raw));

            tallies[i].kinds[kind]++;
            tallies[i].filled += kind != CELL_EMPTY;
        }
    }
    guess->looked += ahead.at - rows->at + ahead.reread - rows->reread;
}

static enum column_kind guess_kind(const struct tally *tally)
{
    size_t hosts = count_hosts(tally);
    size_t hashes = tally->kinds[CELL_HASH];
    size_t types = tally->kinds[CELL_TYPE_OF_HOST] + tally->kinds[CELL_TYPE];

    if (!tally->filled)
        return COLUMN_UNKNOWN;
    if (hosts && (hosts + hashes) * 10 >= tally->filled * 6)
        return COLUMN_VALUE;
    if (tally->kinds[CELL_TYPE_OF_HOST] && types * 10 >= tally->filled * 7)
        return COLUMN_TYPE;
    if (tally->kinds[CELL_WORDS] * 2 > tally->filled)
        return COLUMN_LABEL;
    return COLUMN_UNKNOWN;
}

static bool is_port_column(const struct tally *tally)
{
    size_t ports = tally->kinds[CELL_PORT] + tally->kinds[CELL_WELL_KNOWN];

    return tally->filled && ports * 10 >= tally->filled * 9 &&
           tally->kinds[CELL_WELL_KNOWN] * 2 >= tally->filled;
}

/* Plain URLs beside hosts are where to read about those. */
static void set_references(const struct tally *tallies, struct csv_plan *plan)
{
    size_t values = 0;

    for (size_t i = 0; i < plan->count; i++)
        values += column_is_watchable(plan->columns[i].meaning.kind);
    for (size_t i = plan->count; i > 0 && values > 1; i--) {
        struct csv_column *column = &plan->columns[i - 1];

        if (!column->guessed || column->meaning.kind != COLUMN_VALUE ||
            tallies[i - 1].kinds[CELL_URL] * 2 <= count_hosts(&tallies[i - 1]))
            continue;
        column->meaning.kind = COLUMN_REFERENCE;
        values--;
    }
}

/* "Indicator,Data": the first of two columns of values may have the types of the second. */
static void set_types(const struct tally *tallies, struct csv_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        size_t types = tallies[i].kinds[CELL_TYPE_OF_HOST] + tallies[i].kinds[CELL_TYPE];

        if (plan->columns[i].meaning.kind != COLUMN_VALUE || !types || count_hosts(&tallies[i]) ||
            tallies[i].kinds[CELL_HASH])
            continue;
        plan->columns[i].meaning.kind = COLUMN_TYPE;
        return;
    }
}

static void set_guessed(const struct tally *tallies, struct csv_plan *plan, bool labelled)
{
    for (size_t i = 0; i < ROW_CELLS_MOST; i++) {
        struct csv_column *column = &plan->columns[i];
        enum column_kind kind = guess_kind(&tallies[i]);

        if (tallies[i].filled && i >= plan->count)
            plan->count = i + 1;
        if (column->meaning.kind != COLUMN_UNKNOWN || (kind == COLUMN_LABEL && labelled))
            continue;
        column->meaning = (struct column_meaning){.kind = kind};
        column->guessed = kind != COLUMN_UNKNOWN;
        labelled = labelled || kind == COLUMN_LABEL;
        if (kind == COLUMN_UNKNOWN && i > 0 && tallies[i - 1].kinds[CELL_ADDRESS] &&
            plan->columns[i - 1].meaning.kind == COLUMN_VALUE && is_port_column(&tallies[i]))
            column->meaning.kind = COLUMN_PORT;
    }
    set_references(tallies, plan);
}

void csv_guess_columns(struct csv_guess *guess, const struct rows *rows, struct csv_plan *plan)
{
    struct tally tallies[ROW_CELLS_MOST] = {0};
    size_t kinds[COLUMN_KINDS] = {0};
    bool watchable = false;

    for (size_t i = 0; i < plan->count; i++) {
        kinds[plan->columns[i].meaning.kind]++;
        watchable = watchable || column_is_watchable(plan->columns[i].meaning.kind);
    }
    if ((watchable && (kinds[COLUMN_VALUE] < 2 || kinds[COLUMN_TYPE])) ||
        guess->looked > rows->input.size + LOOKED_FREE)
        return;
    look_ahead(guess, rows, tallies);
    if (watchable)
        set_types(tallies, plan);
    else
        set_guessed(tallies, plan, kinds[COLUMN_LABEL] > 0);
}
