#include "core/windows/find/loaded.h"

static bool hand_out(const struct process_facts *facts, const struct handle_sink *sink,
                     enum handle_kind kind, uint64_t value, const struct text_fact *name)
{
    struct handle_row row = {.kind = kind,
                             .process = facts->key,
                             .process_name = facts->name,
                             .value = value,
                             .name = name->value,
                             .why = name->state};

    if (name->state != READ_OK)
        row.naming = HANDLE_NOT_READ;
    else if (!name->value.size)
        row.naming = HANDLE_NAMELESS;
    return sink->row(sink->context, &row);
}

static enum status tell_modules(const struct process_facts *facts,
                                const struct process_parts *parts, const struct handle_sink *sink)
{
    struct text_fact name = {.state = parts->modules_state};

    if (name.state != READ_OK)
        return hand_out(facts, sink, HANDLE_MODULE, 0, &name) ? ST_OK : ST_CANCELLED;
    for (size_t i = 0; i < parts->module_count; i++) {
        name.value = parts->modules[i].path;
        if (!hand_out(facts, sink, HANDLE_MODULE, parts->modules[i].base, &name))
            return ST_CANCELLED;
    }
    return ST_OK;
}

enum status loaded_find(struct parts_reader *reader, const struct process_facts *facts,
                        const struct handle_sink *sink)
{
    struct process_parts *parts = NULL;
    struct text_fact none = {.state = READ_UNSUPPORTED};
    enum status status;

    if (!hand_out(facts, sink, HANDLE_IMAGE, 0, &facts->image) ||
        !hand_out(facts, sink, HANDLE_COMMAND, 0, &facts->command))
        return ST_CANCELLED;
    status = parts_read(reader, facts->key, PROCESS_MODULES, &parts);
    if (status == ST_GONE || status == ST_UNSUPPORTED) {
        none.state = read_state_from(status);
        return hand_out(facts, sink, HANDLE_MODULE, 0, &none) ? ST_OK : ST_CANCELLED;
    }
    if (status)
        return status;
    status = tell_modules(facts, parts, sink);
    process_parts_free(parts);
    return status;
}
