/* Collect evidence…: files of rules with their commands, and the processes that are looked at more
 * closely; chosen with the keys alone, and looked for in the bundle afterwards. */
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
#include "tests/support/windows/child.h"
#include "tests/support/windows/live_bench.h"

static struct rig rig;
static struct child lab; /* holds a file of a name that is known */
static char rules_path[RIG_PATH * 3];

static moment start_of(HANDLE process)
{
    FILETIME times[4];

    assert_true(GetProcessTimes(process, &times[0], &times[1], &times[2], &times[3]));
    return (moment)((uint64_t)times[0].dwHighDateTime << 32 | times[0].dwLowDateTime);
}

static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 50000, 0, "explorer.exe");
    scripted_source_start(machine, 50004, 50000, "cmd.exe");
    scripted_source_start(machine, 50008, 50004, "R&D.exe");
    if (lab.pid)
        scripted_source_start_at(machine, lab.pid, 0, "handles.exe", start_of(lab.process));
}

static bool all_listed(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) == (lab.pid ? 4u : 3u);
}

static int open_window(void **state)
{
    (void)state;
    rig_open(&rig, make_machine, NULL);
    rig_wait(&rig, all_listed, NULL, "all rows are there");
    return 0;
}

static int close_window(void **state)
{
    user_leaves(state);
    rig_close(&rig);
    return 0;
}

static int open_with_lab(void **state)
{
    wchar_t temporary[RIG_PATH];
    wchar_t folder[RIG_PATH];
    wchar_t arguments[RIG_PATH + 16];
    char line[1024];

    assert_true(GetTempPathW(RIG_PATH, temporary) > 0);
    swprintf(folder, RIG_PATH, L"%lsstakeout-held", temporary);
    CreateDirectoryW(folder, NULL);
    swprintf(arguments, RIG_PATH + 16, L"\"%ls\"", folder);
    child_start(&lab, L"handles", arguments, 0);
    do
        child_read_line(&lab, line, sizeof line);
    while (strncmp(line, "pid=", 4) != 0);
    return open_window(state);
}

static int close_with_lab(void **state)
{
    int result = close_window(state);
    child_end(&lab);
    memset(&lab, 0, sizeof lab);
    return result;
}

/* --- files --- */

static void path_of(wchar_t *path, const wchar_t *name)
{
    swprintf(path, RIG_PATH, L"%ls\\%ls", rig.folder, name);
}

static void write_file(const wchar_t *name, const char *content)
{
    wchar_t path[RIG_PATH];
    DWORD written;

    path_of(path, name);
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, content, (DWORD)strlen(content), &written, NULL));
    CloseHandle(file);
}

/* Below the case's folder. */
static bool holds(const wchar_t *file, const char *words)
{
    wchar_t path[RIG_PATH];
    struct buffer name;
    struct buffer content;

    swprintf(path, RIG_PATH, L"%ls\\%ls", rig.case_folder, file);
    buffer_init(&name, 65536);
    buffer_init(&content, 1u << 26);
    text16_add(&name, path, wcslen(path));
    bool found = files_read(buffer_text(&name), &content, NULL) == ST_OK &&
                 text_find(buffer_text(&content), text_from(words)) != SIZE_MAX;
    buffer_done(&content);
    buffer_done(&name);
    return found;
}

static bool has_evidence(void)
{
    wchar_t path[RIG_PATH];

    swprintf(path, RIG_PATH, L"%ls\\evidence", rig.case_folder);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

/* A file to be copied, one that prints, and none of them here yet. */
static void write_rules(const char *command)
{
    char folder[RIG_PATH * 3];
    char rules[RIG_PATH * 4];

    folder[text16_encode(rig.folder, wcslen(rig.folder), folder)] = 0;
    write_file(L"planted.txt", "planted for the rules");
    snprintf(
        rules, sizeof rules,
        "name: Mine\nsources:\n- type: FILE\n  attributes:\n    paths: ['%s\\planted.txt']\n%s",
        folder, command);
    write_file(L"mine.yaml", rules);
    snprintf(rules_path, sizeof rules_path, "%s\\mine.yaml", folder);
}

static const char hello[] = "- type: COMMAND\n  attributes: {cmd: cmd, args: [/c, echo, 'hello, "
                            "rule']}\n";

/* --- keys --- */

static HWND focus(void)
{
    GUITHREADINFO info = {.cbSize = sizeof info};

    assert_true(GetGUIThreadInfo(GetWindowThreadProcessId(rig.window, NULL), &info));
    return info.hwndFocus;
}

static void waits_for_focus_but(HWND before)
{
    for (ULONGLONG begun = GetTickCount64(); focus() == before; Sleep(5))
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
}

/* With Tab alone, as who has no mouse. */
static void tabs_to(HWND dialog, unsigned id)
{
    HWND wanted = user_finds(dialog, id);

    for (unsigned presses = 0; focus() != wanted; presses++) {
        HWND before = focus();
        if (presses > 20)
            fail_msg("control %u can't be reached with Tab", id);
        user_presses(before, VK_TAB);
        waits_for_focus_but(before);
    }
}

static void presses_on(HWND dialog, unsigned id, WORD key)
{
    tabs_to(dialog, id);
    user_presses(focus(), key);
}

static bool is_ticked(HWND dialog, unsigned id)
{
    return SendMessageW(user_finds(dialog, id), BM_GETCHECK, 0, 0) == BST_CHECKED;
}

static void ticks(HWND dialog, unsigned id, bool wanted)
{
    presses_on(dialog, id, VK_SPACE);
    for (ULONGLONG begun = GetTickCount64(); is_ticked(dialog, id) != wanted; Sleep(5))
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
}

/* --- the dialog --- */

static HWND opens(void)
{
    PostMessageW(rig.window, WM_COMMAND, CMD_CASE_EVIDENCE, 0);
    return user_sees_dialog(STR_PARTS_TITLE);
}

static HWND name_field(HWND box)
{
    HWND field = GetDlgItem(box, 0x47c);
    return field && IsWindowVisible(field) ? field : GetDlgItem(box, 0x480);
}

/* In the system's window: goes to the folder first, where there are names of more than one. */
static void chooses(HWND dialog, const wchar_t *folder, const wchar_t *names)
{
    presses_on(dialog, PARTS_BROWSE, VK_SPACE);
    HWND box = rig_sees_box(&rig);
    if (folder) {
        SendMessageW(name_field(box), WM_SETTEXT, 0, (LPARAM)folder);
        SendMessageW(box, WM_COMMAND, IDOK, 0);
    }
    SendMessageW(name_field(box), WM_SETTEXT, 0, (LPARAM)names);
    user_clicks(box, IDOK);
    rig_expect_gone(box);
}

static void chooses_file(HWND dialog, const wchar_t *name)
{
    wchar_t path[RIG_PATH];

    path_of(path, name);
    chooses(dialog, NULL, path);
}

/* All go but those, which are parted by a blank. */
static void leaves_ticked(HWND dialog, const char *names)
{
    size_t count = 0;
    const struct bundle_part *parts = bundle_parts_of_system(&count);
    HWND grid = user_finds(dialog, PARTS_GRID);
    char wanted[256];
    char told[32];
    int left = 0;

    user_waits_for_count(grid, (int)count);
    for (size_t i = 0; i < count; i++)
        left += parts[i].kind != BUNDLE_NEVER && !parts[i].only_asked;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].kind == BUNDLE_NEVER || parts[i].only_asked)
            continue;
        snprintf(wanted, sizeof wanted, " %s ", parts[i].name);
        if (strstr(names, wanted))
            continue;
        user_selects(grid, (int)i);
        user_presses(grid, VK_SPACE);
        snprintf(told, sizeof told, "ticked: %d", --left);
        user_waits_for_text(user_finds(dialog, PARTS_TOLD), told);
    }
}

static bool is_idle(struct main_window *main, void *context)
{
    (void)context;
    return !case_desk_busy(main->case_desk) && IsWindowEnabled(main->window);
}

static void collects(HWND dialog, const char *told)
{
    user_waits_until_enabled(user_finds(dialog, PARTS_DO));
    presses_on(dialog, PARTS_DO, VK_SPACE);
    HWND page = user_sees_dialog(STR_EVIDENCE_TITLE);
    user_waits_for_part(user_finds(page, PAGE_TEXT), told);
    user_clicks(page, IDCANCEL);
    user_sees_no_dialog(STR_EVIDENCE_TITLE);
    rig_wait(&rig, is_idle, NULL, "it is over");
}

static void select_named(struct main_window *main, void *context)
{
    uint32_t row = rig_row_named(&rig, main->processes, context);

    assert_int_not_equal(row, VIEW_NO_ROW);
    main->last = main->processes;
    rowview_go_to(list_pane_rowview(main->processes), row);
}

static void selects(const char *name)
{
    char copy[64];

    snprintf(copy, sizeof copy, "%s", name);
    rig_call(&rig, select_named, copy);
}

static void select_none(struct main_window *main, void *context)
{
    (void)context;
    main->last = main->hits; /* which is empty */
}

/* --- rules --- */

static void test_rules_are_followed_and_their_commands_are_not_run(void **state)
{
    (void)state;
    write_rules(hello);
    HWND dialog = opens();
    leaves_ticked(dialog, " rules rule-files ");
    user_waits_for_part(user_finds(dialog, PARTS_RULES_TOLD), "OpenForensicRules");
    assert_false(IsWindowEnabled(user_finds(dialog, PARTS_CLEAR)));
    assert_false(IsWindowEnabled(user_finds(dialog, PARTS_COMMANDS)));
    chooses_file(dialog, L"mine.yaml");
    user_waits_for_text(user_finds(dialog, PARTS_RULES), rules_path);
    user_waits_for_text(user_finds(dialog, PARTS_RULES_TOLD),
                        "Rules: 1. Commands that they name: 1.");
    user_waits_until_enabled(user_finds(dialog, PARTS_COMMANDS));
    assert_false(is_ticked(dialog, PARTS_COMMANDS));
    collects(dialog, "rule-files: partial");
    assert_true(holds(L"evidence\\rule-files\\index.jsonl", "planted.txt"));
    assert_true(holds(L"evidence\\rule-files\\index.jsonl", "commands are run only with"));
    assert_false(holds(L"journal.jsonl", "hello, rule"));
}

static void test_commands_are_run_where_that_is_ticked(void **state)
{
    (void)state;
    write_rules(hello);
    HWND dialog = opens();
    leaves_ticked(dialog, " rules rule-files ");
    chooses_file(dialog, L"mine.yaml");
    user_waits_until_enabled(user_finds(dialog, PARTS_COMMANDS));
    ticks(dialog, PARTS_COMMANDS, true);
    collects(dialog, "rule-files: complete");
    assert_true(holds(L"journal.jsonl", "hello, rule"));
    assert_true(holds(L"evidence\\rule-files\\cmd.exe.txt", "hello, rule"));
    assert_true(holds(L"manifest.sha256", "evidence/rule-files/"));
}

/* What was ticked for one file does not go for the next. */
static void test_commands_are_grey_without_any(void **state)
{
    (void)state;
    write_rules(hello);
    HWND dialog = opens();
    chooses_file(dialog, L"mine.yaml");
    user_waits_until_enabled(user_finds(dialog, PARTS_COMMANDS));
    ticks(dialog, PARTS_COMMANDS, true);
    write_rules("");
    chooses_file(dialog, L"mine.yaml");
    user_waits_for_text(user_finds(dialog, PARTS_RULES_TOLD),
                        "Rules: 1. Commands that they name: 0.");
    assert_false(IsWindowEnabled(user_finds(dialog, PARTS_COMMANDS)));
    assert_false(is_ticked(dialog, PARTS_COMMANDS));
    user_presses(dialog, VK_ESCAPE);
    user_sees_no_dialog(STR_PARTS_TITLE);
    assert_false(has_evidence());
}

static void test_broken_rules_are_refused_with_their_line(void **state)
{
    (void)state;
    write_rules("");
    write_file(L"bad.yaml", "name: x\nsources:\n- type: FILE\n");
    selects("cmd.exe");
    HWND dialog = opens();
    chooses_file(dialog, L"bad.yaml");
    user_waits_for_part(user_finds(dialog, PARTS_RULES_TOLD), "bad.yaml: line 3: ");
    assert_false(IsWindowEnabled(user_finds(dialog, PARTS_DO)));
    assert_false(IsWindowEnabled(user_finds(dialog, PARTS_COMMANDS)));
    presses_on(dialog, PARTS_FLAGGED, VK_RETURN); /* means nothing now */
    user_waits_for_part(user_finds(dialog, PARTS_RULES_TOLD), "bad.yaml: line 3: ");
    presses_on(dialog, PARTS_CLEAR, VK_SPACE);
    user_waits_for_text(user_finds(dialog, PARTS_RULES), "");
    user_waits_for_part(user_finds(dialog, PARTS_RULES_TOLD), "OpenForensicRules");
    assert_true(IsWindowEnabled(user_finds(dialog, PARTS_DO)));
    assert_ptr_equal(focus(), user_finds(dialog, PARTS_BROWSE));
    assert_false(has_evidence());
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_PARTS_TITLE);
}

/* One that is good does not help one that is not; two good ones go together. */
static void test_more_than_one_file(void **state)
{
    (void)state;
    write_rules(hello);
    write_file(L"bad.yaml", "name: [x\n");
    write_file(L"more.yaml",
               "name: More\nsources:\n- type: PATH\n  attributes: {paths: ['C:\\']}\n");
    HWND dialog = opens();
    chooses(dialog, rig.folder, L"\"mine.yaml\" \"bad.yaml\"");
    user_waits_for_part(user_finds(dialog, PARTS_RULES_TOLD), "bad.yaml: line ");
    assert_false(IsWindowEnabled(user_finds(dialog, PARTS_DO)));
    chooses(dialog, rig.folder, L"\"mine.yaml\" \"more.yaml\"");
    user_waits_for_text(user_finds(dialog, PARTS_RULES_TOLD),
                        "Rules: 2. Commands that they name: 1.");
    user_waits_for_part(user_finds(dialog, PARTS_RULES), "mine.yaml; ");
    user_waits_for_part(user_finds(dialog, PARTS_RULES), "more.yaml");
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_PARTS_TITLE);
}

/* --- flagged --- */

static void test_nobody_is_flagged(void **state)
{
    (void)state;
    rig_call(&rig, select_none, NULL);
    HWND dialog = opens();
    user_waits_for_part(user_finds(dialog, PARTS_FLAGGED), "Flagged: none");
    assert_false(IsWindowEnabled(user_finds(dialog, PARTS_FLAGGED)));
    assert_false(is_ticked(dialog, PARTS_FLAGGED));
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_PARTS_TITLE);
}

/* Whoever has a hit is, selected or not; an "&" in a name stays one. */
static void test_who_has_a_hit_is_flagged_and_who_is_selected(void **state)
{
    (void)state;
    rig_watch(&rig, "192.0.2.1");
    struct scripted_source *machine = rig_lock(&rig);
    scripted_source_connect(machine, 50008, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
    rig_unlock(&rig);
    rig_expect_hits(&rig, 1);
    rig_call(&rig, select_none, NULL);
    HWND dialog = opens();
    user_waits_for_text(user_finds(dialog, PARTS_FLAGGED),
                        "&Flagged: one process: R&&D.exe (50008)");
    assert_true(is_ticked(dialog, PARTS_FLAGGED));
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_PARTS_TITLE);
    selects("cmd.exe");
    dialog = opens();
    user_waits_for_text(user_finds(dialog, PARTS_FLAGGED),
                        "&Flagged: 2 processes: cmd.exe (50004), R&&D.exe (50008)");
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_PARTS_TITLE);
}

static void select_all(struct main_window *main, void *context)
{
    (void)context;
    main->last = main->processes;
    rowview_select_all(list_pane_rowview(main->processes));
}

/* More than the line has room for: as many as there is, and how many they are. */
static void test_many_that_are_flagged_end_in_dots(void **state)
{
    (void)state;
    struct scripted_source *machine = rig_lock(&rig);
    for (uint32_t i = 0; i < 40; i++)
        scripted_source_start(machine, 60000 + 4 * i, 0, "one-of-many.exe");
    rig_unlock(&rig);
    rig_refresh(&rig);
    rig_call(&rig, select_all, NULL);
    HWND dialog = opens();
    user_waits_for_part(user_finds(dialog, PARTS_FLAGGED), "&Flagged: 43 processes: explorer.exe");
    user_waits_for_part(user_finds(dialog, PARTS_FLAGGED), ", …");
    assert_null(strstr(user_reads(user_finds(dialog, PARTS_FLAGGED)), "60156"));
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_PARTS_TITLE);
}

/* By the menu of its row, and what it holds is in the bundle. */
static void test_the_handles_of_a_flagged_process_are_collected(void **state)
{
    (void)state;
    selects("handles.exe");
    rig_choose_item(&rig, rig.main->processes, CMD_CASE_EVIDENCE);
    HWND dialog = user_sees_dialog(STR_PARTS_TITLE);
    user_waits_for_part(user_finds(dialog, PARTS_FLAGGED), "one process: handles.exe (");
    leaves_ticked(dialog, " handles regions ");
    collects(dialog, "handles: ");
    bool told = !is_hidden("NtQuerySystemInformation"); /* which lists them */
    assert_int_equal(holds(L"evidence\\handles.jsonl", "中文文件.txt"), told);
    /* Without the tick nobody is looked at. */
    dialog = opens();
    leaves_ticked(dialog, " handles ");
    ticks(dialog, PARTS_FLAGGED, false);
    collects(dialog, "handles: unavailable");
    assert_false(holds(L"evidence-2\\handles.jsonl", "中文文件.txt"));
}

/* It ended while the dialog was open, and its number is another's now. */
static void test_who_took_over_the_number_is_not_meant(void **state)
{
    (void)state;
    selects("cmd.exe");
    HWND dialog = opens();
    user_waits_for_part(user_finds(dialog, PARTS_FLAGGED), "one process: cmd.exe (50004)");
    leaves_ticked(dialog, " handles ");
    struct scripted_source *machine = rig_lock(&rig);
    moment later = scripted_source_facts(machine, 50004)->key.start + 1;
    scripted_source_exit(machine, 50004, 0);
    rig_unlock(&rig);
    rig_refresh(&rig);
    machine = rig_lock(&rig);
    scripted_source_start_at(machine, 50004, 50000, "another.exe", later);
    rig_unlock(&rig);
    rig_refresh(&rig);
    collects(dialog, "handles: unavailable");
}

/* --- words --- */

static void choose_language(struct main_window *main, void *context)
{
    commands_run(main, *(unsigned *)context);
}

static void test_parts_have_names_in_chinese(void **state)
{
    unsigned language = CMD_CHINESE;

    (void)state;
    rig_call(&rig, choose_language, &language);
    HWND dialog = opens();
    HWND grid = user_finds(dialog, PARTS_GRID);
    assert_string_equal(user_reads_cell(grid, 1, 0), "本机（machine）");
    assert_string_equal(user_reads_cell(grid, 8, 0), "句柄（handles）");
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_PARTS_TITLE);
    language = CMD_ENGLISH;
    rig_call(&rig, choose_language, &language);
    dialog = opens();
    assert_string_equal(user_reads_cell(user_finds(dialog, PARTS_GRID), 8, 0), "handles");
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_PARTS_TITLE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rules_are_followed_and_their_commands_are_not_run),
        TEST(test_commands_are_run_where_that_is_ticked),
        TEST(test_commands_are_grey_without_any),
        TEST(test_broken_rules_are_refused_with_their_line),
        TEST(test_more_than_one_file),
        TEST(test_nobody_is_flagged),
        TEST(test_who_has_a_hit_is_flagged_and_who_is_selected),
        TEST(test_many_that_are_flagged_end_in_dots),
        cmocka_unit_test_setup_teardown(test_the_handles_of_a_flagged_process_are_collected,
                                        open_with_lab, close_with_lab),
        TEST(test_who_took_over_the_number_is_not_meant),
        TEST(test_parts_have_names_in_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
