/* What the menu bar leads to: the looks, the known list, the box that says what this is. */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>
#include <commctrl.h>

#include "core/windows/text16.h"
#include "gui/about.h"
#include "gui/known_dialog.h"
#include "gui/theme.h"
#include "gui/watching.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/window_rig.h"

static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 4, 0, "System");
    scripted_source_start(machine, 6656, 4, "PING.EXE");
}

static int open_window(void **state)
{
    static struct rig rig;
    rig_open(&rig, make_machine, NULL);
    rig_expect_outline(&rig, rig.main->processes, "System >PING.EXE");
    *state = &rig;
    return 0;
}

static int close_window(void **state)
{
    rig_close(*state);
    return 0;
}

/* --- the menu bar --- */

/* The item with this command, wherever it is, as the menu bar has it: its state once its menu was
 * opened; UINT_MAX when there is none. */
static UINT state_in(HWND window, HMENU menu, UINT command)
{
    for (int item = 0; item < GetMenuItemCount(menu); item++) {
        HMENU below = GetSubMenu(menu, item);
        if (below) {
            SendMessageW(window, WM_INITMENUPOPUP, (WPARAM)below, MAKELPARAM(item, FALSE));
            UINT state = state_in(window, below, command);
            if (state != UINT_MAX)
                return state;
        } else if (GetMenuItemID(menu, item) == command) {
            return GetMenuState(menu, (UINT)item, MF_BYPOSITION);
        }
    }
    return UINT_MAX;
}

static bool is_checked(struct rig *rig, UINT command)
{
    UINT state = state_in(rig->window, GetMenu(rig->window), command);
    assert_int_not_equal(state, UINT_MAX);
    return state & MF_CHECKED;
}

/* --- looks --- */

struct looks {
    HWND window;
    int x;
    int y;
    COLORREF wanted;
};

static bool pixel_is(struct main_window *main, void *context)
{
    const struct looks *looks = context;
    (void)main;
    RedrawWindow(looks->window, NULL, NULL, RDW_UPDATENOW);
    HDC dc = GetDC(looks->window);
    COLORREF found = GetPixel(dc, looks->x, looks->y);
    ReleaseDC(looks->window, dc);
    return found == looks->wanted;
}

/* What is really on the screen: the empty part of a list, and the window between its controls. */
static void expect_colours(struct rig *rig, COLORREF back, COLORREF face)
{
    HWND list = list_pane_window(rig->main->processes);
    RECT area;
    GetClientRect(list, &area);
    struct looks in_list = {list, area.right / 2, area.bottom - 10, back};
    struct looks beside = {rig->window, 1, 1, face};
    rig_wait(rig, pixel_is, &in_list, "the list has the theme's ground");
    rig_wait(rig, pixel_is, &beside, "the window has the theme's face");
}

static void test_the_theme_menu_changes_the_looks_and_lasts(void **state)
{
    static const struct {
        UINT command;
        bool dark;
        const char *kept;
    } choices[] = {
        {CMD_THEME_DARK, true, "dark"},
        {CMD_THEME_LIGHT, false, "light"},
        {CMD_THEME_DARK, true, "dark"},
        {CMD_THEME_FOLLOW, false, "follow"}, /* the bed's system is light */
    };
    struct rig *rig = *state;
    COLORREF back[2] = {CLR_INVALID, CLR_INVALID};
    assert_true(is_checked(rig, CMD_THEME_FOLLOW));
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        rig_command(rig, choices[i].command);
        assert_int_equal(theme_dark(), choices[i].dark);
        expect_colours(rig, theme_colour(THEME_BACK), theme_colour(THEME_FACE));
        back[choices[i].dark] = theme_colour(THEME_BACK);
        for (UINT command = CMD_THEME_FOLLOW; command <= CMD_THEME_DARK; command++)
            assert_int_equal(is_checked(rig, command), command == choices[i].command);
        assert_true(text_equal(settings_text(rig->main->settings, SETTING_THEME),
                               text_from(choices[i].kept)));
    }
    assert_int_not_equal(back[0], back[1]);
}

static void choose_dark_before(struct rig *rig)
{
    HANDLE file = CreateFileW(rig->settings, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    static const char content[] = "[window]\r\ntheme=dark\r\n";
    DWORD written = 0;
    assert_int_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, content, sizeof content - 1, &written, NULL));
    CloseHandle(file);
}

static void test_a_kept_theme_is_there_from_the_start(void **state)
{
    static struct rig rig;
    (void)state;
    rig_open_with(&rig, make_machine, choose_dark_before);
    assert_true(theme_dark());
    expect_colours(&rig, theme_colour(THEME_BACK), theme_colour(THEME_FACE));
    assert_true(is_checked(&rig, CMD_THEME_DARK));
    rig_command(&rig, CMD_THEME_LIGHT);
    rig_close(&rig);
}

/* --- dialogs --- */

struct known_asked {
    const char *name;
    enum status status;
    size_t count;
};

static void add_known(struct main_window *main, void *context)
{
    struct known_asked *asked = context;
    asked->status = watching_add_known(main->watching, KNOWN_NAME, text_from(asked->name));
}

static bool known_is_read(struct main_window *main, void *context)
{
    (void)context;
    return session_known(main->session) != NULL;
}

static bool known_count_is(struct main_window *main, void *context)
{
    const struct known_asked *asked = context;
    return known_count(session_known(main->session)) == asked->count;
}

static void test_the_known_list_opens_from_the_menu_and_is_changed_there(void **state)
{
    struct rig *rig = *state;
    struct known_asked asked = {"svchost.exe", ST_SYSTEM, 0};
    rig_wait(rig, known_is_read, NULL, "the known list was read");
    rig_call(rig, add_known, &asked);
    assert_int_equal(asked.status, ST_OK);
    assert_int_not_equal(state_in(rig->window, GetMenu(rig->window), CMD_KNOWN_LIST), UINT_MAX);
    PostMessageW(rig->window, WM_COMMAND, CMD_KNOWN_LIST, 0);
    HWND dialog = user_sees_dialog(STR_KNOWN_TITLE);
    assert_false(IsWindowEnabled(rig->window));
    HWND grid = user_finds(dialog, KNOWN_GRID);
    user_waits_for_count(grid, 1);
    assert_string_equal(user_reads_cell(grid, 0, 1), "svchost.exe");
    user_selects(grid, 0);
    user_clicks(dialog, KNOWN_REMOVE);
    user_waits_for_count(grid, 0);
    user_clicks(dialog, IDCANCEL);
    rig_expect_gone(dialog);
    assert_true(IsWindowEnabled(rig->window));
    rig_wait(rig, known_count_is, &asked, "nothing is known any more");
}

static void test_about_opens_from_the_menu(void **state)
{
    struct rig *rig = *state;
    assert_int_not_equal(state_in(rig->window, GetMenu(rig->window), CMD_ABOUT), UINT_MAX);
    PostMessageW(rig->window, WM_COMMAND, CMD_ABOUT, 0);
    HWND dialog = user_sees_dialog(STR_ABOUT_TITLE);
    assert_false(IsWindowEnabled(rig->window));
    user_waits_for_part(user_finds(dialog, ABOUT_TEXT), "stakeout.ini");
    user_presses(user_finds(dialog, IDCANCEL), VK_ESCAPE);
    rig_expect_gone(dialog);
    assert_true(IsWindowEnabled(rig->window));
}

#define MENU_TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MENU_TEST(test_the_theme_menu_changes_the_looks_and_lasts),
        cmocka_unit_test(test_a_kept_theme_is_there_from_the_start),
        MENU_TEST(test_the_known_list_opens_from_the_menu_and_is_changed_there),
        MENU_TEST(test_about_opens_from_the_menu),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
