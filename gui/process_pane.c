#include "gui/process_pane.h"

#include "core/case/ecs.h"
#include "core/model/process_cells.h"
#include "gui/notes.h"
#include "gui/strings.h"
#include "gui/theme.h"

static const struct rowview_column columns[] = {
    {"name", PROCESS_NAME, 260, false, true},
    {"pid", PROCESS_PID, 60, true, true},
    {"cpu", PROCESS_CPU, 56, true, true},
    {"started", PROCESS_STARTED, 124, false, true},
    {"ended", PROCESS_ENDED, 124, false, true},
    {"connections", PROCESS_CONNECTIONS, 56, true, true},
    {"watched_as", PROCESS_WATCHED, 120, false, true},
    {"remarks", PROCESS_REMARKS, 130, false, true},
    {"user", PROCESS_USER, 90, false, true},
    {"image", PROCESS_IMAGE, 280, false, true},
    {"command_line", PROCESS_COMMAND, 420, false, true},
    {"session", PROCESS_SESSION, 60, true, false},
    {"bits", PROCESS_BITS, 44, true, false},
    {"elevated", PROCESS_ELEVATED, 70, false, false},
    {"parent", PROCESS_PARENT, 160, false, false},
    {"services", PROCESS_SERVICES, 160, false, false},
    {"directory", PROCESS_DIRECTORY, 240, false, false},
};

static void set_text(struct row_style *style, enum theme_colour colour)
{
    style->has_text = true;
    style->text = theme_colour(colour);
}

static void set_back(struct row_style *style, enum theme_colour colour)
{
    style->has_back = true;
    style->back = theme_colour(colour);
}

static void style(const void *rows, uint32_t index, const struct list_pane_time *time,
                  struct row_style *style)
{
    const struct process_row *row = &((const struct snapshot *)rows)->processes[index];
    bool watched = row->watched || row->indicator != NO_INDICATOR;
    if (row->known && !watched)
        set_text(style, THEME_KNOWN_TEXT);
    if (row->odd.rules) {
        style->has_mark = true;
        style->mark = theme_colour(THEME_ODD_MARK);
    }
    if (row->suspended && !row->ended) {
        set_text(style, THEME_SUSPENDED_TEXT);
        style->italic = true;
    }
    if (row->ended) {
        if (time->now - row->ended < LIST_PANE_LINGER)
            set_back(style, THEME_GONE_BACK);
        else
            set_text(style, THEME_GHOST_TEXT);
    } else if (row->first_seen > time->since && time->now - row->first_seen < LIST_PANE_LINGER) {
        set_back(style, THEME_NEW_BACK);
    }
    if (watched) {
        set_text(style, THEME_WATCHED_TEXT);
        if (!row->ended) /* a hit counts for more than that the row is new */
            set_back(style, THEME_WATCHED_BACK);
        style->has_bar = true;
        style->bar = theme_colour(THEME_WATCHED_BAR);
    }
}

static void json(const void *rows, uint32_t index, struct buffer *out)
{
    ecs_add_process(out, rows, index);
}

static struct text note(const void *rows, uint32_t index)
{
    return notes_find(((const struct snapshot *)rows)->processes[index].facts->key);
}

/* The whole command line, which the column cuts. */
static void tip(const void *rows, uint32_t index, struct buffer *out)
{
    const struct process_facts *facts = ((const struct snapshot *)rows)->processes[index].facts;
    if (facts->command.state == READ_OK)
        buffer_add(out, facts->command.value);
    else if (facts->image.state == READ_OK)
        buffer_add(out, facts->image.value);
}

const struct list_pane_class process_pane_class = {
    .key = "process_columns",
    .rows = &process_row_class,
    .column_name = process_column_name,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .title = STR_PROCESS_COLUMN,
    .empty = STR_EMPTY_PROCESSES,
    .searched = UINT64_MAX,
    .style = style,
    .note = note,
    .json = json,
    .tip = tip,
};
