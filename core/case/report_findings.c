/* Indicators, the evidence list, what could not be read, what is odd. */
#include "core/case/report_parts.h"

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define FOLDERS_MOST 1000u /* evidence, evidence-2, … */

static uint32_t at_most(uint32_t count, uint32_t most)
{
    return count < most ? count : most;
}

/* --- indicators --- */

static void put_origin(struct page *page, const struct report_indicator *one)
{
    if (!one->file.size) {
        page_say(page, W_BY_HAND);
        return;
    }
    page_raw(page, "<code>");
    page_put(page, one->file);
    if (one->line) {
        page_raw(page, ":");
        page_put_number(page, one->line);
    }
    page_raw(page, "</code>");
}

static void put_one_indicator(struct page *page, const struct report_indicator *one)
{
    struct text written = one->written.size ? one->written : one->name;
    page_raw(page, "<tr>");
    page_open_cell(page, W_INDICATOR);
    page_raw(page, "<span class=a>");
    if (indicator_is_linkable(one))
        page_put_defanged(page, written);
    else
        page_put(page, written);
    page_raw(page, "</span>");
    page_close_cell(page);
    page_text_cell(page, W_KIND, one->type);
    page_open_cell(page, W_LIST);
    put_origin(page, one);
    page_close_cell(page);
    page_text_cell(page, W_LABEL, one->label);
    page_open_cell(page, W_HITS);
    page_put_number(page, one->hits);
    page_close_cell(page);
    page_open_cell(page, W_FIRST);
    page_put_moment(page, one->first, false);
    page_close_cell(page);
    page_open_cell(page, W_LAST);
    page_put_moment(page, one->last, false);
    page_close_cell(page);
    page_raw(page, "</tr>\n");
}

void report_indicators(struct page *page)
{
    static const enum report_word columns[] = {W_INDICATOR, W_KIND,  W_LIST, W_LABEL,
                                               W_HITS,      W_FIRST, W_LAST};
    const struct report_case *report = page->report;
    uint32_t shown = at_most(report->indicator_count, SHOW_ROWS);
    page_open_section(page, "indicators", W_INDICATORS);
    if (!shown)
        page_note(page, W_NO_INDICATORS);
    if (shown) {
        page_note(page, page->options->plain ? W_PLAIN_NOTE : W_DEFANGED_NOTE);
        page_open_table(page, columns, COUNT_OF(columns));
        for (uint32_t i = 0; i < shown && page_goes_on(page); i++)
            put_one_indicator(page, &report->indicators[i]);
        page_close_table(page);
        page_note_more(page, shown, report->indicator_count, "hits.jsonl");
    }
    page_close_section(page);
}

/* --- evidence --- */

static void put_part(struct page *page, struct json_node *part)
{
    struct json_tree *tree = &page->report->tree;
    struct text outcome = json_text_at(tree, part, "outcome");
    bool complete = text_equal(outcome, text_of("complete"));
    page_raw(page, complete ? "<tr>" : "<tr class=failed>");
    page_open_cell(page, W_PART);
    page_put(page, json_text_at(tree, part, "part"));
    struct text file = json_text_at(tree, part, "file");
    if (file.size) {
        page_raw(page, "<br><code>");
        page_put(page, file);
        page_raw(page, "</code>");
    }
    page_close_cell(page);
    page_text_cell(page, W_SOURCE, json_text_at(tree, part, "source"));
    page_open_cell(page, W_STARTED);
    page_put_moment(page, json_moment_at(tree, part, "started"), false);
    page_close_cell(page);
    page_text_cell(page, W_ROWS, json_text_at(tree, part, "rows"));
    page_text_cell(page, W_LOST, json_text_at(tree, part, "lost"));
    page_open_cell(page, W_OUTCOME);
    page_raw(page, "<b>");
    page_say_phrase(page, outcome);
    page_raw(page, "</b> ");
    page_say_phrase(page, json_text_at(tree, part, "reason"));
    page_close_cell(page);
    page_raw(page, "</tr>\n");
}

static enum status open_parts(struct page *page, unsigned number, struct report_lines *lines)
{
    struct buffer name;
    buffer_init(&name, 64);
    buffer_add_string(&name, "evidence");
    if (number > 1) {
        buffer_add_byte(&name, '-');
        buffer_add_unsigned(&name, number);
    }
    buffer_add_string(&name, "/parts.jsonl");
    enum status status = name.failed;
    if (status == ST_OK)
        status = report_lines_open(lines, page->files, buffer_text(&name));
    if (status == ST_OK) {
        page_raw(page, "<h3><code>");
        page_put(page, buffer_text(&name));
        page_raw(page, "</code></h3>\n");
    }
    buffer_done(&name);
    return status;
}

static void put_parts(struct page *page, struct report_lines *lines)
{
    static const enum report_word columns[] = {W_PART, W_SOURCE, W_STARTED,
                                               W_ROWS, W_LOST,   W_OUTCOME};
    uint64_t dropped = 0;
    uint32_t all = 0;
    page_open_table(page, columns, COUNT_OF(columns));
    while (page_goes_on(page) && report_lines_next(lines) == ST_OK) {
        struct json_tree *tree = &page->report->tree;
        struct text line = text_trim(buffer_text(&lines->line));
        if (!line.size && !lines->is_long)
            continue;
        if (lines->is_long || json_tree_read(tree, line) != ST_OK)
            dropped++;
        else if (++all <= SHOW_ROWS)
            put_part(page, json_root(tree));
    }
    page_close_table(page);
    page_note_more(page, at_most(all, SHOW_ROWS), all, "parts.jsonl");
    if (dropped) {
        page_raw(page, "<p class=note>");
        page_say_numbers(page, W_LINES_DROPPED, dropped, 0);
        page_raw(page, "</p>\n");
    }
}

void report_evidence(struct page *page)
{
    struct report_lines lines;
    page_open_section(page, "evidence", W_EVIDENCE);
    unsigned number = 1;
    for (; number < FOLDERS_MOST && page_goes_on(page); number++) {
        if (open_parts(page, number, &lines) != ST_OK)
            break;
        put_parts(page, &lines);
        report_lines_close(&lines);
    }
    if (number == 1)
        page_note(page, W_NO_EVIDENCE);
    page_close_section(page);
}

/* --- what could not be read --- */

static void put_file_trouble(struct page *page, const char *name, enum status status)
{
    if (status == ST_OK)
        return;
    page_raw(page, "<p class=bad><code>");
    page_raw(page, name);
    page_raw(page, "</code>: ");
    page_say_phrase(page, text_from(status_phrase(status)));
    page_raw(page, "</p>\n");
}

static void put_count(struct page *page, enum report_word word, uint64_t count)
{
    if (!count)
        return;
    page_raw(page, "<p class=bad>");
    page_say_numbers(page, word, count, 0);
    page_raw(page, "</p>\n");
}

void report_unread(struct page *page)
{
    static const enum report_word columns[] = {W_WHAT, W_WHY, W_HOW_OFTEN};
    const struct report_case *report = page->report;
    uint32_t shown = at_most(report->reason_count, SHOW_ROWS);
    page_open_section(page, "unread", W_UNREAD);
    put_file_trouble(page, "hits.jsonl", report->hits_status);
    put_file_trouble(page, "journal.jsonl", report->journal_status);
    put_count(page, W_TORN_LINES, report->torn_lines);
    put_count(page, W_BAD_LINES, report->bad_lines);
    put_count(page, W_HITS_NOT_KEPT, report->hits_not_kept);
    put_count(page, W_THINGS_NOT_KEPT, report->things_not_kept);
    if (shown) {
        page_note(page, W_UNREAD_NOTE);
        page_open_table(page, columns, COUNT_OF(columns));
        for (uint32_t i = 0; i < shown && page_goes_on(page); i++) {
            page_raw(page, "<tr>");
            page_text_cell(page, W_WHAT, report->reasons[i].what);
            page_open_cell(page, W_WHY);
            page_say_phrase(page, report->reasons[i].why);
            page_close_cell(page);
            page_open_cell(page, W_HOW_OFTEN);
            page_put_number(page, report->reasons[i].count);
            page_close_cell(page);
            page_raw(page, "</tr>\n");
        }
        page_close_table(page);
        page_note_more(page, shown, report->reason_count, "hits.jsonl");
    } else if (!report->torn_lines && !report->bad_lines) {
        page_note(page, W_ALL_READ);
    }
    page_close_section(page);
}

/* --- remarks --- */

void report_remarks(struct page *page)
{
    static const enum report_word columns[] = {W_PROCESS, W_REMARK, W_FACT, W_PARENT};
    const struct report_case *report = page->report;
    uint32_t shown = at_most(report->remark_count, SHOW_ROWS);
    page_open_section(page, "remarks", W_REMARKS);
    page_note(page, shown ? W_REMARKS_NOTE : W_NO_REMARKS);
    if (shown) {
        page_open_table(page, columns, COUNT_OF(columns));
        for (uint32_t i = 0; i < shown && page_goes_on(page); i++) {
            const struct report_remark *remark = &report->remarks[i];
            page_raw(page, "<tr>");
            page_open_cell(page, W_PROCESS);
            page_put_process(page, remark->name, remark->pid);
            page_close_cell(page);
            page_open_cell(page, W_REMARK);
            page_say_phrase(page, remark->phrase);
            page_close_cell(page);
            page_text_cell(page, W_FACT, remark->fact);
            page_open_cell(page, W_PARENT);
            page_say(page, remark->verified ? W_VERIFIED : W_NOT_VERIFIED);
            page_close_cell(page);
            page_raw(page, "</tr>\n");
        }
        page_close_table(page);
        page_note_more(page, shown, report->remark_count, "hits.jsonl");
    }
    page_close_section(page);
}
