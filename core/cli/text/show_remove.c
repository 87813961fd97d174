#include "core/cli/text/show_remove.h"

#include "core/case/ecs_handle.h"
#include "core/case/json_write.h"
#include "core/cli/text/show.h"
#include "core/cli/text/visible.h"

/* --- what was found --- */

static void add_file(struct buffer *out, const struct removal_sight *sight)
{
    visible_add(out, sight->path);
    if (sight->led) {
        buffer_add_string(out, "  (");
        visible_add(out, sight->asked);
        buffer_add_string(out, " leads there)");
    }
    buffer_add_string(out, "\n  ");
    buffer_add_unsigned(out, sight->times.size);
    buffer_add_string(out, " bytes, created ");
    show_moment(out, sight->times.created, false);
    buffer_add_string(out, ", modified ");
    show_moment(out, sight->times.modified, false);
    buffer_add_string(out, " UTC");
    if (sight->attributes & REMOVAL_READ_ONLY)
        buffer_add_string(out, ", read-only");
    if (sight->attributes & REMOVAL_HIDDEN)
        buffer_add_string(out, ", hidden");
    if (sight->attributes & REMOVAL_SYSTEM)
        buffer_add_string(out, ", system");
    buffer_add_byte(out, '\n');
    for (size_t i = 0; i < sight->name_count; i++) {
        buffer_add_string(out, "  it has another name (hard link), which stays: ");
        visible_add(out, sight->names[i]);
        buffer_add_byte(out, '\n');
    }
    if (sight->links > sight->name_count + 1) {
        buffer_add_string(out, "  other names (hard links) that are not told here, and stay: ");
        buffer_add_unsigned(out, sight->links - sight->name_count - 1);
        buffer_add_byte(out, '\n');
    }
    if (sight->in_windows)
        buffer_add_string(out, "  it lies in the Windows folder, and is none of Windows' own\n");
}

static void add_user(struct buffer *out, const struct removal_user *user)
{
    visible_add(out, user->row.process_name);
    buffer_add_string(out, " (");
    buffer_add_unsigned(out, user->row.process.pid);
    buffer_add_byte(out, ')');
}

static void add_how(struct buffer *out, const struct removal_user *user)
{
    if (user->row.kind == HANDLE_OPEN) {
        visible_add(out, user->row.type);
        buffer_add_byte(out, ' ');
        handle_row_add_hex(out, user->row.value);
    } else {
        buffer_add_string(out, handle_kind_word(user->row.kind));
    }
}

static bool is_guarded(const struct removal_user *user)
{
    return user->verdict.rail == RAIL_FORBIDDEN || user->verdict.rail == RAIL_TYPE_NAME;
}

static void add_users(struct buffer *out, const struct removal_lists *lists, bool runs)
{
    bool any = false;
    buffer_add_string(out, runs ? "runs it or has it loaded:" : "holds it:");
    for (size_t i = 0; i < lists->user_count; i++) {
        const struct removal_user *user = &lists->users[i];
        if ((user->row.kind != HANDLE_OPEN) != runs)
            continue;
        any = true;
        buffer_add_string(out, "\n  ");
        add_user(out, user);
        buffer_add_string(out, ": ");
        add_how(out, user);
        if (user->verdict.rail != RAIL_FREE) {
            buffer_add_string(out, "; ");
            buffer_add_string(out, guard_phrase(user->verdict.guard));
        }
    }
    buffer_add_string(out, any ? "\n" : " nobody that can be seen\n");
}

static void add_place(struct buffer *out, const struct removal_place *place)
{
    buffer_add_string(out, "\n  ");
    visible_add(out, place->key);
    if (place->is_value) {
        buffer_add_string(out, " : ");
        if (place->value.size)
            visible_add(out, place->value);
        else
            buffer_add_string(out, "(default)");
        buffer_add_string(out, " = ");
        visible_add(out, place->around);
    }
    if (place->autorun)
        buffer_add_string(out, " [autorun]");
    if (place->view32)
        buffer_add_string(out, " [32-bit view]");
    if (!place->whole)
        buffer_add_string(out, " [the file name alone]");
}

static void add_unseen(struct buffer *out, const struct removal_lists *lists)
{
    if (lists->names_not_read) {
        buffer_add_string(out, "  handles whose name could not be read: ");
        buffer_add_unsigned(out, lists->names_not_read);
        buffer_add_byte(out, '\n');
    }
    if (lists->not_opened) {
        buffer_add_string(out, "  processes that could not be opened: ");
        buffer_add_unsigned(out, lists->not_opened);
        buffer_add_byte(out, '\n');
    }
    if (lists->users_end != ST_OK) {
        buffer_add_string(out, "  not all handles were looked at: ");
        buffer_add_string(out, status_phrase(lists->users_end));
        buffer_add_byte(out, '\n');
    }
}

void show_removal_found(struct buffer *out, const struct removal_order *order)
{
    const struct removal_lists *lists = order->lists;
    add_file(out, order->sight);
    add_users(out, lists, true);
    add_users(out, lists, false);
    add_unseen(out, lists);
    buffer_add_string(out, "the registry names it:");
    if (!lists->places_found)
        buffer_add_string(out, " nowhere");
    for (size_t i = 0; i < lists->place_count; i++)
        add_place(out, &lists->places[i]);
    buffer_add_byte(out, '\n');
    if (lists->places_found > lists->place_count) {
        buffer_add_string(out, "  and in so many places more: ");
        buffer_add_unsigned(out, lists->places_found - lists->place_count);
        buffer_add_byte(out, '\n');
    }
    if (lists->places_end != ST_OK) {
        buffer_add_string(out, "  not all of the registry was looked at: ");
        buffer_add_string(out, status_phrase(lists->places_end));
        buffer_add_byte(out, '\n');
    }
}

/* --- what will be done --- */

static void add_number(struct buffer *out, unsigned *number)
{
    buffer_add_string(out, "  ");
    buffer_add_unsigned(out, ++*number);
    buffer_add_string(out, ". ");
}

static bool is_ended(const struct removal_order *order, struct process_key key)
{
    for (size_t i = 0; order->kill && i < order->lists->user_count; i++)
        if (order->lists->users[i].row.kind != HANDLE_OPEN &&
            process_key_equal(order->lists->users[i].row.process, key))
            return true;
    return false;
}

static void add_steps(struct buffer *out, const struct removal_order *order, unsigned *number)
{
    const struct removal_lists *lists = order->lists;
    if (order->sample) {
        add_number(out, number);
        buffer_add_string(out, "copy it into the case's samples\n");
    }
    for (size_t i = 0; order->kill && i < lists->user_count; i++) {
        if (lists->users[i].row.kind == HANDLE_OPEN)
            continue;
        add_number(out, number);
        buffer_add_string(out, is_guarded(&lists->users[i]) ? "leave alone " : "kill ");
        add_user(out, &lists->users[i]);
        buffer_add_byte(out, '\n');
    }
    for (size_t i = 0; order->close && i < lists->user_count; i++) {
        if (lists->users[i].row.kind != HANDLE_OPEN || is_ended(order, lists->users[i].row.process))
            continue;
        add_number(out, number);
        buffer_add_string(out, "close ");
        add_how(out, &lists->users[i]);
        buffer_add_string(out, " of ");
        add_user(out, &lists->users[i]);
        buffer_add_byte(out, '\n');
    }
}

static const char *way_phrase(enum removal_way way)
{
    static const char *const phrases[REMOVAL_WAYS] = {
        "move it into the case's quarantine, where nothing starts it",
        "delete it",
        "rename it, and have Windows delete it when it starts the next time",
    };
    return phrases[way];
}

void show_removal_plan(struct buffer *out, const struct removal_order *order, bool elevated)
{
    unsigned number = 0;
    buffer_add_string(out, "to be done:\n");
    add_steps(out, order, &number);
    add_number(out, &number);
    buffer_add_string(out, way_phrase(order->way));
    buffer_add_byte(out, '\n');
    for (int way = 0; way < REMOVAL_WAYS; way++) {
        struct removal_order other = *order;
        other.way = (enum removal_way)way;
        enum removal_bar bar = removal_order_bar(&other, elevated);
        if (bar == REMOVAL_FREE)
            continue;
        buffer_add_string(out, "--way ");
        buffer_add_string(out, removal_way_name(other.way));
        buffer_add_string(out, " is not open: ");
        buffer_add_string(out, removal_bar_phrase(bar));
        buffer_add_byte(out, '\n');
    }
}

/* --- what came of it --- */

void show_removal_step(struct buffer *out, const struct removal_told *told)
{
    buffer_add_string(out, removal_step_name(told->step));
    if (told->user) {
        buffer_add_byte(out, ' ');
        add_user(out, told->user);
        if (told->step == REMOVAL_STEP_CLOSE) {
            buffer_add_byte(out, ' ');
            add_how(out, told->user);
        }
    }
    buffer_add_string(out, ": ");
    visible_add(out, told->words);
    buffer_add_byte(out, '\n');
}

static void add_hash(struct buffer *out, const struct removal_copy *copy)
{
    const struct evidence_piece piece = {.size = copy->size};
    struct evidence_piece whole = piece;
    for (size_t i = 0; i < EVIDENCE_DIGEST; i++)
        whole.sha256[i] = copy->sha256[i];
    evidence_add_sha256(out, &whole);
}

void show_removal_result(struct buffer *out, const struct removal_order *order,
                         const struct removal_result *result)
{
    visible_add(out, order->sight->path);
    buffer_add_string(out, ": ");
    visible_add(out, buffer_text(&result->words));
    buffer_add_byte(out, '\n');
    if (result->recorded.size) {
        buffer_add_string(out, "Windows has noted down: ");
        visible_add(out, buffer_text(&result->recorded));
        buffer_add_byte(out, '\n');
    }
    if (result->copy.size) {
        buffer_add_string(out, "SHA-256 ");
        add_hash(out, &result->copy);
        buffer_add_byte(out, '\n');
    }
    if (removal_worked(result->outcome) && order->lists && order->lists->places_found) {
        buffer_add_string(out, "the registry still names it, places: ");
        buffer_add_unsigned(out, order->lists->places_found);
        buffer_add_byte(out, '\n');
    }
}

/* --- JSON --- */

static void add_place_json(struct buffer *out, const struct removal_place *place)
{
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_open_object(&json, "registry");
    json_text(&json, "path", place->key);
    if (place->is_value)
        json_text(&json, "value", place->value);
    json_close_object(&json);
    json_open_object(&json, "stakeout");
    json_string(&json, "found", "registry");
    json_text(&json, "around", place->around);
    json_bool(&json, "whole_path", place->whole);
    json_bool(&json, "autorun", place->autorun);
    json_bool(&json, "view32", place->view32);
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_byte(out, '\n');
}

static void open_removal(struct json_writer *json, struct buffer *out,
                         const struct removal_order *order)
{
    buffer_add_byte(out, '{');
    removal_add_file(out, order->sight);
    json_begin(json, out);
    json->comma = true;
}

static void add_ways(struct json_writer *json, const struct removal_order *order, bool elevated)
{
    json_open_object(json, "ways");
    for (int way = 0; way < REMOVAL_WAYS; way++) {
        struct removal_order other = *order;
        other.way = (enum removal_way)way;
        json_string(json, removal_way_name(other.way),
                    removal_bar_phrase(removal_order_bar(&other, elevated)));
    }
    json_close_object(json);
}

void show_removal_plan_json(struct buffer *out, const struct removal_order *order, bool elevated)
{
    const struct removal_lists *lists = order->lists;
    struct json_writer json;
    for (size_t i = 0; i < lists->user_count; i++) {
        ecs_add_handle(out, &lists->users[i].row);
        buffer_add_byte(out, '\n');
    }
    for (size_t i = 0; i < lists->place_count; i++)
        add_place_json(out, &lists->places[i]);
    open_removal(&json, out, order);
    json_open_object(&json, "event");
    json_string(&json, "action", "remove");
    json_close_object(&json);
    json_open_object(&json, "stakeout");
    json_open_object(&json, "removal");
    json_string(&json, "way", removal_way_name(order->way));
    json_bool(&json, "sample", order->sample);
    json_bool(&json, "kill", order->kill);
    json_bool(&json, "close", order->close);
    json_bool(&json, "led", order->sight->led);
    json_unsigned(&json, "hard_links", order->sight->links);
    json_open_array(&json, "other_names");
    for (size_t i = 0; i < order->sight->name_count; i++)
        json_text(&json, NULL, order->sight->names[i]);
    json_close_array(&json);
    json_unsigned(&json, "registry_places", lists->places_found);
    json_unsigned(&json, "names_not_read", lists->names_not_read);
    json_unsigned(&json, "not_opened", lists->not_opened);
    add_ways(&json, order, elevated);
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_string(out, "}\n");
}

void show_removal_step_json(struct buffer *out, const struct removal_told *told)
{
    struct json_writer json;
    json_begin(&json, out);
    json_open_object(&json, NULL);
    if (told->user) {
        json_open_object(&json, "process");
        json_unsigned(&json, "pid", told->user->row.process.pid);
        json_text(&json, "name", told->user->row.process_name);
        json_moment(&json, "start", told->user->row.process.start, true);
        json_close_object(&json);
    }
    json_open_object(&json, "event");
    json_string(&json, "action", removal_step_name(told->step));
    json_string(&json, "outcome", told->done ? "success" : "failure");
    json_text(&json, "reason", told->words);
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_byte(out, '\n');
}

void show_removal_result_json(struct buffer *out, const struct removal_order *order,
                              const struct removal_result *result)
{
    struct json_writer json;
    struct buffer hash;
    buffer_init(&hash, (size_t)2 * EVIDENCE_DIGEST);
    open_removal(&json, out, order);
    json_open_object(&json, "event");
    json_string(&json, "action", "remove");
    json_string(&json, "outcome", removal_outcome_word(result->outcome));
    json_text(&json, "reason", buffer_text(&result->words));
    json_close_object(&json);
    json_open_object(&json, "stakeout");
    json_open_object(&json, "removal");
    json_string(&json, "way", removal_way_name(order->way));
    if (result->path.size)
        json_text(&json, "to", buffer_text(&result->path));
    if (result->recorded.size)
        json_text(&json, "recorded", buffer_text(&result->recorded));
    if (result->copy.size) {
        add_hash(&hash, &result->copy);
        json_text(&json, "sha256", buffer_text(&hash));
    }
    if (order->lists)
        json_unsigned(&json, "registry_places", order->lists->places_found);
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_string(out, "}\n");
    buffer_done(&hash);
}
