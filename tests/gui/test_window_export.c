/* What leaves the window: copied cells, rows and JSON, saved tables, the hits file. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "gui/watching.h"
#include "tests/support/gui/window_rig.h"

enum { LONG_LINE = 32000 };

static char long_line[LONG_LINE + 1];

/* U9, U10: names and lines as an attacker would choose them. */
static void make_machine(struct scripted_source *machine)
{
    memset(long_line, 'x', LONG_LINE);
    memcpy(long_line + LONG_LINE - 4, "END!", 4);
    scripted_source_start(machine, 100, 0, "explorer.exe");
    scripted_source_start(machine, 200, 100, "a,\"b\r\nc");
    scripted_source_facts(machine, 200)->command.value = text_of("=1+2;\"x\"");
    scripted_source_start(machine, 300, 100, "long.exe");
    scripted_source_facts(machine, 300)->command.value = (struct text){long_line, LONG_LINE};
    scripted_source_connect(machine, 300, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
    scripted_source_udp(machine, 300, "0.0.0.0:5353");
}

static bool all_listed(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) == 3 &&
           tree_view_count(list_pane_view(main->connections)) == 2;
}

static int open_window(void **state)
{
    static struct rig rig;
    rig_open(&rig, make_machine, NULL);
    rig_wait(&rig, all_listed, NULL, "all rows are there");
    *state = &rig;
    return 0;
}

static int close_window(void **state)
{
    rig_close(*state);
    return 0;
}

struct go_to {
    struct list_pane *pane;
    uint32_t row;
};

static void select_row(struct main_window *main, void *context)
{
    const struct go_to *go = context;
    (void)main;
    SetFocus(list_pane_window(go->pane));
    rowview_go_to(list_pane_rowview(go->pane), go->row);
}

static void select_named(struct rig *rig, struct list_pane *pane, const char *name)
{
    struct go_to go = {pane, rig_row_named(rig, pane, name)};
    assert_int_not_equal(go.row, VIEW_NO_ROW);
    rig_call(rig, select_row, &go);
}

/* In UTF-8, to be freed. */
static char *clipboard(void)
{
    char *text = NULL;
    assert_true(OpenClipboard(NULL));
    HANDLE block = GetClipboardData(CF_UNICODETEXT);
    const wchar_t *wide = block ? GlobalLock(block) : NULL;
    if (wide) {
        size_t length = wcslen(wide);
        text = malloc(TEXT16_MOST(length) + 1);
        assert_non_null(text);
        text[text16_encode(wide, length, text)] = 0;
        GlobalUnlock(block);
    }
    CloseClipboard();
    assert_non_null(text);
    return text;
}

static void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in \"%.400s\"", part, text);
}

/* U9: tabs between cells, one line a row, whatever is in the cells. */
static void test_U9_copied_rows_stay_rows(void **state)
{
    struct rig *rig = *state;
    select_named(rig, rig->main->processes, "a,\"b\r\nc");
    rig_command(rig, CMD_COPY_ROW);
    char *text = clipboard();
    assert_holds(text, "\"a,\"\"b\r\nc\"\t200\t");
    assert_true(strlen(text) > 2 && !strcmp(text + strlen(text) - 2, "\r\n"));
    free(text);
}

/* P9: the screen cuts a long line, a copy does not. */
static void test_P9_a_long_command_line_is_copied_whole(void **state)
{
    struct rig *rig = *state;
    select_named(rig, rig->main->processes, "long.exe");
    rig_command(rig, CMD_COPY_ROW);
    char *text = clipboard();
    assert_true(strlen(text) > LONG_LINE);
    assert_holds(text, "xxEND!");
    free(text);
    rig_command(rig, CMD_COPY_JSON);
    text = clipboard();
    assert_true(strlen(text) > LONG_LINE);
    assert_holds(text, "\"pid\":300");
    assert_holds(text, "xxEND!\"");
    free(text);
}

/* U10: what would run as a formula is disarmed in a table, and raw in JSON. */
static void test_U10_formulas_are_disarmed(void **state)
{
    struct rig *rig = *state;
    select_named(rig, rig->main->processes, "a,\"b\r\nc");
    rig_command(rig, CMD_COPY_ROW);
    char *text = clipboard();
    assert_holds(text, "'=1+2");
    free(text);
    rig_command(rig, CMD_COPY_JSON);
    text = clipboard();
    assert_holds(text, "\"=1+2;");
    free(text);
}

static void test_a_cell_alone(void **state)
{
    struct rig *rig = *state;
    select_named(rig, rig->main->processes, "long.exe");
    rig_command(rig, CMD_COPY_CELL);
    char *text = clipboard();
    assert_string_equal(text, "long.exe");
    free(text);
}

/* --- saving --- */

static BOOL CALLBACK find_dialog(HWND window, LPARAM found)
{
    wchar_t class[16] = L"";
    GetClassNameW(window, class, 16);
    if (!wcscmp(class, L"#32770") && IsWindowVisible(window))
        *(HWND *)found = window;
    return TRUE;
}

/* The common dialog's field for the name: a combo box, or an edit field in older forms of it. */
static HWND name_field(HWND dialog)
{
    HWND field = GetDlgItem(dialog, 0x47c);
    return field && IsWindowVisible(field) ? field : GetDlgItem(dialog, 0x480);
}

static void save_as(struct rig *rig, const wchar_t *path)
{
    HWND dialog = NULL;
    ULONGLONG begun = GetTickCount64();
    PostMessageW(rig->window, WM_COMMAND, CMD_SAVE, 0);
    while (!dialog || !name_field(dialog)) {
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
        EnumThreadWindows(GetWindowThreadProcessId(rig->window, NULL), find_dialog,
                          (LPARAM)&dialog);
        Sleep(10);
    }
    SendMessageW(name_field(dialog), WM_SETTEXT, 0, (LPARAM)path);
    PostMessageW(dialog, WM_COMMAND, IDOK, 0);
    /* The file comes whole, some time after the dialog is gone. */
    while (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES) {
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
        Sleep(10);
    }
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

/* N6, N10: ports are there, and a UDP row has empty cells where it has no value, not fewer cells.
 */
static void test_N6_N10_a_saved_table_has_ports_and_whole_rows(void **state)
{
    struct rig *rig = *state;
    wchar_t path[RIG_PATH];
    swprintf(path, RIG_PATH, L"%ls\\connections.csv", rig->folder);
    struct go_to first = {rig->main->connections, 0};
    rig_call(rig, select_row, &first);
    save_as(rig, path);
    char *text = file_text(path);
    assert_holds(text,
                 "process,pid,protocol,local,local_port,remote,remote_port,remote_name,state");
    assert_holds(text, "long.exe,300,TCP,10.0.0.5,50000,192.0.2.1,443,,SYN_SENT,");
    assert_holds(text, "long.exe,300,UDP,0.0.0.0,5353,* (peer unknown),,,,");
    free(text);
}

/* --- hits --- */

struct watched {
    const char *written;
    enum status status;
};

static void watch_address(struct main_window *main, void *context)
{
    struct watched *watched = context;
    watched->status = watching_add(main->watching, text_from(watched->written));
}

static bool one_hit(struct main_window *main, void *context)
{
    (void)context;
    return session_hits(main->session)->count == 1;
}

/* A hit that the window shows is on the disk already. */
static void test_a_hit_is_on_the_disk_when_it_is_shown(void **state)
{
    struct rig *rig = *state;
    wchar_t path[RIG_PATH];
    struct watched watched = {"192.0.2.1", ST_SYSTEM};
    rig_call(rig, watch_address, &watched);
    assert_int_equal(watched.status, ST_OK);
    rig_wait(rig, one_hit, NULL, "one hit");
    swprintf(path, RIG_PATH, L"%ls\\hits.jsonl", rig->case_folder);
    char *text = file_text(path);
    assert_holds(text, "\"192.0.2.1\"");
    assert_holds(text, "\"pid\":300");
    assert_holds(text, "explorer.exe");
    assert_true(strlen(text) && text[strlen(text) - 1] == '\n');
    free(text);
}

/* --- a case folder that cannot be written --- */

/* A file is in the way. */
static void block_case(struct rig *rig)
{
    HANDLE file = CreateFileW(rig->case_folder, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    assert_int_not_equal(file, INVALID_HANDLE_VALUE);
    CloseHandle(file);
}

static bool trouble_is_shown(struct main_window *main, void *context)
{
    wchar_t words[1024] = L"";
    (void)context;
    SendMessageW(main->status, SB_GETTEXTW, 3, (LPARAM)words);
    return wcsstr(words, L"case") && wcslen(words) > 20;
}

static void answer_no(struct rig *rig)
{
    HWND question = NULL;
    ULONGLONG begun = GetTickCount64();
    PostMessageW(rig->window, WM_CLOSE, 0, 0);
    while (!question) {
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
        EnumThreadWindows(GetWindowThreadProcessId(rig->window, NULL), find_dialog,
                          (LPARAM)&question);
        if (!question)
            EnumThreadWindows(GetThreadId(rig->thread), find_dialog, (LPARAM)&question);
        Sleep(10);
    }
    PostMessageW(question, WM_COMMAND, IDNO, 0);
}

/* The hit is shown, the trouble is told, and nothing is thrown away without asking. */
static void test_a_blocked_case_folder_is_told_and_loses_nothing(void **state)
{
    static struct rig rig;
    struct watched watched = {"192.0.2.1", ST_SYSTEM};
    (void)state;
    rig_open_with(&rig, make_machine, block_case);
    rig_wait(&rig, all_listed, NULL, "all rows are there");
    rig_wait(&rig, trouble_is_shown, NULL, "the trouble is told at once");
    rig_call(&rig, watch_address, &watched);
    rig_wait(&rig, one_hit, NULL, "the hit is shown all the same");
    answer_no(&rig);
    rig_close(&rig);
}

/* What was in the way is gone: the next hit writes the one that waited, too. */
static void test_waiting_hits_are_written_as_soon_as_they_can_be(void **state)
{
    static struct rig rig;
    struct watched watched = {"192.0.2.1", ST_SYSTEM};
    (void)state;
    rig_open_with(&rig, make_machine, block_case);
    rig_wait(&rig, all_listed, NULL, "all rows are there");
    rig_call(&rig, watch_address, &watched);
    rig_wait(&rig, one_hit, NULL, "one hit");
    assert_true(DeleteFileW(rig.case_folder));
    rig_close(&rig); /* asks nothing: the last try succeeds */
}

#define WINDOW_TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WINDOW_TEST(test_U9_copied_rows_stay_rows),
        WINDOW_TEST(test_P9_a_long_command_line_is_copied_whole),
        WINDOW_TEST(test_U10_formulas_are_disarmed),
        WINDOW_TEST(test_a_cell_alone),
        WINDOW_TEST(test_N6_N10_a_saved_table_has_ports_and_whole_rows),
        cmocka_unit_test(test_a_blocked_case_folder_is_told_and_loses_nothing),
        cmocka_unit_test(test_waiting_hits_are_written_as_soon_as_they_can_be),
        WINDOW_TEST(test_a_hit_is_on_the_disk_when_it_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
