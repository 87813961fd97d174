/* Rows stay where the user aims: Ctrl, an open menu; and sizes follow the monitor. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/process_cells.h"
#include "tests/support/gui/window_rig.h"

static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 100, 0, "delta.exe");
    scripted_source_start(machine, 200, 0, "bravo.exe");
}

static int open_window(void **state)
{
    static struct rig rig;
    rig_open(&rig, make_machine, NULL);
    rig_expect_outline(&rig, rig.main->processes, "delta.exe bravo.exe");
    *state = &rig;
    return 0;
}

static int close_window(void **state)
{
    rig_close(*state);
    return 0;
}

static void sort_by_name(struct main_window *main, void *context)
{
    (void)context;
    tree_view_set_sort(list_pane_view(main->processes), PROCESS_NAME, VIEW_UP);
    list_pane_rearrange(main->processes);
}

static bool frozen(struct main_window *main, void *context)
{
    return refresh_frozen(main) == *(const bool *)context;
}

static void press_control(bool down)
{
    INPUT input = {.type = INPUT_KEYBOARD,
                   .ki = {.wVk = VK_CONTROL, .dwFlags = down ? 0 : KEYEVENTF_KEYUP}};
    assert_int_equal(SendInput(1, &input, sizeof input), 1);
}

static void start(struct rig *rig, uint32_t pid, const char *name)
{
    struct scripted_source *machine = rig_lock(rig);
    scripted_source_start(machine, pid, 0, name);
    rig_unlock(rig);
    rig_refresh(rig);
}

/* U2: while Ctrl is held new rows come at the end and none moves; then all are in order again. */
static void test_U2_ctrl_holds_the_order(void **state)
{
    struct rig *rig = *state;
    bool yes = true;
    bool no = false;
    rig_call(rig, sort_by_name, NULL);
    rig_expect_outline(rig, rig->main->processes, "bravo.exe delta.exe");
    SetForegroundWindow(rig->window);
    press_control(true);
    rig_wait(rig, frozen, &yes, "Ctrl is held");
    start(rig, 300, "alpha.exe");
    rig_expect_outline(rig, rig->main->processes, "bravo.exe delta.exe alpha.exe");
    start(rig, 400, "charlie.exe");
    rig_expect_outline(rig, rig->main->processes, "bravo.exe delta.exe alpha.exe charlie.exe");
    press_control(false);
    rig_wait(rig, frozen, &no, "Ctrl is up");
    rig_refresh(rig);
    rig_expect_outline(rig, rig->main->processes, "alpha.exe bravo.exe charlie.exe delta.exe");
}

static bool in_menu(struct main_window *main, void *context)
{
    return main->in_menu == *(const bool *)context;
}

static void end_menu(struct main_window *main, void *context)
{
    (void)main;
    (void)context;
    EndMenu();
}

static void select_first(struct main_window *main, void *context)
{
    (void)context;
    rowview_go_to(list_pane_rowview(main->processes), 0);
}

/* U2, A8: the menu's command means the row that was clicked, whatever came meanwhile. */
static void test_U2_an_open_menu_holds_the_order(void **state)
{
    struct rig *rig = *state;
    bool yes = true;
    bool no = false;
    HWND list = list_pane_window(rig->main->processes);
    rig_call(rig, sort_by_name, NULL);
    rig_call(rig, select_first, NULL);
    PostMessageW(list, WM_CONTEXTMENU, (WPARAM)list, -1);
    rig_wait(rig, in_menu, &yes, "the menu is open");
    start(rig, 300, "alpha.exe");
    rig_expect_outline(rig, rig->main->processes, "bravo.exe delta.exe alpha.exe");
    rig_call(rig, end_menu, NULL);
    rig_wait(rig, in_menu, &no, "the menu is closed");
    rig_refresh(rig);
    rig_expect_outline(rig, rig->main->processes, "alpha.exe bravo.exe delta.exe");
    assert_int_equal(SendMessageW(list, LVM_GETITEMSTATE, 1, LVIS_SELECTED), LVIS_SELECTED);
}

struct sizes {
    int row;
    int column;
};

static void read_sizes(struct main_window *main, void *context)
{
    struct sizes *sizes = context;
    RECT rect = {.left = LVIR_BOUNDS};
    HWND list = list_pane_window(main->processes);
    SendMessageW(list, LVM_GETITEMRECT, 0, (LPARAM)&rect);
    sizes->row = rect.bottom - rect.top;
    sizes->column = (int)SendMessageW(list, LVM_GETCOLUMNWIDTH, 0, 0);
}

/* U5: what moves to a finer monitor keeps its proportions, there and back. */
static void test_U5_sizes_follow_the_monitor(void **state)
{
    struct rig *rig = *state;
    static const int dpis[] = {96, 144, 192, 96};
    struct sizes plain = {0, 0};
    rig_call(rig, read_sizes, &plain);
    for (size_t i = 0; i < sizeof dpis / sizeof dpis[0]; i++) {
        struct sizes sizes = {0, 0};
        RECT place = {20, 20, 20 + 1000 * dpis[i] / 96, 20 + 600 * dpis[i] / 96};
        SendMessageW(rig->window, WM_DPICHANGED, MAKEWPARAM(dpis[i], dpis[i]), (LPARAM)&place);
        rig_call(rig, read_sizes, &sizes);
        assert_in_range(sizes.row, plain.row * dpis[i] / 96 - 2, plain.row * dpis[i] / 96 + 2);
        assert_in_range(sizes.column, plain.column * dpis[i] / 96 - 2,
                        plain.column * dpis[i] / 96 + 2);
    }
}

#define WINDOW_TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WINDOW_TEST(test_U2_ctrl_holds_the_order),
        WINDOW_TEST(test_U2_an_open_menu_holds_the_order),
        WINDOW_TEST(test_U5_sizes_follow_the_monitor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
