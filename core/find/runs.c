#include "core/find/runs.h"

#include "core/base/memory.h"
#include "core/watch/watchlist.h"

#define LEFT 64u    /* bytes before a piece that it sees, for "\b" and the like */
#define PIECE 8192u /* bytes within which matches begin, looked at at once */
#define UNITS_MOST ((LEFT + PIECE + RUNS_MATCH_MOST) / 2 + 2)
#define TEXT_MOST (UNITS_MOST * 3) /* a unit takes at most three bytes in UTF-8 */

_Static_assert(SEEK_BEFORE >= LEFT, "a piece sees what lies before it");

enum status runs_init(struct runs *runs, const struct term *term)
{
    struct runs made = {.term = term, .least = term_least(term)};

    made.text = memory_take(TEXT_MOST);
    made.places = memory_take((TEXT_MOST + 1) * sizeof(*made.places));
    if (!made.text || !made.places) {
        runs_done(&made);
        return ST_NO_MEMORY;
    }
    *runs = made;
    return ST_OK;
}

void runs_done(struct runs *runs)
{
    memory_give(runs->text);
    memory_give(runs->places);
    runs->text = NULL;
    runs->places = NULL;
}

void runs_restart(struct runs *runs)
{
    for (size_t i = 0; i < sizeof(runs->resume) / sizeof(runs->resume[0]); i++)
        runs->resume[i] = 0;
}

/* One piece of a run, as UTF-8, and where it is in the view. */
struct piece {
    const struct view *view;
    const struct seek_sink *sink;
    struct text text;
    const uint32_t *places; /* of each byte and of the end; NULL: at base, one behind the other */
    size_t base;
    size_t from; /* in the view: matches begin in [from, to) */
    size_t to;
    unsigned kind; /* in resume */
};

static size_t place_of(const struct piece *piece, size_t offset)
{
    return piece->places ? piece->places[offset] : piece->base + offset;
}

static size_t offset_of(const struct piece *piece, size_t place)
{
    size_t offset = 0;

    if (!piece->places)
        return place > piece->base ? place - piece->base : 0;
    while (offset < piece->text.size && piece->places[offset] < place)
        offset++;
    return offset;
}

static enum status look_in_piece(struct runs *runs, const struct piece *piece)
{
    const struct view *view = piece->view;
    size_t offset = offset_of(piece, piece->from);

    while (offset < piece->text.size) {
        size_t size = 0;
        size_t begin = offset;
        enum status status = term_matches_letters(runs->term, piece->text, &begin, &size);
        struct spot spot;

        if (status == ST_NOT_FOUND)
            return ST_OK;
        if (status != ST_OK)
            return status;
        spot.at = place_of(piece, begin);
        if (spot.at >= piece->to)
            return ST_OK;
        offset = begin + size;
        if (!size || view->address + spot.at < runs->resume[piece->kind])
            continue;
        spot.size = place_of(piece, begin + size) - spot.at;
        if (piece->places && spot.size == 2 && view->bytes[spot.at + 1] == 0)
            continue; /* one letter, which was found as ASCII */
        spot.wide = piece->places != NULL;
        spot.indicator = NO_INDICATOR;
        runs->resume[piece->kind] = view->address + spot.at + spot.size;
        status = piece->sink->found(piece->sink->context, &spot);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

static size_t later(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t sooner(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* --- UTF-8 --- */

static bool is_text(uint32_t letter)
{
    return (letter >= 0x20 && letter != 0x7F) || letter == '\t' || letter == '\n' || letter == '\r';
}

/* The first place from `at` on that is not text. */
static size_t narrow_end(const struct view *view, size_t at)
{
    const struct text bytes = {(const char *)view->bytes, view->size};

    while (at < view->size) {
        size_t next = at;

        if (view->bytes[at] < 0x80) {
            if (!is_text(view->bytes[at]))
                break;
            at++;
            continue;
        }
        if (text_decode(bytes, &next) == 0xFFFD && next - at == 1)
            break;
        at = next;
    }
    return at;
}

static size_t letter_start(const struct view *view, size_t at, size_t end)
{
    while (at < end && (view->bytes[at] & 0xC0) == 0x80)
        at++;
    return at;
}

static enum status look_in_narrow(struct runs *runs, const struct view *view, size_t begin,
                                  size_t end, const struct seek_sink *sink)
{
    enum status status = ST_OK;

    for (size_t at = later(begin, view->from); at < end && at < view->to && status == ST_OK;
         at += PIECE) {
        size_t left = letter_start(view, at > begin + LEFT ? at - LEFT : begin, end);
        size_t right = letter_start(view, sooner(end, at + PIECE + RUNS_MATCH_MOST), end);
        const struct piece piece = {
            .view = view,
            .sink = sink,
            .text = {(const char *)view->bytes + left, right - left},
            .base = left,
            .from = at,
            .to = sooner(at + PIECE, view->to),
        };

        status = look_in_piece(runs, &piece);
    }
    return status;
}

static enum status seek_narrow(struct runs *runs, const struct view *view,
                               const struct seek_sink *sink)
{
    size_t at = view->from > LEFT ? view->from - LEFT : 0;
    enum status status = ST_OK;

    while (at < view->to && status == ST_OK) {
        size_t end = narrow_end(view, at);

        if (end - at >= runs->least && end > view->from)
            status = look_in_narrow(runs, view, at, end, sink);
        at = end + 1; /* behind what is not text */
    }
    return status;
}

/* --- UTF-16 --- */

static uint32_t unit_at(const struct view *view, size_t at)
{
    return (uint32_t)view->bytes[at] | (uint32_t)view->bytes[at + 1] << 8;
}

/* The letter at `at`, and how many bytes it has; 0 when it is no text. */
static uint32_t wide_letter(const struct view *view, size_t at, size_t *size)
{
    uint32_t unit;
    uint32_t low;

    *size = 0;
    if (at + 2 > view->size)
        return 0;
    unit = unit_at(view, at);
    if (unit < 0xD800 || unit > 0xDFFF) {
        *size = is_text(unit) && unit < 0xFFFE ? 2 : 0;
        return unit;
    }
    if (unit > 0xDBFF || at + 4 > view->size)
        return 0;
    low = unit_at(view, at + 2);
    if (low < 0xDC00 || low > 0xDFFF)
        return 0;
    *size = 4;
    return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

static size_t wide_end(const struct view *view, size_t at)
{
    size_t size;

    for (;;) {
        (void)wide_letter(view, at, &size);
        if (!size)
            return at;
        at += size;
    }
}

/* [left, right) as UTF-8, with the place of each byte. */
static size_t narrow_down(struct runs *runs, const struct view *view, size_t left, size_t right)
{
    size_t used = 0;

    while (left < right) {
        size_t size;
        uint32_t letter = wide_letter(view, left, &size);
        size_t bytes;

        if (!size)
            break; /* the second half of a pair, at the left end */
        bytes = text_encode(letter, runs->text + used);
        for (size_t i = 0; i < bytes; i++)
            runs->places[used + i] = (uint32_t)left;
        used += bytes;
        left += size;
    }
    runs->places[used] = (uint32_t)left;
    return used;
}

static enum status look_in_wide(struct runs *runs, const struct view *view, size_t begin,
                                size_t end, const struct seek_sink *sink)
{
    size_t at = begin;
    enum status status = ST_OK;

    if (view->from > at)
        at += (view->from - at + 1) / 2 * 2;
    for (; at < end && at < view->to && status == ST_OK; at += PIECE) {
        size_t left = at > begin + LEFT ? at - LEFT : begin;
        size_t right = sooner(end, at + PIECE + RUNS_MATCH_MOST);
        size_t size;
        struct piece piece = {
            .view = view,
            .sink = sink,
            .places = runs->places,
            .from = at,
            .to = sooner(at + PIECE, view->to),
            .kind = 1 + (unsigned)((view->address + at) & 1),
        };

        (void)wide_letter(view, left, &size);
        if (!size)
            left += 2;
        piece.text = (struct text){runs->text, narrow_down(runs, view, left, right)};
        status = look_in_piece(runs, &piece);
    }
    return status;
}

static enum status seek_wide(struct runs *runs, const struct view *view, size_t at,
                             const struct seek_sink *sink)
{
    enum status status = ST_OK;

    while (at < view->to && status == ST_OK) {
        size_t end = wide_end(view, at);

        if ((end - at) / 2 >= runs->least && end > view->from)
            status = look_in_wide(runs, view, at, end, sink);
        at = end + 2;
    }
    return status;
}

enum status runs_seek(struct runs *runs, const struct view *view, const struct seek_sink *sink)
{
    size_t at = view->from > LEFT ? view->from - LEFT : 0;
    enum status status = seek_narrow(runs, view, sink);

    if (status == ST_OK)
        status = seek_wide(runs, view, at, sink);
    return status == ST_OK ? seek_wide(runs, view, at + 1, sink) : status;
}
