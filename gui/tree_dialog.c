#include "gui/tree_dialog.h"

#include <commctrl.h>

#include "gui/act_words.h"
#include "gui/cell_text.h"
#include "gui/dialog.h"
#include "gui/grid.h"
#include "gui/harm_dialog.h"
#include "gui/strings.h"

#define WORDS_MOST ((size_t)64 * 1024)

enum tree_column { TREE_PROCESS, TREE_PID, TREE_STARTED, TREE_NOTE, TREE_COLUMNS };

struct tree_window {
    struct dialog dialog;
    struct tree_question *question;
    struct grid *grid;
    HWND text;
    HWND rest;
    HWND act;
    HWND cancel;
};

/* --- cells: in the order in which they end, the last of the plan first --- */

static struct tree_member *member_of(const struct tree_window *window, uint32_t row)
{
    struct tree_plan *plan = window->question->plan;
    size_t place = plan->kind == ACT_SUSPEND_TREE ? row : plan->count - 1 - row;
    return &plan->members[place];
}

/* The root's name was typed before the list was opened. */
static bool wants_name(const struct tree_member *member)
{
    return member->group != TREE_ROOT && member->verdict.rail == RAIL_TYPE_NAME;
}

static void cell_text(void *context, uint32_t row, unsigned column, struct buffer *out)
{
    const struct tree_window *window = context;
    const struct tree_member *member = member_of(window, row);
    const struct cell_words times = {.utc = window->question->utc};

    switch ((enum tree_column)column) {
    case TREE_PROCESS:
        for (uint32_t depth = 0; depth < member->depth && depth < 12; depth++)
            buffer_add_string(out, "    ");
        buffer_add(out, member->facts->name);
        break;
    case TREE_PID:
        buffer_add_unsigned(out, member->key.pid);
        break;
    case TREE_STARTED:
        cell_text_add_moment(&times, member->key.start, out);
        break;
    case TREE_NOTE:
        if (member->verdict.rail != RAIL_FREE)
            string_add(out, STR_GUARD + (unsigned)member->verdict.guard);
        else if (member->group == TREE_ORPHAN)
            string_add(out, STR_TREE_ORPHAN);
        else if (member->group == TREE_UNSURE)
            string_add(out, STR_TREE_UNSURE);
        break;
    case TREE_COLUMNS:
        break;
    }
}

static bool ticked(void *context, uint32_t row)
{
    return member_of(context, row)->ticked;
}

static bool can_tick(void *context, uint32_t row)
{
    const struct tree_member *member = member_of(context, row);

    return member->group == TREE_ROOT || member->verdict.rail != RAIL_FORBIDDEN;
}

static bool dim(void *context, uint32_t row)
{
    return !can_tick(context, row);
}

static void tell(const struct tree_window *window)
{
    const struct tree_plan *plan = window->question->plan;
    struct buffer whom;
    struct buffer count;
    size_t chosen = tree_plan_ticked(plan);

    buffer_init(&whom, WORDS_MOST);
    buffer_init(&count, 32);
    act_words_process(&whom, plan->root_name, plan->root.pid);
    buffer_add_unsigned(&count, chosen);
    const struct text arguments[] = {buffer_text(&whom), buffer_text(&count)};
    bool dump = window->question->for_dump;
    dialog_set_filled(window->text,
                      dump ? STR_TREE_DUMP_TEXT : STR_TREE_TEXT + (unsigned)plan->kind, arguments,
                      2);
    dialog_set_filled(window->act,
                      dump ? STR_TREE_DUMP_BUTTON : STR_TREE_BUTTON + (unsigned)plan->kind,
                      arguments, 2);
    EnableWindow(window->act, chosen > 0);
    buffer_done(&count);
    buffer_done(&whom);
}

/* A guarded member is for a question of its own, each time that it is ticked. */
static bool may_tick(const struct tree_window *window, const struct tree_member *member)
{
    const struct harm_question question = {
        .owner = window->dialog.window,
        .kind = window->question->plan->kind == ACT_KILL_TREE ? ACT_KILL : ACT_SUSPEND,
        .facts = member->facts,
        .verdict = member->verdict,
        .utc = window->question->utc,
        .button = STR_TREE_TICK,
    };
    return !wants_name(member) || harm_dialog_run(&question);
}

static void tick(void *context, bool wanted)
{
    struct tree_window *window = context;

    for (uint32_t row = grid_next_selected(window->grid, GRID_NO_ROW); row != GRID_NO_ROW;
         row = grid_next_selected(window->grid, row)) {
        struct tree_member *member = member_of(window, row);
        if (can_tick(window, row) && member->ticked != wanted)
            member->ticked = wanted && may_tick(window, member);
    }
    grid_redraw(window->grid);
    tell(window);
}

static const struct grid_column columns[TREE_COLUMNS] = {
    {"process", STR_TREE_COLUMN, 230, false},
    {"pid", STR_TREE_COLUMN + 1, 60, true},
    {"started", STR_TREE_COLUMN + 2, 150, false},
    {"note", STR_TREE_COLUMN + 3, 235, false},
};

static const struct grid_class grid_class = {
    .key = "tree",
    .columns = columns,
    .column_count = TREE_COLUMNS,
    .text = cell_text,
    .ticked = ticked,
    .can_tick = can_tick,
    .tick = tick,
    .dim = dim,
};

/* --- the dialog --- */

static bool open_tree(void *context)
{
    struct tree_window *window = context;
    struct dialog *dialog = &window->dialog;

    window->text = dialog_label(dialog, TREE_TEXT, 0);
    window->grid = grid_new(dialog->window, TREE_GRID, &grid_class, window);
    window->rest = CreateWindowExW(
        0, L"BUTTON", string_wide(STR_TREE_REST), WS_CHILD | WS_TABSTOP | BS_AUTOCHECKBOX, 0, 0, 0,
        0, dialog->window, (HMENU)(UINT_PTR)TREE_REST, GetModuleHandleW(NULL), NULL);
    window->act = dialog_button(dialog, TREE_DO, 0);
    window->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    if (!window->text || !window->grid || !window->rest || !window->cancel || !window->act)
        return false;
    SendMessageW(window->rest, WM_SETFONT, (WPARAM)dialog->fonts.plain, FALSE);
    SendMessageW(window->rest, BM_SETCHECK,
                 window->question->resume_rest ? BST_CHECKED : BST_UNCHECKED, 0);
    if (window->question->plan->kind != ACT_RESUME_TREE && !window->question->for_dump)
        ShowWindow(window->rest, SW_SHOW);
    dialog->default_id = IDCANCEL;
    grid_set_count(window->grid, (uint32_t)window->question->plan->count, true);
    tell(window);
    SetFocus(grid_window(window->grid));
    return true;
}

static void arrange_tree(void *context, int width, int height)
{
    struct tree_window *window = context;
    const struct dialog *dialog = &window->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int line = (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy;
    int inner = width - 2 * margin;
    int bottom = height - margin - button;
    const HWND buttons[] = {window->act, window->cancel};

    MoveWindow(window->text, margin, margin, inner, 2 * line, TRUE);
    int top = margin + 2 * line + gap;
    grid_set_scale(window->grid, dialog->fonts.plain, dialog->dpi);
    MoveWindow(grid_window(window->grid), margin, top, inner, bottom - gap - top, TRUE);
    int right = dialog_row_to_right(dialog, buttons, 2, width - margin, bottom);
    MoveWindow(window->rest, margin, bottom, right - gap - margin, button, TRUE);
}

static void command_tree(void *context, unsigned id, unsigned code)
{
    struct tree_window *window = context;

    (void)code;
    window->question->resume_rest = dialog_is_checked(window->rest);
    if (id == TREE_DO && tree_plan_ticked(window->question->plan))
        dialog_end(&window->dialog, TREE_DO);
    else if (id == IDCANCEL)
        dialog_end(&window->dialog, IDCANCEL);
}

static bool message_tree(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct tree_window *window = context;

    (void)wide;
    return message == WM_NOTIFY && grid_notify(window->grid, (const NMHDR *)narrow, result);
}

static void close_tree(void *context)
{
    struct tree_window *window = context;

    dialog_end(&window->dialog, IDCANCEL);
}

static const struct dialog_class tree_class = {
    .title = STR_TREE_TITLE,
    .width = 720,
    .height = 420,
    .least_width = 520,
    .least_height = 280,
    .place_key = "tree",
    .open = open_tree,
    .arrange = arrange_tree,
    .command = command_tree,
    .message = message_tree,
    .close = close_tree,
};

bool tree_dialog_run(struct tree_question *question)
{
    struct tree_window window = {.question = question};
    bool done = dialog_run(&window.dialog, &tree_class, &window, question->owner,
                           question->settings) == TREE_DO;
    grid_free(window.grid);
    return done;
}
