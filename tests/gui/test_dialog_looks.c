/* All dialogs, opened as a user opens them, in both languages, light and dark, as they come, as
 * small as they can be made and on a sharper screen: can they be read and worked with? */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gui/case_dialog.h"
#include "gui/dialog.h"
#include "gui/find_window.h"
#include "gui/harm_dialog.h"
#include "gui/properties.h"
#include "gui/properties_parts.h"
#include "gui/sinkhole_dialog.h"
#include "gui/tree_dialog.h"
#include "gui/watch_dialog.h"
#include "gui/watch_review.h"
#include "tests/support/gui/looks.h"
#include "tests/support/gui/property_script.h"
#include "tests/support/gui/user.h"
#include "tests/support/scripted_evidence.h"
#include "tests/support/scripted_sinkhole.h"

static struct rig rig;
static struct scripted_sinkhole sink;
static struct sinkhole_means sink_means;
static struct sinkhole_system sink_system = {&sink_means, 0};
static struct elevation elevation = {.elevated = true};

static void prepare(struct rig *prepared)
{
    property_script_prepare(prepared);
    scripted_sinkhole_begin(&sink, "127.0.0.1 localhost\r\n10.0.0.7 intranet.example\r\n");
    sink_means = scripted_sinkhole_means(&sink);
    prepared->setup.sinkhole = &sink_system;
    prepared->setup.elevation = &elevation;
}

static bool all_listed(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) == 7;
}

static int open_window(void **state)
{
    (void)state;
    rig_open_with(&rig, property_script_machine, prepare);
    rig_wait(&rig, all_listed, NULL, "all rows are there");
    return 0;
}

static int close_window(void **state)
{
    user_leaves(state);
    rig_close(&rig);
    property_script_settle();
    scripted_sinkhole_end(&sink);
    return 0;
}

/* --- the ways to look at them --- */

static const struct way {
    const char *name;
    unsigned language;
    unsigned theme;
} ways[] = {{"en-light", CMD_ENGLISH, CMD_THEME_LIGHT},
            {"en-dark", CMD_ENGLISH, CMD_THEME_DARK},
            {"zh-light", CMD_CHINESE, CMD_THEME_LIGHT},
            {"zh-dark", CMD_CHINESE, CMD_THEME_DARK}};
static const struct way *way;

static void in_each_way(void (*look)(void))
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        way = &ways[i];
        rig_command(&rig, way->language);
        rig_command(&rig, way->theme);
        look();
    }
    rig_command(&rig, CMD_ENGLISH);
    rig_command(&rig, CMD_THEME_LIGHT);
    looks_assert();
}

static void check(HWND dialog, const char *name)
{
    char full[128];
    snprintf(full, sizeof full, "%s-%s", name, way->name);
    looks_check_sizes(dialog, full);
}

static void select_row(struct main_window *main, void *context)
{
    main->last = main->processes;
    rowview_go_to(list_pane_rowview(main->processes), *(uint32_t *)context);
}

static void choose(const char *process)
{
    uint32_t row = rig_row_named(&rig, rig.main->processes, process);
    assert_int_not_equal(row, VIEW_NO_ROW);
    rig_call(&rig, select_row, &row);
}

static HWND opens(unsigned command, unsigned title)
{
    PostMessageW(rig.window, WM_COMMAND, command, 0);
    return user_sees_dialog(title);
}

static void closes(HWND dialog, unsigned title)
{
    PostMessageW(dialog, WM_CLOSE, 0, 0);
    user_sees_no_dialog(title);
}

static void look_at(unsigned command, unsigned title, const char *name)
{
    HWND dialog = opens(command, title);
    check(dialog, name);
    closes(dialog, title);
}

/* --- the dialogs --- */

static void look_at_plain_ones(void)
{
    look_at(CMD_ABOUT, STR_ABOUT_TITLE, "about");
    look_at(CMD_KNOWN_LIST, STR_KNOWN_TITLE, "known");
    look_at(CMD_TRAP, STR_TRAP_TITLE, "trap");
    look_at(CMD_CASE_NEW, STR_NEW_CASE_TITLE, "new-case");
    look_at(CMD_CASE_EVIDENCE, STR_PARTS_TITLE, "parts");
}

static void test_plain_ones(void **state)
{
    (void)state;
    in_each_way(look_at_plain_ones);
}

static void put_on_clipboard(const wchar_t *words)
{
    size_t size = (wcslen(words) + 1) * sizeof *words;
    HGLOBAL held = GlobalAlloc(GMEM_MOVEABLE, size);

    assert_non_null(held);
    memcpy(GlobalLock(held), words, size);
    GlobalUnlock(held);
    assert_true(OpenClipboard(NULL));
    EmptyClipboard();
    SetClipboardData(CF_UNICODETEXT, held);
    CloseClipboard();
}

static void look_at_watchlist(void)
{
    HWND dialog = opens(CMD_WATCHLIST, STR_WATCH_TITLE);
    check(dialog, "watchlist-empty");
    put_on_clipboard(L"See https://www.example.com/blog\r\n185[.]220[.]101[.]7 port 8443\r\n"
                     L"hxxps://evil[.]badguys[.]ru/gate.php\r\n10.0.0[.]5\r\n"
                     L"44d88612fea8a8f36de82e1278abb02f\r\n");
    user_clicks(dialog, WATCH_PASTE);
    HWND review = user_sees_dialog(STR_REVIEW_TITLE);
    user_waits_for_count(user_finds(review, REVIEW_GRID), 5);
    check(review, "review");
    user_clicks(review, IDOK);
    user_sees_no_dialog(STR_REVIEW_TITLE);
    user_waits_for_count(user_finds(dialog, WATCH_GRID), 2);
    user_types(user_finds(dialog, WATCH_TYPE), L"10.0.0.5");
    SendMessageW(dialog, WM_NULL, 0, 0);
    check(dialog, "watchlist");
    PostMessageW(dialog, WM_CLOSE, 0, 0);
    PostMessageW(user_sees_question(dialog), WM_COMMAND, 101, 0); /* discard */
    user_sees_no_dialog(STR_WATCH_TITLE);
}

static void test_watchlist(void **state)
{
    (void)state;
    in_each_way(look_at_watchlist);
}

static void look_at_sinkhole(void)
{
    HWND dialog = opens(CMD_SINKHOLE, STR_SINKHOLE_TITLE);
    user_waits_until_enabled(user_finds(dialog, SINKHOLE_DO));
    user_waits_for_count(user_finds(dialog, SINKHOLE_GRID), 4);
    check(dialog, "sinkhole");
    closes(dialog, STR_SINKHOLE_TITLE);
}

static bool list_has(struct main_window *main, void *context)
{
    return watchlist_count(session_watchlist(main->session)) == *(const uint32_t *)context;
}

static void test_sinkhole(void **state)
{
    static const char *const domains[] = {"evil.example", "*.bad.example", "intranet.example",
                                          "www.microsoft.com"};
    (void)state;
    for (uint32_t count = 1; count <= 4; count++) {
        rig_watch(&rig, domains[count - 1]);
        rig_wait(&rig, list_has, &count, "that many indicators");
    }
    in_each_way(look_at_sinkhole);
}

static void look_at_harm(void)
{
    choose("node.exe");
    look_at(CMD_DUMP, STR_DUMP_TITLE, "dump");
    look_at(CMD_SAMPLE, STR_SAMPLE_TITLE, "sample");
    look_at(CMD_KILL, STR_HARM_TITLE, "kill");
    look_at(CMD_KILL_TREE, STR_TREE_TITLE, "kill-tree");
    look_at(CMD_SUSPEND_TREE, STR_TREE_TITLE, "suspend-tree");
    choose("vital.exe");
    look_at(CMD_KILL, STR_HARM_TITLE, "kill-vital");
    look_at(CMD_RESTART, STR_HARM_TITLE, "restart-vital");
    look_at(CMD_SUSPEND, STR_HARM_TITLE, "suspend-vital");
}

static void test_harm(void **state)
{
    (void)state;
    in_each_way(look_at_harm);
}

static void look_at_find(void)
{
    static const char *const names[] = {"find-handles", "find-registry", "find-memory"};
    HWND dialog = NULL;
    for (unsigned kind = 0; kind < 3; kind++) {
        dialog = opens(CMD_FIND_HANDLES + kind, STR_FIND_TITLE);
        SendMessageW(rig.window, WM_NULL, 0, 0);
        check(dialog, names[kind]);
    }
    closes(dialog, STR_FIND_TITLE);
}

static void test_find(void **state)
{
    (void)state;
    in_each_way(look_at_find);
}

static HWND sees_properties(void)
{
    for (int waited = 0; waited < USER_PATIENCE; waited += 5) {
        HWND window = NULL;
        while ((window = FindWindowExW(NULL, window, DIALOG_CLASS, NULL)) != NULL) {
            DWORD process = 0;
            GetWindowThreadProcessId(window, &process);
            if (process == GetCurrentProcessId() && IsWindowVisible(window) &&
                GetDlgItem(window, PROPERTIES_TABS))
                return window;
        }
        Sleep(5);
    }
    fail_msg("no window of properties");
    return NULL;
}

static HWND opens_properties(const char *process)
{
    choose(process);
    rig_command(&rig, CMD_PROPERTIES);
    return sees_properties();
}

static bool nothing_is_read(struct main_window *main, void *context)
{
    const struct property_window *window = main->properties->first;
    (void)context;
    for (size_t i = 0; window && i < NEED_COUNT; i++)
        if (window->answers[i].worker)
            return false;
    return true;
}

static void turns_to(HWND dialog, unsigned page)
{
    HWND tabs = user_finds(dialog, PROPERTIES_TABS);
    const NMHDR turned = {tabs, PROPERTIES_TABS, TCN_SELCHANGE};
    SendMessageW(tabs, TCM_SETCURSEL, page, 0);
    SendMessageW(dialog, WM_NOTIFY, PROPERTIES_TABS, (LPARAM)&turned);
    rig_wait(&rig, nothing_is_read, NULL, "all is read");
}

static void closes_properties(HWND dialog)
{
    SendMessageW(dialog, WM_CLOSE, 0, 0);
    for (int waited = 0; IsWindow(dialog) && waited < USER_PATIENCE; waited += 5)
        Sleep(5);
    assert_false(IsWindow(dialog));
}

static void look_at_properties(void)
{
    char name[32];
    HWND dialog = opens_properties("node.exe");
    for (unsigned page = 0; page < PAGE_COUNT; page++) {
        turns_to(dialog, page);
        snprintf(name, sizeof name, "properties-%u", page);
        check(dialog, name);
    }
    closes_properties(dialog);
}

/* The longest question of all: of a part of a process that is guarded. */
static void look_at_thread_question(void)
{
    HWND dialog = opens_properties("vital.exe");
    turns_to(dialog, PAGE_THREADS);
    user_selects(user_finds(dialog, PROPERTIES_GRID + PAGE_THREADS), 0);
    user_waits_until_enabled(user_finds(dialog, CMD_THREAD_TERMINATE));
    PostMessageW(dialog, WM_COMMAND, CMD_THREAD_TERMINATE, 0);
    HWND question = user_sees_dialog(STR_HARM_TITLE);
    check(question, "thread");
    closes(question, STR_HARM_TITLE);
    closes_properties(dialog);
}

static void test_thread_question(void **state)
{
    (void)state;
    in_each_way(look_at_thread_question);
}

static void look_at_case(void)
{
    look_at(CMD_CASE_REPORT, STR_REPORT_TITLE, "report");
    look_at(CMD_CASE_VERIFY, STR_VERIFY_TITLE, "verify");
}

static void test_case(void **state)
{
    (void)state;
    struct scripted_source *machine;
    rig_watch(&rig, "198.51.100.77"); /* the first hit makes a case */
    machine = rig_lock(&rig);
    scripted_source_connect(machine, SCRIPT_PLAIN, "10.0.0.5:50077", "198.51.100.77:443",
                            TCP_SYN_SENT);
    rig_unlock(&rig);
    rig_expect_hits(&rig, 1);
    in_each_way(look_at_case);
}

static void test_properties(void **state)
{
    (void)state;
    in_each_way(look_at_properties);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plain_ones), TEST(test_watchlist),  TEST(test_sinkhole),        TEST(test_harm),
        TEST(test_find),       TEST(test_properties), TEST(test_thread_question), TEST(test_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
