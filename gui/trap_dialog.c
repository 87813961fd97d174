#include "gui/trap_dialog.h"

#include "core/act/trap.h"
#include "core/windows/text16.h"
#include "gui/dialog.h"
#include "gui/strings.h"
#include "gui/trap_commands.h"

#define LINES_MOST 16384 /* letters */

struct trap_window {
    struct dialog dialog;
    struct trap_choice *choice;
    HWND text;
    HWND boxes[7]; /* record, suspend, tree, dump, full, sample, each */
    HWND never_label;
    HWND never;
    HWND only_label;
    HWND only;
    HWND cancel;
    HWND act;
};

static HWND box(const struct trap_window *window, unsigned index)
{
    return window->boxes[index - TRAP_DIALOG_RECORD];
}

static bool is_checked(const struct trap_window *window, unsigned index)
{
    return dialog_is_checked(box(window, index));
}

static void check(const struct trap_window *window, unsigned index, bool checked)
{
    SendMessageW(box(window, index), BM_SETCHECK, checked ? BST_CHECKED : BST_UNCHECKED, 0);
}

static void read_lines(HWND edit, struct buffer *out)
{
    static wchar_t wide[LINES_MOST];
    int length = GetWindowTextW(edit, wide, LINES_MOST);

    buffer_clear(out);
    text16_add(out, wide, length > 0 ? (size_t)length : 0);
}

/* An exception that says nothing can't be meant. */
static void enable(const struct trap_window *window)
{
    struct buffer lines;

    buffer_init(&lines, (size_t)LINES_MOST * 4);
    read_lines(window->only, &lines);
    EnableWindow(window->act, trap_commands_understands(buffer_text(&lines)));
    EnableWindow(box(window, TRAP_DIALOG_TREE), is_checked(window, TRAP_DIALOG_SUSPEND));
    EnableWindow(box(window, TRAP_DIALOG_FULL), is_checked(window, TRAP_DIALOG_DUMP));
    buffer_done(&lines);
}

static bool open_trap(void *context)
{
    struct trap_window *window = context;
    struct dialog *dialog = &window->dialog;
    const struct trap_choice *choice = window->choice;

    window->text = dialog_label(dialog, 0, STR_TRAP_TEXT);
    for (unsigned i = 0; i < 7; i++) {
        window->boxes[i] =
            dialog_choice(dialog, TRAP_DIALOG_RECORD + i, STR_TRAP_BOX + i, BS_AUTOCHECKBOX);
        if (!window->boxes[i])
            return false;
    }
    window->never_label = dialog_label(dialog, 0, STR_TRAP_NEVER);
    window->never = dialog_edit(dialog, TRAP_DIALOG_NEVER,
                                ES_MULTILINE | ES_WANTRETURN | ES_AUTOVSCROLL | WS_VSCROLL);
    window->only_label = dialog_label(dialog, 0, STR_TRAP_ONLY);
    window->only = dialog_edit(dialog, TRAP_DIALOG_ONLY,
                               ES_MULTILINE | ES_WANTRETURN | ES_AUTOVSCROLL | WS_VSCROLL);
    window->act = dialog_button(dialog, TRAP_DIALOG_DO, STR_TRAP_DO);
    window->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    if (!window->text || !window->never_label || !window->never || !window->only_label ||
        !window->only || !window->cancel || !window->act)
        return false;
    check(window, TRAP_DIALOG_RECORD, true);
    EnableWindow(box(window, TRAP_DIALOG_RECORD), FALSE); /* always */
    check(window, TRAP_DIALOG_SUSPEND, choice->what & (TRAP_SUSPEND | TRAP_TREE));
    check(window, TRAP_DIALOG_TREE, choice->what & TRAP_TREE);
    check(window, TRAP_DIALOG_DUMP, choice->what & TRAP_DUMP);
    check(window, TRAP_DIALOG_FULL, choice->is_full);
    check(window, TRAP_DIALOG_SAMPLE, choice->what & TRAP_SAMPLE);
    check(window, TRAP_DIALOG_EACH, choice->each_time);
    dialog_set_text(window->never, buffer_text(&choice->never));
    dialog_set_text(window->only, buffer_text(&choice->only));
    dialog->default_id = TRAP_DIALOG_DO;
    enable(window);
    SetFocus(box(window, TRAP_DIALOG_SUSPEND));
    return true;
}

static void arrange_trap(void *context, int width, int height)
{
    struct trap_window *window = context;
    const struct dialog *dialog = &window->dialog;
    HFONT font = dialog->fonts.plain;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN + 4);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int inner = width - 2 * margin;
    int line = (int)scale_words(font, L"Ag", 0).cy;
    int row = line + gap / 2;
    int text = (int)scale_words(font, string_wide(STR_TRAP_TEXT), inner).cy;
    int half = (inner - gap) / 2;
    int label = (int)scale_words(font, string_wide(STR_TRAP_ONLY), half).cy;
    int never = (int)scale_words(font, string_wide(STR_TRAP_NEVER), half).cy;
    int bottom = height - margin - button;
    int top = margin + text + gap;
    const HWND buttons[] = {window->act, window->cancel};

    label = never > label ? never : label;
    MoveWindow(window->text, margin, margin, inner, text, TRUE);
    for (unsigned i = 0; i < 7; i++) {
        bool below = i == TRAP_DIALOG_TREE - TRAP_DIALOG_RECORD ||
                     i == TRAP_DIALOG_FULL - TRAP_DIALOG_RECORD;
        int left = margin + (below ? 2 * margin : 0);
        top += i == 6 ? gap : 0;
        MoveWindow(window->boxes[i], left, top, width - margin - left, row, TRUE);
        top += row + gap / 2;
    }
    top += gap;
    MoveWindow(window->never_label, margin, top, half, label, TRUE);
    MoveWindow(window->only_label, margin + half + gap, top, half, label, TRUE);
    top += label + gap / 2;
    MoveWindow(window->never, margin, top, half, bottom - gap - top, TRUE);
    MoveWindow(window->only, margin + half + gap, top, half, bottom - gap - top, TRUE);
    dialog_row_to_right(dialog, buttons, 2, width - margin, bottom);
}

static void command_trap(void *context, unsigned id, unsigned code)
{
    struct trap_window *window = context;
    struct trap_choice *choice = window->choice;

    (void)code;
    enable(window);
    if (id != TRAP_DIALOG_DO || !IsWindowEnabled(window->act))
        return;
    choice->what = 0;
    if (is_checked(window, TRAP_DIALOG_SUSPEND))
        choice->what |= TRAP_SUSPEND | (is_checked(window, TRAP_DIALOG_TREE) ? TRAP_TREE : 0u);
    if (is_checked(window, TRAP_DIALOG_DUMP))
        choice->what |= TRAP_DUMP;
    if (is_checked(window, TRAP_DIALOG_SAMPLE))
        choice->what |= TRAP_SAMPLE;
    choice->is_full = is_checked(window, TRAP_DIALOG_FULL);
    choice->each_time = is_checked(window, TRAP_DIALOG_EACH);
    read_lines(window->never, &choice->never);
    read_lines(window->only, &choice->only);
    dialog_end(&window->dialog, TRAP_DIALOG_DO);
}

static void close_trap(void *context)
{
    struct trap_window *window = context;

    dialog_end(&window->dialog, IDCANCEL);
}

static const struct dialog_class trap_class = {
    .title = STR_TRAP_TITLE,
    .width = 600,
    .height = 430,
    .least_width = 600,
    .least_height = 430,
    .fixed = true,
    .open = open_trap,
    .arrange = arrange_trap,
    .command = command_trap,
    .close = close_trap,
};

bool trap_dialog_run(HWND owner, struct trap_choice *choice)
{
    struct trap_window window = {.choice = choice};

    return dialog_run(&window.dialog, &trap_class, &window, owner, NULL) == TRAP_DIALOG_DO;
}
