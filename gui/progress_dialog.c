#include "gui/progress_dialog.h"

#include <commctrl.h>

#include "gui/dialog.h"
#include "gui/strings.h"

#define LOOK_TIMER 1
#define LOOK_MS 100
#define BAR_STEPS 1000

struct watching_work {
    struct dialog dialog;
    struct text text;
    const struct progress_work *work;
    HWND words;
    HWND bar;
    HWND so_far;
    HWND cancel;
};

static void tell(const struct watching_work *watching, uint64_t done, uint64_t total)
{
    struct buffer share;
    unsigned steps = 0;

    if (total)
        steps = done < total ? (unsigned)((double)done * BAR_STEPS / (double)total) : BAR_STEPS;
    SendMessageW(watching->bar, PBM_SETPOS, steps, 0);
    buffer_init(&share, 32);
    buffer_add_unsigned(&share, steps * 100 / BAR_STEPS);
    const struct text argument = buffer_text(&share);
    if (total)
        dialog_set_filled(watching->so_far, STR_PROGRESS_SO_FAR, &argument, 1);
    buffer_done(&share);
}

static void look(struct watching_work *watching)
{
    uint64_t done = 0;
    uint64_t total = 0;

    if (watching->work->look(watching->work->context, &done, &total))
        tell(watching, done, total);
    else
        dialog_end(&watching->dialog, IDOK);
}

static bool open_work(void *context)
{
    struct watching_work *watching = context;
    struct dialog *dialog = &watching->dialog;

    watching->words = dialog_label(dialog, 0, 0);
    watching->bar =
        CreateWindowExW(0, PROGRESS_CLASSW, L"", WS_CHILD | WS_VISIBLE, 0, 0, 0, 0, dialog->window,
                        (HMENU)(UINT_PTR)PROGRESS_BAR, GetModuleHandleW(NULL), NULL);
    watching->so_far = dialog_label(dialog, PROGRESS_SO_FAR, 0);
    watching->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    if (!watching->words || !watching->bar || !watching->so_far || !watching->cancel)
        return false;
    dialog_set_text(watching->words, watching->text);
    SendMessageW(watching->bar, PBM_SETRANGE32, 0, BAR_STEPS);
    dialog->default_id = IDCANCEL;
    SetFocus(watching->cancel);
    return SetTimer(dialog->window, LOOK_TIMER, LOOK_MS, NULL) != 0;
}

static void arrange_work(void *context, int width, int height)
{
    struct watching_work *watching = context;
    const struct dialog *dialog = &watching->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN + 4);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int line = (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy;
    int inner = width - 2 * margin;
    int top = margin;
    const HWND buttons[] = {watching->cancel};

    MoveWindow(watching->words, margin, top, inner, 2 * line, TRUE);
    top += 2 * line + gap;
    MoveWindow(watching->bar, margin, top, inner, line + gap / 2, TRUE);
    top += line + gap + gap / 2;
    MoveWindow(watching->so_far, margin, top, inner, line, TRUE);
    dialog_row_to_right(dialog, buttons, 1, width - margin, height - margin - button);
}

static void cancel_work(struct watching_work *watching)
{
    watching->work->cancel(watching->work->context);
    dialog_end(&watching->dialog, IDCANCEL);
}

static void command_work(void *context, unsigned id, unsigned code)
{
    (void)code;
    if (id == IDCANCEL)
        cancel_work(context);
}

static bool message_work(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    (void)narrow;
    if (message != WM_TIMER || wide != LOOK_TIMER)
        return false;
    look(context);
    *result = 0;
    return true;
}

static void close_work(void *context)
{
    cancel_work(context);
}

static const struct dialog_class work_class = {
    .title = STR_PROGRESS_TITLE,
    .width = 420,
    .height = 150,
    .least_width = 420,
    .least_height = 150,
    .fixed = true,
    .open = open_work,
    .arrange = arrange_work,
    .command = command_work,
    .message = message_work,
    .close = close_work,
};

bool progress_dialog_run(HWND owner, struct text words, const struct progress_work *work)
{
    struct watching_work watching = {.text = words, .work = work};

    return dialog_run(&watching.dialog, &work_class, &watching, owner, NULL) == IDCANCEL;
}
