#include "core/cli/text/show_act.h"

#include "core/case/json_write.h"
#include "core/cli/text/show.h"
#include "core/cli/text/visible.h"

static void add_target(struct buffer *out, const struct deed_target *target)
{
    if (target->facts) {
        show_process(out, target->facts);
        return;
    }
    buffer_add_string(out, "PID ");
    buffer_add_unsigned(out, target->key.pid);
}

void show_order(struct buffer *out, enum act_kind kind, const struct deed_target *target)
{
    buffer_add_string(out, act_name(kind));
    buffer_add_byte(out, ' ');
    add_target(out, target);
    buffer_add_string(out, ", started ");
    show_moment(out, target->key.start, true);
    buffer_add_string(out, " UTC\n");
}

void show_deed(struct buffer *out, enum act_kind kind, const struct deed_target *target,
               const struct deed_result *result)
{
    add_target(out, target);
    buffer_add_string(out, ": ");
    deed_add_outcome(out, kind, result);
    buffer_add_byte(out, '\n');
    if (result->outcome == DEED_NOT_RESTARTED && target->facts) {
        buffer_add_string(out, "its command line was: ");
        show_fact(out, &target->facts->command);
        buffer_add_byte(out, '\n');
    }
}

/* {"process":{…},"event":{"action":…,"outcome":…,"reason":…}, left open for more members. */
static void open_line(struct json_writer *json, struct buffer *out, enum act_kind kind,
                      struct process_key key, struct text name)
{
    json_begin(json, out);
    json_open_object(json, NULL);
    json_open_object(json, "process");
    json_unsigned(json, "pid", key.pid);
    if (name.size)
        json_text(json, "name", name);
    json_moment(json, "start", key.start, true);
    json_close_object(json);
    json_open_object(json, "event");
    json_string(json, "action", act_name(kind));
}

void show_deed_json(struct buffer *out, enum act_kind kind, const struct deed_target *target,
                    const struct deed_result *result)
{
    struct json_writer json;
    struct buffer words;
    buffer_init(&words, 1u << 16);
    deed_add_outcome(&words, kind, result);
    open_line(&json, out, kind, target->key,
              target->facts ? target->facts->name : (struct text){NULL, 0});
    json_string(&json, "outcome", deed_ecs_outcome(kind, result->outcome));
    json_text(&json, "reason", buffer_text(&words));
    json_close_object(&json);
    json_open_object(&json, "stakeout");
    if (result->seen.ended)
        json_unsigned(&json, "exit_code", result->seen.exit_code);
    else if (result->seen.counts == READ_OK && !result->seen.uncounted)
        json_unsigned(&json, "suspend_count", result->seen.least_count);
    if (result->reborn.pid)
        json_unsigned(&json, "restarted_as", result->reborn.pid);
    json_milliseconds(&json, "took_ms", result->took);
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_byte(out, '\n');
    buffer_done(&words);
}

static const char *group_word(enum tree_group group)
{
    switch (group) {
    case TREE_ROOT:
        return "root";
    case TREE_CHILD:
        return "child";
    case TREE_ORPHAN:
        return "orphan";
    case TREE_UNSURE:
        return "unsure";
    }
    return "";
}

/* Why it is not ticked. */
static void add_objection(struct buffer *out, const struct tree_member *member)
{
    if (member->verdict.guard != GUARD_NONE && member->verdict.rail != RAIL_FREE) {
        buffer_add_string(out, ": ");
        buffer_add_string(out, guard_phrase(member->verdict.guard));
    } else if (member->group == TREE_ORPHAN && !member->ticked) {
        buffer_add_string(out, ": one between it and the tree has ended");
    } else if (member->group == TREE_UNSURE && !member->ticked) {
        buffer_add_string(out, ": whether it belongs to the tree can't be verified");
    }
}

void show_plan(struct buffer *out, const struct tree_plan *plan)
{
    buffer_add_string(out, act_name(plan->kind));
    buffer_add_string(out, plan->kind == ACT_KILL_TREE
                               ? ", suspended in this order and killed from the last one up:\n"
                               : ", in this order:\n");
    for (size_t i = 0; i < plan->count; i++) {
        const struct tree_member *member = &plan->members[i];
        buffer_add_string(out, member->ticked ? "  [x] " : "  [ ] ");
        for (uint32_t depth = 0; depth < member->depth && depth < 16; depth++)
            buffer_add_string(out, "  ");
        show_process(out, member->facts);
        add_objection(out, member);
        buffer_add_byte(out, '\n');
    }
}

void show_plan_json(struct buffer *out, const struct tree_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct tree_member *member = &plan->members[i];
        struct json_writer json;
        open_line(&json, out, plan->kind, member->key, member->facts->name);
        json_close_object(&json);
        json_open_object(&json, "stakeout");
        json_bool(&json, "ticked", member->ticked);
        json_string(&json, "group", group_word(member->group));
        json_unsigned(&json, "depth", member->depth);
        if (member->verdict.guard != GUARD_NONE)
            json_string(&json, "guard", guard_phrase(member->verdict.guard));
        json_close_object(&json);
        json_close_object(&json);
        buffer_add_byte(out, '\n');
    }
}

static void add_fate(struct buffer *out, const struct tree_fate *fate)
{
    buffer_add_string(out, fate_phrase(fate->fate));
    if (fate->fate == FATE_SURVIVED && fate->failure.status == ST_BUSY)
        buffer_add_string(out, ": the system said yes, but it is still there");
    else if (fate->fate == FATE_SURVIVED && fate->failure.status != ST_OK) {
        buffer_add_string(out, ": ");
        buffer_add_string(out, status_phrase(fate->failure.status));
    }
    if (fate->stays_suspended && fate->fate != FATE_SUSPENDED)
        buffer_add_string(out, ", and stays suspended");
    if (fate->found_later)
        buffer_add_string(out, " (started meanwhile)");
}

void show_tree_result(struct buffer *out, enum act_kind kind, const struct tree_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        const struct tree_fate *fate = &result->fates[i];
        visible_add(out, fate->name);
        buffer_add_string(out, " (");
        buffer_add_unsigned(out, fate->key.pid);
        buffer_add_string(out, "): ");
        add_fate(out, fate);
        buffer_add_byte(out, '\n');
    }
    buffer_add_string(out, act_name(kind));
    buffer_add_string(out, ": ");
    buffer_add_unsigned(out, result->done);
    buffer_add_string(out, " done, ");
    buffer_add_unsigned(out, result->survived);
    buffer_add_string(out, " not");
    if (result->cancelled)
        buffer_add_string(out, "; cancelled");
    else if (!result->settled)
        buffer_add_string(out, "; new ones kept appearing, or could not be looked for");
    buffer_add_byte(out, '\n');
}

void show_tree_result_json(struct buffer *out, enum act_kind kind, const struct tree_result *result)
{
    struct buffer words;
    buffer_init(&words, 1u << 16);
    for (size_t i = 0; i < result->count; i++) {
        const struct tree_fate *fate = &result->fates[i];
        struct json_writer json;
        bool failed =
            fate->fate == FATE_SURVIVED || fate->fate == FATE_GUARDED || fate->fate == FATE_PENDING;
        buffer_clear(&words);
        add_fate(&words, fate);
        open_line(&json, out, kind, fate->key, fate->name);
        json_string(&json, "outcome", failed ? "failure" : "success");
        json_text(&json, "reason", buffer_text(&words));
        json_close_object(&json);
        json_open_object(&json, "stakeout");
        json_bool(&json, "left_out", fate->fate == FATE_LEFT_OUT);
        json_bool(&json, "found_later", fate->found_later);
        json_bool(&json, "stays_suspended", fate->stays_suspended);
        json_close_object(&json);
        json_close_object(&json);
        buffer_add_byte(out, '\n');
    }
    if (words.failed != ST_OK && out->failed == ST_OK)
        out->failed = words.failed;
    buffer_done(&words);
}
