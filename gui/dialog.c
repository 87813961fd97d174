#include "gui/dialog.h"

#include <commctrl.h>
#include <string.h>

#include "core/windows/library.h"
#include "core/windows/text16.h"
#include "gui/strings.h"
#include "gui/theme.h"

#define WORDS_MOST ((size_t)256 * 1024)

#ifndef WM_DPICHANGED
#define WM_DPICHANGED 0x02E0
#endif

int dialog_scaled(const struct dialog *dialog, int length)
{
    return scale_by(length, dialog->dpi);
}

/* --- controls --- */

static HWND make(const struct dialog *dialog, const wchar_t *class, unsigned id, unsigned words,
                 DWORD style, DWORD extended)
{
    HWND control = CreateWindowExW(extended, class, words ? string_wide(words) : L"",
                                   WS_CHILD | WS_VISIBLE | style, 0, 0, 0, 0, dialog->window,
                                   (HMENU)(UINT_PTR)id, GetModuleHandleW(NULL), NULL);
    if (control)
        SendMessageW(control, WM_SETFONT, (WPARAM)dialog->fonts.plain, FALSE);
    return control;
}

HWND dialog_button(const struct dialog *dialog, unsigned id, unsigned words)
{
    return make(dialog, WC_BUTTONW, id, words, WS_TABSTOP | BS_PUSHBUTTON, 0);
}

HWND dialog_choice(const struct dialog *dialog, unsigned id, unsigned words, DWORD style)
{
    return make(dialog, WC_BUTTONW, id, words, WS_TABSTOP | style, 0);
}

bool dialog_is_checked(HWND choice)
{
    return choice && SendMessageW(choice, BM_GETCHECK, 0, 0) == BST_CHECKED;
}

HWND dialog_label(const struct dialog *dialog, unsigned id, unsigned words)
{
    return make(dialog, WC_STATICW, id, words, words ? SS_LEFT : SS_LEFT | SS_NOPREFIX, 0);
}

HWND dialog_edit(const struct dialog *dialog, unsigned id, DWORD style)
{
    return make(dialog, WC_EDITW, id, 0, WS_TABSTOP | style, WS_EX_CLIENTEDGE);
}

void dialog_set_text(HWND control, struct text words)
{
    wchar_t *wide = text16_from(words, NULL);
    wchar_t before[1024];

    /* What reads as before is not drawn again. */
    if (wide && (wcslen(wide) >= 1023 || !GetWindowTextW(control, before, 1024) ||
                 wcscmp(before, wide) != 0))
        SetWindowTextW(control, wide);
    text16_free(wide);
}

void dialog_set_filled(HWND control, unsigned id, const struct text *arguments, unsigned count)
{
    struct buffer words;

    buffer_init(&words, WORDS_MOST);
    string_fill(&words, id, arguments, count);
    dialog_set_text(control, buffer_text(&words));
    buffer_done(&words);
}

int dialog_button_width(const struct dialog *dialog, HWND button)
{
    wchar_t words[256] = L"";
    int least = dialog_scaled(dialog, DIALOG_BUTTON_LEAST);
    int wanted;

    GetWindowTextW(button, words, 256);
    wanted = (int)scale_words(dialog->fonts.plain, words, 0).cx + dialog_scaled(dialog, 24);
    return wanted < least ? least : wanted;
}

int dialog_row_from_left(const struct dialog *dialog, const HWND *buttons, size_t count, int left,
                         int top)
{
    int height = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);

    for (size_t i = 0; i < count; i++) {
        if (!buttons[i])
            continue;
        int width = dialog_button_width(dialog, buttons[i]);
        MoveWindow(buttons[i], left, top, width, height, TRUE);
        left += width + dialog_scaled(dialog, DIALOG_GAP);
    }
    return left;
}

int dialog_row_to_right(const struct dialog *dialog, const HWND *buttons, size_t count, int right,
                        int top)
{
    int height = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);

    for (size_t i = count; i-- > 0;) {
        if (!buttons[i])
            continue;
        int width = dialog_button_width(dialog, buttons[i]);
        right -= width;
        MoveWindow(buttons[i], right, top, width, height, TRUE);
        right -= dialog_scaled(dialog, DIALOG_GAP);
    }
    return right;
}

/* --- the window --- */

static void set_fonts(struct dialog *dialog)
{
    struct scale_fonts old = dialog->fonts;

    scale_fonts_init(&dialog->fonts, dialog->dpi, 100);
    scale_set_font(dialog->window, dialog->fonts.plain);
    scale_fonts_done(&old);
}

static void arrange(struct dialog *dialog)
{
    RECT client;

    GetClientRect(dialog->window, &client);
    if (client.right > 0 && client.bottom > 0)
        dialog->class->arrange(dialog->context, client.right, client.bottom);
}

/* Size of the whole window for this inside, at the dialog's DPI. */
static SIZE outside(const struct dialog *dialog, int width, int height)
{
    RECT inner = {0, 0, dialog_scaled(dialog, width), dialog_scaled(dialog, height)};
    RECT window;
    RECT client;

    GetWindowRect(dialog->window, &window);
    GetClientRect(dialog->window, &client);
    return (SIZE){inner.right + (window.right - window.left) - client.right,
                  inner.bottom + (window.bottom - window.top) - client.bottom};
}

static void dpi_changed(struct dialog *dialog, WPARAM wide, LPARAM narrow)
{
    dialog->dpi = scale_changed(dialog->window, wide, 0); /* that of the least size, too */
    scale_changed(dialog->window, wide, narrow);
    set_fonts(dialog);
    arrange(dialog);
    RedrawWindow(dialog->window, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_ALLCHILDREN);
}

static void limit_size(const struct dialog *dialog, MINMAXINFO *limits)
{
    SIZE least = outside(dialog, dialog->class->least_width, dialog->class->least_height);

    limits->ptMinTrackSize = (POINT){least.cx, least.cy};
}

static void erase(HWND window, HDC dc)
{
    RECT client;

    GetClientRect(window, &client);
    FillRect(dc, &client, theme_brush(THEME_FACE));
}

/* The window itself has no use for it. */
static void hand_focus_on(const struct dialog *dialog)
{
    HWND focus = dialog->focus;

    if (!IsChild(dialog->window, focus) || !IsWindowVisible(focus) || !IsWindowEnabled(focus))
        focus = GetNextDlgTabItem(dialog->window, NULL, FALSE);
    if (focus)
        SetFocus(focus);
}

static LRESULT handle(struct dialog *dialog, UINT message, WPARAM wide, LPARAM narrow)
{
    LRESULT result = 0;

    if (dialog->class->message &&
        dialog->class->message(dialog->context, message, wide, narrow, &result))
        return result;
    if (theme_message(message, wide, narrow, &result))
        return result;
    switch (message) {
    case WM_SIZE:
        arrange(dialog);
        return 0;
    case WM_GETMINMAXINFO:
        limit_size(dialog, (MINMAXINFO *)narrow);
        return 0;
    case WM_ERASEBKGND:
        erase(dialog->window, (HDC)wide);
        return 1;
    case WM_DPICHANGED:
        dpi_changed(dialog, wide, narrow);
        return 0;
    case WM_ACTIVATE:
        if (LOWORD(wide) == WA_INACTIVE && IsChild(dialog->window, GetFocus()))
            dialog->focus = GetFocus();
        break;
    case WM_SETFOCUS:
        hand_focus_on(dialog);
        return 0;
    case WM_SETTINGCHANGE:
    case WM_THEMECHANGED:
    case WM_SYSCOLORCHANGE:
        theme_init();
        theme_dress(dialog->window);
        break;
    case DM_GETDEFID:
        return dialog->default_id ? MAKELRESULT(dialog->default_id, DC_HASDEFID) : 0;
    case WM_COMMAND:
        if (LOWORD(wide) == IDCANCEL)
            dialog->class->close(dialog->context);
        else
            dialog->class->command(dialog->context, LOWORD(wide), HIWORD(wide));
        return 0;
    case WM_CLOSE:
        dialog->class->close(dialog->context);
        return 0;
    default:
        break;
    }
    return DefWindowProcW(dialog->window, message, wide, narrow);
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wide, LPARAM narrow)
{
    struct dialog *dialog = (struct dialog *)GetWindowLongPtrW(window, GWLP_USERDATA);

    if (message == WM_NCCREATE) {
        dialog = ((const CREATESTRUCTW *)narrow)->lpCreateParams;
        SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)dialog);
        dialog->window = window;
    }
    if (message == WM_NCDESTROY)
        SetWindowLongPtrW(window, GWLP_USERDATA, 0);
    /* Before its controls are there, messages mean nothing to the dialog. */
    if (!dialog || !dialog->fonts.plain || dialog->ended)
        return DefWindowProcW(window, message, wide, narrow);
    return handle(dialog, message, wide, narrow);
}

static bool register_class(void)
{
    const WNDCLASSEXW class = {
        .cbSize = sizeof class,
        .style = CS_DBLCLKS,
        .lpfnWndProc = procedure,
        .hInstance = GetModuleHandleW(NULL),
        .hIcon = LoadIconW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(ICON_APP)),
        .hCursor = LoadCursorW(NULL, (LPCWSTR)IDC_ARROW),
        .lpszClassName = DIALOG_CLASS,
    };
    return RegisterClassExW(&class) || GetLastError() == ERROR_CLASS_ALREADY_EXISTS;
}

/* In the middle of its owner, and on a screen. */
static void place_window(struct dialog *dialog)
{
    SIZE size = outside(dialog, dialog->class->width, dialog->class->height);
    MONITORINFO monitor = {.cbSize = sizeof monitor};
    RECT around;

    if (!dialog->owner || !IsWindowVisible(dialog->owner) || IsIconic(dialog->owner) ||
        !GetWindowRect(dialog->owner, &around))
        SystemParametersInfoW(SPI_GETWORKAREA, 0, &around, 0);
    int left = (around.left + around.right - size.cx) / 2;
    int top = (around.top + around.bottom - size.cy) / 2;
    if (GetMonitorInfoW(MonitorFromRect(&around, MONITOR_DEFAULTTONEAREST), &monitor)) {
        RECT work = monitor.rcWork;
        left = left + size.cx > work.right ? work.right - size.cx : left;
        top = top + size.cy > work.bottom ? work.bottom - size.cy : top;
        left = left < work.left ? work.left : left;
        top = top < work.top ? work.top : top;
    }
    SetWindowPos(dialog->window, NULL, left, top, size.cx, size.cy, SWP_NOZORDER);
    if (dialog->settings && dialog->class->place_key)
        settings_restore_window(dialog->settings, dialog->class->place_key, dialog->window);
}

static bool open_window(struct dialog *dialog)
{
    DWORD style = WS_POPUP | WS_CAPTION | WS_SYSMENU | WS_CLIPCHILDREN;

    if (!dialog->class->fixed)
        style |= WS_THICKFRAME | WS_MAXIMIZEBOX;
    if (!register_class() ||
        !CreateWindowExW(WS_EX_CONTROLPARENT | WS_EX_DLGMODALFRAME * dialog->class->fixed,
                         DIALOG_CLASS, string_wide(dialog->class->title), style, 0, 0, 100, 100,
                         dialog->owner, NULL, GetModuleHandleW(NULL), dialog))
        return false;
    dialog->dpi = scale_dpi(dialog->owner ? dialog->owner : dialog->window);
    scale_fonts_init(&dialog->fonts, dialog->dpi, 100);
    if (!dialog->fonts.plain || !dialog->class->open(dialog->context)) {
        dialog->ended = true;
        DestroyWindow(dialog->window);
        scale_fonts_done(&dialog->fonts);
        return false;
    }
    SendDlgItemMessageW(dialog->window, (int)dialog->default_id, BM_SETSTYLE, BS_DEFPUSHBUTTON, 0);
    place_window(dialog);
    arrange(dialog);
    theme_dress(dialog->window);
    ShowWindow(dialog->window, SW_SHOW);
    return true;
}

static void run_loop(struct dialog *dialog)
{
    MSG message;

    while (!dialog->ended) {
        BOOL got = GetMessageW(&message, NULL, 0, 0);
        if (got <= 0) {
            PostQuitMessage((int)message.wParam); /* the outer loop ends, too */
            dialog->ended = true;
            break;
        }
        if (IsDialogMessageW(dialog->window, &message))
            continue;
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
}

bool dialog_open(struct dialog *dialog, const struct dialog_class *class, void *context, HWND owner,
                 struct settings *settings)
{
    memset(dialog, 0, sizeof *dialog);
    dialog->class = class;
    dialog->context = context;
    dialog->owner = owner;
    dialog->settings = settings;
    dialog->result = -1;
    return open_window(dialog);
}

void dialog_close(struct dialog *dialog)
{
    dialog->ended = true;
    if (dialog->class->leave)
        dialog->class->leave(dialog->context);
    if (dialog->settings && dialog->class->place_key)
        settings_keep_window(dialog->settings, dialog->class->place_key, dialog->window);
    DestroyWindow(dialog->window);
    scale_fonts_done(&dialog->fonts);
}

int dialog_run(struct dialog *dialog, const struct dialog_class *class, void *context, HWND owner,
               struct settings *settings)
{
    bool owner_enabled = owner && IsWindowEnabled(owner);

    if (!dialog_open(dialog, class, context, owner, settings))
        return -1;
    if (owner_enabled)
        EnableWindow(owner, FALSE);
    run_loop(dialog);
    /* Before the window goes: else another program's window would come up. */
    if (owner_enabled)
        EnableWindow(owner, TRUE);
    dialog_close(dialog);
    return dialog->result;
}

void dialog_end(struct dialog *dialog, int result)
{
    dialog->result = result;
    dialog->ended = true;
    PostMessageW(dialog->window, WM_NULL, 0, 0); /* so that the loop looks */
}

/* --- a question --- */

#define WORDS_ASKED 2048 /* UTF-16 units */
#define ANSWER_SAFE 100
#define ANSWER_OTHER 101

static bool ask(HWND owner, unsigned title, const wchar_t *words, unsigned safe, unsigned other)
{
    typedef HRESULT(WINAPI * task_dialog)(const TASKDIALOGCONFIG *, int *, int *, BOOL *);
    task_dialog show = (task_dialog)library_find(L"comctl32.dll", "TaskDialogIndirect");
    wchar_t answers[2][128];
    const TASKDIALOG_BUTTON buttons[] = {{ANSWER_SAFE, answers[0]}, {ANSWER_OTHER, answers[1]}};
    wchar_t question[256];
    wchar_t more[WORDS_ASKED];
    int chosen = ANSWER_SAFE;
    const TASKDIALOGCONFIG config = {
        .cbSize = sizeof config,
        .hwndParent = owner,
        .dwFlags = TDF_ALLOW_DIALOG_CANCELLATION | TDF_POSITION_RELATIVE_TO_WINDOW,
        .pszWindowTitle = L"Stakeout",
        .pszMainInstruction = question,
        .pszContent = more,
        .cButtons = 2,
        .pButtons = buttons,
        .nDefaultButton = ANSWER_SAFE,
    };

    lstrcpynW(answers[0], string_wide(safe), 128);
    lstrcpynW(answers[1], string_wide(other), 128);
    lstrcpynW(question, string_wide(title), 256);
    lstrcpynW(more, words, WORDS_ASKED);
    if (show && SUCCEEDED(show(&config, &chosen, NULL, NULL)))
        return chosen == ANSWER_OTHER;
    /* Without named buttons: the question asks for the harm, and "no" is the default. */
    return MessageBoxW(owner, more, question, MB_YESNO | MB_DEFBUTTON2 | MB_ICONQUESTION) == IDYES;
}

bool dialog_ask(HWND owner, unsigned title, unsigned words, unsigned safe, unsigned other)
{
    return ask(owner, title, string_wide(words), safe, other);
}

bool dialog_ask_words(HWND owner, unsigned title, struct text words, unsigned safe, unsigned other)
{
    wchar_t *wide = text16_from(words, NULL);
    bool agreed = wide && ask(owner, title, wide, safe, other);

    text16_free(wide);
    return agreed;
}
