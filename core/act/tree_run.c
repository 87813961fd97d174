#include "core/act/tree_run.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/hash.h"
#include "core/base/index.h"
#include "core/base/memory.h"
#include "core/case/json_write.h"

#define FREEZE_LOOKS 64u /* a tree that grows through all of them is killed as it is, and swept */
#define SWEEP_LOOKS 32u
#define CLEAN_LOOKS 2u
#define MEMBERS_MOST 100000u
#define RESULT_CEILING ((size_t)64 << 20)
#define LINE_CEILING (JOURNAL_LINE_MOST - (64u << 10))

struct runner {
    const struct tree_run *run;
    struct tree_result *result;
    struct grip **grips; /* one for each fate; NULL: not held */
    size_t room;
    struct index index; /* fates by PID */
    const struct process_seen **sorted;
    size_t sorted_room;
    struct process_table table;
    uint64_t number; /* of the journal's first line */
    size_t told;     /* fates that the journal has */
};

static enum act_kind kind_of(const struct runner *runner)
{
    return runner->run->plan->kind;
}

static bool is_cancelled(struct runner *runner)
{
    const struct tree_run *run = runner->run;
    if (!runner->result->cancelled && run->cancelled && run->cancelled(run->context))
        runner->result->cancelled = true;
    return runner->result->cancelled;
}

/* --- who belongs to it --- */

static struct tree_fate *find_fate(const struct runner *runner, struct process_key key)
{
    uint64_t hash = hash_mix(key.pid);
    size_t at;
    for (uint32_t slot = index_first(&runner->index, hash, &at); slot != INDEX_NONE;
         slot = index_next(&runner->index, hash, &at))
        if (process_key_equal(runner->result->fates[slot].key, key))
            return &runner->result->fates[slot];
    return NULL;
}

/* Whether a member that is to be touched has this PID and started no later. */
static bool has_parent(const struct runner *runner, const struct process_seen *row)
{
    uint64_t hash = hash_mix(row->parent_pid);
    size_t at;
    for (uint32_t slot = index_first(&runner->index, hash, &at); slot != INDEX_NONE;
         slot = index_next(&runner->index, hash, &at)) {
        const struct tree_fate *fate = &runner->result->fates[slot];
        if (fate->key.pid == row->parent_pid && fate->key.start && row->key.start &&
            fate->key.start <= row->key.start && fate->fate != FATE_LEFT_OUT &&
            fate->fate != FATE_GUARDED)
            return true;
    }
    return false;
}

static bool is_never(const struct runner *runner, struct process_key key)
{
    const struct tree_plan *plan = runner->run->plan;
    for (size_t i = 0; i < plan->never_count; i++)
        if (process_key_equal(plan->never[i], key))
            return true;
    return false;
}

static enum status grow(struct runner *runner)
{
    if (runner->result->count < runner->room)
        return ST_OK;
    if (runner->room >= MEMBERS_MOST)
        return ST_TOO_LARGE;
    size_t room = runner->room ? runner->room * 2 : 64;
    struct tree_fate *fates = memory_grow_array(runner->result->fates, room, sizeof *fates);
    if (fates)
        runner->result->fates = fates;
    struct grip **grips = memory_grow_array(runner->grips, room, sizeof *grips);
    if (grips)
        runner->grips = grips;
    if (!fates || !grips)
        return ST_NO_MEMORY;
    runner->room = room;
    return ST_OK;
}

static enum status add_fate(struct runner *runner, struct process_key key, struct text name,
                            enum fate fate, bool found_later)
{
    bool failed = false;
    enum status status = grow(runner);
    if (status == ST_OK)
        status = index_reserve(&runner->index, 1);
    struct text copy = {NULL, 0};
    if (status == ST_OK)
        copy = arena_copy(runner->result->arena, name, &failed);
    if (status != ST_OK || failed)
        return status != ST_OK ? status : ST_NO_MEMORY;
    size_t place = runner->result->count++;
    runner->grips[place] = NULL;
    runner->result->fates[place] =
        (struct tree_fate){.key = key, .name = copy, .fate = fate, .found_later = found_later};
    index_add(&runner->index, hash_mix(key.pid), (uint32_t)place);
    return ST_OK;
}

static enum status take_plan(struct runner *runner)
{
    const struct tree_plan *plan = runner->run->plan;
    enum status status = ST_OK;
    for (size_t i = 0; i < plan->count && status == ST_OK; i++) {
        const struct tree_member *member = &plan->members[i];
        bool wanted = member->ticked && member->verdict.rail != RAIL_FORBIDDEN;
        status = add_fate(runner, member->key, member->facts->name,
                          wanted ? FATE_PENDING : FATE_LEFT_OUT, false);
    }
    return status;
}

static int by_start(const void *a, const void *b)
{
    const struct process_seen *first = *(const struct process_seen *const *)a;
    const struct process_seen *second = *(const struct process_seen *const *)b;
    return (first->key.start > second->key.start) - (first->key.start < second->key.start);
}

static enum status sort_table(struct runner *runner)
{
    if (runner->sorted_room < runner->table.count) {
        size_t room = runner->table.count + runner->table.count / 4;
        const struct process_seen **sorted =
            memory_grow_array((void *)runner->sorted, room, sizeof(const struct process_seen *));
        if (!sorted)
            return ST_NO_MEMORY;
        runner->sorted = sorted;
        runner->sorted_room = room;
    }
    for (size_t i = 0; i < runner->table.count; i++)
        runner->sorted[i] = &runner->table.rows[i];
    if (runner->table.count)
        qsort((void *)runner->sorted, runner->table.count, sizeof(const struct process_seen *),
              by_start);
    return ST_OK;
}

/* Looks once at all processes and takes up what the members have started. Parents start no later
 * than their children, so in the order of starts one pass finds a whole new branch. */
static enum status look_for_more(struct runner *runner, struct failure *failure, size_t *found)
{
    struct hand *hand = runner->run->hand;
    enum status status = hand->class->list(hand, &runner->table, failure);
    runner->result->looks++;
    if (status == ST_OK)
        status = sort_table(runner);
    *found = 0;
    for (size_t i = 0; status == ST_OK && i < runner->table.count; i++) {
        const struct process_seen *row = runner->sorted[i];
        if (!has_parent(runner, row) || find_fate(runner, row->key) || is_never(runner, row->key))
            continue;
        status = add_fate(runner, row->key, row->name, FATE_PENDING, true);
        *found += status == ST_OK;
    }
    return status;
}

/* --- the journal --- */

static void add_member(struct json_writer *json, const struct tree_fate *fate, bool outcome)
{
    json_open_object(json, NULL);
    json_unsigned(json, "pid", fate->key.pid);
    json_moment(json, "start", fate->key.start, true);
    json_text(json, "name", fate->name);
    if (outcome) {
        json_string(json, "fate", fate_phrase(fate->fate));
        if (fate->failure.status != ST_OK)
            json_string(json, "why", status_phrase(fate->failure.status));
        if (fate->stays_suspended)
            json_bool(json, "stays_suspended", true);
    } else if (fate->fate == FATE_LEFT_OUT) {
        json_bool(json, "left_out", true);
    }
    json_close_object(json);
}

/* One line with the members from `from` on. */
static enum status write_members(struct runner *runner, struct journal_entry *entry, size_t from,
                                 uint64_t *number)
{
    const struct act_log *log = runner->run->log;
    const struct tree_plan *plan = runner->run->plan;
    if (!log)
        return ST_OK;
    struct buffer members;
    struct json_writer json;
    buffer_init(&members, LINE_CEILING);
    journal_add_process(&members, plan->root, plan->root_facts);
    buffer_add_byte(&members, ',');
    json_begin(&json, &members);
    json_open_object(&json, "stakeout");
    json_open_array(&json, "members");
    for (size_t i = from; i < runner->result->count; i++)
        add_member(&json, &runner->result->fates[i], entry->phase == JOURNAL_AFTER);
    json_close_array(&json);
    if (entry->phase == JOURNAL_AFTER) {
        json_unsigned(&json, "looks", runner->result->looks);
        json_bool(&json, "settled", runner->result->settled);
        json_bool(&json, "cancelled", runner->result->cancelled);
        json_milliseconds(&json, "took_ms", runner->result->took);
    }
    json_close_object(&json);
    entry->action = act_name(plan->kind);
    entry->members = buffer_text(&members);
    enum status status = members.failed;
    if (status == ST_OK)
        status = log->write(log->context, entry, number);
    buffer_done(&members);
    return status;
}

/* Before anything of them is touched. */
static enum status tell_new_members(struct runner *runner)
{
    struct journal_entry entry = {.phase = JOURNAL_BEFORE, .of = runner->number};
    enum status status =
        write_members(runner, &entry, runner->told, runner->number ? NULL : &runner->number);
    if (status == ST_OK)
        runner->told = runner->result->count;
    return status;
}

static void tell_end(struct runner *runner)
{
    struct journal_entry entry = {
        .phase = JOURNAL_AFTER,
        .of = runner->number,
        .outcome = runner->result->survived ? "failure" : "success",
    };
    write_members(runner, &entry, 0, NULL);
}

/* --- touching --- */

static enum fate fate_of_failure(struct tree_fate *fate, enum status status)
{
    fate->failure.status = status;
    if (status != ST_GONE)
        return FATE_SURVIVED;
    fate->failure = (struct failure){.status = ST_OK};
    return FATE_ALREADY_GONE;
}

static bool is_critical(struct runner *runner, struct grip *grip)
{
    bool critical = false;
    struct hand *hand = runner->run->hand;
    return hand->class->critical(hand, grip, &critical) == READ_OK && critical;
}

/* Opens a member; its fate is decided where that can't be done. */
static struct grip *hold(struct runner *runner, size_t place, unsigned rights)
{
    struct hand *hand = runner->run->hand;
    struct tree_fate *fate = &runner->result->fates[place];
    struct grip *grip = NULL;
    enum status status = hand->class->hold(hand, fate->key, rights, &grip, &fate->failure);
    if (status != ST_OK) {
        fate->fate = fate_of_failure(fate, status);
        return NULL;
    }
    if (fate->found_later && is_critical(runner, grip)) {
        fate->fate = FATE_GUARDED;
        hand_release(hand, grip);
        return NULL;
    }
    runner->grips[place] = grip;
    return grip;
}

static void suspend(struct runner *runner, size_t place)
{
    struct hand *hand = runner->run->hand;
    struct tree_fate *fate = &runner->result->fates[place];
    unsigned rights = GRIP_SUSPEND | (kind_of(runner) == ACT_KILL_TREE ? GRIP_TERMINATE : 0u);
    struct grip *grip = hold(runner, place, rights);
    if (!grip)
        return;
    enum status status = hand->class->suspend(hand, grip, &fate->failure);
    fate->stays_suspended = status == ST_OK;
    if (hand->class->wait(hand, grip, 0)) {
        fate->fate = FATE_ALREADY_GONE;
        fate->stays_suspended = false;
    } else if (kind_of(runner) == ACT_SUSPEND_TREE) {
        fate->fate = status == ST_OK ? FATE_SUSPENDED : fate_of_failure(fate, status);
    }
}

static void resume(struct runner *runner, size_t place)
{
    struct hand *hand = runner->run->hand;
    struct tree_fate *fate = &runner->result->fates[place];
    struct grip *grip = hold(runner, place, GRIP_SUSPEND);
    if (!grip)
        return;
    enum status status = hand->class->resume(hand, grip, &fate->failure);
    fate->fate = status == ST_OK ? FATE_RESUMED : fate_of_failure(fate, status);
}

static void kill_one(struct runner *runner, size_t place)
{
    struct hand *hand = runner->run->hand;
    struct tree_fate *fate = &runner->result->fates[place];
    struct grip *grip = runner->grips[place];
    if (fate->fate != FATE_PENDING || !grip)
        return;
    enum status status = hand->class->terminate(hand, grip, DEED_EXIT_CODE, &fate->failure);
    if (status != ST_OK)
        fate->fate = fate_of_failure(fate, status);
}

/* Waits until those that were killed are gone, all together no longer than one deed may. */
static void wait_for_ends(struct runner *runner)
{
    struct hand *hand = runner->run->hand;
    int64_t end = hand->class->ticks(hand) + DEED_WAIT_MS * MOMENT_MS;
    for (size_t i = runner->result->count; i-- > 0;) {
        struct tree_fate *fate = &runner->result->fates[i];
        bool asked = fate->fate == FATE_PENDING || fate->fate == FATE_SURVIVED;
        if (!runner->grips[i] || !asked)
            continue;
        int64_t left = (end - hand->class->ticks(hand)) / MOMENT_MS;
        bool gone = hand->class->wait(hand, runner->grips[i],
                                      fate->fate == FATE_PENDING && left > 0 ? (uint32_t)left : 0);
        if (gone) {
            fate->fate = fate->fate == FATE_PENDING ? FATE_KILLED : FATE_ALREADY_GONE;
            fate->stays_suspended = false;
            fate->failure = (struct failure){.status = ST_OK};
        } else if (fate->fate == FATE_PENDING) {
            fate->fate = FATE_SURVIVED;
            fate->failure.status = ST_BUSY;
        }
    }
}

/* --- the order --- */

/* Suspends from `from` on, looks for what was started meanwhile, until a look finds nothing. */
static enum status freeze(struct runner *runner, size_t from, struct failure *failure)
{
    enum status status = ST_OK;
    size_t found = 1;
    for (uint32_t look = 0; status == ST_OK && found && look < FREEZE_LOOKS; look++) {
        for (size_t i = from; i < runner->result->count && !is_cancelled(runner); i++)
            if (runner->result->fates[i].fate == FATE_PENDING)
                suspend(runner, i);
        from = runner->result->count;
        if (is_cancelled(runner))
            return ST_OK;
        status = look_for_more(runner, failure, &found);
        if (status == ST_OK && found)
            status = tell_new_members(runner);
    }
    return status;
}

/* From the leaves up: what was found last hangs lowest. */
static void kill_from(struct runner *runner, size_t from)
{
    for (size_t i = runner->result->count; i-- > from && !is_cancelled(runner);)
        kill_one(runner, i);
    if (!is_cancelled(runner))
        wait_for_ends(runner);
}

static enum status sweep(struct runner *runner, struct failure *failure)
{
    enum status status = ST_OK;
    uint32_t clean = 0;
    for (uint32_t look = 0;
         status == ST_OK && clean < CLEAN_LOOKS && look < SWEEP_LOOKS && !is_cancelled(runner);
         look++) {
        size_t from = runner->result->count;
        size_t found = 0;
        status = look_for_more(runner, failure, &found);
        clean = found ? 0 : clean + 1;
        if (status != ST_OK || !found)
            continue;
        status = tell_new_members(runner);
        if (status == ST_OK)
            status = freeze(runner, from, failure);
        kill_from(runner, from);
    }
    runner->result->settled = clean >= CLEAN_LOOKS;
    return status;
}

static enum status kill_tree(struct runner *runner, struct failure *failure)
{
    enum status status = freeze(runner, 0, failure);
    if (is_cancelled(runner))
        return status;
    /* Even when a look failed: what is held can be killed. */
    kill_from(runner, 0);
    return status == ST_OK ? sweep(runner, failure) : status;
}

static enum status resume_tree(struct runner *runner)
{
    for (size_t i = runner->result->count; i-- > 0 && !is_cancelled(runner);)
        if (runner->result->fates[i].fate == FATE_PENDING)
            resume(runner, i);
    runner->result->settled = !runner->result->cancelled;
    return ST_OK;
}

static bool is_as_asked(const struct tree_fate *fate)
{
    return fate->fate == FATE_KILLED || fate->fate == FATE_ALREADY_GONE ||
           fate->fate == FATE_SUSPENDED || fate->fate == FATE_RESUMED ||
           fate->fate == FATE_LEFT_OUT;
}

/* What lives and was suspended on the way: let go again, if so wished. */
static void resume_rest(struct runner *runner, bool failed)
{
    struct hand *hand = runner->run->hand;
    bool wished = runner->run->resume_rest &&
                  (failed || runner->result->cancelled || kind_of(runner) == ACT_KILL_TREE);
    for (size_t i = runner->result->count; wished && i-- > 0;) {
        struct tree_fate *fate = &runner->result->fates[i];
        if (!fate->stays_suspended || !runner->grips[i])
            continue;
        struct failure failure = {.status = ST_OK};
        if (hand->class->resume(hand, runner->grips[i], &failure) == ST_OK) {
            fate->stays_suspended = false;
            if (fate->fate == FATE_SUSPENDED)
                fate->fate = FATE_RESUMED;
        }
    }
}

static void conclude(struct runner *runner, int64_t begun)
{
    struct tree_result *result = runner->result;
    bool failed = false;
    for (size_t i = 0; i < result->count; i++) {
        struct tree_fate *fate = &result->fates[i];
        /* Suspended on the way to be killed, and then it was cancelled. */
        if (fate->fate == FATE_PENDING && !result->cancelled)
            fate->fate = FATE_SURVIVED;
        failed = failed || !is_as_asked(fate);
    }
    resume_rest(runner, failed);
    for (size_t i = 0; i < result->count; i++) {
        const struct tree_fate *fate = &result->fates[i];
        result->done += fate->fate != FATE_LEFT_OUT && is_as_asked(fate);
        result->survived += !is_as_asked(fate);
    }
    result->took = runner->run->hand->class->ticks(runner->run->hand) - begun;
    tell_end(runner);
}

static void free_runner(struct runner *runner)
{
    for (size_t i = 0; i < runner->result->count; i++)
        hand_release(runner->run->hand, runner->grips[i]);
    index_done(&runner->index);
    memory_give(runner->grips);
    memory_give((void *)runner->sorted);
}

enum status tree_run(const struct tree_run *run, struct tree_result *result,
                     struct failure *failure)
{
    struct tree_result made = {.arena = arena_new(RESULT_CEILING)};
    struct runner runner = {.run = run, .result = &made};
    int64_t begun = run->hand->class->ticks(run->hand);
    enum status status = made.arena ? take_plan(&runner) : ST_NO_MEMORY;
    if (status == ST_OK)
        status = tell_new_members(&runner);
    bool touched = status == ST_OK;
    if (touched && run->plan->kind == ACT_KILL_TREE)
        status = kill_tree(&runner, failure);
    else if (touched && run->plan->kind == ACT_SUSPEND_TREE)
        status = freeze(&runner, 0, failure);
    else if (touched)
        status = resume_tree(&runner);
    if (touched) {
        if (run->plan->kind == ACT_SUSPEND_TREE)
            made.settled = status == ST_OK && !made.cancelled;
        conclude(&runner, begun);
    }
    free_runner(&runner);
    if (touched) {
        *result = made;
        return ST_OK;
    }
    failure->status = status;
    tree_result_done(&made);
    return status;
}

void tree_result_done(struct tree_result *result)
{
    memory_give(result->fates);
    arena_free(result->arena);
    *result = (struct tree_result){.arena = NULL};
}

const char *fate_phrase(enum fate fate)
{
    static const char *const phrases[FATE_COUNT] = {
        [FATE_PENDING] = "not reached",
        [FATE_KILLED] = "killed",
        [FATE_ALREADY_GONE] = "had ended already",
        [FATE_SUSPENDED] = "suspended",
        [FATE_RESUMED] = "resumed",
        [FATE_LEFT_OUT] = "left out",
        [FATE_GUARDED] = "not touched: Windows stops when it ends",
        [FATE_SURVIVED] = "not done",
    };
    return fate < FATE_COUNT ? phrases[fate] : "";
}
