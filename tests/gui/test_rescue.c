/* Hits that could not be written: nothing ends before somebody was asked, and what is saved
 * elsewhere is whole. */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "tests/support/gui/alert_log.h"
#include "tests/support/gui/window_rig.h"

static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 4, 0, "System");
    scripted_source_start(machine, 6656, 4, "PING.EXE");
    scripted_source_connect(machine, 6656, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
    scripted_source_connect(machine, 6656, "10.0.0.5:50001", "192.0.2.2:443", TCP_SYN_SENT);
}

/* A file is where the case folder should be. */
static void block_case(struct rig *rig)
{
    HANDLE file = CreateFileW(rig->case_folder, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    assert_int_not_equal(file, INVALID_HANDLE_VALUE);
    CloseHandle(file);
    alert_log_clear();
    rig->setup.alert_system = &alert_log_system;
}

static bool icon_is_there(struct main_window *main, void *context)
{
    (void)context;
    return alert_can_hide(main);
}

static void open_blocked(struct rig *rig)
{
    rig_open_with(rig, make_machine, block_case);
    rig_expect_outline(rig, rig->main->processes, "System >PING.EXE");
    rig_wait(rig, icon_is_there, NULL, "the icon is there");
    rig_watch(rig, "192.0.2.0/24");
    rig_expect_hits(rig, 2);
}

static char *file_text(const wchar_t *path)
{
    struct buffer content;
    char narrow[RIG_PATH * 3];
    buffer_init(&content, (size_t)8 << 20);
    size_t size = text16_encode(path, wcslen(path), narrow);
    assert_int_equal(files_read((struct text){narrow, size}, &content, NULL), ST_OK);
    char *text = malloc(content.size + 1);
    assert_non_null(text);
    memcpy(text, content.bytes, content.size);
    text[content.size] = 0;
    buffer_done(&content);
    return text;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}

/* The common dialog's field for the name: a combo box, or an edit field in older forms of it. */
static HWND name_field(HWND dialog)
{
    HWND field = GetDlgItem(dialog, 0x47c);
    return field && IsWindowVisible(field) ? field : GetDlgItem(dialog, 0x480);
}

static HWND window_to_save(struct rig *rig)
{
    HWND box = rig_sees_box(rig);
    while (!name_field(box))
        box = rig_sees_box(rig);
    return box;
}

/* Asked, the user says yes, and chooses a place. */
static void save_to(struct rig *rig, const wchar_t *path)
{
    HWND question = rig_sees_box(rig);
    wchar_t words[512] = L"";
    GetDlgItemTextW(question, 0xffff, words, 512);
    assert_true(wcsstr(words, L": 2.") != NULL);
    PostMessageW(question, WM_COMMAND, IDYES, 0);
    rig_expect_gone(question);
    HWND box = window_to_save(rig);
    SendMessageW(name_field(box), WM_SETTEXT, 0, (LPARAM)path);
    PostMessageW(box, WM_COMMAND, IDOK, 0);
    rig_expect_gone(box);
}

static void test_what_could_not_be_written_is_saved_elsewhere_whole(void **state)
{
    static struct rig rig;
    wchar_t path[RIG_PATH];
    (void)state;
    open_blocked(&rig);
    swprintf(path, RIG_PATH, L"%ls\\rescued.jsonl", rig.folder);
    rig_command(&rig, CMD_EXIT);
    save_to(&rig, path);
    rig_expect_end(&rig);
    char *text = file_text(path);
    assert_int_equal(count_of(text, "\n"), 2);
    assert_int_equal(count_of(text, "\"192.0.2.1\""), 1);
    assert_int_equal(count_of(text, "\"192.0.2.2\""), 1);
    assert_true(count_of(text, "PING.EXE") >= 2);
    free(text);
    rig_close(&rig);
}

/* Closing the window to save a file is no answer to the question. */
static void test_it_is_asked_again_until_it_is_saved_or_given_up(void **state)
{
    static struct rig rig;
    (void)state;
    open_blocked(&rig);
    PostMessageW(rig.window, WM_SYSCOMMAND, SC_CLOSE, 0);
    HWND question = rig_sees_box(&rig);
    PostMessageW(question, WM_COMMAND, IDYES, 0);
    rig_expect_gone(question);
    HWND box = window_to_save(&rig);
    PostMessageW(box, WM_COMMAND, IDCANCEL, 0);
    rig_expect_gone(box);
    question = rig_sees_box(&rig);
    PostMessageW(question, WM_COMMAND, IDNO, 0);
    rig_expect_end(&rig);
    rig_close(&rig);
}

/* Behind the icon nobody sees the status bar: the question comes all the same. */
static void test_a_hidden_window_asks_too(void **state)
{
    static struct rig rig;
    wchar_t path[RIG_PATH];
    (void)state;
    open_blocked(&rig);
    rig_command(&rig, CMD_TRAY_CLOSE);
    SendMessageW(rig.window, WM_SYSCOMMAND, SC_CLOSE, 0);
    assert_false(IsWindowVisible(rig.window));
    rig_command(&rig, CMD_EXIT);
    swprintf(path, RIG_PATH, L"%ls\\rescued.jsonl", rig.folder);
    save_to(&rig, path);
    rig_expect_end(&rig);
    char *text = file_text(path);
    assert_int_equal(count_of(text, "\n"), 2);
    free(text);
    rig_close(&rig);
}

/* The log-off is held up, and goes through once the folder can be written. */
static void test_a_log_off_waits_for_what_is_not_written(void **state)
{
    static struct rig rig;
    wchar_t path[RIG_PATH];
    (void)state;
    open_blocked(&rig);
    assert_false(SendMessageW(rig.window, WM_QUERYENDSESSION, 0, 0));
    assert_true(DeleteFileW(rig.case_folder));
    assert_true(SendMessageW(rig.window, WM_QUERYENDSESSION, 0, 0));
    swprintf(path, RIG_PATH, L"%ls\\hits.jsonl", rig.case_folder);
    char *text = file_text(path);
    assert_int_equal(count_of(text, "\n"), 2);
    free(text);
    SendMessageW(rig.window, WM_ENDSESSION, TRUE, 0);
    assert_int_not_equal(GetFileAttributesW(rig.settings), INVALID_FILE_ATTRIBUTES);
    rig_close(&rig); /* asks nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_could_not_be_written_is_saved_elsewhere_whole),
        cmocka_unit_test(test_it_is_asked_again_until_it_is_saved_or_given_up),
        cmocka_unit_test(test_a_hidden_window_asks_too),
        cmocka_unit_test(test_a_log_off_waits_for_what_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
