#include "gui/export.h"

#include <commdlg.h>
#include <string.h>

#include "core/case/csv.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "gui/strings.h"

#define CELL_MOST ((size_t)1024 * 1024)
#define EXPORT_MOST ((size_t)1 << 30)
#define PATH_MOST 32768

typedef void (*add_row)(struct list_pane *pane, uint32_t index, void *context, struct buffer *out);

static uint32_t each_selected(struct list_pane *pane, add_row add, void *context,
                              struct buffer *out)
{
    struct tree_view *view = list_pane_view(pane);
    uint32_t count = 0;
    for (uint32_t row = tree_view_next_selected(view, 0); row != VIEW_NO_ROW;
         row = tree_view_next_selected(view, row + 1)) {
        add(pane, tree_view_row(view, row)->index, context, out);
        count++;
    }
    return count;
}

static uint32_t each_shown(struct list_pane *pane, add_row add, void *context, struct buffer *out)
{
    struct tree_view *view = list_pane_view(pane);
    uint32_t count = tree_view_count(view);
    for (uint32_t row = 0; row < count; row++)
        add(pane, tree_view_row(view, row)->index, context, out);
    return count;
}

/* --- as it is seen --- */

static void add_seen_row(struct list_pane *pane, uint32_t index, void *context, struct buffer *out)
{
    unsigned places[64];
    struct buffer cell;
    struct csv_writer *csv = context;
    unsigned count = rowview_column_order(list_pane_rowview(pane), places, 64);
    buffer_init(&cell, CELL_MOST);
    (void)out;
    for (unsigned i = 0; i < count; i++) {
        buffer_clear(&cell);
        list_pane_cell_text(pane, index, list_pane_class(pane)->columns[places[i]].id, &cell);
        csv_text(csv, buffer_text(&cell));
    }
    csv_end_row(csv);
    buffer_done(&cell);
}

uint32_t export_rows(struct list_pane *pane, struct buffer *out)
{
    struct csv_writer csv;
    csv_begin(&csv, out, CSV_TABS);
    return each_selected(pane, add_seen_row, &csv, out);
}

static void add_seen_cell(struct list_pane *pane, uint32_t index, void *context, struct buffer *out)
{
    (void)context;
    if (out->size)
        buffer_add_string(out, "\r\n");
    list_pane_cell_text(pane, index, rowview_current_column(list_pane_rowview(pane)), out);
}

uint32_t export_cells(struct list_pane *pane, struct buffer *out)
{
    return each_selected(pane, add_seen_cell, NULL, out);
}

/* --- for programs --- */

static void add_json_row(struct list_pane *pane, uint32_t index, void *context, struct buffer *out)
{
    (void)context;
    list_pane_class(pane)->json(list_pane_rows(pane), index, out);
    buffer_add_byte(out, '\n');
}

uint32_t export_json(struct list_pane *pane, struct buffer *out)
{
    return each_selected(pane, add_json_row, NULL, out);
}

uint32_t export_table_json(struct list_pane *pane, struct buffer *out)
{
    return each_shown(pane, add_json_row, NULL, out);
}

static void add_value(struct list_pane *pane, const struct cell *cell, uint32_t index,
                      unsigned column, struct csv_writer *csv)
{
    struct buffer text;
    switch ((enum cell_kind)cell->kind) {
    case CELL_EMPTY:
        csv_empty(csv);
        return;
    case CELL_NUMBER:
        csv_number(csv, cell->number);
        return;
    case CELL_MOMENT:
        csv_moment(csv, cell->number, true);
        return;
    case CELL_DURATION: /* in ms */
        csv_number(csv, cell->number / MOMENT_MS);
        return;
    default:
        break;
    }
    buffer_init(&text, CELL_MOST);
    list_pane_cell_text(pane, index, column, &text);
    csv_text(csv, buffer_text(&text));
    buffer_done(&text);
}

static void add_table_row(struct list_pane *pane, uint32_t index, void *context, struct buffer *out)
{
    const struct list_pane_class *class = list_pane_class(pane);
    (void)out;
    for (unsigned i = 0; i < class->column_count; i++) {
        unsigned column = class->columns[i].id;
        struct cell cell = class->rows->cell(list_pane_rows(pane), index, column);
        add_value(pane, &cell, index, column, context);
    }
    csv_end_row(context);
}

uint32_t export_table(struct list_pane *pane, struct buffer *out)
{
    const struct list_pane_class *class = list_pane_class(pane);
    struct csv_writer csv;
    csv_begin(&csv, out, CSV_COMMAS);
    for (unsigned i = 0; i < class->column_count; i++)
        csv_string(&csv, class->column_name(class->columns[i].id));
    csv_end_row(&csv);
    return each_shown(pane, add_table_row, &csv, out);
}

/* --- where it goes --- */

enum status export_to_clipboard(HWND owner, struct text value)
{
    size_t length = 0;
    enum status status = ST_NO_MEMORY;
    wchar_t *wide = text16_from(value, &length);
    HGLOBAL block = wide ? GlobalAlloc(GMEM_MOVEABLE, (length + 1) * sizeof *wide) : NULL;
    void *bytes = block ? GlobalLock(block) : NULL;
    if (bytes) {
        memcpy(bytes, wide, (length + 1) * sizeof *wide);
        GlobalUnlock(block);
        status = ST_BUSY;
        if (OpenClipboard(owner)) {
            if (EmptyClipboard() && SetClipboardData(CF_UNICODETEXT, block)) {
                block = NULL; /* the clipboard's from here on */
                status = ST_OK;
            }
            CloseClipboard();
        }
    }
    if (block)
        GlobalFree(block);
    text16_free(wide);
    return status;
}

/* --- what is told --- */

static void fill_count(struct buffer *line, unsigned id, uint32_t count, struct text second)
{
    struct buffer digits;
    buffer_init(&digits, 16);
    buffer_add_unsigned(&digits, count);
    const struct text arguments[] = {buffer_text(&digits), second};
    string_fill(line, id, arguments, 2);
    buffer_done(&digits);
}

void export_copy(HWND owner, struct list_pane *pane,
                 uint32_t (*add)(struct list_pane *, struct buffer *), struct buffer *line)
{
    struct buffer text;
    buffer_init(&text, EXPORT_MOST);
    uint32_t count = add(pane, &text);
    enum status status = text.failed;
    if (status == ST_OK)
        status = export_to_clipboard(owner, buffer_text(&text));
    if (status == ST_OK)
        fill_count(line, STR_COPIED, count, (struct text){0});
    else
        string_add(line, STR_STATUS_PHRASE + (unsigned)status);
    buffer_done(&text);
}

void export_save(struct list_pane *pane, struct text path, bool json, struct buffer *line)
{
    struct buffer table;
    struct buffer why;
    struct failure failure;
    buffer_init(&table, EXPORT_MOST);
    buffer_init(&why, 256);
    uint32_t count = json ? export_table_json(pane, &table) : export_table(pane, &table);
    enum status status = table.failed;
    if (status == ST_OK)
        status = files_replace(path, buffer_text(&table), &failure);
    if (status == ST_OK) {
        fill_count(line, STR_SAVED, count, path);
    } else {
        string_add(&why, STR_STATUS_PHRASE + (unsigned)status);
        const struct text arguments[] = {path, buffer_text(&why)};
        string_fill(line, STR_SAVE_FAILED, arguments, 2);
    }
    buffer_done(&why);
    buffer_done(&table);
}

/* "Table (CSV)\0*.csv\0JSON Lines …\0*.jsonl\0\0", as the dialog wants it. */
static void add_file_type(wchar_t *types, size_t room, size_t *used, const wchar_t *words,
                          const wchar_t *pattern)
{
    size_t length = wcslen(words) + wcslen(pattern) + 2;
    if (*used + length + 1 > room)
        return;
    lstrcpynW(types + *used, words, (int)(room - *used));
    *used += wcslen(words) + 1;
    lstrcpynW(types + *used, pattern, (int)(room - *used));
    *used += wcslen(pattern) + 1;
    types[*used] = 0;
}

bool export_ask(HWND owner, struct buffer *path, bool *json)
{
    static wchar_t chosen[PATH_MOST];
    wchar_t types[256] = {0};
    size_t used = 0;
    add_file_type(types, 256, &used, string_wide(STR_SAVE_CSV), L"*.csv");
    add_file_type(types, 256, &used, string_wide(STR_SAVE_JSON), L"*.jsonl");
    chosen[0] = 0;
    OPENFILENAMEW dialog = {
        .lStructSize = sizeof dialog,
        .hwndOwner = owner,
        .lpstrFilter = types,
        .nFilterIndex = 1,
        .lpstrFile = chosen,
        .nMaxFile = PATH_MOST,
        .lpstrDefExt = L"csv",
        .Flags = OFN_EXPLORER | OFN_OVERWRITEPROMPT | OFN_PATHMUSTEXIST | OFN_NOCHANGEDIR,
    };
    if (!GetSaveFileNameW(&dialog))
        return false;
    text16_add(path, chosen, wcslen(chosen));
    *json = dialog.nFilterIndex == 2;
    return true;
}
