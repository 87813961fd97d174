/* kill-thread: ends one thread of a process, watches the process and tells what became of it. */
#include <string.h>

#include "core/cli/order.h"
#include "core/cli/parts.h"
#include "core/cli/text/show_thread.h"
#include "core/windows/act/thread_act.h"
#include "core/windows/act/window_answer.h"

#define OUTPUT_CEILING ((size_t)1 << 24)

/* "kill-thread: thread 5 " and the text, on standard error. */
static void say_of_thread(uint32_t tid, const char *what)
{
    struct buffer number;
    buffer_init(&number, 32);
    buffer_add_unsigned(&number, tid);
    SAY(text_of("kill-thread: thread "), buffer_text(&number), text_from(what));
    buffer_done(&number);
}

/* EXIT_FOUND: it is there, and it is the one that is meant. */
static enum exit_status find_thread(const struct arguments *arguments,
                                    const struct thread_hand *hand, struct thread_key *key)
{
    struct failure failure = {.status = ST_OK};
    enum status status = hand->find(hand->context, arguments->tid, key, &failure);
    if (status == ST_GONE) {
        say_of_thread(arguments->tid, " does not run; info prints those of a process");
        return EXIT_NOTHING;
    }
    if (status != ST_OK)
        return say_failure(text_of("can't find out whose the thread is"), &failure);
    if (arguments->pid && arguments->pid != key->owner.pid) {
        say_of_thread(arguments->tid, " is another process's by now, not that of --pid");
        return EXIT_TROUBLE;
    }
    if (arguments->start && arguments->start != key->owner.start) {
        say_of_thread(arguments->tid, " is of a process that started at another time");
        return EXIT_TROUBLE;
    }
    return EXIT_FOUND;
}

static const struct thread_info *find_info(const struct process_parts *parts,
                                           const struct thread_key *key)
{
    for (size_t i = 0; parts && i < parts->thread_count; i++)
        if (parts->threads[i].tid == key->tid && parts->threads[i].created == key->created)
            return &parts->threads[i];
    return NULL;
}

/* What the listener works with. */
struct teller {
    const struct thread_target *target;
    bool json;
    bool told;
    bool lost; /* nothing can be written any more */
};

/* People see the deed at once, and the rest when it is known. */
static bool tell(void *context, const struct thread_report *report)
{
    struct teller *teller = context;
    struct buffer out;
    if (teller->json || (teller->told && !report->after.over))
        return true;
    buffer_init(&out, OUTPUT_CEILING);
    if (!teller->told)
        show_thread_deed(&out, teller->target, report);
    if (report->after.over)
        show_aftermath(&out, teller->target, report);
    teller->told = true;
    teller->lost |= out.failed != ST_OK || !console_write(buffer_text(&out));
    buffer_done(&out);
    return true;
}

static enum exit_status exit_of(const struct thread_report *report)
{
    if (report->unwritten)
        return EXIT_TROUBLE;
    return strcmp(thread_report_outcome(report), "success") == 0 ? EXIT_FOUND : EXIT_NOTHING;
}

static enum exit_status end_thread(struct order *order, const struct thread_hand *hand,
                                   const struct thread_target *target)
{
    const struct act_log log = case_folder_log(order->folder);
    const struct window_probe windows = window_probe_of_system();
    const struct thread_tools tools = {
        .threads = hand, .processes = order->hand, .windows = &windows, .log = &log};
    struct teller teller = {.target = target, .json = order->arguments->json};
    const struct thread_listener listener = {tell, &teller};
    struct thread_report report;
    thread_deed_do(&tools, THREAD_DEED_TERMINATE, target, &listener, &report);
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (order->arguments->json)
        show_thread_json(&out, target, &report);
    enum exit_status result = console_hand_out(&out, exit_of(&report));
    return teller.lost ? console_lost() : result;
}

static enum exit_status act(struct order *order, const struct thread_hand *hand,
                            const struct thread_target *target)
{
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (order->arguments->dry_run && order->arguments->json)
        show_thread_order_json(&out, THREAD_DEED_TERMINATE, target);
    else
        show_thread_order(&out, THREAD_DEED_TERMINATE, target);
    if (order->arguments->dry_run)
        return console_hand_out(&out, EXIT_FOUND);
    bool agreed = order_is_agreed(order, buffer_text(&out)) && order_get_ready(order);
    buffer_done(&out);
    return agreed ? end_thread(order, hand, target) : EXIT_TROUBLE;
}

enum exit_status command_kill_thread(const struct arguments *arguments)
{
    struct order order = {.arguments = arguments, .kind = ACT_KILL_THREAD, .row = NO_ROW};
    const struct thread_hand hand = thread_hand_of(NULL);
    struct thread_target target = {.key = {.tid = arguments->tid}};
    enum exit_status result = find_thread(arguments, &hand, &target.key);
    if (result != EXIT_FOUND)
        return result;
    const struct failure failure = {.status = order_find(&order, target.key.owner.pid)};
    if (failure.status != ST_OK)
        return say_failure(text_of("can't look at this machine"), &failure);
    result = EXIT_TROUBLE;
    if (order.row == NO_ROW || !process_key_equal(order.target.key, target.key.owner)) {
        say_of_thread(arguments->tid, " has ended, with its process");
        result = EXIT_NOTHING;
    } else if (order_passes_rails(&order)) {
        struct process_parts *parts = parts_of(target.key.owner);
        target.facts = order.target.facts;
        target.thread = find_info(parts, &target.key);
        result = act(&order, &hand, &target);
        process_parts_free(parts);
    }
    order_done(&order);
    return result;
}
