#include "core/case/ecs_registry.h"

#include "core/base/base64.h"

#define TEXT_CEILING ((size_t)1 << 20)

static bool first_text(void *context, struct text text)
{
    buffer_add(context, text);
    return false;
}

static bool is_number(const struct registry_value *value)
{
    return ((value->type == REGISTRY_DWORD || value->type == REGISTRY_DWORD_BIG_ENDIAN) &&
            value->size == 4) ||
           (value->type == REGISTRY_QWORD && value->size == 8);
}

static void add_strings(struct json_writer *json, const struct registry_value *value)
{
    struct registry_decoder decoder;
    struct buffer text;
    size_t at = 0;

    buffer_init(&text, TEXT_CEILING + 2 * value->size);
    json_open_array(json, "strings");
    if (is_number(value)) {
        registry_decoder_init(&decoder);
        text.failed = registry_probe_data(&decoder, value, first_text, &text);
        registry_decoder_done(&decoder);
        json_text(json, NULL, buffer_text(&text));
    } else {
        while (registry_next_string(value, &at, &text)) {
            json_text(json, NULL, buffer_text(&text));
            text.size = 0;
        }
    }
    json_close_array(json);
    if (text.failed != ST_OK)
        json->out->failed = text.failed;
    buffer_done(&text);
}

static void add_data(struct json_writer *json, const struct registry_value *value, size_t most)
{
    struct registry_value shown = *value;
    const char *type = registry_type_name(value->type);
    struct buffer text;

    if (shown.size > most)
        shown.size = most;
    buffer_init(&text, TEXT_CEILING + 2 * shown.size);
    json_open_object(json, "data");
    if (registry_type_is_string(value->type) || is_number(value))
        add_strings(json, &shown);
    if (!is_number(value) && (!registry_type_is_string(value->type) || value->size % 2)) {
        base64_add(&text, shown.data, shown.size);
        json_text(json, "bytes", buffer_text(&text));
    }
    if (type) {
        json_string(json, "type", type);
    } else {
        text.size = 0;
        buffer_add_unsigned(&text, value->type);
        json_text(json, "type", buffer_text(&text));
    }
    json_close_object(json);
    if (text.failed != ST_OK)
        json->out->failed = text.failed;
    buffer_done(&text);
}

void ecs_registry_members(struct json_writer *json, struct text path,
                          const struct registry_value *value)
{
    ecs_registry_members_most(json, path, value, ECS_REGISTRY_DATA_MOST);
}

void ecs_registry_members_most(struct json_writer *json, struct text path,
                               const struct registry_value *value, size_t most)
{
    struct text hive = registry_hive(path);
    size_t behind = hive.size < path.size ? hive.size + 1 : hive.size;
    struct buffer whole;

    buffer_init(&whole, TEXT_CEILING);
    buffer_add(&whole, path);
    if (value) {
        buffer_add_byte(&whole, '\\');
        buffer_add(&whole, value->name);
    }
    json_open_object(json, "registry");
    if (value)
        add_data(json, value, most);
    json_text(json, "hive", hive);
    json_text(json, "key", text_slice(path, behind, path.size - behind));
    json_text(json, "path", buffer_text(&whole));
    if (value)
        json_text(json, "value", value->name);
    json_close_object(json);
    if (whole.failed != ST_OK)
        json->out->failed = whole.failed;
    buffer_done(&whole);
}

static void add_if(struct json_writer *json, const char *name, bool value)
{
    if (value)
        json_bool(json, name, true);
}

void ecs_add_registry(struct buffer *out, const struct registry_finding *finding)
{
    const struct registry_value *value = finding->value;
    struct json_writer json;

    json_begin(&json, out);
    json_open_object(&json, NULL);
    ecs_registry_members(&json, finding->key->path, value);
    json_open_object(&json, "stakeout");
    json_open_object(&json, "registry");
    json_string(&json, "found_in", registry_where_name(finding->where));
    json_text(&json, "around", finding->around);
    json_moment(&json, "written", finding->key->written, true);
    if (value) {
        json_unsigned(&json, "data_size", value->size);
        add_if(&json, "cut", value->size > ECS_REGISTRY_DATA_MOST);
    }
    add_if(&json, "hidden",
           registry_name_hidden(finding->key->path) ||
               (value && registry_name_hidden(value->name)));
    add_if(&json, "view32", finding->key->view32);
    add_if(&json, "autorun", finding->key->autorun);
    json_close_object(&json);
    json_close_object(&json);
    json_close_object(&json);
}
