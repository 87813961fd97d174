/* Any bytes as a task's file, a rule of the firewall, a command line, a file of rules and the
 * rules' texts: what comes out is bounded, and valid where it is JSON. */
#include <stdlib.h>
#include <string.h>

#include "core/base/json_read.h"
#include "core/evidence/command_program.h"
#include "core/evidence/expand.h"
#include "core/evidence/firewall_rule.h"
#include "core/evidence/glob.h"
#include "core/evidence/rule.h"
#include "core/evidence/task_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void must_be_json(const struct buffer *row)
{
    struct json_reader json;
    struct json_token token = {.kind = JSON_NULL};

    json_read_begin(&json, buffer_text(row), JSON_ONE_VALUE);
    while (token.kind != JSON_END)
        must(json_next(&json, &token) == ST_OK);
}

static void check_rows(struct text input)
{
    struct json_writer json;
    struct buffer row;
    struct buffer command;
    struct buffer problem;
    enum status status;

    buffer_init(&row, (size_t)64 << 20);
    buffer_init(&command, (size_t)1 << 20);
    buffer_init(&problem, 4096);
    json_begin(&json, &row);
    json_open_object(&json, NULL);
    status = task_file_add(&json, input, &command, &problem);
    json_close_object(&json);
    must(status == ST_OK || (status == ST_INVALID && problem.size));
    must_be_json(&row);
    buffer_clear(&row);
    json_begin(&json, &row);
    json_open_object(&json, NULL);
    (void)firewall_rule_add(&json, input);
    json_close_object(&json);
    must_be_json(&row);
    buffer_done(&problem);
    buffer_done(&command);
    buffer_done(&row);
}

static bool by_hash(void *context, struct text path)
{
    (void)context;
    return text_hash(path) % 3 == 0;
}

static bool known(void *context, struct text name, struct buffer *out)
{
    (void)context;
    if (name.size % 2)
        return false;
    buffer_add(out, name);
    return true;
}

static bool take_text(void *context, struct text text)
{
    size_t *taken = context;

    must(text.size <= EXPAND_MOST);
    return ++*taken < 100;
}

static void list_some(void *context, struct text folder, glob_child *each, void *told)
{
    size_t *listed = context;

    if (++*listed < 500 && each(told, text_of("a"), folder.size < 40))
        (void)each(told, text_of("b.txt"), false);
}

static void check_texts(struct text input)
{
    static const struct expand_user users[] = {
        {text_of("S-1"), text_of("u"), text_of("C:\\u"), true},
        {text_of("S-2"), text_of(""), text_of(""), false}};
    const struct expand_world world = {users, 2, known, NULL};
    const struct command_world files = {text_of("C:\\Windows"), by_hash, NULL};
    size_t listed = 0;
    size_t taken = 0;
    const struct glob_tree tree = {list_some, &listed};
    struct text unknown = {NULL, 0};
    struct buffer path;

    buffer_init(&path, (size_t)1 << 20);
    (void)command_program(&files, input, &path);
    buffer_done(&path);
    (void)expand(&world, input, take_text, &taken, &unknown);
    taken = 0;
    (void)glob_walk(&tree, input, take_text, &taken);
}

static void check_rules(struct text input)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct rule *rules = NULL;
    struct buffer problem;
    enum status status;

    buffer_init(&problem, 4096);
    status = rule_read(input, text_of("f"), arena, &rules, &problem);
    must((status == ST_OK) == (rules != NULL) && (status == ST_OK) == !problem.size);
    for (; rules; rules = rules->next)
        must(rules->name.size && rules->sources);
    buffer_done(&problem);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text input = {(const char *)data, size};

    check_rows(input);
    check_texts(text_slice(input, 0, size < 400 ? size : 400));
    check_rules(input);
    return 0;
}
