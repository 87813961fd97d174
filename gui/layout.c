/* Where things are: a row of buttons and the filter, the tree, a splitter, the lower pane with its
 * tabs, the status bar. All sizes are at 96 DPI and scaled by the monitor and by presentation size.
 */
#include "gui/main_window.h"

#include <commctrl.h>

#include "core/windows/text16.h"
#include "gui/case_sink.h"
#include "gui/connection_pane.h"
#include "gui/hit_pane.h"
#include "gui/process_pane.h"
#include "gui/scale.h"
#include "gui/theme.h"
#include "res/ids.h"

#define MARGIN 6
#define BAR_HEIGHT 34
#define BUTTON_HEIGHT 26
#define FILTER_WIDTH 300
#define SPLITTER 6
#define TAB_HEIGHT 26
#define PANE_LEAST 60

static int scaled(const struct main_window *main, int pixels)
{
    return MulDiv(pixels, (int)main->scale, 100);
}

static HWND make_button(const struct main_window *main, unsigned command, DWORD style)
{
    return CreateWindowExW(0, WC_BUTTONW, L"", WS_CHILD | WS_VISIBLE | WS_TABSTOP | style, 0, 0, 0,
                           0, main->window, (HMENU)(UINT_PTR)command, NULL, NULL);
}

static bool create_controls(struct main_window *main)
{
    main->pause = make_button(main, CMD_PAUSE, BS_PUSHBUTTON);
    main->watch = make_button(main, CMD_WATCHLIST, BS_PUSHBUTTON);
    main->sinkhole = make_button(main, CMD_SINKHOLE, BS_PUSHBUTTON);
    main->tree = make_button(main, CMD_FLAT, BS_AUTOCHECKBOX | BS_PUSHLIKE);
    static const unsigned acts[] = {CMD_SUSPEND, CMD_RESUME, CMD_KILL, CMD_KILL_TREE};
    for (size_t i = 0; i < 4; i++) {
        main->acts[i] = make_button(main, acts[i], BS_PUSHBUTTON);
        if (!main->acts[i])
            return false;
    }
    main->filter_label =
        CreateWindowExW(0, WC_STATICW, L"", WS_CHILD | WS_VISIBLE | SS_RIGHT | SS_CENTERIMAGE, 0, 0,
                        0, 0, main->window, (HMENU)(UINT_PTR)CONTROL_FILTER_LABEL, NULL, NULL);
    main->filter_box = CreateWindowExW(
        WS_EX_CLIENTEDGE, WC_EDITW, L"", WS_CHILD | WS_VISIBLE | WS_TABSTOP | ES_AUTOHSCROLL, 0, 0,
        0, 0, main->window, (HMENU)(UINT_PTR)CONTROL_FILTER, NULL, NULL);
    main->tabs =
        CreateWindowExW(0, WC_TABCONTROLW, L"",
                        WS_CHILD | WS_VISIBLE | WS_TABSTOP | WS_CLIPSIBLINGS | TCS_FOCUSNEVER, 0, 0,
                        0, 0, main->window, (HMENU)(UINT_PTR)CONTROL_TABS, NULL, NULL);
    main->status =
        CreateWindowExW(0, STATUSCLASSNAMEW, L"", WS_CHILD | WS_VISIBLE | SBARS_SIZEGRIP, 0, 0, 0,
                        0, main->window, (HMENU)(UINT_PTR)CONTROL_STATUS, NULL, NULL);
    return main->pause && main->watch && main->sinkhole && main->tree && main->filter_label &&
           main->filter_box && main->tabs && main->status;
}

bool layout_create(struct main_window *main)
{
    if (!create_controls(main))
        return false;
    main->processes =
        list_pane_new(main->window, CONTROL_PROCESSES, &process_pane_class, &main->host);
    main->connections =
        list_pane_new(main->window, CONTROL_CONNECTIONS, &connection_pane_class, &main->host);
    main->hits = list_pane_new(main->window, CONTROL_HITS, &hit_pane_class, &main->host);
    main->details = details_pane_new(main->window, CONTROL_DETAILS);
    main->last = main->processes;
    for (int tab = 0; tab < TAB_COUNT; tab++) {
        TCITEMW item = {.mask = TCIF_TEXT, .pszText = L""};
        SendMessageW(main->tabs, TCM_INSERTITEMW, (WPARAM)tab, (LPARAM)&item);
    }
    return main->processes && main->connections && main->hits && main->details;
}

/* --- scale --- */

static void set_fonts(struct main_window *main)
{
    HWND plain[] = {main->pause,        main->watch,      main->sinkhole, main->tree,
                    main->acts[0],      main->acts[1],    main->acts[2],  main->acts[3],
                    main->filter_label, main->filter_box, main->tabs,     main->status};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        SendMessageW(plain[i], WM_SETFONT, (WPARAM)main->font, TRUE);
    rowview_set_scale(list_pane_rowview(main->processes), main->font, main->scale);
    rowview_set_scale(list_pane_rowview(main->connections), main->font, main->scale);
    rowview_set_scale(list_pane_rowview(main->hits), main->font, main->scale);
    details_pane_set_scale(main->details, main->font, main->scale);
}

void layout_scale(struct main_window *main)
{
    if (!main->dpi)
        main->dpi = scale_dpi(main->window);
    unsigned percent = main->options.presentation ? 200 : 100;
    struct scale_fonts before = main->fonts;
    main->scale = main->dpi * percent / SCALE_PLAIN;
    scale_fonts_init(&main->fonts, main->dpi, percent);
    main->font = main->fonts.plain;
    set_fonts(main);
    scale_fonts_done(&before);
    layout_arrange(main);
    status_arrange(main);
    RedrawWindow(main->window, NULL, NULL, RDW_INVALIDATE | RDW_ERASE | RDW_ALLCHILDREN);
}

/* --- places --- */

static int text_width(const struct main_window *main, HWND control)
{
    wchar_t words[128];
    SIZE size = {0};
    int length = GetWindowTextW(control, words, 128);
    HDC dc = GetDC(control);
    HGDIOBJ old = SelectObject(dc, main->font);
    GetTextExtentPoint32W(dc, words, length, &size);
    SelectObject(dc, old);
    ReleaseDC(control, dc);
    return size.cx;
}

static void move(HWND window, int x, int y, int width, int height)
{
    MoveWindow(window, x, y, width > 0 ? width : 0, height > 0 ? height : 0, TRUE);
}

static int arrange_bar(struct main_window *main, int width)
{
    HWND buttons[] = {main->pause,   main->watch,   main->sinkhole, main->tree,
                      main->acts[0], main->acts[1], main->acts[2],  main->acts[3]};
    int margin = scaled(main, MARGIN);
    int height = scaled(main, BUTTON_HEIGHT);
    int top = (scaled(main, BAR_HEIGHT) - height) / 2;
    int x = margin;
    for (size_t i = 0; i < sizeof buttons / sizeof buttons[0]; i++) {
        int wide = text_width(main, buttons[i]) + scaled(main, 24);
        if (buttons[i] == main->acts[0])
            x += 2 * margin; /* what acts is apart from what only shows */
        move(buttons[i], x, top, wide, height);
        x += wide + margin;
    }
    int label = text_width(main, main->filter_label) + scaled(main, 4);
    int box = scaled(main, FILTER_WIDTH);
    if (x + label + box + 2 * margin > width)
        box = width - x - label - 2 * margin;
    int left = width - margin - box;
    move(main->filter_box, left, top + 1, box, height - 2);
    move(main->filter_label, left - label - scaled(main, 4), top, label, height);
    return scaled(main, BAR_HEIGHT);
}

struct list_pane *layout_tab_pane(const struct main_window *main)
{
    switch (main->options.tab) {
    case TAB_CONNECTIONS:
        return main->connections;
    case TAB_HITS:
        return main->hits;
    default:
        return NULL;
    }
}

static void show(HWND window, bool shown)
{
    ShowWindow(window, shown ? SW_SHOWNA : SW_HIDE);
}

static void arrange_lower(struct main_window *main, int top, int width, int height)
{
    bool lower = main->options.lower;
    int tabs = scaled(main, TAB_HEIGHT);
    show(main->tabs, lower);
    show(list_pane_window(main->connections), lower && main->options.tab == TAB_CONNECTIONS);
    show(list_pane_window(main->hits), lower && main->options.tab == TAB_HITS);
    show(details_pane_window(main->details), lower && main->options.tab == TAB_DETAILS);
    if (!lower)
        return;
    move(main->tabs, 0, top, width, tabs);
    move(list_pane_window(main->connections), 0, top + tabs, width, height - tabs);
    move(list_pane_window(main->hits), 0, top + tabs, width, height - tabs);
    move(details_pane_window(main->details), 0, top + tabs, width, height - tabs);
}

static int status_height(const struct main_window *main)
{
    RECT rect;
    SendMessageW(main->status, WM_SIZE, 0, 0);
    GetWindowRect(main->status, &rect);
    return rect.bottom - rect.top;
}

void layout_arrange(struct main_window *main)
{
    RECT client;
    GetClientRect(main->window, &client);
    if (client.right <= 0 || client.bottom <= 0)
        return;
    int top = arrange_bar(main, client.right);
    int room = client.bottom - top - status_height(main);
    int least = scaled(main, PANE_LEAST);
    if (!main->options.lower) {
        main->split_at = top + room;
        move(list_pane_window(main->processes), 0, top, client.right, room);
        arrange_lower(main, 0, 0, 0);
        return;
    }
    int splitter = scaled(main, SPLITTER);
    int upper = MulDiv(room - splitter, (int)main->options.split, 1000);
    if (upper > room - splitter - least)
        upper = room - splitter - least;
    if (upper < least)
        upper = least;
    main->split_at = top + upper;
    move(list_pane_window(main->processes), 0, top, client.right, upper);
    arrange_lower(main, top + upper + splitter, client.right, room - upper - splitter);
}

bool layout_on_splitter(const struct main_window *main, POINT client)
{
    return main->options.lower && client.y >= main->split_at &&
           client.y < main->split_at + scaled(main, SPLITTER);
}

void layout_drag_splitter(struct main_window *main, int y)
{
    RECT client;
    GetClientRect(main->window, &client);
    int top = scaled(main, BAR_HEIGHT);
    int room = client.bottom - top - status_height(main) - scaled(main, SPLITTER);
    int share = room > 0 ? MulDiv(y - top, 1000, room) : 500;
    main->options.split = (unsigned)(share < 50 ? 50 : share > 950 ? 950 : share);
    layout_arrange(main);
}

void layout_select_tab(struct main_window *main, enum main_tab tab)
{
    main->options.tab = tab;
    main->options.lower = true;
    SendMessageW(main->tabs, TCM_SETCURSEL, (WPARAM)tab, 0);
    layout_arrange(main);
    refresh_show(main);
}

/* --- words --- */

static void set_tab_words(struct main_window *main, enum main_tab tab, const wchar_t *words)
{
    wchar_t before[64] = L"";
    TCITEMW item = {.mask = TCIF_TEXT, .pszText = before, .cchTextMax = 64};
    SendMessageW(main->tabs, TCM_GETITEMW, (WPARAM)tab, (LPARAM)&item);
    if (item.pszText && !lstrcmpW(item.pszText, words))
        return;
    item = (TCITEMW){.mask = TCIF_TEXT, .pszText = (LPWSTR)(UINT_PTR)words};
    SendMessageW(main->tabs, TCM_SETITEMW, (WPARAM)tab, (LPARAM)&item);
}

static void set_hits_words(struct main_window *main)
{
    uint32_t count = session_hits(main->session)->count;
    if (!count) {
        set_tab_words(main, TAB_HITS, string_wide(STR_TAB_HITS));
        return;
    }
    struct buffer digits;
    buffer_init(&digits, 16);
    buffer_add_unsigned(&digits, count);
    const struct text arguments[] = {buffer_text(&digits)};
    buffer_clear(&main->text);
    string_fill(&main->text, STR_TAB_HITS_COUNT, arguments, 1);
    buffer_done(&digits);
    wchar_t *wide = text16_from(buffer_text(&main->text), NULL);
    if (wide)
        set_tab_words(main, TAB_HITS, wide);
    text16_free(wide);
}

/* "Stakeout — CASE — administrator": the case once there is one. */
static void set_title(struct main_window *main)
{
    wchar_t before[512];
    struct buffer path;
    buffer_init(&path, (size_t)1024 * 1024);
    case_sink_name(main->hits_kept, &path);
    const struct text arguments[] = {buffer_text(&path)};
    buffer_clear(&main->text);
    if (path.size)
        string_fill(&main->text, STR_TITLE_CASE, arguments, 1);
    else
        string_add(&main->text, STR_TITLE);
    buffer_done(&path);
    buffer_add_string(&main->text, " \xe2\x80\x94 ");
    string_add(&main->text, main->elevated ? STR_ELEVATED : STR_NOT_ELEVATED);
    wchar_t *wide = text16_from(buffer_text(&main->text), NULL);
    GetWindowTextW(main->window, before, 512);
    if (wide && lstrcmpW(before, wide))
        SetWindowTextW(main->window, wide);
    text16_free(wide);
}

static void set_words(HWND window, unsigned id)
{
    wchar_t before[128];
    GetWindowTextW(window, before, 128);
    if (lstrcmpW(before, string_wide(id)))
        SetWindowTextW(window, string_wide(id));
}

void layout_words(struct main_window *main)
{
    bool paused = session_paused(main->session);
    set_words(main->pause, paused ? STR_BUTTON_PAUSED : STR_BUTTON_PAUSE);
    set_words(main->watch, STR_BUTTON_WATCH);
    set_words(main->sinkhole, STR_BUTTON_SINKHOLE);
    set_words(main->tree, STR_BUTTON_TREE);
    for (unsigned i = 0; i < 4; i++)
        set_words(main->acts[i], STR_BUTTON_SUSPEND + i);
    set_words(main->filter_label, STR_FILTER);
    SendMessageW(main->filter_box, EM_SETCUEBANNER, TRUE, (LPARAM)string_wide(STR_FILTER_CUE));
    SendMessageW(main->tree, BM_SETCHECK, main->options.flat ? BST_UNCHECKED : BST_CHECKED, 0);
    set_title(main);
    set_tab_words(main, TAB_CONNECTIONS, string_wide(STR_TAB_CONNECTIONS));
    set_tab_words(main, TAB_DETAILS, string_wide(STR_TAB_DETAILS));
    set_hits_words(main);
}

/* --- focus --- */

void layout_next_pane(struct main_window *main, bool back)
{
    HWND ring[5];
    unsigned count = 0;
    unsigned at = 0;
    ring[count++] = list_pane_window(main->processes);
    if (main->options.lower) {
        struct list_pane *pane = layout_tab_pane(main);
        ring[count++] = pane ? list_pane_window(pane) : details_pane_window(main->details);
    }
    ring[count++] = main->filter_box;
    while (at + 1 < count && ring[at] != GetFocus())
        at++;
    SetFocus(ring[(at + (back ? count - 1 : 1)) % count]);
}
