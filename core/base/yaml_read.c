#include "core/base/yaml_inside.h"

static bool read_block(struct yaml_reader *reader, size_t indent, bool in_line,
                       struct yaml_node **node);
static bool read_flow(struct yaml_reader *reader, struct yaml_node **node);

/* --- nodes --- */

static struct yaml_node *new_node(struct yaml_reader *reader, enum yaml_kind kind)
{
    struct yaml_node *node = NULL;

    if (++reader->nodes > YAML_NODES_MOST)
        (void)yaml_fail_with(reader, ST_TOO_LARGE, "too many values");
    else
        node = arena_take(reader->arena, sizeof *node);
    if (!node && reader->status == ST_OK)
        (void)yaml_fail_with(reader, ST_NO_MEMORY, NULL);
    if (node)
        *node = (struct yaml_node){.kind = kind, .line = reader->line};
    return node;
}

static bool add_member(struct yaml_reader *reader, struct yaml_node *whole, struct yaml_node **last,
                       struct yaml_node *member)
{
    size_t count = 0;

    if (whole->kind == YAML_MAPPING) {
        for (const struct yaml_node *other = whole->first; other; other = other->next, count++)
            if (text_equal(other->name, member->name))
                return yaml_fail(reader, "a key stands twice");
        if (count == YAML_MEMBERS_MOST)
            return yaml_fail_with(reader, ST_TOO_LARGE, "too many keys in one mapping");
    }
    if (*last)
        (*last)->next = member;
    else
        whole->first = member;
    *last = member;
    return true;
}

static bool enter(struct yaml_reader *reader)
{
    if (reader->depth == YAML_DEPTH_MOST)
        return yaml_fail_with(reader, ST_TOO_LARGE, "nested too deeply");
    reader->depth++;
    return true;
}

static const char *refused_sign(char c)
{
    switch (c) {
    case '&':
    case '*':
        return "anchors and aliases are not read";
    case '!':
        return "tags are not read";
    case '@':
    case '`':
        return "a value that begins with '@' or '`' belongs in quotation marks";
    default:
        return NULL;
    }
}

/* --- flow --- */

static bool read_flow_key(struct yaml_reader *reader, struct text *name)
{
    char c = yaml_peek(reader, 0);

    if (c == '"' || c == '\'')
        return yaml_read_quoted(reader, name);
    if (refused_sign(c))
        return yaml_fail(reader, refused_sign(c));
    if (yaml_is_flow_sign(c) || c == '?' || c == ':')
        return yaml_fail(reader, "expected a key");
    return yaml_read_plain(reader, 0, true, name);
}

static bool read_pair(struct yaml_reader *reader, struct yaml_node **member)
{
    struct text name = {0};

    if (!read_flow_key(reader, &name) || !yaml_skip_gap(reader))
        return false;
    if (yaml_peek(reader, 0) == ':') {
        reader->at++;
        if (!yaml_skip_gap(reader) || !read_flow(reader, member))
            return false;
    } else {
        *member = new_node(reader, YAML_SCALAR);
    }
    if (*member)
        (*member)->name = name;
    return *member != NULL;
}

static bool read_flow_list(struct yaml_reader *reader, struct yaml_node **node)
{
    bool mapping = yaml_peek(reader, 0) == '{';
    char end = mapping ? '}' : ']';
    struct yaml_node *last = NULL;

    *node = new_node(reader, mapping ? YAML_MAPPING : YAML_SEQUENCE);
    if (!*node)
        return false;
    reader->at++;
    for (;;) {
        struct yaml_node *member = NULL;
        if (!yaml_skip_gap(reader))
            return false;
        if (yaml_at_document_end(reader))
            return yaml_fail(reader, "a bracket does not end");
        if (yaml_peek(reader, 0) == end)
            break;
        if (yaml_peek(reader, 0) == ',')
            return yaml_fail(reader, "expected a value before ','");
        if (!(mapping ? read_pair(reader, &member) : read_flow(reader, &member)) ||
            !add_member(reader, *node, &last, member) || !yaml_skip_gap(reader))
            return false;
        if (yaml_peek(reader, 0) == ',')
            reader->at++;
        else if (yaml_peek(reader, 0) != end && !yaml_at_document_end(reader))
            return yaml_fail(reader, "expected ',' or the closing bracket");
    }
    reader->at++;
    return true;
}

/* A value inside brackets; one that is not there is an empty scalar. */
static bool read_flow(struct yaml_reader *reader, struct yaml_node **node)
{
    char c = yaml_peek(reader, 0);
    bool read;

    if (c == '[' || c == '{') {
        if (!enter(reader))
            return false;
        read = read_flow_list(reader, node);
        reader->depth--;
        return read;
    }
    if (refused_sign(c))
        return yaml_fail(reader, refused_sign(c));
    *node = new_node(reader, YAML_SCALAR);
    if (!*node)
        return false;
    if (c == '"' || c == '\'') {
        (*node)->quoted = true;
        return yaml_read_quoted(reader, &(*node)->value);
    }
    return yaml_is_flow_sign(c) || yaml_read_plain(reader, 0, true, &(*node)->value);
}

/* --- blocks --- */

static bool at_item(const struct yaml_reader *reader)
{
    return yaml_peek(reader, 0) == '-' && yaml_is_gap(yaml_peek(reader, 1));
}

/* Whether a key begins here: a plain or quoted text in one line, and ':' behind it. */
static bool at_key(const struct yaml_reader *reader)
{
    char quote = yaml_peek(reader, 0);
    size_t at = 1;

    if (quote != '"' && quote != '\'') {
        at = yaml_plain_size(reader, false);
        while (yaml_is_blank(yaml_peek(reader, at)))
            at++;
        return yaml_peek(reader, at) == ':';
    }
    for (; yaml_peek(reader, at) && !yaml_is_break(yaml_peek(reader, at)) &&
           yaml_peek(reader, at) != quote;
         at++)
        if (quote == '"' && yaml_peek(reader, at) == '\\')
            at++;
    if (yaml_peek(reader, at) != quote)
        return false;
    for (at++; yaml_is_blank(yaml_peek(reader, at)); at++)
        ;
    return yaml_peek(reader, at) == ':' && yaml_is_gap(yaml_peek(reader, at + 1));
}

static bool read_sequence(struct yaml_reader *reader, struct yaml_node **node)
{
    size_t here = yaml_column(reader);
    struct yaml_node *last = NULL;

    *node = new_node(reader, YAML_SEQUENCE);
    if (!*node)
        return false;
    while (!yaml_at_document_end(reader) && yaml_column(reader) == here && at_item(reader)) {
        struct yaml_node *item = NULL;
        reader->at++;
        if (!read_block(reader, here + 1, false, &item) ||
            !add_member(reader, *node, &last, item) || !yaml_skip_gap(reader))
            return false;
    }
    return true;
}

/* What stands behind a key's colon. A sequence below it may begin in the key's own column. */
static bool read_value(struct yaml_reader *reader, size_t here, struct yaml_node **value)
{
    uint32_t line = reader->line;

    if (!yaml_skip_gap(reader))
        return false;
    if (reader->line == line)
        return read_block(reader, here + 1, true, value);
    if (!yaml_at_document_end(reader) && yaml_column(reader) == here && at_item(reader))
        return read_block(reader, here, false, value);
    return read_block(reader, here + 1, false, value);
}

/* A key and the colon behind it. */
static bool read_key(struct yaml_reader *reader, struct text *name)
{
    char c = yaml_peek(reader, 0);
    bool failed = false;

    if (!at_key(reader) || at_item(reader) || yaml_is_flow_sign(c) || c == ':')
        return yaml_fail(reader, "expected a key and ':'");
    if (refused_sign(c))
        return yaml_fail(reader, refused_sign(c));
    if (c == '"' || c == '\'') {
        failed = !yaml_read_quoted(reader, name);
    } else {
        size_t size = yaml_plain_size(reader, false);
        *name = arena_copy(reader->arena, text_slice(reader->input, reader->at, size), &failed);
        if (failed)
            (void)yaml_fail_with(reader, ST_NO_MEMORY, NULL);
        reader->at += size;
    }
    yaml_skip_blanks(reader);
    reader->at++;
    return !failed;
}

static bool read_mapping(struct yaml_reader *reader, struct yaml_node **node)
{
    size_t here = yaml_column(reader);
    struct yaml_node *last = NULL;

    *node = new_node(reader, YAML_MAPPING);
    if (!*node)
        return false;
    while (!yaml_at_document_end(reader) && yaml_column(reader) == here) {
        struct yaml_node *value = NULL;
        struct text name = {0};
        if (!read_key(reader, &name) || !read_value(reader, here, &value))
            return false;
        value->name = name;
        if (!add_member(reader, *node, &last, value) || !yaml_skip_gap(reader))
            return false;
    }
    return true;
}

static bool read_scalar(struct yaml_reader *reader, size_t indent, struct yaml_node **node)
{
    char c = yaml_peek(reader, 0);

    *node = new_node(reader, YAML_SCALAR);
    if (!*node)
        return false;
    (*node)->quoted = c == '"' || c == '\'' || c == '|' || c == '>';
    if (c == '|' || c == '>')
        return yaml_read_block_text(reader, indent, &(*node)->value);
    if (c == '"' || c == '\'')
        return yaml_read_quoted(reader, &(*node)->value) && yaml_end_line(reader);
    return yaml_read_plain(reader, indent, false, &(*node)->value) && yaml_end_line(reader);
}

static bool read_inside(struct yaml_reader *reader, size_t indent, bool in_line,
                        struct yaml_node **node)
{
    char c = yaml_peek(reader, 0);

    if (c == '[' || c == '{')
        return read_flow_list(reader, node) && yaml_end_line(reader);
    if (at_item(reader))
        return in_line ? yaml_fail(reader, "a list begins in its key's line")
                       : read_sequence(reader, node);
    if (refused_sign(c))
        return yaml_fail(reader, refused_sign(c));
    if (c == '?' && yaml_is_gap(yaml_peek(reader, 1)))
        return yaml_fail(reader, "a key that is no plain or quoted text");
    if (yaml_is_flow_sign(c))
        return yaml_fail(reader, "a bracket or a comma where a value was expected");
    if (c != '|' && c != '>' && at_key(reader))
        return in_line ? yaml_fail(reader, "': ' inside a plain text: put it in quotation marks")
                       : read_mapping(reader, node);
    return read_scalar(reader, indent, node);
}

/* The node that comes next, if it is indented by `indent` at least; else an empty scalar. */
static bool read_block(struct yaml_reader *reader, size_t indent, bool in_line,
                       struct yaml_node **node)
{
    bool read;

    if (!yaml_skip_gap(reader))
        return false;
    if (yaml_at_document_end(reader) || yaml_column(reader) < indent) {
        *node = new_node(reader, YAML_SCALAR);
        return *node != NULL;
    }
    if (!enter(reader))
        return false;
    read = read_inside(reader, indent, in_line, node);
    reader->depth--;
    return read;
}

/* --- documents --- */

static bool is_control(char c)
{
    return ((unsigned char)c < 0x20 && !yaml_is_blank(c) && !yaml_is_break(c)) || c == 0x7F;
}

static bool check_characters(struct yaml_reader *reader)
{
    struct text rest = text_slice(reader->input, reader->at, reader->input.size - reader->at);

    if (rest.size > YAML_SIZE_MOST)
        return yaml_fail_with(reader, ST_TOO_LARGE, "it is too large for rules");
    if (!text_valid(rest))
        return yaml_fail(reader, "it is not UTF-8");
    for (size_t i = 0; i < rest.size; i++) {
        if (is_control(rest.bytes[i]))
            return yaml_fail(reader, "a control character");
        reader->line += rest.bytes[i] == '\n';
    }
    reader->line = 1;
    return true;
}

/* What may stand before a document: directives, and "---". */
static bool begin_document(struct yaml_reader *reader)
{
    if (!yaml_skip_gap(reader))
        return false;
    while (yaml_column(reader) == 0 && yaml_peek(reader, 0) == '%' && yaml_peek(reader, 1) != '%') {
        yaml_skip_line(reader);
        if (!yaml_skip_gap(reader))
            return false;
    }
    if (!yaml_at_marker(reader, '-'))
        return true;
    reader->at += 3;
    return yaml_skip_gap(reader);
}

static bool read_documents(struct yaml_reader *reader, struct yaml_node **first)
{
    struct yaml_node *last = NULL;

    while (yaml_peek(reader, 0)) {
        struct yaml_node *root = NULL;
        if (!begin_document(reader) || !read_block(reader, 0, false, &root) ||
            !yaml_skip_gap(reader))
            return false;
        if (!yaml_at_document_end(reader))
            return yaml_fail(reader, "its indentation fits to nothing above it");
        while (yaml_at_marker(reader, '.')) {
            reader->at += 3;
            if (!yaml_end_line(reader) || !yaml_skip_gap(reader))
                return false;
        }
        if (root->kind == YAML_SCALAR && !root->quoted && !root->value.size)
            continue;
        if (last)
            last->next = root;
        else
            *first = root;
        last = root;
    }
    return true;
}

enum status yaml_read(struct text input, struct arena *arena, struct yaml_node **documents,
                      struct buffer *problem)
{
    struct yaml_reader reader = {.input = input, .line = 1, .arena = arena};
    struct yaml_node *first = NULL;

    buffer_init(&reader.scratch, YAML_SIZE_MOST * 2);
    if (text_starts(input, text_of("\xEF\xBB\xBF")))
        reader.input = text_slice(input, 3, input.size - 3);
    if (check_characters(&reader))
        (void)read_documents(&reader, &first);
    buffer_done(&reader.scratch);
    if (reader.status == ST_OK)
        *documents = first;
    if (reader.problem) {
        buffer_add(problem, text_of("line "));
        buffer_add_unsigned(problem, reader.line);
        buffer_add(problem, text_of(": "));
        buffer_add_string(problem, reader.problem);
    }
    return reader.status;
}

const struct yaml_node *yaml_member(const struct yaml_node *node, struct text name)
{
    if (!node || node->kind != YAML_MAPPING)
        return NULL;
    for (node = node->first; node && !text_equal(node->name, name); node = node->next)
        ;
    return node;
}

struct text yaml_text(const struct yaml_node *node, struct text name)
{
    const struct yaml_node *member = yaml_member(node, name);

    return member && member->kind == YAML_SCALAR ? member->value : text_of("");
}
