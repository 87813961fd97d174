/* Reads what PCRE2 10.46 takes without PCRE2_EXTENDED (pcre2pattern). A misunderstanding costs
 * what is looked for, so that rare things make the reader give up: "(*…)", "(?" with anything but
 * a plain group, a name or an assertion behind it, "\Q", and escapes that are not listed here. */
#include "core/find/required.h"

#include <string.h>

#define DEEP 24u /* groups in groups */

struct reader {
    struct text source;
    size_t at;
    bool ignore_case;
    bool lost; /* given up */
    unsigned depth;
};

static char peek(const struct reader *reader, size_t ahead)
{
    size_t at = reader->at + ahead;

    return at < reader->source.size ? reader->source.bytes[at] : '\0';
}

static bool at_end(const struct reader *reader)
{
    return reader->lost || reader->at >= reader->source.size;
}

static bool is_among(char byte, const char *set)
{
    return byte != '\0' && strchr(set, byte) != NULL;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* --- choosing --- */

static size_t least_of(const struct required *one)
{
    size_t least = SIZE_MAX;

    for (size_t i = 0; i < one->count; i++)
        if (one->texts[i].size < least)
            least = one->texts[i].size;
    return one->count ? least : 0;
}

/* The longer their shortest, the rarer they are; of equal ones the fewer. */
static void keep_better(struct required *best, const struct required *other)
{
    size_t mine = least_of(best);
    size_t its = least_of(other);

    if (its > mine || (its && its == mine && other->count < best->count))
        *best = *other;
}

/* What one branch says so far: letters in a row, and the best of what came before them. */
struct branch {
    struct required best;
    struct required row;   /* one text, or none */
    size_t last;           /* where its last letter begins */
    struct required group; /* of what was read last, when that was a group */
};

static void break_row(struct branch *branch)
{
    keep_better(&branch->best, &branch->row);
    branch->row.count = 0;
}

static void add_letter(struct branch *branch, const char *bytes, size_t size)
{
    struct required_text *text = &branch->row.texts[0];

    if (branch->row.count && text->size + size > REQUIRED_LETTERS)
        break_row(branch);
    if (!branch->row.count) {
        branch->row.count = 1;
        text->size = 0;
    }
    branch->last = text->size;
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

/* Small K and S fold with letters beyond ASCII (U+212A, U+017F). */
static bool folds_plainly(char byte)
{
    return (unsigned char)byte < 0x80 && !is_among(byte, "kKsS");
}

static void take_letter(struct reader *reader, struct branch *branch)
{
    size_t end = reader->at;

    (void)text_decode(reader->source, &end);
    if (reader->ignore_case && !folds_plainly(reader->source.bytes[reader->at]))
        break_row(branch);
    else
        add_letter(branch, reader->source.bytes + reader->at, end - reader->at);
    reader->at = end;
}

/* --- what stands in a regular expression --- */

static void skip_braces(struct reader *reader)
{
    while (!at_end(reader) && peek(reader, 0) != '}')
        reader->at++;
    reader->at++;
}

/* Behind a backslash. */
static void take_escape(struct reader *reader, struct branch *branch)
{
    char what = peek(reader, 0);

    if (what && ((unsigned char)what >= 0x80 || !(is_letter(what) || is_digit(what)))) {
        take_letter(reader, branch);
    } else if (is_among(what, "dDwWsShHvVRXbBAzZGKntrfea")) {
        break_row(branch);
        reader->at++;
    } else if (is_among(what, "xpP") && peek(reader, 1) == '{') {
        break_row(branch);
        skip_braces(reader);
    } else {
        reader->lost = true;
    }
}

/* Behind the '['. Only the end matters. */
static void skip_class(struct reader *reader)
{
    if (peek(reader, 0) == '^')
        reader->at++;
    if (peek(reader, 0) == ']')
        reader->at++;
    for (; !at_end(reader) && peek(reader, 0) != ']'; reader->at++) {
        if (peek(reader, 0) == '\\') {
            reader->at++;
            reader->lost = is_among(peek(reader, 0), "QE");
        } else if (peek(reader, 0) == '[' && is_among(peek(reader, 1), ":.=")) {
            reader->at += 2;
            while (is_letter(peek(reader, 0)) || peek(reader, 0) == '^')
                reader->at++;
            if (peek(reader, 0) != ':' || peek(reader, 1) != ']')
                reader->lost = true; /* perhaps it was no "[:name:]" */
            reader->at++;
        }
    }
    reader->at++;
}

static struct required take_branches(struct reader *reader);

static void skip_name(struct reader *reader, char end)
{
    while (!at_end(reader) && peek(reader, 0) != end)
        reader->at++;
    reader->at++;
}

/* At the '?' behind a '('. Whether what follows is of the match: that of an assertion is not. */
static bool take_kind(struct reader *reader)
{
    char kind = peek(reader, 1);
    bool named = kind == '\'' || (kind == 'P' && peek(reader, 2) == '<') ||
                 (kind == '<' && !is_among(peek(reader, 2), "=!"));

    reader->at += 2;
    if (named)
        skip_name(reader, kind == '\'' ? '\'' : '>');
    else
        reader->lost = !is_among(kind, ":=!>|<");
    return named || is_among(kind, ":>|");
}

/* Behind the '('. */
static void take_group(struct reader *reader, struct branch *branch)
{
    bool counts = true;

    if (peek(reader, 0) == '*' || ++reader->depth > DEEP) {
        reader->lost = true;
        return;
    }
    if (peek(reader, 0) == '?')
        counts = take_kind(reader);
    branch->group = take_branches(reader);
    if (!counts)
        branch->group.count = 0;
    reader->depth--;
    reader->at++; /* the ')' */
}

/* Whether digits, commas and blanks in braces follow, as in "{2,3}". */
static bool is_count(const struct reader *reader)
{
    size_t ahead = 1;

    while (is_digit(peek(reader, ahead)) || is_among(peek(reader, ahead), ", \t"))
        ahead++;
    return ahead > 1 && peek(reader, ahead) == '}';
}

/* At least how often; 1 stands for more, too. */
static unsigned take_count(struct reader *reader)
{
    unsigned least = peek(reader, 0) == '+';

    if (peek(reader, 0) == '{') {
        for (; peek(reader, 0) != '}' && peek(reader, 0) != ','; reader->at++)
            if (peek(reader, 0) >= '1' && peek(reader, 0) <= '9')
                least = 1;
        skip_braces(reader);
    } else {
        reader->at++;
    }
    if (is_among(peek(reader, 0), "?+"))
        reader->at++;
    return least;
}

/* Of what was read last. A row ends with what is repeated. */
static void take_quantifier(struct reader *reader, struct branch *branch)
{
    struct required_text *row = &branch->row.texts[0];

    if (!take_count(reader)) {
        branch->group.count = 0;
        if (branch->row.count && branch->last == 0)
            branch->row.count = 0;
        else if (branch->row.count)
            row->size = branch->last;
    }
    break_row(branch);
}

static bool at_quantifier(const struct reader *reader)
{
    return is_among(peek(reader, 0), "*+?") || (peek(reader, 0) == '{' && is_count(reader));
}

static void take_one(struct reader *reader, struct branch *branch)
{
    char what = peek(reader, 0);

    branch->group.count = 0;
    if (!is_among(what, "\\[(^$.")) {
        take_letter(reader, branch);
    } else {
        reader->at++;
        if (what != '\\')
            break_row(branch);
        if (what == '\\')
            take_escape(reader, branch);
        else if (what == '[')
            skip_class(reader);
        else if (what == '(')
            take_group(reader, branch);
    }
    if (!at_end(reader) && at_quantifier(reader))
        take_quantifier(reader, branch);
    keep_better(&branch->best, &branch->group);
}

static struct required take_branch(struct reader *reader)
{
    struct branch branch;

    branch.best.count = branch.row.count = branch.group.count = 0;
    branch.last = 0;
    while (!at_end(reader) && !is_among(peek(reader, 0), "|)"))
        take_one(reader, &branch);
    break_row(&branch);
    return branch.best;
}

/* Up to a ')' or the end. */
static struct required take_branches(struct reader *reader)
{
    struct required all = take_branch(reader);
    bool known = all.count != 0;

    while (!at_end(reader) && peek(reader, 0) == '|') {
        struct required next;

        reader->at++;
        next = take_branch(reader);
        known = known && next.count && all.count + next.count <= REQUIRED_MOST;
        for (size_t i = 0; known && i < next.count; i++)
            all.texts[all.count++] = next.texts[i];
    }
    if (!known)
        all.count = 0;
    return all;
}

struct required required_of(struct text source, bool regex, bool ignore_case)
{
    struct reader reader = {.source = source, .ignore_case = ignore_case};
    struct branch plain;
    struct required all;

    if (regex) {
        if (text_starts(source, text_of("(?i)"))) {
            reader.ignore_case = true;
            reader.at = 4;
        }
        all = take_branches(&reader);
        all.ignore_case = reader.ignore_case;
        /* A ')' of its own was no pattern. */
        if (reader.lost || reader.at < source.size)
            all.count = 0;
        return all;
    }
    plain.best.count = plain.row.count = 0;
    plain.last = 0;
    while (reader.at < source.size)
        take_letter(&reader, &plain);
    break_row(&plain);
    plain.best.ignore_case = ignore_case;
    return plain.best;
}
