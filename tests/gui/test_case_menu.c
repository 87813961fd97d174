/* The menu of the case: each of its items clicked, and its effect looked at on the disk. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/evidence/bundle_parts.h"
#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "gui/case_dialog.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/window_rig.h"

static struct rig rig;
static char shown[1024];
static struct evidence_system evidence_system;

static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 50000, 0, "explorer.exe");
    scripted_source_start(machine, 50004, 50000, "node.exe");
}

static enum status show(struct text path, struct failure *failure)
{
    (void)failure;
    snprintf(shown, sizeof shown, "%.*s", (int)path.size, path.bytes);
    return ST_OK;
}

static void prepare(struct rig *prepared)
{
    shown[0] = 0;
    evidence_system = (struct evidence_system){.show = show};
    prepared->setup.evidence = &evidence_system;
}

static int open_window(void **state)
{
    (void)state;
    rig_open_with(&rig, make_machine, prepare);
    return 0;
}

static int close_window(void **state)
{
    user_leaves(state);
    rig_close(&rig);
    return 0;
}

/* --- looking --- */

static void path_of(wchar_t *path, const wchar_t *folder, const wchar_t *name)
{
    swprintf(path, RIG_PATH, L"%ls\\%ls\\%ls", rig.folder, folder, name);
}

static bool holds(const wchar_t *folder, const wchar_t *file, const char *words)
{
    wchar_t path[RIG_PATH];
    struct buffer name;
    struct buffer content;
    path_of(path, folder, file);
    buffer_init(&name, 65536);
    buffer_init(&content, 1u << 26);
    text16_add(&name, path, wcslen(path));
    bool found = files_read(buffer_text(&name), &content, NULL) == ST_OK &&
                 text_find(buffer_text(&content), text_from(words)) != SIZE_MAX;
    buffer_done(&content);
    buffer_done(&name);
    return found;
}

static bool title_tells(struct main_window *main, void *context)
{
    wchar_t title[512] = L"";
    GetWindowTextW(main->window, title, 512);
    return wcsstr(title, context) != NULL;
}

static bool status_tells(struct main_window *main, void *context)
{
    wchar_t words[1024] = L"";
    SendMessageW(main->status, SB_GETTEXTW, 3, (LPARAM)words);
    return wcsstr(words, context) != NULL;
}

static bool is_idle(struct main_window *main, void *context)
{
    (void)context;
    return !case_desk_busy(main->case_desk) && IsWindowEnabled(main->window);
}

static void expect_idle(void)
{
    rig_wait(&rig, is_idle, NULL, "the task is over");
}

struct grey {
    unsigned command;
    unsigned why;
};

static void read_grey(struct main_window *main, void *context)
{
    struct grey *grey = context;
    grey->why = commands_grey(main, grey->command);
}

static unsigned why_grey(unsigned command)
{
    struct grey grey = {.command = command};
    rig_call(&rig, read_grey, &grey);
    return grey.why;
}

static void give(unsigned command)
{
    PostMessageW(rig.window, WM_COMMAND, command, 0);
}

/* --- doing --- */

static void types_over(HWND edit, const wchar_t *words)
{
    SendMessageW(edit, EM_SETSEL, 0, -1);
    user_types(edit, words);
}

static void makes_case(const wchar_t *name, const wchar_t *folder)
{
    wchar_t path[RIG_PATH];
    swprintf(path, RIG_PATH, L"%ls\\%ls", rig.folder, folder);
    give(CMD_CASE_NEW);
    HWND dialog = user_sees_dialog(STR_NEW_CASE_TITLE);
    assert_false(IsWindowEnabled(user_finds(dialog, NEW_CASE_DO))); /* it has no name yet */
    user_types(user_finds(dialog, NEW_CASE_EDIT + NEW_CASE_NAME), name);
    user_types(user_finds(dialog, NEW_CASE_EDIT + NEW_CASE_EXAMINER), L"M. Muster");
    user_types(user_finds(dialog, NEW_CASE_EDIT + NEW_CASE_WHY), L"DNS log of Monday");
    types_over(user_finds(dialog, NEW_CASE_EDIT + NEW_CASE_FOLDER), path);
    user_clicks(dialog, NEW_CASE_DO);
    user_sees_no_dialog(STR_NEW_CASE_TITLE);
    expect_idle();
}

static void test_a_new_case_takes_all_that_comes(void **state)
{
    (void)state;
    makes_case(L"Monday 7", L"monday");
    rig_wait(&rig, title_tells, L"Monday 7", "the title names the case");
    assert_true(holds(L"monday", L"case.json", "\"Monday 7\""));
    assert_true(holds(L"monday", L"case.json", "M. Muster"));
    assert_true(holds(L"monday", L"case.json", "DNS log of Monday"));
    rig_watch(&rig, "192.0.2.1");
    struct scripted_source *machine = rig_lock(&rig);
    scripted_source_connect(machine, 50004, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
    rig_unlock(&rig);
    rig_expect_hits(&rig, 1);
    assert_true(holds(L"monday", L"hits.jsonl", "192.0.2.1"));
    assert_false(holds(L"case", L"hits.jsonl", "192.0.2.1"));
    /* A second one of that place is refused, and all is as before. */
    makes_case(L"Tuesday", L"monday");
    rig_wait(&rig, status_tells, L"The case is as before", "the refusal is told");
    rig_wait(&rig, title_tells, L"Monday 7", "the title is as before");
}

static void test_close_writes_the_end_and_a_manifest(void **state)
{
    (void)state;
    makes_case(L"Monday 7", L"monday");
    give(CMD_CASE_CLOSE);
    HWND question = user_sees_question(rig.window);
    user_clicks(question, 100); /* the safe one */
    expect_idle();
    assert_false(holds(L"monday", L"manifest.sha256", "case.json"));
    give(CMD_CASE_CLOSE);
    question = user_sees_question(rig.window);
    user_clicks(question, 101);
    rig_wait(&rig, status_tells, L"The case is closed. SHA-256", "the end is told");
    assert_true(holds(L"monday", L"manifest.sha256", "  case.json\n"));
    assert_true(holds(L"monday", L"case.json", "\"closed\""));
    assert_int_equal(why_grey(CMD_CASE_CLOSE), STR_WHY_NO_CASE);
}

static HWND name_field(HWND dialog)
{
    HWND field = GetDlgItem(dialog, 0x47c);
    return field && IsWindowVisible(field) ? field : GetDlgItem(dialog, 0x480);
}

static void test_open_goes_on_with_another(void **state)
{
    (void)state;
    wchar_t path[RIG_PATH];
    makes_case(L"Monday 7", L"monday");
    makes_case(L"Tuesday 8", L"tuesday");
    rig_wait(&rig, title_tells, L"Tuesday 8", "the second is open");
    path_of(path, L"monday", L"case.json");
    give(CMD_CASE_OPEN);
    HWND box = rig_sees_box(&rig);
    SendMessageW(name_field(box), WM_SETTEXT, 0, (LPARAM)path);
    user_clicks(box, IDOK);
    rig_expect_gone(box);
    rig_wait(&rig, title_tells, L"Monday 7", "the first goes on");
    assert_true(holds(L"tuesday", L"case.json", "Tuesday 8"));
}

static void test_verify_tells_what_was_changed(void **state)
{
    (void)state;
    wchar_t path[RIG_PATH];
    makes_case(L"Monday 7", L"monday");
    give(CMD_CASE_VERIFY);
    HWND page = user_sees_dialog(STR_VERIFY_TITLE);
    user_waits_for_part(user_finds(page, PAGE_TEXT), "The case is as it was written.");
    user_waits_for_part(user_finds(page, PAGE_TEXT), "case.json: sound");
    user_clicks(page, IDCANCEL);
    user_sees_no_dialog(STR_VERIFY_TITLE);
    path_of(path, L"monday", L"journal.jsonl");
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 7, NULL, OPEN_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    DWORD written;
    assert_true(WriteFile(file, "{\"prev\":\"00\"}\n", 14, &written, NULL));
    CloseHandle(file);
    give(CMD_CASE_VERIFY);
    page = user_sees_dialog(STR_VERIFY_TITLE);
    user_waits_for_part(user_finds(page, PAGE_TEXT), "The case is NOT as it was written:");
    user_waits_for_part(user_finds(page, PAGE_TEXT), "journal.jsonl: line 1");
    user_clicks(page, IDCANCEL);
    user_sees_no_dialog(STR_VERIFY_TITLE);
}

static void test_evidence_is_collected_as_chosen(void **state)
{
    (void)state;
    size_t count = 0;
    char ticked_words[32];
    const struct bundle_part *parts = bundle_parts_of_system(&count);
    makes_case(L"Monday 7", L"monday");
    give(CMD_CASE_EVIDENCE);
    HWND dialog = user_sees_dialog(STR_PARTS_TITLE);
    HWND grid = user_finds(dialog, PARTS_GRID);
    user_waits_for_count(grid, (int)count);
    assert_string_equal(user_reads_cell(grid, 0, 0), parts[0].name);
    /* All go but one. */
    int ticks = 0;
    for (size_t i = 0; i < count; i++)
        ticks += parts[i].kind != BUNDLE_NEVER && !parts[i].only_asked;
    for (int row = 0; row < (int)count; row++) {
        bool ticked = parts[row].kind != BUNDLE_NEVER && !parts[row].only_asked;
        bool wanted = strcmp(parts[row].name, "machine") == 0;
        if (ticked == wanted)
            continue;
        user_selects(grid, row);
        user_presses(grid, VK_SPACE);
        snprintf(ticked_words, sizeof ticked_words, "ticked: %d", --ticks);
        user_waits_for_text(user_finds(dialog, PARTS_TOLD), ticked_words);
    }
    user_waits_for_text(user_finds(dialog, PARTS_TOLD), "ticked: 1");
    user_clicks(dialog, PARTS_DO);
    HWND page = user_sees_dialog(STR_EVIDENCE_TITLE);
    user_waits_for_part(user_finds(page, PAGE_TEXT), "1 parts complete");
    user_waits_for_part(user_finds(page, PAGE_TEXT), "machine: complete");
    user_clicks(page, IDCANCEL);
    expect_idle();
    assert_true(holds(L"monday\\evidence", L"machine.jsonl", "{"));
    assert_true(holds(L"monday\\evidence", L"parts.jsonl", "\"machine\""));
    assert_false(holds(L"monday\\evidence", L"connections.jsonl", ""));
    assert_true(holds(L"monday", L"manifest.sha256", "  evidence/machine.jsonl\n"));
}

static void test_a_report_is_written_and_opened(void **state)
{
    (void)state;
    makes_case(L"Monday 7", L"monday");
    give(CMD_CASE_REPORT);
    HWND dialog = user_sees_dialog(STR_REPORT_TITLE);
    user_clicks(dialog, REPORT_DIALOG_CHINESE);
    user_clicks(dialog, REPORT_DIALOG_DO);
    user_sees_no_dialog(STR_REPORT_TITLE);
    rig_wait(&rig, status_tells, L"The report is written", "it is told");
    assert_non_null(strstr(shown, "report.html"));
    assert_true(holds(L"monday", L"report.html", "lang=\"zh"));
    assert_true(holds(L"monday", L"report.html", "Monday 7"));
    shown[0] = 0;
    give(CMD_CASE_FOLDER);
    expect_idle();
    assert_non_null(strstr(shown, "monday"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_new_case_takes_all_that_comes), TEST(test_close_writes_the_end_and_a_manifest),
        TEST(test_open_goes_on_with_another),       TEST(test_verify_tells_what_was_changed),
        TEST(test_evidence_is_collected_as_chosen), TEST(test_a_report_is_written_and_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
