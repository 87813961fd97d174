#include "core/find/listed.h"

#define BLOCK 64u
#define NAME_MOST 253u /* letters of a host name (RFC 1035 2.3.4) */
#define IPV6_MOST 45u  /* letters of an IPv6 address with a dotted tail */
#define PORT_DIGITS 5u

_Static_assert(SEEK_BEFORE >= 2 * (NAME_MOST + PORT_DIGITS + 4), "a name in UTF-16 is seen whole");

enum form { FORM_NAME, FORM_IPV6, FORM_COUNT };

struct look_up {
    const struct watchlist *list;
    const struct view *view;
    const struct seek_sink *sink;
    /* Up to where words of each form were looked at: ASCII, UTF-16 even, UTF-16 odd. */
    size_t done[FORM_COUNT][3];
};

/* Letters of what may be a name or an address, `step` bytes apart. */
struct word {
    size_t begin;
    size_t end; /* behind the last letter and its zero */
    size_t step;
    size_t count;
    char letters[NAME_MOST + 1];
};

static bool is_alnum(uint8_t byte)
{
    return (uint8_t)((byte | 0x20) - 'a') < 26 || (uint8_t)(byte - '0') < 10;
}

static bool is_hex(uint8_t byte)
{
    return (uint8_t)((byte | 0x20) - 'a') < 6 || (uint8_t)(byte - '0') < 10;
}

/* The letter at a place, 0 where there is none of that width. */
static uint8_t letter_at(const struct view *view, size_t at, size_t step)
{
    if (at + step > view->size || (step == 2 && view->bytes[at + 1] != 0))
        return 0;
    return view->bytes[at];
}

static bool belongs(uint8_t letter, enum form form)
{
    if (form == FORM_IPV6)
        return is_hex(letter) || letter == ':' || letter == '.';
    return is_alnum(letter) || letter == '.' || letter == '-' || letter == '_';
}

/* The word around `at`. False: it is too long to be anything; end is right all the same. */
static bool word_around(const struct view *view, size_t at, size_t step, enum form form,
                        struct word *word)
{
    size_t most = form == FORM_IPV6 ? IPV6_MOST : NAME_MOST;
    size_t before = 0;
    size_t count = 0;

    while (before <= most && at >= (before + 1) * step &&
           belongs(letter_at(view, at - (before + 1) * step, step), form))
        before++;
    word->step = step;
    word->begin = at - before * step;
    for (at = word->begin; belongs(letter_at(view, at, step), form); at += step) {
        if (count < most)
            word->letters[count] = (char)view->bytes[at];
        count++;
    }
    word->end = at;
    word->count = count;
    return before <= most && count <= most;
}

/* Without so many letters at its begin and end. */
static void shorten(struct word *word, size_t front, size_t back)
{
    word->count -= front + back;
    for (size_t i = 0; front && i < word->count; i++)
        word->letters[i] = word->letters[i + front];
    word->begin += front * word->step;
    word->end -= back * word->step;
}

static void trim_name(struct word *word)
{
    size_t front = 0;
    size_t back = 0;

    while (front < word->count && !is_alnum((uint8_t)word->letters[front]) &&
           word->letters[front] != '_')
        front++;
    while (front + back < word->count && !is_alnum((uint8_t)word->letters[word->count - 1 - back]))
        back++;
    shorten(word, front, back);
}

/* A port behind the word, 0: none. IPv6 has a bracket before the colon. */
static uint16_t port_behind(const struct view *view, const struct word *word, bool bracket)
{
    size_t at = word->end;
    uint32_t port = 0;
    size_t digits = 0;

    if (bracket) {
        if (letter_at(view, at, word->step) != ']')
            return 0;
        at += word->step;
    }
    if (letter_at(view, at, word->step) != ':')
        return 0;
    for (at += word->step; digits <= PORT_DIGITS; at += word->step, digits++) {
        uint8_t letter = letter_at(view, at, word->step);

        if ((uint8_t)(letter - '0') > 9)
            break;
        port = port * 10 + (uint32_t)(letter - '0');
    }
    return digits && digits <= PORT_DIGITS && port <= UINT16_MAX ? (uint16_t)port : 0;
}

static enum status tell(const struct look_up *look, const struct word *word, uint32_t indicator)
{
    const struct spot spot = {word->begin, word->end - word->begin, word->step == 2, indicator};

    return indicator == NO_INDICATOR ? ST_OK : look->sink->found(look->sink->context, &spot);
}

static bool begins_here(const struct look_up *look, const struct word *word)
{
    return word->begin >= look->view->from && word->begin < look->view->to;
}

static enum status look_up_name(const struct look_up *look, struct word *word)
{
    struct address address;
    struct text letters;
    uint16_t port;

    trim_name(word);
    letters = (struct text){word->letters, word->count};
    if (!begins_here(look, word) || text_find(letters, text_of(".")) == SIZE_MAX)
        return ST_OK;
    port = port_behind(look->view, word, false);
    if (address_parse(letters, &address))
        return tell(look, word, watchlist_match_address(look->list, &address, port));
    return tell(look, word, watchlist_match_name(look->list, letters, port));
}

static enum status look_up_ipv6(const struct look_up *look, struct word *word)
{
    uint8_t before =
        word->begin >= word->step ? letter_at(look->view, word->begin - word->step, word->step) : 0;
    struct address address;
    struct text letters = {word->letters, word->count};

    /* ":2001:db8::1" behind a name, "2001:db8::1:" before an explanation. */
    if (word->count > 1 && letters.bytes[0] == ':' && letters.bytes[1] != ':')
        shorten(word, 1, 0);
    else if (is_alnum(before) && word->count && letters.bytes[0] != ':')
        return ST_OK;
    while (word->count && word->letters[word->count - 1] == '.')
        shorten(word, 0, 1);
    if (word->count > 1 && word->letters[word->count - 1] == ':' &&
        word->letters[word->count - 2] != ':')
        shorten(word, 0, 1);
    letters.size = word->count;
    /* An IPv4 address in it is found as that. */
    if (!begins_here(look, word) || !address_parse(letters, &address) || address_is_ipv4(&address))
        return ST_OK;
    return tell(look, word,
                watchlist_match_address(look->list, &address, port_behind(look->view, word, true)));
}

/* A '.' or ':' at `at`. */
static enum status look_at(struct look_up *look, size_t at)
{
    const struct view *view = look->view;
    size_t step = at + 1 < view->size && view->bytes[at + 1] == 0 ? 2 : 1;
    size_t kind = step == 1 ? 0 : 1 + (at & 1);
    enum form form = view->bytes[at] == ':' ? FORM_IPV6 : FORM_NAME;
    struct word word;
    bool fits;

    if (at < look->done[form][kind])
        return ST_OK;
    fits = word_around(view, at, step, form, &word);
    look->done[form][kind] = word.end;
    if (!fits)
        return ST_OK;
    return form == FORM_IPV6 ? look_up_ipv6(look, &word) : look_up_name(look, &word);
}

/* Whether any of BLOCK bytes is a '.' or ':' before a letter, digit or colon of either width. */
static bool block_has(const uint8_t *restrict bytes)
{
    uint8_t any = 0;

    for (size_t i = 0; i < BLOCK; i++) {
        uint8_t separator = (uint8_t)((bytes[i] == '.') | (bytes[i] == ':'));
        uint8_t next = bytes[i + 1];
        uint8_t after = bytes[i + 2];
        uint8_t narrow = (uint8_t)((uint8_t)((next | 0x20) - 'a') < 26) |
                         (uint8_t)((uint8_t)(next - '0') < 11); /* ':' follows '9' */
        uint8_t wide =
            (uint8_t)(((uint8_t)((after | 0x20) - 'a') < 26) | ((uint8_t)(after - '0') < 11)) &
            (uint8_t)(next == 0);

        any |= (uint8_t)(separator & (narrow | wide));
    }
    return any != 0;
}

enum status listed_seek(const struct watchlist *list, const struct view *view,
                        const struct seek_sink *sink)
{
    struct look_up look = {.list = list, .view = view, .sink = sink};
    size_t at = view->from;
    enum status status = ST_OK;

    /* What begins before `to` has its first separator at most a name behind it. */
    size_t end = view->to + 2 * NAME_MOST < view->size ? view->to + 2 * NAME_MOST : view->size;
    while (at < end && status == ST_OK) {
        size_t stop = at + BLOCK < end ? at + BLOCK : end;

        if (at + BLOCK + 2 <= view->size && !block_has(view->bytes + at)) {
            at = stop;
            continue;
        }
        for (; at < stop && status == ST_OK; at++)
            if (view->bytes[at] == '.' || view->bytes[at] == ':')
                status = look_at(&look, at);
    }
    return status;
}
