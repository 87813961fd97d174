/* The lists of the Find window, one class for each kind, and one row whole. */
#include "gui/find_parts.h"

#include "core/case/ecs_handle.h"
#include "core/case/ecs_memory.h"
#include "core/case/ecs_registry.h"
#include "core/find/found_cells.h"
#include "gui/strings.h"
#include "gui/theme.h"

#define DUMP_LINE 16u /* bytes in a line of a dump */
#define DATA_MOST 65536

_Static_assert(FOUND_DATA_MOST >= ECS_REGISTRY_DATA_MOST, "what JSON needs of a value is kept");

static const struct rowview_column handle_columns[] = {
    {"process", FOUND_HANDLE_PROCESS, 140, false, true},
    {"pid", FOUND_HANDLE_PID, 60, true, true},
    {"found", FOUND_HANDLE_KIND, 90, false, true},
    {"type", FOUND_HANDLE_TYPE, 90, false, true},
    {"handle", FOUND_HANDLE_VALUE, 84, true, true},
    {"name", FOUND_HANDLE_NAME, 440, false, true},
    {"access", FOUND_HANDLE_ACCESS, 84, true, true},
};

static const struct rowview_column registry_columns[] = {
    {"key", FOUND_REGISTRY_KEY, 310, false, true},
    {"value", FOUND_REGISTRY_VALUE, 110, false, true},
    {"data", FOUND_REGISTRY_DATA, 220, false, true},
    {"type", FOUND_REGISTRY_TYPE, 90, false, true},
    {"remarks", FOUND_REGISTRY_REMARKS, 110, false, true},
    {"found_in", FOUND_REGISTRY_WHERE, 80, false, true},
    {"written", FOUND_REGISTRY_WRITTEN, 124, false, true},
    {"size", FOUND_REGISTRY_SIZE, 70, true, false},
};

static const struct rowview_column memory_columns[] = {
    {"process", FOUND_MEMORY_PROCESS, 130, false, true},
    {"pid", FOUND_MEMORY_PID, 60, true, true},
    {"address", FOUND_MEMORY_ADDRESS, 110, true, true},
    {"watched_as", FOUND_MEMORY_WATCHED, 120, false, true},
    {"text", FOUND_MEMORY_TEXT, 310, false, true},
    {"region", FOUND_MEMORY_REGION, 70, false, true},
    {"access", FOUND_MEMORY_ACCESS, 66, false, true},
    {"remarks", FOUND_MEMORY_REMARKS, 130, false, true},
    {"encoding", FOUND_MEMORY_ENCODING, 66, false, true},
    {"bytes", FOUND_MEMORY_BYTES, 240, false, false},
    {"region_base", FOUND_MEMORY_BASE, 110, true, false},
    {"region_size", FOUND_MEMORY_SIZE, 90, true, false},
};

static void mark(struct row_style *style)
{
    style->has_mark = true;
    style->mark = theme_colour(THEME_ODD_MARK);
}

static void handle_style(const void *rows, uint32_t index, const struct list_pane_time *time,
                         struct row_style *style)
{
    (void)time;
    if (found_handle(rows, index)->naming != HANDLE_NAMED) {
        style->has_text = true;
        style->text = theme_colour(THEME_UNREAD_TEXT);
    }
}

static void registry_style(const void *rows, uint32_t index, const struct list_pane_time *time,
                           struct row_style *style)
{
    (void)time;
    if (found_registry(rows, index)->hidden)
        mark(style);
}

static void memory_style(const void *rows, uint32_t index, const struct list_pane_time *time,
                         struct row_style *style)
{
    const struct found_memory *row = found_memory(rows, index);

    (void)time;
    if (region_unbacked(&row->region))
        mark(style);
    if (row->hit.indicator == NO_INDICATOR)
        return;
    style->has_bar = true;
    style->bar = theme_colour(THEME_WATCHED_BAR);
}

static void handle_json(const void *rows, uint32_t index, struct buffer *out)
{
    ecs_add_handle(out, found_handle(rows, index));
}

static void registry_json(const void *rows, uint32_t index, struct buffer *out)
{
    ecs_add_registry(out, &found_registry(rows, index)->finding);
}

static void memory_json(const void *rows, uint32_t index, struct buffer *out)
{
    const struct found_memory *row = found_memory(rows, index);

    ecs_add_memory_hit(out, row->facts, ((const struct found *)rows)->watchlist, &row->hit);
}

static struct text note(const void *rows, uint32_t index)
{
    const struct found *found = rows;

    return notes_find(find_note_key(found->kind, found->run, index));
}

static unsigned nothing(const void *rows)
{
    const struct found *found = rows;

    return found->over ? STR_FIND_NOTHING : STR_FIND_SEARCHING;
}

const struct list_pane_class *find_list_class(enum found_kind kind)
{
    static const struct list_pane_class classes[FOUND_KINDS] = {
        {
            .key = "found_handle_columns",
            .rows = &found_handle_class,
            .column_name = found_handle_column_name,
            .columns = handle_columns,
            .column_count = sizeof handle_columns / sizeof handle_columns[0],
            .title = STR_FOUND_HANDLE_COLUMN,
            .empty = STR_FIND_EMPTY + FOUND_HANDLES,
            .nothing = nothing,
            .searched = UINT64_MAX,
            .style = handle_style,
            .note = note,
            .json = handle_json,
        },
        {
            .key = "found_registry_columns",
            .rows = &found_registry_class,
            .column_name = found_registry_column_name,
            .columns = registry_columns,
            .column_count = sizeof registry_columns / sizeof registry_columns[0],
            .title = STR_FOUND_REGISTRY_COLUMN,
            .empty = STR_FIND_EMPTY + FOUND_REGISTRY,
            .nothing = nothing,
            .searched = UINT64_MAX,
            .style = registry_style,
            .note = note,
            .json = registry_json,
        },
        {
            .key = "found_memory_columns",
            .rows = &found_memory_class,
            .column_name = found_memory_column_name,
            .columns = memory_columns,
            .column_count = sizeof memory_columns / sizeof memory_columns[0],
            .title = STR_FOUND_MEMORY_COLUMN,
            .empty = STR_FIND_EMPTY + FOUND_MEMORY,
            .nothing = nothing,
            .searched = UINT64_MAX & ~(UINT64_C(1) << FOUND_MEMORY_BYTES),
            .style = memory_style,
            .json = memory_json,
        },
    };

    return &classes[kind];
}

/* --- one row whole --- */

static void add_line(struct buffer *out, struct text value)
{
    found_add_visible(out, value);
    buffer_add_string(out, "\r\n");
}

static void describe_handle(const struct handle_row *row, struct buffer *out)
{
    buffer_add(out, row->process_name);
    buffer_add_string(out, " (");
    buffer_add_unsigned(out, row->process.pid);
    buffer_add_string(out, ")  ");
    if (row->kind == HANDLE_OPEN) {
        buffer_add(out, row->type);
        buffer_add_byte(out, ' ');
        handle_row_add_hex(out, row->value);
    } else {
        string_add(out, STR_CELL_WORD + WORD_HANDLE + (unsigned)row->kind);
    }
    buffer_add_string(out, "\r\n");
    add_line(out, row->name);
}

static void describe_registry(const struct found_registry *row, struct buffer *out)
{
    struct registry_value value = row->value;
    struct buffer data;

    add_line(out, row->key.path);
    if (!row->finding.value)
        return;
    if (value.name.size)
        found_add_visible(out, value.name);
    else
        string_add(out, STR_CELL_WORD + WORD_DEFAULT_VALUE);
    buffer_add_string(out, " = ");
    value.size = value.size < FOUND_DATA_MOST ? value.size : FOUND_DATA_MOST;
    buffer_init(&data, DATA_MOST);
    registry_add_data(&data, &value, DATA_MOST);
    found_add_visible(out, buffer_text(&data));
    if (row->value.size > FOUND_DATA_MOST)
        buffer_add_string(out, "\xe2\x80\xa6");
    buffer_done(&data);
    buffer_add_string(out, "\r\n");
    if (row->value.size > FOUND_DATA_MOST && row->finding.where == REGISTRY_DATA)
        add_line(out, row->finding.around); /* it may lie behind what is shown */
}

static void add_hex(struct buffer *out, uint64_t number, unsigned digits)
{
    while (digits--)
        buffer_add_byte(out, "0123456789abcdef"[number >> (4 * digits) & 15]);
}

/* Addresses that are whole lines, as debuggers show memory. */
static void describe_memory(const struct found_memory *row, struct buffer *out)
{
    const struct memory_hit *hit = &row->hit;
    uint64_t begin = hit->address - hit->before;
    uint64_t end = begin + hit->byte_count;

    for (uint64_t line = begin & ~(uint64_t)(DUMP_LINE - 1); line < end; line += DUMP_LINE) {
        add_hex(out, line, 16);
        buffer_add_string(out, "  ");
        for (uint64_t at = line; at < line + DUMP_LINE; at++) {
            if (at < begin || at >= end)
                buffer_add_string(out, "  ");
            else
                add_hex(out, hit->bytes[at - begin], 2);
            buffer_add_string(out, at == line + DUMP_LINE / 2 - 1 ? "  " : " ");
        }
        buffer_add_byte(out, ' ');
        for (uint64_t at = line; at < line + DUMP_LINE && at < end; at++) {
            unsigned char byte = at < begin ? ' ' : hit->bytes[at - begin];
            buffer_add_byte(out, byte >= 0x20 && byte < 0x7f ? (char)byte : '.');
        }
        buffer_add_string(out, "\r\n");
    }
}

void find_describe(const struct found *found, uint32_t row, struct buffer *out)
{
    switch (found->kind) {
    case FOUND_HANDLES:
        describe_handle(found_handle(found, row), out);
        return;
    case FOUND_REGISTRY:
        describe_registry(found_registry(found, row), out);
        return;
    case FOUND_MEMORY:
        describe_memory(found_memory(found, row), out);
        return;
    case FOUND_KINDS:
        return;
    }
}
