/* Suspend, resume, restart, kill and trees from the window's menus, keys and buttons, on a made-up
 * machine: what is asked, whom it is done to, what the rows say afterwards. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/process_cells.h"
#include "core/windows/text16.h"
#include "gui/harm_dialog.h"
#include "gui/notes.h"
#include "gui/tree_dialog.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/window_rig.h"

/* explorer > cmd > (ping, worker > deep); lsass, guarded; a protected one; one without a line */
static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 50000, 0, "explorer.exe");
    scripted_source_start(machine, 50004, 50000, "cmd.exe");
    scripted_source_start(machine, 50008, 50004, "ping.exe");
    scripted_source_start(machine, 50012, 50004, "worker.exe");
    scripted_source_start(machine, 50016, 50012, "deep.exe");
    scripted_source_start(machine, 50020, 0, "vital.exe");
    scripted_source_start(machine, 50024, 0, "guarded.exe");
    scripted_source_facts(machine, 50020)->critical =
        (struct number_fact){.value = 1, .state = READ_OK};
    scripted_source_facts(machine, 50024)->protection =
        (struct number_fact){.value = 0x31, .state = READ_OK};
    scripted_source_connect(machine, 50008, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
}

static bool all_listed(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) == 7;
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
    user_leaves(state);
    rig_close(*state);
    return 0;
}

struct choice {
    struct list_pane *pane;
    uint32_t row;
};

static void select_row(struct main_window *main, void *context)
{
    const struct choice *choice = context;
    main->last = choice->pane;
    rowview_go_to(list_pane_rowview(choice->pane), choice->row);
}

static void choose(struct rig *rig, const char *name)
{
    struct choice choice = {rig->main->processes, rig_row_named(rig, rig->main->processes, name)};
    assert_int_not_equal(choice.row, VIEW_NO_ROW);
    rig_call(rig, select_row, &choice);
}

struct told {
    uint32_t pid;
    const char *words;
};

static bool is_told(struct main_window *main, void *context)
{
    const struct told *told = context;
    for (uint32_t i = 0; i < main->processes_shown->process_count; i++) {
        const struct process_facts *facts = main->processes_shown->processes[i].facts;
        if (facts->key.pid == told->pid)
            return text_equal(notes_find(facts->key), text_from(told->words));
    }
    return false;
}

static void expect_note(struct rig *rig, uint32_t pid, const char *words)
{
    struct told told = {pid, words};
    rig_wait(rig, is_told, &told, words);
}

static bool lives(struct rig *rig, uint32_t pid)
{
    rig_lock(rig);
    bool living = scripted_hand_lives(rig->hand, pid);
    rig_unlock(rig);
    return living;
}

static bool runs(struct rig *rig, uint32_t pid)
{
    rig_lock(rig);
    bool running = scripted_hand_runs(rig->hand, pid);
    rig_unlock(rig);
    return running;
}

/* The words of a grey command in the status bar, by its string. */
struct grey {
    unsigned command;
    unsigned why;
};

static void read_grey(struct main_window *main, void *context)
{
    struct grey *grey = context;
    grey->why = commands_grey(main, grey->command);
}

static unsigned why_grey(struct rig *rig, unsigned command)
{
    struct grey grey = {.command = command};
    rig_call(rig, read_grey, &grey);
    return grey.why;
}

static void sort_by_pid(struct main_window *main, void *context)
{
    tree_view_set_sort(list_pane_view(main->processes), PROCESS_PID,
                       *(enum view_direction *)context);
    list_pane_rearrange(main->processes);
}

struct head {
    int format;
    int column;
};

static void read_head(struct main_window *main, void *context)
{
    struct head *head = context;
    HWND header = (HWND)SendMessageW(list_pane_window(main->processes), LVM_GETHEADER, 0, 0);
    HDITEMW item = {.mask = HDI_FORMAT};
    SendMessageW(header, HDM_GETITEMW, (WPARAM)head->column, (LPARAM)&item);
    head->format = item.fmt;
}

/* A column of numbers keeps its head to the right, and its arrow, when all is drawn anew. */
static void test_heads_stay_where_they_are(void **state)
{
    struct rig *rig = *state;
    enum view_direction order = VIEW_DOWN;
    struct head head = {.column = 1};
    rig_call(rig, sort_by_pid, &order);
    rig_command(rig, CMD_CHINESE);
    rig_command(rig, CMD_ENGLISH);
    choose(rig, "ping.exe");
    rig_command(rig, CMD_SUSPEND);
    expect_note(rig, 50008, "suspended, count 1");
    rig_call(rig, read_head, &head);
    assert_int_equal(head.format & HDF_JUSTIFYMASK, HDF_RIGHT);
    assert_true(head.format & HDF_SORTDOWN);
}

/* A4: the count is shown, and one resume takes one. */
static void test_A4_suspend_and_resume_show_their_count(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    rig_command(rig, CMD_SUSPEND);
    expect_note(rig, 50008, "suspended, count 1");
    rig_command(rig, CMD_SUSPEND);
    expect_note(rig, 50008, "suspended, count 2");
    rig_command(rig, CMD_RESUME);
    expect_note(rig, 50008, "resumed once; suspended more than once, it stands still, count 1");
    assert_false(runs(rig, 50008));
    rig_command(rig, CMD_RESUME);
    expect_note(rig, 50008, "resumed");
    assert_true(runs(rig, 50008));
}

static void test_the_row_tells_what_was_done(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    rig_command(rig, CMD_SUSPEND);
    expect_note(rig, 50008, "suspended, count 1");
    uint32_t row =
        rig_row_named(rig, rig->main->processes, "ping.exe  \xe2\x80\x94 suspended, count 1");
    assert_int_not_equal(row, VIEW_NO_ROW);
}

static void test_kill_asks_and_cancel_is_first(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    PostMessageW(rig->window, WM_COMMAND, CMD_KILL, 0);
    HWND dialog = user_sees_dialog(STR_HARM_TITLE);
    user_waits_for_part(user_finds(dialog, HARM_WORDS), "Started: ");
    user_waits_for_part(user_finds(dialog, HARM_WORDS), "ping.exe");
    user_presses(dialog, VK_RETURN); /* Enter means the safe button */
    user_sees_no_dialog(STR_HARM_TITLE);
    assert_true(lives(rig, 50008));
    PostMessageW(rig->window, WM_COMMAND, CMD_KILL, 0);
    dialog = user_sees_dialog(STR_HARM_TITLE);
    user_clicks(dialog, HARM_DO);
    expect_note(rig, 50008, "killed");
    assert_false(lives(rig, 50008));
    assert_true(lives(rig, 50004));
}

/* row A8: the list is sorted and refreshed between the question and its answer. */
static void test_A8_what_was_chosen_is_killed_though_the_list_moves(void **state)
{
    struct rig *rig = *state;
    enum view_direction order = VIEW_DOWN;
    choose(rig, "ping.exe");
    PostMessageW(rig->window, WM_COMMAND, CMD_KILL, 0);
    HWND dialog = user_sees_dialog(STR_HARM_TITLE);
    rig_call(rig, sort_by_pid, &order);
    scripted_source_start(rig_lock(rig), 50001, 50004, "newer.exe");
    rig_unlock(rig);
    rig_refresh(rig);
    choose(rig, "worker.exe");
    user_clicks(dialog, HARM_DO);
    expect_note(rig, 50008, "killed");
    assert_true(lives(rig, 50012));
    assert_true(lives(rig, 50001));
}

static void test_A8_a_reused_pid_is_not_killed(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    PostMessageW(rig->window, WM_COMMAND, CMD_KILL, 0);
    HWND dialog = user_sees_dialog(STR_HARM_TITLE);
    struct scripted_source *machine = rig_lock(rig);
    scripted_source_exit(machine, 50008, 0);
    scripted_source_advance(machine, MOMENT_SECOND);
    scripted_source_start(machine, 50008, 50004, "innocent.exe");
    rig_unlock(rig);
    user_clicks(dialog, HARM_DO);
    rig_refresh(rig);
    assert_true(runs(rig, 50008));
}

static void test_the_routine_question_can_be_switched_off(void **state)
{
    struct rig *rig = *state;
    rig_command(rig, CMD_ASK);
    choose(rig, "ping.exe");
    rig_command(rig, CMD_KILL);
    expect_note(rig, 50008, "killed");
    rig_command(rig, CMD_ASK);
}

/* row A1: the critical guard asks though the routine question is off, for the name. */
static void test_A1_a_critical_process_asks_for_its_name(void **state)
{
    struct rig *rig = *state;
    rig_command(rig, CMD_ASK);
    choose(rig, "vital.exe");
    PostMessageW(rig->window, WM_COMMAND, CMD_KILL, 0);
    HWND dialog = user_sees_dialog(STR_HARM_TITLE);
    user_waits_for_part(user_finds(dialog, HARM_WORDS), "blue screen");
    assert_false(IsWindowEnabled(user_finds(dialog, HARM_DO)));
    user_types(user_finds(dialog, HARM_NAME), L"vital");
    assert_false(IsWindowEnabled(user_finds(dialog, HARM_DO)));
    SetWindowTextW(user_finds(dialog, HARM_NAME), L"");
    user_types(user_finds(dialog, HARM_NAME), L"Vital.EXE");
    user_waits_until_enabled(user_finds(dialog, HARM_DO));
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_HARM_TITLE);
    assert_true(lives(rig, 50020));
    rig_command(rig, CMD_ASK);
}

static void test_a_protected_process_is_grey_and_says_why(void **state)
{
    struct rig *rig = *state;
    choose(rig, "guarded.exe");
    assert_int_equal(why_grey(rig, CMD_KILL), STR_GUARD + GUARD_PROTECTED);
    assert_int_equal(why_grey(rig, CMD_SUSPEND), STR_GUARD + GUARD_PROTECTED);
    rig_command(rig, CMD_KILL);
    assert_true(lives(rig, 50024));
}

static void test_a_leaf_has_no_tree_to_kill(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    assert_int_equal(why_grey(rig, CMD_KILL_TREE), STR_WHY_NO_CHILDREN);
    choose(rig, "cmd.exe");
    assert_int_equal(why_grey(rig, CMD_KILL_TREE), 0);
}

static void select_all(struct main_window *main, void *context)
{
    (void)context;
    rowview_select_all(list_pane_rowview(main->processes));
}

static void test_several_selected_rows_are_not_one(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    rig_call(rig, select_all, NULL);
    assert_int_equal(why_grey(rig, CMD_KILL), STR_WHY_ONE_ROW);
}

static void test_kill_tree_lists_who_dies_in_order(void **state)
{
    struct rig *rig = *state;
    choose(rig, "cmd.exe");
    PostMessageW(rig->window, WM_COMMAND, CMD_KILL_TREE, 0);
    HWND dialog = user_sees_dialog(STR_TREE_TITLE);
    HWND grid = user_finds(dialog, TREE_GRID);
    user_waits_for_column(grid, 1, "50016|50012|50008|50004");
    user_waits_for_text(user_finds(dialog, TREE_DO), "&Kill 4");
    user_clicks_row(grid, 2, 8); /* unticks ping.exe */
    user_waits_for_text(user_finds(dialog, TREE_DO), "&Kill 3");
    user_clicks(dialog, TREE_DO);
    expect_note(rig, 50004, "killed");
    expect_note(rig, 50016, "killed");
    assert_true(runs(rig, 50008));
    assert_false(lives(rig, 50004));
    assert_false(lives(rig, 50012));
    assert_true(lives(rig, 50000));
}

/* A guarded member of the tree comes unticked, and to tick it asks for its name, each time. */
static void test_a_guarded_member_asks_for_its_name(void **state)
{
    struct rig *rig = *state;
    struct scripted_source *machine = rig_lock(rig);
    scripted_source_start(machine, 50028, 50004, "core.exe");
    scripted_source_facts(machine, 50028)->critical =
        (struct number_fact){.value = 1, .state = READ_OK};
    scripted_source_start(machine, 50032, 50004, "shut.exe");
    scripted_source_facts(machine, 50032)->protection =
        (struct number_fact){.value = 0x31, .state = READ_OK};
    rig_unlock(rig);
    rig_refresh(rig);
    choose(rig, "cmd.exe");
    PostMessageW(rig->window, WM_COMMAND, CMD_KILL_TREE, 0);
    HWND tree = user_sees_dialog(STR_TREE_TITLE);
    HWND grid = user_finds(tree, TREE_GRID);
    user_waits_for_column(grid, 1, "50032|50028|50016|50012|50008|50004");
    user_waits_for_text(user_finds(tree, TREE_DO), "&Kill 4");
    user_clicks_row(grid, 0, 8); /* what the system protects can't be ticked */
    user_waits_for_text(user_finds(tree, TREE_DO), "&Kill 4");
    user_clicks_row(grid, 1, 8);
    HWND harm = user_sees_dialog(STR_HARM_TITLE);
    user_waits_for_part(user_finds(harm, HARM_WORDS), "core.exe");
    assert_false(IsWindowEnabled(user_finds(harm, HARM_DO)));
    user_clicks(harm, IDCANCEL);
    user_sees_no_dialog(STR_HARM_TITLE);
    user_waits_for_text(user_finds(tree, TREE_DO), "&Kill 4");
    user_clicks_row(grid, 1, 8);
    harm = user_sees_dialog(STR_HARM_TITLE);
    user_types(user_finds(harm, HARM_NAME), L"core.exe");
    user_clicks(harm, HARM_DO);
    user_waits_for_text(user_finds(tree, TREE_DO), "&Kill 5");
    assert_true(lives(rig, 50028)); /* so far it is only ticked */
    user_clicks(tree, TREE_DO);
    expect_note(rig, 50004, "killed");
    assert_false(lives(rig, 50028));
    assert_true(lives(rig, 50032));
}

static void test_suspend_tree_and_resume_tree(void **state)
{
    struct rig *rig = *state;
    choose(rig, "cmd.exe");
    PostMessageW(rig->window, WM_COMMAND, CMD_SUSPEND_TREE, 0);
    user_clicks(user_sees_dialog(STR_TREE_TITLE), TREE_DO);
    expect_note(rig, 50016, "suspended");
    assert_false(runs(rig, 50004));
    assert_false(runs(rig, 50016));
    PostMessageW(rig->window, WM_COMMAND, CMD_RESUME_TREE, 0);
    user_clicks(user_sees_dialog(STR_TREE_TITLE), TREE_DO);
    expect_note(rig, 50016, "resumed");
    assert_true(runs(rig, 50004));
}

static void test_restart(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    PostMessageW(rig->window, WM_COMMAND, CMD_RESTART, 0);
    user_clicks(user_sees_dialog(STR_HARM_TITLE), HARM_DO);
    expect_note(rig, 50008, "restarted, now PID 40000");
    assert_false(lives(rig, 50008));
    assert_true(lives(rig, 40000));
}

static void test_a_refusal_stands_in_the_row(void **state)
{
    struct rig *rig = *state;
    rig_lock(rig);
    scripted_hand_puppet(rig->hand, 50008)->hold = ST_DENIED;
    rig_unlock(rig);
    choose(rig, "ping.exe");
    rig_command(rig, CMD_SUSPEND);
    expect_note(rig, 50008, "not done: access denied");
}

static void test_from_a_connection(void **state)
{
    struct rig *rig = *state;
    struct choice choice = {rig->main->connections, 0};
    rig_call(rig, select_row, &choice);
    rig_command(rig, CMD_SUSPEND);
    expect_note(rig, 50008, "suspended, count 1");
    assert_non_null(strstr(rig_context_menu(rig, rig->main->connections), "Suspend"));
}

static void test_del_is_kill_but_not_in_the_filter(void **state)
{
    struct rig *rig = *state;
    rig_command(rig, CMD_ASK);
    choose(rig, "ping.exe");
    rig_command(rig, CMD_FILTER);
    rig_key(rig, VK_DELETE);
    rig_refresh(rig);
    assert_true(lives(rig, 50008));
    choose(rig, "ping.exe");
    rig_command(rig, CMD_TREE);
    rig_key(rig, VK_ESCAPE);
    rig_key(rig, VK_DELETE);
    expect_note(rig, 50008, "killed");
    rig_command(rig, CMD_ASK);
}

static void test_the_buttons(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    SendMessageW(rig->main->acts[0], BM_CLICK, 0, 0);
    expect_note(rig, 50008, "suspended, count 1");
    SendMessageW(rig->main->acts[1], BM_CLICK, 0, 0);
    expect_note(rig, 50008, "resumed");
}

/* Every order stands in the case's journal, before and after. */
static void test_the_journal_has_all_of_it(void **state)
{
    struct rig *rig = *state;
    wchar_t path[RIG_PATH + 32];
    char bytes[8192];
    DWORD got = 0;
    choose(rig, "ping.exe");
    rig_command(rig, CMD_SUSPEND);
    expect_note(rig, 50008, "suspended, count 1");
    swprintf(path, RIG_PATH + 32, L"%ls\\journal.jsonl", rig->case_folder);
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                              OPEN_EXISTING, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(ReadFile(file, bytes, sizeof bytes - 1, &got, NULL));
    CloseHandle(file);
    bytes[got] = 0;
    const char *before = strstr(bytes, "\"type\":[\"start\"],\"action\":\"suspend\"");
    const char *after = strstr(bytes, "\"type\":[\"end\"],\"action\":\"suspend\","
                                      "\"outcome\":\"success\"");
    assert_non_null(before);
    assert_non_null(after);
    assert_true(before < after);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_heads_stay_where_they_are),
        TEST(test_A4_suspend_and_resume_show_their_count),
        TEST(test_the_row_tells_what_was_done),
        TEST(test_kill_asks_and_cancel_is_first),
        TEST(test_A8_what_was_chosen_is_killed_though_the_list_moves),
        TEST(test_A8_a_reused_pid_is_not_killed),
        TEST(test_the_routine_question_can_be_switched_off),
        TEST(test_A1_a_critical_process_asks_for_its_name),
        TEST(test_a_protected_process_is_grey_and_says_why),
        TEST(test_a_leaf_has_no_tree_to_kill),
        TEST(test_several_selected_rows_are_not_one),
        TEST(test_kill_tree_lists_who_dies_in_order),
        TEST(test_a_guarded_member_asks_for_its_name),
        TEST(test_suspend_tree_and_resume_tree),
        TEST(test_restart),
        TEST(test_a_refusal_stands_in_the_row),
        TEST(test_from_a_connection),
        TEST(test_del_is_kill_but_not_in_the_filter),
        TEST(test_the_buttons),
        TEST(test_the_journal_has_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
