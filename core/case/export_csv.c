/* Hits as a table for spreadsheets and scripts. */
#include "core/case/csv.h"
#include "core/case/export_hits.h"

#define CELL_MOST ((size_t)8 << 20)

/* A column is a member of the line, or put together from several. */
struct column {
    const char *name;
    const char *path; /* NULL: `add` makes it */
    void (*add)(struct buffer *cell, struct json_tree *tree, struct json_node *root);
};

/* "cmd.exe (1200) < explorer.exe (800)": from the parent up. */
static void add_ancestors(struct buffer *cell, struct json_tree *tree, struct json_node *root)
{
    struct json_node *one = json_first(tree, json_at(tree, root, "stakeout.ancestors"));
    for (; one; one = json_after(tree, one)) {
        if (cell->size)
            buffer_add_string(cell, " < ");
        buffer_add(cell, json_text_at(tree, one, "name"));
        buffer_add_string(cell, " (");
        buffer_add(cell, json_text_at(tree, one, "pid"));
        buffer_add_byte(cell, ')');
    }
}

static void add_remarks(struct buffer *cell, struct json_tree *tree, struct json_node *root)
{
    struct json_node *one = json_first(tree, json_at(tree, root, "stakeout.remarks"));
    for (; one; one = json_after(tree, one)) {
        if (cell->size)
            buffer_add_string(cell, "; ");
        buffer_add(cell, json_text_at(tree, one, "text"));
        struct text fact_of_it = json_text_at(tree, one, "fact");
        if (fact_of_it.size)
            buffer_add_string(cell, ": ");
        buffer_add(cell, fact_of_it);
    }
}

/* "process.command_line: access denied" */
static void add_unread(struct buffer *cell, struct json_tree *tree, struct json_node *root)
{
    struct json_node *one = json_first(tree, json_at(tree, root, "stakeout.unread"));
    for (; one; one = json_after(tree, one)) {
        if (cell->size)
            buffer_add_string(cell, "; ");
        buffer_add(cell, json_node_name(tree, one));
        buffer_add_string(cell, ": ");
        buffer_add(cell, json_node_text(tree, one));
    }
}

static const struct column columns[] = {
    {"number", "event.sequence", NULL},
    {"time", "@timestamp", NULL},
    {"indicator", "threat.indicator.name", NULL},
    {"indicator type", "threat.indicator.type", NULL},
    {"as written", "stakeout.indicator.written", NULL},
    {"list", "stakeout.indicator.file", NULL},
    {"list line", "stakeout.indicator.line", NULL},
    {"label", "stakeout.indicator.label", NULL},
    {"matched by", "stakeout.matched_by", NULL},
    {"observed by", "stakeout.observed_by", NULL},
    {"latency ms", "stakeout.latency_ms", NULL},
    {"process", "process.name", NULL},
    {"PID", "process.pid", NULL},
    {"start", "process.start", NULL},
    {"image", "process.executable", NULL},
    {"command line", "process.command_line", NULL},
    {"working folder", "process.working_directory", NULL},
    {"user domain", "user.domain", NULL},
    {"user", "user.name", NULL},
    {"SID", "user.id", NULL},
    {"session", "stakeout.session", NULL},
    {"parent", "process.parent.name", NULL},
    {"parent PID", "process.parent.pid", NULL},
    {"parent is", "stakeout.parent", NULL},
    {"ancestors", NULL, add_ancestors},
    {"protocol", "network.transport", NULL},
    {"local address", "source.ip", NULL},
    {"local port", "source.port", NULL},
    {"remote address", "destination.ip", NULL},
    {"remote port", "destination.port", NULL},
    {"domain", "destination.domain", NULL},
    {"state", "stakeout.state", NULL},
    {"first seen", "stakeout.first_seen", NULL},
    {"last seen", "stakeout.last_seen", NULL},
    {"remarks", NULL, add_remarks},
    {"unread", NULL, add_unread},
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

struct table {
    struct csv_writer csv;
    struct buffer cell;
};

static void add_row(struct page *page, const struct export_line *line, void *context)
{
    struct table *table = context;
    struct json_tree *tree = &page->report->tree;
    for (size_t i = 0; i < COLUMNS; i++) {
        if (columns[i].path) {
            csv_text(&table->csv, json_text_at(tree, line->root, columns[i].path));
            continue;
        }
        buffer_clear(&table->cell);
        columns[i].add(&table->cell, tree, line->root);
        csv_text(&table->csv, buffer_text(&table->cell));
        if (table->cell.failed != ST_OK)
            page->out->failed = table->cell.failed;
    }
    csv_end_row(&table->csv);
}

void export_csv(struct page *page)
{
    struct table table;
    buffer_init(&table.cell, CELL_MOST);
    csv_begin(&table.csv, page->out,
              page->options->format == REPORT_EXCEL ? CSV_COMMAS | CSV_MARK : CSV_COMMAS);
    for (size_t i = 0; i < COLUMNS; i++)
        csv_string(&table.csv, columns[i].name);
    csv_end_row(&table.csv);
    export_each_hit(page, add_row, &table);
    buffer_done(&table.cell);
}
