#include "core/act/evidence_tree.h"

#include "core/base/memory.h"

/* The plan's members are the first fates; one that was found later has no facts. */
static struct deed_target target_of(const struct tree_plan *plan, const struct tree_result *tree,
                                    size_t place)
{
    return (struct deed_target){.key = tree->fates[place].key,
                                .facts = place < plan->count ? plan->members[place].facts : NULL};
}

/* Whoever was asked for and may still be there. */
static bool is_wanted(const struct tree_fate *fate)
{
    return fate->fate == FATE_SUSPENDED || fate->fate == FATE_SURVIVED ||
           fate->fate == FATE_PENDING;
}

static bool is_cancelled(void *context)
{
    return progress_cancelled(context);
}

static void dump_one(const struct evidence_tree *run, struct evidence_tree_result *result,
                     size_t place)
{
    const struct evidence_order order = {
        .kind = EVIDENCE_DUMP,
        .target = target_of(run->plan, &result->tree, place),
        .name = result->tree.fates[place].name,
        .is_full = run->is_full,
    };
    result->dumps[place].is_tried = true;
    evidence_do(run->means, run->log, &order, run->progress, &result->dumps[place].result);
}

static void dump_all(const struct evidence_tree *run, struct evidence_tree_result *result)
{
    size_t of = 0;
    size_t at = 0;
    bool goes_on = true;
    for (size_t i = 0; i < result->tree.count; i++)
        of += is_wanted(&result->tree.fates[i]);
    for (size_t i = 0; i < result->tree.count; i++) {
        const struct tree_fate *fate = &result->tree.fates[i];
        if (!is_wanted(fate))
            continue;
        goes_on = goes_on && !progress_cancelled(run->progress);
        if (goes_on && run->began)
            run->began(run->context, fate, at, of);
        if (goes_on)
            dump_one(run, result, i);
        /* What can't be written down now can't be for the next one either. */
        if (goes_on && result->dumps[i].result.outcome == EVIDENCE_NOT_WRITTEN)
            goes_on = false;
        at++;
        if (goes_on && result->dumps[i].result.outcome == EVIDENCE_DONE)
            result->dumped++;
        else
            result->failed++;
    }
    result->cancelled = progress_cancelled(run->progress);
}

/* Without a line in the journal, if it must be: what stands still because of this run is let go.
 * dumps is NULL where there was no memory for them. */
static void resume_all(const struct evidence_tree *run, struct evidence_tree_result *result)
{
    for (size_t i = result->tree.count; i-- > 0;) {
        const struct deed_target target = target_of(run->plan, &result->tree, i);
        struct deed_result resume;
        if (!result->tree.fates[i].stays_suspended)
            continue;
        deed_do(run->hand, run->log, ACT_RESUME, &target, &resume);
        if (resume.outcome == DEED_NOT_WRITTEN)
            deed_do(run->hand, NULL, ACT_RESUME, &target, &resume);
        result->tree.fates[i].stays_suspended = resume.outcome == DEED_REFUSED;
        result->stuck += resume.outcome == DEED_REFUSED;
        if (result->dumps)
            result->dumps[i].resume = resume;
    }
}

enum status evidence_tree_run(const struct evidence_tree *run, struct evidence_tree_result *result,
                              struct failure *failure)
{
    struct evidence_tree_result made = {.dumps = NULL};
    const struct tree_run suspend = {
        .hand = run->hand,
        .log = run->log,
        .plan = run->plan,
        .cancelled = is_cancelled,
        .context = run->progress,
    };
    enum status status = tree_run(&suspend, &made.tree, failure);
    if (status != ST_OK)
        return status;
    made.dumps = memory_take_array(made.tree.count, sizeof *made.dumps);
    if (made.dumps)
        dump_all(run, &made);
    resume_all(run, &made);
    if (made.dumps) {
        *result = made;
        return ST_OK;
    }
    *failure = (struct failure){.status = ST_NO_MEMORY};
    evidence_tree_result_done(&made);
    return ST_NO_MEMORY;
}

void evidence_tree_result_done(struct evidence_tree_result *result)
{
    for (size_t i = 0; result->dumps && i < result->tree.count; i++)
        if (result->dumps[i].is_tried)
            evidence_result_done(&result->dumps[i].result);
    memory_give(result->dumps);
    tree_result_done(&result->tree);
    *result = (struct evidence_tree_result){.dumps = NULL};
}
