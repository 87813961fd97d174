#include "core/model/slots.h"

#include "core/base/memory.h"

#define FIRST_ROOM 64

void slots_init(struct slots *slots)
{
    *slots = (struct slots){.idle = SLOT_NONE, .resting = SLOT_NONE, .resting_last = SLOT_NONE};
}

void slots_done(struct slots *slots)
{
    memory_give(slots->order);
    memory_give(slots->links);
    slots_init(slots);
}

static void close_gaps(struct slots *slots)
{
    size_t kept = 0;
    for (size_t i = 0; i < slots->order_used; i++) {
        uint32_t slot = slots->order[i];
        if (slot == SLOT_NONE)
            continue;
        slots->order[kept] = slot;
        slots->links[slot] = (uint32_t)kept;
        kept++;
    }
    slots->order_used = kept;
}

static enum status reserve_order(struct slots *slots, size_t more)
{
    if (slots->order_used + more <= slots->order_room)
        return ST_OK;
    /* Half of it gaps: closing them pays for itself. */
    if (slots->live < slots->order_used / 2)
        close_gaps(slots);
    if (slots->order_used + more <= slots->order_room)
        return ST_OK;
    size_t room = slots->order_room ? slots->order_room : FIRST_ROOM;
    while (room < slots->order_used + more)
        room *= 2;
    uint32_t *order = memory_grow_array(slots->order, room, sizeof *order);
    if (!order)
        return ST_NO_MEMORY;
    slots->order = order;
    slots->order_room = room;
    return ST_OK;
}

enum status slots_reserve(struct slots *slots, size_t more)
{
    size_t fresh = more > slots->idle_count ? more - slots->idle_count : 0;
    if (fresh > INT32_MAX - (size_t)slots->used)
        return ST_TOO_LARGE;
    enum status status = reserve_order(slots, more);
    if (status != ST_OK)
        return status;
    if (slots->used + fresh <= slots->room)
        return ST_OK;
    size_t room = slots->room ? slots->room : FIRST_ROOM;
    while (room < slots->used + fresh)
        room *= 2;
    uint32_t *links = memory_grow_array(slots->links, room, sizeof *links);
    if (!links)
        return ST_NO_MEMORY;
    slots->links = links;
    slots->room = (uint32_t)room;
    return ST_OK;
}

uint32_t slots_take(struct slots *slots)
{
    uint32_t slot = slots->idle;
    if (slot != SLOT_NONE) {
        slots->idle = slots->links[slot];
        slots->idle_count--;
    } else {
        slot = slots->used++;
    }
    slots->links[slot] = (uint32_t)slots->order_used;
    slots->order[slots->order_used++] = slot;
    slots->live++;
    return slot;
}

void slots_give(struct slots *slots, uint32_t slot)
{
    slots->order[slots->links[slot]] = SLOT_NONE;
    slots->links[slot] = slots->resting;
    if (slots->resting == SLOT_NONE)
        slots->resting_last = slot;
    slots->resting = slot;
    slots->resting_count++;
    slots->live--;
}

void slots_wake(struct slots *slots)
{
    if (slots->resting == SLOT_NONE)
        return;
    slots->links[slots->resting_last] = slots->idle;
    slots->idle = slots->resting;
    slots->idle_count += slots->resting_count;
    slots->resting = SLOT_NONE;
    slots->resting_last = SLOT_NONE;
    slots->resting_count = 0;
}

const uint32_t *slots_in_order(struct slots *slots, size_t *count)
{
    if (slots->live != slots->order_used)
        close_gaps(slots);
    *count = slots->order_used;
    return slots->order;
}

size_t slots_size(const struct slots *slots)
{
    return (slots->order_room + slots->room) * sizeof(uint32_t);
}
