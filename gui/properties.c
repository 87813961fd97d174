#include "gui/properties.h"

#include <commctrl.h>

#include "core/base/memory.h"
#include "core/windows/text16.h"
#include "gui/act_words.h"
#include "gui/properties_parts.h"
#include "gui/strings.h"
#include "gui/theme.h"
#include "gui/thread_order.h"

#define WORDS_MOST ((size_t)256 * 1024)
#define TAB_HEIGHT 26 /* at 96 DPI; likewise below */
#define VALUE_HEIGHT 54
#define BAR_WIDTH 140

const struct process_row *properties_row(const struct property_window *window)
{
    return &window->snapshot->processes[window->process];
}

/* --- the window --- */

static void set_words(struct property_window *window)
{
    const struct process_facts *facts = properties_row(window)->facts;
    const struct {
        HWND control;
        unsigned words;
    } buttons[] = {{window->again, STR_PROP_AGAIN},         {window->stop, STR_PROP_STOP},
                   {window->copy, STR_PROP_COPY},           {window->close, STR_CLOSE},
                   {window->acts[0], CMD_THREAD_SUSPEND},   {window->acts[1], CMD_THREAD_RESUME},
                   {window->acts[2], CMD_THREAD_TERMINATE}, {window->remove, CMD_REMOVE_FILE}};
    struct buffer whom;

    for (unsigned page = 0; page < PAGE_COUNT; page++) {
        TCITEMW item = {.mask = TCIF_TEXT,
                        .pszText = (wchar_t *)(UINT_PTR)string_wide(STR_PROP_PAGE + page)};
        SendMessageW(window->tabs, TCM_SETITEMW, page, (LPARAM)&item);
    }
    for (size_t i = 0; i < sizeof buttons / sizeof buttons[0]; i++)
        SetWindowTextW(buttons[i].control, string_wide(buttons[i].words));
    buffer_init(&whom, WORDS_MOST);
    act_words_process(&whom, facts->name, facts->key.pid);
    const struct text argument = buffer_text(&whom);
    dialog_set_filled(window->dialog.window, STR_PROP_TITLE, &argument, 1);
    buffer_done(&whom);
}

static HWND make_tabs(const struct dialog *dialog)
{
    HWND tabs = CreateWindowExW(0, WC_TABCONTROLW, L"",
                                WS_CHILD | WS_VISIBLE | WS_TABSTOP | WS_CLIPSIBLINGS, 0, 0, 0, 0,
                                dialog->window, (HMENU)PROPERTIES_TABS, NULL, NULL);
    for (unsigned page = 0; tabs && page < PAGE_COUNT; page++) {
        TCITEMW item = {.mask = TCIF_TEXT, .pszText = (wchar_t *)(UINT_PTR)L" "};
        SendMessageW(tabs, TCM_INSERTITEMW, page, (LPARAM)&item);
    }
    SendMessageW(tabs, WM_SETFONT, (WPARAM)dialog->fonts.plain, FALSE);
    return tabs;
}

static bool open_properties(void *context)
{
    struct property_window *window = context;
    const struct dialog *dialog = &window->dialog;

    window->tabs = make_tabs(dialog);
    window->value = dialog_edit(dialog, PROPERTIES_VALUE,
                                ES_MULTILINE | ES_READONLY | WS_VSCROLL | ES_NOHIDESEL);
    window->told_label = dialog_label(dialog, PROPERTIES_TOLD, 0);
    window->note = dialog_label(dialog, PROPERTIES_NOTE, 0);
    window->progress = CreateWindowExW(0, PROGRESS_CLASSW, L"", WS_CHILD, 0, 0, 0, 0,
                                       dialog->window, NULL, NULL, NULL);
    window->stop = dialog_button(dialog, PROPERTIES_STOP, STR_PROP_STOP);
    for (unsigned i = 0; i < 3; i++)
        window->acts[i] = dialog_button(dialog, CMD_THREAD_SUSPEND + i, CMD_THREAD_SUSPEND + i);
    window->again = dialog_button(dialog, PROPERTIES_AGAIN, STR_PROP_AGAIN);
    window->remove = dialog_button(dialog, PROPERTIES_REMOVE, CMD_REMOVE_FILE);
    window->copy = dialog_button(dialog, PROPERTIES_COPY, STR_PROP_COPY);
    window->close = dialog_button(dialog, IDCANCEL, STR_CLOSE);
    if (!window->tabs || !window->value || !window->told_label || !window->note ||
        !window->progress || !window->stop || !window->acts[2] || !window->remove ||
        !window->again || !window->copy || !window->close)
        return false;
    SendMessageW(window->value, EM_SETLIMITTEXT, 0, 0);
    SendMessageW(window->progress, PBM_SETRANGE32, 0, 1000);
    set_words(window);
    return properties_show_page(window, PAGE_GENERAL);
}

static int row_height(const struct dialog *dialog)
{
    return (int)scale_words(dialog->fonts.plain, L"Ag", 0).cy;
}

static void show(HWND control, bool shown)
{
    ShowWindow(control, shown ? SW_SHOWNA : SW_HIDE);
}

/* The buttons; returns where they begin. */
static int arrange_buttons(struct property_window *window, int width, int height)
{
    const struct dialog *dialog = &window->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int top = height - margin - dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    bool threads = window->page == PAGE_THREADS;
    bool slow = property_page(window->page)->need != NEED_NOTHING;
    const HWND right[] = {window->copy, window->close};
    const struct text_fact *image = &properties_row(window)->facts->image;
    bool removes = window->page == PAGE_FILE && window->all->setup.remove;
    HWND left[5];
    size_t count = 0;

    for (size_t i = 0; i < 3; i++) {
        show(window->acts[i], threads);
        if (threads)
            left[count++] = window->acts[i];
    }
    show(window->again, slow);
    if (slow)
        left[count++] = window->again;
    show(window->remove, removes);
    EnableWindow(window->remove, image->state == READ_OK && image->value.size);
    if (removes)
        left[count++] = window->remove;
    dialog_row_from_left(dialog, left, count, margin, top);
    dialog_row_to_right(dialog, right, 2, width - margin, top);
    return top;
}

/* What was done to a thread, the note, and while something is read its progress. */
static int arrange_notes(struct property_window *window, int width, int bottom)
{
    const struct dialog *dialog = &window->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int button = dialog_scaled(dialog, DIALOG_BUTTON_HEIGHT);
    int line = row_height(dialog);
    int inner = width - 2 * margin;
    enum property_need need = property_page(window->page)->need;
    bool reading = window->answers[need].worker != NULL;
    bool told = window->page == PAGE_THREADS && window->told.size;
    int bar = dialog_scaled(dialog, BAR_WIDTH);
    int stop = dialog_button_width(dialog, window->stop);

    show(window->progress, reading && need == NEED_FILE);
    show(window->stop, reading);
    show(window->told_label, told);
    bottom -= gap + (reading ? button : line);
    MoveWindow(window->stop, width - margin - stop, bottom, stop, button, TRUE);
    MoveWindow(window->progress, width - margin - stop - gap - bar, bottom + (button - line) / 2,
               bar, line, TRUE);
    MoveWindow(window->note, margin, bottom + (reading ? (button - line) / 2 : 0),
               reading ? inner - stop - bar - 2 * gap : inner, line, TRUE);
    if (told) {
        bottom -= line + gap / 2;
        MoveWindow(window->told_label, margin, bottom, inner, line, TRUE);
    }
    return bottom;
}

static void arrange(void *context, int width, int height)
{
    struct property_window *window = context;
    const struct dialog *dialog = &window->dialog;
    int margin = dialog_scaled(dialog, DIALOG_MARGIN);
    int gap = dialog_scaled(dialog, DIALOG_GAP);
    int tabs = dialog_scaled(dialog, TAB_HEIGHT);
    int value = dialog_scaled(dialog, VALUE_HEIGHT);
    int bottom = arrange_notes(window, width, arrange_buttons(window, width, height));
    struct grid *grid = window->sheets[window->page].grid;

    MoveWindow(window->tabs, margin, margin, width - 2 * margin, tabs, TRUE);
    bottom -= gap + value;
    MoveWindow(window->value, margin, bottom, width - 2 * margin, value, TRUE);
    if (!grid)
        return;
    grid_set_scale(grid, dialog->fonts.plain, dialog->dpi);
    MoveWindow(grid_window(grid), margin, margin + tabs, width - 2 * margin,
               bottom - gap - margin - tabs, TRUE);
}

void properties_arrange(struct property_window *window)
{
    RECT client;

    GetClientRect(window->dialog.window, &client);
    if (client.right > 0 && client.bottom > 0)
        arrange(window, client.right, client.bottom);
}

/* The question has a loop of its own, in which this window may be closed. */
static void remove_file(struct property_window *window)
{
    const struct properties_setup *setup = &window->all->setup;
    const struct process_facts *facts;

    if (window->asking)
        return;
    facts = process_facts_retain(properties_row(window)->facts);
    window->asking = true;
    setup->remove(setup->context, window->dialog.window, facts);
    window->asking = false;
    process_facts_release(facts);
    if (window->closed)
        properties_dispose(window);
    else
        properties_read(window, true);
}

static void command(void *context, unsigned id, unsigned code)
{
    struct property_window *window = context;

    (void)code;
    if (id == PROPERTIES_AGAIN)
        properties_read(window, true);
    else if (id == PROPERTIES_STOP)
        properties_stop(window);
    else if (id == PROPERTIES_REMOVE)
        remove_file(window);
    else if (id == PROPERTIES_COPY || id == CMD_COPY_ROW)
        properties_copy(window);
    else if (id >= CMD_THREAD_SUSPEND && id <= CMD_THREAD_TERMINATE)
        properties_act(window, id);
}

static void close_properties(void *context)
{
    const struct property_window *window = context;

    PostMessageW(window->dialog.window, PROPERTY_CLOSE, 0, 0);
}

static void forget(struct properties *all, const struct property_window *window)
{
    struct property_window **at = &all->first;

    while (*at && *at != window)
        at = &(*at)->next;
    if (*at)
        *at = window->next;
}

static void tidy_orders(struct properties *all)
{
    size_t kept = 0;

    for (size_t i = 0; i < all->left_count; i++) {
        if (thread_order_over(all->left[i]))
            worker_release(all->left[i]);
        else
            all->left[kept++] = all->left[i];
    }
    all->left_count = kept;
}

/* The order goes on without its window. */
static void leave_order(struct property_window *window)
{
    struct properties *all = window->all;

    if (!window->order)
        return;
    thread_order_leave(window->order, false);
    tidy_orders(all);
    if (all->left_count < sizeof all->left / sizeof all->left[0])
        all->left[all->left_count++] = window->order;
    else
        worker_release(window->order);
    window->order = NULL;
}

void properties_dispose(struct property_window *window)
{
    for (size_t i = 0; i < PAGE_COUNT; i++)
        sheet_done(&window->sheets[i].sheet);
    buffer_done(&window->told);
    snapshot_release(window->snapshot);
    memory_give(window);
}

static void close_window(struct property_window *window)
{
    forget(window->all, window);
    leave_order(window);
    properties_drop_answers(window);
    dialog_close(&window->dialog);
    for (size_t i = 0; i < PAGE_COUNT; i++) {
        grid_free(window->sheets[i].grid);
        window->sheets[i].grid = NULL;
    }
    window->closed = true;
    if (!window->asking)
        properties_dispose(window);
}

static bool notified(struct property_window *window, const NMHDR *header, LRESULT *result)
{
    if (header->hwndFrom == window->tabs && header->code == TCN_SELCHANGE) {
        properties_show_page(window,
                             (enum property_page)SendMessageW(window->tabs, TCM_GETCURSEL, 0, 0));
        *result = 0;
        return true;
    }
    return grid_notify(window->sheets[window->page].grid, header, result);
}

static void open_menu(struct property_window *window, LPARAM narrow)
{
    HWND list = grid_window(window->sheets[window->page].grid);
    POINT where = {(short)LOWORD(narrow), (short)HIWORD(narrow)};
    RECT place;

    if (narrow == -1) { /* by the keyboard */
        GetWindowRect(list, &place);
        where = (POINT){place.left + dialog_scaled(&window->dialog, 24),
                        place.top + dialog_scaled(&window->dialog, 48)};
    }
    properties_menu(window, where);
}

static bool message(void *context, UINT number, WPARAM wide, LPARAM narrow, LRESULT *result)
{
    struct property_window *window = context;
    const struct property_sheet *sheet = &window->sheets[window->page];

    *result = 0;
    switch (number) {
    case WM_NOTIFY:
        return notified(window, (const NMHDR *)narrow, result);
    case WM_CONTEXTMENU:
        if (!sheet->grid || (HWND)wide != grid_window(sheet->grid))
            return false;
        open_menu(window, narrow);
        return true;
    case WM_TIMER:
        properties_tick(window);
        return true;
    case PROPERTY_READ:
        properties_take(window, wide);
        return true;
    case PROPERTY_HEARD:
        properties_hear(window);
        return true;
    case PROPERTY_CLOSE:
        if (!window->asking)
            close_window(window);
        return true;
    default:
        return false;
    }
}

static const struct dialog_class class = {
    .title = STR_PROP_PAGE,
    .width = 760,
    .height = 560,
    .least_width = 740,
    .least_height = 380,
    .place_key = "properties",
    .open = open_properties,
    .arrange = arrange,
    .command = command,
    .message = message,
    .close = close_properties,
};

/* --- all of them --- */

struct properties *properties_new(const struct properties_setup *setup)
{
    struct properties *all = memory_take(sizeof *all);

    if (!all)
        return NULL;
    all->setup = *setup;
    if (!all->setup.reader)
        all->setup.reader = property_reader_live();
    return all;
}

void properties_free(struct properties *all, DWORD ms)
{
    ULONGLONG begun = GetTickCount64();

    if (!all)
        return;
    while (all->first)
        close_window(all->first);
    for (size_t i = 0; i < all->left_count; i++)
        thread_order_leave(all->left[i], true);
    for (size_t i = 0; i < all->left_count; i++) {
        ULONGLONG spent = GetTickCount64() - begun;
        worker_wait(all->left[i], spent < ms ? (DWORD)(ms - spent) : 0);
        worker_release(all->left[i]);
    }
    memory_give(all);
}

static void begin(struct property_window *window, struct properties *all,
                  const struct snapshot *snapshot, uint32_t process)
{
    window->all = all;
    window->id = snapshot->processes[process].id;
    window->snapshot = snapshot_retain(snapshot);
    window->process = process;
    window->page = PAGE_COUNT;
    buffer_init(&window->told, WORDS_MOST);
    for (unsigned page = 0; page < PAGE_COUNT; page++) {
        window->sheets[page].window = window;
        window->sheets[page].page = (enum property_page)page;
        sheet_init(&window->sheets[page].sheet,
                   property_page((enum property_page)page)->column_count);
    }
}

bool properties_open(struct properties *all, const struct snapshot *snapshot, uint32_t process)
{
    uint64_t id = snapshot->processes[process].id;
    struct property_window *window = all->first;

    while (window && window->id != id)
        window = window->next;
    if (window) {
        SetForegroundWindow(window->dialog.window);
        return true;
    }
    window = memory_take(sizeof *window);
    if (!window)
        return false;
    begin(window, all, snapshot, process);
    window->next = all->first;
    all->first = window;
    if (!dialog_open(&window->dialog, &class, window, all->setup.owner, all->setup.settings)) {
        forget(all, window);
        properties_drop_answers(window);
        for (size_t i = 0; i < PAGE_COUNT; i++)
            grid_free(window->sheets[i].grid);
        properties_dispose(window);
        return false;
    }
    SetFocus(grid_window(window->sheets[window->page].grid));
    return true;
}

void properties_show(struct properties *all, const struct snapshot *snapshot, bool utc)
{
    for (struct property_window *window = all->first; window; window = window->next) {
        uint32_t process = snapshot_process_by_id(snapshot, window->id);
        bool anew = window->utc != utc;
        if (process != NO_ROW) {
            snapshot_retain(snapshot);
            snapshot_release(window->snapshot);
            window->snapshot = snapshot;
            window->process = process;
        }
        window->utc = utc;
        if (anew || property_page(window->page)->alive)
            properties_rebuild(window);
        properties_enable(window);
    }
}

void properties_translate(struct properties *all)
{
    for (struct property_window *window = all->first; window; window = window->next) {
        for (size_t i = 0; i < PAGE_COUNT; i++) {
            if (!window->sheets[i].grid)
                continue;
            DestroyWindow(grid_window(window->sheets[i].grid));
            grid_free(window->sheets[i].grid);
            window->sheets[i].grid = NULL;
        }
        set_words(window);
        properties_show_page(window, window->page);
    }
}

void properties_dress(struct properties *all)
{
    for (struct property_window *window = all->first; window; window = window->next) {
        theme_dress(window->dialog.window);
        RedrawWindow(window->dialog.window, NULL, NULL,
                     RDW_INVALIDATE | RDW_ERASE | RDW_ALLCHILDREN);
    }
}

static bool own_key(struct property_window *window, const MSG *message)
{
    bool control = GetKeyState(VK_CONTROL) < 0;
    unsigned page = window->page;

    if (message->message != WM_KEYDOWN)
        return false;
    if (message->wParam == VK_F5) {
        properties_read(window, true);
        return true;
    }
    if (!control ||
        (message->wParam != VK_TAB && message->wParam != VK_NEXT && message->wParam != VK_PRIOR))
        return false;
    bool back =
        message->wParam == VK_PRIOR || (message->wParam == VK_TAB && GetKeyState(VK_SHIFT) < 0);
    page = (page + (back ? PAGE_COUNT - 1u : 1u)) % PAGE_COUNT;
    properties_show_page(window, (enum property_page)page);
    SetFocus(grid_window(window->sheets[page].grid));
    return true;
}

bool properties_key(struct properties *all, MSG *message)
{
    for (struct property_window *window = all->first; window; window = window->next) {
        HWND self = window->dialog.window;
        if (message->hwnd != self && !IsChild(self, message->hwnd))
            continue;
        return own_key(window, message) || IsDialogMessageW(self, message);
    }
    return false;
}
