#include "core/case/sample_record.h"

#include "core/case/json_write.h"

static void add_text(struct json_writer *json, const char *name, struct text value)
{
    if (value.size)
        json_text(json, name, value);
}

static void add_fact(struct json_writer *json, const char *name, const struct text_fact *fact)
{
    if (fact->state == READ_OK)
        json_text(json, name, fact->value);
}

static void add_times(struct json_writer *json, const struct image_file *file)
{
    json_unsigned(json, "size", file->size);
    json_moment(json, "created", file->created, true);
    json_moment(json, "mtime", file->modified, true);
    json_moment(json, "ctime", file->changed, true);
    json_moment(json, "accessed", file->accessed, true);
}

/* ECS file.attributes, in the order in which the system numbers them. */
static void add_attributes(struct json_writer *json, const struct sample_record *record)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } names[] = {{1, "readonly"}, {2, "hidden"}, {4, "system"}, {32, "archive"}};

    if (!record->is_quarantine)
        return;
    json_open_array(json, "attributes");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (record->attributes & names[i].bit)
            json_string(json, NULL, names[i].name);
    json_close_array(json);
}

static void add_file(struct json_writer *json, const struct sample_record *record)
{
    json_open_object(json, "file");
    json_text(json, "path", record->source);
    json_text(json, "name", text_file_name(record->source));
    add_times(json, &record->before);
    add_attributes(json, record);
    json_open_object(json, "hash");
    add_text(json, "sha256", record->sha256);
    add_text(json, "sha1", record->sha1);
    add_text(json, "md5", record->md5);
    json_close_object(json);
    json_close_object(json);
}

static void add_process(struct json_writer *json, const struct process_facts *facts)
{
    json_open_object(json, "process");
    json_unsigned(json, "pid", facts->key.pid);
    json_moment(json, "start", facts->key.start, true);
    json_text(json, "name", facts->name);
    add_fact(json, "executable", &facts->image);
    add_fact(json, "command_line", &facts->command);
    add_fact(json, "working_directory", &facts->directory);
    json_open_object(json, "parent");
    json_unsigned(json, "pid", facts->parent_pid);
    json_close_object(json);
    json_close_object(json);
    json_open_object(json, "user");
    add_fact(json, "name", &facts->user);
    add_fact(json, "domain", &facts->domain);
    add_fact(json, "id", &facts->sid);
    json_close_object(json);
}

/* Whether reading it, or somebody meanwhile, changed what is told of it. */
static bool same(const struct image_file *a, const struct image_file *b)
{
    return a->state == b->state && a->size == b->size && a->created == b->created &&
           a->modified == b->modified && a->changed == b->changed && a->accessed == b->accessed;
}

static void add_after(struct json_writer *json, const struct sample_record *record)
{
    bool kept = same(&record->before, &record->after);

    json_bool(json, "unchanged", kept);
    json_moment(json, "access_put_back", record->put_back, true);
    if (kept)
        return;
    json_open_object(json, "after");
    if (record->after.state == READ_OK)
        add_times(json, &record->after);
    else
        json_string(json, "error", read_state_phrase(record->after.state));
    json_close_object(json);
}

void sample_record_add(struct buffer *out, const struct sample_record *record)
{
    struct json_writer json;

    json_begin(&json, out);
    json_open_object(&json, NULL);
    json_moment(&json, "@timestamp", record->taken, false);
    add_file(&json, record);
    if (record->process)
        add_process(&json, record->process);
    json_open_object(&json, "stakeout");
    json_string(&json, "format", record->is_quarantine ? "stakeout-quarantine" : "stakeout-sample");
    json_unsigned(&json, "version", 1);
    json_text(&json, "sample", record->stored);
    json_string(&json, "role", record->is_module ? "module" : "image");
    json_bool(&json, "stored_before", record->was_stored);
    json_bool(&json, "read_only", record->is_read_only);
    json_bool(&json, "read_by_backup", record->by_backup);
    add_text(&json, "zone", record->zone);
    add_after(&json, record);
    json_close_object(&json);
    json_close_object(&json);
    buffer_add_byte(out, '\n');
}
