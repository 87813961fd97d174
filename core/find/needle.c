#include "core/find/needle.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/find/pair.h"
#include "core/watch/watchlist.h"

/* How common a byte is in the memory of programs, roughly: the smaller the rarer. */
static unsigned commonness(uint8_t byte)
{
    static const char often[] = "etaoinsrlcd";

    if (byte == 0)
        return 100;
    if (byte == 0xFF || byte == ' ')
        return 60;
    for (size_t i = 0; i < sizeof often - 1; i++)
        if (byte == (uint8_t)often[i])
            return 50;
    if (byte < 0x20)
        return 40;
    return byte >= 'a' && byte <= 'z' ? 30 : byte >= '0' && byte <= '9' ? 20 : 10;
}

static void choose_rare(struct needle_form *form)
{
    size_t first = 0;
    size_t second;

    for (size_t i = 1; i < form->size; i++)
        if (commonness(form->bytes[i]) < commonness(form->bytes[first]))
            first = i;
    second = form->size == 1 ? first : first == 0 ? 1 : 0;
    for (size_t i = 0; i < form->size; i++)
        if (i != first && commonness(form->bytes[i]) < commonness(form->bytes[second]))
            second = i;
    form->rare[0] = first;
    form->rare[1] = second;
}

static size_t put_unit(uint8_t *out, uint32_t unit)
{
    out[0] = (uint8_t)unit;
    out[1] = (uint8_t)(unit >> 8);
    return 2;
}

/* Room for two bytes to each of the text's. */
static size_t write_wide(uint8_t *out, struct text text)
{
    size_t size = 0;
    size_t at = 0;

    while (at < text.size) {
        uint32_t letter = text_decode(text, &at);

        if (letter > 0xFFFF) {
            size += put_unit(out + size, 0xD800 + ((letter - 0x10000) >> 10));
            size += put_unit(out + size, 0xDC00 + ((letter - 0x10000) & 0x3FF));
        } else {
            size += put_unit(out + size, letter);
        }
    }
    return size;
}

static bool is_letter(uint8_t byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

/* In UTF-16 a letter's byte counts as one only where the other is 0. */
static void set_fold(struct needle_form *form, bool wide, bool ignore_case)
{
    for (size_t i = 0; i < form->size; i++) {
        bool ascii = !wide || (i % 2 == 0 && form->bytes[i + 1] == 0);

        form->fold[i] = ignore_case && ascii && is_letter(form->bytes[i]) ? 0x20 : 0;
        form->bytes[i] |= form->fold[i];
    }
}

enum status needle_init(struct needle *needle, struct text text, bool ignore_case)
{
    uint8_t *memory = memory_take(6 * text.size);
    struct needle made = {.memory = memory, .alike = true};
    struct needle_form *narrow = &made.forms[0];
    struct needle_form *wide = &made.forms[1];

    if (!memory)
        return ST_NO_MEMORY;
    *narrow = (struct needle_form){memory, memory + text.size, text.size, {0, 0}};
    memcpy(narrow->bytes, text.bytes, text.size);
    *wide = (struct needle_form){memory + 2 * text.size, memory + 4 * text.size, 0, {0, 0}};
    wide->size = write_wide(wide->bytes, text);
    for (size_t i = 0; i < text.size; i++)
        made.alike = made.alike && narrow->bytes[i] < 0x80;
    set_fold(narrow, false, ignore_case);
    set_fold(wide, true, ignore_case);
    choose_rare(narrow);
    choose_rare(wide);
    if (made.alike) { /* the same letters of both */
        wide->rare[0] = 2 * narrow->rare[0];
        wide->rare[1] = 2 * narrow->rare[1];
    }
    *needle = made;
    return ST_OK;
}

void needle_done(struct needle *needle)
{
    memory_give(needle->memory);
    needle->memory = NULL;
}

/* --- looking --- */

/* One pass over a view. */
struct sweep {
    const struct needle *needle;
    const struct view *view;
    const struct seek_sink *sink;
    size_t first; /* forms [first, end) are looked for */
    size_t end;
};

/* Where forms may begin: up to here, so that they end within the view. */
static size_t last_start(const struct sweep *sweep, size_t form)
{
    size_t size = sweep->needle->forms[form].size;
    size_t end = sweep->view->size < size ? 0 : sweep->view->size - size + 1;

    return end < sweep->view->to ? end : sweep->view->to;
}

static bool is_at(const struct needle_form *form, const uint8_t *bytes)
{
    for (size_t i = 0; i < form->size; i++)
        if ((bytes[i] | form->fold[i]) != form->bytes[i])
            return false;
    return true;
}

/* The first of the rare bytes may be at `place`. */
static enum status look_at(const struct sweep *sweep, size_t place)
{
    for (size_t i = sweep->first; i < sweep->end; i++) {
        const struct needle_form *form = &sweep->needle->forms[i];
        struct spot spot = {place - form->rare[0], form->size, i == 1, NO_INDICATOR};
        enum status status;

        if (place < sweep->view->from + form->rare[0] || spot.at >= last_start(sweep, i) ||
            !is_at(form, sweep->view->bytes + spot.at))
            continue;
        status = sweep->sink->found(sweep->sink->context, &spot);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

static enum status look_singly(const struct sweep *sweep, size_t place, size_t end)
{
    const struct needle_form *form = &sweep->needle->forms[sweep->first];
    uint8_t value = form->bytes[form->rare[0]];
    uint8_t fold = form->fold[form->rare[0]];
    enum status status = ST_OK;

    for (; place < end && status == ST_OK; place++)
        if ((sweep->view->bytes[place] | fold) == value)
            status = look_at(sweep, place);
    return status;
}

static size_t sooner(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t later(size_t a, size_t b)
{
    return a > b ? a : b;
}

static enum status look(const struct sweep *sweep)
{
    const struct needle_form *near = &sweep->needle->forms[sweep->first];
    const struct needle_form *far = &sweep->needle->forms[sweep->end - 1];
    const uint8_t *bytes = sweep->view->bytes;
    size_t size = sweep->view->size;
    size_t place = sweep->view->from + sooner(near->rare[0], far->rare[0]);
    size_t end = later(last_start(sweep, sweep->first) + near->rare[0],
                       last_start(sweep, sweep->end - 1) + far->rare[0]);
    struct pair pair;
    size_t before;
    size_t behind;
    enum status status;

    pair_init(&pair, near->bytes[near->rare[0]], near->fold[near->rare[0]],
              near->bytes[near->rare[1]], near->fold[near->rare[1]]);
    pair.near = (ptrdiff_t)near->rare[1] - (ptrdiff_t)near->rare[0];
    pair.far = (ptrdiff_t)far->rare[1] - (ptrdiff_t)far->rare[0];
    end = sooner(end, size);
    before = pair.far < 0 ? (size_t)-pair.far : 0; /* of both forms this reaches farther */
    behind = pair.far > 0 ? (size_t)pair.far : 0;
    status = look_singly(sweep, place, sooner(end, before));
    place = later(place, sooner(end, before));
    while (status == ST_OK && place + PAIR_BLOCK <= end && place + PAIR_BLOCK + behind <= size) {
        uint64_t mask = 0;
        size_t blocks = (sooner(end, size - behind) - place) / PAIR_BLOCK;

        place += PAIR_BLOCK * pair_skip(&pair, bytes + place, blocks, &mask);
        for (; mask && status == ST_OK; mask &= mask - 1)
            status = look_at(sweep, place - PAIR_BLOCK + pair_lowest(mask));
    }
    return status == ST_OK ? look_singly(sweep, place, end) : status;
}

enum status needle_seek(const struct needle *needle, const struct view *view,
                        const struct seek_sink *sink)
{
    const bool single = needle->alike && needle->forms[0].size == 1;
    struct sweep sweep = {needle, view, sink, 0, needle->alike && !single ? 2 : 1};
    enum status status = look(&sweep);

    if (status != ST_OK || needle->alike)
        return status;
    sweep.first = 1;
    sweep.end = 2;
    return look(&sweep);
}
