#include "core/watch/import_found.h"

#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/base/memory.h"
#include "core/watch/import_doubts.h"
#include "core/watch/import_result.h"

#include <string.h>

#define FINDINGS_MOST (16u * 1024 * 1024)
#define WRITTEN_MOST 512 /* bytes kept of what was written: a URL's host is what is watched */
#define ARENA_CEILING ((size_t)4 << 30)
#define NO_FIRST UINT32_MAX

enum status found_init(struct found *found, struct text file, const struct import_context *context)
{
    bool failed = false;

    *found = (struct found){.context = context};
    found->arena = arena_new(ARENA_CEILING);
    if (!found->arena)
        return ST_NO_MEMORY;
    found->file = arena_copy(found->arena, file, &failed);
    return failed ? ST_NO_MEMORY : ST_OK;
}

void found_done(struct found *found)
{
    refanged_done(&found->piece);
    index_done(&found->index);
    memory_give(found->findings);
    memory_give(found->extras);
    arena_free(found->arena);
    *found = (struct found){0};
}

struct arena *found_arena(struct found *found)
{
    return found->arena;
}

struct refanged *found_piece(struct found *found)
{
    if (!found->piece.bytes && refanged_init(&found->piece) != ST_OK)
        return NULL;
    return &found->piece;
}

void found_skip(struct found *found, size_t count)
{
    found->skipped += count;
}

void found_set_format(struct found *found, enum import_format format)
{
    found->format = format;
}

static uint64_t hash_of(const struct indicator *indicator)
{
    uint64_t hash = hash_add(indicator->kind, indicator->port);

    hash = hash_add(hash, address_hash(&indicator->low));
    hash = hash_add(hash, address_hash(&indicator->high));
    hash = hash_add(hash, text_hash(indicator->value));
    return hash_mix(hash);
}

static bool same(const struct indicator *a, const struct indicator *b)
{
    return a->kind == b->kind && a->port == b->port && a->pattern_on == b->pattern_on &&
           a->ignore_case == b->ignore_case && address_equal(&a->low, &b->low) &&
           address_equal(&a->high, &b->high) && text_equal(a->value, b->value);
}

/* The first finding of the same indicator, or NO_FIRST. */
static uint32_t first_of(const struct found *found, const struct indicator *indicator,
                         uint64_t hash)
{
    size_t at;

    for (uint32_t slot = index_first(&found->index, hash, &at); slot != INDEX_NONE;
         slot = index_next(&found->index, hash, &at))
        if (same(&found->findings[slot].indicator, indicator))
            return slot;
    return NO_FIRST;
}

static enum status make_room(struct found *found)
{
    size_t room = found->room ? found->room * 2 : 64;
    struct finding *findings;
    struct found_extra *extras;

    if (found->count < found->room)
        return ST_OK;
    if (found->count >= FINDINGS_MOST)
        return ST_TOO_LARGE;
    findings = memory_grow_array(found->findings, room, sizeof *findings);
    if (!findings)
        return ST_NO_MEMORY;
    found->findings = findings;
    extras = memory_grow_array(found->extras, room, sizeof *extras);
    if (!extras)
        return ST_NO_MEMORY;
    found->extras = extras;
    found->room = room;
    return ST_OK;
}

static struct text copy_written(struct found *found, struct text written, bool *failed)
{
    if (written.size > WRITTEN_MOST) {
        size_t size = WRITTEN_MOST;

        while (size > 0 && ((unsigned char)written.bytes[size] & 0xC0) == 0x80)
            size--; /* not in the middle of a character */
        written.size = size;
    }
    return arena_copy(found->arena, written, failed);
}

/* Copies the texts and appends; room must have been made. */
static enum status append(struct found *found, const struct finding *draft,
                          const struct found_extra *extra)
{
    struct finding *finding = &found->findings[found->count];
    bool failed = false;

    *finding = *draft;
    finding->origin.file = found->file;
    finding->origin.written = copy_written(found, draft->origin.written, &failed);
    if (draft->origin.label.size)
        finding->origin.label = copy_written(found, draft->origin.label, &failed);
    if (draft->indicator.value.size)
        finding->indicator.value = arena_copy(found->arena, draft->indicator.value, &failed);
    if (failed)
        return ST_NO_MEMORY;
    found->extras[found->count++] = *extra;
    return ST_OK;
}

enum status found_add(struct found *found, const struct indicator *indicator, struct text written,
                      const struct found_note *note)
{
    struct finding draft = {
        .indicator = *indicator,
        .origin = {.written = written, .line = note->line, .label = note->label},
        .doubt = note->doubt,
        .why = note->doubt ? note->why : "",
    };
    struct found_extra extra = {
        .defanged = note->defanged, .prose = note->prose, .judged = note->doubt != DOUBT_NONE};
    uint64_t hash = hash_of(indicator);
    enum status status = make_room(found);
    uint32_t first;

    if (status == ST_OK)
        status = index_reserve(&found->index, 1);
    if (status != ST_OK)
        return status;
    if (draft.doubt == DOUBT_NONE)
        draft.doubt = import_doubt(indicator, note->declared, found->context, &draft.why);
    found->any_defanged = found->any_defanged || note->defanged;
    first = first_of(found, indicator, hash);
    extra.first = first;
    if (first == NO_FIRST) {
        status = append(found, &draft, &extra);
        if (status == ST_OK)
            index_add(&found->index, hash, (uint32_t)found->count - 1);
        return status;
    }
    /* What one place leaves in doubt another may settle, so the first finding takes the better
     * view. */
    found->extras[first].defanged |= note->defanged;
    found->extras[first].prose &= note->prose;
    if (draft.doubt == DOUBT_NONE && found->findings[first].doubt != DOUBT_NONE &&
        !found->extras[first].judged) {
        found->findings[first].doubt = DOUBT_NONE;
        found->findings[first].why = "";
    } else if (note->doubt == DOUBT_NOT_FOR_IDS && found->findings[first].doubt == DOUBT_NONE) {
        found->findings[first].doubt = note->doubt;
        found->findings[first].why = note->why;
        found->extras[first].judged = true;
    }
    draft.doubt = DOUBT_DUPLICATE;
    draft.why = "stood before in this text";
    return append(found, &draft, &extra);
}

enum status found_reject(struct found *found, struct text written, enum finding_doubt doubt,
                         const char *why, uint32_t line)
{
    struct finding draft = {
        .origin = {.written = written, .line = line}, .doubt = doubt, .why = why};
    struct found_extra extra = {.first = NO_FIRST};
    enum status status = make_room(found);

    return status == ST_OK ? append(found, &draft, &extra) : status;
}

/* Whether the list has just this indicator, not only one that covers it. */
static bool is_present(const struct watchlist *list, const struct indicator *indicator)
{
    struct indicator have;
    struct indicator_origin origin;
    uint32_t number = NO_INDICATOR;

    if (indicator->kind == INDICATOR_DOMAIN || indicator->kind == INDICATOR_DOMAIN_TREE)
        number = watchlist_match_name(list, indicator->value, indicator->port);
    else if (indicator->kind <= INDICATOR_RANGE)
        number = watchlist_match_address(list, &indicator->low, indicator->port);
    if (number == NO_INDICATOR)
        return false;
    watchlist_indicator(list, number, &have, &origin);
    return same(&have, indicator);
}

void found_finish(struct found *found)
{
    bool references = found->any_defanged && found->format == FORMAT_PROSE;

    for (size_t i = 0; i < found->count; i++) {
        struct finding *finding = &found->findings[i];
        const struct found_extra *extra = &found->extras[i];

        if (finding->doubt != DOUBT_NONE)
            continue;
        if (references && extra->prose && !extra->defanged) {
            finding->doubt = DOUBT_REFERENCE;
            finding->why = "written plainly in a text that defangs its indicators";
        } else if (found->context && found->context->present &&
                   is_present(found->context->present, &finding->indicator)) {
            finding->doubt = DOUBT_DUPLICATE;
            finding->why = "is in the watchlist already";
        }
    }
}
