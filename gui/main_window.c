#include "gui/main_window.h"

#include <commctrl.h>
#include <stdio.h>
#include <windowsx.h>

#include "core/base/memory.h"
#include "core/windows/act/live_hand.h"
#include "core/windows/network/closing.h"
#include "core/windows/text16.h"
#include "gui/case_sink.h"
#include "gui/preferences.h"
#include "gui/theme.h"
#include "gui/worker.h"
#include "res/ids.h"

#define FIRST_WIDTH 1280
#define FIRST_HEIGHT 800
#define LEAST_WIDTH 640
#define LEAST_HEIGHT 400
#define FILTER_TIMER 1
#define ALERT_TIMER 2       /* for what need not be there when the window is first painted */
#define FILTER_WAIT 150     /* ms after the last key */
#define LISTS_WAIT 10000    /* ms that lists may take to be written when the program ends */
#define ACTING_WAIT 8000    /* ms for an order under way: a kill waits five seconds for the end */
#define EVIDENCE_WAIT 30000 /* ms for a dump that is cancelled: nothing half is to be left */
#define TEXT_MOST ((size_t)64 << 20)

struct main_window *main_window_of(HWND window)
{
    return (struct main_window *)GetWindowLongPtrW(window, GWLP_USERDATA);
}

/* --- what the lists tell --- */

static void pane_selected(void *context, struct list_pane *pane)
{
    struct main_window *main = context;
    main->last = pane;
    if (main->selected_posted)
        return; /* a range of a thousand rows is one change */
    main->selected_posted = true;
    PostMessageW(main->window, MAIN_SELECTED, 0, 0);
}

static void pane_activated(void *context, struct list_pane *pane)
{
    struct main_window *main = context;
    main->last = pane;
    if (pane == main->processes)
        commands_run(main, CMD_PROPERTIES);
    else
        commands_run(main, pane == main->connections ? CMD_SHOW_PROCESS : CMD_DETAILS);
}

static void pane_menu(void *context, struct list_pane *pane, POINT where)
{
    menus_open(context, pane, where);
}

static void pane_columns_menu(void *context, struct list_pane *pane, POINT where)
{
    menus_open_columns(context, pane, where);
}

static void pane_arranged(void *context, struct list_pane *pane)
{
    (void)pane;
    status_update(context);
}

static void selection_changed(struct main_window *main)
{
    main->selected_posted = false;
    if (main->options.follow && main->last == main->processes)
        refresh_show(main);
    else
        refresh_details(main);
}

/* --- messages --- */

static bool open_main(struct main_window *main, HWND window)
{
    main->window = window;
    SetWindowLongPtrW(window, GWLP_USERDATA, (LONG_PTR)main);
    main->host = (struct list_pane_host){
        .selected = pane_selected,
        .activated = pane_activated,
        .menu = pane_menu,
        .columns_menu = pane_columns_menu,
        .arranged = pane_arranged,
        .context = main,
    };
    return layout_create(main);
}

/* Which list a notification came from; NULL: none of them. */
static struct list_pane *pane_of(const struct main_window *main, HWND list)
{
    struct list_pane *panes[] = {main->processes, main->connections, main->hits};
    for (size_t i = 0; i < sizeof panes / sizeof panes[0]; i++) {
        if (panes[i] && list_pane_window(panes[i]) == list)
            return panes[i];
    }
    return NULL;
}

static LRESULT notified(struct main_window *main, const NMHDR *header)
{
    LRESULT result = 0;
    struct list_pane *pane = pane_of(main, header->hwndFrom);
    if (pane && rowview_notify(list_pane_rowview(pane), header, &result))
        return result;
    if (pane && header->code == NM_SETFOCUS) {
        main->last = pane;
        refresh_details(main);
    }
    if (header->hwndFrom == main->tabs && header->code == TCN_SELCHANGE)
        layout_select_tab(main, (enum main_tab)SendMessageW(main->tabs, TCM_GETCURSEL, 0, 0));
    return result;
}

static void commanded(struct main_window *main, WPARAM wide)
{
    if (LOWORD(wide) == CONTROL_FILTER) {
        if (HIWORD(wide) == EN_CHANGE)
            SetTimer(main->window, FILTER_TIMER, FILTER_WAIT, NULL);
        return;
    }
    if (HIWORD(wide) <= 1) /* a menu, a key, or a button's click */
        commands_run(main, LOWORD(wide));
}

static void lists_done(struct main_window *main, WPARAM wide)
{
    struct buffer line;
    buffer_init(&line, (size_t)256 * 1024);
    watching_done(main->watching, wide, &line);
    if (line.size)
        status_tell(main, buffer_text(&line));
    else
        status_update(main);
    buffer_done(&line);
}

/* A grey item says why it is grey. */
static void menu_selected(struct main_window *main, WPARAM wide)
{
    unsigned grey = 0;
    if (!(HIWORD(wide) & MF_POPUP) && HIWORD(wide) != 0xffff)
        grey = commands_grey(main, LOWORD(wide));
    if (grey) {
        status_tell_string(main, grey);
    } else {
        main->told = false;
        status_update(main);
    }
}

static void dpi_changed(struct main_window *main, WPARAM wide, LPARAM narrow)
{
    main->dpi = scale_changed(main->window, wide, narrow);
    layout_scale(main);
}

void main_window_dress(struct main_window *main)
{
    theme_dress(main->window);
    rowview_redraw(list_pane_rowview(main->processes));
    rowview_redraw(list_pane_rowview(main->connections));
    rowview_redraw(list_pane_rowview(main->hits));
    properties_dress(main->properties);
    find_window_dress(main->find);
    InvalidateRect(main->window, NULL, TRUE);
}

static bool set_cursor(const struct main_window *main)
{
    POINT where;
    GetCursorPos(&where);
    ScreenToClient(main->window, &where);
    if (!layout_on_splitter(main, where))
        return false;
    SetCursor(LoadCursorW(NULL, (LPCWSTR)IDC_SIZENS));
    return true;
}

static bool splitter_message(struct main_window *main, UINT message, LPARAM narrow)
{
    POINT where = {GET_X_LPARAM(narrow), GET_Y_LPARAM(narrow)};
    switch (message) {
    case WM_LBUTTONDOWN:
        main->splitting = layout_on_splitter(main, where);
        if (main->splitting)
            SetCapture(main->window);
        return main->splitting;
    case WM_MOUSEMOVE:
        if (main->splitting)
            layout_drag_splitter(main, where.y);
        return main->splitting;
    default:
        if (!main->splitting)
            return false;
        main->splitting = false;
        ReleaseCapture();
        return true;
    }
}

static void close_main(struct main_window *main)
{
    preferences_keep(main);
    alert_close(main);
    main->ended = true;
    ShowWindow(main->window, SW_HIDE);
    properties_free(main->properties, ACTING_WAIT);
    main->properties = NULL;
    find_window_free(main->find, ACTING_WAIT);
    main->find = NULL;
    evidence_desk_free(main->evidence, EVIDENCE_WAIT);
    main->evidence = NULL;
    case_desk_free(main->case_desk, EVIDENCE_WAIT);
    main->case_desk = NULL;
    worker_release(main->elevating);
    main->elevating = NULL;
    acting_free(main->acting, ACTING_WAIT);
    main->acting = NULL;
    watching_finish(main->watching, LISTS_WAIT);
    watching_free(main->watching);
    session_free(main->session);
    main->session = NULL;
    trap_desk_free(main->trap);
    main->trap = NULL;
    list_pane_free(main->processes);
    list_pane_free(main->connections);
    list_pane_free(main->hits);
    details_pane_free(main->details);
    main->processes = main->connections = main->hits = NULL;
    main->details = NULL;
    snapshot_release(main->processes_shown);
    snapshot_release(main->connections_shown);
    DestroyWindow(main->window);
}

/* A log-off waits for hits that are in no file, unless the user forces it; the system shows why. */
static bool may_end_session(struct main_window *main)
{
    ShutdownBlockReasonDestroy(main->window);
    if (!case_sink_retry(main->hits_kept))
        return true;
    ShutdownBlockReasonCreate(main->window, string_wide(STR_SESSION_ENDS));
    return false;
}

static void erase(HWND window, HDC dc)
{
    RECT client;
    GetClientRect(window, &client);
    FillRect(dc, &client, theme_brush(THEME_FACE));
}

static void resized(struct main_window *main, WPARAM how)
{
    session_set_looked_at(main->session, how != SIZE_MINIMIZED);
    if (how != SIZE_MINIMIZED)
        layout_arrange(main);
}

static void timer(struct main_window *main, WPARAM id)
{
    KillTimer(main->window, id);
    if (id == FILTER_TIMER)
        refresh_filter(main);
    else if (id == ALERT_TIMER)
        alert_open(main);
}

static void trap_told(struct main_window *main)
{
    struct buffer line;
    buffer_init(&line, (size_t)256 * 1024);
    trap_desk_tell(main->trap, &line);
    if (line.size)
        status_tell(main, buffer_text(&line));
    buffer_done(&line);
    rowview_redraw(list_pane_rowview(main->processes));
    rowview_redraw(list_pane_rowview(main->hits));
    session_refresh(main->session);
}

static LRESULT handle(struct main_window *main, HWND window, UINT message, WPARAM wide,
                      LPARAM narrow)
{
    LRESULT result;
    switch (message) {
    case WM_SIZE:
        resized(main, wide);
        return 0;
    case WM_NOTIFY:
        return notified(main, (const NMHDR *)narrow);
    case WM_COMMAND:
        commanded(main, wide);
        return 0;
    case MAIN_SAMPLER:
        if (wide == SAMPLER_TROUBLE)
            status_update(main);
        else
            refresh_take(main);
        return 0;
    case MAIN_SELECTED:
        selection_changed(main);
        return 0;
    case MAIN_LISTS:
        lists_done(main, wide);
        return 0;
    case MAIN_EVIDENCE:
        evidence_commands_done(main, wide);
        return 0;
    case MAIN_CASE:
        case_commands_done(main, wide);
        return 0;
    case MAIN_TRAP:
        trap_told(main);
        return 0;
    case MAIN_ELEVATED:
        elevate_command_done(main, wide);
        return 0;
    case MAIN_ACTED:
        act_commands_done(main, wide);
        return 0;
    case WM_TIMER:
        timer(main, wide);
        return 0;
    case WM_INITMENUPOPUP:
        menus_prepare(main, (HMENU)wide);
        return 0;
    case WM_MENUSELECT:
        menu_selected(main, wide);
        return 0;
    case WM_ENTERMENULOOP:
    case WM_EXITMENULOOP:
        main->in_menu = message == WM_ENTERMENULOOP;
        return 0;
    case WM_SETFOCUS:
        SetFocus(list_pane_window(main->last));
        return 0;
    case WM_SETCURSOR:
        if (LOWORD(narrow) == HTCLIENT && set_cursor(main))
            return TRUE;
        break;
    case WM_LBUTTONDOWN:
    case WM_LBUTTONUP:
    case WM_MOUSEMOVE:
        if (splitter_message(main, message, narrow))
            return 0;
        break;
    case WM_DPICHANGED:
        dpi_changed(main, wide, narrow);
        return 0;
    case WM_SETTINGCHANGE:
    case WM_SYSCOLORCHANGE:
    case WM_THEMECHANGED:
        if (theme_init())
            main_window_dress(main);
        break;
    case WM_SHOWWINDOW:
        session_set_looked_at(main->session, wide && !IsIconic(window));
        break;
    case WM_SYSCOMMAND:
        if (alert_hides(main, wide & 0xfff0)) /* the low bits are the system's */
            return 0;
        break;
    case WM_QUERYENDSESSION:
        return may_end_session(main);
    case WM_ENDSESSION:
        if (wide)
            preferences_keep(main); /* the process may end when this returns */
        return 0;
    case WM_CLOSE: /* the user closes by WM_SYSCOMMAND: this is Exit, or another program asks */
        close_main(main);
        return 0;
    default:
        if (alert_message(main, message, wide, narrow))
            return 0;
        if (theme_message(message, wide, narrow, &result))
            return result;
        break;
    }
    return DefWindowProcW(window, message, wide, narrow);
}

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wide, LPARAM narrow)
{
    struct main_window *main = main_window_of(window);
    switch (message) {
    case WM_CREATE:
        main = ((const CREATESTRUCTW *)narrow)->lpCreateParams;
        return open_main(main, window) ? 0 : -1;
    case WM_ERASEBKGND:
        erase(window, (HDC)wide);
        return 1;
    case WM_GETMINMAXINFO:
        ((MINMAXINFO *)narrow)->ptMinTrackSize = (POINT){LEAST_WIDTH, LEAST_HEIGHT};
        return 0;
    case WM_DESTROY:
        PostQuitMessage(0);
        return 0;
    default:
        break;
    }
    /* Before everything is there, and after it was closed, messages mean nothing to us. */
    if (!main || main->ended || !main->session)
        return DefWindowProcW(window, message, wide, narrow);
    return handle(main, window, message, wide, narrow);
}

/* --- the loop --- */

static bool is_edit(const struct main_window *main, HWND focus)
{
    return focus == main->filter_box || focus == details_pane_window(main->details);
}

static bool is_button(const struct main_window *main, HWND focus)
{
    for (size_t i = 0; i < sizeof main->acts / sizeof main->acts[0]; i++)
        if (focus == main->acts[i])
            return true;
    return focus == main->pause || focus == main->watch || focus == main->sinkhole ||
           focus == main->tree;
}

/* Keys that an edit field needs for itself are not taken from it. */
static bool keeps_key(const struct main_window *main, const MSG *message)
{
    HWND focus = GetFocus();
    bool control = GetKeyState(VK_CONTROL) < 0;
    if (message->message != WM_KEYDOWN)
        return false;
    if (is_edit(main, focus)) {
        if (!control)
            return message->wParam < VK_F1 || message->wParam > VK_F24;
        return message->wParam && wcschr(L"ACVXZY", (wchar_t)message->wParam);
    }
    return message->wParam == VK_SPACE && is_button(main, focus);
}

/* Tab goes round the controls; Esc empties the filter and goes back to the list. */
static bool own_key(struct main_window *main, const MSG *message)
{
    if (message->message != WM_KEYDOWN || GetKeyState(VK_CONTROL) < 0)
        return false;
    if (message->wParam == VK_TAB) {
        HWND next = GetNextDlgTabItem(main->window, GetFocus(), GetKeyState(VK_SHIFT) < 0);
        if (next)
            SetFocus(next);
        return true;
    }
    if (GetFocus() != main->filter_box)
        return false;
    if (message->wParam == VK_ESCAPE)
        SetWindowTextW(main->filter_box, L"");
    else if (message->wParam != VK_RETURN && message->wParam != VK_DOWN)
        return false;
    SetFocus(list_pane_window(main->processes));
    return true;
}

static int run(struct main_window *main)
{
    MSG message;
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        bool ours =
            !main->ended && (message.hwnd == main->window || IsChild(main->window, message.hwnd));
        if (ours && own_key(main, &message))
            continue;
        if (main->properties && properties_key(main->properties, &message))
            continue;
        if (main->find && find_window_key(main->find, &message))
            continue;
        if (ours && !keeps_key(main, &message) &&
            TranslateAcceleratorW(main->window, main->keys, &message))
            continue;
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    return (int)message.wParam;
}

/* --- opening --- */

static bool register_class(HINSTANCE instance)
{
    WNDCLASSEXW class = {
        .cbSize = sizeof class,
        .lpfnWndProc = procedure,
        .hInstance = instance,
        .hIcon = LoadIconW(instance, MAKEINTRESOURCEW(ICON_APP)),
        .hCursor = LoadCursorW(NULL, (LPCWSTR)IDC_ARROW),
        .lpszClassName = GUI_WINDOW_CLASS,
    };
    if (!class.hIcon)
        class.hIcon = LoadIconW(NULL, (LPCWSTR)IDI_APPLICATION);
    return RegisterClassExW(&class) || GetLastError() == ERROR_CLASS_ALREADY_EXISTS;
}

static enum status make_case(struct main_window *main)
{
    struct buffer path;
    const wchar_t *named = main->setup->case_folder;
    buffer_init(&path, (size_t)128 * 1024);
    if (named)
        text16_add(&path, named, wcslen(named));
    main->hits_kept = case_sink_new(buffer_text(&path));
    buffer_done(&path);
    if (!main->hits_kept)
        return ST_NO_MEMORY;
    if (named)
        case_sink_open(main->hits_kept); /* a failure is told in the status bar, and tried again */
    return ST_OK;
}

static void remove_file(void *context, HWND owner, const struct process_facts *facts)
{
    evidence_commands_remove(context, owner, facts);
}

static enum status start_session(struct main_window *main, const struct gui_setup *setup)
{
    struct hit_sink sinks[8] = {case_sink_hits(main->hits_kept)};
    size_t count = 1;
    main->trap = trap_desk_new(main->settings, main->hits_kept, main->window, MAIN_TRAP);
    if (main->trap) /* behind the file: a hit is on the disk before anything is done */
        sinks[count++] = trap_desk_sink(main->trap);
    for (size_t i = 0; i < setup->sink_count && count < sizeof sinks / sizeof sinks[0]; i++)
        sinks[count++] = setup->sinks[i];
    int64_t publish = settings_number(main->settings, SETTING_PUBLISH_MS);
    const struct history_limits limits = preferences_limits(main->settings);
    const struct session_setup session = {
        .source = setup->source,
        .sinks = sinks,
        .sink_count = count,
        .window = main->window,
        .message = MAIN_SAMPLER,
        .publish_ms = setup->publish_ms ? setup->publish_ms : (uint32_t)publish,
        .limits = &limits,
    };
    const struct acting_setup acting = {
        .window = main->window,
        .message = MAIN_ACTED,
        .log = case_sink_log(main->hits_kept),
        .make_hand = setup->make_hand,
        .context = setup->context,
    };
    const struct evidence_desk_setup evidence = {
        .window = main->window,
        .message = MAIN_EVIDENCE,
        .sink = main->hits_kept,
        .system = setup->evidence,
        .make_hand = setup->make_hand,
        .context = setup->context,
    };
    const struct case_desk_setup desk = {
        .window = main->window,
        .message = MAIN_CASE,
        .sink = main->hits_kept,
        .show = setup->evidence ? setup->evidence->show : NULL,
    };
    main->self = live_hand_self();
    main->select = setup->select;
    main->closing =
        setup->evidence && setup->evidence->closing ? *setup->evidence->closing : closing_means();
    main->acting = acting_new(&acting);
    const struct properties_setup properties = {
        .owner = main->window,
        .settings = main->settings,
        .reader = setup->property_reader,
        .log = acting.log,
        .self = main->self,
        .remove = remove_file,
        .context = main,
    };
    main->properties = properties_new(&properties);
    main->evidence = evidence_desk_new(&evidence);
    main->case_desk = case_desk_new(&desk);
    main->find = search_commands_open(main);
    if (!main->acting || !main->properties || !main->evidence || !main->case_desk || !main->trap ||
        !main->find) {
        source_free(setup->source);
        return ST_NO_MEMORY;
    }
    enum status status = session_new(&session, &main->session);
    if (status == ST_OK)
        status = preferences_start_lists(main);
    if (status == ST_OK)
        session_set_rates(
            main->session, (uint32_t)settings_number(main->settings, SETTING_CONNECTIONS_MS),
            (uint32_t)settings_number(main->settings, SETTING_PROCESSES_MS), session.publish_ms);
    return status;
}

static void say_failed(enum status status)
{
    struct buffer why;
    struct buffer line;
    buffer_init(&why, 256);
    buffer_init(&line, 1024);
    string_add(&why, STR_STATUS_PHRASE + (unsigned)status);
    const struct text arguments[] = {buffer_text(&why)};
    string_fill(&line, STR_START_FAILED, arguments, 1);
    wchar_t *wide = text16_from(buffer_text(&line), NULL);
    MessageBoxW(NULL, wide ? wide : L"", string_wide(STR_TITLE), MB_OK | MB_ICONERROR);
    text16_free(wide);
    buffer_done(&why);
    buffer_done(&line);
}

/* As large as it is meant to be in the screen's own DPI, and no larger than the screen. */
static void size_window(const struct main_window *main)
{
    unsigned dpi = scale_dpi(main->window);
    MONITORINFO monitor = {.cbSize = sizeof monitor};
    RECT now;
    if (dpi == SCALE_PLAIN || !GetWindowRect(main->window, &now) ||
        !GetMonitorInfoW(MonitorFromWindow(main->window, MONITOR_DEFAULTTONEAREST), &monitor))
        return;
    const RECT *work = &monitor.rcWork;
    int width = scale_by(FIRST_WIDTH, dpi);
    int height = scale_by(FIRST_HEIGHT, dpi);
    width = width > work->right - work->left ? work->right - work->left : width;
    height = height > work->bottom - work->top ? work->bottom - work->top : height;
    int left = now.left + width > work->right ? work->right - width : now.left;
    int top = now.top + height > work->bottom ? work->bottom - height : now.top;
    SetWindowPos(main->window, NULL, left, top, width, height, SWP_NOZORDER | SWP_NOACTIVATE);
}

static void open_up(struct main_window *main, const struct gui_setup *setup)
{
    menus_install(main);
    main->keys = menus_keys();
    size_window(main);
    preferences_restore(main);
    SendMessageW(main->tabs, TCM_SETCURSEL, (WPARAM)main->options.tab, 0);
    layout_words(main);
    layout_scale(main);
    theme_dress(main->window);
    refresh_options(main);
    status_update(main);
    session_set_looked_at(main->session, true);
    ShowWindow(main->window, setup->show);
    SetTimer(main->window, ALERT_TIMER, USER_TIMER_MINIMUM, NULL);
    SetFocus(list_pane_window(main->processes));
}

static void release(struct main_window *main)
{
    if (main->window && !main->ended && IsWindow(main->window))
        DestroyWindow(main->window); /* it never opened: there is nothing to keep */
    if (main->keys)
        DestroyAcceleratorTable(main->keys);
    scale_fonts_done(&main->fonts);
    filter_free(main->filter);
    properties_free(main->properties, 0);
    find_window_free(main->find, 0);
    evidence_desk_free(main->evidence, 0);
    case_desk_free(main->case_desk, 0);
    trap_desk_free(main->trap);
    buffer_done(&main->case_page);
    acting_free(main->acting, 0);
    struct buffer unsaved;
    buffer_init(&unsaved, TEXT_MOST);
    uint64_t count = case_sink_close(main->hits_kept, &unsaved); /* the sampler has ended */
    if (count)
        commands_rescue(count, buffer_text(&unsaved));
    buffer_done(&unsaved);
    settings_close(main->settings);
    buffer_done(&main->text);
    memory_give(main);
}

static enum status make_main(struct main_window *main, const struct gui_setup *setup)
{
    HINSTANCE instance = GetModuleHandleW(NULL);
    struct buffer path;
    main->setup = setup;
    main->elevation = setup->elevation ? *setup->elevation : elevation_of_system();
    main->elevated = main->elevation.elevated;
    buffer_init(&main->text, TEXT_MOST);
    buffer_init(&main->case_page, TEXT_MOST);
    buffer_init(&path, (size_t)128 * 1024);
    if (setup->settings)
        text16_add(&path, setup->settings, wcslen(setup->settings));
    main->settings = settings_open(buffer_text(&path), NULL);
    buffer_done(&path);
    main->filter = filter_new();
    if (!main->settings || !main->filter)
        return ST_NO_MEMORY;
    preferences_read(main);
    enum status status = make_case(main);
    if (status != ST_OK)
        return status;
    bool made = register_class(instance) &&
                CreateWindowExW(0, GUI_WINDOW_CLASS, string_wide(STR_TITLE),
                                WS_OVERLAPPEDWINDOW | WS_CLIPCHILDREN, CW_USEDEFAULT, CW_USEDEFAULT,
                                FIRST_WIDTH, FIRST_HEIGHT, NULL, NULL, instance, main);
    return made ? ST_OK : ST_SYSTEM;
}

int gui_run(const struct gui_setup *setup)
{
    INITCOMMONCONTROLSEX controls = {sizeof controls, ICC_LISTVIEW_CLASSES | ICC_TAB_CLASSES |
                                                          ICC_BAR_CLASSES | ICC_STANDARD_CLASSES};
    InitCommonControlsEx(&controls);
    strings_choose(setup->language);
    theme_init();
    struct main_window *main = memory_take(sizeof *main);
    enum status status = setup->source ? ST_OK : setup->failed;
    if (status == ST_OK)
        status = main ? make_main(main, setup) : ST_NO_MEMORY;
    if (status == ST_OK)
        status = start_session(main, setup); /* the source is the session's from here on */
    else
        source_free(setup->source);
    int code = 1;
    if (status == ST_OK) {
        open_up(main, setup);
        if (setup->opened)
            setup->opened(setup->context, main->window);
        code = run(main);
    } else {
        say_failed(status);
    }
    if (main)
        release(main);
    return code;
}
