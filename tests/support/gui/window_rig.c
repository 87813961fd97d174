#include "tests/support/gui/window_rig.h"

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "core/windows/text16.h"
#include "gui/watching.h"
#include "tests/support/gui/rig_hand.h"

/* --- a scripted machine that two threads use --- */

struct guarded {
    struct source base;
    struct source *inner;
    CRITICAL_SECTION *lock;
    /* Tables are the source's own memory until the next call; the machine may be changed before. */
    struct process_seen *processes;
    struct connection_seen *connections;
    struct name_seen *names;
    struct image_seen *images;
    struct process_seen found;
};

static void *copied(void **kept, const void *rows, size_t size)
{
    free(*kept);
    *kept = malloc(size ? size : 1);
    if (*kept && size)
        memcpy(*kept, rows, size);
    return *kept;
}

static enum status guarded_processes(struct source *source, struct process_table *table)
{
    struct guarded *guarded = (struct guarded *)source;
    EnterCriticalSection(guarded->lock);
    enum status status = source_processes(guarded->inner, table);
    if (status == ST_OK)
        table->rows =
            copied((void **)&guarded->processes, table->rows, table->count * sizeof *table->rows);
    LeaveCriticalSection(guarded->lock);
    return status;
}

static enum status guarded_connections(struct source *source, struct connection_table *table)
{
    struct guarded *guarded = (struct guarded *)source;
    EnterCriticalSection(guarded->lock);
    enum status status = source_connections(guarded->inner, table);
    if (status == ST_OK)
        table->rows =
            copied((void **)&guarded->connections, table->rows, table->count * sizeof *table->rows);
    LeaveCriticalSection(guarded->lock);
    return status;
}

static enum status guarded_find(struct source *source, uint32_t pid, struct process_seen *row)
{
    struct guarded *guarded = (struct guarded *)source;
    EnterCriticalSection(guarded->lock);
    enum status status = source_find(guarded->inner, pid, row);
    LeaveCriticalSection(guarded->lock);
    return status;
}

static enum status guarded_facts(struct source *source, const struct process_seen *row,
                                 const struct process_facts **facts)
{
    struct guarded *guarded = (struct guarded *)source;
    EnterCriticalSection(guarded->lock);
    enum status status = source_facts(guarded->inner, row, facts);
    LeaveCriticalSection(guarded->lock);
    return status;
}

static enum status guarded_ended(struct source *source, struct process_key key,
                                 struct process_exit *exit)
{
    struct guarded *guarded = (struct guarded *)source;
    EnterCriticalSection(guarded->lock);
    enum status status = source_ended(guarded->inner, key, exit);
    LeaveCriticalSection(guarded->lock);
    return status;
}

static bool guarded_has_ended(struct source *source, struct process_key key)
{
    struct guarded *guarded = (struct guarded *)source;
    EnterCriticalSection(guarded->lock);
    bool ended = source_has_ended(guarded->inner, key);
    LeaveCriticalSection(guarded->lock);
    return ended;
}

static enum status guarded_names(struct source *source, struct name_table *table)
{
    struct guarded *guarded = (struct guarded *)source;
    EnterCriticalSection(guarded->lock);
    enum status status = source_names(guarded->inner, table);
    if (status == ST_OK)
        table->rows =
            copied((void **)&guarded->names, table->rows, table->count * sizeof *table->rows);
    LeaveCriticalSection(guarded->lock);
    return status;
}

static enum status guarded_images(struct source *source, uint32_t wait_ms,
                                  struct image_table *table)
{
    struct guarded *guarded = (struct guarded *)source;
    EnterCriticalSection(guarded->lock);
    enum status status = source_images(guarded->inner, wait_ms, table);
    if (status == ST_OK)
        table->rows =
            copied((void **)&guarded->images, table->rows, table->count * sizeof *table->rows);
    LeaveCriticalSection(guarded->lock);
    return status;
}

static struct text guarded_windows(struct source *source)
{
    return source_windows(((struct guarded *)source)->inner);
}

static void guarded_free(struct source *source)
{
    struct guarded *guarded = (struct guarded *)source;
    source_free(guarded->inner);
    free(guarded->processes);
    free(guarded->connections);
    free(guarded->names);
    free(guarded->images);
    free(guarded);
}

static const struct source_class guarded_class = {
    guarded_processes, guarded_connections, guarded_find,   guarded_facts,   guarded_ended,
    guarded_has_ended, guarded_names,       guarded_images, guarded_windows, guarded_free,
};

/* --- on the window's thread --- */

struct call {
    struct main_window *main;
    void (*function)(struct main_window *main, void *context);
    void *context;
    bool done;
};

#define RIG_CALL (WM_APP + 900)

/* A subclass is called on the thread of its window. */
static LRESULT CALLBACK call_procedure(HWND window, UINT message, WPARAM wide, LPARAM narrow,
                                       UINT_PTR id, DWORD_PTR data)
{
    (void)id;
    (void)data;
    if (message != RIG_CALL)
        return DefSubclassProc(window, message, wide, narrow);
    struct call *call = (struct call *)narrow;
    call->function(call->main, call->context);
    call->done = true;
    return 0;
}

/* --- opening and closing --- */

static void opened(void *context, HWND window)
{
    struct rig *rig = context;
    rig->window = window;
    rig->main = main_window_of(window);
    SetWindowSubclass(window, call_procedure, 1, 0);
    SetEvent(rig->opened);
}

static DWORD WINAPI run(void *context)
{
    struct rig *rig = context;
    rig->code = gui_run(&rig->setup);
    SetEvent(rig->opened);
    return 0;
}

static enum status make_hand(void *context, struct hand **hand)
{
    struct rig *rig = context;
    return rig_hand_new(scripted_hand_base(rig->hand), &rig->lock, hand);
}

/* Nothing of the user's is read or written: settings and case lie in a folder of this test's own.
 */
static void own_folder(struct rig *rig)
{
    static unsigned number;
    wchar_t temporary[MAX_PATH];
    DWORD length = GetTempPathW(MAX_PATH, temporary);
    assert_true(length > 0 && length < MAX_PATH);
    /* One that an earlier run left behind is not taken for ours. */
    do {
        swprintf(rig->folder, RIG_PATH, L"%lsstakeout-test-%lu-%u", temporary,
                 GetCurrentProcessId(), ++number);
    } while (!CreateDirectoryW(rig->folder, NULL) && GetLastError() == ERROR_ALREADY_EXISTS);
    swprintf(rig->settings, RIG_PATH, L"%ls\\stakeout.ini", rig->folder);
    swprintf(rig->case_folder, RIG_PATH, L"%ls\\case", rig->folder);
}

static void remove_folder(const wchar_t *folder)
{
    wchar_t path[RIG_PATH];
    WIN32_FIND_DATAW found;
    swprintf(path, RIG_PATH, L"%ls\\*", folder);
    HANDLE search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        swprintf(path, RIG_PATH, L"%ls\\%ls", folder, found.cFileName);
        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
            DeleteFileW(path);
        else if (found.cFileName[0] != L'.')
            remove_folder(path);
    } while (FindNextFileW(search, &found));
    FindClose(search);
    RemoveDirectoryW(folder);
}

static void open_rig(struct rig *rig, void (*make)(struct scripted_source *machine),
                     const wchar_t *list, void (*prepare)(struct rig *rig))
{
    memset(rig, 0, sizeof *rig);
    InitializeCriticalSection(&rig->lock);
    rig->machine = scripted_source_new();
    if (make)
        make(rig->machine);
    rig->hand = scripted_hand_new(rig->machine);
    struct guarded *guarded = calloc(1, sizeof *guarded);
    assert_non_null(guarded);
    guarded->base.class = &guarded_class;
    guarded->inner = scripted_source_base(rig->machine);
    guarded->lock = &rig->lock;
    own_folder(rig);
    rig->opened = CreateEventW(NULL, TRUE, FALSE, NULL);
    rig->setup = (struct gui_setup){
        .source = &guarded->base,
        .language = STRINGS_ENGLISH,
        .settings = rig->settings,
        .case_folder = rig->case_folder,
        .list = list,
        .publish_ms = 200,
        .show = SW_SHOWNORMAL,
        .make_hand = make_hand, /* never the live one: made-up PIDs may be real ones, too */
        .opened = opened,
        .context = rig,
    };
    if (prepare)
        prepare(rig);
    rig->thread = CreateThread(NULL, 0, run, rig, 0, NULL);
    assert_non_null(rig->thread);
    assert_int_equal(WaitForSingleObject(rig->opened, RIG_PATIENCE), WAIT_OBJECT_0);
    /* Without a display CreateWindow fails, and a careless test would pass on nothing. */
    assert_non_null(rig->window);
    assert_true(IsWindow(rig->window));
    assert_true(IsWindowVisible(rig->window));
}

void rig_open(struct rig *rig, void (*make)(struct scripted_source *machine), const wchar_t *list)
{
    open_rig(rig, make, list, NULL);
}

void rig_open_with(struct rig *rig, void (*make)(struct scripted_source *machine),
                   void (*prepare)(struct rig *rig))
{
    open_rig(rig, make, NULL, prepare);
}

void rig_close(struct rig *rig)
{
    PostMessageW(rig->window, WM_CLOSE, 0, 0);
    assert_int_equal(WaitForSingleObject(rig->thread, RIG_PATIENCE), WAIT_OBJECT_0);
    assert_int_equal(rig->code, 0);
    assert_false(IsWindow(rig->window));
    CloseHandle(rig->thread);
    CloseHandle(rig->opened);
    hand_free(scripted_hand_base(rig->hand));
    DeleteCriticalSection(&rig->lock);
    remove_folder(rig->folder);
}

struct scripted_source *rig_lock(struct rig *rig)
{
    EnterCriticalSection(&rig->lock);
    return rig->machine;
}

void rig_unlock(struct rig *rig)
{
    LeaveCriticalSection(&rig->lock);
}

void rig_call(struct rig *rig, void (*function)(struct main_window *main, void *context),
              void *context)
{
    struct call call = {rig->main, function, context, false};
    SendMessageW(rig->window, RIG_CALL, 0, (LPARAM)&call);
    /* A fault inside a window procedure is swallowed by the system: it must not pass for success.
     */
    assert_true(call.done);
}

struct question {
    bool (*holds)(struct main_window *main, void *context);
    void *context;
    bool answer;
};

static void ask(struct main_window *main, void *context)
{
    struct question *question = context;
    question->answer = question->holds(main, question->context);
}

void rig_wait(struct rig *rig, bool (*holds)(struct main_window *main, void *context),
              void *context, const char *what)
{
    struct question question = {holds, context, false};
    ULONGLONG begun = GetTickCount64();
    for (;;) {
        rig_call(rig, ask, &question);
        if (question.answer)
            return;
        if (GetTickCount64() - begun > RIG_PATIENCE)
            fail_msg("never came true: %s", what);
        Sleep(5);
    }
}

/* A round that began after this was asked for has seen the machine as it is now; the one after the
 * next publication certainly did. */
struct shown {
    uint64_t number;
};

static void number_shown(struct main_window *main, void *context)
{
    ((struct shown *)context)->number = session_snapshot(main->session)->number;
}

static bool shows_later(struct main_window *main, void *context)
{
    const struct shown *shown = context;
    return session_snapshot(main->session)->number > shown->number &&
           main->processes_shown == session_snapshot(main->session);
}

void rig_refresh_once(struct rig *rig)
{
    struct shown shown;
    rig_call(rig, number_shown, &shown);
    rig_command(rig, CMD_REFRESH);
    rig_wait(rig, shows_later, &shown, "a refresh after F5");
}

void rig_refresh(struct rig *rig)
{
    rig_refresh_once(rig);
    rig_refresh_once(rig);
}

struct watched {
    const char *indicator;
    enum status status;
};

static void watch(struct main_window *main, void *context)
{
    struct watched *watched = context;
    watched->status = watching_add(main->watching, text_from(watched->indicator));
}

void rig_watch(struct rig *rig, const char *indicator)
{
    struct watched watched = {indicator, ST_SYSTEM};
    rig_call(rig, watch, &watched);
    assert_int_equal(watched.status, ST_OK);
}

static bool hits_are(struct main_window *main, void *context)
{
    return session_hits(main->session)->count == *(const uint32_t *)context;
}

void rig_expect_hits(struct rig *rig, uint32_t count)
{
    rig_wait(rig, hits_are, &count, "that many hits");
}

void rig_expect_end(struct rig *rig)
{
    assert_int_equal(WaitForSingleObject(rig->thread, RIG_PATIENCE), WAIT_OBJECT_0);
    assert_int_equal(rig->code, 0);
}

static BOOL CALLBACK find_box(HWND window, LPARAM found)
{
    wchar_t class[16] = L"";
    GetClassNameW(window, class, 16);
    if (!wcscmp(class, L"#32770") && IsWindowVisible(window))
        *(HWND *)found = window;
    return TRUE;
}

HWND rig_sees_box(struct rig *rig)
{
    HWND box = NULL;
    ULONGLONG begun = GetTickCount64();
    while (!box) {
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
        EnumThreadWindows(GetThreadId(rig->thread), find_box, (LPARAM)&box);
        if (!box)
            Sleep(5);
    }
    return box;
}

void rig_expect_gone(HWND window)
{
    ULONGLONG begun = GetTickCount64();
    while (IsWindow(window)) {
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
        Sleep(5);
    }
}

/* --- the user --- */

void rig_command(struct rig *rig, unsigned command)
{
    SendMessageW(rig->window, WM_COMMAND, MAKEWPARAM(command, 0), 0);
}

static HWND focus_of(struct rig *rig)
{
    GUITHREADINFO info = {.cbSize = sizeof info};
    DWORD thread = GetWindowThreadProcessId(rig->window, NULL);
    assert_true(GetGUIThreadInfo(thread, &info));
    assert_non_null(info.hwndFocus);
    return info.hwndFocus;
}

static void nothing(struct main_window *main, void *context)
{
    (void)main;
    (void)context;
}

static bool queue_empty(struct main_window *main, void *context)
{
    (void)main;
    (void)context;
    return HIWORD(GetQueueStatus(QS_POSTMESSAGE)) == 0;
}

void rig_key(struct rig *rig, WORD key)
{
    HWND focus = focus_of(rig);
    UINT scan = MapVirtualKeyW(key, MAPVK_VK_TO_VSC);
    PostMessageW(focus, WM_KEYDOWN, key, (LPARAM)(1u | scan << 16));
    PostMessageW(focus, WM_KEYUP, key, (LPARAM)(0xc0000001u | scan << 16));
    rig_wait(rig, queue_empty, NULL, "an empty queue after a key");
    rig_call(rig, nothing, NULL);
}

void rig_type(struct rig *rig, HWND edit, const wchar_t *text)
{
    (void)rig;
    SendMessageW(edit, EM_SETSEL, 0, -1);
    SendMessageW(edit, EM_REPLACESEL, TRUE, (LPARAM)text);
}

void rig_click(struct rig *rig, HWND window, int x, int y)
{
    PostMessageW(window, WM_LBUTTONDOWN, MK_LBUTTON, MAKELPARAM(x, y));
    PostMessageW(window, WM_LBUTTONUP, 0, MAKELPARAM(x, y));
    rig_wait(rig, queue_empty, NULL, "an empty queue after a click");
    rig_call(rig, nothing, NULL);
}

/* --- what is on the screen --- */

struct cell_asked {
    struct list_pane *pane;
    uint32_t row;
    unsigned column;
    char text[4096];
};

static void read_cell(struct main_window *main, void *context)
{
    struct cell_asked *asked = context;
    wchar_t wide[1024] = L"";
    LVITEMW item = {.iSubItem = (int)asked->column, .pszText = wide, .cchTextMax = 1024};
    (void)main;
    SendMessageW(list_pane_window(asked->pane), LVM_GETITEMTEXTW, asked->row, (LPARAM)&item);
    size_t size = text16_encode(wide, wcslen(wide), asked->text);
    asked->text[size] = 0;
}

const char *rig_cell(struct rig *rig, struct list_pane *pane, uint32_t row, unsigned list_column)
{
    static struct cell_asked asked;
    asked = (struct cell_asked){.pane = pane, .row = row, .column = list_column};
    rig_call(rig, read_cell, &asked);
    return asked.text;
}

uint32_t rig_rows(struct rig *rig, struct list_pane *pane)
{
    (void)rig;
    return (uint32_t)SendMessageW(list_pane_window(pane), LVM_GETITEMCOUNT, 0, 0);
}

uint32_t rig_row_named(struct rig *rig, struct list_pane *pane, const char *name)
{
    uint32_t count = rig_rows(rig, pane);
    for (uint32_t row = 0; row < count; row++) {
        if (strcmp(rig_cell(rig, pane, row, 0), name) == 0)
            return row;
    }
    return VIEW_NO_ROW;
}

struct outline {
    struct list_pane *pane;
    char text[16384];
};

static void read_outline(struct main_window *main, void *context)
{
    static struct cell_asked asked;
    struct outline *outline = context;
    struct tree_view *view = list_pane_view(outline->pane);
    size_t used = 0;
    outline->text[0] = 0;
    for (uint32_t row = 0; row < tree_view_count(view); row++) {
        const struct view_row *shown = tree_view_row(view, row);
        asked = (struct cell_asked){.pane = outline->pane, .row = row, .column = 0};
        read_cell(main, &asked);
        size_t size = strlen(asked.text);
        if (used + size + shown->level + 8 > sizeof outline->text)
            break;
        if (row)
            outline->text[used++] = ' ';
        memset(outline->text + used, '>', shown->level);
        used += shown->level;
        memcpy(outline->text + used, asked.text, size);
        used += size;
        if ((shown->flags & VIEW_EXPANDABLE) && !(shown->flags & VIEW_EXPANDED))
            outline->text[used++] = '+';
        if (shown->flags & VIEW_MARKED)
            outline->text[used++] = '!';
        outline->text[used] = 0;
    }
}

const char *rig_outline(struct rig *rig, struct list_pane *pane)
{
    static struct outline outline;
    outline.pane = pane;
    rig_call(rig, read_outline, &outline);
    return outline.text;
}

void rig_expect_outline(struct rig *rig, struct list_pane *pane, const char *expected)
{
    ULONGLONG begun = GetTickCount64();
    while (strcmp(rig_outline(rig, pane), expected) != 0) {
        if (GetTickCount64() - begun > RIG_PATIENCE)
            assert_string_equal(rig_outline(rig, pane), expected);
        Sleep(5);
    }
}

/* --- menus --- */

#define MENU_CLASS L"#32768"
#define MENU_HANDLE 0x01e1 /* MN_GETHMENU */

static void end_menu(struct main_window *main, void *context)
{
    (void)main;
    (void)context;
    EndMenu();
}

static bool menu_closed(struct main_window *main, void *context)
{
    (void)context;
    return !main->in_menu;
}

static size_t add_item(char *out, size_t room, HMENU menu, int item)
{
    wchar_t words[128] = L"";
    char narrow[TEXT16_MOST(128) + 1];
    UINT state = GetMenuState(menu, (UINT)item, MF_BYPOSITION);
    if (state & MF_SEPARATOR && !(state & MF_POPUP))
        return 0;
    GetMenuStringW(menu, (UINT)item, words, 128, MF_BYPOSITION);
    size_t size = text16_encode(words, wcslen(words), narrow);
    narrow[size] = 0;
    if (size + 4 > room)
        return 0;
    size_t used = 0;
    if (state & MF_GRAYED)
        out[used++] = '-';
    if (state & MF_CHECKED)
        out[used++] = '*';
    for (size_t i = 0; i < size && narrow[i] != '\t'; i++) {
        if (narrow[i] != '&')
            out[used++] = narrow[i];
    }
    out[used++] = '\n';
    out[used] = 0;
    return used;
}

static HMENU open_context_menu(struct list_pane *pane)
{
    HWND popup = NULL;
    ULONGLONG begun = GetTickCount64();
    PostMessageW(list_pane_window(pane), WM_CONTEXTMENU, (WPARAM)list_pane_window(pane), -1);
    while (!popup || !IsWindowVisible(popup)) {
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
        popup = FindWindowW(MENU_CLASS, NULL);
        Sleep(5);
    }
    HMENU menu = (HMENU)SendMessageW(popup, MENU_HANDLE, 0, 0);
    assert_non_null(menu);
    assert_true(GetMenuItemCount(menu) > 0);
    return menu;
}

static void close_context_menu(struct rig *rig)
{
    rig_call(rig, end_menu, NULL);
    rig_wait(rig, menu_closed, NULL, "the menu closed");
}

const char *rig_context_menu(struct rig *rig, struct list_pane *pane)
{
    static char items[4096];
    HMENU menu = open_context_menu(pane);
    size_t used = 0;
    items[0] = 0;
    for (int item = 0; item < GetMenuItemCount(menu); item++)
        used += add_item(items + used, sizeof items - used, menu, item);
    close_context_menu(rig);
    return items;
}

/* Also those of the menus below. */
static size_t add_commands(HMENU menu, unsigned *commands, size_t room)
{
    size_t count = 0;
    for (int item = 0; item < GetMenuItemCount(menu); item++) {
        HMENU below = GetSubMenu(menu, item);
        unsigned command = GetMenuItemID(menu, item);
        if (below)
            count += add_commands(below, commands + count, room - count);
        else if (command && count < room)
            commands[count++] = command;
    }
    return count;
}

size_t rig_context_commands(struct rig *rig, struct list_pane *pane, unsigned *commands,
                            size_t room)
{
    size_t count = add_commands(open_context_menu(pane), commands, room);
    close_context_menu(rig);
    return count;
}

static int place_of(HMENU menu, unsigned command)
{
    for (int item = 0; item < GetMenuItemCount(menu); item++) {
        unsigned below[32];
        HMENU sub = GetSubMenu(menu, item);
        size_t count = sub ? add_commands(sub, below, 32) : 0;
        if (!sub && GetMenuItemID(menu, item) == command)
            return item;
        while (count > 0)
            if (below[--count] == command)
                return item;
    }
    return -1;
}

static int lit_place(HMENU menu)
{
    for (int item = 0; item < GetMenuItemCount(menu); item++)
        if (GetMenuState(menu, (UINT)item, MF_BYPOSITION) & MF_HILITE)
            return item;
    return -1;
}

/* One key at a time: a menu takes what was posted when it comes to it. In between nothing is lit.
 */
static int press_and_see(struct rig *rig, WORD key, HMENU menu, int before)
{
    int lit = before;
    PostMessageW(rig->window, WM_KEYDOWN, key, 0);
    for (ULONGLONG begun = GetTickCount64(); lit == before || lit < 0; lit = lit_place(menu)) {
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
        Sleep(1);
    }
    return lit;
}

static void press_until_lit(struct rig *rig, HMENU menu, int place)
{
    int lit = lit_place(menu);
    while (lit != place)
        lit = press_and_see(rig, VK_DOWN, menu, lit);
}

void rig_choose_item(struct rig *rig, struct list_pane *pane, unsigned command)
{
    SetCursorPos(0, 0); /* a menu that opens under the pointer lights what lies there */
    HMENU menu = open_context_menu(pane);
    int place = place_of(menu, command);
    if (place < 0)
        fail_msg("the menu has no command %u", command);
    press_until_lit(rig, menu, place);
    HMENU below = GetSubMenu(menu, place);
    if (below) {
        press_and_see(rig, VK_RIGHT, below, -1);
        press_until_lit(rig, below, place_of(below, command));
    }
    PostMessageW(rig->window, WM_KEYDOWN, VK_RETURN, 0);
}
