#include "core/watch/refang.h"

#include "core/base/memory.h"

#include <string.h>

/* How many brackets and spaces around a dot are taken for one defanging: longer runs are drawings.
 */
#define BRACKETS_MOST 8
#define SPACES_MOST 3
/* How far back a lone "]." looks for the '[' it closes. */
#define LOOK_BACK 64

enum status refanged_init(struct refanged *out)
{
    *out = (struct refanged){0};
    out->bytes = memory_take(REFANG_MOST + 4);
    out->origin = memory_take_array(REFANG_MOST + 5, sizeof *out->origin);
    out->mark = memory_take(REFANG_MOST + 4);
    if (out->bytes && out->origin && out->mark)
        return ST_OK;
    refanged_done(out);
    return ST_NO_MEMORY;
}

void refanged_done(struct refanged *out)
{
    memory_give(out->bytes);
    memory_give(out->origin);
    memory_give(out->mark);
    *out = (struct refanged){0};
}

static void put(struct refanged *out, char byte, size_t from, bool defanged)
{
    out->bytes[out->size] = byte;
    out->origin[out->size] = (uint32_t)from;
    out->mark[out->size++] = defanged;
}

/* "xn—6frz82g": a word processor made one dash of the two. */
static bool is_broken_punycode(const struct refanged *out)
{
    return out->size >= 2 && (out->bytes[out->size - 1] | 32) == 'n' &&
           (out->bytes[out->size - 2] | 32) == 'x' &&
           (out->size == 2 || out->bytes[out->size - 3] == '.');
}

static void put_text(struct refanged *out, const char *what, size_t from)
{
    for (; *what; what++)
        put(out, *what, from, true);
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_open(char c)
{
    return c == '[' || c == '(' || c == '{' || c == '<';
}

static bool is_close(char c)
{
    return c == ']' || c == ')' || c == '}' || c == '>';
}

static char at_or_nul(struct text piece, size_t at)
{
    return at < piece.size ? piece.bytes[at] : 0;
}

/* Brackets on one side of what is between them. */
struct side {
    size_t spaces_outside;
    size_t spaces_inside;
    size_t brackets;
    bool open;
    bool close;
    bool round_open, round_close; /* a parenthesis among them, opening or closing */
    bool pointed;                 /* < or > or { or } */
};

static void take_side(struct text piece, size_t *at, struct side *side)
{
    while (side->brackets < BRACKETS_MOST) {
        char c = at_or_nul(piece, *at);

        if (!is_open(c) && !is_close(c))
            break;
        side->open = side->open || is_open(c);
        side->close = side->close || is_close(c);
        side->round_open = side->round_open || c == '(';
        side->round_close = side->round_close || c == ')';
        side->pointed = side->pointed || c == '<' || c == '>' || c == '{' || c == '}';
        side->brackets++;
        (*at)++;
    }
}

static size_t take_spaces(struct text piece, size_t *at)
{
    size_t count = 0;

    while (count < SPACES_MOST && at_or_nul(piece, *at) == ' ') {
        (*at)++;
        count++;
    }
    return count;
}

struct core_form {
    const char *written;
    const char *means;
    bool word; /* a word: needs whole brackets */
};

static const struct core_form cores[] = {
    {"://", "://", false}, {"//", "//", false},  {".", ".", false},    {",", ".", false},
    {":", ":", false},     {"/", "/", false},    {"@", "@", false},    {"dot", ".", true},
    {"punkt", ".", true},  {"punto", ".", true}, {"point", ".", true}, {"at", "@", true},
};

static const struct core_form *core_at(struct text piece, size_t at)
{
    struct text rest = text_slice(piece, at, piece.size - at);

    if (at >= piece.size || !strchr(".,:/@dDpPaA", piece.bytes[at]) || !piece.bytes[at])
        return NULL;
    for (size_t i = 0; i < sizeof cores / sizeof cores[0]; i++)
        if (text_starts_nocase(rest, text_from(cores[i].written)))
            return &cores[i];
    return NULL;
}

/* Whether the "]" of a lone "]." closes a bracket that opened before a word, as in
 * "[www].evil.com"; in "list[0].id" it does not. */
static bool closes_a_word(const struct refanged *out)
{
    size_t most = out->size < LOOK_BACK ? out->size : LOOK_BACK;

    for (size_t i = 1; i <= most; i++) {
        char c = out->bytes[out->size - i];

        if (c == '[')
            return i == out->size || !is_word(out->bytes[out->size - i - 1]);
        if (!is_word(c) && c != '.')
            return false;
    }
    return false;
}

/* A dot with brackets on one side only, or the wrong way round: "1[.2.]3", "www].[evil].[com". */
static bool is_odd_dot(const struct refanged *out, const struct side *before,
                       const struct side *after)
{
    if (before->spaces_outside || before->spaces_inside || after->spaces_inside ||
        before->pointed || after->pointed || before->round_close || after->round_open)
        return false;
    if (before->close && !before->open && !after->brackets)
        return closes_a_word(out);
    return true;
}

/* What stands on both sides decides whether brackets around a sign are defanging or text. */
static bool is_defanging(const struct refanged *out, const struct core_form *core,
                         const struct side *before, const struct side *after, char next)
{
    char previous = out->size ? out->bytes[out->size - 1] : 0;
    bool whole = before->open && after->close;

    if (core->means[0] == ':' || core->means[0] == '/') {
        bool goes_on = is_word(next) || next == '/' || core->means[1];

        return whole && (is_word(previous) || previous == ']') &&
               (goes_on || core->means[0] == '/');
    }
    if (!is_word(previous) || (!is_word(next) && !(core->means[0] == '@' && next == '[')))
        return false;
    if (core->written[0] == ',')
        return whole && is_digit(previous) && is_digit(next);
    if (whole)
        return true;
    return !core->word && core->means[0] == '.' && is_odd_dot(out, before, after);
}

/* At a bracket, a space or a dot: [.] and its many kin. Moves *at behind it when it is one. */
static bool take_brackets(struct refanged *out, struct text piece, size_t *at)
{
    struct side before = {0};
    struct side after = {0};
    size_t here = *at;
    size_t end;
    const struct core_form *core;

    before.spaces_outside = take_spaces(piece, &here);
    take_side(piece, &here, &before);
    if (before.spaces_outside && !before.brackets)
        return false;
    before.spaces_inside = before.brackets ? take_spaces(piece, &here) : 0;
    core = core_at(piece, here);
    if (!core)
        return false;
    here += strlen(core->written);
    end = here;
    after.spaces_inside = take_spaces(piece, &here);
    take_side(piece, &here, &after);
    if (after.brackets)
        end = here;
    else
        after.spaces_inside = 0;
    here = end;
    if (before.brackets && after.brackets && before.open && after.close) {
        after.spaces_outside = take_spaces(piece, &here);
        end = here;
    }
    if (!before.brackets && !after.brackets)
        return false;
    if (!is_defanging(out, core, &before, &after, at_or_nul(piece, end)))
        return false;
    put_text(out, core->means, *at);
    *at = end;
    return true;
}

/* "www\.evil\.example" and "www^.evil^.example"; not in a path ("C:\x\.git") or a key. */
static bool take_escaped_dot(struct refanged *out, struct text piece, size_t *at)
{
    char previous = out->size ? out->bytes[out->size - 1] : 0;

    if (at_or_nul(piece, *at + 1) != '.' || !is_word(previous) ||
        !is_word(at_or_nul(piece, *at + 2)))
        return false;
    for (size_t i = out->size; i > 0 && out->size - i < LOOK_BACK; i--) {
        char c = out->bytes[i - 1];

        if (c == '\\' || c == ':')
            return false;
        if (!is_word(c) && c != '.')
            break;
    }
    put(out, '.', *at, true);
    *at += 2;
    return true;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "http%3A%2F%2Fevil%2Eexample%2Fa": once the scheme is written so, the rest of the word is, too.
 */
static bool take_percent(struct refanged *out, struct text piece, size_t *at, bool *decoding)
{
    struct text rest = text_slice(piece, *at, piece.size - *at);
    int high = hex_value(at_or_nul(piece, *at + 1));
    int low = hex_value(at_or_nul(piece, *at + 2));

    if (!*decoding && text_starts_nocase(rest, text_of("%3A%2F%2F")) && out->size &&
        is_word(out->bytes[out->size - 1]))
        *decoding = true;
    if (!*decoding || high < 0 || low < 0 || high * 16 + low < 0x20)
        return false;
    put(out, (char)(high * 16 + low), *at, true);
    *at += 3;
    return true;
}

/* Characters that are not ASCII and stand for something plain; 0: nothing at all. */
struct wide_form {
    uint16_t point;
    char means;
};

static const struct wide_form wide_forms[] = {
    {0x00AD, 0},   {0x200B, 0},   {0x200C, 0},   {0x200D, 0},    {0x2060, 0},    {0xFEFF, 0},
    {0x00A0, ' '}, {0x2007, ' '}, {0x2009, ' '}, {0x202F, ' '},  {0x3000, ' '},  {0x2022, ' '},
    {0x2026, ' '}, {0x25CF, ' '}, {0x3001, ' '}, {0x3010, ' '},  {0x3011, ' '},  {0xFF08, ' '},
    {0xFF09, ' '}, {0xFF0C, ' '}, {0xFF1B, ' '}, {0x2018, '\''}, {0x2019, '\''}, {0x201C, '"'},
    {0x201D, '"'}, {0x00AB, '"'}, {0x00BB, '"'}, {0xFF0E, '.'},  {0xFF1A, ':'},
};

/* Dashes, and the ideographic full stop: what they mean depends on what stands before and behind.
 */
static bool take_dash_or_stop(struct refanged *out, struct text piece, uint32_t point, size_t from,
                              size_t next)
{
    char previous = out->size ? out->bytes[out->size - 1] : 0;
    char follows = at_or_nul(piece, next);

    if ((point == 0x2013 || point == 0x2014) && is_broken_punycode(out)) {
        put_text(out, "--", from);
        out->mark[out->size - 1] = REFANG_REPAIRED;
        return true;
    }
    if (point != 0x2013 && point != 0x2014 && point != 0x3002)
        return false;
    if (point == 0x3002 && previous > 0 && is_word(previous) && follows > 0 && is_word(follows))
        put(out, '.', from, true);
    else
        put(out, ' ', from, false);
    return true;
}

static void take_wide(struct refanged *out, struct text piece, size_t *at)
{
    size_t from = *at;
    uint32_t point = text_decode(piece, at);

    if (take_dash_or_stop(out, piece, point, from, *at))
        return;
    for (size_t i = 0; i < sizeof wide_forms / sizeof wide_forms[0]; i++) {
        if (wide_forms[i].point != point)
            continue;
        if (wide_forms[i].means)
            put(out, wide_forms[i].means, from, wide_forms[i].means == '.');
        return;
    }
    for (size_t i = from; i < *at; i++)
        put(out, piece.bytes[i], i, false);
}

/* Whether a bracket may follow here that take_brackets has to look at: most spaces and dots of a
 * text are just that. */
static bool may_be_brackets(struct text piece, size_t at)
{
    size_t most = at + SPACES_MOST;
    char c = piece.bytes[at];

    if (c == '.')
        return is_open(at_or_nul(piece, at + 1)) || is_close(at_or_nul(piece, at + 1));
    while (c == ' ' && at < most)
        c = at_or_nul(piece, ++at);
    return is_open(c) || is_close(c);
}

void refang(struct refanged *out, struct text piece)
{
    bool decoding = false;
    size_t at = 0;

    out->size = 0;
    while (at < piece.size) {
        char c = piece.bytes[at];
        bool done = false;

        if (is_open(c) || is_close(c) || c == ' ' || c == '.')
            done = may_be_brackets(piece, at) && take_brackets(out, piece, &at);
        else if (c == '\\' || c == '^')
            done = take_escaped_dot(out, piece, &at);
        else if (c == '%')
            done = take_percent(out, piece, &at, &decoding);
        if (done)
            continue;
        if (c == ' ' || c == '\t')
            decoding = false;
        if ((unsigned char)c >= 0x80) {
            take_wide(out, piece, &at);
        } else {
            put(out, c, at, false);
            at++;
        }
    }
    out->origin[out->size] = (uint32_t)piece.size;
}
