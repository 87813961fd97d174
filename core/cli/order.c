#include "core/cli/order.h"

#include <windows.h>

#include "core/cli/look.h"
#include "core/cli/open_case.h"
#include "core/cli/text/show.h"
#include "core/windows/act/live_hand.h"

#define ANSWER_MOST 64

/* --- whom it is about --- */

enum status order_find(struct order *order, uint32_t pid)
{
    enum status partly;
    enum status status = look(NULL, ROUND_PROCESSES, &order->snapshot, &partly);
    if (status != ST_OK)
        return status;
    order->self = live_hand_self();
    order->row = snapshot_process_by_pid(order->snapshot, pid);
    const struct process_facts *facts =
        order->row == NO_ROW ? NULL : order->snapshot->processes[order->row].facts;
    order->target = (struct deed_target){.key = {.pid = pid}, .facts = facts};
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

enum exit_status order_say_about(const struct order *order, const char *what, const char *more)
{
    struct buffer whom;
    buffer_init(&whom, 1u << 16);
    if (order->target.facts)
        show_process(&whom, order->target.facts);
    else
        buffer_add_unsigned(&whom, order->target.key.pid);
    SAY(text_from(command_name(order->arguments->command)), text_of(": "), buffer_text(&whom),
        text_from(what), text_from(more));
    buffer_done(&whom);
    return EXIT_TROUBLE;
}

/* Without --start there is nothing that could have been meant. */
enum exit_status order_say_nobody(const struct order *order)
{
    order_say_about(order, ": there is no such process; ps prints those that run", "");
    return EXIT_NOTHING;
}

/* --- may it be done --- */

bool order_passes_rails(const struct order *order)
{
    struct verdict verdict = rails_judge(order->snapshot, order->row, order->self, order->kind);
    struct text name = order->target.facts->name;
    if (verdict.rail == RAIL_FORBIDDEN) {
        order_say_about(order, " can't be touched: ", guard_phrase(verdict.guard));
        return false;
    }
    if (verdict.rail == RAIL_TYPE_NAME && !rails_name_typed(order->arguments->name, name)) {
        order_say_about(order, " is guarded: ", guard_phrase(verdict.guard));
        SAY(text_of("to do it all the same, give --name "), name);
        return false;
    }
    if (verdict.rail == RAIL_ASK)
        order_say_about(order, ": mind that ", guard_phrase(verdict.guard));
    return true;
}

static bool needs_question(enum act_kind kind)
{
    return kind == ACT_KILL || kind == ACT_RESTART || kind == ACT_KILL_TREE ||
           kind == ACT_KILL_THREAD;
}

/* Asks on the console; what is not a console can't be asked. */
bool order_is_agreed(const struct order *order, struct text what)
{
    if (order->arguments->yes || !needs_question(order->kind))
        return true;
    HANDLE input = GetStdHandle(STD_INPUT_HANDLE);
    DWORD mode;
    if (!GetConsoleMode(input, &mode)) {
        SAY(text_from(command_name(order->arguments->command)),
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
void order_tick(const struct order *order, struct tree_plan *plan)
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

bool order_open_case(struct order *order)
{
    order->folder = open_case(order->arguments, "nothing was done, for want of a journal: ");
    return order->folder != NULL;
}

bool order_get_ready(struct order *order)
{
    if (!order_open_case(order))
        return false;
    const struct failure failure = {.status = live_hand_new(NULL, &order->hand)};
    if (failure.status != ST_OK)
        say_failure(text_of("nothing was done"), &failure);
    return failure.status == ST_OK;
}

void order_done(struct order *order)
{
    hand_free(order->hand);
    case_folder_close(order->folder, NULL);
    snapshot_release(order->snapshot);
}
