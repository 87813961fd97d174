/* Any bytes as YAML: the reader ends, says why where it refuses, and what it takes is bounded in
 * depth and number and is well-formed text. */
#include <stdlib.h>

#include "core/base/yaml_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static size_t check_node(const struct yaml_node *node, unsigned depth, uint32_t lines)
{
    size_t nodes = 1;

    must(depth <= YAML_DEPTH_MOST && node->line >= 1 && node->line <= lines);
    must(text_valid(node->name) && text_valid(node->value));
    must(node->kind == YAML_SCALAR ? !node->first : !node->value.size && !node->quoted);
    for (const struct yaml_node *member = node->first; member; member = member->next)
        nodes += check_node(member, depth + 1, lines);
    return nodes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text input = {(const char *)data, size};
    struct arena *arena = arena_new((size_t)64 << 20);
    struct yaml_node *documents = NULL;
    struct buffer problem;
    uint32_t lines = 1;
    size_t nodes = 0;

    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n' || data[i] == '\r';
    buffer_init(&problem, 1024);
    enum status status = yaml_read(input, arena, &documents, &problem);
    must((problem.size > 0) == (status != ST_OK));
    must(status == ST_OK || status == ST_INVALID || status == ST_TOO_LARGE);
    for (const struct yaml_node *root = documents; root; root = root->next)
        nodes += check_node(root, 0, lines);
    must(nodes <= YAML_NODES_MOST && nodes <= size + 1);
    buffer_done(&problem);
    arena_free(arena);
    return 0;
}
