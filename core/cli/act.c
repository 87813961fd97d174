/* suspend, resume, restart, kill, and the same for trees. */
#include "core/cli/order.h"
#include "core/cli/text/show_act.h"

#define OUTPUT_CEILING ((size_t)1 << 27)

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

/* --- one process --- */

static enum exit_status act_on_one(struct order *order)
{
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (order->arguments->dry_run) {
        show_order(&out, order->kind, &order->target);
        return console_hand_out(&out, EXIT_FOUND);
    }
    show_order(&out, order->kind, &order->target);
    bool agreed = order_is_agreed(order, buffer_text(&out));
    buffer_clear(&out);
    if (!agreed || !order_get_ready(order)) {
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
    return console_hand_out(&out, deed_succeeded(order->kind, result.outcome) ? EXIT_FOUND
                                  : result.outcome == DEED_NOT_WRITTEN        ? EXIT_TROUBLE
                                                                              : EXIT_NOTHING);
}

/* --- a tree --- */

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
    return console_hand_out(&out, status);
}

static enum exit_status act_on_tree(struct order *order)
{
    struct tree_plan *plan = NULL;
    struct failure failure = {
        .status = tree_plan_new(order->snapshot, order->row, order->self, order->kind, &plan)};
    if (failure.status != ST_OK)
        return say_failure(text_of("can't see who belongs to the tree"), &failure);
    order_tick(order, plan);
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (order->arguments->json && order->arguments->dry_run)
        show_plan_json(&out, plan);
    else
        show_plan(&out, plan);
    enum exit_status result = EXIT_TROUBLE;
    if (order->arguments->dry_run) {
        result = console_hand_out(&out, EXIT_FOUND);
    } else {
        if (order_is_agreed(order, buffer_text(&out)) && order_get_ready(order))
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
    const struct failure failure = {.status = order_find(&order, arguments->pid)};
    enum exit_status result = EXIT_TROUBLE;
    if (failure.status != ST_OK)
        return say_failure(text_of("can't look at this machine"), &failure);
    if (order.row == NO_ROW && (!arguments->start || act_is_tree(order.kind)))
        result = order_say_nobody(&order);
    else if (order.row == NO_ROW)
        result = act_on_one(&order); /* it is gone, and the journal says so */
    else if (order_passes_rails(&order))
        result = act_is_tree(order.kind) ? act_on_tree(&order) : act_on_one(&order);
    order_done(&order);
    return result;
}
