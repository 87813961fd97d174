#include "core/find/scan.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/find/listed.h"
#include "core/find/needle.h"
#include "core/find/runs.h"

#define CHUNK ((size_t)256 * 1024) /* bytes asked for at once */
#define REACH_MOST ((size_t)2 * TERM_MOST + RUNS_MATCH_MOST)
#define WINDOW (SEEK_BEFORE + REACH_MOST + 2 * (size_t)REGION_PAGE + CHUNK)
#define SPANS (WINDOW / REGION_PAGE + 4)

/* A region of which the window holds something. */
struct span {
    struct region region;
    uint64_t end; /* of what was read of it */
};

struct scan {
    const struct watchlist *list;
    bool by_needle;
    struct needle needle;
    bool by_runs;
    struct runs runs;
    size_t reach; /* bytes that have to be visible behind the place where something begins */

    /* The window: adjacent memory, the last of which was not told of yet. */
    uint8_t *bytes;
    size_t size;
    size_t from; /* what begins before it was told */
    uint64_t address;
    struct span spans[SPANS];
    size_t span_count;

    /* Of the run that is under way. */
    const struct region_reader *reader;
    struct progress *progress;
    const struct scan_sink *sink;
    struct scan_totals *totals;
};

static bool is_ascii(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.bytes[i] >= 0x80)
            return false;
    return true;
}

static enum status take_term(struct scan *scan, const struct term *term)
{
    struct text source = term_source(term);
    bool ignore_case = !(term_flags(term) & TERM_CASE);

    if (term_flags(term) & TERM_REGEX || (ignore_case && !is_ascii(source))) {
        scan->by_runs = true;
        scan->reach = RUNS_MATCH_MOST;
        return runs_init(&scan->runs, term);
    }
    scan->reach = 2 * source.size;
    scan->by_needle = true;
    return needle_init(&scan->needle, source, ignore_case);
}

enum status scan_new(const struct term *term, const struct watchlist *list, struct scan **scan)
{
    struct scan *made = memory_take(sizeof *made);
    enum status status = ST_NO_MEMORY;

    if (!made)
        return status;
    made->bytes = memory_take(WINDOW);
    if (!made->bytes)
        goto out;
    status = term ? take_term(made, term) : ST_OK;
    if (status != ST_OK)
        goto out;
    made->list = list;
    if (list && made->reach < SEEK_BEFORE)
        made->reach = SEEK_BEFORE;
    made->reach += SCAN_AROUND;
    *scan = made;
    made = NULL;
out:
    scan_free(made);
    return status;
}

void scan_free(struct scan *scan)
{
    if (!scan)
        return;
    needle_done(&scan->needle);
    runs_done(&scan->runs);
    memory_give(scan->bytes);
    memory_give(scan);
}

/* --- telling --- */

static const struct region *region_of(const struct scan *scan, uint64_t address)
{
    size_t i = 0;

    while (i + 1 < scan->span_count && address >= scan->spans[i].end)
        i++;
    return &scan->spans[i].region;
}

static enum status tell(void *context, const struct spot *spot)
{
    struct scan *scan = context;
    size_t before = spot->at < SCAN_AROUND ? spot->at : SCAN_AROUND;
    size_t shown = spot->size < SCAN_SHOWN_MOST ? spot->size : SCAN_SHOWN_MOST;
    size_t left = scan->size - spot->at - shown;
    const struct memory_hit hit = {
        .address = scan->address + spot->at,
        .size = spot->size,
        .wide = spot->wide,
        .indicator = spot->indicator,
        .region = region_of(scan, scan->address + spot->at),
        .bytes = scan->bytes + spot->at - before,
        .byte_count = before + shown + (left < SCAN_AROUND ? left : SCAN_AROUND),
        .before = before,
    };

    scan->totals->hits++;
    if (progress_cancelled(scan->progress))
        return ST_CANCELLED;
    return scan->sink->found(scan->sink->context, &hit);
}

/* --- the window --- */

/* Tells of what begins in the window: all of it, or what is sure to be visible whole. */
static enum status look(struct scan *scan, bool all)
{
    size_t sure = scan->size > scan->reach ? scan->size - scan->reach : 0;
    const struct view view = {
        .bytes = scan->bytes,
        .size = scan->size,
        .from = scan->from,
        .to = all ? scan->size : sure,
        .address = scan->address,
    };
    const struct seek_sink sink = {.context = scan, .found = tell};
    enum status status = ST_OK;

    if (view.to <= view.from)
        return ST_OK;
    if (scan->by_needle)
        status = needle_seek(&scan->needle, &view, &sink);
    if (scan->by_runs && status == ST_OK)
        status = runs_seek(&scan->runs, &view, &sink);
    if (scan->list && status == ST_OK)
        status = listed_seek(scan->list, &view, &sink);
    scan->from = view.to;
    return status;
}

/* Drops what nobody has to look back at. */
static void slide(struct scan *scan)
{
    size_t drop = scan->from > SEEK_BEFORE ? scan->from - SEEK_BEFORE : 0;
    size_t gone = 0;

    memmove(scan->bytes, scan->bytes + drop, scan->size - drop);
    scan->size -= drop;
    scan->from -= drop;
    scan->address += drop;
    while (gone < scan->span_count && scan->spans[gone].end <= scan->address)
        gone++;
    memmove(scan->spans, scan->spans + gone, (scan->span_count - gone) * sizeof scan->spans[0]);
    scan->span_count -= gone;
}

/* Nothing adjacent follows. */
static enum status end_window(struct scan *scan)
{
    enum status status = look(scan, true);

    scan->size = 0;
    scan->from = 0;
    scan->span_count = 0;
    return status;
}

/* What was read into the window's free end belongs to it. */
static void accept(struct scan *scan, const struct region *region, uint64_t address, size_t size)
{
    struct span *last = scan->span_count ? &scan->spans[scan->span_count - 1] : NULL;

    if (scan->size == 0)
        scan->address = address;
    if (!last || last->region.base != region->base)
        last = &scan->spans[scan->span_count++];
    last->region = *region;
    last->end = address + size;
    scan->size += size;
    scan->totals->read += size;
    if (scan->progress)
        atomic_fetch_add(&scan->progress->done, size);
}

/* Each page by itself, since reading them all at once failed. */
static enum status take_pages(struct scan *scan, const struct region *region, uint64_t address,
                              size_t size)
{
    for (size_t at = 0; at < size; at += REGION_PAGE) {
        enum status status;

        if (progress_cancelled(scan->progress))
            return ST_CANCELLED;
        status = scan->reader->read(scan->reader->context, address + at, scan->bytes + scan->size,
                                    REGION_PAGE);
        if (status == ST_OK) {
            accept(scan, region, address + at, REGION_PAGE);
            continue;
        }
        if (status == ST_GONE)
            return status;
        scan->totals->not_read += REGION_PAGE;
        status = end_window(scan);
        if (status != ST_OK)
            return status;
    }
    return ST_OK;
}

static enum status take_region(struct scan *scan, const struct region *region)
{
    uint64_t at = region->base;
    uint64_t end = region->base + region->size;
    enum status status = ST_OK;

    if (scan->size && scan->address + scan->size != at)
        status = end_window(scan);
    while (at < end && status == ST_OK) {
        size_t room = (WINDOW - scan->size) / REGION_PAGE * REGION_PAGE;
        size_t size = room < CHUNK ? room : CHUNK;

        if (progress_cancelled(scan->progress))
            return ST_CANCELLED;
        if (size > end - at)
            size = (size_t)(end - at);
        status = scan->reader->read(scan->reader->context, at, scan->bytes + scan->size, size);
        if (status == ST_OK)
            accept(scan, region, at, size);
        else if (status != ST_GONE)
            status = take_pages(scan, region, at, size);
        at += size;
        /* Many small regions share a look. */
        if (status == ST_OK && WINDOW - scan->size < CHUNK) {
            status = look(scan, false);
            slide(scan);
        }
    }
    return status;
}

enum status scan_run(struct scan *scan, const struct region_reader *reader,
                     struct progress *progress, const struct scan_sink *sink,
                     struct scan_totals *totals)
{
    uint64_t at = 0;
    enum status status = ST_OK;

    scan->reader = reader;
    scan->progress = progress;
    scan->sink = sink;
    scan->totals = totals;
    scan->size = 0;
    scan->from = 0;
    scan->span_count = 0;
    runs_restart(&scan->runs);
    while (status == ST_OK) {
        struct region region;

        status = progress_cancelled(progress) ? ST_CANCELLED
                                              : reader->next(reader->context, at, &region);
        if (status != ST_OK)
            break;
        if (region.base < at) { /* it has grown together with the one before */
            region.size -= at - region.base;
            region.base = at;
        }
        totals->unbacked += region_unbacked(&region);
        if (region.askable)
            status = take_region(scan, &region);
        at = region.base + region.size;
        if (at <= region.base)
            break; /* the last one ends where addresses do */
    }
    /* Also of a process that has ended: what was read of it was there. */
    if (status == ST_OK || status == ST_NOT_FOUND || status == ST_GONE) {
        enum status told = end_window(scan);

        if (told != ST_OK)
            return told;
    }
    return status == ST_NOT_FOUND ? ST_OK : status;
}

/* --- what is around a hit --- */

static void add_letter(struct buffer *out, uint32_t letter, bool good)
{
    bool shown = good && letter >= 0x20 && letter != 0x7F && !(letter >= 0x80 && letter < 0xA0);

    if (shown)
        buffer_add_code_point(out, letter);
    else
        buffer_add_byte(out, '.');
}

static void add_wide(struct buffer *out, const struct memory_hit *hit)
{
    for (size_t at = hit->before & 1; at + 2 <= hit->byte_count; at += 2) {
        uint32_t unit = (uint32_t)hit->bytes[at] | (uint32_t)hit->bytes[at + 1] << 8;
        uint32_t low = at + 4 <= hit->byte_count
                           ? (uint32_t)hit->bytes[at + 2] | (uint32_t)hit->bytes[at + 3] << 8
                           : 0;

        if (unit >= 0xD800 && unit < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            add_letter(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), true);
            at += 2;
        } else {
            add_letter(out, unit, unit < 0xD800 || (unit > 0xDFFF && unit < 0xFFFE));
        }
    }
}

void memory_hit_add_text(struct buffer *out, const struct memory_hit *hit)
{
    const struct text bytes = {(const char *)hit->bytes, hit->byte_count};
    size_t at = 0;

    if (hit->wide) {
        add_wide(out, hit);
        return;
    }
    while (at < bytes.size) {
        size_t before = at;
        uint32_t letter = text_decode(bytes, &at);

        add_letter(out, letter, at - before > 1 || letter < 0x80);
    }
}

void memory_hit_add_hex(struct buffer *out, const struct memory_hit *hit)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < hit->byte_count; i++) {
        if (i)
            buffer_add_byte(out, ' ');
        buffer_add_byte(out, digits[hit->bytes[i] >> 4]);
        buffer_add_byte(out, digits[hit->bytes[i] & 15]);
    }
}
