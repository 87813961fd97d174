/* The page: its head, and its sections in their order. */
#include "core/base/base64.h"
#include "core/case/report_parts.h"

struct section {
    const char *id;
    enum report_word title;
    void (*add)(struct page *page);
};

static const struct section sections[] = {
    {"summary", W_SUMMARY, report_summary},
    {"timeline", W_TIMELINE, report_timeline},
    {"processes", W_PROCESSES, report_processes},
    {"hits", W_HITS, report_hits},
    {"actions", W_ACTIONS, report_actions},
    {"samples", W_SAMPLES, report_samples},
    {"indicators", W_INDICATORS, report_indicators},
    {"remarks", W_REMARKS, report_remarks},
    {"evidence", W_EVIDENCE, report_evidence},
    {"unread", W_UNREAD, report_unread},
    {"case", W_THE_CASE, report_facts},
    {"integrity", W_INTEGRITY, report_integrity},
};

#define SECTIONS (sizeof(sections) / sizeof(sections[0]))

/* Nothing may be fetched or run, whatever came in: but for this very style. */
static void add_policy(struct page *page, const struct buffer *style)
{
    unsigned char digest[JOURNAL_DIGEST];
    enum status status = page->hash->sha256(page->hash->context, buffer_text(style), digest);
    if (status != ST_OK && page->status == ST_OK)
        page->status = status;
    page_raw(page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'sha256-");
    if (status == ST_OK)
        base64_add(page->out, digest, sizeof digest);
    page_raw(page, "'; base-uri 'none'; form-action 'none'\">\n");
}

static void add_style(struct page *page)
{
    struct buffer style;
    buffer_init(&style, (size_t)64 << 10);
    report_style_add(&style);
    if (style.failed != ST_OK)
        page->out->failed = style.failed;
    add_policy(page, &style);
    page_raw(page, "<style>");
    buffer_add(page->out, buffer_text(&style));
    page_raw(page, "</style>\n");
    buffer_done(&style);
}

/* What names the case: what its people call it, else the machine. */
static void add_case_name(struct page *page)
{
    struct json_tree *tree = &page->report->tree;
    struct buffer content;
    buffer_init(&content, (size_t)64 << 20);
    if (report_read_file(page->files, text_of("case.json"), &content) == ST_OK &&
        json_tree_read(tree, buffer_text(&content)) == ST_OK) {
        struct json_node *root = json_root(tree);
        struct text name = json_text_at(tree, root, "name");
        struct text host = json_text_at(tree, root, "host.hostname");
        struct json_node *opening = json_first(tree, json_at(tree, root, "sessions"));
        if (!host.size)
            host = json_text_at(tree, opening, "host.hostname");
        if (name.size || host.size) {
            html_cut(page->out, name.size ? name : host, 200);
            page_raw(page, " \u2013 ");
        }
    }
    buffer_done(&content);
}

static void add_head(struct page *page)
{
    page_raw(page, "<!DOCTYPE html>\n<html lang=\"");
    page_raw(page, page->options->language == REPORT_CHINESE ? "zh-CN" : "en");
    page_raw(page, "\">\n<head>\n<meta charset=\"utf-8\">\n");
    add_style(page);
    page_raw(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"referrer\" content=\"no-referrer\">\n"
                   "<meta name=\"format-detection\" content=\"telephone=no\">\n<title>");
    page_say(page, W_TITLE);
    page_raw(page, "</title>\n</head>\n<body>\n<header><h1>");
    add_case_name(page);
    page_say(page, W_TITLE);
    page_raw(page, "</h1>\n<p class=sub>Stakeout ");
    page_put(page, page->options->version);
    page_raw(page, " \u00b7 ");
    page_put_moment(page, page->options->now, false);
    page_raw(page, " UTC</p></header>\n<nav>");
    for (size_t i = 0; i < SECTIONS; i++) {
        if (sections[i].add == report_processes && !page->report->process_count)
            continue;
        page_raw(page, "<a href=\"#");
        page_raw(page, sections[i].id);
        page_raw(page, "\">");
        page_say(page, sections[i].title);
        page_raw(page, "</a>\n");
    }
    page_raw(page, "</nav>\n<main>\n");
}

void report_html(struct page *page)
{
    add_head(page);
    for (size_t i = 0; i < SECTIONS && page_goes_on(page); i++)
        sections[i].add(page);
    page_raw(page, "</main>\n</body>\n</html>\n");
}
