/* The real window over a made-up machine: the tree, sorting, the filter, menus, pausing. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/process_cells.h"
#include "gui/theme.h"
#include "gui/watching.h"
#include "tests/support/gui/window_rig.h"

#define WHOLE_TREE "System >services.exe >>svchost.exe explorer.exe >cmd.exe >>PING.EXE"

static void make_machine(struct scripted_source *machine)
{
    moment start = scripted_source_now(machine) - 100 * MOMENT_SECOND;
    static const struct {
        uint32_t pid;
        uint32_t parent;
        const char *name;
    } processes[] = {
        {4, 0, "System"},          {612, 4, "services.exe"}, {1040, 612, "svchost.exe"},
        {3140, 9, "explorer.exe"}, {3252, 3140, "cmd.exe"},  {6656, 3252, "PING.EXE"},
    };
    for (size_t i = 0; i < sizeof processes / sizeof processes[0]; i++)
        scripted_source_start_at(machine, processes[i].pid, processes[i].parent, processes[i].name,
                                 start + (moment)i * MOMENT_SECOND);
    scripted_source_connect(machine, 6656, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
    scripted_source_connect(machine, 1040, "10.0.0.5:50001", "198.51.100.7:80", TCP_ESTABLISHED);
    scripted_source_listen(machine, 1040, "0.0.0.0:135");
    scripted_source_udp(machine, 1040, "0.0.0.0:5353");
}

static int open_window(void **state)
{
    static struct rig rig;
    rig_open(&rig, make_machine, NULL);
    rig_expect_outline(&rig, rig.main->processes, WHOLE_TREE);
    *state = &rig;
    return 0;
}

static int close_window(void **state)
{
    rig_close(*state);
    return 0;
}

/* --- on the window's thread --- */

struct row_of {
    struct list_pane *pane;
    uint32_t row;
};

static void select_only(struct main_window *main, void *context)
{
    const struct row_of *of = context;
    (void)main;
    rowview_go_to(list_pane_rowview(of->pane), of->row);
}

static void select_row(struct rig *rig, struct list_pane *pane, const char *name)
{
    struct row_of of = {pane, rig_row_named(rig, pane, name)};
    assert_int_not_equal(of.row, VIEW_NO_ROW);
    SetForegroundWindow(rig->window);
    rig_call(rig, select_only, &of);
}

static void focus_pane(struct main_window *main, void *context)
{
    (void)main;
    SetFocus(list_pane_window(context));
}

static bool selected_is(struct main_window *main, void *context)
{
    uint32_t index = list_pane_current(main->processes);
    return index != VIEW_NO_ROW &&
           text_equal(main->processes_shown->processes[index].facts->name, text_from(context));
}

/* --- the tree --- */

static void test_opens_with_the_whole_tree(void **state)
{
    struct rig *rig = *state;
    assert_int_equal(rig_rows(rig, rig->main->processes), 6);
    assert_string_equal(rig_cell(rig, rig->main->processes, 5, 1), "6656");
    assert_int_equal(rig_rows(rig, rig->main->connections), 4);
    assert_string_equal(rig_cell(rig, rig->main->connections, 0, 0), "PING.EXE");
    assert_string_equal(rig_cell(rig, rig->main->connections, 0, 5), "192.0.2.1");
    assert_string_equal(rig_cell(rig, rig->main->connections, 0, 8), "SYN_SENT");
}

static void test_keys_close_and_open_and_climb(void **state)
{
    struct rig *rig = *state;
    struct list_pane *tree = rig->main->processes;
    rig_call(rig, focus_pane, tree);
    select_row(rig, tree, "PING.EXE");
    rig_key(rig, VK_LEFT); /* a leaf: to its parent */
    rig_wait(rig, selected_is, "cmd.exe", "the parent is selected");
    rig_key(rig, VK_LEFT);
    rig_expect_outline(rig, tree, "System >services.exe >>svchost.exe explorer.exe >cmd.exe+");
    rig_key(rig, VK_LEFT);
    rig_wait(rig, selected_is, "explorer.exe", "its parent is selected");
    rig_key(rig, VK_SUBTRACT);
    rig_expect_outline(rig, tree, "System >services.exe >>svchost.exe explorer.exe+");
    rig_key(rig, VK_RIGHT);
    rig_expect_outline(rig, tree, "System >services.exe >>svchost.exe explorer.exe >cmd.exe+");
    rig_key(rig, VK_RIGHT); /* an open one: to its first child */
    rig_wait(rig, selected_is, "cmd.exe", "the first child is selected");
    rig_key(rig, VK_LEFT);
    rig_key(rig, VK_MULTIPLY);
    rig_expect_outline(rig, tree, WHOLE_TREE);
}

static void test_a_click_on_the_expander_closes_and_selects_nothing(void **state)
{
    struct rig *rig = *state;
    struct list_pane *tree = rig->main->processes;
    uint32_t row = rig_row_named(rig, tree, "cmd.exe");
    RECT rect = {.left = LVIR_BOUNDS};
    SendMessageW(list_pane_window(tree), LVM_GETITEMRECT, row, (LPARAM)&rect);
    int x = 5 + 16 + 8; /* the bar, one level, half a glyph, at 96 DPI */
    rig_click(rig, list_pane_window(tree), x, (rect.top + rect.bottom) / 2);
    rig_expect_outline(rig, tree, "System >services.exe >>svchost.exe explorer.exe >cmd.exe+");
    assert_int_equal(SendMessageW(list_pane_window(tree), LVM_GETSELECTEDCOUNT, 0, 0), 0);
    rig_click(rig, list_pane_window(tree), x, (rect.top + rect.bottom) / 2);
    rig_expect_outline(rig, tree, WHOLE_TREE);
    rig_click(rig, list_pane_window(tree), x + 60, (rect.top + rect.bottom) / 2);
    rig_wait(rig, selected_is, "cmd.exe", "a click beside the expander selects");
    rig_expect_outline(rig, tree, WHOLE_TREE);
}

static void test_typing_jumps(void **state)
{
    struct rig *rig = *state;
    struct list_pane *tree = rig->main->processes;
    rig_call(rig, focus_pane, tree);
    select_row(rig, tree, "System");
    PostMessageW(list_pane_window(tree), WM_CHAR, 'p', 1);
    rig_wait(rig, selected_is, "PING.EXE", "typing p selects PING.EXE");
}

static void click_header(struct rig *rig, struct list_pane *pane, int column)
{
    NMLISTVIEW click = {
        .hdr = {list_pane_window(pane), 0, (UINT)LVN_COLUMNCLICK}, .iItem = -1, .iSubItem = column};
    click.hdr.idFrom = (UINT_PTR)GetDlgCtrlID(click.hdr.hwndFrom);
    SendMessageW(rig->window, WM_NOTIFY, click.hdr.idFrom, (LPARAM)&click);
}

static int sort_mark(struct list_pane *pane, int column)
{
    HWND header = (HWND)SendMessageW(list_pane_window(pane), LVM_GETHEADER, 0, 0);
    HDITEMW item = {.mask = HDI_FORMAT};
    SendMessageW(header, HDM_GETITEMW, (WPARAM)column, (LPARAM)&item);
    return item.fmt & (HDF_SORTUP | HDF_SORTDOWN);
}

/* Users of another tool got lost: one click took the tree away, and only the third brought it back.
 */
static void test_header_clicks_sort_siblings_and_the_third_undoes_it(void **state)
{
    struct rig *rig = *state;
    struct list_pane *tree = rig->main->processes;
    click_header(rig, tree, 0);
    rig_expect_outline(rig, tree,
                       "explorer.exe >cmd.exe >>PING.EXE System >services.exe >>svchost.exe");
    assert_int_equal(sort_mark(tree, 0), HDF_SORTUP);
    click_header(rig, tree, 0);
    rig_expect_outline(rig, tree, WHOLE_TREE);
    assert_int_equal(sort_mark(tree, 0), HDF_SORTDOWN);
    click_header(rig, tree, 0);
    rig_expect_outline(rig, tree, WHOLE_TREE);
    assert_int_equal(sort_mark(tree, 0), 0);
    click_header(rig, tree, 1);
    click_header(rig, tree, 1); /* by PID, down */
    rig_expect_outline(rig, tree,
                       "explorer.exe >cmd.exe >>PING.EXE System >services.exe >>svchost.exe");
    rig_command(rig, CMD_FLAT);
    rig_expect_outline(rig, tree, "PING.EXE cmd.exe explorer.exe svchost.exe services.exe System");
    rig_command(rig, CMD_TREE);
    rig_expect_outline(rig, tree, WHOLE_TREE);
    assert_int_equal(sort_mark(tree, 1), 0);
}

/* --- the filter --- */

static void test_filter_keeps_relatives_and_is_shared(void **state)
{
    struct rig *rig = *state;
    struct list_pane *tree = rig->main->processes;
    rig_type(rig, rig->main->filter_box, L"cmd");
    rig_expect_outline(rig, tree, "explorer.exe >cmd.exe >>PING.EXE");
    rig_type(rig, rig->main->filter_box, L"/^svc.*exe$/");
    rig_expect_outline(rig, tree, "System >services.exe >>svchost.exe");
    /* An address is in no column of a process: its connection leads to it. */
    rig_type(rig, rig->main->filter_box, L"192.0.2.1");
    rig_expect_outline(rig, tree, "explorer.exe >cmd.exe >>PING.EXE");
    rig_expect_outline(rig, rig->main->connections, "PING.EXE");
    rig_type(rig, rig->main->filter_box, L"");
    rig_expect_outline(rig, tree, WHOLE_TREE);
}

static bool status_tells(struct main_window *main, void *context)
{
    wchar_t words[512] = L"";
    SendMessageW(main->status, SB_GETTEXTW, 3, (LPARAM)words);
    return wcsstr(words, context) != NULL;
}

static void test_a_bad_pattern_is_told_and_the_last_good_one_stays(void **state)
{
    struct rig *rig = *state;
    rig_type(rig, rig->main->filter_box, L"cmd");
    rig_expect_outline(rig, rig->main->processes, "explorer.exe >cmd.exe >>PING.EXE");
    rig_type(rig, rig->main->filter_box, L"/(cmd/");
    rig_wait(rig, status_tells, L"parenthes", "what PCRE2 says is in the status bar");
    rig_expect_outline(rig, rig->main->processes, "explorer.exe >cmd.exe >>PING.EXE");
    rig_type(rig, rig->main->filter_box, L"");
    rig_expect_outline(rig, rig->main->processes, WHOLE_TREE);
}

/* --- what comes and goes --- */

static void test_exited_processes_stay_as_ghosts_until_told_otherwise(void **state)
{
    struct rig *rig = *state;
    struct list_pane *tree = rig->main->processes;
    struct scripted_source *machine = rig_lock(rig);
    scripted_source_exit(machine, 6656, 0);
    scripted_source_exit(machine, 3252, 1);
    scripted_source_start(machine, 7000, 3140, "calc.exe");
    rig_unlock(rig);
    rig_expect_outline(rig, tree, WHOLE_TREE " >calc.exe");
    assert_string_not_equal(rig_cell(rig, tree, rig_row_named(rig, tree, "PING.EXE"), 4), "");
    rig_command(rig, CMD_GHOSTS);
    rig_expect_outline(rig, tree, "System >services.exe >>svchost.exe explorer.exe >calc.exe");
    rig_command(rig, CMD_GHOSTS);
    rig_expect_outline(rig, tree, WHOLE_TREE " >calc.exe");
}

struct watched {
    const char *written;
    enum status status;
};

static void watch_address(struct main_window *main, void *context)
{
    struct watched *watched = context;
    watched->status = watching_add(main->watching, text_from(watched->written));
}

static bool hits_are(struct main_window *main, void *context)
{
    return session_hits(main->session)->count == *(const uint32_t *)context;
}

struct pixel {
    struct list_pane *pane;
    uint32_t row;
    COLORREF colour;
};

/* What is on the screen at the left edge of a row, where the bar of watched rows is. */
static bool bar_is_drawn(struct main_window *main, void *context)
{
    struct pixel *pixel = context;
    HWND list = list_pane_window(pixel->pane);
    RECT rect = {.left = LVIR_BOUNDS};
    (void)main;
    UpdateWindow(list);
    SendMessageW(list, LVM_GETITEMRECT, pixel->row, (LPARAM)&rect);
    HDC dc = GetDC(list);
    pixel->colour = GetPixel(dc, 1, (rect.top + rect.bottom) / 2);
    ReleaseDC(list, dc);
    return pixel->colour == theme_colour(THEME_WATCHED_BAR);
}

/* A hit lights up in all three lists, and is never hidden by collapsing. */
static void test_a_hit_lights_up_and_marks_what_hides_it(void **state)
{
    struct rig *rig = *state;
    struct list_pane *tree = rig->main->processes;
    uint32_t one = 1;
    struct watched watched = {"192.0.2.1", ST_SYSTEM};
    uint32_t row = rig_row_named(rig, tree, "PING.EXE");
    struct pixel process = {tree, row, 0};
    struct pixel connection = {rig->main->connections, 0, 0};
    assert_false(bar_is_drawn(rig->main, &process));
    rig_call(rig, watch_address, &watched);
    assert_int_equal(watched.status, ST_OK);
    rig_wait(rig, hits_are, &one, "one hit");
    rig_wait(rig, bar_is_drawn, &process, "the process has the red bar");
    rig_wait(rig, bar_is_drawn, &connection, "the connection has the red bar");
    assert_string_equal(rig_cell(rig, tree, row, 6), "192.0.2.1");
    rig_command(rig, CMD_TAB_HITS);
    assert_string_equal(rig_cell(rig, rig->main->hits, 0, 1), "PING.EXE");
    assert_string_equal(rig_cell(rig, rig->main->hits, 0, 3), "192.0.2.1");
    wchar_t title[64] = L"";
    TCITEMW item = {.mask = TCIF_TEXT, .pszText = title, .cchTextMax = 64};
    SendMessageW(rig->main->tabs, TCM_GETITEMW, TAB_HITS, (LPARAM)&item);
    assert_true(wcsstr(title, L"(1)") != NULL);
    rig_call(rig, focus_pane, tree);
    select_row(rig, tree, "explorer.exe");
    rig_key(rig, VK_LEFT);
    rig_expect_outline(rig, tree, "System >services.exe >>svchost.exe explorer.exe+!");
    /* The same connection, seen again and again, stays one hit. */
    rig_refresh(rig);
    rig_wait(rig, hits_are, &one, "still one hit");
}

/* --- doing nothing --- */

static void read_redrawn(struct main_window *main, void *context)
{
    UpdateWindow(list_pane_window(main->processes));
    *(uint64_t *)context = rowview_rows_redrawn(list_pane_rowview(main->processes));
}

/* A refresh in which nothing changed draws nothing; one changed row is one row drawn. */
static void test_only_what_changed_is_drawn(void **state)
{
    struct rig *rig = *state;
    uint64_t before = 0;
    uint64_t after = 0;
    rig_refresh(rig);
    rig_call(rig, read_redrawn, &before);
    for (int refresh = 0; refresh < 5; refresh++)
        rig_refresh(rig);
    rig_call(rig, read_redrawn, &after);
    assert_int_equal(after, before);
    struct scripted_source *machine = rig_lock(rig);
    scripted_source_connect(machine, 3252, "10.0.0.5:50009", "198.51.100.9:80", TCP_ESTABLISHED);
    rig_unlock(rig);
    rig_refresh(rig);
    rig_call(rig, read_redrawn, &after);
    assert_int_equal(after, before + 1); /* its count of connections */
}

/* --- pause --- */

static void read_number(struct main_window *main, void *context)
{
    *(uint64_t *)context =
        session_snapshot(main->session)->taken > 0 ? session_snapshot(main->session)->number : 0;
}

static void test_pause_holds_still_and_f5_still_asks(void **state)
{
    struct rig *rig = *state;
    uint64_t before = 0;
    uint64_t after = 0;
    rig_command(rig, CMD_PAUSE);
    rig_call(rig, read_number, &before);
    rig_call(rig, read_number, &before);
    Sleep(600); /* three publications' time: nothing may come */
    rig_call(rig, read_number, &before);
    uint64_t calls;
    struct scripted_source *machine = rig_lock(rig);
    calls = scripted_source_calls(machine, SCRIPTED_CONNECTIONS);
    rig_unlock(rig);
    Sleep(600);
    rig_call(rig, read_number, &after);
    assert_int_equal(before, after);
    machine = rig_lock(rig);
    assert_int_equal(scripted_source_calls(machine, SCRIPTED_CONNECTIONS), calls);
    rig_unlock(rig);
    wchar_t words[64];
    GetWindowTextW(rig->main->pause, words, 64);
    assert_true(wcsstr(words, L"Paused") != NULL);
    rig_refresh(rig);
    rig_command(rig, CMD_PAUSE);
    machine = rig_lock(rig);
    scripted_source_exit(machine, 6656, 0);
    scripted_source_start(machine, 7000, 3140, "calc.exe");
    rig_unlock(rig);
    rig_expect_outline(rig, rig->main->processes, WHOLE_TREE " >calc.exe");
}

static bool samples_every_100_ms(struct main_window *main, void *context)
{
    (void)context;
    return session_snapshot(main->session)->cost.interval_ms == 100;
}

static void read_choice(struct main_window *main, void *context)
{
    *(bool *)context = commands_checked(main, CMD_RATE_100) &&
                       !commands_checked(main, CMD_RATE_25) &&
                       commands_checked(main, CMD_SPEED_500) &&
                       settings_number(main->settings, SETTING_CONNECTIONS_MS) == 100;
}

static void test_intervals_are_chosen_from_the_menus(void **state)
{
    struct rig *rig = *state;
    bool chosen = false;
    select_row(rig, rig->main->processes, "cmd.exe");
    rig_command(rig, CMD_WATCH_PROCESS); /* with nothing to watch for it looks as the lists do */
    rig_command(rig, CMD_SPEED_500);
    rig_command(rig, CMD_RATE_100);
    rig_wait(rig, samples_every_100_ms, NULL, "connections are looked at every 100 ms");
    rig_call(rig, read_choice, &chosen);
    assert_true(chosen);
}

/* --- menus --- */

/* Each of the lines, '-' before what is grey, is in the menu. */
static void assert_offers(const char *menu, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(lines[i]);
        const char *at = menu;
        while (at && !(strncmp(at, lines[i], length) == 0 && at[length] == '\n')) {
            at = strchr(at, '\n');
            at = at ? at + 1 : NULL;
        }
        if (!at)
            fail_msg("\"%s\" is not in\n%s", lines[i], menu);
    }
}

static void test_context_menus_offer_what_works_and_grey_what_does_not(void **state)
{
    struct rig *rig = *state;
    static const char *const process[] = {"Details",        "Show connections", "Suspend", "Kill…",
                                          "Set as watched", "Mark as known",    "Copy"};
    static const char *const blind[] = {"-Watch this address", "-Mark address as known",
                                        "Show process", "Details", "Copy"};
    static const char *const open[] = {"Watch this address",
                                       "Mark address as known",
                                       "Show process",
                                       "Suspend",
                                       "Kill…",
                                       "Details",
                                       "Copy"};
    select_row(rig, rig->main->processes, "cmd.exe");
    assert_offers(rig_context_menu(rig, rig->main->processes), process,
                  sizeof process / sizeof process[0]);
    rig_command(rig, CMD_TAB_CONNECTIONS);
    struct row_of udp = {rig->main->connections, 3};
    rig_call(rig, select_only, &udp);
    assert_offers(rig_context_menu(rig, rig->main->connections), blind,
                  sizeof blind / sizeof blind[0]);
    rig_command(rig, CMD_WATCH_ADDRESS);
    rig_wait(rig, status_tells, L"does not tell the other end", "the reason is told");
    struct row_of ping = {rig->main->connections, 0};
    rig_call(rig, select_only, &ping);
    assert_offers(rig_context_menu(rig, rig->main->connections), open,
                  sizeof open / sizeof open[0]);
}

static void test_watch_this_address_and_show_process(void **state)
{
    struct rig *rig = *state;
    uint32_t one = 1;
    struct row_of ping = {rig->main->connections, 0};
    rig_call(rig, select_only, &ping);
    rig_command(rig, CMD_WATCH_ADDRESS);
    rig_wait(rig, hits_are, &one, "the watched address is a hit");
    rig_call(rig, focus_pane, rig->main->processes);
    select_row(rig, rig->main->processes, "explorer.exe");
    rig_key(rig, VK_LEFT);
    rig_call(rig, focus_pane, rig->main->connections);
    rig_call(rig, select_only, &ping);
    rig_command(rig, CMD_SHOW_PROCESS); /* though it is collapsed away */
    rig_wait(rig, selected_is, "PING.EXE", "its process is selected in the tree");
}

static void test_show_connections_follows_the_process(void **state)
{
    struct rig *rig = *state;
    select_row(rig, rig->main->processes, "svchost.exe");
    rig_command(rig, CMD_SHOW_CONNECTIONS);
    rig_expect_outline(rig, rig->main->connections, "svchost.exe svchost.exe svchost.exe");
    rig_call(rig, focus_pane, rig->main->processes);
    select_row(rig, rig->main->processes, "PING.EXE");
    rig_expect_outline(rig, rig->main->connections, "PING.EXE");
    rig_command(rig, CMD_FOLLOW);
    rig_wait(rig, status_tells, L"tree", "the status bar is back");
    assert_int_equal(rig_rows(rig, rig->main->connections), 4);
}

/* --- language and size --- */

static void test_language_changes_while_running(void **state)
{
    struct rig *rig = *state;
    wchar_t words[64];
    rig_command(rig, CMD_CHINESE);
    GetWindowTextW(rig->main->watch, words, 64);
    assert_true(wcschr(words, 0x76d1) != NULL); /* the first of the two characters of "watch" */
    rig_command(rig, CMD_ENGLISH);
    GetWindowTextW(rig->main->watch, words, 64);
    assert_true(wcsstr(words, L"Watch") != NULL);
}

static void read_row_height(struct main_window *main, void *context)
{
    RECT rect = {.left = LVIR_BOUNDS};
    SendMessageW(list_pane_window(main->processes), LVM_GETITEMRECT, 0, (LPARAM)&rect);
    *(int *)context = rect.bottom - rect.top;
}

static void test_presentation_doubles_the_size(void **state)
{
    struct rig *rig = *state;
    int small = 0;
    int large = 0;
    rig_call(rig, read_row_height, &small);
    rig_command(rig, CMD_PRESENTATION);
    rig_call(rig, read_row_height, &large);
    assert_true(large >= 2 * small - 2 && large <= 2 * small + 2);
    rig_command(rig, CMD_PRESENTATION);
    rig_call(rig, read_row_height, &large);
    assert_int_equal(large, small);
}

#define WINDOW_TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WINDOW_TEST(test_opens_with_the_whole_tree),
        WINDOW_TEST(test_keys_close_and_open_and_climb),
        WINDOW_TEST(test_a_click_on_the_expander_closes_and_selects_nothing),
        WINDOW_TEST(test_typing_jumps),
        WINDOW_TEST(test_header_clicks_sort_siblings_and_the_third_undoes_it),
        WINDOW_TEST(test_filter_keeps_relatives_and_is_shared),
        WINDOW_TEST(test_a_bad_pattern_is_told_and_the_last_good_one_stays),
        WINDOW_TEST(test_exited_processes_stay_as_ghosts_until_told_otherwise),
        WINDOW_TEST(test_a_hit_lights_up_and_marks_what_hides_it),
        WINDOW_TEST(test_only_what_changed_is_drawn),
        WINDOW_TEST(test_pause_holds_still_and_f5_still_asks),
        WINDOW_TEST(test_intervals_are_chosen_from_the_menus),
        WINDOW_TEST(test_context_menus_offer_what_works_and_grey_what_does_not),
        WINDOW_TEST(test_watch_this_address_and_show_process),
        WINDOW_TEST(test_show_connections_follows_the_process),
        WINDOW_TEST(test_language_changes_while_running),
        WINDOW_TEST(test_presentation_doubles_the_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
