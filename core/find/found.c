#include "core/find/found.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/memory.h"

#define SHOWN_MOST 512u /* bytes of a value's data that are shown */
#define TEXT_CEILING ((size_t)1 << 20)
#define CONTROL_PICTURES 0x2400u

struct found_batch {
    struct found_batch *next;
    struct arena *arena;
    const void **rows;
    uint32_t count;
    uint32_t capacity;
    struct buffer scratch;
};

struct found_batch *found_batch_new(void)
{
    struct found_batch *batch = memory_take(sizeof *batch);

    if (!batch)
        return NULL;
    buffer_init(&batch->scratch, TEXT_CEILING);
    batch->arena = arena_new(FOUND_SIZE_MOST);
    if (batch->arena)
        return batch;
    found_batch_free(batch);
    return NULL;
}

void found_batch_free(struct found_batch *batch)
{
    if (!batch)
        return;
    arena_free(batch->arena);
    memory_give((void *)batch->rows);
    buffer_done(&batch->scratch);
    memory_give(batch);
}

uint32_t found_batch_count(const struct found_batch *batch)
{
    return batch->count;
}

size_t found_batch_size(const struct found_batch *batch)
{
    return arena_size(batch->arena);
}

/* Room for so many more pointers; false: no memory. */
static bool reserve(const void ***rows, uint32_t count, uint32_t *capacity, uint32_t more)
{
    uint32_t wanted = count + more;
    uint32_t room = *capacity + *capacity / 2 + 64;
    const void **grown;

    if (wanted <= *capacity)
        return true;
    room = room < wanted ? wanted : room;
    grown = memory_take_array(room, sizeof *grown);
    if (!grown)
        return false;
    if (count)
        memcpy((void *)grown, (const void *)*rows, count * sizeof *grown);
    memory_give((void *)*rows);
    *rows = grown;
    *capacity = room;
    return true;
}

/* The row counts once all its parts are there. */
static enum status add(struct found_batch *batch, const void *row, bool failed)
{
    if (!row || failed || batch->scratch.failed != ST_OK ||
        !reserve(&batch->rows, batch->count, &batch->capacity, 1))
        return ST_NO_MEMORY;
    batch->rows[batch->count++] = row;
    return ST_OK;
}

void found_add_visible(struct buffer *out, struct text value)
{
    size_t done = 0;

    for (size_t i = 0; i < value.size; i++) {
        unsigned char byte = (unsigned char)value.bytes[i];
        if (byte >= 0x20 && byte != 0x7f)
            continue;
        buffer_add(out, text_slice(value, done, i - done));
        buffer_add_code_point(out,
                              byte == 0x7f ? CONTROL_PICTURES + 0x21 : CONTROL_PICTURES + byte);
        done = i + 1;
    }
    buffer_add(out, text_slice(value, done, value.size - done));
}

static struct text keep_visible(struct found_batch *batch, struct text value, bool *failed)
{
    buffer_clear(&batch->scratch);
    found_add_visible(&batch->scratch, value);
    return arena_copy(batch->arena, buffer_text(&batch->scratch), failed);
}

/* --- one row --- */

enum status found_keep_handle(struct found_batch *batch, const struct handle_row *row)
{
    struct handle_row *kept = arena_take(batch->arena, sizeof *kept);
    bool failed = false;

    if (!kept)
        return ST_NO_MEMORY;
    *kept = *row;
    kept->process_name = arena_copy(batch->arena, row->process_name, &failed);
    kept->type = arena_copy(batch->arena, row->type, &failed);
    kept->name = arena_copy(batch->arena, row->name, &failed);
    return add(batch, kept, failed);
}

static void keep_value(struct found_batch *batch, struct found_registry *kept,
                       const struct registry_value *value, bool *failed)
{
    struct text data = {(const char *)value->data,
                        value->size < FOUND_DATA_MOST ? value->size : FOUND_DATA_MOST};
    struct buffer shown;

    kept->value = *value;
    kept->value.name = arena_copy(batch->arena, value->name, failed);
    kept->value.data = (const unsigned char *)arena_copy(batch->arena, data, failed).bytes;
    kept->finding.value = &kept->value;
    kept->shown_name = keep_visible(batch, value->name, failed);
    buffer_init(&shown, TEXT_CEILING);
    /* What was found may lie behind what can be shown. */
    if (kept->finding.where == REGISTRY_DATA)
        buffer_add(&shown, kept->finding.around);
    else
        registry_add_data(&shown, value, SHOWN_MOST);
    kept->shown_data = keep_visible(batch, buffer_text(&shown), failed);
    *failed = *failed || shown.failed != ST_OK;
    buffer_done(&shown);
}

enum status found_keep_registry(struct found_batch *batch, const struct registry_finding *finding)
{
    struct found_registry *kept = arena_take(batch->arena, sizeof *kept);
    const struct registry_key *key = finding->key;
    bool failed = false;

    if (!kept)
        return ST_NO_MEMORY;
    kept->key = *key;
    kept->key.path = arena_copy(batch->arena, key->path, &failed);
    kept->key.name = text_slice(kept->key.path, key->path.size - key->name.size, key->name.size);
    kept->finding = *finding;
    kept->finding.key = &kept->key;
    kept->finding.around = arena_copy(batch->arena, finding->around, &failed);
    kept->shown_key = keep_visible(batch, key->path, &failed);
    kept->hidden = registry_name_hidden(key->path);
    if (finding->value) {
        keep_value(batch, kept, finding->value, &failed);
        kept->hidden = kept->hidden || registry_name_hidden(finding->value->name);
    }
    return add(batch, kept, failed);
}

enum status found_keep_memory(struct found_batch *batch, const struct process_facts *facts,
                              const struct memory_hit *hit)
{
    struct found_memory *kept = arena_take(batch->arena, sizeof *kept);
    struct text bytes = {(const char *)hit->bytes, hit->byte_count};
    bool failed = false;

    if (!kept)
        return ST_NO_MEMORY;
    kept->facts = facts;
    kept->region = *hit->region;
    kept->hit = *hit;
    kept->hit.region = &kept->region;
    kept->hit.bytes = (const uint8_t *)arena_copy(batch->arena, bytes, &failed).bytes;
    buffer_clear(&batch->scratch);
    memory_hit_add_text(&batch->scratch, hit);
    kept->around = arena_copy(batch->arena, buffer_text(&batch->scratch), &failed);
    return add(batch, kept, failed);
}

/* --- all of them --- */

struct found *found_new(enum found_kind kind, uint64_t run, const struct snapshot *snapshot,
                        const struct watchlist *watchlist)
{
    struct found *found = memory_take(sizeof *found);

    if (!found)
        return NULL;
    found->kind = kind;
    found->run = run;
    found->snapshot = snapshot ? snapshot_retain(snapshot) : NULL;
    found->watchlist = watchlist ? watchlist_retain(watchlist) : NULL;
    return found;
}

void found_free(struct found *found)
{
    if (!found)
        return;
    while (found->batches) {
        struct found_batch *next = found->batches->next;
        found_batch_free(found->batches);
        found->batches = next;
    }
    memory_give((void *)found->rows);
    snapshot_release(found->snapshot);
    watchlist_release(found->watchlist);
    memory_give(found);
}

enum status found_take(struct found *found, struct found_batch *batch)
{
    if (!reserve(&found->rows, found->count, &found->capacity, batch->count)) {
        found_batch_free(batch);
        return ST_NO_MEMORY;
    }
    if (batch->count)
        memcpy((void *)(found->rows + found->count), (const void *)batch->rows,
               batch->count * sizeof *found->rows);
    found->count += batch->count;
    memory_give((void *)batch->rows);
    batch->rows = NULL;
    batch->next = found->batches;
    found->batches = batch;
    return ST_OK;
}
