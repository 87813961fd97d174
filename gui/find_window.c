#include "gui/find_window.h"

#include <commctrl.h>

#include "core/base/memory.h"
#include "core/windows/text16.h"
#include "gui/find_parts.h"
#include "gui/strings.h"
#include "gui/theme.h"

#define TAB_HEIGHT 26 /* at 96 DPI; likewise below */
#define TABS_WIDTH 420
#define FILTER_WIDTH 220
#define PIDS_WIDTH 150
#define BAR_WIDTH 140
#define VALUE_LINES 6
#define STATUS_LINES 2
#define CHECK_EXTRA 26 /* the box in front of the words */
#define FILTER_TIMER 1
#define FILTER_WAIT 150 /* ms after the last key */

/* --- words --- */

static void set_words(struct find_window *find)
{
    const struct {
        HWND control;
        unsigned words;
    } controls[] = {{find->dialog.window, STR_FIND_TITLE},
                    {find->term_label, STR_FIND_TERM},
                    {find->regex, STR_FIND_REGEX},
                    {find->match_case, STR_FIND_CASE},
                    {find->list, STR_FIND_LIST},
                    {find->pids_label, STR_FIND_PIDS},
                    {find->filter_label, STR_FILTER},
                    {find->save, STR_FIND_SAVE},
                    {find->close, STR_CLOSE}};

    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
        SetWindowTextW(controls[i].control, string_wide(controls[i].words));
    for (unsigned kind = 0; kind < FOUND_KINDS; kind++) {
        TCITEMW item = {.mask = TCIF_TEXT,
                        .pszText = (wchar_t *)(UINT_PTR)string_wide(STR_FIND_TAB + kind)};
        SendMessageW(find->tabs, TCM_SETITEMW, kind, (LPARAM)&item);
    }
    SendMessageW(find->pids, EM_SETCUEBANNER, TRUE, (LPARAM)string_wide(STR_FIND_ALL));
    SendMessageW(find->filter_box, EM_SETCUEBANNER, TRUE, (LPARAM)string_wide(STR_FILTER_CUE));
}

/* --- controls --- */

static HWND make_tabs(const struct dialog *dialog)
{
    HWND tabs = CreateWindowExW(0, WC_TABCONTROLW, L"",
                                WS_CHILD | WS_VISIBLE | WS_TABSTOP | WS_CLIPSIBLINGS, 0, 0, 0, 0,
                                dialog->window, (HMENU)FIND_TABS, NULL, NULL);

    for (unsigned kind = 0; tabs && kind < FOUND_KINDS; kind++) {
        TCITEMW item = {.mask = TCIF_TEXT, .pszText = (wchar_t *)(UINT_PTR)L" "};
        SendMessageW(tabs, TCM_INSERTITEMW, kind, (LPARAM)&item);
    }
    SendMessageW(tabs, WM_SETFONT, (WPARAM)dialog->fonts.plain, FALSE);
    return tabs;
}

static bool make_panes(struct find_window *find)
{
    struct text layout;

    for (unsigned kind = 0; kind < FOUND_KINDS; kind++) {
        struct find_page *page = &find->pages[kind];
        const struct list_pane_class *class = find_list_class((enum found_kind)kind);
        page->pane = list_pane_new(find->dialog.window, FIND_PANE + (int)kind, class, &find->host);
        if (!page->pane)
            return false;
        list_pane_set_utc(page->pane, find->utc);
        if (find->setup.settings && settings_layout(find->setup.settings, class->key, &layout))
            rowview_set_layout(list_pane_rowview(page->pane), layout);
    }
    return true;
}

static bool open_find(void *context)
{
    struct find_window *find = context;
    struct dialog *dialog = &find->dialog;

    find->term_label = dialog_label(dialog, 0, STR_FIND_TERM);
    find->term = dialog_edit(dialog, FIND_TERM, ES_AUTOHSCROLL);
    find->go = dialog_button(dialog, FIND_GO, STR_FIND_GO);
    find->regex = dialog_choice(dialog, FIND_REGEX, STR_FIND_REGEX, BS_AUTOCHECKBOX);
    find->match_case = dialog_choice(dialog, FIND_CASE, STR_FIND_CASE, BS_AUTOCHECKBOX);
    find->list = dialog_choice(dialog, FIND_LIST, STR_FIND_LIST, BS_AUTOCHECKBOX);
    find->pids_label = dialog_label(dialog, 0, STR_FIND_PIDS);
    find->pids = dialog_edit(dialog, FIND_PIDS, ES_AUTOHSCROLL);
    find->tabs = make_tabs(dialog);
    find->filter_label = dialog_label(dialog, 0, STR_FILTER);
    find->filter_box = dialog_edit(dialog, FIND_FILTER, ES_AUTOHSCROLL);
    if (!make_panes(find))
        return false;
    find->value =
        dialog_edit(dialog, FIND_VALUE,
                    ES_MULTILINE | ES_READONLY | WS_VSCROLL | ES_AUTOVSCROLL | ES_NOHIDESEL);
    find->bar = CreateWindowExW(0, PROGRESS_CLASSW, L"", WS_CHILD, 0, 0, 0, 0, dialog->window, NULL,
                                NULL, NULL);
    find->status = dialog_label(dialog, FIND_STATUS, 0);
    find->save = dialog_button(dialog, FIND_SAVE, STR_FIND_SAVE);
    find->close = dialog_button(dialog, IDCANCEL, STR_CLOSE);
    if (!find->term_label || !find->term || !find->go || !find->regex || !find->match_case ||
        !find->list || !find->pids_label || !find->pids || !find->tabs || !find->filter_label ||
        !find->filter_box || !find->value || !find->bar || !find->status || !find->save ||
        !find->close)
        return false;
    SendMessageW(find->term, EM_SETLIMITTEXT, TERM_MOST, 0);
    SendMessageW(find->value, EM_SETLIMITTEXT, 0, 0);
    SendMessageW(find->bar, PBM_SETRANGE32, 0, 1000);
    set_words(find);
    dialog->default_id = FIND_GO;
    find->open = true;
    find_show_page(find, find->kind);
    return true;
}

/* --- places --- */

static int line_height(const struct dialog *dialog)
{
    return (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy;
}

static int words_width(const struct dialog *dialog, HWND control)
{
    wchar_t words[256] = L"";

    GetWindowTextW(control, words, 256);
    return (int)scale_words(dialog->fonts.plain, words, 0).cx;
}

/* A label and what it is for, from the left; returns where the field begins. */
static int place_label(const struct dialog *dialog, HWND label, int left, int top)
{
    int height = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int width = words_width(dialog, label) + dialog_scaled(dialog, 4);
    int line = line_height(dialog);

    MoveWindow(label, left, top + (height - line) / 2, width, line, TRUE);
    return left + width + dialog_scaled(dialog, 4);
}

static void arrange_term(const struct find_window *find, int width, int top)
{
    const struct dialog *dialog = &find->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int height = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_LEAST);
    int left = place_label(dialog, find->term_label, margin, top);

    MoveWindow(find->go, width - margin - button, top, button, height, TRUE);
    MoveWindow(find->term, left, top + 1, width - margin - button - gap - left, height - 2, TRUE);
}

static void arrange_choices(const struct find_window *find, int width, int top)
{
    const struct dialog *dialog = &find->dialog;
    const HWND checks[] = {find->regex, find->match_case, find->list};
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int height = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int left = margin;

    for (size_t i = 0; i < 3; i++) {
        int wide = words_width(dialog, checks[i]) + dialog_scaled(dialog, CHECK_EXTRA);
        MoveWindow(checks[i], left, top, wide, height, TRUE);
        left += wide + gap;
    }
    int field = dialog_scaled(dialog, PIDS_WIDTH);
    int label = words_width(dialog, find->pids_label) + dialog_scaled(dialog, 8);
    left = place_label(dialog, find->pids_label, width - margin - field - label, top);
    MoveWindow(find->pids, left, top + 1, width - margin - left, height - 2, TRUE);
}

static void arrange_tabs(const struct find_window *find, int width, int top)
{
    const struct dialog *dialog = &find->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int height = dialog_scaled(dialog, TAB_HEIGHT);
    int field = dialog_scaled(dialog, FILTER_WIDTH);
    int label = words_width(dialog, find->filter_label) + dialog_scaled(dialog, 8);

    MoveWindow(find->tabs, margin, top, dialog_scaled(dialog, TABS_WIDTH), height, TRUE);
    int left = place_label(dialog, find->filter_label, width - margin - field - label, top);
    MoveWindow(find->filter_box, left, top, width - margin - left, height - 2, TRUE);
}

/* Returns where the lists end. */
static int arrange_bottom(const struct find_window *find, int width, int height)
{
    const struct dialog *dialog = &find->dialog;
    const HWND buttons[] = {find->save, find->close};
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int bar = dialog_scaled(dialog, BAR_WIDTH);
    int line = line_height(dialog);
    int bottom = height - margin - button;

    int right = dialog_row_to_right(dialog, buttons, 2, width - margin, bottom);
    int status = line * STATUS_LINES;
    MoveWindow(find->bar, right - bar, bottom + (button - line) / 2, bar, line, TRUE);
    MoveWindow(find->status, margin, bottom + (button - status) / 2, right - bar - gap - margin,
               status, TRUE);
    int value = line * VALUE_LINES + dialog_scaled(dialog, 8);
    bottom -= gap + value;
    MoveWindow(find->value, margin, bottom, width - 2 * margin, value, TRUE);
    return bottom - gap;
}

static void arrange(void *context, int width, int height)
{
    struct find_window *find = context;
    const struct dialog *dialog = &find->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int row = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT) + dialog_scaled(dialog, DIALOG_GAP);
    int tabs = dialog_scaled(dialog, TAB_HEIGHT);
    int bottom = arrange_bottom(find, width, height);
    int top = margin + 2 * row + tabs;

    arrange_term(find, width, margin);
    arrange_choices(find, width, margin + row);
    arrange_tabs(find, width, margin + 2 * row);
    SendMessageW(find->value, WM_SETFONT, (WPARAM)dialog->fonts.fixed, TRUE);
    for (unsigned kind = 0; kind < FOUND_KINDS; kind++) {
        struct list_pane *pane = find->pages[kind].pane;
        rowview_set_scale(list_pane_rowview(pane), dialog->fonts.plain,
                          dialog->dpi * 100 / SCALE_PLAIN);
        MoveWindow(list_pane_window(pane), margin, top, width - 2 * margin, bottom - top, TRUE);
    }
}

void find_arrange(struct find_window *find)
{
    RECT client;

    GetClientRect(find->dialog.window, &client);
    if (client.right > 0 && client.bottom > 0)
        arrange(find, client.right, client.bottom);
}

/* --- what is shown --- */

uint32_t find_current(struct find_window *find)
{
    return list_pane_current(find_page(find)->pane);
}

static void show_value(struct find_window *find)
{
    const struct find_page *page = find_page(find);
    uint32_t row = find_current(find);
    struct buffer words;

    find->selected_posted = false;
    buffer_init(&words, FIND_WORDS_MOST);
    if (row != VIEW_NO_ROW)
        find_describe(page->found, row, &words);
    dialog_set_text(find->value, buffer_text(&words));
    buffer_done(&words);
}

void find_show_page(struct find_window *find, enum found_kind kind)
{
    find->kind = kind;
    buffer_clear(&find->told);
    SendMessageW(find->tabs, TCM_SETCURSEL, kind, 0);
    for (unsigned i = 0; i < FOUND_KINDS; i++)
        ShowWindow(list_pane_window(find->pages[i].pane), i == kind ? SW_SHOWNA : SW_HIDE);
    EnableWindow(find->list, kind == FOUND_MEMORY);
    EnableWindow(find->pids, kind != FOUND_REGISTRY);
    EnableWindow(find->pids_label, kind != FOUND_REGISTRY);
    show_value(find);
    find_show_status(find);
}

/* --- what the lists tell --- */

static void pane_selected(void *context, struct list_pane *pane)
{
    struct find_window *find = context;

    (void)pane;
    if (find->selected_posted)
        return; /* a range of a thousand rows is one change */
    find->selected_posted = true;
    PostMessageW(find->dialog.window, FIND_SELECTED, 0, 0);
}

static void pane_activated(void *context, struct list_pane *pane)
{
    (void)pane;
    find_activate(context);
}

static void pane_menu(void *context, struct list_pane *pane, POINT where)
{
    (void)pane;
    find_menu(context, where);
}

static void pane_columns_menu(void *context, struct list_pane *pane, POINT where)
{
    (void)pane;
    find_columns_menu(context, where);
}

static void pane_arranged(void *context, struct list_pane *pane)
{
    (void)context;
    (void)pane;
}

/* --- messages --- */

static void command(void *context, unsigned id, unsigned code)
{
    struct find_window *find = context;

    if (id == FIND_GO)
        find_run(find);
    else if (id == FIND_SAVE)
        find_command(find, CMD_SAVE);
    else if (id == FIND_FILTER && code == EN_CHANGE)
        SetTimer(find->dialog.window, FILTER_TIMER, FILTER_WAIT, NULL);
    else if (id >= CMD_FOUND_CLOSE && id <= CMD_FOUND_HEX)
        find_command(find, id);
}

static void close_all(struct find_window *find)
{
    struct buffer layout;

    for (unsigned kind = 0; kind < FOUND_KINDS; kind++) {
        struct find_page *page = &find->pages[kind];
        find_leave(page);
        if (!page->pane || !find->setup.settings)
            continue;
        buffer_init(&layout, FIND_WORDS_MOST);
        rowview_layout(list_pane_rowview(page->pane), &layout);
        if (layout.failed == ST_OK)
            settings_set_layout(find->setup.settings, list_pane_class(page->pane)->key,
                                buffer_text(&layout));
        buffer_done(&layout);
    }
    find->open = false;
    find->change_left = true;
}

static void free_pages(struct find_window *find)
{
    for (unsigned kind = 0; kind < FOUND_KINDS; kind++) {
        struct find_page *page = &find->pages[kind];
        list_pane_free(page->pane);
        page->pane = NULL;
        found_free(page->found);
        page->found = NULL;
        page->over = page->stopping = false;
    }
}

static void close_window(struct find_window *find)
{
    if (!find->open)
        return;
    close_all(find);
    free_pages(find);
    dialog_close(&find->dialog);
}

/* Esc ends the search first. */
static void close_find(void *context)
{
    struct find_window *find = context;
    struct find_page *page = find_page(find);

    if (page->search && !page->stopping && GetKeyState(VK_ESCAPE) < 0)
        find_cancel(page);
    else
        PostMessageW(find->dialog.window, FIND_CLOSE, 0, 0);
}

static struct list_pane *pane_of(const struct find_window *find, HWND list)
{
    for (unsigned kind = 0; kind < FOUND_KINDS; kind++)
        if (find->pages[kind].pane && list_pane_window(find->pages[kind].pane) == list)
            return find->pages[kind].pane;
    return NULL;
}

static bool notified(struct find_window *find, const NMHDR *header, LRESULT *result)
{
    struct list_pane *pane = pane_of(find, header->hwndFrom);

    if (header->hwndFrom == find->tabs && header->code == TCN_SELCHANGE) {
        find_show_page(find, (enum found_kind)SendMessageW(find->tabs, TCM_GETCURSEL, 0, 0));
        *result = 0;
        return true;
    }
    return pane && rowview_notify(list_pane_rowview(pane), header, result);
}

static void ticked(struct find_window *find, WPARAM timer)
{
    if (timer == FILTER_TIMER) {
        KillTimer(find->dialog.window, FILTER_TIMER);
        find_apply_filter(find);
    } else if (timer >= FIND_TIMER && timer < FIND_TIMER + FOUND_KINDS) {
        find_take(&find->pages[timer - FIND_TIMER], false);
    }
}

/* A grey item says why it is grey. */
static void menu_selected(struct find_window *find, WPARAM wide)
{
    unsigned grey = 0;

    if (!(HIWORD(wide) & MF_POPUP) && HIWORD(wide) != 0xffff)
        grey = find_grey(find, LOWORD(wide));
    if (grey) {
        find_tell_string(find, grey);
    } else {
        buffer_clear(&find->told);
        find_show_status(find);
    }
}

static bool message(void *context, UINT number, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct find_window *find = context;

    *result = 0;
    switch (number) {
    case WM_NOTIFY:
        return notified(find, (const NMHDR *)narrow, result);
    case WM_TIMER:
        ticked(find, wide);
        return true;
    case WM_MENUSELECT:
        menu_selected(find, wide);
        return true;
    case FIND_SEARCHED:
        find_searched(find, wide);
        return true;
    case FIND_SHOWED:
        find_showed(find, wide);
        return true;
    case FIND_CHANGED:
        find_changed(find, wide);
        return true;
    case FIND_SELECTED:
        show_value(find);
        return true;
    case FIND_CLOSE:
        if (!find->asking)
            close_window(find);
        return true;
    default:
        return false;
    }
}

static const struct dialog_class class = {
    .title = STR_FIND_TITLE,
    .width = 1040,
    .height = 660,
    .least_width = 760,
    .least_height = 420,
    .place_key = "find",
    .open = open_find,
    .arrange = arrange,
    .command = command,
    .message = message,
    .close = close_find,
};

/* --- from outside --- */

struct find_window *find_window_new(const struct find_setup *setup)
{
    struct find_window *find = memory_take(sizeof *find);

    if (!find)
        return NULL;
    find->setup = *setup;
    if (!find->setup.system)
        find->setup.system = find_system_live();
    find->host = (struct list_pane_host){
        .selected = pane_selected,
        .activated = pane_activated,
        .menu = pane_menu,
        .columns_menu = pane_columns_menu,
        .arranged = pane_arranged,
        .context = find,
    };
    buffer_init(&find->told, FIND_WORDS_MOST);
    for (unsigned kind = 0; kind < FOUND_KINDS; kind++) {
        find->pages[kind].find = find;
        find->pages[kind].kind = (enum found_kind)kind;
        buffer_init(&find->pages[kind].term, FIND_WORDS_MOST);
    }
    find->filter = filter_new();
    if (find->filter)
        return find;
    find_window_free(find, 0);
    return NULL;
}

void find_window_free(struct find_window *find, DWORD ms)
{
    if (!find)
        return;
    close_window(find);
    find_wait_for_change(find, ms);
    worker_release(find->showing);
    for (unsigned kind = 0; kind < FOUND_KINDS; kind++)
        buffer_done(&find->pages[kind].term);
    buffer_done(&find->told);
    filter_free(find->filter);
    memory_give(find);
}

static void fill_in(struct find_window *find, const struct find_request *request)
{
    struct buffer digits;

    buffer_init(&digits, 32);
    if (request->pid)
        buffer_add_unsigned(&digits, request->pid);
    dialog_set_text(find->pids, buffer_text(&digits));
    buffer_done(&digits);
    SendMessageW(find->list, BM_SETCHECK, BST_UNCHECKED, 0);
    if (request->term.size || request->at_once) {
        dialog_set_text(find->term, request->term);
        SendMessageW(find->regex, BM_SETCHECK, BST_UNCHECKED, 0);
        SendMessageW(find->match_case, BM_SETCHECK, BST_UNCHECKED, 0);
    }
    find_show_page(find, request->kind);
}

bool find_window_open(struct find_window *find, const struct find_request *request)
{
    if (find->open && find->asking) { /* its question is answered first */
        SetForegroundWindow(find->dialog.window);
        return true;
    }
    if (!find->open &&
        !dialog_open(&find->dialog, &class, find, find->setup.owner, find->setup.settings)) {
        find->open = false;
        free_pages(find);
        return false;
    }
    if (!request->keep)
        fill_in(find, request);
    if (IsIconic(find->dialog.window))
        ShowWindow(find->dialog.window, SW_RESTORE);
    SetForegroundWindow(find->dialog.window);
    SetFocus(find->term);
    SendMessageW(find->term, EM_SETSEL, 0, -1);
    if (!request->at_once)
        return true;
    if (find_page(find)->search) { /* of something else */
        find_take(find_page(find), true);
        find_leave(find_page(find));
    }
    find_run(find);
    return true;
}

void find_window_set_utc(struct find_window *find, bool utc)
{
    find->utc = utc;
    for (unsigned kind = 0; find->open && kind < FOUND_KINDS; kind++)
        list_pane_set_utc(find->pages[kind].pane, utc);
}

void find_window_translate(struct find_window *find)
{
    if (!find->open)
        return;
    set_words(find);
    buffer_clear(&find->told);
    find_arrange(find);
    for (unsigned kind = 0; kind < FOUND_KINDS; kind++)
        rowview_redraw(list_pane_rowview(find->pages[kind].pane));
    show_value(find);
    find_show_status(find);
}

void find_window_dress(struct find_window *find)
{
    if (!find->open)
        return;
    theme_dress(find->dialog.window);
    for (unsigned kind = 0; kind < FOUND_KINDS; kind++)
        rowview_redraw(list_pane_rowview(find->pages[kind].pane));
    RedrawWindow(find->dialog.window, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_ALLCHILDREN);
}

/* --- keys --- */

static void next_page(struct find_window *find, bool back)
{
    unsigned kind = (find->kind + (back ? FOUND_KINDS - 1u : 1u)) % FOUND_KINDS;
    bool list = GetFocus() == list_pane_window(find_page(find)->pane);

    find_show_page(find, (enum found_kind)kind);
    if (list)
        SetFocus(list_pane_window(find_page(find)->pane));
}

static void focus_field(HWND field)
{
    SetFocus(field);
    SendMessageW(field, EM_SETSEL, 0, -1);
}

static bool control_key(struct find_window *find, WPARAM key)
{
    bool shift = GetKeyState(VK_SHIFT) < 0;
    bool list = GetFocus() == list_pane_window(find_page(find)->pane);

    switch (key) {
    case VK_TAB:
    case VK_NEXT:
    case VK_PRIOR:
        next_page(find, key == VK_PRIOR || (key == VK_TAB && shift));
        return true;
    case 'F':
        focus_field(find->term);
        return true;
    case 'E':
        focus_field(find->filter_box);
        return true;
    case 'S':
        find_command(find, CMD_SAVE);
        return true;
    case 'C':
        if (list)
            find_command(find, shift ? CMD_COPY_JSON : CMD_COPY_ROW);
        return list;
    default:
        return false;
    }
}

static bool own_key(struct find_window *find, const MSG *message)
{
    HWND list = list_pane_window(find_page(find)->pane);
    HWND focus = GetFocus();

    if (message->message != WM_KEYDOWN)
        return false;
    if (GetKeyState(VK_CONTROL) < 0)
        return control_key(find, message->wParam);
    if (message->wParam == VK_F5) {
        if (!find_page(find)->search)
            find_run(find);
        return true;
    }
    if (message->wParam == VK_RETURN && focus == list) {
        find_activate(find);
        return true;
    }
    if (message->wParam != VK_DOWN || (focus != find->term && focus != find->filter_box))
        return false;
    SetFocus(list);
    return true;
}

bool find_window_key(struct find_window *find, MSG *message)
{
    HWND window = find->dialog.window;

    if (!find->open || (message->hwnd != window && !IsChild(window, message->hwnd)))
        return false;
    return own_key(find, message) || IsDialogMessageW(window, message);
}
