/* close-handle: closes a handle of another process, and looks whether it is closed. */
#include "core/base/arena.h"
#include "core/case/ecs_handle.h"
#include "core/cli/order.h"
#include "core/cli/text/show.h"
#include "core/cli/text/visible.h"
#include "core/windows/find/handle_close.h"
#include "core/windows/find/handles.h"

#define OUTPUT_CEILING ((size_t)1 << 20)
#define NAMES_MOST ((size_t)1 << 20)

/* The handle that is meant, kept when the search is over. */
struct wanted {
    uint64_t value;
    struct arena *arena;
    struct handle_row row;
    bool found;
    bool no_memory;
};

static bool take_row(void *context, const struct handle_row *row)
{
    struct wanted *wanted = context;
    if (row->value != wanted->value)
        return true;
    wanted->row = *row;
    wanted->row.process_name = arena_copy(wanted->arena, row->process_name, &wanted->no_memory);
    wanted->row.type = arena_copy(wanted->arena, row->type, &wanted->no_memory);
    wanted->row.name = arena_copy(wanted->arena, row->name, &wanted->no_memory);
    wanted->found = true;
    return false;
}

static enum status find_handle(const struct order *order, struct wanted *wanted)
{
    const struct handle_sink sink = {take_row, wanted};
    const struct handles_scope scope = {&order->target.key.pid, 1};
    struct handles_told told;
    enum status status = handles_find(NULL, &scope, &sink, NULL, &told);
    if (wanted->no_memory)
        return ST_NO_MEMORY;
    return wanted->found ? ST_OK : status == ST_OK ? ST_NOT_FOUND : status;
}

static void add_handle(struct buffer *out, const struct order *order, const struct handle_row *row)
{
    buffer_add_string(out, "handle ");
    handle_row_add_hex(out, row->value);
    buffer_add_string(out, " of ");
    show_process(out, order->target.facts);
    buffer_add_string(out, ": ");
    visible_add(out, row->type);
    buffer_add_byte(out, ' ');
    visible_add(out, row->naming == HANDLE_NAMED ? row->name
                     : row->naming == HANDLE_NAMELESS
                         ? text_of("without a name")
                         : text_from(handle_naming_phrase(row->naming)));
}

static void add_json(struct buffer *out, const struct order *order, const struct handle_row *row,
                     const struct handle_close_result *result)
{
    bool good = result && result->outcome == HANDLE_CLOSED;
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_open_object(&json, "process");
    json_unsigned(&json, "pid", order->target.key.pid);
    json_text(&json, "name", order->target.facts->name);
    json_moment(&json, "start", order->target.key.start, true);
    json_close_object(&json);
    json_open_object(&json, "event");
    json_string(&json, "action", "close-handle");
    if (result) {
        json_string(&json, "outcome",
                    good                                     ? "success"
                    : result->outcome == HANDLE_CLOSE_UNSEEN ? "unknown"
                                                             : "failure");
        json_string(&json, "reason", handle_close_phrase(result->outcome));
    }
    json_close_object(&json);
    json_open_object(&json, "stakeout");
    ecs_add_handle_object(&json, row);
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_byte(out, '\n');
}

static enum exit_status exit_of(enum handle_closed outcome)
{
    return outcome == HANDLE_CLOSED                                                 ? EXIT_FOUND
           : outcome == HANDLE_CLOSE_REFUSED || outcome == HANDLE_CLOSE_NOT_WRITTEN ? EXIT_TROUBLE
                                                                                    : EXIT_NOTHING;
}

static enum exit_status close_it(struct order *order, const struct handle_row *row)
{
    struct handle_close_result result;
    struct buffer out;
    if (!order_open_case(order))
        return EXIT_TROUBLE;
    const struct act_log log = case_folder_log(order->folder);
    handle_close(NULL, &log, row, &result);
    if (result.failure.status != ST_OK)
        say_failure(text_from(handle_close_phrase(result.outcome)), &result.failure);
    buffer_init(&out, OUTPUT_CEILING);
    if (order->arguments->json) {
        add_json(&out, order, row, &result);
    } else {
        add_handle(&out, order, row);
        buffer_add_string(&out, ": ");
        buffer_add_string(&out, handle_close_phrase(result.outcome));
        buffer_add_byte(&out, '\n');
    }
    return console_hand_out(&out, exit_of(result.outcome));
}

static enum exit_status act(struct order *order, const struct handle_row *row)
{
    struct buffer out;
    buffer_init(&out, OUTPUT_CEILING);
    if (order->arguments->dry_run && order->arguments->json) {
        add_json(&out, order, row, NULL);
    } else {
        buffer_add_string(&out, "close ");
        add_handle(&out, order, row);
        buffer_add_string(&out, "\nThe process goes on believing that it has it: it may fail, "
                                "crash, or write into\nwhat gets the number next.\n");
    }
    if (order->arguments->dry_run)
        return console_hand_out(&out, EXIT_FOUND);
    bool agreed = order_is_agreed(order, buffer_text(&out));
    buffer_done(&out);
    return agreed ? close_it(order, row) : EXIT_TROUBLE;
}

static enum exit_status find_and_act(struct order *order)
{
    struct wanted wanted = {.value = order->arguments->handle, .arena = arena_new(NAMES_MOST)};
    const struct failure failure = {.status =
                                        wanted.arena ? find_handle(order, &wanted) : ST_NO_MEMORY};
    enum exit_status result = EXIT_NOTHING;
    if (failure.status == ST_OK)
        result = act(order, &wanted.row);
    else if (failure.status == ST_NOT_FOUND)
        order_say_about(order, " has no such handle; find handles prints those that it has", "");
    else
        result = say_failure(text_of("can't search handles"), &failure);
    arena_free(wanted.arena);
    return result;
}

enum exit_status command_close_handle(const struct arguments *arguments)
{
    struct order order = {.arguments = arguments, .kind = ACT_KILL, .row = NO_ROW};
    const struct failure failure = {.status = order_find(&order, arguments->pid)};
    enum exit_status result = EXIT_TROUBLE;
    if (failure.status != ST_OK)
        return say_failure(text_of("can't look at this machine"), &failure);
    if (order.row == NO_ROW)
        result = order_say_nobody(&order);
    else if (order_passes_rails(&order)) /* what it does not survive is as if it were killed */
        result = find_and_act(&order);
    order_done(&order);
    return result;
}
