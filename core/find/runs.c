#include "core/find/runs.h"

#include <stdlib.h>

#include "core/base/memory.h"
#include "core/watch/watchlist.h"

#define LEFT 64u    /* bytes before a piece that it sees, for "\b" and the like */
#define PIECE 8192u /* bytes within which matches begin, looked at at once */
#define UNITS_MOST ((LEFT + PIECE + RUNS_MATCH_MOST) / 2 + 2)
#define TEXT_MOST (UNITS_MOST * 3) /* a unit takes at most three bytes in UTF-8 */
#define HITS_MOST 16384u           /* of required letters in a view; of more, they are no help */

_Static_assert(SEEK_BEFORE >= LEFT, "a piece sees what lies before it");

/* A term that has them is looked for around these. */
static enum status take_required(struct runs *runs)
{
    unsigned flags = term_flags(runs->term);
    const struct required required =
        required_of(term_source(runs->term), flags & TERM_REGEX, !(flags & TERM_CASE));
    enum status status = ST_OK;

    if (!required.count)
        return ST_OK;
    runs->hits = memory_take(HITS_MOST * sizeof *runs->hits);
    if (!runs->hits)
        return ST_NO_MEMORY;
    while (runs->needle_count < required.count && status == ST_OK) {
        const struct required_text *text = &required.texts[runs->needle_count];

        status = needle_init(&runs->needles[runs->needle_count],
                             (struct text){text->bytes, text->size}, required.ignore_case);
        runs->needle_count += status == ST_OK;
    }
    return status;
}

enum status runs_init(struct runs *runs, const struct term *term)
{
    struct runs made = {.term = term, .least = term_least(term)};

    made.cut = text_find(term_source(term), text_of("\\K")) != SIZE_MAX;
    made.text = memory_take(TEXT_MOST);
    made.places = memory_take((TEXT_MOST + 1) * sizeof *made.places);
    if (!made.text || !made.places || take_required(&made) != ST_OK) {
        runs_done(&made);
        return ST_NO_MEMORY;
    }
    *runs = made;
    return ST_OK;
}

void runs_done(struct runs *runs)
{
    for (size_t i = 0; i < runs->needle_count; i++)
        needle_done(&runs->needles[i]);
    runs->needle_count = 0;
    memory_give(runs->hits);
    memory_give(runs->text);
    memory_give(runs->places);
    runs->hits = NULL;
    runs->text = NULL;
    runs->places = NULL;
}

void runs_restart(struct runs *runs)
{
    for (size_t i = 0; i < sizeof runs->resume / sizeof runs->resume[0]; i++)
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

/* Where looking begins in a piece: behind the last match, if that lies across its border. What "\K"
 * cuts off a match may be before the border. */
static size_t first_place(const struct runs *runs, const struct piece *piece)
{
    uint64_t resume = runs->resume[piece->kind];
    size_t place = runs->cut ? place_of(piece, 0) : piece->from;

    if (resume <= piece->view->address + place)
        return place;
    return resume - piece->view->address < piece->to ? (size_t)(resume - piece->view->address)
                                                     : piece->to;
}

static enum status look_in_piece(struct runs *runs, const struct piece *piece)
{
    const struct view *view = piece->view;
    size_t offset = offset_of(piece, first_place(runs, piece));

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
        if (!size || spot.at < piece->from)
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

/* The first place from `at` on that is not text; beyond `most` nobody looks. */
static size_t narrow_end(const struct view *view, size_t at, size_t most)
{
    const struct text bytes = {(const char *)view->bytes, view->size};

    while (at < view->size && at < most) {
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

/* In the run [begin, end), for what begins within the view's from and to. */
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
        size_t end = narrow_end(view, at, view->size);

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

static size_t wide_end(const struct view *view, size_t at, size_t most)
{
    size_t size;

    while (at < most) {
        (void)wide_letter(view, at, &size);
        if (!size)
            break;
        at += size;
    }
    return at;
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
        size_t end = wide_end(view, at, view->size);

        if ((end - at) / 2 >= runs->least && end > view->from)
            status = look_in_wide(runs, view, at, end, sink);
        at = end + 2;
    }
    return status;
}

/* --- around what is required --- */

/* Where the run begins that the letter at `place` is in, as far as a piece that begins PIECE before
 * it sees; SIZE_MAX: that is no text. */
static size_t narrow_begin(const struct view *view, size_t place)
{
    size_t least = place > PIECE + LEFT ? place - PIECE - LEFT : 0;
    size_t at = place;
    size_t end;

    while (at > least && (view->bytes[at - 1] >= 0x80 || is_text(view->bytes[at - 1])))
        at--;
    /* Between there and here may be what is malformed. */
    for (end = narrow_end(view, at, place + 1); end <= place; end = narrow_end(view, at, place + 1))
        at = end + 1;
    return at <= place ? at : SIZE_MAX;
}

static size_t wide_begin(const struct view *view, size_t place)
{
    size_t least = place > PIECE + LEFT ? place - PIECE - LEFT : 0;
    size_t at = place;
    size_t size;

    while (at >= least + 2) {
        (void)wide_letter(view, at - 2, &size);
        if (size == 2) {
            at -= 2;
            continue;
        }
        if (at < least + 4)
            break;
        (void)wide_letter(view, at - 4, &size);
        if (size != 4)
            break;
        at -= 4;
    }
    return wide_end(view, at, place + 1) > place ? at : SIZE_MAX;
}

/* Of one kind (in resume); *done is up to where starts were looked at. */
static enum status look_around(struct runs *runs, const struct view *view, size_t place,
                               unsigned kind, size_t *done, const struct seek_sink *sink)
{
    struct view near = *view;
    size_t begin;
    size_t end;
    enum status status = ST_OK;

    if (place < *done)
        return ST_OK;
    begin = kind ? wide_begin(view, place) : narrow_begin(view, place);
    near.from = later(*done, place > PIECE ? place - PIECE : 0);
    near.to = sooner(place + PIECE, view->to);
    if (begin == SIZE_MAX || near.from >= near.to)
        return ST_OK;
    end = kind ? wide_end(view, begin, near.to + RUNS_MATCH_MOST)
               : narrow_end(view, begin, near.to + RUNS_MATCH_MOST);
    if ((end - begin) / (kind ? 2 : 1) >= runs->least)
        status = kind ? look_in_wide(runs, &near, begin, end, sink)
                      : look_in_narrow(runs, &near, begin, end, sink);
    *done = sooner(near.to, end);
    return status;
}

struct gathering {
    struct runs *runs;
    const struct view *view;
};

static enum status note_hit(void *context, const struct spot *spot)
{
    struct runs *runs = ((const struct gathering *)context)->runs;
    const struct view *view = ((const struct gathering *)context)->view;
    uint32_t place = (uint32_t)spot->at * 2;

    if (runs->hit_count + 2 > HITS_MOST) {
        runs->crowded = true;
        return ST_CANCELLED;
    }
    runs->hits[runs->hit_count++] = place + spot->wide;
    /* One letter is told of as ASCII, and may be of either. */
    if (spot->size == 1 && spot->at + 1 < view->size && !view->bytes[spot->at + 1])
        runs->hits[runs->hit_count++] = place + 1;
    return ST_OK;
}

static int compare_hits(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;

    return left < right ? -1 : left > right;
}

static void find_hits(struct runs *runs, const struct view *view)
{
    struct gathering gathering = {runs, view};
    const struct seek_sink sink = {.context = &gathering, .found = note_hit};
    struct view ahead = *view;

    /* What begins before `to` may have them behind it. */
    ahead.to = ahead.size;
    runs->hit_count = 0;
    runs->crowded = false;
    for (size_t i = 0; i < runs->needle_count && !runs->crowded; i++)
        (void)needle_seek(&runs->needles[i], &ahead, &sink);
    if (runs->needle_count > 1)
        qsort(runs->hits, runs->hit_count, sizeof runs->hits[0], compare_hits);
}

static enum status look_around_hits(struct runs *runs, const struct view *view,
                                    const struct seek_sink *sink)
{
    size_t done[3] = {view->from, view->from, view->from};
    enum status status = ST_OK;

    for (size_t i = 0; i < runs->hit_count && status == ST_OK; i++) {
        size_t place = runs->hits[i] / 2;
        bool wide = runs->hits[i] & 1;
        unsigned kind = wide ? 1 + (unsigned)((view->address + place) & 1) : 0;

        status = look_around(runs, view, place, kind, &done[kind], sink);
    }
    return status;
}

enum status runs_seek(struct runs *runs, const struct view *view, const struct seek_sink *sink)
{
    size_t at = view->from > LEFT ? view->from - LEFT : 0;
    enum status status;

    if (runs->needle_count) {
        find_hits(runs, view);
        if (!runs->crowded)
            return look_around_hits(runs, view, sink);
    }
    status = seek_narrow(runs, view, sink);
    if (status == ST_OK)
        status = seek_wide(runs, view, at, sink);
    return status == ST_OK ? seek_wide(runs, view, at + 1, sink) : status;
}
