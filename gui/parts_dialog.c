/* The parts of the evidence, to be chosen from. */
#include "gui/case_dialog.h"
#include "gui/dialog.h"
#include "gui/grid.h"
#include "gui/strings.h"

struct choosing {
    struct dialog dialog;
    const struct bundle_part *parts;
    size_t count;
    bool *ticked;
    HWND text;
    struct grid *grid;
    HWND told;
    HWND cancel;
    HWND act;
};

static bool can_tick(void *context, uint32_t row)
{
    const struct choosing *choosing = context;

    return choosing->parts[row].kind != BUNDLE_NEVER;
}

static bool is_ticked(void *context, uint32_t row)
{
    const struct choosing *choosing = context;

    return choosing->ticked[row];
}

static bool is_dim(void *context, uint32_t row)
{
    return !can_tick(context, row);
}

static void cell_text(void *context, uint32_t row, unsigned column, struct buffer *out)
{
    const struct choosing *choosing = context;
    const struct bundle_part *part = &choosing->parts[row];

    if (column == 0)
        buffer_add_string(out, part->name);
    else if (part->only_asked)
        buffer_add_string(out, part->only_asked);
    else
        buffer_add_string(out, part->source);
}

static void show(const struct choosing *choosing)
{
    struct buffer digits;
    size_t count = 0;

    for (size_t i = 0; i < choosing->count; i++)
        count += choosing->ticked[i];
    buffer_init(&digits, 32);
    buffer_add_unsigned(&digits, count);
    const struct text argument = buffer_text(&digits);
    dialog_set_filled(choosing->told, STR_PARTS_TOLD, &argument, 1);
    EnableWindow(choosing->act, count > 0);
    buffer_done(&digits);
}

static void tick(void *context, bool ticked)
{
    struct choosing *choosing = context;

    for (uint32_t row = grid_next_selected(choosing->grid, GRID_NO_ROW); row != GRID_NO_ROW;
         row = grid_next_selected(choosing->grid, row))
        if (can_tick(choosing, row))
            choosing->ticked[row] = ticked;
    grid_redraw(choosing->grid);
    show(choosing);
}

static const struct grid_column columns[] = {
    {"part", STR_PARTS_COLUMN, 150, false},
    {"source", STR_PARTS_COLUMN + 1, 520, false},
};

static const struct grid_class grid_class = {
    .key = "parts",
    .columns = columns,
    .column_count = 2,
    .text = cell_text,
    .ticked = is_ticked,
    .can_tick = can_tick,
    .tick = tick,
    .dim = is_dim,
};

static bool open_parts(void *context)
{
    struct choosing *choosing = context;
    struct dialog *dialog = &choosing->dialog;

    choosing->text = dialog_label(dialog, 0, STR_PARTS_TEXT);
    choosing->grid = grid_new(dialog->window, PARTS_GRID, &grid_class, choosing);
    choosing->told = dialog_label(dialog, PARTS_TOLD, 0);
    choosing->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    choosing->act = dialog_button(dialog, PARTS_DO, STR_PARTS_DO);
    if (!choosing->text || !choosing->grid || !choosing->told || !choosing->cancel ||
        !choosing->act)
        return false;
    grid_set_count(choosing->grid, (uint32_t)choosing->count, true);
    grid_select(choosing->grid, 0);
    dialog->default_id = PARTS_DO;
    show(choosing);
    SetFocus(grid_window(choosing->grid));
    return true;
}

static void arrange_parts(void *context, int width, int height)
{
    struct choosing *choosing = context;
    const struct dialog *dialog = &choosing->dialog;
    HFONT font = dialog->fonts.plain;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int inner = width - 2 * margin;
    int line = (int)scale_words(font, L"Ag", 0).cy;
    int text = (int)scale_words(font, string_wide(STR_PARTS_TEXT), inner).cy;
    int bottom = height - margin - button;
    int top = margin + text + gap;
    const HWND buttons[] = {choosing->cancel, choosing->act};

    MoveWindow(choosing->text, margin, margin, inner, text, TRUE);
    grid_set_scale(choosing->grid, font, dialog->dpi);
    MoveWindow(grid_window(choosing->grid), margin, top, inner, bottom - gap - top, TRUE);
    int right = dialog_row_to_right(dialog, buttons, 2, width - margin, bottom);
    MoveWindow(choosing->told, margin, bottom + (button - line) / 2, right - margin, line, TRUE);
}

static void command_parts(void *context, unsigned id, unsigned code)
{
    struct choosing *choosing = context;

    (void)code;
    if (id == PARTS_DO && IsWindowEnabled(choosing->act))
        dialog_end(&choosing->dialog, PARTS_DO);
}

static bool message_parts(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct choosing *choosing = context;

    (void)wide;
    return message == WM_NOTIFY && grid_notify(choosing->grid, (const NMHDR *)narrow, result);
}

static void close_parts(void *context)
{
    struct choosing *choosing = context;

    dialog_end(&choosing->dialog, IDCANCEL);
}

static const struct dialog_class parts_class = {
    .title = STR_PARTS_TITLE,
    .width = 720,
    .height = 480,
    .least_width = 480,
    .least_height = 300,
    .place_key = "parts",
    .open = open_parts,
    .arrange = arrange_parts,
    .command = command_parts,
    .message = message_parts,
    .close = close_parts,
};

bool parts_dialog_run(HWND owner, struct settings *settings, const struct bundle_part *parts,
                      size_t count, bool *ticked)
{
    struct choosing choosing = {.parts = parts, .count = count, .ticked = ticked};
    bool done = dialog_run(&choosing.dialog, &parts_class, &choosing, owner, settings) == PARTS_DO;

    grid_free(choosing.grid);
    return done;
}
