/* Hits in the Elastic Common Schema: the lines of hits.jsonl as they are, and what a reader of many
 * cases needs beside them: which host, which version of the names, and a line of words. */
#include "core/case/export_hits.h"
#include "core/case/json_write.h"

#define ECS_VERSION "9.0.0" /* the names are in it, and in 8.x */
#define WORDS_MOST ((size_t)8 << 20)

struct names {
    struct buffer host;
    struct buffer words;
};

/* "node.exe (1234) to 192.0.2.1:443: evil.example" */
static void add_words(struct buffer *words, struct json_tree *tree, struct json_node *root)
{
    struct text ip = json_text_at(tree, root, "destination.ip");
    buffer_add(words, json_text_at(tree, root, "process.name"));
    buffer_add_string(words, " (");
    buffer_add(words, json_text_at(tree, root, "process.pid"));
    buffer_add_byte(words, ')');
    if (ip.size) {
        buffer_add_string(words, " to ");
        buffer_add(words, ip);
        buffer_add_byte(words, ':');
        buffer_add(words, json_text_at(tree, root, "destination.port"));
    }
    buffer_add_string(words, ": ");
    buffer_add(words, json_text_at(tree, root, "threat.indicator.name"));
}

static void add_members(struct page *page, struct json_node *root, struct names *names)
{
    struct json_tree *tree = &page->report->tree;
    struct json_writer json;
    json_begin(&json, page->out);
    json.comma = json_first(tree, root) != NULL;
    if (!json_at(tree, root, "ecs")) {
        json_open_object(&json, "ecs");
        json_string(&json, "version", ECS_VERSION);
        json_close_object(&json);
    }
    if (names->host.size && !json_at(tree, root, "host")) {
        json_open_object(&json, "host");
        json_text(&json, "hostname", buffer_text(&names->host));
        json_text(&json, "name", buffer_text(&names->host));
        json_close_object(&json);
    }
    if (!json_at(tree, root, "message")) {
        buffer_clear(&names->words);
        add_words(&names->words, tree, root);
        json_text(&json, "message", buffer_text(&names->words));
    }
}

/* The line without its last brace, and more members. */
static void add_line(struct page *page, const struct export_line *line, void *context)
{
    buffer_add(page->out, text_slice(line->text, 0, line->text.size - 1));
    add_members(page, line->root, context);
    buffer_add_string(page->out, "}\n");
}

void export_ecs(struct page *page)
{
    struct names names;
    buffer_init(&names.host, (size_t)64 << 10);
    buffer_init(&names.words, WORDS_MOST);
    export_add_host(page, &names.host);
    export_each_hit(page, add_line, &names);
    buffer_done(&names.words);
    buffer_done(&names.host);
}
