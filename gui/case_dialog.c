#include "gui/case_dialog.h"

#include <commctrl.h>
#include <shlobj.h>

#include "core/windows/text16.h"
#include "gui/dialog.h"
#include "gui/strings.h"
#include "gui/theme.h"

#define FIELD_MOST 2048 /* letters */

/* --- a new case --- */

struct new_case {
    struct dialog dialog;
    struct buffer *fields;
    HWND text;
    HWND labels[NEW_CASE_FIELDS];
    HWND edits[NEW_CASE_FIELDS];
    HWND browse;
    HWND cancel;
    HWND act;
};

static void read_field(HWND edit, struct buffer *out)
{
    wchar_t wide[FIELD_MOST];
    int length = GetWindowTextW(edit, wide, FIELD_MOST);

    buffer_clear(out);
    text16_add(out, wide, length > 0 ? (size_t)length : 0);
}

/* A case without a name or a place is none. */
static void enable_new(const struct new_case *asking)
{
    EnableWindow(asking->act, GetWindowTextLengthW(asking->edits[NEW_CASE_NAME]) > 0 &&
                                  GetWindowTextLengthW(asking->edits[NEW_CASE_FOLDER]) > 0);
}

static bool open_new(void *context)
{
    struct new_case *asking = context;
    struct dialog *dialog = &asking->dialog;

    asking->text = dialog_label(dialog, 0, STR_NEW_CASE_TEXT);
    for (unsigned i = 0; i < NEW_CASE_FIELDS; i++) {
        asking->labels[i] = dialog_label(dialog, 0, STR_NEW_CASE_FIELD + i);
        asking->edits[i] = dialog_edit(dialog, NEW_CASE_EDIT + i, ES_AUTOHSCROLL);
        if (!asking->labels[i] || !asking->edits[i])
            return false;
        SendMessageW(asking->edits[i], EM_SETLIMITTEXT, FIELD_MOST - 1, 0);
        dialog_set_text(asking->edits[i], buffer_text(&asking->fields[i]));
    }
    asking->browse = dialog_button(dialog, NEW_CASE_BROWSE, STR_NEW_CASE_BROWSE);
    asking->act = dialog_button(dialog, NEW_CASE_DO, STR_NEW_CASE_DO);
    asking->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    if (!asking->text || !asking->browse || !asking->cancel || !asking->act)
        return false;
    dialog->default_id = NEW_CASE_DO;
    enable_new(asking);
    SetFocus(asking->edits[NEW_CASE_NAME]);
    return true;
}

static void arrange_new(void *context, int width, int height)
{
    struct new_case *asking = context;
    const struct dialog *dialog = &asking->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN + 4);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int line = (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy;
    int row = line + gap;
    int inner = width - 2 * margin;
    int browse = dialog_button_width(dialog, asking->browse);
    int text = (int)scale_words(dialog->fonts.plain, string_wide(STR_NEW_CASE_TEXT), inner).cy;
    int label = 0;
    int top = margin + text + gap;
    const HWND buttons[] = {asking->act, asking->cancel};

    MoveWindow(asking->text, margin, margin, inner, text, TRUE);
    for (unsigned i = 0; i < NEW_CASE_FIELDS; i++) {
        int wide = (int)scale_words(dialog->fonts.plain, string_wide(STR_NEW_CASE_FIELD + i), 0).cx;
        label = wide > label ? wide : label;
    }
    label += gap;
    for (unsigned i = 0; i < NEW_CASE_FIELDS; i++) {
        int rest = i == NEW_CASE_FOLDER ? browse + gap : 0;
        MoveWindow(asking->labels[i], margin, top + (row - line) / 2, label, line, TRUE);
        MoveWindow(asking->edits[i], margin + label, top, inner - label - rest, row, TRUE);
        top += row + gap;
    }
    top -= row + gap;
    MoveWindow(asking->browse, margin + inner - browse, top + (row - button) / 2, browse, button,
               TRUE);
    dialog_row_to_right(dialog, buttons, 2, width - margin, height - margin - button);
}

/* The folder that was chosen, with the last part of what stood there below it. */
static void browse(const struct new_case *asking)
{
    wchar_t chosen[MAX_PATH] = L"";
    struct buffer path;
    struct buffer before;
    BROWSEINFOW question = {
        .hwndOwner = asking->dialog.window,
        .pszDisplayName = chosen,
        .lpszTitle = string_wide(STR_NEW_CASE_WHERE_TO),
        .ulFlags = BIF_RETURNONLYFSDIRS | BIF_NEWDIALOGSTYLE,
    };
    HRESULT ready = OleInitialize(NULL);
    PIDLIST_ABSOLUTE item = SHBrowseForFolderW(&question);

    if (item && SHGetPathFromIDListW(item, chosen)) {
        buffer_init(&path, (size_t)FIELD_MOST * 4);
        buffer_init(&before, (size_t)FIELD_MOST * 4);
        read_field(asking->edits[NEW_CASE_FOLDER], &before);
        text16_add(&path, chosen, wcslen(chosen));
        if (path.size && path.bytes[path.size - 1] != '\\')
            buffer_add_byte(&path, '\\');
        buffer_add(&path, text_file_name(buffer_text(&before)));
        dialog_set_text(asking->edits[NEW_CASE_FOLDER], buffer_text(&path));
        buffer_done(&before);
        buffer_done(&path);
    }
    CoTaskMemFree(item);
    if (SUCCEEDED(ready))
        OleUninitialize();
}

static void command_new(void *context, unsigned id, unsigned code)
{
    struct new_case *asking = context;

    if (id >= NEW_CASE_EDIT && id < NEW_CASE_EDIT + NEW_CASE_FIELDS && code == EN_CHANGE)
        enable_new(asking);
    else if (id == NEW_CASE_BROWSE)
        browse(asking);
    if (id != NEW_CASE_DO || !IsWindowEnabled(asking->act))
        return;
    for (unsigned i = 0; i < NEW_CASE_FIELDS; i++)
        read_field(asking->edits[i], &asking->fields[i]);
    dialog_end(&asking->dialog, NEW_CASE_DO);
}

static void close_new(void *context)
{
    struct new_case *asking = context;

    dialog_end(&asking->dialog, IDCANCEL);
}

static const struct dialog_class new_class = {
    .title = STR_NEW_CASE_TITLE,
    .width = 560,
    .height = 280,
    .least_width = 560,
    .least_height = 280,
    .fixed = true,
    .open = open_new,
    .arrange = arrange_new,
    .command = command_new,
    .close = close_new,
};

bool new_case_dialog_run(HWND owner, struct buffer fields[NEW_CASE_FIELDS])
{
    struct new_case asking = {.fields = fields};

    return dialog_run(&asking.dialog, &new_class, &asking, owner, NULL) == NEW_CASE_DO;
}

/* --- a report --- */

struct report_question {
    struct dialog dialog;
    bool *chinese;
    bool *defanged;
    HWND text;
    HWND languages[2];
    HWND defang;
    HWND cancel;
    HWND act;
};

static bool open_report(void *context)
{
    struct report_question *asking = context;
    struct dialog *dialog = &asking->dialog;

    asking->text = dialog_label(dialog, 0, STR_REPORT_TEXT);
    asking->languages[0] = dialog_choice(dialog, REPORT_DIALOG_ENGLISH, STR_REPORT_ENGLISH,
                                         BS_AUTORADIOBUTTON | WS_GROUP);
    asking->languages[1] =
        dialog_choice(dialog, REPORT_DIALOG_CHINESE, STR_REPORT_CHINESE, BS_AUTORADIOBUTTON);
    asking->defang =
        dialog_choice(dialog, REPORT_DIALOG_DEFANG, STR_REPORT_DEFANG, BS_AUTOCHECKBOX | WS_GROUP);
    asking->act = dialog_button(dialog, REPORT_DIALOG_DO, STR_REPORT_DO);
    asking->cancel = dialog_button(dialog, IDCANCEL, STR_CANCEL);
    if (!asking->text || !asking->languages[0] || !asking->languages[1] || !asking->defang ||
        !asking->cancel || !asking->act)
        return false;
    SendMessageW(asking->languages[*asking->chinese], BM_SETCHECK, BST_CHECKED, 0);
    SendMessageW(asking->defang, BM_SETCHECK, *asking->defanged ? BST_CHECKED : BST_UNCHECKED, 0);
    dialog->default_id = REPORT_DIALOG_DO;
    SetFocus(asking->act);
    return true;
}

static void arrange_report(void *context, int width, int height)
{
    struct report_question *asking = context;
    const struct dialog *dialog = &asking->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN + 4);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int inner = width - 2 * margin;
    int row = (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy + gap / 2;
    int text = (int)scale_words(dialog->fonts.plain, string_wide(STR_REPORT_TEXT), inner).cy;
    int top = margin + text + gap;
    const HWND choices[] = {asking->languages[0], asking->languages[1], asking->defang};
    const HWND buttons[] = {asking->act, asking->cancel};

    MoveWindow(asking->text, margin, margin, inner, text, TRUE);
    for (size_t i = 0; i < 3; i++) {
        top += i == 2 ? gap : 0;
        MoveWindow(choices[i], margin, top, inner, row, TRUE);
        top += row + gap / 2;
    }
    dialog_row_to_right(dialog, buttons, 2, width - margin, height - margin - button);
}

static void command_report(void *context, unsigned id, unsigned code)
{
    struct report_question *asking = context;

    (void)code;
    if (id != REPORT_DIALOG_DO)
        return;
    *asking->chinese = dialog_is_checked(asking->languages[1]);
    *asking->defanged = dialog_is_checked(asking->defang);
    dialog_end(&asking->dialog, REPORT_DIALOG_DO);
}

static void close_report(void *context)
{
    struct report_question *asking = context;

    dialog_end(&asking->dialog, IDCANCEL);
}

static const struct dialog_class report_class = {
    .title = STR_REPORT_TITLE,
    .width = 480,
    .height = 210,
    .least_width = 480,
    .least_height = 210,
    .fixed = true,
    .open = open_report,
    .arrange = arrange_report,
    .command = command_report,
    .close = close_report,
};

bool report_dialog_run(HWND owner, bool *chinese, bool *defanged)
{
    struct report_question asking = {.chinese = chinese, .defanged = defanged};

    return dialog_run(&asking.dialog, &report_class, &asking, owner, NULL) == REPORT_DIALOG_DO;
}

/* --- a page --- */

struct page {
    struct dialog dialog;
    struct text content;
    HWND text;
    HWND close;
};

static bool open_page(void *context)
{
    struct page *page = context;
    struct dialog *dialog = &page->dialog;
    wchar_t *wide = text16_from(page->content, NULL);

    page->text =
        dialog_edit(dialog, PAGE_TEXT, ES_MULTILINE | ES_READONLY | WS_VSCROLL | ES_AUTOVSCROLL);
    page->close = dialog_button(dialog, IDCANCEL, STR_CLOSE);
    if (page->text && wide) {
        SendMessageW(page->text, EM_SETLIMITTEXT, 0x7ffffffe, 0);
        SetWindowTextW(page->text, wide);
    }
    text16_free(wide);
    if (!page->text || !page->close)
        return false;
    dialog->default_id = IDCANCEL;
    SetFocus(page->close);
    return true;
}

static void arrange_page(void *context, int width, int height)
{
    struct page *page = context;
    const struct dialog *dialog = &page->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int bottom = height - margin - dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);

    MoveWindow(page->text, margin, margin, width - 2 * margin,
               bottom - dialog_scaled(dialog, DIALOG_GAP) - margin, TRUE);
    dialog_row_to_right(dialog, &page->close, 1, width - margin, bottom);
}

static void command_page(void *context, unsigned id, unsigned code)
{
    (void)context;
    (void)id;
    (void)code;
}

static void close_page(void *context)
{
    struct page *page = context;

    dialog_end(&page->dialog, IDCANCEL);
}

void page_dialog_run(HWND owner, struct settings *settings, unsigned title, struct text page)
{
    const struct dialog_class class = {
        .title = title,
        .width = 640,
        .height = 400,
        .least_width = 400,
        .least_height = 240,
        .place_key = "page",
        .open = open_page,
        .arrange = arrange_page,
        .command = command_page,
        .close = close_page,
    };
    struct page shown = {.content = page};

    dialog_run(&shown.dialog, &class, &shown, owner, settings);
}
