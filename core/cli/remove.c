/* remove: a file taken away. */
#include "core/cli/look.h"
#include "core/cli/meter.h"
#include "core/cli/order.h"
#include "core/cli/text/show_remove.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/act/removal_find.h"
#include "core/windows/act/removal_hand.h"
#include "core/windows/act/removal_look.h"
#include "core/windows/evidence/live_evidence.h"
#include "core/windows/privilege.h"

#define OUTPUT_CEILING ((size_t)1 << 27)

/* What one command works with. */
struct removing {
    struct order order; /* the case, the snapshot, the question */
    struct removal_sight *sight;
    struct removal_lists lists;
    struct removal_order what;
    bool elevated;
    bool lost; /* nothing can be written any more */
};

static enum exit_status say_bar(const struct removing *removing, enum removal_bar bar)
{
    const struct failure *why = &removing->sight->why;
    struct buffer code;
    buffer_init(&code, 4096);
    if (bar == REMOVAL_BAR_NAME && why->status != ST_OK) {
        buffer_add_string(&code, ": ");
        deed_add_failure(&code, why);
    }
    if (bar == REMOVAL_BAR_RIGHTS)
        buffer_add_string(&code, "; start this program as administrator");
    if (removing->sight->led) {
        buffer_add_string(&code, "; it leads to ");
        buffer_add(&code, removing->sight->path);
    }
    SAY(text_of("can't remove "), removing->sight->asked, text_of(": "),
        text_from(removal_bar_phrase(bar)), buffer_text(&code));
    buffer_done(&code);
    return bar == REMOVAL_BAR_NOTHING ? EXIT_NOTHING : EXIT_TROUBLE;
}

/* Where the case is, or will be. */
static enum status look_at_it(struct removing *removing, const struct arguments *arguments)
{
    struct buffer folder;
    buffer_init(&folder, 1u << 17);
    if (arguments->folder.size)
        buffer_add(&folder, arguments->folder);
    else
        case_folder_default(&folder);
    enum status status = folder.failed;
    if (status == ST_OK)
        status = removal_look(arguments->operands.items[0], true, buffer_text(&folder), NULL,
                              &removing->sight);
    buffer_done(&folder);
    return status;
}

/* False: there was no memory, or it was cancelled, which was said. What could not be searched is
 * told with what was found. */
static bool search(struct removing *removing)
{
    enum status partly;
    struct failure failure = {.status =
                                  look(NULL, ROUND_PROCESSES, &removing->order.snapshot, &partly)};
    if (failure.status != ST_OK) {
        say_failure(text_of("can't look at this machine"), &failure);
        return false;
    }
    const struct removal_finder finder = {
        .sight = removing->sight,
        .snapshot = removing->order.snapshot,
        .self = live_hand_self(),
        .lists = &removing->lists,
    };
    struct progress *progress = meter_begin();
    failure.status = removal_find_users(&finder, progress);
    if (failure.status != ST_CANCELLED && failure.status != ST_NO_MEMORY)
        failure.status = removal_find_places(&finder, progress);
    meter_end();
    if (failure.status != ST_CANCELLED && failure.status != ST_NO_MEMORY)
        return true;
    say_failure(text_of("nothing was done"), &failure);
    return false;
}

static void tell(void *context, const struct removal_told *told)
{
    struct removing *removing = context;
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (removing->order.arguments->json)
        show_removal_step_json(&out, told);
    else
        show_removal_step(&out, told);
    removing->lost |= out.failed != ST_OK || !console_write(buffer_text(&out));
    buffer_done(&out);
}

static enum exit_status exit_of(const struct removal_result *result)
{
    if (result->outcome == REMOVAL_NOT_WRITTEN)
        return EXIT_TROUBLE;
    return removal_worked(result->outcome) ? EXIT_FOUND : EXIT_NOTHING;
}

static enum exit_status run(struct removing *removing)
{
    const struct text folder = case_folder_path(removing->order.folder);
    const struct evidence_means evidence = live_evidence_means(&folder);
    const struct removal_means means = removal_means_of_system(&folder);
    const struct act_log log = case_folder_log(removing->order.folder);
    const struct removal_tools tools = {
        .means = &means,
        .evidence = &evidence,
        .hand = removing->order.hand,
        .log = &log,
        .progress = meter_begin(),
    };
    const struct removal_listener listener = {tell, removing};
    struct removal_result result;
    removal_run(&tools, &removing->what, removing->elevated, &listener, &result);
    meter_end();
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (removing->order.arguments->json)
        show_removal_result_json(&out, &removing->what, &result);
    else
        show_removal_result(&out, &removing->what, &result);
    enum exit_status status = console_hand_out(&out, exit_of(&result));
    removal_result_done(&result);
    return removing->lost ? console_lost() : status;
}

static enum exit_status ask_and_run(struct removing *removing)
{
    const struct arguments *arguments = removing->order.arguments;
    enum removal_bar bar = removal_order_bar(&removing->what, removing->elevated);
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (arguments->json && arguments->dry_run) {
        show_removal_plan_json(&out, &removing->what, removing->elevated);
        return console_hand_out(&out, EXIT_FOUND);
    }
    show_removal_found(&out, &removing->what);
    show_removal_plan(&out, &removing->what, removing->elevated);
    if (arguments->dry_run)
        return console_hand_out(&out, EXIT_FOUND);
    bool agreed = bar == REMOVAL_FREE && order_is_agreed(&removing->order, buffer_text(&out)) &&
                  order_get_ready(&removing->order);
    buffer_done(&out);
    if (bar != REMOVAL_FREE)
        return say_bar(removing, bar);
    return agreed ? run(removing) : EXIT_TROUBLE;
}

enum exit_status command_remove(const struct arguments *arguments)
{
    struct removing removing = {
        .order = {.arguments = arguments, .kind = ACT_KILL, .row = NO_ROW},
        .elevated = privilege_is_elevated(),
    };
    struct failure failure = {.status = look_at_it(&removing, arguments)};
    enum exit_status result = EXIT_TROUBLE;
    if (failure.status == ST_OK)
        failure.status = removal_lists_init(&removing.lists);
    removing.what = (struct removal_order){
        .sight = removing.sight,
        .lists = &removing.lists,
        .way = arguments->removal_way,
        .sample = arguments->sample ||
                  (arguments->removal_way != REMOVAL_QUARANTINE && !arguments->no_sample),
        .kill = arguments->kill,
        .close = arguments->close_handles,
    };
    if (failure.status != ST_OK) {
        say_failure(text_of("can't look at it"), &failure);
    } else {
        enum removal_bar bar = removal_bar_of(removing.sight);
        if (bar != REMOVAL_FREE)
            result = say_bar(&removing, bar);
        else if (search(&removing))
            result = ask_and_run(&removing);
    }
    order_done(&removing.order);
    removal_lists_done(&removing.lists);
    removal_sight_free(removing.sight);
    return result;
}
