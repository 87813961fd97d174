/* The windows of properties, on a made-up machine: every page of processes of all kinds, what is
 * read when, copying, and what is done to threads. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/text16.h"
#include "gui/dialog.h"
#include "gui/harm_dialog.h"
#include "gui/properties.h"
#include "gui/properties_parts.h"
#include "tests/support/gui/property_script.h"
#include "tests/support/gui/user.h"

#define LIST_MOST 20000

static bool all_listed(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) == 7;
}

static int open_window(void **state)
{
    static struct rig rig;
    rig_open_with(&rig, property_script_machine, property_script_prepare);
    rig_wait(&rig, all_listed, NULL, "all rows are there");
    *state = &rig;
    return 0;
}

static int close_window(void **state)
{
    user_leaves(state);
    property_script_hold(false);
    rig_close(*state);
    property_script_settle();
    return 0;
}

/* --- finding --- */

struct search {
    const wchar_t *title;
    HWND found;
};

static BOOL CALLBACK look_at(HWND window, LPARAM parameter)
{
    struct search *search = (struct search *)parameter;
    wchar_t class[64] = L"";
    wchar_t title[256] = L"";
    DWORD process = 0;
    GetWindowThreadProcessId(window, &process);
    GetClassNameW(window, class, 64);
    GetWindowTextW(window, title, 256);
    if (process != GetCurrentProcessId() || !IsWindowVisible(window) ||
        wcscmp(class, DIALOG_CLASS) != 0 || wcscmp(title, search->title) != 0)
        return TRUE;
    search->found = window;
    return FALSE;
}

static HWND find(const wchar_t *title)
{
    struct search search = {title, NULL};
    EnumWindows(look_at, (LPARAM)&search);
    return search.found;
}

static HWND sees(const wchar_t *title)
{
    for (int waited = 0; waited < USER_PATIENCE; waited += 5) {
        HWND found = find(title);
        if (found)
            return found;
        Sleep(5);
    }
    fail_msg("no window \"%ls\" came", title);
    return NULL;
}

static void choose_row(struct main_window *main, void *context)
{
    main->last = main->processes;
    rowview_go_to(list_pane_rowview(main->processes), *(uint32_t *)context);
}

static void choose(struct rig *rig, const char *name)
{
    uint32_t row = rig_row_named(rig, rig->main->processes, name);
    assert_int_not_equal(row, VIEW_NO_ROW);
    rig_call(rig, choose_row, &row);
}

static HWND open_of(struct rig *rig, const char *name, const wchar_t *title)
{
    choose(rig, name);
    rig_command(rig, CMD_PROPERTIES);
    return sees(title);
}

static HWND grid_of(HWND window, enum property_page page)
{
    return user_finds(window, PROPERTIES_GRID + (unsigned)page);
}

static void turn(struct main_window *main, void *context)
{
    properties_show_page(main->properties->first, *(enum property_page *)context);
}

static bool nothing_is_read(struct main_window *main, void *context)
{
    const struct property_window *window = main->properties->first;
    (void)context;
    for (size_t i = 0; i < NEED_COUNT; i++)
        if (window->answers[i].worker)
            return false;
    return true;
}

/* Shows a page of the window that was opened last, read to its end. */
static HWND show_page(struct rig *rig, HWND window, enum property_page page)
{
    rig_call(rig, turn, &page);
    rig_wait(rig, nothing_is_read, NULL, "all is read");
    HWND grid = grid_of(window, page);
    assert_true(IsWindowVisible(grid));
    return grid;
}

static int row_of(HWND grid, const char *name)
{
    for (int row = 0; row < user_counts(grid); row++)
        if (strcmp(user_reads_cell(grid, row, 0), name) == 0)
            return row;
    return -1;
}

/* The cell beside the one that reads `name`. */
static const char *beside(HWND grid, const char *name)
{
    int row = row_of(grid, name);
    if (row < 0)
        fail_msg("there is no row \"%s\"", name);
    return user_reads_cell(grid, row, 1);
}

static void expect(HWND grid, const char *name, const char *value)
{
    assert_string_equal(beside(grid, name), value);
}

static void expect_part(HWND grid, const char *name, const char *part)
{
    if (!strstr(beside(grid, name), part))
        fail_msg("\"%s\" is \"%s\", without \"%s\"", name, beside(grid, name), part);
}

static HWND note_of(HWND window)
{
    return user_finds(window, PROPERTIES_NOTE);
}

/* --- pages --- */

static void test_enter_and_menu_open_it_once(void **state)
{
    struct rig *rig = *state;
    choose(rig, "node.exe");
    rig_key(rig, VK_RETURN);
    HWND first = sees(L"node.exe (50004) — Properties");
    rig_command(rig, CMD_PROPERTIES);
    rig_refresh(rig);
    assert_ptr_equal(find(L"node.exe (50004) — Properties"), first);
    HWND other = open_of(rig, "denied.exe", L"denied.exe (50012) — Properties");
    assert_true(IsWindowVisible(first)); /* one beside the other, and the main window works */
    assert_true(IsWindowEnabled(rig->window));
    assert_true(strncmp(rig_context_menu(rig, rig->main->processes), "P", 1) == 0 ||
                strstr(rig_context_menu(rig, rig->main->processes), "Properties"));
    user_clicks(other, IDCANCEL);
    rig_expect_gone(other);
    user_presses(first, VK_ESCAPE);
    rig_expect_gone(first);
}

static void test_general(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_GENERAL);
    expect(grid, "Process", "node.exe");
    expect(grid, "PID", "50004");
    expect(grid, "Image", "C:\\Users\\alice\\AppData\\Local\\node.exe");
    expect(grid, "Command line, as the process states it",
           "node.exe \"C:\\Users\\alice\\app\\server.js\" --connect 192.0.2.1:443");
    expect(grid, "Parent (recorded)", "explorer.exe (50000)");
    expect(grid, "Services", "none");
    expect(grid, "Critical", "no");
    expect(grid, "Protected", "no");
    expect(grid, "State", "running");
    expect(grid, "Remarks", "nothing odd was noticed");
    user_selects(grid, row_of(grid, "Image"));
    user_waits_for_text(user_finds(window, PROPERTIES_VALUE),
                        "C:\\Users\\alice\\AppData\\Local\\node.exe");
}

static void test_times_stand_beside_the_start(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_TIMES);
    assert_string_equal(user_reads_cell(grid, row_of(grid, "File created"), 2),
                        "6 s before the start");
    assert_string_equal(user_reads_cell(grid, row_of(grid, "File last written"), 2),
                        "30 d 0 h before the start");
    expect(grid, "File last accessed", "unknown");
    expect(grid, "Verdict",
           "The file was created less than ten minutes before this process "
           "started");
    assert_string_equal(user_reads_cell(grid, row_of(grid, "Verdict") + 1, 1),
                        "The file was created long after its contents were written: it was copied "
                        "here, or its times were set");
}

static void test_file(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_FILE);
    expect(grid, "Size", "83968 bytes");
    expect(grid, "MD5", "a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0");
    expect(grid, "SHA-1", "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1");
    expect(grid, "SHA-256", "a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2");
    expect(grid, "Original name", "other.exe");
    expect(grid, "Signature",
           "not trusted: the chain ends in nothing that this machine trusts (in the file)");
    expect(grid, "Signer", "Example Signer");
    expect(grid, "Came from", "internet (zone 3)");
    expect(grid, "Downloaded from", "http://203.0.113.7/node.exe");
}

static void test_threads_modules_token_environment(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_THREADS);
    user_waits_for_column(grid, 0, "100|200|300");
    user_waits_for_column(grid, 1, "node.exe+0x1a2b|ntdll.dll+0x1000|(access denied)");
    user_waits_for_column(grid, 2, "waiting|running|(not supported here)");
    user_waits_for_column(grid, 4, "0|1|(access denied)");
    user_waits_for_text(note_of(window), "rows: 3");
    grid = show_page(rig, window, PAGE_MODULES);
    user_waits_for_column(grid, 0, "node.exe|ntdll.dll|(could not be read)");
    user_waits_for_part(note_of(window), "images mapped into it");
    grid = show_page(rig, window, PAGE_TOKEN);
    expect(grid, "User", "CORP\\alice");
    expect(grid, "Integrity", "medium (0x2010)");
    expect(grid, "Elevation", "limited");
    expect(grid, "App container", "(not supported here)");
    expect(grid, "Group", "BUILTIN\\Administrators");
    assert_string_equal(user_reads_cell(grid, row_of(grid, "Group"), 2), "deny only");
    assert_string_equal(user_reads_cell(grid, row_of(grid, "Group") + 2, 1), "(could not be read)");
    expect(grid, "Privilege", "SeShutdownPrivilege");
    grid = show_page(rig, window, PAGE_ENVIRONMENT);
    expect(grid, "Path", "C:\\Windows\\System32;C:\\Windows");
    user_waits_for_part(note_of(window), "as the process states it");
}

static void test_connections_and_history_follow_the_machine(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_CONNECTIONS);
    user_waits_for_count(grid, 2);
    struct scripted_source *machine = rig_lock(rig);
    scripted_source_close(machine, 1);
    scripted_source_connect(machine, SCRIPT_PLAIN, "10.0.0.5:50001", "198.51.100.9:80",
                            TCP_SYN_SENT);
    scripted_source_exit(machine, SCRIPT_CHILD, 7);
    rig_unlock(rig);
    rig_refresh(rig);
    user_waits_for_count(grid, 3); /* the one that is gone stays */
    grid = show_page(rig, window, PAGE_HISTORY);
    user_waits_for_column(grid, 1, "parent started|started|child started|child ended");
    user_waits_for_column(grid, 3, "|||7");
}

/* --- all kinds of processes --- */

struct kind {
    const char *name;
    const wchar_t *title;
    const char *unread; /* what the pages say that could not be read; NULL: all could */
};

static const struct kind kinds[] = {
    {"node.exe", L"node.exe (50004) — Properties", NULL},
    {"denied.exe", L"denied.exe (50012) — Properties", "access denied"},
    {"vital.exe", L"vital.exe (50016) — Properties", NULL},
    {"guarded.exe", L"guarded.exe (50020) — Properties", "protected process"},
    {"child.exe", L"child.exe (50008) — Properties", "ended before it was read"},
};

/* No row says nothing, and a page without rows says why. */
static void assert_tells(HWND window, HWND grid, enum property_page page, const struct kind *kind)
{
    int count = user_counts(grid);
    if (!count)
        assert_true(strlen(user_reads(note_of(window))) > 0);
    for (int row = 0; row < count; row++) {
        if (!strlen(user_reads_cell(grid, row, 0)) || !strlen(user_reads_cell(grid, row, 1)))
            fail_msg("%s, page %d, row %d is empty", kind->name, (int)page, row);
    }
    if (page < PAGE_THREADS || page > PAGE_ENVIRONMENT)
        return;
    if (kind->unread) {
        assert_int_equal(count, 0);
        user_waits_for_part(note_of(window), kind->unread);
    } else {
        assert_true(count > 0);
    }
}

/* Row P7 again, page by page. */
static void test_P7_every_page_opens_and_no_item_lies(void **state)
{
    struct rig *rig = *state;
    scripted_source_exit(rig_lock(rig), SCRIPT_CHILD, 7);
    rig_unlock(rig);
    rig_refresh(rig);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        HWND window = open_of(rig, kinds[i].name, kinds[i].title);
        for (unsigned page = 0; page < PAGE_COUNT; page++) {
            HWND grid = show_page(rig, window, (enum property_page)page);
            assert_tells(window, grid, (enum property_page)page, &kinds[i]);
        }
        user_clicks(window, IDCANCEL);
        rig_expect_gone(window);
    }
}

static void test_what_is_special_is_told_in_words(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "vital.exe", L"vital.exe (50016) — Properties");
    HWND grid = show_page(rig, window, PAGE_GENERAL);
    expect(grid, "Critical", "yes: Windows stops with a blue screen when it ends");
    grid = show_page(rig, window, PAGE_TIMES);
    expect(grid, "File", "(could not be read (CreateFile, error 32))");
    user_clicks(window, IDCANCEL);
    rig_expect_gone(window);
    window = open_of(rig, "guarded.exe", L"guarded.exe (50020) — Properties");
    grid = show_page(rig, window, PAGE_GENERAL);
    expect_part(grid, "Protected", "yes (PPL antimalware)");
    expect(grid, "Image", "(protected process)");
    user_clicks(window, IDCANCEL);
    rig_expect_gone(window);
    window = open_of(rig, "denied.exe", L"denied.exe (50012) — Properties");
    grid = show_page(rig, window, PAGE_GENERAL);
    expect(grid, "Command line", "(access denied)");
    expect(grid, "User", "(access denied)");
    grid = show_page(rig, window, PAGE_FILE);
    expect(grid, "Path", "(access denied)");
}

static void test_it_stays_when_the_process_ends(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "child.exe", L"child.exe (50008) — Properties");
    HWND grid = show_page(rig, window, PAGE_GENERAL);
    expect(grid, "State", "running");
    struct scripted_source *machine = rig_lock(rig);
    scripted_source_exit(machine, SCRIPT_CHILD, 7);
    scripted_source_advance(machine, MOMENT_SECOND);
    scripted_source_start(machine, SCRIPT_CHILD, 0, "innocent.exe"); /* the same PID */
    rig_unlock(rig);
    rig_refresh(rig);
    expect(grid, "Process", "child.exe");
    expect(grid, "Exit code", "7");
    assert_int_equal(row_of(grid, "State"), -1);
}

/* --- reading --- */

static bool is_asked_twice(struct main_window *main, void *context)
{
    (void)context;
    return nothing_is_read(main, NULL) && property_script_asked(SCRIPT_PARTS) == 2;
}

static void test_only_what_is_shown_is_read(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    rig_refresh(rig);
    show_page(rig, window, PAGE_HISTORY);
    show_page(rig, window, PAGE_CONNECTIONS);
    assert_int_equal(property_script_asked(SCRIPT_PARTS), 0);
    assert_int_equal(property_script_asked(SCRIPT_FILES), 0);
    show_page(rig, window, PAGE_TOKEN);
    show_page(rig, window, PAGE_GENERAL);
    show_page(rig, window, PAGE_TOKEN);
    rig_refresh(rig);
    assert_int_equal(property_script_asked(SCRIPT_PARTS), 1);
    user_clicks(window, PROPERTIES_AGAIN);
    rig_wait(rig, is_asked_twice, NULL, "it is read again");
}

static bool is_reading(struct main_window *main, void *context)
{
    (void)context;
    return main->properties->first->answers[NEED_FILE].worker != NULL;
}

static void test_reading_can_be_stopped(void **state)
{
    struct rig *rig = *state;
    enum property_page page = PAGE_FILE;
    HWND window = open_of(rig, "slow.exe", L"slow.exe (50024) — Properties");
    rig_call(rig, turn, &page);
    rig_wait(rig, is_reading, NULL, "it is read");
    user_waits_for_text(note_of(window), "Reading…");
    user_clicks(window, PROPERTIES_STOP);
    user_waits_for_part(note_of(window), "Reading was stopped");
    rig_wait(rig, nothing_is_read, NULL, "nothing is read");
    user_clicks(window, PROPERTIES_AGAIN);
    rig_wait(rig, is_reading, NULL, "it is read again");
    assert_int_equal(property_script_asked(SCRIPT_FILES), 2);
    user_clicks(window, IDCANCEL); /* and it can be closed meanwhile */
    rig_expect_gone(window);
}

/* --- copying --- */

static char copied[LIST_MOST];

static void take_clipboard(void)
{
    struct buffer text;
    buffer_init(&text, LIST_MOST);
    assert_true(OpenClipboard(NULL));
    HANDLE handle = GetClipboardData(CF_UNICODETEXT);
    const wchar_t *wide = handle ? GlobalLock(handle) : NULL;
    assert_non_null(wide);
    text16_add(&text, wide, wcslen(wide));
    GlobalUnlock(handle);
    CloseClipboard();
    assert_true(text.size < sizeof copied);
    memcpy(copied, text.bytes, text.size);
    copied[text.size] = '\0';
    buffer_done(&text);
}

/* The clipboard is not opened before something new is in it: the window could not open it. */
static void copy(HWND window)
{
    DWORD before = GetClipboardSequenceNumber();
    user_clicks(window, PROPERTIES_COPY);
    for (int waited = 0; GetClipboardSequenceNumber() == before; waited += 5) {
        if (waited > USER_PATIENCE)
            fail_msg("nothing was copied");
        Sleep(5);
    }
    /* It is told when it is emptied, too: the window is done when it answers. */
    SendMessageW(window, WM_NULL, 0, 0);
    take_clipboard();
}

static void select_all(struct main_window *main, void *context)
{
    const struct property_window *window = main->properties->first;
    (void)context;
    grid_select_all(window->sheets[window->page].grid);
}

static void test_rows_are_copied(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_THREADS);
    user_selects(grid, 1);
    copy(window);
    assert_memory_equal(copied, "200\tntdll.dll+0x1000\trunning\t\t1\t20\t", 34);
    rig_call(rig, select_all, NULL);
    copy(window);
    assert_non_null(strstr(copied, "100\tnode.exe+0x1a2b\twaiting\tuser request\t0\t1500\t"));
    assert_non_null(strstr(copied, "\r\n300\t(access denied)\t"));
    user_clicks(window, IDCANCEL);
    rig_expect_gone(window);
    window = open_of(rig, "denied.exe", L"denied.exe (50012) — Properties");
    show_page(rig, window, PAGE_MODULES);
    copy(window); /* the reason, where there is nothing else */
    assert_string_equal(copied, "Can't be read: access denied");
}

/* --- threads --- */

static HWND told_of(HWND window)
{
    return user_finds(window, PROPERTIES_TOLD);
}

/* What the case's journal holds. */
static void read_journal(struct rig *rig)
{
    wchar_t path[RIG_PATH + 20];
    DWORD size = 0;
    swprintf(path, RIG_PATH + 20, L"%ls\\journal.jsonl", rig->case_folder);
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(ReadFile(file, copied, sizeof copied - 1, &size, NULL));
    copied[size] = '\0';
    CloseHandle(file);
}

static void test_suspend_and_resume(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_THREADS);
    assert_false(IsWindowEnabled(user_finds(window, CMD_THREAD_SUSPEND))); /* none is chosen */
    user_selects(grid, 0);
    user_clicks(window, CMD_THREAD_SUSPEND);
    user_waits_for_text(told_of(window), "Thread 100: suspended, count 2");
    rig_wait(rig, nothing_is_read, NULL, "the threads are read again");
    user_clicks(window, CMD_THREAD_RESUME);
    user_waits_for_text(told_of(window), "Thread 100: resumed, count 0");
    read_journal(rig);
    assert_non_null(strstr(copied, "\"action\":\"suspend-thread\",\"outcome\":\"success\""));
    assert_non_null(strstr(copied, "\"start\":\"node.exe+0x1a2b\""));
    assert_non_null(strstr(copied, "\"action\":\"resume-thread\""));
}

static HWND ask_for_end(HWND window, HWND grid, int row)
{
    user_selects(grid, row);
    user_waits_until_enabled(user_finds(window, CMD_THREAD_TERMINATE));
    PostMessageW(window, WM_COMMAND, CMD_THREAD_TERMINATE, 0);
    return user_sees_dialog(STR_HARM_TITLE);
}

/* Row A10: a plain warning, the start address, and what harms less; then the process is watched. */
static void test_A10_the_end_of_a_thread_is_asked_watched_and_told(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_THREADS);
    HWND dialog = ask_for_end(window, grid, 1);
    HWND words = user_finds(dialog, HARM_WORDS);
    user_waits_for_part(words, "The thread began at: ntdll.dll+0x1000");
    user_waits_for_part(words, "the whole process may hang, lose data or end");
    user_presses(dialog, VK_RETURN); /* the safe button is first */
    user_sees_no_dialog(STR_HARM_TITLE);
    assert_int_equal(property_script_asked(SCRIPT_DEEDS), 0);
    dialog = ask_for_end(window, grid, 1);
    user_clicks(dialog, HARM_INSTEAD);
    user_waits_for_text(told_of(window), "Thread 200: suspended, count 2");
    property_script_hold(true);
    dialog = ask_for_end(window, grid, 1);
    user_clicks(dialog, HARM_DO);
    user_waits_for_text(told_of(window), "Thread 200: thread terminated · its process is watched…");
    user_waits_for_column(grid, 0, "100|300"); /* read again at once */
    assert_false(IsWindowEnabled(user_finds(window, CMD_THREAD_SUSPEND)));
    property_script_hold(false);
    user_waits_for_text(told_of(window),
                        "Thread 200: thread terminated · 10 s later its process lives");
    read_journal(rig);
    assert_non_null(strstr(copied, "\"action\":\"kill-thread\",\"outcome\":\"success\""));
    assert_non_null(strstr(copied, "\"aftermath\":{\"process\":\"alive\",\"after_ms\":10"));
}

/* Row A6: a process whose window hangs is told to hang, and holds no window of ours up. */
static void test_A6_a_process_that_hangs_afterwards(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_THREADS);
    property_script_windows(WINDOWS_SILENT);
    property_script_hold(true); /* whoever asks that window stands still */
    user_clicks(ask_for_end(window, grid, 0), HARM_DO);
    user_waits_for_part(told_of(window), "its process is watched");
    rig_refresh(rig); /* the window goes on meanwhile */
    show_page(rig, window, PAGE_TOKEN);
    show_page(rig, window, PAGE_THREADS);
    property_script_hold(false);
    user_waits_for_text(
        told_of(window),
        "Thread 100: thread terminated · 10 s later its process hangs: a window of it does not "
        "answer");
}

static void test_what_is_refused_says_why(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_THREADS);
    property_script_outcome(THREAD_REFUSED);
    user_clicks(ask_for_end(window, grid, 0), HARM_DO);
    user_waits_for_text(told_of(window), "Thread 100: not done: access denied");
}

static void test_a_critical_process_asks_for_its_name(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "vital.exe", L"vital.exe (50016) — Properties");
    HWND grid = show_page(rig, window, PAGE_THREADS);
    HWND dialog = ask_for_end(window, grid, 0);
    user_waits_for_part(user_finds(dialog, HARM_WORDS), "blue screen");
    assert_false(IsWindowEnabled(user_finds(dialog, HARM_DO)));
    assert_false(IsWindowEnabled(user_finds(dialog, HARM_INSTEAD)));
    user_types(user_finds(dialog, HARM_NAME), L"vital.exe");
    user_clicks(dialog, HARM_DO);
    user_waits_for_part(told_of(window), "Thread 100: thread terminated");
}

/* The list is read anew, and the thread is gone, while the question stands. */
static void read_again(struct main_window *main, void *context)
{
    (void)context;
    properties_read(main->properties->first, true);
}

static void test_what_was_chosen_is_what_is_ended(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_THREADS);
    HWND dialog = ask_for_end(window, grid, 2);
    rig_call(rig, read_again, NULL);
    rig_wait(rig, nothing_is_read, NULL, "the threads are read again");
    user_clicks(dialog, HARM_DO);
    user_waits_for_part(told_of(window), "Thread 300: thread terminated");
}

static void test_nothing_is_done_without_a_journal(void **state)
{
    struct rig *rig = *state;
    wchar_t path[RIG_PATH + 20];
    swprintf(path, RIG_PATH + 20, L"%ls\\journal.jsonl", rig->case_folder);
    assert_true(CreateDirectoryW(path, NULL)); /* in the file's place */
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_THREADS);
    user_selects(grid, 0);
    user_clicks(window, CMD_THREAD_SUSPEND);
    user_waits_for_part(told_of(window), "Thread 100: not done: the journal could not be written");
    assert_true(RemoveDirectoryW(path));
}

/* The watch of ten seconds does not keep the program; it ends in the journal. */
static void test_the_program_can_end_while_it_watches(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    HWND grid = show_page(rig, window, PAGE_THREADS);
    property_script_hold(true);
    user_clicks(ask_for_end(window, grid, 0), HARM_DO);
    user_waits_for_part(told_of(window), "its process is watched");
    user_clicks(window, IDCANCEL);
    rig_expect_gone(window);
    property_script_hold(false);
    property_script_settle();
    read_journal(rig);
    assert_non_null(strstr(copied, "\"aftermath\":{"));
}

static void test_the_language_changes_under_it(void **state)
{
    struct rig *rig = *state;
    HWND window = open_of(rig, "node.exe", L"node.exe (50004) — Properties");
    show_page(rig, window, PAGE_TOKEN);
    rig_command(rig, CMD_CHINESE);
    HWND translated = sees(L"node.exe (50004) — 属性");
    assert_ptr_equal(translated, window);
    expect(grid_of(window, PAGE_TOKEN), "完整性级别", "中 (0x2010)");
    rig_command(rig, CMD_ENGLISH);
    assert_ptr_equal(sees(L"node.exe (50004) — Properties"), window);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_enter_and_menu_open_it_once),
        TEST(test_general),
        TEST(test_times_stand_beside_the_start),
        TEST(test_file),
        TEST(test_threads_modules_token_environment),
        TEST(test_connections_and_history_follow_the_machine),
        TEST(test_P7_every_page_opens_and_no_item_lies),
        TEST(test_what_is_special_is_told_in_words),
        TEST(test_it_stays_when_the_process_ends),
        TEST(test_only_what_is_shown_is_read),
        TEST(test_reading_can_be_stopped),
        TEST(test_rows_are_copied),
        TEST(test_suspend_and_resume),
        TEST(test_A10_the_end_of_a_thread_is_asked_watched_and_told),
        TEST(test_A6_a_process_that_hangs_afterwards),
        TEST(test_what_is_refused_says_why),
        TEST(test_a_critical_process_asks_for_its_name),
        TEST(test_what_was_chosen_is_what_is_ended),
        TEST(test_nothing_is_done_without_a_journal),
        TEST(test_the_program_can_end_while_it_watches),
        TEST(test_the_language_changes_under_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
