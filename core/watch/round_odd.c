#include "core/watch/round_odd.h"

#include "core/base/memory.h"

#define KERNEL_PID 4u
#define KEPT_RULES (ODD_IMAGE_RULES | ODD_BIT(ODD_CORE_NUMBER))

void round_odd_init(struct round_odd *odd, struct source *source)
{
    *odd = (struct round_odd){.machine.windows = source_windows(source)};
}

void round_odd_done(struct round_odd *odd)
{
    memory_give(odd->counted);
    *odd = (struct round_odd){.counted = NULL};
}

static void judge(const struct round_odd *odd, struct history *history, struct process_row *row)
{
    const struct process_row *parent =
        row->parent == NO_ROW ? NULL : history_process(history, row->parent);
    const struct odd_subject subject = {
        .facts = row->facts,
        .parent = parent ? parent->facts : NULL,
        .parent_kind = (enum parent_kind)row->parent_kind,
    };
    row->odd.rules = (row->odd.rules & KEPT_RULES) | odd_judge(&odd->machine, &subject);
}

static void judge_from(const struct round_odd *odd, struct history *history, uint64_t id)
{
    for (uint32_t slot = 0; slot < history_process_slots(history); slot++) {
        struct process_row *row = history_process(history, slot);
        if (row && row->id >= id)
            judge(odd, history, row);
    }
}

/* ---- of which there may be one ---- */

static void mark_second(void *context, const struct odd_counted *one,
                        const struct odd_counted *twin)
{
    struct process_row *row = history_process(context, one->slot);
    row->odd.rules &= ~ODD_BIT(ODD_CORE_NUMBER);
    row->odd.twin = 0;
    if (!twin)
        return;
    row->odd.rules |= ODD_BIT(ODD_CORE_NUMBER);
    row->odd.twin = twin->facts->key.pid;
}

static bool make_room(struct round_odd *odd, size_t count)
{
    if (count < odd->counted_room)
        return true;
    size_t room = odd->counted_room ? 2 * odd->counted_room : 32;
    struct odd_counted *grown = memory_grow_array(odd->counted, room, sizeof *grown);
    if (!grown)
        return false;
    odd->counted = grown;
    odd->counted_room = room;
    return true;
}

static enum status count_anew(struct round_odd *odd, struct history *history)
{
    size_t count = 0;
    for (uint32_t slot = 0; slot < history_process_slots(history); slot++) {
        const struct process_row *row = history_process(history, slot);
        if (!row || row->ended || !odd_counts(row->facts))
            continue;
        if (!make_room(odd, count))
            return ST_NO_MEMORY;
        odd->counted[count++] = (struct odd_counted){.facts = row->facts, .slot = slot};
    }
    odd_count(odd->counted, count, mark_second, history);
    odd->recount = false;
    return ST_OK;
}

/* ---- changes ---- */

/* The process that a change tells of where one has started or ended; NULL otherwise. */
static struct process_row *process_of(struct history *history, struct change change)
{
    if (change.kind != CHANGE_STARTED && change.kind != CHANGE_ENDED)
        return NULL;
    return history_process(history, change.slot);
}

/* Returns whether it was seen for the first time. */
static bool find_kernel(struct round_odd *odd, struct history *history, size_t from)
{
    size_t count;
    const struct change *changes = history_changes(history, &count);
    for (size_t i = from; i < count && !odd->machine.has_kernel; i++) {
        const struct process_row *row = process_of(history, changes[i]);
        odd->machine.has_kernel = row && row->facts->key.pid == KERNEL_PID &&
                                  text_equal(row->facts->name, text_of("System"));
        if (odd->machine.has_kernel)
            return true;
    }
    return false;
}

enum status round_odd_changes(struct round_odd *odd, struct history *history, size_t from,
                              bool listed)
{
    size_t count;
    const struct change *changes = history_changes(history, &count);
    bool kernel_found = find_kernel(odd, history, from);
    for (size_t i = from; i < count; i++) {
        struct process_row *row = process_of(history, changes[i]);
        if (!row)
            continue;
        odd->recount = odd->recount || odd_counts(row->facts);
        if (changes[i].kind != CHANGE_STARTED)
            continue;
        judge(odd, history, row);
        if (!listed && !odd->adopted_from)
            odd->adopted_from = row->id;
    }
    if (kernel_found || (listed && odd->adopted_from))
        judge_from(odd, history, kernel_found ? 0 : odd->adopted_from);
    if (listed)
        odd->adopted_from = 0;
    return odd->recount && odd->machine.has_kernel ? count_anew(odd, history) : ST_OK;
}

enum status round_odd_images(struct history *history, struct source *source, uint32_t wait_ms)
{
    struct image_table table;
    enum status status = source_images(source, wait_ms, &table);
    if (status != ST_OK)
        return status;
    for (size_t i = 0; i < table.count; i++) {
        uint32_t slot = history_find(history, table.rows[i].key);
        struct process_row *row = slot == NO_ROW ? NULL : history_process(history, slot);
        /* Whoever has ended may be removed, as installers do. */
        if (row && !row->ended)
            odd_judge_image(&row->odd, row->facts->key.start, &table.rows[i].file);
    }
    return ST_OK;
}
