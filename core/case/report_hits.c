/* Hits: the table of all, and each process that had one, with its tree and its times. */
#include "core/case/report_parts.h"
#include "core/judge/image_age.h"

static enum status open_hits(struct page *page, struct report_lines *lines)
{
    enum status status = report_lines_open(lines, page->files, text_of("hits.jsonl"));
    if (status != ST_OK && page_goes_on(page))
        page->status = status;
    return status;
}

/* The line of a hit; NULL where it can't be had any more. */
static struct json_node *line_of(struct page *page, struct report_lines *lines,
                                 const struct report_hit *hit)
{
    enum status status = report_case_line(page->report, lines, &hit->place);
    if (status == ST_NO_MEMORY)
        page->status = status;
    return status == ST_OK ? json_root(&page->report->tree) : NULL;
}

/* "192[.]0[.]2[.]1:443 (evil[.]example)" */
static void put_peer(struct page *page, struct json_node *root)
{
    struct json_tree *tree = &page->report->tree;
    struct text ip = json_text_at(tree, root, "destination.ip");
    struct text port = json_text_at(tree, root, "destination.port");
    struct text domain = json_text_at(tree, root, "destination.domain");
    if (!ip.size) {
        page_raw(page, "\u2013");
        return;
    }
    bool ipv6 = text_find(ip, text_of(":")) != SIZE_MAX;
    page_raw(page, ipv6 ? "<span class=a>[" : "<span class=a>");
    page_put_defanged(page, ip);
    if (ipv6)
        page_raw(page, "]");
    if (port.size) {
        page_raw(page, ":");
        page_put(page, port);
    }
    page_raw(page, "</span>");
    if (domain.size) {
        page_raw(page, " <span class=a>(");
        page_put_defanged(page, domain);
        page_raw(page, ")</span>");
    }
}

/* A pattern stays as it is: only what could be made a link of is defanged. */
static void put_indicator(struct page *page, const struct report_indicator *indicator)
{
    struct text written = indicator->written.size ? indicator->written : indicator->name;
    page_raw(page, "<span class=a>");
    if (indicator_is_linkable(indicator))
        page_put_defanged(page, written);
    else
        page_put(page, written);
    page_raw(page, "</span>");
}

static void put_link(struct page *page, uint32_t process)
{
    bool is_shown = process < SHOW_PROCESSES;
    if (is_shown) {
        page_raw(page, "<a href=\"#p");
        page_put_number(page, (uint64_t)process + 1);
        page_raw(page, "\">");
    }
    page_raw(page, "PID ");
    page_put_number(page, page->report->processes[process].pid);
    if (is_shown)
        page_raw(page, "</a>");
}

static void put_hit(struct page *page, struct json_node *root, const struct report_hit *hit)
{
    struct json_tree *tree = &page->report->tree;
    uint64_t number = json_number_at(tree, root, "event.sequence");
    page_raw(page, "<tr>");
    page_open_cell(page, W_NUMBER);
    page_put_number(page, number ? number : hit->place.line);
    page_close_cell(page);
    page_open_cell(page, W_TIME_UTC);
    page_put_moment(page, hit->when, false);
    page_close_cell(page);
    page_open_cell(page, W_PROCESS);
    page_raw(page, "<b>");
    page_put(page, json_text_at(tree, root, "process.name"));
    page_raw(page, "</b> ");
    if (hit->process != REPORT_NONE)
        put_link(page, hit->process);
    page_close_cell(page);
    page_open_cell(page, W_PEER);
    put_peer(page, root);
    page_close_cell(page);
    page_open_cell(page, W_INDICATOR);
    if (hit->indicator != REPORT_NONE)
        put_indicator(page, &page->report->indicators[hit->indicator]);
    page_close_cell(page);
    page_open_cell(page, W_COMMAND_LINE);
    page_raw(page, "<code>");
    html_cut(page->out, json_text_at(tree, root, "process.command_line"), SHOW_IN_CELL);
    page_raw(page, "</code>");
    page_close_cell(page);
    page_raw(page, "</tr>\n");
}

void report_hits(struct page *page)
{
    static const enum report_word columns[] = {W_NUMBER, W_TIME_UTC,  W_PROCESS,
                                               W_PEER,   W_INDICATOR, W_COMMAND_LINE};
    struct report_case *report = page->report;
    struct report_lines lines;
    page_open_section(page, "hits", W_HITS);
    uint32_t shown = report->hit_count < SHOW_HITS ? report->hit_count : SHOW_HITS;
    if (!shown)
        page_note(page, report->has_hits ? W_NO_HITS : W_NO_HITS_FILE);
    if (shown && open_hits(page, &lines) == ST_OK) {
        page_open_table(page, columns, sizeof columns / sizeof columns[0]);
        for (uint32_t i = 0; i < shown && page_goes_on(page); i++) {
            struct json_node *root = line_of(page, &lines, &report->hits[i]);
            if (root)
                put_hit(page, root, &report->hits[i]);
        }
        page_close_table(page);
        report_lines_close(&lines);
    }
    page_note_more(page, shown, report->hit_count + report->hits_not_kept, "hits.jsonl");
    page_close_section(page);
}

/* --- the tree --- */

static void put_remarks(struct page *page, struct json_node *remarks)
{
    struct json_tree *tree = &page->report->tree;
    struct json_node *one = json_first(tree, remarks);
    for (; one; one = json_after(tree, one)) {
        page_raw(page, "<span class=odd>");
        page_say_phrase(page, json_text_at(tree, one, "text"));
        struct text odd_fact = json_text_at(tree, one, "fact");
        if (odd_fact.size) {
            page_raw(page, ": ");
            page_put(page, odd_fact);
        }
        page_raw(page, "</span> ");
    }
}

/* One process of the tree; the list item stays open. */
static void open_node(struct page *page, struct json_node *node, struct json_node *remarks,
                      bool is_hit)
{
    struct json_tree *tree = &page->report->tree;
    page_raw(page, is_hit ? "<ul><li class=hit>" : "<ul><li>");
    page_put_process(page, json_text_at(tree, node, "name"), json_number_at(tree, node, "pid"));
    page_raw(page, " <span class=n>");
    page_put_moment(page, json_moment_at(tree, node, "start"), false);
    page_raw(page, "</span> ");
    if (json_true_at(tree, node, "ended")) {
        page_raw(page, "<span class=n>(");
        page_say(page, W_ENDED);
        page_raw(page, ")</span> ");
    }
    put_remarks(page, remarks);
    struct text command = json_text_at(tree, node, "command_line");
    struct text image = json_text_at(tree, node, "executable");
    if (command.size || image.size) {
        page_raw(page, "<div><code>");
        html_cut(page->out, command.size ? command : image, SHOW_IN_CELL);
        page_raw(page, "</code></div>");
    }
}

/* From the root down: ancestors stand in the line from the parent up. */
static void put_tree(struct page *page, struct json_node *root)
{
    struct json_tree *tree = &page->report->tree;
    struct json_node *ancestors[64];
    struct json_node *one = json_first(tree, json_at(tree, root, "stakeout.ancestors"));
    size_t count = 0;
    size_t open = 0;
    for (; one && count < sizeof ancestors / sizeof ancestors[0]; one = json_after(tree, one))
        ancestors[count++] = one;
    page_raw(page, "<div class=tree>");
    if (one)
        page_note(page, W_TREE_CUT);
    while (count-- > 0) {
        open_node(page, ancestors[count], json_at(tree, ancestors[count], "remarks"), false);
        open++;
        if (!json_true_at(tree, ancestors[count], "verified")) {
            page_raw(page, "<span class=n>");
            page_say(page, W_PARENT_UNVERIFIED);
            page_raw(page, "</span>");
        }
    }
    open_node(page, json_at(tree, root, "process"), json_at(tree, root, "stakeout.remarks"), true);
    for (size_t i = 0; i <= open; i++)
        page_raw(page, "</li></ul>");
    page_raw(page, "</div>\n");
}

/* --- times --- */

static void time_row(struct page *page, enum report_word word, moment when, moment start)
{
    if (!when)
        return;
    page_raw(page, "<tr>");
    page_open_cell(page, W_WHAT);
    page_say(page, word);
    page_close_cell(page);
    page_open_cell(page, W_TIME_UTC);
    page_put_moment(page, when, true);
    page_close_cell(page);
    page_open_cell(page, W_AGAINST_START);
    if (!start)
        page_raw(page, "\u2013");
    else if (when == start)
        page_say(page, W_SAME_MOMENT);
    else {
        int64_t span = when > start ? when - start : start - when;
        uint64_t seconds = (uint64_t)(span / MOMENT_SECOND);
        enum report_word before = when < start ? W_SECONDS_BEFORE : W_SECONDS_AFTER;
        if (seconds >= UINT64_C(2) * 24 * 3600)
            page_say_numbers(page, when < start ? W_DAYS_BEFORE : W_DAYS_AFTER, seconds / 86400, 0);
        else
            page_say_numbers(page, before, seconds, (uint64_t)(span % MOMENT_SECOND / MOMENT_MS));
    }
    page_close_cell(page);
    page_raw(page, "</tr>\n");
}

/* The file's times as somebody told of them: with the sample, the evidence, or the hit. */
static bool file_times(struct page *page, struct json_node *root,
                       const struct report_process *process, struct image_file *file,
                       moment *looked)
{
    struct json_tree *tree = &page->report->tree;
    *file = (struct image_file){.state = READ_OK};
    if (process->sample != REPORT_NONE) {
        const struct report_sample *taken = &page->report->samples[process->sample];
        file->created = taken->created;
        file->modified = taken->modified;
        file->changed = taken->changed;
        file->accessed = taken->accessed;
        *looked = taken->taken;
    } else if (process->image) {
        file->created = process->image->created;
        file->modified = process->image->modified;
        file->changed = process->image->changed;
        file->accessed = process->image->accessed;
        *looked = process->image->looked;
    } else {
        file->created = json_moment_at(tree, root, "file.created");
        file->modified = json_moment_at(tree, root, "file.mtime");
        file->changed = json_moment_at(tree, root, "file.ctime");
        file->accessed = json_moment_at(tree, root, "file.accessed");
        *looked = json_moment_at(tree, root, "@timestamp");
    }
    return file->created || file->modified;
}

static void put_times(struct page *page, struct json_node *root,
                      const struct report_process *process)
{
    static const enum report_word columns[] = {W_WHAT, W_TIME_UTC, W_AGAINST_START};
    struct image_file file;
    moment looked = 0;
    bool is_known = file_times(page, root, process, &file, &looked);
    page_raw(page, "<h4>");
    page_say(page, W_START_AND_FILE);
    page_raw(page, "</h4>\n");
    if (!is_known) {
        page_note(page, W_NO_FILE_TIMES);
        return;
    }
    enum image_age age = image_age_of(process->start, looked ? looked : IMAGE_NOW_UNKNOWN, &file);
    bool is_odd = age < IMAGE_COPIED;
    page_raw(page, is_odd ? "<p class=bad>" : "<p>");
    page_say_phrase(page, text_from(image_age_phrase(age)));
    page_raw(page, "</p>\n");
    page_open_table(page, columns, sizeof columns / sizeof columns[0]);
    time_row(page, W_PROCESS_STARTED, process->start, process->start);
    time_row(page, W_FILE_CREATED, file.created, process->start);
    time_row(page, W_FILE_MODIFIED, file.modified, process->start);
    time_row(page, W_FILE_CHANGED, file.changed, process->start);
    time_row(page, W_FILE_ACCESSED, file.accessed, process->start);
    page_close_table(page);
}

/* --- a process --- */

static void long_fact(struct page *page, enum report_word word, struct text value)
{
    if (!value.size)
        return;
    page_raw(page, "<dt>");
    page_say(page, word);
    page_raw(page, "</dt><dd><code class=long>");
    page_put(page, value);
    page_raw(page, "</code></dd>\n");
}

static void put_process_facts(struct page *page, struct json_node *root,
                              const struct report_process *process)
{
    struct json_tree *tree = &page->report->tree;
    page_raw(page, "<dl>");
    long_fact(page, W_IMAGE, json_text_at(tree, root, "process.executable"));
    long_fact(page, W_COMMAND_LINE, json_text_at(tree, root, "process.command_line"));
    long_fact(page, W_FOLDER, json_text_at(tree, root, "process.working_directory"));
    page_raw(page, "<dt>");
    page_say(page, W_STARTED);
    page_raw(page, "</dt><dd>");
    page_put_moment(page, process->start, true);
    page_raw(page, "</dd>\n");
    struct text domain = json_text_at(tree, root, "user.domain");
    struct text user = json_text_at(tree, root, "user.name");
    if (user.size) {
        page_raw(page, "<dt>");
        page_say(page, W_USER);
        page_raw(page, "</dt><dd>");
        page_put(page, domain);
        page_raw(page, domain.size ? "\\" : "");
        page_put(page, user);
        page_raw(page, "</dd>\n");
    }
    page_fact(page, W_SESSION, json_text_at(tree, root, "stakeout.session"));
    page_fact(page, W_ELEVATED, json_text_at(tree, root, "stakeout.elevated"));
    struct report_hashes hashes =
        report_case_hashes(page->report, (uint32_t)(process - page->report->processes));
    long_fact(page, W_SHA256,
              hashes.sha256.size ? hashes.sha256 : json_text_at(tree, root, "process.hash.sha256"));
    struct json_node *unread = json_first(tree, json_at(tree, root, "stakeout.unread"));
    if (unread) {
        page_raw(page, "<dt>");
        page_say(page, W_UNREAD);
        page_raw(page, "</dt><dd>");
    }
    for (struct json_node *one = unread; one; one = json_after(tree, one)) {
        page_put(page, json_node_name(tree, one));
        page_raw(page, ": ");
        page_say_phrase(page, json_node_text(tree, one));
        page_raw(page, "<br>");
    }
    page_raw(page, unread ? "</dd></dl>\n" : "</dl>\n");
}

static void put_hits_of(struct page *page, struct report_lines *lines, uint32_t number)
{
    static const enum report_word columns[] = {W_TIME_UTC, W_PEER, W_STATE, W_INDICATOR};
    struct report_case *report = page->report;
    struct json_tree *tree = &report->tree;
    uint32_t shown = 0;
    page_raw(page, "<h4>");
    page_say(page, W_ITS_HITS);
    page_raw(page, "</h4>\n");
    page_open_table(page, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = report->processes[number].first_hit;
         i != REPORT_NONE && shown < SHOW_HITS_OF_ONE && page_goes_on(page);
         i = report->hits[i].next_of_process) {
        const struct report_hit *hit = &report->hits[i];
        struct json_node *root = line_of(page, lines, hit);
        if (!root)
            continue;
        shown++;
        page_raw(page, "<tr>");
        page_open_cell(page, W_TIME_UTC);
        page_put_moment(page, hit->when, false);
        page_close_cell(page);
        page_open_cell(page, W_PEER);
        put_peer(page, root);
        page_close_cell(page);
        page_text_cell(page, W_STATE, json_text_at(tree, root, "stakeout.state"));
        page_open_cell(page, W_INDICATOR);
        if (hit->indicator != REPORT_NONE)
            put_indicator(page, &report->indicators[hit->indicator]);
        page_close_cell(page);
        page_raw(page, "</tr>\n");
    }
    page_close_table(page);
    page_note_more(page, shown, report->processes[number].hits, "hits.jsonl");
}

static void put_one_process(struct page *page, struct report_lines *lines, uint32_t number)
{
    const struct report_process *process = &page->report->processes[number];
    struct json_node *root = line_of(page, lines, &page->report->hits[process->first_hit]);
    if (!root)
        return;
    page_raw(page, "<article id=\"p");
    page_put_number(page, (uint64_t)number + 1);
    page_raw(page, "\"><h3>");
    page_put_process(page, json_text_at(&page->report->tree, root, "process.name"), process->pid);
    page_raw(page, "</h3>\n");
    put_tree(page, root);
    put_process_facts(page, root, process);
    put_times(page, root, process);
    put_hits_of(page, lines, number);
    page_raw(page, "</article>\n");
}

void report_processes(struct page *page)
{
    struct report_case *report = page->report;
    struct report_lines lines;
    uint32_t shown =
        report->process_count < SHOW_PROCESSES ? report->process_count : SHOW_PROCESSES;
    if (!shown || open_hits(page, &lines) != ST_OK)
        return;
    page_open_section(page, "processes", W_PROCESSES);
    for (uint32_t i = 0; i < shown && page_goes_on(page); i++)
        put_one_process(page, &lines, i);
    page_note_more(page, shown, report->process_count, "hits.jsonl");
    page_close_section(page);
    report_lines_close(&lines);
}
