#include "core/evidence/task_file.h"

#include "core/base/arena.h"
#include "core/base/xml_read.h"
#include "core/watch/decode.h"

#define DECODED_MOST ((size_t)32 << 20)
#define VALUE_MOST ((size_t)1 << 20)
#define ARENA_MOST ((size_t)64 << 20)
#define SETTINGS_MOST 64 /* of one trigger or action; further ones are passed over */

/* One setting of a trigger: "ScheduleByDay.DaysInterval". */
struct setting {
    struct text name; /* with a NUL behind it */
    struct text value;
};

struct task {
    struct json_writer *json;
    struct xml_reader xml;
    struct xml_token token;
    struct arena *arena;
    struct buffer *command;
    struct buffer *problem;
    struct setting settings[SETTINGS_MOST];
    size_t count;
    enum status status;
};

/* What is told of the task itself, and where it stands. */
static const struct {
    const char *section;
    const char *element;
    const char *member;
} told[] = {
    {"RegistrationInfo", "Author", "author"},
    {"RegistrationInfo", "Date", "date"},
    {"RegistrationInfo", "Description", "description"},
    {"RegistrationInfo", "URI", "uri"},
    {"RegistrationInfo", "Source", "source"},
    {"RegistrationInfo", "Version", "version"},
    {"Settings", "Enabled", "enabled"},
    {"Settings", "Hidden", "hidden"},
};

static const struct {
    const char *section;
    const char *member;
} lists[] = {
    {"Principals", "principals"},
    {"Triggers", "triggers"},
    {"Actions", "actions"},
};

static bool next(struct task *task)
{
    if (task->status == ST_OK)
        task->status = xml_next(&task->xml, &task->token);
    return task->status == ST_OK && task->token.kind != XML_END;
}

/* Reads to the end of the element that was opened, whose text is appended. */
static void read_text(struct task *task, struct buffer *text)
{
    unsigned depth = task->xml.depth;

    while (next(task)) {
        if (task->token.kind == XML_TEXT && task->xml.depth == depth)
            xml_text(&task->token, text);
        else if (task->token.kind == XML_CLOSE && task->xml.depth < depth)
            return;
    }
}

static struct text keep(struct task *task, const struct buffer *text)
{
    bool failed = text->failed != ST_OK;
    struct text kept = failed ? text_of("") : arena_copy(task->arena, buffer_text(text), &failed);

    if (failed && task->status == ST_OK)
        task->status = ST_NO_MEMORY;
    return kept;
}

static void keep_setting(struct task *task, struct buffer *name, const struct buffer *value)
{
    struct text trimmed = text_trim(buffer_text(value));
    struct buffer copy = *value;

    if (!trimmed.size || task->count == SETTINGS_MOST)
        return;
    buffer_add_byte(name, 0);
    struct setting setting = {.name = keep(task, name)};
    name->size--;
    copy.bytes = (char *)trimmed.bytes;
    copy.size = trimmed.size;
    setting.value = keep(task, &copy);
    task->settings[task->count++] = setting;
}

/* All that is inside the element that was opened, as settings. */
static void read_settings(struct task *task)
{
    unsigned depth = task->xml.depth;
    struct buffer name;
    struct buffer value;

    buffer_init(&name, VALUE_MOST);
    buffer_init(&value, VALUE_MOST);
    while (next(task)) {
        if (task->token.kind == XML_OPEN) {
            if (name.size)
                buffer_add_byte(&name, '.');
            buffer_add(&name, task->token.name);
            buffer_clear(&value);
        } else if (task->token.kind == XML_TEXT) {
            xml_text(&task->token, &value);
        } else if (task->xml.depth < depth) {
            break;
        } else {
            keep_setting(task, &name, &value);
            buffer_clear(&value);
            name.size -= task->token.name.size;
            name.size -= name.size ? 1 : 0;
        }
    }
    if (task->status == ST_OK && name.failed != ST_OK)
        task->status = name.failed;
    buffer_done(&value);
    buffer_done(&name);
}

static size_t find_setting(const struct task *task, struct text name, size_t from)
{
    while (from < task->count && !text_equal(task->settings[from].name, name))
        from++;
    return from;
}

static void write_settings(struct task *task)
{
    for (size_t i = 0; i < task->count; i++) {
        struct text name = task->settings[i].name;
        size_t other = find_setting(task, name, i + 1);
        if (find_setting(task, name, 0) < i || text_equal(name, (struct text){"type", 5}))
            continue;
        if (other == task->count) {
            json_text(task->json, name.bytes, task->settings[i].value);
            continue;
        }
        json_open_array(task->json, name.bytes);
        for (other = i; other < task->count; other = find_setting(task, name, other + 1))
            json_text(task->json, NULL, task->settings[other].value);
        json_close_array(task->json);
    }
}

static void read_entry(struct task *task)
{
    struct text type = task->token.name;
    size_t program;

    task->count = 0;
    json_open_object(task->json, NULL);
    json_text(task->json, "type", type);
    read_settings(task);
    write_settings(task);
    json_close_object(task->json);
    program = find_setting(task, (struct text){"Command", sizeof "Command"}, 0);
    if (program < task->count && task->command && !task->command->size)
        buffer_add(task->command, task->settings[program].value);
}

static void read_list(struct task *task, const char *member)
{
    unsigned depth = task->xml.depth;

    json_open_array(task->json, member);
    while (next(task)) {
        if (task->token.kind == XML_OPEN)
            read_entry(task);
        else if (task->token.kind == XML_CLOSE && task->xml.depth < depth)
            break;
    }
    json_close_array(task->json);
}

/* RegistrationInfo, Settings; each member once. */
static void read_told(struct task *task, struct text section, unsigned *seen)
{
    unsigned depth = task->xml.depth;
    struct buffer value;

    buffer_init(&value, VALUE_MOST);
    while (next(task)) {
        if (task->token.kind == XML_CLOSE && task->xml.depth < depth)
            break;
        if (task->token.kind != XML_OPEN)
            continue;
        struct text element = task->token.name;
        buffer_clear(&value);
        read_text(task, &value);
        for (size_t i = 0; i < sizeof told / sizeof *told; i++)
            if (text_equal(section, text_from(told[i].section)) &&
                text_equal(element, text_from(told[i].element)) && !(*seen >> i & 1)) {
                *seen |= 1u << i;
                json_text(task->json, told[i].member, text_trim(buffer_text(&value)));
            }
    }
    buffer_done(&value);
}

static void read_section(struct task *task, unsigned *seen, unsigned *listed)
{
    struct text section = task->token.name;

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (text_equal(section, text_from(lists[i].section)) && !(*listed >> i & 1)) {
            *listed |= 1u << i;
            read_list(task, lists[i].member);
            return;
        }
    read_told(task, section, seen);
}

static void read_task(struct task *task)
{
    unsigned seen = 0;
    unsigned listed = 0;

    if (!next(task))
        return;
    if (!xml_is(&task->token, text_of("Task"))) {
        buffer_add_string(task->problem, "it is no task");
        task->status = ST_INVALID;
        return;
    }
    while (next(task))
        if (task->token.kind == XML_OPEN)
            read_section(task, &seen, &listed);
}

enum status task_file_add(struct json_writer *json, struct text content, struct buffer *command,
                          struct buffer *problem)
{
    struct task *task;
    struct arena *arena = arena_new(ARENA_MOST);
    struct buffer storage;
    struct text text;
    enum status status;

    if (!arena)
        return ST_NO_MEMORY;
    task = arena_take(arena, sizeof *task);
    buffer_init(&storage, DECODED_MOST);
    status = task ? decode_text(content, &storage, &text) : ST_NO_MEMORY;
    if (!status) {
        task->json = json;
        task->arena = arena;
        task->command = command;
        task->problem = problem;
        xml_read_begin(&task->xml, text);
        read_task(task);
        xml_problem(&task->xml, problem);
        status = task->status;
    }
    buffer_done(&storage);
    arena_free(arena);
    return status;
}
