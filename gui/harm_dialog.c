#include "gui/harm_dialog.h"

#include "core/windows/text16.h"
#include "gui/act_words.h"
#include "gui/cell_text.h"
#include "gui/dialog.h"
#include "gui/strings.h"
#include "gui/theme.h"

#define WORDS_MOST ((size_t)256 * 1024)
#define NAME_MOST 512
#define TALL 330 /* at 96 DPI, with the name to type and what there is to tell before */

struct harm {
    struct dialog dialog;
    const struct harm_question *question;
    HWND head;
    HWND words;
    HWND ask; /* above the field; NULL where no name is asked for */
    HWND name;
    HWND act;
    HWND instead; /* NULL: there is no such button */
    HWND cancel;
};

static void add_line(struct buffer *out, unsigned id, struct text value)
{
    string_fill(out, id, &value, 1);
    buffer_add_string(out, "\r\n");
}

static void add_fact(struct buffer *out, unsigned id, const struct text_fact *fact)
{
    struct buffer reason;
    buffer_init(&reason, 4096);
    if (fact->state != READ_OK)
        string_add(&reason, STR_READ_STATE + (unsigned)fact->state);
    add_line(out, id, fact->state == READ_OK ? fact->value : buffer_text(&reason));
    buffer_done(&reason);
}

static void tell(const struct harm *harm)
{
    const struct harm_question *question = harm->question;
    const struct cell_words times = {.utc = question->utc, .milliseconds = true};
    struct buffer words;
    struct buffer value;

    buffer_init(&words, WORDS_MOST);
    buffer_init(&value, WORDS_MOST);
    act_words_process(&value, question->facts->name, question->facts->key.pid);
    const struct text whom = buffer_text(&value);
    if (question->head.size)
        dialog_set_text(harm->head, question->head);
    else
        dialog_set_filled(harm->head, STR_HARM_HEAD + (unsigned)question->kind, &whom, 1);
    buffer_clear(&value);
    cell_text_add_moment(&times, question->facts->key.start, &value);
    add_line(&words, STR_HARM_STARTED, buffer_text(&value));
    add_fact(&words, STR_HARM_IMAGE, &question->facts->image);
    if (question->more.size) {
        buffer_add(&words, question->more);
        buffer_add_string(&words, "\r\n");
    }
    buffer_add_string(&words, "\r\n");
    string_add(&words,
               question->effect ? question->effect : STR_HARM_EFFECT + (unsigned)question->kind);
    if (question->verdict.rail != RAIL_FREE) {
        buffer_add_string(&words, "\r\n\r\n");
        string_add(&words, STR_GUARD + (unsigned)question->verdict.guard);
    }
    dialog_set_text(harm->words, buffer_text(&words));
    buffer_done(&value);
    buffer_done(&words);
}

static bool open_harm(void *context)
{
    struct harm *harm = context;
    struct dialog *dialog = &harm->dialog;
    bool typed = harm->question->verdict.rail == RAIL_TYPE_NAME;

    harm->head = dialog_label(dialog, 0, 0);
    harm->words = CreateWindowExW(
        0, L"EDIT", L"", WS_CHILD | WS_VISIBLE | WS_TABSTOP | ES_MULTILINE | ES_READONLY, 0, 0, 0,
        0, dialog->window, (HMENU)(UINT_PTR)HARM_WORDS, GetModuleHandleW(NULL), NULL);
    if (typed) {
        harm->ask = dialog_label(dialog, 0, STR_HARM_TYPE);
        harm->name = dialog_edit(dialog, HARM_NAME, 0);
    }
    harm->act =
        dialog_button(dialog, HARM_DO,
                      harm->question->button ? harm->question->button
                                             : STR_HARM_BUTTON + (unsigned)harm->question->kind);
    if (harm->question->instead)
        harm->instead = dialog_button(dialog, HARM_INSTEAD, harm->question->instead);
    harm->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    if (!harm->head || !harm->words || !harm->cancel || !harm->act || (typed && !harm->name))
        return false;
    SendMessageW(harm->words, WM_SETFONT, (WPARAM)dialog->fonts.plain, FALSE);
    tell(harm);
    EnableWindow(harm->act, !typed);
    EnableWindow(harm->instead, !typed);
    dialog->default_id = IDCANCEL;
    SetFocus(typed ? harm->name : harm->cancel);
    return true;
}

static void arrange_harm(void *context, int width, int height)
{
    struct harm *harm = context;
    const struct dialog *dialog = &harm->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN + 4);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int line = (int)scale_words(dialog->fonts.bold, L"Ag", 0).cy;
    int inner = width - 2 * margin;
    int bottom = height - margin - button;
    int end = bottom - gap;
    const HWND buttons[] = {harm->act, harm->instead, harm->cancel};

    SendMessageW(harm->head, WM_SETFONT, (WPARAM)dialog->fonts.bold, FALSE);
    MoveWindow(harm->head, margin, margin, inner, line, TRUE);
    if (harm->name) {
        end -= button;
        MoveWindow(harm->name, margin, end, inner, button - gap / 2, TRUE);
        end -= line + gap / 2;
        MoveWindow(harm->ask, margin, end, inner, line, TRUE);
        end -= gap;
    }
    int top = margin + line + gap;
    MoveWindow(harm->words, margin, top, inner, end - top, TRUE);
    dialog_row_to_right(dialog, buttons, 3, width - margin, bottom);
}

static bool is_typed(const struct harm *harm)
{
    wchar_t wide[NAME_MOST];
    struct buffer typed;

    if (!harm->name)
        return true;
    int length = GetWindowTextW(harm->name, wide, NAME_MOST);
    buffer_init(&typed, TEXT16_MOST(NAME_MOST));
    text16_add(&typed, wide, length > 0 ? (size_t)length : 0);
    bool same = rails_name_typed(buffer_text(&typed), harm->question->facts->name);
    buffer_done(&typed);
    return same;
}

static void command_harm(void *context, unsigned id, unsigned code)
{
    struct harm *harm = context;

    if (id == HARM_NAME && code == EN_CHANGE) {
        EnableWindow(harm->act, is_typed(harm));
        EnableWindow(harm->instead, is_typed(harm));
    } else if ((id == HARM_DO || id == HARM_INSTEAD) && is_typed(harm))
        dialog_end(&harm->dialog, (int)id);
    else if (id == IDCANCEL)
        dialog_end(&harm->dialog, IDCANCEL);
}

/* The text is part of the window, not a field to write in. */
static bool message_harm(void *context, UINT message, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct harm *harm = context;

    if (message != WM_CTLCOLORSTATIC || (HWND)narrow != harm->words)
        return false;
    SetTextColor((HDC)wide, theme_colour(THEME_FACE_TEXT));
    SetBkColor((HDC)wide, theme_colour(THEME_FACE));
    *result = (LRESULT)theme_brush(THEME_FACE);
    return true;
}

static void close_harm(void *context)
{
    struct harm *harm = context;

    dialog_end(&harm->dialog, IDCANCEL);
}

static const struct dialog_class harm_class = {
    .title = STR_HARM_TITLE,
    .width = 500,
    .height = 250,
    .least_width = 500,
    .least_height = 250,
    .fixed = true,
    .open = open_harm,
    .arrange = arrange_harm,
    .command = command_harm,
    .message = message_harm,
    .close = close_harm,
};

int harm_dialog_ask(const struct harm_question *question)
{
    struct harm harm = {.question = question};
    struct dialog_class class = harm_class;

    if (question->verdict.rail == RAIL_TYPE_NAME) /* room for it all */
        class.height = class.least_height = TALL;
    return dialog_run(&harm.dialog, &class, &harm, question->owner, NULL);
}

bool harm_dialog_run(const struct harm_question *question)
{
    return harm_dialog_ask(question) == HARM_DO;
}
