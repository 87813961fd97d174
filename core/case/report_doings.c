/* What was done and taken: actions, samples, dumps. */
#include "core/case/report_parts.h"

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))

/* --- actions --- */

/* Whom or what it was done to: whatever the line names. */
static void put_object(struct page *page, struct json_node *root)
{
    struct json_tree *tree = &page->report->tree;
    uint64_t pid = json_number_at(tree, root, "process.pid");
    struct text path = json_text_at(tree, root, "file.path");
    struct text ip = json_text_at(tree, root, "destination.ip");
    struct text registry = json_text_at(tree, root, "registry.path");
    if (pid) {
        page_put_process(page, json_text_at(tree, root, "process.name"), pid);
        page_raw(page, " ");
    }
    if (path.size) {
        page_raw(page, "<code>");
        html_cut(page->out, path, SHOW_IN_CELL);
        page_raw(page, "</code> ");
    }
    if (registry.size) {
        page_raw(page, "<code>");
        html_cut(page->out, registry, SHOW_IN_CELL);
        page_raw(page, "</code> ");
    }
    if (ip.size) {
        page_raw(page, "<span class=a>");
        page_put_defanged(page, ip);
        page_raw(page, ":");
        page_put(page, json_text_at(tree, root, "destination.port"));
        page_raw(page, "</span> ");
    }
    struct json_node *domain = json_first(tree, json_at(tree, root, "stakeout.domains"));
    for (; domain; domain = json_after(tree, domain)) {
        struct text name = json_node_text(tree, domain);
        page_put_defanged(page, name.size ? name : json_text_at(tree, domain, "domain"));
        page_raw(page, " ");
    }
}

static void put_action_head(struct page *page, struct json_node *root,
                            const struct report_action *action)
{
    page_raw(page, action->failed ? "<tr class=failed>" : "<tr>");
    page_open_cell(page, W_NUMBER);
    page_put_number(page, action->sequence);
    page_close_cell(page);
    page_open_cell(page, W_TIME_UTC);
    page_put_moment(page, action->when, false);
    page_close_cell(page);
    page_open_cell(page, W_ACTION);
    page_say_phrase(page, json_text_at(&page->report->tree, root, "event.action"));
    page_close_cell(page);
    page_open_cell(page, W_OBJECT);
    put_object(page, root);
    page_close_cell(page);
}

static void put_outcome(struct page *page, struct json_node *root)
{
    struct json_tree *tree = &page->report->tree;
    struct text outcome = json_text_at(tree, root, "event.outcome");
    struct text reason = json_text_at(tree, root, "event.reason");
    page_raw(page, "<b>");
    page_say_phrase(page, outcome);
    page_raw(page, reason.size && outcome.size ? ":</b> " : "</b>");
    page_say_phrase(page, reason);
}

static void put_action(struct page *page, struct report_lines *lines, uint32_t number)
{
    struct report_case *report = page->report;
    const struct report_action *action = &report->actions[number];
    if (report_case_line(report, lines, &action->place) != ST_OK)
        return;
    struct json_node *root = json_root(&report->tree);
    bool is_note =
        json_first(&report->tree, json_at(&report->tree, root, "event.type")) &&
        text_equal(
            json_node_text(&report->tree,
                           json_first(&report->tree, json_at(&report->tree, root, "event.type"))),
            text_of("info"));
    put_action_head(page, root, action);
    page_open_cell(page, W_OUTCOME);
    if (action->after != REPORT_NONE) {
        if (report_case_line(report, lines, &report->actions[action->after].place) == ST_OK)
            put_outcome(page, json_root(&report->tree));
    } else if (is_note || action->is_after) {
        put_outcome(page, root);
    } else {
        page_say(page, W_NO_OUTCOME);
    }
    page_close_cell(page);
    page_raw(page, "</tr>\n");
}

static void put_actions(struct page *page)
{
    static const enum report_word columns[] = {W_NUMBER, W_TIME_UTC, W_ACTION, W_OBJECT, W_OUTCOME};
    struct report_case *report = page->report;
    struct report_lines lines;
    uint32_t shown = 0;
    uint32_t all = 0;
    if (report_lines_open(&lines, page->files, text_of("journal.jsonl")) != ST_OK)
        return;
    page_open_table(page, columns, COUNT_OF(columns));
    for (uint32_t i = 0; i < report->action_count && page_goes_on(page); i++) {
        if (report->actions[i].is_after)
            continue;
        all++;
        if (shown >= SHOW_ACTIONS)
            continue;
        shown++;
        put_action(page, &lines, i);
    }
    page_close_table(page);
    report_lines_close(&lines);
    page_note_more(page, shown, all, "journal.jsonl");
}

void report_actions(struct page *page)
{
    page_open_section(page, "actions", W_ACTIONS);
    if (!page->report->action_count)
        page_note(page, page->report->has_journal ? W_NO_ACTIONS : W_NO_JOURNAL);
    else
        put_actions(page);
    page_close_section(page);
}

/* --- samples and dumps --- */

static void put_sample(struct page *page, const struct report_sample *sample)
{
    page_raw(page, "<tr>");
    page_open_cell(page, W_FILE);
    page_raw(page, "<code>");
    page_put(page, sample->source);
    page_raw(page, "</code><br><span class=n>samples/");
    page_put(page, sample->stored);
    page_raw(page, "</span>");
    page_close_cell(page);
    page_open_cell(page, W_PROCESS);
    if (sample->pid)
        page_put_process(page, sample->process, sample->pid);
    else
        page_raw(page, "\u2013");
    page_close_cell(page);
    page_open_cell(page, W_SIZE);
    page_put_bytes(page, sample->size);
    page_close_cell(page);
    page_open_cell(page, W_HASHES);
    page_raw(page, "<code>SHA-256 ");
    page_put(page, sample->sha256);
    page_raw(page, "<br>SHA-1 ");
    page_put(page, sample->sha1);
    page_raw(page, "<br>MD5 ");
    page_put(page, sample->md5);
    page_raw(page, "</code>");
    page_close_cell(page);
    page_open_cell(page, W_FROM_WHERE);
    if (sample->zone.size)
        page_put_defanged(page, sample->zone);
    else
        page_raw(page, "\u2013");
    page_close_cell(page);
    page_raw(page, "</tr>\n");
}

static void put_dump(struct page *page, const struct report_dump *dump)
{
    page_raw(page, "<tr>");
    page_open_cell(page, W_FILE);
    page_raw(page, "<code>dumps/");
    page_put(page, dump->name);
    page_raw(page, "</code>");
    page_close_cell(page);
    page_open_cell(page, W_PROCESS);
    if (dump->pid)
        page_put_process(page, dump->process, dump->pid);
    else
        page_raw(page, "\u2013");
    page_close_cell(page);
    page_open_cell(page, W_SIZE);
    page_put_bytes(page, dump->size);
    page_close_cell(page);
    page_open_cell(page, W_SHA256);
    page_raw(page, "<code>");
    if (dump->sha256.size)
        page_put(page, dump->sha256);
    else
        page_raw(page, "\u2013");
    page_raw(page, "</code>");
    page_close_cell(page);
    page_raw(page, "</tr>\n");
}

void report_samples(struct page *page)
{
    static const enum report_word of_samples[] = {W_FILE, W_PROCESS, W_SIZE, W_HASHES,
                                                  W_FROM_WHERE};
    static const enum report_word of_dumps[] = {W_FILE, W_PROCESS, W_SIZE, W_SHA256};
    const struct report_case *report = page->report;
    page_open_section(page, "samples", W_SAMPLES);
    uint32_t shown = report->sample_count < SHOW_ROWS ? report->sample_count : SHOW_ROWS;
    if (shown) {
        page_note(page, W_SAMPLES_WARN);
        page_open_table(page, of_samples, COUNT_OF(of_samples));
        for (uint32_t i = 0; i < shown && page_goes_on(page); i++)
            put_sample(page, &report->samples[i]);
        page_close_table(page);
    } else {
        page_note(page, W_NO_SAMPLES);
    }
    page_note_more(page, shown, report->sample_count, "samples/");
    page_raw(page, "<h3>");
    page_say(page, W_DUMPS);
    page_raw(page, "</h3>\n");
    shown = report->dump_count < SHOW_ROWS ? report->dump_count : SHOW_ROWS;
    if (shown) {
        page_open_table(page, of_dumps, COUNT_OF(of_dumps));
        for (uint32_t i = 0; i < shown && page_goes_on(page); i++)
            put_dump(page, &report->dumps[i]);
        page_close_table(page);
    } else {
        page_note(page, W_NO_DUMPS);
    }
    page_note_more(page, shown, report->dump_count, "dumps/");
    page_close_section(page);
}
