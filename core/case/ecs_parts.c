#include "core/case/ecs_parts.h"

#include "core/model/part_words.h"

#define WORDS_MOST ((size_t)256 << 10) /* a file name and an offset */

/* The reasons within one object; opened by the first of them. */
struct unread {
    struct json_writer *json;
    bool open;
};

static void add_unread(struct unread *unread, const char *name, enum read_state state)
{
    if (state == READ_OK || state == READ_NOT_APPLICABLE)
        return;
    if (!unread->open)
        json_open_object(unread->json, "unread");
    unread->open = true;
    json_string(unread->json, name, read_state_phrase(state));
}

static void end_unread(struct unread *unread)
{
    if (unread->open)
        json_close_object(unread->json);
}

/* Words are put together in a buffer that serves for all of one line. */
struct words {
    struct json_writer *json;
    struct buffer text;
};

static struct words words_for(struct json_writer *json)
{
    struct words words = {.json = json};
    buffer_init(&words.text, WORDS_MOST);
    return words;
}

static void words_done(struct words *words)
{
    if (words->text.failed != ST_OK)
        words->json->out->failed = words->text.failed;
    buffer_done(&words->text);
}

static void add_words(struct words *words, const char *name)
{
    json_text(words->json, name, buffer_text(&words->text));
    if (words->text.failed == ST_OK)
        buffer_clear(&words->text);
}

static void add_address(struct words *words, const char *name, uint64_t address)
{
    hexadecimal_add(&words->text, address);
    add_words(words, name);
}

static void add_start(struct words *words, const struct thread_info *thread)
{
    struct json_writer *json = words->json;
    json_open_object(json, "start");
    add_address(words, "address", thread->start.value);
    if (thread->module.size) {
        json_text(json, "module", thread->module);
        add_address(words, "offset", thread->offset);
    }
    json_close_object(json);
}

static void add_thread(struct words *words, const struct thread_info *thread)
{
    struct json_writer *json = words->json;
    json_open_object(json, NULL);
    json_unsigned(json, "id", thread->tid);
    if (thread->name.state == READ_OK && thread->name.value.size)
        json_text(json, "name", thread->name.value);
    json_moment(json, "created", thread->created, true);
    json_milliseconds(json, "cpu_ms", thread->cpu);
    if (thread->state.state == READ_OK) {
        thread_state_add(&words->text, thread->state.value);
        add_words(words, "state");
    }
    if (thread->wait.state == READ_OK) {
        thread_wait_add(&words->text, thread->wait.value);
        add_words(words, "wait_reason");
    }
    if (thread->suspend_count.state == READ_OK)
        json_unsigned(json, "suspend_count", thread->suspend_count.value);
    if (thread->start.state == READ_OK)
        add_start(words, thread);
    struct unread unread = {.json = json};
    add_unread(&unread, "name", thread->name.state);
    add_unread(&unread, "state", thread->state.state);
    add_unread(&unread, "wait_reason", thread->wait.state);
    add_unread(&unread, "suspend_count", thread->suspend_count.state);
    add_unread(&unread, "start", thread->start.state);
    end_unread(&unread);
    json_close_object(json);
}

void ecs_parts_add_process(struct json_writer *json, const struct process_parts *parts)
{
    struct words words = words_for(json);
    if (parts->threads_state == READ_OK) {
        json_open_array(json, "thread");
        for (size_t i = 0; i < parts->thread_count; i++)
            add_thread(&words, &parts->threads[i]);
        json_close_array(json);
    }
    if (parts->environment_state == READ_OK) {
        json_open_array(json, "env_vars");
        for (size_t i = 0; i < parts->variable_count; i++) {
            buffer_add(&words.text, parts->variables[i].name);
            buffer_add_byte(&words.text, '=');
            buffer_add(&words.text, parts->variables[i].value);
            add_words(&words, NULL);
        }
        json_close_array(json);
    }
    words_done(&words);
}

static void add_modules(struct words *words, const struct process_parts *parts)
{
    struct json_writer *json = words->json;
    json_open_array(json, "modules");
    for (size_t i = 0; i < parts->module_count; i++) {
        const struct module_info *module = &parts->modules[i];
        json_open_object(json, NULL);
        if (module->path.size) {
            json_text(json, "name", text_file_name(module->path));
            json_text(json, "path", module->path);
        }
        add_address(words, "base", module->base);
        json_unsigned(json, "size", module->size);
        json_close_object(json);
    }
    json_close_array(json);
    json_string(json, "modules_from",
                parts->modules_origin == MODULES_MAPPED ? "mapped images" : "module list");
    if (parts->modules_cut)
        json_bool(json, "modules_cut", true);
}

static void add_text_fact(struct json_writer *json, const char *name, const struct text_fact *fact)
{
    if (fact->state == READ_OK && fact->value.size)
        json_text(json, name, fact->value);
}

static void add_flag(struct json_writer *json, const char *name, const struct number_fact *fact)
{
    if (fact->state == READ_OK)
        json_bool(json, name, fact->value != 0);
}

static void add_groups(struct words *words, const struct token_info *token)
{
    struct json_writer *json = words->json;
    json_open_array(json, "groups");
    for (size_t i = 0; i < token->group_count; i++) {
        const struct token_group *group = &token->groups[i];
        json_open_object(json, NULL);
        add_text_fact(json, "name", &group->name);
        add_text_fact(json, "domain", &group->domain);
        json_text(json, "id", group->sid);
        group_attributes_add(&words->text, group->attributes);
        add_words(words, "attributes");
        struct unread unread = {.json = json};
        add_unread(&unread, "name", group->name.state);
        end_unread(&unread);
        json_close_object(json);
    }
    json_close_array(json);
}

static void add_privileges(struct words *words, const struct token_info *token)
{
    struct json_writer *json = words->json;
    json_open_array(json, "privileges");
    for (size_t i = 0; i < token->privilege_count; i++) {
        const struct token_privilege *privilege = &token->privileges[i];
        json_open_object(json, NULL);
        privilege_add(&words->text, privilege->luid);
        add_words(words, "name");
        json_bool(json, "enabled", privilege->enabled);
        json_bool(json, "by_default", privilege->by_default);
        json_close_object(json);
    }
    json_close_array(json);
}

static void add_token_reasons(struct json_writer *json, const struct token_info *token)
{
    struct unread unread = {.json = json};
    add_unread(&unread, "user", token->user.state);
    add_unread(&unread, "id", token->sid.state);
    add_unread(&unread, "integrity", token->integrity.state);
    add_unread(&unread, "elevation", token->elevation.state);
    add_unread(&unread, "elevated", token->elevated.state);
    add_unread(&unread, "virtualization_allowed", token->virtualization_allowed.state);
    add_unread(&unread, "virtualized", token->virtualized.state);
    add_unread(&unread, "app_container", token->app_container.state);
    add_unread(&unread, "app_container_id", token->container_sid.state);
    add_unread(&unread, "session", token->session.state);
    add_unread(&unread, "groups", token->groups_state);
    add_unread(&unread, "privileges", token->privileges_state);
    end_unread(&unread);
}

static void add_token(struct words *words, const struct token_info *token)
{
    struct json_writer *json = words->json;
    json_open_object(json, "token");
    add_text_fact(json, "user", &token->user);
    add_text_fact(json, "domain", &token->domain);
    add_text_fact(json, "id", &token->sid);
    if (token->integrity.state == READ_OK) {
        integrity_add(&words->text, token->integrity.value);
        add_words(words, "integrity");
    }
    if (token->elevation.state == READ_OK && elevation_word(token->elevation.value))
        json_string(json, "elevation", elevation_word(token->elevation.value));
    add_flag(json, "elevated", &token->elevated);
    add_flag(json, "virtualization_allowed", &token->virtualization_allowed);
    add_flag(json, "virtualized", &token->virtualized);
    add_flag(json, "app_container", &token->app_container);
    add_text_fact(json, "app_container_id", &token->container_sid);
    if (token->session.state == READ_OK)
        json_unsigned(json, "session", token->session.value);
    if (token->groups_state == READ_OK)
        add_groups(words, token);
    if (token->privileges_state == READ_OK)
        add_privileges(words, token);
    add_token_reasons(json, token);
    json_close_object(json);
}

void ecs_parts_add(struct json_writer *json, const struct process_parts *parts)
{
    struct words words = words_for(json);
    if (parts->modules_state == READ_OK)
        add_modules(&words, parts);
    if (parts->token_state == READ_OK)
        add_token(&words, &parts->token);
    if (parts->environment_cut)
        json_bool(json, "env_vars_cut", true);
    words_done(&words);
}

const char *ecs_parts_name(size_t i)
{
    static const char *const names[ECS_PARTS] = {"process.thread", "stakeout.modules",
                                                 "stakeout.token", "process.env_vars"};
    return names[i];
}

enum read_state ecs_parts_state(const struct process_parts *parts, size_t i)
{
    const enum read_state states[ECS_PARTS] = {parts->threads_state, parts->modules_state,
                                               parts->token_state, parts->environment_state};
    return states[i];
}
