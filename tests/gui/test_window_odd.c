/* What is odd, in the window: a column, a mark beside the name, the filter, the details, a hit. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/process_cells.h"
#include "core/windows/text16.h"
#include "gui/theme.h"
#include "gui/watching.h"
#include "tests/support/gui/window_rig.h"
#include "tests/support/made_up_windows.h"

#define REMARKS_PLACE 7 /* of the column in the list as it comes */
#define FAKE_WORDS "look-alike name; runs from a temp folder"
#define FAKE_PATH "C:\\Users\\alice\\AppData\\Local\\Temp\\svch0st.exe"

static void add_fake(struct scripted_source *machine)
{
    made_up_start(machine, 9000, MADE_UP_CMD, "svch0st.exe", FAKE_PATH, NULL, MADE_UP_ALICE, 1);
    made_up_start(machine, 9010, 9000, "svchost.exe", "C:\\Windows\\System32\\svchost.exe",
                  "svchost.exe -k netsvcs", MADE_UP_LOCAL_SYSTEM, 0);
    scripted_source_connect(machine, 9010, "10.0.0.5:50000", "192.0.2.1:443", TCP_SYN_SENT);
}

static void make_machine(struct scripted_source *machine)
{
    made_up_windows11(machine);
}

static bool all_listed(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) > 40;
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

static bool is_listed(struct main_window *main, void *context)
{
    const struct snapshot *snapshot = main->processes_shown;
    return snapshot && snapshot_process_by_pid(snapshot, *(const uint32_t *)context) != NO_ROW;
}

static void start_fake(struct rig *rig)
{
    uint32_t pid = 9010;
    add_fake(rig_lock(rig));
    rig_unlock(rig);
    rig_refresh(rig);
    rig_wait(rig, is_listed, &pid, "the fake is listed");
}

/* ---- the mark ---- */

struct marks {
    struct list_pane *pane;
    const char *name; /* NULL: of any row */
    unsigned rows;    /* that bear the mark */
};

/* Counts the rows in whose first column the colour of the mark stands on the screen. */
static void count_marks(struct main_window *main, void *context)
{
    struct marks *marks = context;
    HWND list = list_pane_window(marks->pane);
    struct tree_view *view = list_pane_view(marks->pane);
    uint32_t top = (uint32_t)SendMessageW(list, LVM_GETTOPINDEX, 0, 0);
    uint32_t page = (uint32_t)SendMessageW(list, LVM_GETCOUNTPERPAGE, 0, 0);
    int width = (int)SendMessageW(list, LVM_GETCOLUMNWIDTH, 0, 0);
    HDC dc = GetDC(list);
    UpdateWindow(list);
    marks->rows = 0;
    for (uint32_t row = top; row < top + page && row < tree_view_count(view); row++) {
        RECT rect = {.left = LVIR_BOUNDS};
        bool found = false;
        uint32_t index = tree_view_row(view, row)->index;
        struct text name = main->processes_shown->processes[index].facts->name;
        if (marks->name && !text_equal(name, text_from(marks->name)))
            continue;
        SendMessageW(list, LVM_GETITEMRECT, row, (LPARAM)&rect);
        for (int y = rect.top; y < rect.bottom && !found; y++)
            for (int x = 4; x < width && !found; x++)
                found = GetPixel(dc, x, y) == theme_colour(THEME_ODD_MARK);
        marks->rows += found;
    }
    ReleaseDC(list, dc);
}

struct row_of {
    struct list_pane *pane;
    const char *name;
};

static void go_to(struct main_window *main, void *context)
{
    const struct row_of *of = context;
    struct tree_view *view = list_pane_view(of->pane);
    for (uint32_t row = 0; row < tree_view_count(view); row++) {
        uint32_t index = tree_view_row(view, row)->index;
        if (text_equal(main->processes_shown->processes[index].facts->name, text_from(of->name)))
            rowview_go_to(list_pane_rowview(of->pane), row);
    }
}

static unsigned marks_of(struct rig *rig, const char *name)
{
    struct marks marks = {rig->main->processes, name, 0};
    struct row_of of = {rig->main->processes, name ? name : "svchost.exe"};
    rig_call(rig, go_to, &of);
    rig_call(rig, count_marks, &marks);
    return marks.rows;
}

static const char *remarks_of(struct rig *rig, const char *name)
{
    uint32_t row = rig_row_named(rig, rig->main->processes, name);
    assert_int_not_equal(row, VIEW_NO_ROW);
    return rig_cell(rig, rig->main->processes, row, REMARKS_PLACE);
}

/* ---- the tests ---- */

static void test_an_ordinary_machine_has_neither_remark_nor_mark(void **state)
{
    struct rig *rig = *state;
    struct list_pane *tree = rig->main->processes;
    for (uint32_t row = 0; row < rig_rows(rig, tree); row++)
        assert_string_equal(rig_cell(rig, tree, row, REMARKS_PLACE), "");
    assert_int_equal(marks_of(rig, NULL), 0);
    assert_int_equal(marks_of(rig, "cmd.exe"), 0);
}

static void test_the_column_and_the_mark(void **state)
{
    struct rig *rig = *state;
    start_fake(rig);
    assert_string_equal(remarks_of(rig, "svch0st.exe"), FAKE_WORDS);
    assert_string_equal(remarks_of(rig, "cmd.exe"), "");
    assert_int_equal(marks_of(rig, "svch0st.exe"), 1);
    assert_int_equal(marks_of(rig, "cmd.exe"), 0);
    rig_command(rig, CMD_FLAT);
    assert_int_equal(marks_of(rig, "svch0st.exe"), 1);
    rig_command(rig, CMD_FLAT);
}

static void test_the_column_speaks_chinese(void **state)
{
    struct rig *rig = *state;
    start_fake(rig);
    rig_command(rig, CMD_CHINESE);
    assert_string_equal(remarks_of(rig, "svch0st.exe"), "名称仿冒; 从临时文件夹运行");
    rig_command(rig, CMD_ENGLISH);
}

static void test_the_filter_finds_it(void **state)
{
    struct rig *rig = *state;
    start_fake(rig);
    rig_type(rig, rig->main->filter_box, L"look-alike");
    rig_expect_outline(rig, rig->main->processes,
                       "explorer.exe >cmd.exe >>svch0st.exe >>>svchost.exe");
    rig_type(rig, rig->main->filter_box, L"/wrong (parent|user)/");
    rig_expect_outline(rig, rig->main->processes,
                       "explorer.exe >cmd.exe >>svch0st.exe >>>svchost.exe");
    rig_type(rig, rig->main->filter_box, L"image deleted");
    rig_expect_outline(rig, rig->main->processes, "");
    const struct image_file gone = {.state = READ_GONE};
    scripted_source_image(rig_lock(rig), MADE_UP_CMD, &gone);
    rig_unlock(rig);
    rig_refresh(rig);
    rig_expect_outline(
        rig, rig->main->processes,
        "explorer.exe >cmd.exe >>conhost.exe >>PING.EXE >>svch0st.exe >>>svchost.exe");
    rig_type(rig, rig->main->filter_box, L"");
}

static bool details_say(struct main_window *main, void *context)
{
    static wchar_t words[65536];
    static char text[TEXT16_MOST(65536) + 1];
    GetWindowTextW(details_pane_window(main->details), words, 65536);
    size_t size = text16_encode(words, wcslen(words), text);
    text[size] = 0;
    return strstr(text, context) != NULL;
}

static void test_the_details_tell_rule_and_fact(void **state)
{
    struct rig *rig = *state;
    struct row_of of = {rig->main->processes, "svch0st.exe"};
    start_fake(rig);
    rig_command(rig, CMD_TAB_DETAILS);
    rig_call(rig, go_to, &of);
    rig_wait(rig, details_say, "Remarks\tlook-alike name: svchost.exe\r\n", "its name");
    rig_wait(rig, details_say, "Remarks\truns from a temp folder: " FAKE_PATH "\r\n", "its path");
    rig_type(rig, rig->main->filter_box, L"wrong parent"); /* its child alone, and its parents */
    of.name = "svchost.exe";
    rig_call(rig, go_to, &of);
    rig_wait(rig, details_say, "Remarks\twrong parent: svch0st.exe (9000) (verified parent)\r\n",
             "the parent, verified");
    rig_wait(rig, details_say, "Remarks\tsvch0st.exe: look-alike name: svchost.exe\r\n",
             "what is odd about the parent");
}

static void watch_address(struct main_window *main, void *context)
{
    *(enum status *)context = watching_add(main->watching, text_of("192.0.2.1"));
}

static bool has_hit(struct main_window *main, void *context)
{
    (void)context;
    return session_hits(main->session)->count == 1;
}

static void select_first_hit(struct main_window *main, void *context)
{
    (void)context;
    SetFocus(list_pane_window(main->hits));
    rowview_go_to(list_pane_rowview(main->hits), 0);
}

static void test_a_hit_tells_it(void **state)
{
    struct rig *rig = *state;
    enum status status = ST_SYSTEM;
    start_fake(rig);
    rig_call(rig, watch_address, &status);
    assert_int_equal(status, ST_OK);
    rig_wait(rig, has_hit, NULL, "one hit");
    rig_command(rig, CMD_TAB_HITS);
    assert_string_equal(rig_cell(rig, rig->main->hits, 0, 1), "svchost.exe");
    assert_string_equal(rig_cell(rig, rig->main->hits, 0, 11), "wrong parent");
    rig_call(rig, select_first_hit, NULL);
    rig_command(rig, CMD_TAB_DETAILS);
    rig_wait(rig, details_say, "Remarks\twrong parent: svch0st.exe (9000) (verified parent)\r\n",
             "the parent");
    rig_wait(rig, details_say, "Remarks\tsvch0st.exe: look-alike name: svchost.exe\r\n",
             "what was odd about the parent");
}

#define WINDOW_TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WINDOW_TEST(test_an_ordinary_machine_has_neither_remark_nor_mark),
        WINDOW_TEST(test_the_column_and_the_mark),
        WINDOW_TEST(test_the_column_speaks_chinese),
        WINDOW_TEST(test_the_filter_finds_it),
        WINDOW_TEST(test_the_details_tell_rule_and_fact),
        WINDOW_TEST(test_a_hit_tells_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
