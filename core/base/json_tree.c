#include "core/base/json_tree.h"

#include <string.h>

#include "core/base/memory.h"

#define FIRST_NODES 64u

void json_tree_init(struct json_tree *tree)
{
    *tree = (struct json_tree){0};
}

void json_tree_done(struct json_tree *tree)
{
    memory_give(tree->nodes);
    memory_give(tree->decoded);
    json_tree_init(tree);
}

/* The number of a new node; 0: there is no room. */
static uint32_t add_node(struct json_tree *tree)
{
    if (tree->count >= tree->capacity) {
        uint32_t capacity = tree->capacity ? tree->capacity * 2 : FIRST_NODES;
        struct json_node *grown =
            capacity <= JSON_NODES_MOST
                ? memory_grow_array(tree->nodes, capacity, sizeof *tree->nodes)
                : NULL;
        if (!grown)
            return 0;
        tree->nodes = grown;
        tree->capacity = capacity;
    }
    tree->nodes[tree->count] = (struct json_node){.first = 0};
    return tree->count++;
}

struct reading {
    uint32_t open[JSON_DEPTH_MOST + 1]; /* the node of each level; [0]: none, above the root */
    uint32_t last[JSON_DEPTH_MOST + 1]; /* its last child so far */
    unsigned depth;
    struct json_token name;
};

static enum status take_value(struct json_tree *tree, struct reading *reading,
                              const struct json_token *token)
{
    uint32_t number = add_node(tree);
    if (!number)
        return tree->capacity * 2 > JSON_NODES_MOST ? ST_TOO_LARGE : ST_NO_MEMORY;
    struct json_node *node = &tree->nodes[number];
    node->value = *token;
    node->name = reading->name;
    reading->name = (struct json_token){.kind = JSON_END};
    unsigned depth = reading->depth;
    if (reading->last[depth])
        tree->nodes[reading->last[depth]].next = number;
    else
        tree->nodes[reading->open[depth]].first = number;
    reading->last[depth] = number;
    if (token->kind == JSON_OBJECT || token->kind == JSON_ARRAY) {
        reading->depth = depth + 1;
        reading->open[depth + 1] = number;
        reading->last[depth + 1] = 0;
    }
    return ST_OK;
}

static enum status read_all(struct json_tree *tree, struct text input)
{
    struct json_reader json;
    struct json_token token;
    struct reading reading = {.depth = 0};
    enum status status;
    add_node(tree); /* nodes[0] stands above the root: 0 means none */
    if (!tree->count)
        return ST_NO_MEMORY;
    json_read_begin(&json, input, JSON_ONE_VALUE);
    while ((status = json_next(&json, &token)) == ST_OK && token.kind != JSON_END) {
        if (token.kind == JSON_NAME)
            reading.name = token;
        else if (token.kind == JSON_OBJECT_END || token.kind == JSON_ARRAY_END)
            reading.depth--;
        else
            status = take_value(tree, &reading, &token);
        if (status != ST_OK)
            break;
    }
    return status;
}

/* Decoded strings take no more room than the input, since each is decoded once. */
static enum status make_room(struct json_tree *tree, size_t size)
{
    tree->decoded_size = 0;
    if (tree->decoded_room >= size)
        return ST_OK;
    char *grown = memory_grow(tree->decoded, size);
    if (!grown)
        return ST_NO_MEMORY;
    tree->decoded = grown;
    tree->decoded_room = size;
    return ST_OK;
}

enum status json_tree_read(struct json_tree *tree, struct text input)
{
    tree->count = 0;
    enum status status = make_room(tree, input.size);
    if (status == ST_OK)
        status = read_all(tree, input);
    if (status != ST_OK)
        tree->count = 0;
    return status;
}

struct json_node *json_root(struct json_tree *tree)
{
    return tree->count > 1 ? &tree->nodes[1] : NULL;
}

struct json_node *json_first(struct json_tree *tree, struct json_node *node)
{
    return node && node->first ? &tree->nodes[node->first] : NULL;
}

struct json_node *json_after(struct json_tree *tree, struct json_node *node)
{
    return node && node->next ? &tree->nodes[node->next] : NULL;
}

struct json_node *json_at(struct json_tree *tree, struct json_node *node, const char *path)
{
    struct text rest = text_from(path);
    while (node && rest.size) {
        size_t dot = text_find(rest, text_of("."));
        struct text name = text_slice(rest, 0, dot == SIZE_MAX ? rest.size : dot);
        rest = dot == SIZE_MAX ? text_slice(rest, rest.size, 0)
                               : text_slice(rest, dot + 1, rest.size - dot - 1);
        node = node->value.kind == JSON_OBJECT ? json_first(tree, node) : NULL;
        while (node && !json_is(&node->name, name))
            node = json_after(tree, node);
    }
    return node;
}

/* Decodes in place: the token then holds the text itself. */
static struct text decoded(struct json_tree *tree, struct json_token *token)
{
    if (!token->escaped)
        return token->raw;
    struct buffer out;
    buffer_init(&out, tree->decoded_room - tree->decoded_size);
    json_string_text(token, &out);
    if (out.failed != ST_OK) {
        buffer_done(&out);
        return (struct text){NULL, 0};
    }
    char *place = tree->decoded + tree->decoded_size;
    if (out.size)
        memcpy(place, out.bytes, out.size);
    tree->decoded_size += out.size;
    token->raw = (struct text){place, out.size};
    token->escaped = false;
    buffer_done(&out);
    return token->raw;
}

struct text json_node_text(struct json_tree *tree, struct json_node *node)
{
    if (!node)
        return (struct text){NULL, 0};
    switch (node->value.kind) {
    case JSON_STRING:
        return decoded(tree, &node->value);
    case JSON_NUMBER:
        return node->value.raw;
    case JSON_TRUE:
        return text_of("true");
    case JSON_FALSE:
        return text_of("false");
    default:
        return (struct text){NULL, 0};
    }
}

struct text json_node_name(struct json_tree *tree, struct json_node *node)
{
    return node && node->name.kind == JSON_NAME ? decoded(tree, &node->name)
                                                : (struct text){NULL, 0};
}

struct text json_text_at(struct json_tree *tree, struct json_node *node, const char *path)
{
    return json_node_text(tree, json_at(tree, node, path));
}

uint64_t json_number_at(struct json_tree *tree, struct json_node *node, const char *path)
{
    uint64_t number = 0;
    node = json_at(tree, node, path);
    return node && json_number(&node->value, UINT64_MAX, &number) ? number : 0;
}

moment json_moment_at(struct json_tree *tree, struct json_node *node, const char *path)
{
    moment when = 0;
    return moment_parse_iso(json_text_at(tree, node, path), &when) ? when : 0;
}

bool json_true_at(struct json_tree *tree, struct json_node *node, const char *path)
{
    node = json_at(tree, node, path);
    return node && node->value.kind == JSON_TRUE;
}
