/* The summary in words, the case itself, and whether its files are as they were written. */
#include "core/case/report_parts.h"
#include "core/judge/image_age.h"

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define TELL_PROCESSES 5u
#define CASE_MOST ((size_t)64 << 20)

/* --- the journal's chain --- */

static enum status check_chain(struct page *page, struct journal_check *check)
{
    void *file;
    enum status status = page->files->open(page->files->context, text_of("journal.jsonl"), &file);
    if (status != ST_OK)
        return status;
    const struct journal_file table = {.read = page->files->read, .context = file};
    status = journal_verify(&table, page->hash, check);
    page->files->close(file);
    return status;
}

static void put_chain(struct page *page)
{
    struct journal_check check;
    enum status status = check_chain(page, &check);
    if (status == ST_NOT_FOUND) {
        page_say(page, W_NO_JOURNAL);
    } else if (status != ST_OK) {
        page_raw(page, "<span class=bad>");
        page_say(page, W_CHAIN_UNREAD);
        page_say_phrase(page, text_from(status_phrase(status)));
        page_raw(page, "</span>");
    } else if (check.fault == JOURNAL_SOUND) {
        page_say_numbers(page, W_CHAIN_SOUND, check.lines, check.torn);
    } else {
        page_raw(page, "<span class=bad>");
        page_say_numbers(page, W_CHAIN_BROKEN, check.line, 0);
        page_say_phrase(page, text_from(journal_fault_phrase(check.fault)));
        page_raw(page, "</span>");
    }
}

/* --- the summary --- */

struct telling {
    struct json_node *root;
    const struct report_process *process;
    uint32_t number;
};

static void fill_process(struct page *page, unsigned which, void *context)
{
    const struct telling *telling = context;
    struct json_tree *tree = &page->report->tree;
    if (which == 0) {
        page_raw(page, "<a href=\"#p");
        page_put_number(page, (uint64_t)telling->number + 1);
        page_raw(page, "\">");
        page_put_process(page, telling->process->name, telling->process->pid);
        page_raw(page, "</a>");
    } else if (which == 1) {
        struct json_node *parent =
            json_first(tree, json_at(tree, telling->root, "stakeout.ancestors"));
        if (!parent)
            parent = json_at(tree, telling->root, "process.parent");
        page_put_process(page, json_text_at(tree, parent, "name"),
                         json_number_at(tree, parent, "pid"));
    } else if (which == 2) {
        struct text domain = json_text_at(tree, telling->root, "destination.domain");
        struct text name = json_text_at(tree, telling->root, "threat.indicator.name");
        struct text ip = json_text_at(tree, telling->root, "destination.ip");
        page_raw(page, "<span class=a>");
        page_put_defanged(page, ip.size ? ip : name);
        page_raw(page, "</span>");
        if (domain.size) {
            page_raw(page, " <span class=a>(");
            page_put_defanged(page, domain);
            page_raw(page, ")</span>");
        }
    } else if (which == 3) {
        page_put_moment(page, telling->process->first, false);
    } else {
        page_put_number(page, telling->process->hits);
    }
}

static void tell_processes(struct page *page)
{
    struct report_case *report = page->report;
    struct report_lines lines;
    if (report_lines_open(&lines, page->files, text_of("hits.jsonl")) != ST_OK)
        return;
    for (uint32_t i = 0; i < report->process_count && i < TELL_PROCESSES; i++) {
        struct telling telling = {.process = &report->processes[i], .number = i};
        if (report_case_line(report, &lines, &report->hits[telling.process->first_hit].place) !=
            ST_OK)
            continue;
        telling.root = json_root(&report->tree);
        bool has_parent = json_at(&report->tree, telling.root, "process.parent") != NULL;
        page_raw(page, "<li>");
        page_say_filled(page, has_parent ? W_TELL_PROCESS : W_TELL_ORPHAN, fill_process, &telling);
        page_raw(page, "</li>\n");
    }
    report_lines_close(&lines);
    if (report->process_count > TELL_PROCESSES) {
        page_raw(page, "<li>");
        page_say_numbers(page, W_TELL_MORE, report->process_count - TELL_PROCESSES, 0);
        page_raw(page, "</li>\n");
    }
}

static void tell_actions(struct page *page)
{
    const struct report_case *report = page->report;
    uint64_t done = 0;
    uint64_t failed = 0;
    for (uint32_t i = 0; i < report->action_count; i++) {
        done += !report->actions[i].is_after;
        failed += !report->actions[i].is_after && report->actions[i].failed;
    }
    page_raw(page, "<li>");
    page_say_numbers(page, W_TELL_ACTIONS, done, failed);
    page_raw(page, " ");
    put_chain(page);
    page_raw(page, "</li>\n<li>");
    page_say_numbers(page, W_TELL_SAMPLES, report->sample_count, report->dump_count);
    page_raw(page, "</li>\n");
}

static void fill_span(struct page *page, unsigned which, void *context)
{
    const struct report_case *report = context;
    moment first = report->hits[0].when;
    moment last = first;
    for (uint32_t i = 0; i < report->hit_count; i++) {
        moment when = report->hits[i].when;
        if (when && (when < first || !first))
            first = when;
        if (when > last)
            last = when;
    }
    page_put_moment(page, which ? last : first, false);
}

static void tell_hits(struct page *page)
{
    struct report_case *report = page->report;
    page_raw(page, "<p class=lead>");
    if (!report->hit_count) {
        page_say(page, report->has_hits ? W_NO_HITS : W_NO_HITS_FILE);
        page_raw(page, "</p>\n");
        return;
    }
    page_say_numbers(page, W_TELL_HITS, report->hit_count + report->hits_not_kept,
                     report->process_count);
    page_raw(page, " ");
    page_say_numbers(page, W_TELL_INDICATORS, report->indicator_count, 0);
    page_raw(page, " ");
    page_say_filled(page, W_TELL_SPAN, fill_span, report);
    page_raw(page, "</p>\n");
}

void report_summary(struct page *page)
{
    const struct report_case *report = page->report;
    page_open_section(page, "summary", W_SUMMARY);
    tell_hits(page);
    page_raw(page, "<ul>\n");
    tell_processes(page);
    tell_actions(page);
    if (report->remark_count) {
        page_raw(page, "<li><a href=\"#remarks\">");
        page_say_numbers(page, W_TELL_REMARKS, report->remark_count, 0);
        page_raw(page, "</a></li>\n");
    }
    uint64_t unread = report->reason_count;
    page_raw(page, "<li><a href=\"#unread\">");
    page_say_numbers(page, W_TELL_UNREAD, unread, report->torn_lines + report->bad_lines);
    page_raw(page, "</a></li>\n</ul>\n");
    page_note(page, W_UTC_NOTE);
    page_close_section(page);
}

/* --- the case --- */

struct fact_of {
    enum report_word word;
    const char *path;
};

static const struct fact_of case_facts[] = {
    {W_CASE_NAME, "name"}, {W_CASE_ID, "id"},         {W_EXAMINER, "examiner"},
    {W_WHERE, "where"},    {W_WHY_CASE, "why"},       {W_CREATED, "created"},
    {W_CLOSED, "closed"},  {W_HOST, "host.hostname"}, /* version 1 had one opening */
    {W_USER, "user.name"}, {W_DOMAIN, "user.domain"},
};

static const struct fact_of session_facts[] = {
    {W_STARTED, "start"},
    {W_CLOSED, "end"},
    {W_HOST, "host.hostname"},
    {W_DOMAIN, "host.domain"},
    {W_SYSTEM, "host.os"},
    {W_ARCHITECTURE, "host.architecture"},
    {W_BOOT, "host.boot"},
    {W_USER, "user.name"},
    {W_USER_DOMAIN, "user.domain"},
    {W_USER_ID, "user.id"},
    {W_ELEVATED, "stakeout.elevated"},
    {W_INTEGRITY_LEVEL, "stakeout.integrity"},
    {W_TIME_ZONE, "clock.time_zone"},
    {W_UTC_OFFSET, "clock.utc_offset"},
    {W_CLOCK, "clock.source"},
    {W_PROGRAM, "stakeout.program"},
    {W_VERSION, "stakeout.version"},
    {W_SHA256, "stakeout.sha256"},
};

static void put_facts(struct page *page, struct json_node *node, const struct fact_of *facts,
                      size_t count)
{
    struct json_tree *tree = &page->report->tree;
    for (size_t i = 0; i < count; i++) {
        moment when = json_moment_at(tree, node, facts[i].path);
        if (when)
            page_moment_fact(page, facts[i].word, when);
        else
            page_fact(page, facts[i].word, json_text_at(tree, node, facts[i].path));
    }
}

/* Whatever members there are: settings and losses are another version's to name. */
static void put_members(struct page *page, enum report_word word, struct json_node *node)
{
    struct json_tree *tree = &page->report->tree;
    struct json_node *one = json_first(tree, node);
    if (!one)
        return;
    page_raw(page, "<dt>");
    page_say(page, word);
    page_raw(page, "</dt><dd>");
    for (; one; one = json_after(tree, one)) {
        page_put(page, json_node_name(tree, one));
        page_raw(page, ": ");
        page_put(page, json_node_text(tree, one));
        page_raw(page, "<br>");
    }
    page_raw(page, "</dd>\n");
}

static void put_watchlists(struct page *page, struct json_node *lists)
{
    struct json_tree *tree = &page->report->tree;
    struct json_node *one = json_first(tree, lists);
    if (!one)
        return;
    page_raw(page, "<dt>");
    page_say(page, W_WATCHLISTS);
    page_raw(page, "</dt><dd>");
    for (; one; one = json_after(tree, one)) {
        page_raw(page, "<code>");
        page_put(page, json_text_at(tree, one, "file"));
        page_raw(page, "</code> (");
        page_say_numbers(page, W_N_INDICATORS, json_number_at(tree, one, "indicators"), 0);
        page_raw(page, ")<br><code>SHA-256 ");
        page_put(page, json_text_at(tree, one, "sha256"));
        page_raw(page, "</code><br>");
    }
    page_raw(page, "</dd>\n");
}

static void put_sessions(struct page *page, struct json_node *sessions)
{
    struct json_tree *tree = &page->report->tree;
    uint64_t number = 0;
    uint64_t all = 0;
    for (struct json_node *one = json_first(tree, sessions); one; one = json_after(tree, one)) {
        if (++all > SHOW_ROWS)
            continue;
        page_raw(page, "<h3>");
        page_say_numbers(page, W_OPENING, ++number, 0);
        page_raw(page, "</h3>\n<dl>");
        put_facts(page, one, session_facts, COUNT_OF(session_facts));
        put_members(page, W_SETTINGS, json_at(tree, one, "settings"));
        put_members(page, W_LOSSES, json_at(tree, one, "losses"));
        put_watchlists(page, json_at(tree, one, "watchlists"));
        page_raw(page, "</dl>\n");
    }
    page_note_more(page, number, all, "case.json");
}

/* Reads case.json into the tree; content holds it. */
static enum status read_case(struct page *page, struct buffer *content)
{
    enum status status = report_read_file(page->files, text_of("case.json"), content);
    return status == ST_OK ? json_tree_read(&page->report->tree, buffer_text(content)) : status;
}

void report_facts(struct page *page)
{
    struct json_tree *tree = &page->report->tree;
    struct buffer content;
    buffer_init(&content, CASE_MOST);
    enum status status = read_case(page, &content);
    page_open_section(page, "case", W_THE_CASE);
    if (status == ST_OK) {
        struct json_node *root = json_root(tree);
        page_raw(page, "<dl>");
        put_facts(page, root, case_facts, COUNT_OF(case_facts));
        page_raw(page, "</dl>\n");
        put_sessions(page, json_at(tree, root, "sessions"));
    } else {
        page_raw(page, "<p class=bad><code>case.json</code>: ");
        page_say_phrase(page, text_from(status_phrase(status)));
        page_raw(page, "</p>\n");
    }
    page_close_section(page);
    buffer_done(&content);
}

/* --- the files --- */

static void put_manifest(struct page *page)
{
    struct buffer content;
    unsigned char digest[JOURNAL_DIGEST];
    uint64_t files = 0;
    buffer_init(&content, CASE_MOST);
    enum status status = report_read_file(page->files, text_of("manifest.sha256"), &content);
    if (status == ST_OK)
        status = page->hash->sha256(page->hash->context, buffer_text(&content), digest);
    page_raw(page, "<p><code>manifest.sha256</code>: ");
    if (status == ST_OK) {
        for (size_t i = 0; i < content.size; i++)
            files += content.bytes[i] == '\n';
        page_say_numbers(page, W_MANIFEST, files, 0);
        page_raw(page, " <code>");
        buffer_add_hex(page->out, digest, JOURNAL_DIGEST);
        page_raw(page, "</code>");
    } else if (status == ST_NOT_FOUND) {
        page_say(page, W_NO_MANIFEST);
    } else {
        page_say_phrase(page, text_from(status_phrase(status)));
    }
    page_raw(page, "</p>\n");
    buffer_done(&content);
}

void report_integrity(struct page *page)
{
    page_open_section(page, "integrity", W_INTEGRITY);
    page_raw(page, "<p><code>journal.jsonl</code>: ");
    put_chain(page);
    page_raw(page, "</p>\n");
    put_manifest(page);
    page_note(page, W_INTEGRITY_NOTE);
    page_close_section(page);
}
