/* A machine that refuses everything: every pane and menu still opens and says why. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/connection_cells.h"
#include "core/model/process_cells.h"
#include "core/windows/text16.h"
#include "tests/support/gui/window_rig.h"

/* Idle and System as systems list them, a protected process, one of another user, one that was gone
 * before it could be asked, and what a live system may show of their connections. */
static void make_machine(struct scripted_source *machine)
{
    static const struct {
        uint32_t pid;
        uint32_t parent;
        const char *name;
        enum read_state why;
    } processes[] = {
        {0, 0, "System Idle Process", READ_NOT_APPLICABLE},
        {4, 0, "System", READ_NOT_APPLICABLE},
        {100, 4, "Registry", READ_PROTECTED},
        {700, 4, "csrss.exe", READ_PROTECTED},
        {800, 700, "other.exe", READ_DENIED},
        {900, 800, "short.exe", READ_GONE},
        {1000, 800, "odd.exe", READ_UNSUPPORTED},
        {1100, 800, "broken.exe", READ_FAILED},
    };
    for (size_t i = 0; i < sizeof processes / sizeof processes[0]; i++) {
        scripted_source_start_at(machine, processes[i].pid, processes[i].parent, processes[i].name,
                                 processes[i].pid < 5 ? 0 : scripted_source_now(machine));
        scripted_source_deny(machine, processes[i].pid, processes[i].why);
    }
    scripted_source_listen(machine, 4, "0.0.0.0:445");
    scripted_source_connect(machine, 800, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
    scripted_source_connect(machine, 0, "10.0.0.5:50001", "192.0.2.2:443", TCP_TIME_WAIT);
    scripted_source_connect(machine, 7777, "10.0.0.5:50002", "192.0.2.3:443", TCP_ESTABLISHED);
    scripted_source_udp(machine, 900, "[fe80::1%5]:5353");
    scripted_source_connect(machine, 1000, "[::ffff:10.0.0.5]:50003", "[::ffff:192.0.2.4]:443",
                            TCP_ESTABLISHED);
}

static bool all_listed(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) == 8 &&
           tree_view_count(list_pane_view(main->connections)) == 6;
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

struct cell_of {
    struct list_pane *pane;
    uint32_t row;
    unsigned column;
    char text[512];
};

static void print_cell(struct main_window *main, void *context)
{
    struct cell_of *cell = context;
    struct buffer out;
    (void)main;
    buffer_init(&out, 4096);
    list_pane_cell_text(cell->pane, tree_view_row(list_pane_view(cell->pane), cell->row)->index,
                        cell->column, &out);
    size_t size = out.size < sizeof cell->text - 1 ? out.size : sizeof cell->text - 1;
    if (size)
        memcpy(cell->text, out.bytes, size);
    cell->text[size] = 0;
    buffer_done(&out);
}

static void assert_cell(struct rig *rig, struct list_pane *pane, const char *name, unsigned column,
                        const char *expected)
{
    struct cell_of cell = {.pane = pane, .row = rig_row_named(rig, pane, name), .column = column};
    assert_int_not_equal(cell.row, VIEW_NO_ROW);
    rig_call(rig, print_cell, &cell);
    assert_string_equal(cell.text, expected);
}

/* P7: a field that was refused says why; no row is dropped, no field passes for empty. */
static void test_P7_every_refused_field_says_why(void **state)
{
    struct rig *rig = *state;
    static const unsigned refused[] = {PROCESS_USER,     PROCESS_SESSION, PROCESS_BITS,
                                       PROCESS_ELEVATED, PROCESS_IMAGE,   PROCESS_COMMAND,
                                       PROCESS_DIRECTORY};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_cell(rig, rig->main->processes, "other.exe", refused[i], "(access denied)");
        assert_cell(rig, rig->main->processes, "csrss.exe", refused[i], "(protected process)");
        assert_cell(rig, rig->main->processes, "System", refused[i], "(not applicable)");
        assert_cell(rig, rig->main->processes, "short.exe", refused[i],
                    "(ended before it was read)");
        assert_cell(rig, rig->main->processes, "odd.exe", refused[i], "(not supported here)");
        assert_cell(rig, rig->main->processes, "broken.exe", refused[i], "(could not be read)");
    }
}

/* N1, N5: a closing connection has no owner, and a UDP peer is not known. Neither is nothing. */
static void test_N1_N5_connections_without_owner_or_peer_say_so(void **state)
{
    struct rig *rig = *state;
    struct list_pane *pane = rig->main->connections;
    assert_cell(rig, pane, "no owner (closing)", CONNECTION_REMOTE, "192.0.2.2");
    assert_cell(rig, pane, "short.exe", CONNECTION_REMOTE, "* (peer unknown)");
    assert_cell(rig, pane, "short.exe", CONNECTION_STATE, "");
    assert_cell(rig, pane, "short.exe", CONNECTION_LOCAL, "fe80::1%5");
}

struct tip_of {
    struct list_pane *pane;
    uint32_t row;
    wchar_t text[256];
};

/* As the control asks when the pointer rests on a row. */
static void ask_for_tip(struct main_window *main, void *context)
{
    struct tip_of *tip = context;
    HWND list = list_pane_window(tip->pane);
    NMLVGETINFOTIPW asked = {.hdr = {list, (UINT_PTR)GetDlgCtrlID(list), LVN_GETINFOTIPW},
                             .pszText = tip->text,
                             .cchTextMax = 256,
                             .iItem = (int)tip->row};
    (void)main;
    SendMessageW(GetParent(list), WM_NOTIFY, asked.hdr.idFrom, (LPARAM)&asked);
}

/* N7: a mapped address is shown as the IPv4 address that it is, and the tip says how it stood in
 * the table; a plain one has nothing to say. */
static void test_N7_a_mapped_address_is_ipv4_and_the_tip_says_how_it_stood(void **state)
{
    struct rig *rig = *state;
    struct list_pane *pane = rig->main->connections;
    struct tip_of mapped = {.pane = pane, .row = rig_row_named(rig, pane, "odd.exe")};
    struct tip_of plain = {.pane = pane, .row = rig_row_named(rig, pane, "other.exe")};
    assert_cell(rig, pane, "odd.exe", CONNECTION_REMOTE, "192.0.2.4");
    assert_cell(rig, pane, "odd.exe", CONNECTION_PROTOCOL, "TCPv6");
    rig_call(rig, ask_for_tip, &mapped);
    assert_non_null(wcsstr(mapped.text, L"::ffff:10.0.0.5"));
    assert_non_null(wcsstr(mapped.text, L"::ffff:192.0.2.4"));
    assert_int_not_equal(plain.row, VIEW_NO_ROW);
    rig_call(rig, ask_for_tip, &plain);
    assert_null(wcsstr(plain.text, L"::ffff:"));
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

static bool details_name(struct main_window *main, void *context)
{
    static wchar_t words[65536];
    static char text[TEXT16_MOST(65536) + 1];
    GetWindowTextW(details_pane_window(main->details), words, 65536);
    size_t size = text16_encode(words, wcslen(words), text);
    text[size] = 0;
    return strstr(text, context) != NULL;
}

/* P6: Idle and System are rows like any other: each pane and each menu opens on them. */
static void test_P6_every_pane_and_menu_opens_on_every_process(void **state)
{
    struct rig *rig = *state;
    struct list_pane *pane = rig->main->processes;
    uint32_t count = rig_rows(rig, pane);
    assert_int_equal(count, 8);
    for (uint32_t row = 0; row < count; row++) {
        char name[64];
        struct go_to go = {pane, row};
        strncpy(name, rig_cell(rig, pane, row, 0), sizeof name - 1);
        name[sizeof name - 1] = 0;
        rig_call(rig, select_row, &go);
        assert_non_null(strstr(rig_context_menu(rig, pane), "Details\n"));
        rig_command(rig, CMD_TAB_DETAILS);
        rig_wait(rig, details_name, name, name);
        rig_command(rig, CMD_TAB_HITS);
        rig_command(rig, CMD_TAB_CONNECTIONS);
        rig_command(rig, CMD_SHOW_CONNECTIONS);
        rig_command(rig, CMD_FOLLOW);
        rig_command(rig, CMD_COPY_ROW);
        rig_command(rig, CMD_COPY_JSON);
        assert_true(IsWindow(rig->window));
    }
}

static void test_P7_every_pane_and_menu_opens_on_every_connection(void **state)
{
    struct rig *rig = *state;
    struct list_pane *pane = rig->main->connections;
    uint32_t count = rig_rows(rig, pane);
    assert_int_equal(count, 6);
    for (uint32_t row = 0; row < count; row++) {
        char remote[64];
        struct go_to go = {pane, row};
        strncpy(remote, rig_cell(rig, pane, row, 3), sizeof remote - 1);
        remote[sizeof remote - 1] = 0;
        rig_call(rig, select_row, &go);
        assert_non_null(strstr(rig_context_menu(rig, pane), "Show process\n"));
        rig_command(rig, CMD_TAB_DETAILS);
        rig_wait(rig, details_name, remote, remote);
        rig_command(rig, CMD_TAB_CONNECTIONS);
        rig_call(rig, select_row, &go);
        rig_command(rig, CMD_COPY_CELL);
        rig_command(rig, CMD_COPY_JSON);
        assert_true(IsWindow(rig->window));
    }
}

#define WINDOW_TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WINDOW_TEST(test_P7_every_refused_field_says_why),
        WINDOW_TEST(test_N1_N5_connections_without_owner_or_peer_say_so),
        WINDOW_TEST(test_N7_a_mapped_address_is_ipv4_and_the_tip_says_how_it_stood),
        WINDOW_TEST(test_P6_every_pane_and_menu_opens_on_every_process),
        WINDOW_TEST(test_P7_every_pane_and_menu_opens_on_every_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
