/* dump, dump-tree, sample and close. */
#include <windows.h>

#include "core/cli/commands.h"
#include "core/cli/look.h"
#include "core/cli/meter.h"
#include "core/cli/order.h"
#include "core/cli/parts.h"
#include "core/cli/text/show.h"
#include "core/cli/text/show_act.h"
#include "core/cli/text/show_evidence.h"
#include "core/watch/round.h"
#include "core/windows/evidence/live_evidence.h"
#include "core/windows/network/closing.h"

#define OUTPUT_CEILING ((size_t)1 << 27)
#define MODULES_CEILING ((size_t)16 << 20)
#define EVERYTHING (ROUND_PROCESSES | ROUND_CONNECTIONS)

static enum exit_status exit_of(const struct evidence_result *result)
{
    if (result->outcome == EVIDENCE_DONE)
        return EXIT_FOUND;
    return result->outcome == EVIDENCE_NOT_WRITTEN ? EXIT_TROUBLE : EXIT_NOTHING;
}

static void show_result(struct buffer *out, const struct order *order,
                        const struct evidence_order *evidence, const struct evidence_result *result)
{
    if (order->arguments->json)
        show_evidence_json(out, evidence, result);
    else
        show_evidence(out, evidence, result);
}

/* The folder is open. */
static enum exit_status do_one(const struct order *order, const struct evidence_order *evidence,
                               struct progress *progress, struct buffer *out)
{
    const struct text folder = case_folder_path(order->folder);
    const struct evidence_means means = live_evidence_means(&folder);
    const struct act_log log = case_folder_log(order->folder);
    struct evidence_result result;
    evidence_do(&means, &log, evidence, progress, &result);
    enum exit_status status = exit_of(&result);
    show_result(out, order, evidence, &result);
    evidence_result_done(&result);
    return status;
}

static bool begin(struct order *order, const struct arguments *arguments)
{
    *order = (struct order){.arguments = arguments, .kind = ACT_SUSPEND_TREE, .row = NO_ROW};
    const struct failure failure = {.status = order_find(order, arguments->pid)};
    if (failure.status != ST_OK) {
        say_failure(text_of("can't look at this machine"), &failure);
        return false;
    }
    return true;
}

/* --- dump --- */

/* Also of one that is gone, when --start says who was meant: the journal tells that it was tried.
 */
static enum exit_status dump_one(struct order *order)
{
    const struct process_facts *facts = order->target.facts;
    const struct evidence_order evidence = {
        .kind = EVIDENCE_DUMP,
        .target = order->target,
        .name = facts ? facts->name : (struct text){NULL, 0},
        .is_full = order->arguments->full,
    };
    if (!order_open_case(order))
        return EXIT_TROUBLE;
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    enum exit_status result = do_one(order, &evidence, meter_begin(), &out);
    meter_end();
    return console_hand_out(&out, result);
}

enum exit_status command_dump(const struct arguments *arguments)
{
    struct order order;
    if (!begin(&order, arguments))
        return EXIT_TROUBLE;
    bool nobody = order.row == NO_ROW && !arguments->start;
    enum exit_status result = nobody ? order_say_nobody(&order) : dump_one(&order);
    order_done(&order);
    return result;
}

/* --- dump-tree --- */

static void tell_member(void *context, const struct tree_fate *member, size_t at, size_t of)
{
    struct buffer line;
    (void)context;
    buffer_init(&line, 1u << 16);
    buffer_add_string(&line, "dumping ");
    buffer_add(&line, member->name);
    buffer_add_string(&line, " (");
    buffer_add_unsigned(&line, member->key.pid);
    buffer_add_string(&line, "), ");
    buffer_add_unsigned(&line, at + 1);
    buffer_add_string(&line, " of ");
    buffer_add_unsigned(&line, of);
    meter_tell(buffer_text(&line));
    buffer_done(&line);
}

static enum exit_status run_tree(struct order *order, const struct tree_plan *plan)
{
    const struct text folder = case_folder_path(order->folder);
    const struct evidence_means means = live_evidence_means(&folder);
    const struct act_log log = case_folder_log(order->folder);
    const struct evidence_tree run = {
        .hand = order->hand,
        .means = &means,
        .log = &log,
        .plan = plan,
        .is_full = order->arguments->full,
        .progress = meter_begin(),
        .began = tell_member,
    };
    struct evidence_tree_result result;
    struct failure failure = {.status = ST_OK};
    enum status status = evidence_tree_run(&run, &result, &failure);
    meter_end();
    if (status != ST_OK)
        return say_failure(text_of("nothing was done"), &failure);
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (order->arguments->json)
        show_dumped_tree_json(&out, plan, &result, order->arguments->full);
    else
        show_dumped_tree(&out, &result);
    bool done = result.dumped && !result.failed && !result.stuck;
    evidence_tree_result_done(&result);
    return console_hand_out(&out, done ? EXIT_FOUND : EXIT_NOTHING);
}

static enum exit_status dump_tree(struct order *order)
{
    struct tree_plan *plan = NULL;
    const struct failure failure = {
        .status = tree_plan_new(order->snapshot, order->row, order->self, order->kind, &plan)};
    if (failure.status != ST_OK)
        return say_failure(text_of("can't see who belongs to the tree"), &failure);
    order_tick(order, plan);
    enum exit_status result = EXIT_TROUBLE;
    if (order->arguments->dry_run) {
        struct buffer out;
        buffer_init(&out, OUTPUT_CEILING);
        if (order->arguments->json)
            show_plan_json(&out, plan);
        else
            show_plan(&out, plan);
        result = console_hand_out(&out, EXIT_FOUND);
    } else if (order_get_ready(order)) {
        result = run_tree(order, plan);
    }
    tree_plan_free(plan);
    return result;
}

enum exit_status command_dump_tree(const struct arguments *arguments)
{
    struct order order;
    if (!begin(&order, arguments))
        return EXIT_TROUBLE;
    enum exit_status result = EXIT_TROUBLE;
    if (order.row == NO_ROW)
        result = order_say_nobody(&order);
    else if (order_passes_rails(&order))
        result = dump_tree(&order);
    order_done(&order);
    return result;
}

/* --- sample --- */

/* The paths of the modules but for the image, which is copied by itself; NULL: not to be had. */
static struct text *module_paths(const struct process_parts *parts, struct text image,
                                 struct arena *arena, size_t *count)
{
    struct text *paths = NULL;
    *count = 0;
    if (parts && parts->modules_state == READ_OK && arena)
        paths = arena_take(arena, (parts->module_count + 1) * sizeof *paths);
    for (size_t i = 0; paths && i < parts->module_count; i++)
        if (parts->modules[i].path.size && !text_equal_nocase(parts->modules[i].path, image))
            paths[(*count)++] = parts->modules[i].path;
    return paths;
}

static enum exit_status copy_modules(const struct order *order,
                                     const struct evidence_order *evidence,
                                     const struct text *paths, size_t count,
                                     struct progress *progress, struct buffer *out)
{
    const struct text folder = case_folder_path(order->folder);
    const struct evidence_means means = live_evidence_means(&folder);
    const struct act_log log = case_folder_log(order->folder);
    struct evidence_tally tally;
    struct buffer problems;
    buffer_init(&problems, OUTPUT_CEILING);
    enum status status =
        evidence_sample_modules(&means, &log, evidence, paths, count, progress, &tally, &problems);
    if (problems.size)
        console_write_error(buffer_text(&problems));
    if (order->arguments->json)
        show_tally_json(out, &tally);
    else
        show_tally(out, &tally);
    buffer_done(&problems);
    return status == ST_OK && !tally.failed ? EXIT_FOUND : EXIT_NOTHING;
}

static enum exit_status take_modules(const struct order *order,
                                     const struct evidence_order *evidence,
                                     struct progress *progress, struct buffer *out)
{
    struct process_parts *parts = parts_of(order->target.key);
    struct arena *arena = arena_new(MODULES_CEILING);
    size_t count;
    const struct text *paths = module_paths(parts, evidence->path, arena, &count);
    enum exit_status result = EXIT_NOTHING;
    if (paths)
        result = copy_modules(order, evidence, paths, count, progress, out);
    else
        order_say_about(order, ": its modules could not be read: ",
                        parts && parts->modules_state != READ_OK
                            ? read_state_phrase(parts->modules_state)
                            : status_phrase(ST_NO_MEMORY));
    process_parts_free(parts);
    arena_free(arena);
    return result;
}

static enum exit_status take_sample(struct order *order, const struct evidence_order *evidence)
{
    if (!order_open_case(order))
        return EXIT_TROUBLE;
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    struct progress *progress = meter_begin();
    enum exit_status result = do_one(order, evidence, progress, &out);
    if (order->arguments->modules && result != EXIT_TROUBLE && !progress_cancelled(progress)) {
        enum exit_status modules = take_modules(order, evidence, progress, &out);
        result = modules == EXIT_FOUND ? result : modules;
    }
    meter_end();
    return console_hand_out(&out, result);
}

static enum exit_status sample_process(struct order *order)
{
    const struct process_facts *facts = order->target.facts;
    if (!facts)
        return order_say_nobody(order);
    if (facts->image.state != READ_OK || !facts->image.value.size) {
        order_say_about(order, ": where its file is could not be read: ",
                        read_state_phrase(facts->image.state));
        return EXIT_NOTHING;
    }
    const struct evidence_order evidence = {
        .kind = EVIDENCE_SAMPLE,
        .target = order->target,
        .name = facts->name,
        .path = facts->image.value,
    };
    return take_sample(order, &evidence);
}

enum exit_status command_sample(const struct arguments *arguments)
{
    struct order order = {.arguments = arguments, .row = NO_ROW};
    enum exit_status result;
    if (arguments->file.size) {
        const struct evidence_order evidence = {.kind = EVIDENCE_SAMPLE, .path = arguments->file};
        result = take_sample(&order, &evidence);
    } else {
        if (!begin(&order, arguments))
            return EXIT_TROUBLE;
        result = sample_process(&order);
    }
    order_done(&order);
    return result;
}

/* --- close --- */

static bool is_end(const struct endpoint *end, struct text written)
{
    struct buffer text;
    buffer_init(&text, 256);
    endpoint_add(&text, end);
    bool same = text_equal_nocase(buffer_text(&text), written);
    buffer_done(&text);
    return same;
}

/* The one that stands; one that is closed already only where there is no other. */
static const struct connection_row *find_connection(const struct order *order)
{
    const struct text *ends = order->arguments->operands.items;
    const struct connection_row *found = NULL;
    for (uint32_t i = 0; i < order->snapshot->connection_count; i++) {
        const struct connection_row *row = &order->snapshot->connections[i];
        if (!row->seen.has_remote || !is_end(&row->seen.local, ends[0]) ||
            !is_end(&row->seen.remote, ends[1]))
            continue;
        if (!found || found->closed)
            found = row;
    }
    return found;
}

static enum exit_status close_one(struct order *order)
{
    const struct connection_row *row = find_connection(order);
    const struct closing_means means = closing_means();
    if (!row) {
        SAY(text_of("close: there is no such connection; net prints those that there are"));
        return EXIT_NOTHING;
    }
    enum closing_bar bar = closing_bar_of(row, &means);
    if (bar != CLOSING_ALLOWED) {
        SAY(text_of("close: it can't be closed: "), text_from(closing_bar_phrase(bar)));
        return EXIT_TROUBLE;
    }
    uint32_t owner = snapshot_process_by_pid(order->snapshot, row->seen.pid);
    const struct process_facts *facts =
        owner == NO_ROW ? NULL : order->snapshot->processes[owner].facts;
    const struct evidence_order evidence = {
        .kind = EVIDENCE_CLOSE,
        .target = {.key = facts ? facts->key : (struct process_key){.pid = row->seen.pid},
                   .facts = facts},
        .connection = &row->seen,
    };
    if (!order_open_case(order))
        return EXIT_TROUBLE;
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    enum exit_status result = do_one(order, &evidence, meter_begin(), &out);
    meter_end();
    return console_hand_out(&out, result);
}

enum exit_status command_close(const struct arguments *arguments)
{
    struct order order = {.arguments = arguments, .row = NO_ROW};
    enum status partly;
    const struct failure failure = {.status = look(NULL, EVERYTHING, &order.snapshot, &partly)};
    if (failure.status != ST_OK)
        return say_failure(text_of("can't look at this machine"), &failure);
    enum exit_status result = close_one(&order);
    order_done(&order);
    return result;
}
