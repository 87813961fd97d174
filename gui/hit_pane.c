#include "gui/hit_pane.h"

#include "core/case/ecs.h"
#include "core/watch/hit_cells.h"
#include "gui/notes.h"
#include "gui/strings.h"
#include "gui/theme.h"

static const struct rowview_column columns[] = {
    {"time", HIT_TIME, 240, false, true},
    {"process", HIT_PROCESS, 140, false, true},
    {"pid", HIT_PID, 60, true, true},
    {"remote", HIT_REMOTE, 130, false, true},
    {"remote_port", HIT_REMOTE_PORT, 80, true, true},
    {"remote_name", HIT_REMOTE_NAME, 150, false, true},
    {"state", HIT_STATE, 110, false, true},
    {"watched_as", HIT_WATCHED, 150, false, true},
    {"matched_by", HIT_MATCHED_BY, 90, false, true},
    {"parent", HIT_PARENT, 150, false, true},
    {"command_line", HIT_COMMAND, 360, false, true},
    {"remarks", HIT_REMARKS, 160, false, true},
    {"protocol", HIT_PROTOCOL, 66, false, false},
    {"local", HIT_LOCAL, 130, false, false},
    {"local_port", HIT_LOCAL_PORT, 72, true, false},
    {"source", HIT_SOURCE, 140, false, false},
};

static void style(const void *rows, uint32_t index, const struct list_pane_time *time,
                  struct row_style *style)
{
    const struct hit *hit = ((const struct hit_list *)rows)->hits[index];
    style->has_bar = true;
    style->bar = theme_colour(THEME_WATCHED_BAR);
    if (time->now - hit->when >= LIST_PANE_LINGER)
        return;
    style->has_text = true;
    style->text = theme_colour(THEME_WATCHED_TEXT);
    style->has_back = true;
    style->back = theme_colour(THEME_WATCHED_BACK);
}

static void json(const void *rows, uint32_t index, struct buffer *out)
{
    ecs_add_hit(out, ((const struct hit_list *)rows)->hits[index]);
}

static struct text note(const void *rows, uint32_t index)
{
    const struct hit *hit = ((const struct hit_list *)rows)->hits[index];
    return hit->process ? notes_find(hit->process->key) : (struct text){NULL, 0};
}

static void tip(const void *rows, uint32_t index, struct buffer *out)
{
    const struct hit *hit = ((const struct hit_list *)rows)->hits[index];
    if (hit->process && hit->process->command.state == READ_OK)
        buffer_add(out, hit->process->command.value);
}

const struct list_pane_class hit_pane_class = {
    .key = "hit_columns",
    .rows = &hit_row_class,
    .column_name = hit_column_name,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .title = STR_HIT_COLUMN,
    .empty = STR_EMPTY_HITS,
    .searched = UINT64_MAX,
    .milliseconds = true,
    .style = style,
    .json = json,
    .note = note,
    .tip = tip,
};
