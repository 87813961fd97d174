#include "gui/connection_pane.h"

#include "core/case/ecs.h"
#include "core/model/connection_cells.h"
#include "gui/notes.h"
#include "gui/strings.h"
#include "gui/theme.h"

static const struct rowview_column columns[] = {
    {"process", CONNECTION_PROCESS, 180, false, true},
    {"pid", CONNECTION_PID, 60, true, true},
    {"protocol", CONNECTION_PROTOCOL, 66, false, true},
    {"local", CONNECTION_LOCAL, 130, false, true},
    {"local_port", CONNECTION_LOCAL_PORT, 72, true, true},
    {"remote", CONNECTION_REMOTE, 130, false, true},
    {"remote_port", CONNECTION_REMOTE_PORT, 80, true, true},
    {"remote_name", CONNECTION_REMOTE_NAME, 150, false, true},
    {"state", CONNECTION_STATE, 150, false, true},
    {"watched_as", CONNECTION_WATCHED, 140, false, true},
    {"first_seen", CONNECTION_FIRST_SEEN, 96, false, true},
    {"age", CONNECTION_AGE, 80, true, true},
    {"last_seen", CONNECTION_LAST_SEEN, 96, false, false},
    {"matched_by", CONNECTION_MATCHED_BY, 90, false, false},
    {"service", CONNECTION_SERVICE, 120, false, false},
};

static void set_back(struct row_style *style, enum theme_colour colour)
{
    style->has_back = true;
    style->back = theme_colour(colour);
}

static void style(const void *rows, uint32_t index, const struct list_pane_time *time,
                  struct row_style *style)
{
    const struct connection_row *row = &((const struct snapshot *)rows)->connections[index];
    bool watched = row->indicator != NO_INDICATOR;
    if (row->known && !watched) {
        style->has_text = true;
        style->text = theme_colour(THEME_KNOWN_TEXT);
    }
    if (row->closed && time->now - row->closed < LIST_PANE_LINGER) {
        set_back(style, THEME_GONE_BACK);
    } else if (row->closed) {
        style->has_text = true;
        style->text = theme_colour(THEME_GHOST_TEXT);
    } else if (row->first_seen > time->since && time->now - row->first_seen < LIST_PANE_LINGER) {
        set_back(style, THEME_NEW_BACK);
    }
    if (!watched)
        return;
    style->has_text = true;
    style->text = theme_colour(THEME_WATCHED_TEXT);
    style->has_bar = true;
    style->bar = theme_colour(THEME_WATCHED_BAR);
    if (!row->closed) /* a hit counts for more than that the row is new */
        set_back(style, THEME_WATCHED_BACK);
}

static void json(const void *rows, uint32_t index, struct buffer *out)
{
    ecs_add_connection(out, rows, index);
}

static struct text note(const void *rows, uint32_t index)
{
    const struct connection_row *row = &((const struct snapshot *)rows)->connections[index];
    return notes_find(notes_key_of_connection(row->id));
}

/* N7: how a mapped address stood in the system's table. */
static void add_as_listed(const struct address *address, struct buffer *out)
{
    buffer_add_string(out, "::ffff:");
    address_add(out, address);
}

static void tip(const void *rows, uint32_t index, struct buffer *out)
{
    const struct connection_row *row = &((const struct snapshot *)rows)->connections[index];
    if (!row->seen.ipv6_table || !address_is_ipv4(&row->seen.local.address))
        return;
    add_as_listed(&row->seen.local.address, out);
    if (!row->seen.has_remote)
        return;
    buffer_add_string(out, " \xe2\x86\x92 ");
    add_as_listed(&row->seen.remote.address, out);
}

const struct list_pane_class connection_pane_class = {
    .key = "connection_columns",
    .rows = &connection_row_class,
    .column_name = connection_column_name,
    .columns = columns,
    .column_count = sizeof columns / sizeof columns[0],
    .title = STR_CONNECTION_COLUMN,
    .empty = STR_EMPTY_CONNECTIONS,
    .searched = UINT64_MAX & ~(UINT64_C(1) << CONNECTION_AGE) &
                ~(UINT64_C(1) << CONNECTION_LAST_SEEN), /* they change by themselves */
    .milliseconds = true,
    .style = style,
    .note = note,
    .json = json,
    .tip = tip,
};
