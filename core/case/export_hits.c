#include "core/case/export_hits.h"

#define CASE_MOST ((size_t)64 << 20)

void export_each_hit(struct page *page,
                     void (*each)(struct page *page, const struct export_line *line, void *context),
                     void *context)
{
    struct report_case *report = page->report;
    struct report_lines lines;
    if (!report->hit_count)
        return;
    enum status status = report_lines_open(&lines, page->files, text_of("hits.jsonl"));
    if (status != ST_OK) {
        page->status = status;
        return;
    }
    for (uint32_t i = 0; i < report->hit_count && page_goes_on(page); i++) {
        status = report_case_line(report, &lines, &report->hits[i].place);
        if (status != ST_OK) {
            page->status = status;
            break;
        }
        const struct export_line line = {&report->hits[i], text_trim(buffer_text(&lines.line)),
                                         json_root(&report->tree)};
        each(page, &line, context);
    }
    report_lines_close(&lines);
}

void export_add_host(struct page *page, struct buffer *host)
{
    struct json_tree *tree = &page->report->tree;
    struct buffer content;
    buffer_init(&content, CASE_MOST);
    if (report_read_file(page->files, text_of("case.json"), &content) == ST_OK &&
        json_tree_read(tree, buffer_text(&content)) == ST_OK) {
        struct json_node *root = json_root(tree);
        struct json_node *opening = json_first(tree, json_at(tree, root, "sessions"));
        struct text name = json_text_at(tree, root, "host.hostname");
        buffer_add(host, name.size ? name : json_text_at(tree, opening, "host.hostname"));
    }
    buffer_done(&content);
}
