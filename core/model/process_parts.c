#include "core/model/process_parts.h"

#include "core/base/memory.h"

enum status process_parts_new(struct process_key key, size_t ceiling, struct process_parts **parts)
{
    struct process_parts *made = memory_take(sizeof *made);
    struct arena *arena = made ? arena_new(ceiling) : NULL;
    if (!arena) {
        memory_give(made);
        return ST_NO_MEMORY;
    }
    made->key = key;
    made->arena = arena;
    process_parts_refuse(made, PROCESS_ALL_PARTS, READ_NOT_YET);
    *parts = made;
    return ST_OK;
}

void process_parts_free(struct process_parts *parts)
{
    if (!parts)
        return;
    arena_free(parts->arena);
    memory_give(parts);
}

static void refuse_token(struct token_info *token, enum read_state why)
{
    const struct text_fact text = {.state = why};
    const struct number_fact number = {.state = why};
    *token = (struct token_info){
        .user = text,
        .domain = text,
        .sid = text,
        .session = number,
        .elevated = number,
        .elevation = number,
        .integrity = number,
        .virtualization_allowed = number,
        .virtualized = number,
        .app_container = number,
        .container_sid = text,
        .groups_state = why,
        .privileges_state = why,
    };
}

void process_parts_refuse(struct process_parts *parts, unsigned which, enum read_state why)
{
    if (which & PROCESS_THREADS) {
        parts->threads_state = why;
        parts->thread_count = 0;
    }
    if (which & PROCESS_MODULES) {
        parts->modules_state = why;
        parts->module_count = 0;
    }
    if (which & PROCESS_TOKEN) {
        parts->token_state = why;
        refuse_token(&parts->token, why);
    }
    if (which & PROCESS_ENVIRONMENT) {
        parts->environment_state = why;
        parts->variable_count = 0;
    }
}

const struct module_info *process_parts_module_at(const struct process_parts *parts,
                                                  uint64_t address)
{
    for (size_t i = 0; i < parts->module_count; i++) {
        const struct module_info *module = &parts->modules[i];
        if (address >= module->base && address - module->base < module->size)
            return module;
    }
    return NULL;
}

void process_parts_resolve(struct process_parts *parts)
{
    for (size_t i = 0; i < parts->thread_count; i++) {
        struct thread_info *thread = &parts->threads[i];
        const struct module_info *module = NULL;
        if (thread->start.state == READ_OK)
            module = process_parts_module_at(parts, thread->start.value);
        if (!module)
            continue;
        thread->module = text_file_name(module->path);
        thread->offset = thread->start.value - module->base;
    }
}

struct variable variable_of(struct text written)
{
    size_t end = written.size ? 1 : 0;
    while (end < written.size && written.bytes[end] != '=')
        end++;
    struct variable variable = {.name = text_slice(written, 0, end)};
    if (end < written.size)
        variable.value = text_slice(written, end + 1, written.size - end - 1);
    return variable;
}
