#include "gui/rules_reader.h"

#include "core/base/memory.h"
#include "core/windows/failure.h"
#include "core/windows/file/files.h"

#define ARENA_MOST ((size_t)64 << 20)
#define PATHS_MOST ((size_t)4 << 20)
#define PROBLEM_MOST ((size_t)1 << 20)

/* The file by its name alone: where it lies stands above the line that tells this. */
static void tell_problem(struct rules_read *read, struct text path, struct text why)
{
    struct text name = text_file_name(path);

    for (size_t i = 0; i < name.size; i++) /* what a file is called may hold anything */
        buffer_add_byte(&read->problem, (unsigned char)name.bytes[i] < ' ' ? ' ' : name.bytes[i]);
    buffer_add_string(&read->problem, ": ");
    buffer_add(&read->problem, why);
}

static void read_file(struct rules_read *read, struct text path)
{
    struct failure failure = {.status = ST_OK};
    struct buffer content;
    struct buffer why;

    buffer_init(&content, YAML_SIZE_MOST);
    buffer_init(&why, PROBLEM_MOST);
    read->status = files_read(path, &content, &failure);
    if (read->status != ST_OK)
        failure_add(&why, &failure);
    else
        read->status = rule_read(buffer_text(&content), path, read->arena, &read->rules, &why);
    if (read->status != ST_OK)
        tell_problem(read, path,
                     why.size ? buffer_text(&why) : text_from(status_phrase(read->status)));
    buffer_done(&why);
    buffer_done(&content);
}

static void count_rules(struct rules_read *read)
{
    for (const struct rule *rule = read->rules; rule; rule = rule->next) {
        read->count++;
        for (const struct rule_source *source = rule->sources; source; source = source->next)
            read->commands += source->kind == RULE_COMMAND && source->on_windows;
    }
}

static void run(void *data, const atomic_bool *cancel)
{
    struct rules_read *read = data;
    struct text rest = buffer_text(&read->paths);

    while (rest.size && read->status == ST_OK && !atomic_load(cancel)) {
        size_t end = text_find(rest, text_of("\n"));
        size_t size = end == SIZE_MAX ? rest.size : end;
        size_t used = size + (end != SIZE_MAX);
        read_file(read, text_slice(rest, 0, size));
        rest = text_slice(rest, used, rest.size - used);
    }
    if (read->status == ST_OK)
        count_rules(read);
    else
        read->rules = NULL;
}

static void dispose(void *data)
{
    struct rules_read *read = data;

    arena_free(read->arena);
    buffer_done(&read->problem);
    buffer_done(&read->paths);
    memory_give(read);
}

struct worker *rules_reader_start(struct text paths, HWND window, UINT message)
{
    static const struct worker_class class = {run, dispose};
    struct rules_read *read = memory_take(sizeof *read);

    if (!read)
        return NULL;
    buffer_init(&read->paths, PATHS_MOST);
    buffer_init(&read->problem, PROBLEM_MOST);
    buffer_add(&read->paths, paths);
    read->arena = arena_new(ARENA_MOST);
    if (!read->arena || read->paths.failed != ST_OK) {
        dispose(read);
        return NULL;
    }
    return worker_start(&class, read, window, message);
}

struct arena *rules_read_take(struct rules_read *read, const struct rule **rules)
{
    struct arena *arena = read->arena;

    *rules = read->rules;
    read->arena = NULL;
    read->rules = NULL;
    return arena;
}
