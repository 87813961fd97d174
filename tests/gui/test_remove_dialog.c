/* Removing the file of a process from its menu and from its properties, on a made-up machine and
 * disk: what is found, what may be chosen, what comes of it. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gui/remove_dialog.h"
#include "tests/support/gui/looks.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/window_rig.h"
#include "tests/support/scripted_disk.h"
#include "tests/support/scripted_evidence.h"

#define PATH "C:\\Program Files\\Made Up\\ping.exe"

static struct {
    struct scripted_evidence evidence;
    struct scripted_disk disk;
    struct scripted_file *file;
    struct removal_system system;
    bool held;      /* host.exe holds it */
    bool of_system; /* it is a file of Windows */
    HANDLE go_on;   /* until then the search of the registry hangs; NULL: it does not */
} made;

static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 50000, 0, "explorer.exe");
    scripted_source_start(machine, 50004, 50000, "ping.exe");
    scripted_source_start(machine, 50008, 50000, "host.exe");
    scripted_source_start(machine, 50012, 50000, "nowhere.exe");
    scripted_source_facts(machine, 50012)->image.state = READ_DENIED;
}

static enum status look(void *context, struct text path, struct removal_sight **sight)
{
    (void)context;
    assert_true(text_equal(path, text_of(PATH)));
    *sight = scripted_disk_look(&made.disk, PATH);
    (*sight)->guarded = made.of_system ? REMOVAL_YES : REMOVAL_NO;
    return ST_OK;
}

static void add_user(const struct removal_finder *finder, uint32_t pid, enum handle_kind kind)
{
    uint32_t row = snapshot_process_by_pid(finder->snapshot, pid);
    const struct process_facts *facts;

    if (row == NO_ROW)
        return; /* it was killed */
    facts = finder->snapshot->processes[row].facts;
    const struct handle_row found = {.kind = kind,
                                     .process = facts->key,
                                     .process_name = facts->name,
                                     .value = 0x58,
                                     .type = text_of("File"),
                                     .name = text_of(PATH)};
    removal_lists_add_user(finder->lists, &found, (struct verdict){RAIL_FREE, GUARD_NONE}, NULL);
    finder->user(finder->context, &finder->lists->users[finder->lists->user_count - 1]);
}

static enum status find_users(const struct removal_finder *finder, struct progress *progress)
{
    (void)progress;
    add_user(finder, 50004, HANDLE_IMAGE);
    if (made.held)
        add_user(finder, 50008, HANDLE_OPEN);
    finder->lists->not_opened = 3;
    return finder->lists->users_end = ST_OK;
}

static enum status find_places(const struct removal_finder *finder, struct progress *progress)
{
    const struct registry_key key = {
        .path = text_of("HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"),
        .autorun = true};
    const struct registry_value value = {.name = text_of("Updater")};
    const struct registry_finding finding = {&key, &value, REGISTRY_DATA,
                                             text_of("\"" PATH "\" -s")};

    removal_lists_add_place(finder->lists, &finding, finder->sight->path, NULL);
    finder->place(finder->context, &finder->lists->places[0]);
    while (made.go_on && !progress_cancelled(progress))
        if (WaitForSingleObject(made.go_on, 10) == WAIT_OBJECT_0)
            break;
    finder->lists->places_end = progress_cancelled(progress) ? ST_CANCELLED : ST_OK;
    return finder->lists->places_end;
}

static void prepare(struct rig *rig)
{
    memset(&made, 0, sizeof made);
    made.held = true;
    scripted_evidence_begin(&made.evidence);
    scripted_disk_begin(&made.disk, NULL);
    made.file = scripted_disk_add(&made.disk, PATH);
    made.system = (struct removal_system){.look = look,
                                          .users = find_users,
                                          .places = find_places,
                                          .means = &made.disk.means,
                                          .evidence = &made.evidence.means};
    rig->setup.removal = &made.system;
}

static bool all_listed(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) == 4;
}

static int open_window(void **state)
{
    static struct rig rig;

    rig_open_with(&rig, make_machine, prepare);
    rig_wait(&rig, all_listed, NULL, "all rows are there");
    *state = &rig;
    return 0;
}

static int close_window(void **state)
{
    if (made.go_on)
        SetEvent(made.go_on);
    user_leaves(state);
    rig_close(*state);
    scripted_evidence_end(&made.evidence);
    if (made.go_on)
        CloseHandle(made.go_on);
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

static HWND opens(struct rig *rig)
{
    choose(rig, "ping.exe");
    PostMessageW(rig->window, WM_COMMAND, CMD_REMOVE_FILE, 0);
    return user_sees_dialog(STR_REMOVE_TITLE);
}

static bool can(HWND dialog, unsigned id)
{
    return IsWindowEnabled(user_finds(dialog, id));
}

static void test_what_is_found(void **state)
{
    HWND dialog = opens(*state);
    HWND grid = user_finds(dialog, REMOVE_GRID);

    user_waits_for_part(user_finds(dialog, REMOVE_TOLD), "3 found.");
    user_waits_for_column(grid, 0, "runs it|holds it|registry names it");
    user_waits_for_column(grid, 1,
                          "ping.exe (50004)|host.exe (50008)|HKLM\\SOFTWARE\\Microsoft\\Windows\\"
                          "CurrentVersion\\Run");
    user_waits_for_column(grid, 2, "|File 0x58|autorun; Updater = \"" PATH "\" -s");
    user_waits_for_part(user_finds(dialog, REMOVE_TOLD), "could not be looked into: 3");
    user_waits_for_part(user_finds(dialog, REMOVE_FACTS), "6 bytes");
    /* It runs: not without ending it; and the next start is an administrator's. */
    user_waits_for_part(user_finds(dialog, REMOVE_NOTE), "Not in this way: it is running");
    assert_false(can(dialog, REMOVE_DO));
    assert_false(can(dialog, REMOVE_WAY + REMOVAL_RESTART));
    assert_false(can(dialog, REMOVE_SAMPLE)); /* a quarantine is a copy itself */
    user_presses(dialog, VK_ESCAPE);
    user_sees_no_dialog(STR_REMOVE_TITLE);
    assert_true(made.file->is_there);
}

static void test_into_quarantine(void **state)
{
    HWND dialog = opens(*state);

    user_clicks(dialog, REMOVE_KILL);
    user_waits_until_enabled(user_finds(dialog, REMOVE_DO));
    user_waits_for_part(user_finds(dialog, REMOVE_NOTE), "The next start is not open");
    user_clicks(dialog, REMOVE_DO);
    user_waits_for_part(user_finds(dialog, REMOVE_TOLD),
                        "In quarantine. Its copy: C:\\case\\quarantine\\a5.quarantine.");
    user_waits_for_part(user_finds(dialog, REMOVE_TOLD), "still names it, places: 1");
    user_waits_for_column(user_finds(dialog, REMOVE_GRID), 0,
                          "runs it|holds it|registry names it|end process|copy to quarantine|"
                          "delete");
    assert_false(made.file->is_there);
    assert_false(can(dialog, REMOVE_DO));
    assert_false(can(dialog, REMOVE_WAY));
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_REMOVE_TITLE);
}

static void test_deleted_with_a_sample_and_closed_handles(void **state)
{
    HWND dialog = opens(*state);

    user_clicks(dialog, REMOVE_KILL);
    user_clicks(dialog, REMOVE_HANDLES);
    user_clicks(dialog, REMOVE_WAY + REMOVAL_NOW);
    user_waits_until_enabled(user_finds(dialog, REMOVE_SAMPLE));
    user_clicks(dialog, REMOVE_DO);
    user_waits_for_part(user_finds(dialog, REMOVE_TOLD), "Deleted.");
    user_waits_for_column(user_finds(dialog, REMOVE_GRID), 0,
                          "runs it|holds it|registry names it|copy to samples|end process|close "
                          "handle|delete");
    assert_false(made.file->is_there);
}

static void test_what_is_refused_is_told(void **state)
{
    HWND dialog = opens(*state);

    made.file->erase = ST_BUSY;
    user_clicks(dialog, REMOVE_KILL);
    user_clicks(dialog, REMOVE_WAY + REMOVAL_NOW);
    user_clicks(dialog, REMOVE_SAMPLE); /* without one */
    user_clicks(dialog, REMOVE_DO);
    user_waits_for_part(user_finds(dialog, REMOVE_TOLD),
                        "Not removed: in use by another program (CreateFile, 32)");
    assert_true(made.file->is_there);
}

static void test_at_the_next_start(void **state)
{
    made.system.elevated = true;
    HWND dialog = opens(*state);

    user_clicks(dialog, REMOVE_WAY + REMOVAL_RESTART);
    user_clicks(dialog, REMOVE_DO); /* it may run on */
    user_waits_for_part(user_finds(dialog, REMOVE_TOLD),
                        "Windows will delete it at the next start. It is called " PATH
                        ".removed now. Windows noted down: \\??\\" PATH ".removed.");
}

static void test_a_file_of_windows(void **state)
{
    made.of_system = true;
    HWND dialog = opens(*state);

    user_waits_for_part(user_finds(dialog, REMOVE_NOTE),
                        "It can't be removed: it is a file of Windows, which the system protects.");
    assert_false(can(dialog, REMOVE_DO));
    assert_false(can(dialog, REMOVE_WAY));
    assert_false(can(dialog, REMOVE_KILL));
}

static void test_the_search_is_stopped(void **state)
{
    made.go_on = CreateEventW(NULL, TRUE, FALSE, NULL);
    HWND dialog = opens(*state);

    /* What was found already is there while the search goes on. */
    user_waits_for_count(user_finds(dialog, REMOVE_GRID), 3);
    assert_false(can(dialog, REMOVE_DO));
    user_clicks(dialog, REMOVE_STOP);
    user_waits_for_part(user_finds(dialog, REMOVE_TOLD), "3 found so far: not all was searched.");
    user_clicks(dialog, REMOVE_KILL);
    user_waits_until_enabled(user_finds(dialog, REMOVE_DO));
}

static void test_closed_while_it_searches(void **state)
{
    made.go_on = CreateEventW(NULL, TRUE, FALSE, NULL);
    HWND dialog = opens(*state);

    user_waits_for_count(user_finds(dialog, REMOVE_GRID), 3);
    user_presses(dialog, VK_ESCAPE);
    user_sees_no_dialog(STR_REMOVE_TITLE);
    assert_true(made.file->is_there);
}

static void read_grey(struct main_window *main, void *context)
{
    *(unsigned *)context = commands_grey(main, CMD_REMOVE_FILE);
}

static void test_without_a_file_it_is_grey(void **state)
{
    unsigned why = 0;

    choose(*state, "nowhere.exe");
    rig_call(*state, read_grey, &why);
    assert_int_equal(why, STR_WHY_NO_IMAGE);
}

static HWND sees_properties(void)
{
    struct {
        DWORD process;
        HWND found;
    } search;
    HWND window = NULL;

    search.process = GetCurrentProcessId();
    for (int tries = 0; tries < USER_PATIENCE / 20; tries++) {
        while ((window = FindWindowExW(NULL, window, L"StakeoutDialog", NULL)) != NULL) {
            DWORD owner = 0;
            GetWindowThreadProcessId(window, &owner);
            if (owner == search.process && IsWindowVisible(window) &&
                GetDlgItem(window, PROPERTIES_TABS))
                return window;
        }
        Sleep(20);
    }
    fail_msg("no window of properties");
    return NULL;
}

static void test_from_the_properties(void **state)
{
    struct rig *rig = *state;
    HWND properties;
    HWND tabs;
    NMHDR header;

    choose(rig, "ping.exe");
    PostMessageW(rig->window, WM_COMMAND, CMD_PROPERTIES, 0);
    properties = sees_properties();
    tabs = GetDlgItem(properties, PROPERTIES_TABS);
    assert_false(IsWindowVisible(GetDlgItem(properties, PROPERTIES_REMOVE)));
    SendMessageW(tabs, TCM_SETCURSEL, 2, 0);
    header = (NMHDR){tabs, PROPERTIES_TABS, TCN_SELCHANGE};
    SendMessageW(properties, WM_NOTIFY, PROPERTIES_TABS, (LPARAM)&header);
    assert_true(IsWindowVisible(GetDlgItem(properties, PROPERTIES_REMOVE)));
    user_clicks(properties, PROPERTIES_REMOVE);
    HWND dialog = user_sees_dialog(STR_REMOVE_TITLE);
    user_waits_for_part(user_finds(dialog, REMOVE_TOLD), "3 found.");
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_REMOVE_TITLE);
}

static void test_it_can_be_read_and_worked_with(void **state)
{
    static const unsigned languages[] = {CMD_ENGLISH, CMD_CHINESE};
    static const unsigned themes[] = {CMD_THEME_LIGHT, CMD_THEME_DARK};
    char name[32];

    for (unsigned i = 0; i < 4; i++) {
        rig_command(*state, languages[i / 2]);
        rig_command(*state, themes[i % 2]);
        HWND dialog = opens(*state);
        user_waits_for_count(user_finds(dialog, REMOVE_GRID), 3);
        user_waits_until_enabled(user_finds(dialog, REMOVE_WAY));
        snprintf(name, sizeof name, "remove-%s-%s", i / 2 ? "zh" : "en", i % 2 ? "dark" : "light");
        looks_check_sizes(dialog, name);
        user_clicks(dialog, IDCANCEL);
        user_sees_no_dialog(STR_REMOVE_TITLE);
    }
    rig_command(*state, CMD_ENGLISH);
    rig_command(*state, CMD_THEME_LIGHT);
    looks_assert();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_found),
        TEST(test_into_quarantine),
        TEST(test_deleted_with_a_sample_and_closed_handles),
        TEST(test_what_is_refused_is_told),
        TEST(test_at_the_next_start),
        TEST(test_a_file_of_windows),
        TEST(test_the_search_is_stopped),
        TEST(test_closed_while_it_searches),
        TEST(test_without_a_file_it_is_grey),
        TEST(test_from_the_properties),
        TEST(test_it_can_be_read_and_worked_with),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
