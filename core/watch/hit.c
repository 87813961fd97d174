#include "core/watch/hit.h"

#include <string.h>

#include "core/base/memory.h"
#include "core/base/refs.h"

#define ANCESTORS_MOST 256 /* more than any machine was seen to have; the chain is cut there */

/* What is kept of an ancestor, in the order of alignment; the arrays stand one after the other. */
#define ANCESTOR_SIZE (sizeof(struct process_odd) + sizeof(const struct process_facts *) + 2)

/* One block: this, the arrays, then the texts. */
struct hit_block {
    struct hit hit;
    struct refs refs;
    struct process_odd odd[];
};

static struct hit_block *block_of(const struct hit *hit)
{
    return (struct hit_block *)hit; /* the first member */
}

static uint32_t parent_of(struct history *history, uint32_t slot)
{
    return history_process(history, slot)->parent;
}

static size_t count_ancestors(struct history *history, uint32_t process_slot)
{
    size_t count = 0;

    if (process_slot == NO_ROW)
        return 0;
    for (uint32_t slot = parent_of(history, process_slot); slot != NO_ROW && count < ANCESTORS_MOST;
         slot = parent_of(history, slot))
        count++;
    return count;
}

static void fill_ancestors(struct hit_block *block, struct history *history, uint32_t process_slot)
{
    uint32_t slot = process_slot;

    for (size_t i = 0; i < block->hit.ancestor_count; i++) {
        const struct process_row *child = history_process(history, slot);
        const struct process_row *parent = history_process(history, child->parent);

        block->hit.ancestors[i] = process_facts_retain(parent->facts);
        block->hit.ancestor_kinds[i] = child->parent_kind;
        block->hit.ancestor_ended[i] = parent->ended != 0;
        block->hit.ancestor_odd[i] = parent->odd;
        slot = child->parent;
    }
}

static struct text copied(char **room, struct text value)
{
    struct text copy = {*room, value.size};

    if (value.size)
        memcpy(*room, value.bytes, value.size);
    *room += value.size;
    return copy;
}

static int64_t since(moment start, moment now)
{
    return start > 0 && start <= now ? now - start : -1;
}

/* What the history tells of the connection and the process. */
static void fill_facts(struct hit_block *block, struct history *history, uint32_t connection_slot,
                       uint32_t process_slot, moment now)
{
    struct hit *hit = &block->hit;

    hit->connection.indicator = NO_INDICATOR;
    hit->connection.process = NO_ROW;
    if (process_slot != NO_ROW) {
        hit->process = process_facts_retain(history_process(history, process_slot)->facts);
        hit->odd = history_process(history, process_slot)->odd;
        hit->connection.owner = hit->process->key;
    }
    fill_ancestors(block, history, process_slot);
    if (connection_slot != NO_ROW) {
        hit->connection = *history_connection(history, connection_slot);
        hit->latency = since(hit->connection.seen.created, now);
    } else {
        hit->latency = hit->process ? since(hit->process->key.start, now) : -1;
    }
}

enum status hit_new(struct history *history, uint32_t connection_slot, uint32_t process_slot,
                    const struct watchlist *list, struct match match, moment now, uint64_t number,
                    const struct hit **hit)
{
    size_t ancestors = count_ancestors(history, process_slot);
    struct text domain = {NULL, 0};
    struct indicator_origin origin;
    struct buffer canonical;
    struct buffer none;
    struct indicator value;
    struct hit_block *block = NULL;
    const char *why;
    char *room;
    enum status status;

    watchlist_indicator(list, match.indicator, &value, &origin);
    if (connection_slot != NO_ROW)
        domain = history_connection(history, connection_slot)->domain;
    buffer_init(&canonical, INDICATOR_MOST + 64);
    buffer_init(&none, 0);
    indicator_add(&canonical, &value);
    status = canonical.failed;
    if (!status)
        block =
            memory_take(sizeof *block + ancestors * ANCESTOR_SIZE + canonical.size +
                        origin.written.size + origin.file.size + origin.label.size + domain.size);
    if (!block) {
        buffer_done(&canonical);
        return status ? status : ST_NO_MEMORY;
    }
    refs_init(&block->refs);
    block->hit.ancestor_odd = block->odd;
    block->hit.ancestors = (const struct process_facts **)(void *)(block->odd + ancestors);
    block->hit.ancestor_count = ancestors;
    room = (char *)(block->hit.ancestors + ancestors);
    block->hit.ancestor_kinds = (uint8_t *)room;
    block->hit.ancestor_ended = (bool *)(room + ancestors);
    room += 2 * ancestors;
    fill_facts(block, history, connection_slot, process_slot, now);
    block->hit.number = number;
    block->hit.when = now;
    block->hit.by = match.by;
    block->hit.is_process = connection_slot == NO_ROW;
    block->hit.connection.indicator = match.indicator;
    block->hit.connection.matched_by = (uint8_t)match.by;
    block->hit.indicator = copied(&room, buffer_text(&canonical));
    block->hit.origin =
        (struct indicator_origin){copied(&room, origin.written), copied(&room, origin.file),
                                  origin.line, copied(&room, origin.label)};
    block->hit.domain = copied(&room, domain);
    block->hit.connection.domain = block->hit.domain;
    block->hit.observed_by = "sampling";
    /* A canonical text is read back without changes, so that its texts lie in our copy. */
    (void)indicator_parse(block->hit.indicator, &none, &block->hit.value, &why);
    buffer_done(&canonical);
    *hit = &block->hit;
    return ST_OK;
}

struct odd_subject hit_subject(const struct hit *hit, size_t place, const struct process_odd **odd)
{
    bool has_parent = place < hit->ancestor_count;
    struct odd_subject subject = {
        .facts = place ? hit->ancestors[place - 1] : hit->process,
        .parent = has_parent ? hit->ancestors[place] : NULL,
        .parent_kind = has_parent ? (enum parent_kind)hit->ancestor_kinds[place] : PARENT_GONE,
    };
    *odd = place ? &hit->ancestor_odd[place - 1] : &hit->odd;
    return subject;
}

const struct hit *hit_retain(const struct hit *hit)
{
    if (hit)
        refs_retain(&block_of(hit)->refs);
    return hit;
}

void hit_release(const struct hit *hit)
{
    if (!hit || !refs_release(&block_of(hit)->refs))
        return;
    process_facts_release(hit->process);
    for (size_t i = 0; i < hit->ancestor_count; i++)
        process_facts_release(hit->ancestors[i]);
    memory_give(block_of(hit));
}
