#include "core/case/ecs_handle.h"

#include <inttypes.h>
#include <stdio.h>

void handle_row_add_hex(struct buffer *out, uint64_t number)
{
    char digits[24];

    snprintf(digits, sizeof digits, "0x%" PRIx64, number);
    buffer_add_string(out, digits);
}

static void add_hex(struct json_writer *json, const char *name, uint64_t number)
{
    char digits[24];

    snprintf(digits, sizeof digits, "0x%" PRIx64, number);
    json_string(json, name, digits);
}

static void add_reason(struct json_writer *json, const struct handle_row *row)
{
    if (row->naming == HANDLE_NAMED || row->naming == HANDLE_NAMELESS)
        return;
    json_string(json, "reason", handle_naming_phrase(row->naming));
    if (row->why != READ_OK)
        json_string(json, "refused", read_state_phrase(row->why));
}

void ecs_add_handle_object(struct json_writer *json, const struct handle_row *row)
{
    json_open_object(json, "handle");
    json_unsigned(json, "value", row->value);
    if (row->type.size)
        json_text(json, "type", row->type);
    else
        json_unsigned(json, "type_number", row->number);
    if (row->naming == HANDLE_NAMED)
        json_text(json, "name", row->name);
    add_hex(json, "access", row->access);
    add_reason(json, row);
    json_close_object(json);
}

void ecs_add_handle(struct buffer *out, const struct handle_row *row)
{
    bool named = row->naming == HANDLE_NAMED;
    struct json_writer json;

    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_open_object(&json, "process");
    json_unsigned(&json, "pid", row->process.pid);
    if (row->process_name.size)
        json_text(&json, "name", row->process_name);
    json_moment(&json, "start", row->process.start, true);
    if (row->kind == HANDLE_IMAGE && named)
        json_text(&json, "executable", row->name);
    if (row->kind == HANDLE_COMMAND && named)
        json_text(&json, "command_line", row->name);
    json_close_object(&json);
    if (row->kind == HANDLE_MODULE && named) {
        json_open_object(&json, "dll");
        json_text(&json, "name", text_file_name(row->name));
        json_text(&json, "path", row->name);
        json_close_object(&json);
    }
    json_open_object(&json, "stakeout");
    json_string(&json, "found", handle_kind_word(row->kind));
    if (row->kind == HANDLE_OPEN)
        ecs_add_handle_object(&json, row);
    json_close_object(&json);
    json_close_object(&json);
}

void ecs_add_locker(struct buffer *out, struct process_key key, struct text name, struct text path)
{
    struct json_writer json;

    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_open_object(&json, "process");
    json_unsigned(&json, "pid", key.pid);
    if (name.size)
        json_text(&json, "name", name);
    json_moment(&json, "start", key.start, true);
    json_close_object(&json);
    json_open_object(&json, "file");
    json_text(&json, "path", path);
    json_close_object(&json);
    json_open_object(&json, "stakeout");
    json_string(&json, "found", "restart-manager");
    json_close_object(&json);
    json_close_object(&json);
}
