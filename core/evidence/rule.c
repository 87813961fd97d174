#include "core/evidence/rule.h"

struct reading {
    struct arena *arena;
    struct text file;
    struct buffer *problem;
    enum status status;
};

static const struct {
    const char *type;
    const char *items; /* the attribute that holds them */
    enum rule_kind kind;
} types[] = {
    {"FILE", "paths", RULE_FILE},
    {"PATH", "paths", RULE_PATH},
    {"DIRECTORY", "paths", RULE_PATH}, /* as older rules call it */
    {"REGISTRY_KEY", "keys", RULE_KEY},
    {"REGISTRY_VALUE", "key_value_pairs", RULE_VALUE},
    {"COMMAND", "args", RULE_COMMAND},
    {"WMI", "query", RULE_WMI},
    {"ARTIFACT_GROUP", "names", RULE_GROUP},
};

static bool fail(struct reading *reading, uint32_t line, const char *problem)
{
    reading->status = ST_INVALID;
    buffer_add_string(reading->problem, "line ");
    buffer_add_unsigned(reading->problem, line);
    buffer_add_string(reading->problem, ": ");
    buffer_add_string(reading->problem, problem);
    return false;
}

static void *take(struct reading *reading, size_t size)
{
    void *memory = arena_take(reading->arena, size);

    if (!memory)
        reading->status = ST_NO_MEMORY;
    return memory;
}

/* Whether a list of systems, or the one, names Windows; where there is none, it does. */
static bool names_windows(const struct yaml_node *systems)
{
    if (!systems || (systems->kind == YAML_SCALAR && !systems->value.size))
        return true;
    if (systems->kind == YAML_SCALAR)
        return text_equal_nocase(systems->value, text_of("windows"));
    for (systems = systems->first; systems; systems = systems->next)
        if (text_equal_nocase(systems->value, text_of("windows")))
            return true;
    return false;
}

/* --- items --- */

static bool add_item(struct reading *reading, struct rule_item ***end, struct text first,
                     struct text second)
{
    struct rule_item *item = take(reading, sizeof *item);

    if (!item)
        return false;
    *item = (struct rule_item){.first = first, .second = second};
    **end = item;
    *end = &item->next;
    return true;
}

static bool read_item(struct reading *reading, enum rule_kind kind, const struct yaml_node *node,
                      struct rule_item ***end)
{
    if (kind == RULE_VALUE) {
        if (node->kind != YAML_MAPPING || !yaml_text(node, text_of("key")).size)
            return fail(reading, node->line, "a pair without a key");
        return add_item(reading, end, yaml_text(node, text_of("key")),
                        yaml_text(node, text_of("value")));
    }
    if (node->kind != YAML_SCALAR)
        return fail(reading, node->line, "expected a text");
    if (!node->value.size && kind != RULE_COMMAND)
        return fail(reading, node->line, "an empty entry");
    return add_item(reading, end, node->value, text_of(""));
}

static bool read_items(struct reading *reading, const struct yaml_node *attributes,
                       struct text name, struct rule_source *source)
{
    const struct yaml_node *items = yaml_member(attributes, name);
    struct rule_item **end = &source->items;

    if (source->kind == RULE_WMI) {
        if (!yaml_text(attributes, name).size)
            return fail(reading, source->line, "a source without its query");
        return add_item(reading, &end, yaml_text(attributes, name),
                        yaml_text(attributes, text_of("base_object")));
    }
    if (source->kind == RULE_COMMAND) {
        if (!yaml_text(attributes, text_of("cmd")).size)
            return fail(reading, source->line, "a command without its program");
        if (!add_item(reading, &end, yaml_text(attributes, text_of("cmd")), text_of("")))
            return false;
    } else if (!items) {
        return fail(reading, source->line, "a source without what is to be collected");
    }
    if (items && items->kind == YAML_SCALAR)
        return !items->value.size || read_item(reading, source->kind, items, &end);
    if (items && items->kind == YAML_MAPPING)
        return read_item(reading, source->kind, items, &end);
    for (items = items ? items->first : NULL; items; items = items->next)
        if (!read_item(reading, source->kind, items, &end))
            return false;
    return true;
}

/* --- sources and rules --- */

static bool read_source(struct reading *reading, const struct yaml_node *node,
                        struct rule_source *source)
{
    source->kind = RULE_OTHER;
    source->type = yaml_text(node, text_of("type"));
    source->line = node->line;
    source->on_windows = names_windows(yaml_member(node, text_of("supported_os")));
    if (!source->type.size)
        return fail(reading, node->line, "a source without a type");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!text_equal_nocase(source->type, text_from(types[i].type)))
            continue;
        source->kind = types[i].kind;
        return read_items(reading, yaml_member(node, text_of("attributes")),
                          text_from(types[i].items), source);
    }
    return true;
}

static bool read_sources(struct reading *reading, const struct yaml_node *root, struct rule *rule)
{
    const struct yaml_node *sources = yaml_member(root, text_of("sources"));
    bool on_windows = names_windows(yaml_member(root, text_of("supported_os")));
    struct rule_source **end = &rule->sources;

    if (!sources || sources->kind != YAML_SEQUENCE || !sources->first)
        return fail(reading, root->line, "a rule without sources");
    for (const struct yaml_node *node = sources->first; node; node = node->next) {
        struct rule_source *source = take(reading, sizeof *source);
        if (!source || !read_source(reading, node, source))
            return false;
        source->on_windows = source->on_windows && on_windows;
        *end = source;
        end = &source->next;
    }
    return true;
}

static struct rule *read_rule(struct reading *reading, const struct yaml_node *root)
{
    struct rule *rule = take(reading, sizeof *rule);

    if (!rule)
        return NULL;
    rule->file = reading->file;
    rule->name = yaml_text(root, text_of("name"));
    rule->doc = yaml_text(root, text_of("doc"));
    rule->author = yaml_text(root, text_of("author"));
    rule->version = yaml_text(root, text_of("version"));
    if (!rule->name.size) {
        (void)fail(reading, root->line, "a rule without a name");
        return NULL;
    }
    return read_sources(reading, root, rule) ? rule : NULL;
}

enum status rule_read(struct text content, struct text file, struct arena *arena,
                      struct rule **rules, struct buffer *problem)
{
    struct reading reading = {.arena = arena, .problem = problem};
    struct yaml_node *document = NULL;
    struct rule *first = NULL;
    struct rule **end = &first;
    bool failed = false;

    reading.file = arena_copy(arena, file, &failed);
    reading.status = failed ? ST_NO_MEMORY : yaml_read(content, arena, &document, problem);
    for (; reading.status == ST_OK && document; document = document->next) {
        *end = read_rule(&reading, document);
        if (*end)
            end = &(*end)->next;
    }
    if (reading.status == ST_OK && !first)
        (void)fail(&reading, 1, "there is no rule in it");
    if (reading.status != ST_OK)
        return reading.status;
    while (*rules)
        rules = &(*rules)->next;
    *rules = first;
    return ST_OK;
}
