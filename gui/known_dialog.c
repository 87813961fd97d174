#include "gui/known_dialog.h"

#include <commctrl.h>

#include "core/base/memory.h"
#include "core/watch/indicator.h"
#include "gui/dialog.h"
#include "gui/grid.h"
#include "gui/sorter.h"
#include "gui/strings.h"

#define KNOWN_SORTED (WM_APP + 40)
#define WRITTEN_MOST ((size_t)64 * 1024 * 1024)

struct entry {
    enum known_kind kind;
    struct text value; /* borrowed from `written` */
};

struct known_window {
    struct dialog dialog;
    const struct known_dialog_setup *setup;
    const struct known *known; /* a reference, may be NULL */
    struct buffer written;     /* as the file would be: what the rows are read from */
    struct entry *entries;
    uint32_t *rows; /* entries, in the order that is shown */
    uint32_t count;
    struct worker *sorter; /* NULL: no order is being made */
    uint32_t select_then;  /* row to select when it is made, or GRID_NO_ROW */
    struct grid *grid;
    HWND text;
    HWND told;
    HWND remove;
    HWND close;
};

/* --- rows --- */

static bool read_entry(struct text line, struct entry *entry)
{
    static const struct {
        struct text word;
        enum known_kind kind;
    } words[] = {
        {{"address ", 8}, KNOWN_ADDRESS}, {{"name ", 5}, KNOWN_NAME}, {{"path ", 5}, KNOWN_PATH}};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = words[i].word.size;
        if (!text_starts_nocase(line, words[i].word))
            continue;
        entry->kind = words[i].kind;
        entry->value = text_trim(text_slice(line, size, line.size - size));
        return entry->value.size > 0;
    }
    return false;
}

/* The list is asked for as a file, which is the one form that names its entries. */
static void read_entries(struct known_window *window)
{
    struct text rest;
    size_t lines = 1;

    buffer_clear(&window->written);
    window->count = 0;
    if (window->known)
        known_write(&window->written, window->known);
    rest = buffer_text(&window->written);
    for (size_t i = 0; i < rest.size; i++)
        lines += rest.bytes[i] == '\n';
    memory_give(window->entries);
    memory_give(window->rows);
    window->entries = memory_take_array(lines, sizeof *window->entries);
    window->rows = memory_take_array(lines, sizeof *window->rows);
    while (window->entries && window->rows && rest.size) {
        size_t end = text_find(rest, text_of("\n"));
        if (end == SIZE_MAX)
            end = rest.size;
        if (read_entry(text_trim(text_slice(rest, 0, end)), &window->entries[window->count]))
            window->count++;
        end += end < rest.size;
        rest = text_slice(rest, end, rest.size - end);
    }
    for (uint32_t i = 0; i < window->count; i++)
        window->rows[i] = i;
}

static const struct entry *entry_of(const struct known_window *window, uint32_t row)
{
    return &window->entries[window->rows[row]];
}

/* --- order --- */

/* Addresses by what they mean, all else by its letters. */
static void add_value_key(const struct entry *entry, struct buffer *key)
{
    struct indicator indicator;
    struct buffer scratch;
    const char *why;

    buffer_init(&scratch, INDICATOR_MOST);
    if (entry->kind == KNOWN_ADDRESS &&
        indicator_parse(entry->value, &scratch, &indicator, &why) == ST_OK) {
        buffer_add_byte(key, 0);
        indicator_sort_key(key, &indicator);
    } else {
        buffer_add_byte(key, 1);
        sort_key_text(key, entry->value);
    }
    buffer_done(&scratch);
}

static void add_key(const void *context, uint32_t row, unsigned column, struct buffer *key)
{
    const struct known_window *window = context;

    if (column == 0)
        sort_key_number(key, window->entries[row].kind);
    else
        add_value_key(&window->entries[row], key);
}

static void follow_order(struct known_window *window, const uint32_t *order)
{
    uint32_t *from = memory_take_array((size_t)window->count + 1, sizeof *from);

    if (from && sort_rows(window->rows, window->count, order, window->count, from))
        grid_rows_moved(window->grid, from);
    memory_give(from);
}

static void sort(void *context)
{
    struct known_window *window = context;
    struct sorter_setup setup = {.count = window->count, .add_key = add_key, .context = window};
    enum grid_order order = grid_order(window->grid, &setup.column);

    worker_release(window->sorter);
    window->sorter = NULL;
    setup.down = order == GRID_DOWN;
    if (order == GRID_NATURAL)
        follow_order(window, NULL);
    else
        window->sorter = sorter_start(&setup, window->dialog.window, KNOWN_SORTED);
}

static void sorted(struct known_window *window, WPARAM number)
{
    uint32_t *order;

    if (!window->sorter || worker_number(window->sorter) != number)
        return;
    order = sorter_take(window->sorter);
    worker_release(window->sorter);
    window->sorter = NULL;
    if (order)
        follow_order(window, order);
    memory_give(order);
    if (window->select_then < window->count)
        grid_select(window->grid, window->select_then);
    window->select_then = GRID_NO_ROW;
}

/* --- cells --- */

static void cell_text(void *context, uint32_t row, unsigned column, struct buffer *out)
{
    const struct known_window *window = context;

    if (column == 0)
        string_add(out, STR_KNOWN_KIND + (unsigned)entry_of(window, row)->kind);
    else
        buffer_add(out, entry_of(window, row)->value);
}

static unsigned empty_words(void *context)
{
    (void)context;
    return STR_KNOWN_EMPTY;
}

static void show(struct known_window *window)
{
    struct buffer number;

    grid_set_count(window->grid, window->count, true);
    buffer_init(&number, 32);
    buffer_add_unsigned(&number, window->count);
    const struct text argument = buffer_text(&number);
    dialog_set_filled(window->told, STR_KNOWN_COUNT, &argument, 1);
    buffer_done(&number);
    EnableWindow(window->remove, FALSE);
}

static void remove_selected(void *context)
{
    struct known_window *window = context;
    const struct known *left = window->known;
    uint32_t first = grid_next_selected(window->grid, GRID_NO_ROW);

    if (first == GRID_NO_ROW)
        return;
    known_retain(left);
    for (uint32_t row = first; row != GRID_NO_ROW; row = grid_next_selected(window->grid, row)) {
        struct known *less = NULL;
        if (known_without(left, entry_of(window, row)->kind, entry_of(window, row)->value, &less) !=
            ST_OK)
            break; /* without memory what was done so far stands */
        known_release(left);
        left = less;
    }
    known_release(window->known);
    window->known = left;
    window->setup->use(window->setup->context, left);
    read_entries(window);
    show(window);
    sort(window);
    if (!window->count)
        return;
    first = first < window->count ? first : window->count - 1;
    if (window->sorter)
        window->select_then = first; /* until then another entry is there */
    else
        grid_select(window->grid, first);
}

static void selection_changed(void *context)
{
    const struct known_window *window = context;

    EnableWindow(window->remove, grid_selected_count(window->grid) > 0);
}

static const struct grid_column columns[] = {
    {"kind", STR_KNOWN_COLUMN, 110, false},
    {"value", STR_KNOWN_COLUMN + 1, 390, false},
};

static const struct grid_class grid_class = {
    .key = "known",
    .columns = columns,
    .column_count = 2,
    .text = cell_text,
    .empty = empty_words,
    .changed = selection_changed,
    .deleted = remove_selected,
    .sort = sort,
};

/* --- the dialog --- */

static bool open_known(void *context)
{
    struct known_window *window = context;
    struct dialog *dialog = &window->dialog;

    window->text = dialog_label(dialog, KNOWN_TEXT, STR_KNOWN_TEXT);
    window->grid = grid_new(dialog->window, KNOWN_GRID, &grid_class, window);
    window->remove = dialog_button(dialog, KNOWN_REMOVE, STR_KNOWN_REMOVE);
    window->told = dialog_label(dialog, KNOWN_COUNT, 0);
    window->close = dialog_button(dialog, IDCANCEL, STR_CLOSE);
    if (!window->text || !window->grid || !window->remove || !window->told || !window->close)
        return false;
    dialog->default_id = IDCANCEL;
    read_entries(window);
    show(window);
    if (window->count)
        grid_select(window->grid, 0);
    SetFocus(grid_window(window->grid));
    return true;
}

static void arrange_known(void *context, int width, int height)
{
    struct known_window *window = context;
    const struct dialog *dialog = &window->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int inner = width - 2 * margin;
    int words = (int)scale_words(dialog->fonts.plain, string_wide(STR_KNOWN_TEXT), inner).cy;
    int line = (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy;
    int bottom = height - margin - button;
    int top = margin + words + gap;

    MoveWindow(window->text, margin, margin, inner, words, TRUE);
    grid_set_scale(window->grid, dialog->fonts.plain, dialog->dpi);
    MoveWindow(grid_window(window->grid), margin, top, inner, bottom - gap - top, TRUE);
    int left = dialog_row_from_left(dialog, &window->remove, 1, margin, bottom);
    int right = dialog_row_to_right(dialog, &window->close, 1, width - margin, bottom);
    MoveWindow(window->told, left, bottom + (button - line) / 2, right - left, line, TRUE);
}

static void command_known(void *context, unsigned id, unsigned code)
{
    (void)code;
    if (id == KNOWN_REMOVE)
        remove_selected(context);
}

static bool message_known(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct known_window *window = context;

    if (message == KNOWN_SORTED) {
        *result = 0;
        sorted(window, wide);
        return true;
    }
    return message == WM_NOTIFY && grid_notify(window->grid, (const NMHDR *)narrow, result);
}

static void close_known(void *context)
{
    struct known_window *window = context;

    dialog_end(&window->dialog, IDCANCEL);
}

static const struct dialog_class known_class = {
    .title = STR_KNOWN_TITLE,
    .width = 560,
    .height = 400,
    .least_width = 380,
    .least_height = 260,
    .place_key = "known",
    .open = open_known,
    .arrange = arrange_known,
    .command = command_known,
    .message = message_known,
    .close = close_known,
};

void known_dialog_run(const struct known_dialog_setup *setup)
{
    struct known_window window = {.setup = setup, .select_then = GRID_NO_ROW};

    window.known = setup->known ? known_retain(setup->known) : NULL;
    buffer_init(&window.written, WRITTEN_MOST);
    dialog_run(&window.dialog, &known_class, &window, setup->owner, setup->settings);
    worker_release(window.sorter);
    grid_free(window.grid);
    known_release(window.known);
    memory_give(window.entries);
    memory_give(window.rows);
    buffer_done(&window.written);
}
