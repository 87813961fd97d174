#include "core/act/tree_plan.h"

#include "core/base/memory.h"
#include "core/model/tree.h"

#define NEVER_MOST 64

struct planner {
    const struct snapshot *snapshot;
    const struct tree *tree;
    struct process_key self;
    struct tree_plan *plan;
    struct place {
        uint32_t row;
        uint32_t depth;
        enum tree_group group;
    } *stack;
    size_t stacked;
};

static bool is_never(const struct tree_plan *plan, struct process_key key)
{
    for (size_t i = 0; i < plan->never_count; i++)
        if (process_key_equal(plan->never[i], key))
            return true;
    return false;
}

static void add_member(struct planner *planner, const struct place *place)
{
    struct tree_plan *plan = planner->plan;
    const struct process_row *row = &planner->snapshot->processes[place->row];
    if (row->ended || is_never(plan, row->facts->key))
        return;
    struct tree_member *member = &plan->members[plan->count++];
    *member = (struct tree_member){
        .key = row->facts->key,
        .facts = process_facts_retain(row->facts),
        .depth = place->depth,
        .group = place->group,
        .verdict = rails_judge(planner->snapshot, place->row, planner->self, plan->kind),
    };
    member->ticked = member->verdict.rail == RAIL_FREE &&
                     (place->group == TREE_ROOT || place->group == TREE_CHILD);
    if (place->group == TREE_ROOT && member->verdict.rail != RAIL_FORBIDDEN)
        member->ticked = true; /* it was chosen; the caller asks */
}

static enum tree_group group_below(const struct planner *planner, const struct place *parent,
                                   uint32_t child)
{
    const struct process_row *above = &planner->snapshot->processes[parent->row];
    const struct process_row *row = &planner->snapshot->processes[child];
    if (parent->group == TREE_UNSURE || row->parent_kind != PARENT_VERIFIED)
        return TREE_UNSURE;
    return parent->group == TREE_ORPHAN || above->ended ? TREE_ORPHAN : TREE_CHILD;
}

/* Depth first; the last child is stacked first, so that the first is taken first. */
static void walk(struct planner *planner, uint32_t root)
{
    planner->stack[planner->stacked++] = (struct place){.row = root, .group = TREE_ROOT};
    while (planner->stacked) {
        struct place place = planner->stack[--planner->stacked];
        uint32_t count;
        const uint32_t *children = tree_children(planner->tree, place.row, &count);
        add_member(planner, &place);
        while (count-- > 0)
            planner->stack[planner->stacked++] =
                (struct place){.row = children[count],
                               .depth = place.depth + 1,
                               .group = group_below(planner, &place, children[count])};
    }
}

/* This program and those that it runs under. */
static enum status find_never(struct planner *planner)
{
    uint32_t chain[NEVER_MOST];
    struct tree_plan *plan = planner->plan;
    uint32_t own =
        planner->self.pid ? snapshot_process_by_pid(planner->snapshot, planner->self.pid) : NO_ROW;
    if (own != NO_ROW &&
        !process_key_equal(planner->snapshot->processes[own].facts->key, planner->self))
        own = NO_ROW; /* another machine's */
    size_t above =
        own == NO_ROW ? 0 : snapshot_ancestors(planner->snapshot, own, chain, NEVER_MOST);
    struct process_key *never = memory_take_array(above + 1, sizeof *never);
    if (!never)
        return ST_NO_MEMORY;
    plan->never = never;
    if (planner->self.pid)
        never[plan->never_count++] = planner->self;
    for (size_t i = 0; i < above; i++)
        never[plan->never_count++] = planner->snapshot->processes[chain[i]].facts->key;
    return ST_OK;
}

enum status tree_plan_new(const struct snapshot *snapshot, uint32_t root, struct process_key self,
                          enum act_kind kind, struct tree_plan **plan)
{
    struct tree *tree = NULL;
    struct planner planner = {.snapshot = snapshot, .self = self};
    enum status status = root < snapshot->process_count ? ST_OK : ST_NOT_FOUND;
    if (status == ST_OK)
        status = tree_new(snapshot, NULL, NULL, &tree);
    planner.tree = tree;
    planner.plan = status == ST_OK ? memory_take(sizeof *planner.plan) : NULL;
    if (planner.plan) {
        planner.plan->kind = kind;
        planner.plan->root_facts = process_facts_retain(snapshot->processes[root].facts);
        planner.plan->root = planner.plan->root_facts->key;
        planner.plan->root_name = planner.plan->root_facts->name;
        planner.plan->members =
            memory_take_array(snapshot->process_count, sizeof *planner.plan->members);
        planner.stack = memory_take_array(snapshot->process_count, sizeof *planner.stack);
    }
    if (status == ST_OK && (!planner.plan || !planner.plan->members || !planner.stack))
        status = ST_NO_MEMORY;
    if (status == ST_OK)
        status = find_never(&planner);
    if (status == ST_OK) {
        walk(&planner, root);
        *plan = planner.plan;
    } else {
        tree_plan_free(planner.plan);
    }
    memory_give(planner.stack);
    tree_free(tree);
    return status;
}

void tree_plan_free(struct tree_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < plan->count; i++)
        process_facts_release(plan->members[i].facts);
    process_facts_release(plan->root_facts);
    memory_give(plan->members);
    memory_give((void *)(uintptr_t)plan->never);
    memory_give(plan);
}

bool tree_plan_has_children(const struct snapshot *snapshot, uint32_t process)
{
    for (uint32_t i = 0; i < snapshot->process_count; i++) {
        uint32_t above = snapshot->processes[i].parent;
        if (snapshot->processes[i].ended)
            continue;
        /* Past those that ended: they only connect. */
        while (above != NO_ROW && above != process && snapshot->processes[above].ended)
            above = snapshot->processes[above].parent;
        if (above == process)
            return true;
    }
    return false;
}

size_t tree_plan_ticked(const struct tree_plan *plan)
{
    size_t ticked = 0;
    for (size_t i = 0; i < plan->count; i++)
        ticked += plan->members[i].ticked;
    return ticked;
}
