/* registry: a key as a .reg file; a key, or a value of one, deleted. */
#include "core/case/ecs_registry.h"
#include "core/cli/cancel.h"
#include "core/cli/order.h"
#include "core/cli/text/visible.h"
#include "core/windows/registry/registry_edit.h"

#define NAME_CEILING ((size_t)1 << 20)
#define OUTPUT_CEILING ((size_t)1 << 22)

struct work {
    const struct arguments *arguments;
    struct buffer key;
    struct buffer value;
    struct registry_target target;
    struct progress progress;
    struct buffer text; /* of the .reg file */
    struct registry_result read;
};

/* What was typed at that place of the operands. */
static struct text typed(const struct work *work, size_t at, struct buffer *room)
{
    struct text word = work->arguments->operands.items[at];
    if (!work->arguments->escaped)
        return word;
    visible_read(room, word);
    return buffer_text(room);
}

static void add_target(struct buffer *out, const struct work *work)
{
    visible_add(out, work->target.key);
    if (!work->target.only_value)
        return;
    buffer_add_string(out, " : ");
    if (work->target.value.size)
        visible_add(out, work->target.value);
    else
        buffer_add_string(out, "(default)");
}

/* "HKLM\…: what there is not". Returns result. */
static enum exit_status say_of_target(const struct work *work, const char *what,
                                      enum exit_status result)
{
    struct buffer name;
    buffer_init(&name, NAME_CEILING);
    add_target(&name, work);
    SAY(text_of("registry: "), buffer_text(&name), text_from(what));
    buffer_done(&name);
    return result;
}

/* EXIT_FOUND: all of it could be read; else why not was said. */
static enum exit_status read_all(struct work *work)
{
    enum status status =
        registry_export(NULL, &work->target, &work->progress, &work->text, &work->read);
    if (status == ST_OK)
        return EXIT_FOUND;
    if (cancel_said())
        return EXIT_TROUBLE;
    if (work->read.outcome == REGISTRY_ALREADY)
        return say_of_target(work, ": there is no such thing; find registry prints what there is",
                             EXIT_NOTHING);
    if (work->read.outcome == REGISTRY_FORBIDDEN)
        return say_of_target(work, ": no path of the registry: give HKLM\\... or HKU\\...",
                             EXIT_TROUBLE);
    return say_failure(text_of("not all of it can be read"), &work->read.failure);
}

static void add_size(struct buffer *out, const struct work *work)
{
    buffer_add_string(out, ": keys: ");
    buffer_add_unsigned(out, work->read.keys);
    buffer_add_string(out, ", values: ");
    buffer_add_unsigned(out, work->read.values);
    if (!work->read.lost)
        return;
    buffer_add_string(out, "; an import can't bring back ");
    buffer_add_unsigned(out, work->read.lost);
    buffer_add_string(out, " of them (names with a NUL or a line end; they stand as comments)");
}

/* --- export --- */

/* FOLDER and STEM of a path; its ".reg" is added again. */
static void split(struct text path, struct text *folder, struct text *stem)
{
    *stem = text_file_name(path);
    *folder = text_slice(path, 0, path.size - stem->size);
    while (folder->size > 1 &&
           (folder->bytes[folder->size - 1] == '/' || folder->bytes[folder->size - 1] == '\\') &&
           folder->bytes[folder->size - 2] != ':')
        folder->size--;
    if (!folder->size)
        *folder = text_of(".");
    if (text_ends_nocase(*stem, text_of(".reg")))
        stem->size -= 4;
}

static enum exit_status export_it(struct work *work)
{
    struct failure failure;
    struct buffer out;
    struct text folder;
    struct text stem;
    enum exit_status result = read_all(work);
    if (result != EXIT_FOUND)
        return result;
    split(work->arguments->operands.items[2], &folder, &stem);
    buffer_init(&out, OUTPUT_CEILING);
    add_target(&out, work);
    add_size(&out, work);
    buffer_add_string(&out, ": ");
    enum status status = registry_save(buffer_text(&work->text), folder, stem, &out, &failure);
    buffer_add_byte(&out, '\n');
    if (status == ST_OK)
        return console_hand_out(&out, EXIT_FOUND);
    buffer_done(&out);
    return say_failure(text_of("can't write the .reg file"), &failure);
}

/* --- delete --- */

static void add_json(struct buffer *out, const struct work *work,
                     const struct registry_result *result)
{
    const struct registry_value value = {.name = work->target.value,
                                         .data = (const unsigned char *)""};
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_open_object(&json, "event");
    json_string(&json, "action",
                work->target.only_value ? "delete-registry-value" : "delete-registry-key");
    if (result) {
        json_string(&json, "outcome", result->outcome == REGISTRY_DELETED ? "success" : "failure");
        json_string(&json, "reason", registry_outcome_phrase(result->outcome));
    }
    json_close_object(&json);
    if (result && result->backup.size) {
        json_open_object(&json, "file");
        json_text(&json, "path", buffer_text(&result->backup));
        json_close_object(&json);
    }
    ecs_registry_members(&json, work->target.key, work->target.only_value ? &value : NULL);
    json_open_object(&json, "stakeout");
    json_unsigned(&json, "keys", work->read.keys);
    json_unsigned(&json, "values", work->read.values);
    json_unsigned(&json, "lost", work->read.lost);
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_byte(out, '\n');
}

static enum exit_status exit_of(enum registry_outcome outcome)
{
    switch (outcome) {
    case REGISTRY_DELETED:
        return EXIT_FOUND;
    case REGISTRY_ALREADY:
    case REGISTRY_STANDS:
    case REGISTRY_REFUSED:
        return EXIT_NOTHING;
    default:
        return EXIT_TROUBLE;
    }
}

static enum exit_status delete_from_case(struct work *work, struct order *order)
{
    const struct act_log log = case_folder_log(order->folder);
    struct registry_result result;
    struct buffer out;
    registry_delete(NULL, &work->target, case_folder_path(order->folder), &log, &work->progress,
                    &result);
    if (result.failure.status != ST_OK)
        say_failure(text_from(registry_outcome_phrase(result.outcome)), &result.failure);
    buffer_init(&out, OUTPUT_CEILING);
    if (work->arguments->json) {
        add_json(&out, work, &result);
    } else {
        add_target(&out, work);
        buffer_add_string(&out, ": ");
        buffer_add_string(&out, registry_outcome_phrase(result.outcome));
        if (result.backup.size) {
            buffer_add_string(&out, "; saved as ");
            visible_add(&out, buffer_text(&result.backup));
        }
        buffer_add_byte(&out, '\n');
    }
    enum exit_status ending = exit_of(result.outcome);
    registry_result_done(&result);
    return console_hand_out(&out, ending);
}

static enum exit_status delete_it(struct work *work)
{
    struct order order = {.arguments = work->arguments, .kind = ACT_KILL, .row = NO_ROW};
    struct buffer out;
    enum exit_status result = read_all(work);
    if (result != EXIT_FOUND)
        return result;
    buffer_init(&out, OUTPUT_CEILING);
    if (work->arguments->dry_run && work->arguments->json) {
        add_json(&out, work, NULL);
    } else {
        buffer_add_string(&out, "delete ");
        add_target(&out, work);
        add_size(&out, work);
        buffer_add_byte(&out, '\n');
    }
    if (work->arguments->dry_run)
        return console_hand_out(&out, EXIT_FOUND);
    bool agreed = order_is_agreed(&order, buffer_text(&out));
    buffer_done(&out);
    if (!agreed || !order_open_case(&order))
        return EXIT_TROUBLE;
    result = delete_from_case(work, &order);
    order_done(&order);
    return result;
}

enum exit_status command_registry(const struct arguments *arguments)
{
    struct work work = {.arguments = arguments};
    work.progress.cancel = cancel_on_control();
    buffer_init(&work.key, NAME_CEILING);
    buffer_init(&work.value, NAME_CEILING);
    buffer_init(&work.text, REGISTRY_BACKUP_MOST);
    work.target.key = typed(&work, 1, &work.key);
    if (arguments->delete_key && arguments->operands.count > 2) {
        work.target.only_value = true;
        work.target.value = typed(&work, 2, &work.value);
    }
    enum exit_status result = arguments->delete_key ? delete_it(&work) : export_it(&work);
    registry_result_done(&work.read);
    buffer_done(&work.text);
    buffer_done(&work.value);
    buffer_done(&work.key);
    return result;
}
