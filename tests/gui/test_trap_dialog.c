/* The trap of the window: set in its dialog, shown in the status bar, and what it does to a real
 * process when a hit on a made-up machine names it. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "gui/trap_dialog.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/window_rig.h"
#include "tests/support/windows/child.h"

static struct rig rig;
static struct child prey;
static moment prey_start;

static moment start_of(HANDLE process)
{
    FILETIME times[4];
    assert_true(GetProcessTimes(process, &times[0], &times[1], &times[2], &times[3]));
    return (moment)((uint64_t)times[0].dwHighDateTime << 32 | times[0].dwLowDateTime);
}

static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 50000, 0, "explorer.exe");
    scripted_source_start_at(machine, prey.pid, 50000, "sleeper.exe", prey_start);
}

static int open_window(void **state)
{
    char line[256];
    (void)state;
    child_start(&prey, L"sleeper", L"", 0);
    child_read_line(&prey, line, sizeof line);
    prey_start = start_of(prey.process);
    rig_open(&rig, make_machine, NULL);
    return 0;
}

static int close_window(void **state)
{
    user_leaves(state);
    rig_close(&rig);
    child_kill(&prey, 1);
    return 0;
}

/* --- looking --- */

static bool holds(const wchar_t *path, const char *words)
{
    struct buffer name;
    struct buffer content;
    buffer_init(&name, 65536);
    buffer_init(&content, 1u << 24);
    text16_add(&name, path, wcslen(path));
    bool found = files_read(buffer_text(&name), &content, NULL) == ST_OK &&
                 text_find(buffer_text(&content), text_from(words)) != SIZE_MAX;
    buffer_done(&content);
    buffer_done(&name);
    return found;
}

static bool rate_tells(struct main_window *main, void *context)
{
    wchar_t words[512] = L"";
    status_update(main);
    SendMessageW(main->status, SB_GETTEXTW, 1, (LPARAM)words);
    return wcsstr(words, context) != NULL;
}

static HWND opens(void)
{
    PostMessageW(rig.window, WM_COMMAND, CMD_TRAP, 0);
    return user_sees_dialog(STR_TRAP_TITLE);
}

static void sets(HWND dialog)
{
    user_clicks(dialog, TRAP_DIALOG_DO);
    user_sees_no_dialog(STR_TRAP_TITLE);
}

static unsigned suspended(void)
{
    DWORD before = SuspendThread(prey.thread);
    assert_int_not_equal(before, (DWORD)-1);
    ResumeThread(prey.thread);
    return before;
}

static void connect_prey(void)
{
    struct scripted_source *machine = rig_lock(&rig);
    scripted_source_connect(machine, prey.pid, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
    rig_unlock(&rig);
    rig_expect_hits(&rig, 1);
    rig_command(&rig, CMD_TAB_HITS);
}

static void expect_note(const char *words)
{
    for (int waited = 0; waited < RIG_PATIENCE; waited += 20) {
        if (rig_rows(&rig, rig.main->hits) && strstr(rig_cell(&rig, rig.main->hits, 0, 0), words))
            return;
        Sleep(20);
    }
    fail_msg("the hit's row reads \"%s\", without \"%s\"", rig_cell(&rig, rig.main->hits, 0, 0),
             words);
}

/* As it comes, the column has room for what the trap did. */
static void expect_fits(void)
{
    HWND list = list_pane_window(rig.main->hits);
    wchar_t words[512];
    RECT room = {0, 0, 0, 0};
    HDC dc = GetDC(NULL);
    HGDIOBJ old = SelectObject(dc, (HGDIOBJ)SendMessageW(list, WM_GETFONT, 0, 0));
    MultiByteToWideChar(CP_UTF8, 0, rig_cell(&rig, rig.main->hits, 0, 0), -1, words, 512);
    DrawTextW(dc, words, -1, &room, DT_CALCRECT | DT_SINGLELINE | DT_NOPREFIX);
    SelectObject(dc, old);
    ReleaseDC(NULL, dc);
    assert_true(room.right + 16 <= SendMessageW(list, LVM_GETCOLUMNWIDTH, 0, 0));
}

static void test_off_by_default_a_hit_is_recorded_alone(void **state)
{
    (void)state;
    HWND dialog = opens();
    assert_int_equal(SendMessageW(user_finds(dialog, TRAP_DIALOG_SUSPEND), BM_GETCHECK, 0, 0),
                     BST_UNCHECKED);
    assert_false(IsWindowEnabled(user_finds(dialog, TRAP_DIALOG_RECORD)));
    assert_false(IsWindowEnabled(user_finds(dialog, TRAP_DIALOG_TREE)));
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_TRAP_TITLE);
    rig_watch(&rig, "192.0.2.1");
    connect_prey();
    assert_int_equal(suspended(), 0);
}

static void test_a_hit_suspends_the_process_and_tells_how_fast(void **state)
{
    (void)state;
    wchar_t journal[RIG_PATH];
    HWND dialog = opens();
    user_clicks(dialog, TRAP_DIALOG_SUSPEND);
    user_waits_until_enabled(user_finds(dialog, TRAP_DIALOG_TREE));
    sets(dialog);
    rig_wait(&rig, rate_tells, L"trap: suspend", "the status bar shows it");
    assert_true(holds(rig.settings, "suspend"));
    rig_watch(&rig, "192.0.2.1");
    connect_prey();
    expect_note("suspended in ");
    expect_fits();
    assert_int_equal(suspended(), 1);
    swprintf(journal, RIG_PATH, L"%ls\\journal.jsonl", rig.case_folder);
    assert_true(holds(journal, "\"outcome\":\"success\""));
}

static void test_who_is_named_is_never_suspended(void **state)
{
    (void)state;
    HWND dialog = opens();
    user_clicks(dialog, TRAP_DIALOG_SUSPEND);
    user_types(user_finds(dialog, TRAP_DIALOG_NEVER), L"agent.exe\nSleeper.exe");
    /* What can't be understood can't be set. */
    user_types(user_finds(dialog, TRAP_DIALOG_ONLY), L"evil.example=explode");
    for (int waited = 0;
         IsWindowEnabled(user_finds(dialog, TRAP_DIALOG_DO)) && waited < USER_PATIENCE;
         waited += 10)
        Sleep(10);
    assert_false(IsWindowEnabled(user_finds(dialog, TRAP_DIALOG_DO)));
    SendMessageW(user_finds(dialog, TRAP_DIALOG_ONLY), EM_SETSEL, 0, -1);
    user_types(user_finds(dialog, TRAP_DIALOG_ONLY), L"evil.example=dump");
    sets(dialog);
    rig_wait(&rig, rate_tells, L"exceptions", "the status bar shows it");
    rig_watch(&rig, "192.0.2.1");
    connect_prey();
    expect_note("never suspended");
    assert_int_equal(suspended(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_off_by_default_a_hit_is_recorded_alone),
        TEST(test_a_hit_suspends_the_process_and_tells_how_fast),
        TEST(test_who_is_named_is_never_suspended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
