/* suspend, resume, restart, kill, and the same for trees. */
#include <windows.h>

#include "core/cli/commands.h"
#include "core/cli/look.h"
#include "core/cli/text/show.h"
#include "core/cli/text/show_act.h"
#include "core/windows/case_folder.h"
#include "core/windows/live_hand.h"

#define OUTPUT_CEILING ((size_t)1 << 27)
#define ANSWER_MOST 64

/* What one command works with. */
struct order {
    const struct arguments *arguments;
    enum act_kind kind;
    const struct snapshot *snapshot;
    uint32_t row; /* NO_ROW: nothing runs with this PID, or not what --start means */
    struct process_key self;
    struct deed_target target;
    struct case_folder *folder;
    struct hand *hand;
};

static enum act_kind kind_of(enum command command)
{
    switch (command) {
    case COMMAND_SUSPEND:
        return ACT_SUSPEND;
    case COMMAND_RESUME:
        return ACT_RESUME;
    case COMMAND_RESTART:
        return ACT_RESTART;
    case COMMAND_KILL_TREE:
        return ACT_KILL_TREE;
    case COMMAND_SUSPEND_TREE:
        return ACT_SUSPEND_TREE;
    case COMMAND_RESUME_TREE:
        return ACT_RESUME_TREE;
    default:
        return ACT_KILL;
    }
}

static bool is_tree(enum act_kind kind)
{
    return kind == ACT_KILL_TREE || kind == ACT_SUSPEND_TREE || kind == ACT_RESUME_TREE;
}

static enum exit_status hand_out(struct buffer *out, enum exit_status result)
{
    const struct failure failure = {.status = out->failed};
    if (out->failed != ST_OK)
        result = say_failure(text_of("can't put the result together"), &failure);
    else if (!console_write(buffer_text(out)))
        result = console_lost();
    buffer_done(out);
    return result;
}

/* --- whom it is about --- */

static enum status find_target(struct order *order)
{
    enum status partly;
    enum status status = look(NULL, ROUND_PROCESSES, &order->snapshot, &partly);
    if (status != ST_OK)
        return status;
    order->self = live_hand_self();
    order->row = snapshot_process_by_pid(order->snapshot, order->arguments->pid);
    const struct process_facts *facts =
        order->row == NO_ROW ? NULL : order->snapshot->processes[order->row].facts;
    order->target = (struct deed_target){.key = {.pid = order->arguments->pid}, .facts = facts};
    if (facts)
        order->target.key = facts->key;
    if (order->arguments->start) {
        order->target.key.start = order->arguments->start;
        if (facts && facts->key.start != order->arguments->start) {
            order->row = NO_ROW;
            order->target.facts = NULL;
        }
    }
    return ST_OK;
}

static enum exit_status say_about(const struct order *order, const char *what, const char *more)
{
    struct buffer whom;
    buffer_init(&whom, 1u << 16);
    if (order->target.facts)
        show_process(&whom, order->target.facts);
    else
        buffer_add_unsigned(&whom, order->target.key.pid);
    SAY(text_from(act_name(order->kind)), text_of(": "), buffer_text(&whom), text_from(what),
        text_from(more));
    buffer_done(&whom);
    return EXIT_TROUBLE;
}

/* Without --start there is nothing that could have been meant. */
static enum exit_status say_nobody(const struct order *order)
{
    say_about(order, ": there is no such process; ps prints those that run", "");
    return EXIT_NOTHING;
}

/* --- may it be done --- */

static bool passes_rails(const struct order *order)
{
    struct verdict verdict = rails_judge(order->snapshot, order->row, order->self, order->kind);
    struct text name = order->target.facts->name;
    if (verdict.rail == RAIL_FORBIDDEN) {
        say_about(order, " can't be touched: ", guard_phrase(verdict.guard));
        return false;
    }
    if (verdict.rail == RAIL_TYPE_NAME && !rails_name_typed(order->arguments->name, name)) {
        say_about(order, " is guarded: ", guard_phrase(verdict.guard));
        SAY(text_of("to do it all the same, give --name "), name);
        return false;
    }
    if (verdict.rail == RAIL_ASK)
        say_about(order, ": mind that ", guard_phrase(verdict.guard));
    return true;
}

static bool needs_question(enum act_kind kind)
{
    return kind == ACT_KILL || kind == ACT_RESTART || kind == ACT_KILL_TREE;
}

/* Asks on the console; what is not a console can't be asked. */
static bool is_agreed(const struct order *order, struct text what)
{
    if (order->arguments->yes || !needs_question(order->kind))
        return true;
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD mode;
    if (!GetConsoleMode(input, &mode)) {
        SAY(text_from(act_name(order->kind)),
            text_of(": give --yes (there is no console to ask on), or --dry-run to see what it "
                    "does"));
        return false;
    }
    console_write_error(what);
    console_write_error(text_of("do it? [y/N] "));
    wchar_t answer[ANSWER_MOST];
    DWORD got = 0;
    bool yes = ReadConsoleW(input, answer, ANSWER_MOST, &got, NULL) && got &&
               (answer[0] == L'y' || answer[0] == L'Y');
    if (!yes)
        SAY(text_of("nothing was done"));
    return yes;
}

static bool get_ready(struct order *order)
{
    struct buffer problem;
    buffer_init(&problem, 1u << 16);
    bool opened = case_folder_open(order->arguments->folder, &order->folder, &problem) == ST_OK;
    if (!opened)
        SAY(text_of("nothing was done, for want of a journal: "), buffer_text(&problem),
            text_of("; give another folder with --case"));
    buffer_done(&problem);
    if (!opened)
        return false;
    const struct failure failure = {.status = live_hand_new(NULL, &order->hand)};
    if (failure.status != ST_OK)
        say_failure(text_of("nothing was done"), &failure);
    return failure.status == ST_OK;
}

/* --- one process --- */

static enum exit_status act_on_one(struct order *order)
{
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (order->arguments->dry_run) {
        show_order(&out, order->kind, &order->target);
        return hand_out(&out, EXIT_FOUND);
    }
    show_order(&out, order->kind, &order->target);
    bool agreed = is_agreed(order, buffer_text(&out));
    buffer_clear(&out);
    if (!agreed || !get_ready(order)) {
        buffer_done(&out);
        return EXIT_TROUBLE;
    }
    const struct act_log log = case_folder_log(order->folder);
    struct deed_result result;
    deed_do(order->hand, &log, order->kind, &order->target, &result);
    if (order->arguments->json)
        show_deed_json(&out, order->kind, &order->target, &result);
    else
        show_deed(&out, order->kind, &order->target, &result);
    return hand_out(&out, deed_succeeded(order->kind, result.outcome) ? EXIT_FOUND
                          : result.outcome == DEED_NOT_WRITTEN        ? EXIT_TROUBLE
                                                                      : EXIT_NOTHING);
}

/* --- a tree --- */

static bool is_left(const struct arguments *arguments, uint32_t pid)
{
    for (size_t i = 0; i < arguments->leave.count; i++) {
        uint64_t number = 0;
        if (text_number(arguments->leave.items[i], UINT32_MAX, &number) && number == pid)
            return true;
    }
    return false;
}

/* The ticks of the window, said in options. */
static void tick(const struct order *order, struct tree_plan *plan)
{
    const struct arguments *arguments = order->arguments;
    for (size_t i = 0; i < plan->count; i++) {
        struct tree_member *member = &plan->members[i];
        if (member->group == TREE_ORPHAN && member->verdict.rail == RAIL_FREE)
            member->ticked = arguments->orphans;
        if (member->verdict.rail == RAIL_TYPE_NAME)
            member->ticked = rails_name_typed(arguments->name, member->facts->name);
        if (member->verdict.rail == RAIL_ASK && member->group != TREE_UNSURE)
            member->ticked = member->group != TREE_ORPHAN || arguments->orphans;
        if (is_left(arguments, member->key.pid))
            member->ticked = false;
    }
}

static enum exit_status run_tree(struct order *order, const struct tree_plan *plan)
{
    const struct act_log log = case_folder_log(order->folder);
    const struct tree_run run = {
        .hand = order->hand,
        .log = &log,
        .plan = plan,
        .resume_rest = order->arguments->resume_rest,
    };
    struct tree_result result;
    struct failure failure = {.status = ST_OK};
    if (tree_run(&run, &result, &failure) != ST_OK)
        return say_failure(text_of("nothing was done"), &failure);
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (order->arguments->json)
        show_tree_result_json(&out, order->kind, &result);
    else
        show_tree_result(&out, order->kind, &result);
    enum exit_status status = result.survived || !result.settled ? EXIT_NOTHING : EXIT_FOUND;
    tree_result_done(&result);
    return hand_out(&out, status);
}

static enum exit_status act_on_tree(struct order *order)
{
    struct tree_plan *plan = NULL;
    struct failure failure = {
        .status = tree_plan_new(order->snapshot, order->row, order->self, order->kind, &plan)};
    if (failure.status != ST_OK)
        return say_failure(text_of("can't see who belongs to the tree"), &failure);
    tick(order, plan);
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (order->arguments->json && order->arguments->dry_run)
        show_plan_json(&out, plan);
    else
        show_plan(&out, plan);
    enum exit_status result = EXIT_TROUBLE;
    if (order->arguments->dry_run) {
        result = hand_out(&out, EXIT_FOUND);
    } else {
        if (is_agreed(order, buffer_text(&out)) && get_ready(order))
            result = run_tree(order, plan);
        buffer_done(&out);
    }
    tree_plan_free(plan);
    return result;
}

enum exit_status command_act(const struct arguments *arguments)
{
    struct order order = {
        .arguments = arguments, .kind = kind_of(arguments->command), .row = NO_ROW};
    const struct failure failure = {.status = find_target(&order)};
    enum exit_status result = EXIT_TROUBLE;
    if (failure.status != ST_OK)
        return say_failure(text_of("can't look at this machine"), &failure);
    if (order.row == NO_ROW && (!arguments->start || is_tree(order.kind)))
        result = say_nobody(&order);
    else if (order.row == NO_ROW)
        result = act_on_one(&order); /* it is gone, and the journal says so */
    else if (passes_rails(&order))
        result = is_tree(order.kind) ? act_on_tree(&order) : act_on_one(&order);
    hand_free(order.hand);
    case_folder_close(order.folder, NULL);
    snapshot_release(order.snapshot);
    return result;
}
