/* Every item of the context menus of processes, connections and hits is chosen once, by the keys,
 * and does what it says. An item that is not in these tables fails the test: an item without an
 * effect, or without a test, can't slip in. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/watch/known.h"
#include "core/windows/text16.h"
#include "gui/case_dialog.h"
#include "gui/evidence_dialog.h"
#include "gui/find_window.h"
#include "gui/harm_dialog.h"
#include "gui/notes.h"
#include "gui/remove_dialog.h"
#include "gui/tree_dialog.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/window_rig.h"
#include "tests/support/scripted_evidence.h"

static struct scripted_evidence made;
static struct closing_means closing = {.ipv6 = true, .elevated = true};
static struct evidence_system evidence_system;
static char shown[512];

/* explorer > cmd > (ping, worker); ping has the one connection */
static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 50000, 0, "explorer.exe");
    scripted_source_start(machine, 50004, 50000, "cmd.exe");
    scripted_source_start(machine, 50008, 50004, "ping.exe");
    scripted_source_start(machine, 50012, 50004, "worker.exe");
    scripted_source_connect(machine, 50008, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
}

static enum status show(struct text path, struct failure *failure)
{
    (void)failure;
    snprintf(shown, sizeof shown, "%.*s", (int)path.size, path.bytes);
    return ST_OK;
}

static void prepare(struct rig *rig)
{
    scripted_evidence_begin(&made);
    shown[0] = 0;
    evidence_system = (struct evidence_system){&made.means, &closing, show};
    rig->setup.evidence = &evidence_system;
}

static bool all_listed(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) == 4 &&
           tree_view_count(list_pane_view(main->connections)) == 1;
}

static void open_rig(struct rig *rig)
{
    rig_open_with(rig, make_machine, prepare);
    rig_wait(rig, all_listed, NULL, "all rows are there");
}

static void close_rig(struct rig *rig)
{
    rig_close(rig);
    scripted_evidence_end(&made);
}

/* --- what the rows tell --- */

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
            return text_starts(notes_find(facts->key), text_from(told->words));
    }
    return false;
}

static void expect_note(struct rig *rig, uint32_t pid, const char *words)
{
    struct told told = {pid, words};
    rig_wait(rig, is_told, &told, words);
}

/* --- whom the item is for --- */

static void go_to(struct main_window *main, void *context)
{
    struct list_pane *pane = context;
    main->last = pane;
    SetFocus(list_pane_window(pane));
    if (pane != main->processes)
        rowview_go_to(list_pane_rowview(pane), 0);
}

static void go_to_row(struct main_window *main, void *context)
{
    main->last = main->processes;
    SetFocus(list_pane_window(main->processes));
    rowview_go_to(list_pane_rowview(main->processes), *(uint32_t *)context);
}

static struct list_pane *on_process(struct rig *rig, const char *name)
{
    uint32_t row = rig_row_named(rig, rig->main->processes, name);
    assert_int_not_equal(row, VIEW_NO_ROW);
    rig_call(rig, go_to_row, &row);
    return rig->main->processes;
}

static struct list_pane *on_cmd(struct rig *rig)
{
    return on_process(rig, "cmd.exe");
}

static struct list_pane *on_ping(struct rig *rig)
{
    return on_process(rig, "ping.exe");
}

static struct list_pane *on_ping_that_stands(struct rig *rig)
{
    struct list_pane *pane = on_ping(rig);
    rig_command(rig, CMD_SUSPEND);
    expect_note(rig, 50008, "suspended, count 1");
    return pane;
}

static struct list_pane *on_tree_that_stands(struct rig *rig)
{
    struct list_pane *pane = on_cmd(rig);
    PostMessageW(rig->window, WM_COMMAND, CMD_SUSPEND_TREE, 0);
    user_clicks(user_sees_dialog(STR_TREE_TITLE), TREE_DO);
    user_sees_no_dialog(STR_TREE_TITLE);
    expect_note(rig, 50012, "suspended");
    return pane;
}

static struct list_pane *on_connection(struct rig *rig)
{
    rig_command(rig, CMD_TAB_CONNECTIONS);
    rig_call(rig, go_to, rig->main->connections);
    return rig->main->connections;
}

static struct list_pane *on_hit(struct rig *rig)
{
    rig_watch(rig, "192.0.2.1");
    rig_expect_hits(rig, 1);
    rig_command(rig, CMD_TAB_HITS);
    rig_call(rig, go_to, rig->main->hits);
    return rig->main->hits;
}

/* --- what is seen afterwards --- */

static HWND find_window(const wchar_t *title)
{
    HWND found = NULL;
    for (ULONGLONG begun = GetTickCount64(); !found; Sleep(5)) {
        assert_true(GetTickCount64() - begun < RIG_PATIENCE);
        found = FindWindowW(NULL, title);
    }
    return found;
}

static void sees_properties_of(const wchar_t *title)
{
    HWND window = find_window(title);
    user_clicks(window, IDCANCEL);
    rig_expect_gone(window);
}

static void sees_ping_properties(struct rig *rig)
{
    (void)rig;
    sees_properties_of(L"ping.exe (50008) \x2014 Properties");
}

static bool on_tab(struct main_window *main, void *context)
{
    return main->options.lower && main->options.tab == *(enum main_tab *)context;
}

static void sees_details(struct rig *rig)
{
    enum main_tab tab = TAB_DETAILS;
    rig_wait(rig, on_tab, &tab, "the details are shown");
}

static void sees_its_connections(struct rig *rig)
{
    enum main_tab tab = TAB_CONNECTIONS;
    rig_wait(rig, on_tab, &tab, "the connections are shown");
    rig_expect_outline(rig, rig->main->connections, "ping.exe");
}

static bool is_selected(struct main_window *main, void *context)
{
    uint32_t row = list_pane_current(main->processes);
    return main->last == main->processes && row != VIEW_NO_ROW &&
           main->processes_shown->processes[row].facts->key.pid == *(uint32_t *)context;
}

static void sees_ping_selected(struct rig *rig)
{
    uint32_t pid = 50008;
    rig_wait(rig, is_selected, &pid, "its process is selected");
}

static void sees_suspended(struct rig *rig)
{
    expect_note(rig, 50008, "suspended, count 1");
}

static void sees_resumed(struct rig *rig)
{
    expect_note(rig, 50008, "resumed");
}

static void sees_restarted(struct rig *rig)
{
    user_clicks(user_sees_dialog(STR_HARM_TITLE), HARM_DO);
    expect_note(rig, 50008, "restarted, now PID 40000");
}

static void sees_killed(struct rig *rig)
{
    user_clicks(user_sees_dialog(STR_HARM_TITLE), HARM_DO);
    expect_note(rig, 50008, "killed");
}

static void tree_ends_in(struct rig *rig, const char *words)
{
    user_clicks(user_sees_dialog(STR_TREE_TITLE), TREE_DO);
    expect_note(rig, 50004, words);
    expect_note(rig, 50008, words);
    expect_note(rig, 50012, words);
}

static void sees_tree_killed(struct rig *rig)
{
    tree_ends_in(rig, "killed");
}

static void sees_tree_suspended(struct rig *rig)
{
    tree_ends_in(rig, "suspended");
}

static void sees_tree_resumed(struct rig *rig)
{
    tree_ends_in(rig, "resumed");
}

static void sees_dump(struct rig *rig)
{
    user_clicks(user_sees_dialog(STR_DUMP_TITLE), EVIDENCE_DO);
    expect_note(rig, 50008, "dumped: x.dmp");
}

/* Whom the item is for is flagged. */
static void sees_collection(struct rig *rig)
{
    HWND dialog = user_sees_dialog(STR_PARTS_TITLE);

    (void)rig;
    user_waits_for_part(user_finds(dialog, PARTS_FLAGGED), "one process: ping.exe (50008)");
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_PARTS_TITLE);
}

static void sees_sample(struct rig *rig)
{
    user_clicks(user_sees_dialog(STR_SAMPLE_TITLE), EVIDENCE_DO);
    expect_note(rig, 50008, "copied: ");
}

/* What there is no file of can't be removed, and that is told. */
static void sees_removal(struct rig *rig)
{
    HWND dialog = user_sees_dialog(STR_REMOVE_TITLE);

    (void)rig;
    user_waits_for_part(user_finds(dialog, REMOVE_NOTE), "there is no such file");
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_REMOVE_TITLE);
}

static bool is_shown(struct main_window *main, void *context)
{
    (void)main;
    return strstr(shown, context) != NULL;
}

static void sees_folder(struct rig *rig)
{
    rig_wait(rig, is_shown, "ping.exe", "its file is shown");
}

static bool is_watched(struct main_window *main, void *context)
{
    (void)main;
    (void)context;
    return session_hits(main->session)->count == 1;
}

static void sees_hit(struct rig *rig)
{
    rig_wait(rig, is_watched, NULL, "it is watched: a hit");
}

static bool is_known(struct main_window *main, void *context)
{
    const struct known *known = session_known(main->session);
    (void)context;
    return known && known_count(known) == 1;
}

static void sees_known(struct rig *rig)
{
    rig_wait(rig, is_known, NULL, "it is known");
}

static bool is_closed(struct main_window *main, void *context)
{
    const struct snapshot *snapshot = main->connections_shown;
    (void)context;
    return snapshot->connection_count == 1 &&
           text_starts(notes_find(notes_key_of_connection(snapshot->connections[0].id)),
                       text_from("closed"));
}

static void sees_closed(struct rig *rig)
{
    rig_wait(rig, is_closed, NULL, "it is told to be closed");
}

static bool clipboard_is(struct main_window *main, void *context)
{
    char narrow[8192] = "";
    (void)main;
    if (!OpenClipboard(NULL))
        return false;
    HANDLE block = GetClipboardData(CF_UNICODETEXT);
    const wchar_t *wide = block ? GlobalLock(block) : NULL;
    size_t length = wide ? wcslen(wide) : 0;
    if (wide && TEXT16_MOST(length) < sizeof narrow)
        narrow[text16_encode(wide, length, narrow)] = 0;
    if (wide)
        GlobalUnlock(block);
    CloseClipboard();
    return strstr(narrow, context) && strchr(narrow, '\t') != NULL;
}

/* The whole row: cells with tabs between. */
static void sees_row_copied(struct rig *rig)
{
    rig_wait(rig, clipboard_is, "50008\t", "the row is in the clipboard");
}

static bool clipboard_starts(struct main_window *main, void *context)
{
    wchar_t first[64] = L"";
    (void)main;
    if (!OpenClipboard(NULL))
        return false;
    HANDLE block = GetClipboardData(CF_UNICODETEXT);
    const wchar_t *wide = block ? GlobalLock(block) : NULL;
    if (wide) {
        lstrcpynW(first, wide, 64);
        GlobalUnlock(block);
    }
    CloseClipboard();
    return wcsncmp(first, context, wcslen(context)) == 0;
}

static void sees_json_copied(struct rig *rig)
{
    rig_wait(rig, clipboard_starts, L"{\"", "the row is in the clipboard as JSON");
}

static void sees_cell_copied(struct rig *rig)
{
    rig_wait(rig, clipboard_starts, L"ping.exe", "the cell is in the clipboard");
}

/* The first cell of a hit is its time. */
static void sees_time_copied(struct rig *rig)
{
    wchar_t wide[64];
    assert_true(
        MultiByteToWideChar(CP_UTF8, 0, rig_cell(rig, rig->main->hits, 0, 0), -1, wide, 64));
    assert_int_not_equal(wide[0], 0);
    rig_wait(rig, clipboard_starts, wide, "the cell is in the clipboard");
}

/* The Find window, with what is meant filled in. */
static void sees_search(unsigned field, const char *words)
{
    user_waits_for_text(user_finds(user_sees_dialog(STR_FIND_TITLE), field), words);
}

static void sees_search_of_ping(struct rig *rig)
{
    (void)rig;
    sees_search(FIND_PIDS, "50008");
}

static void sees_search_of_name(struct rig *rig)
{
    (void)rig;
    sees_search(FIND_TERM, "ping.exe");
}

static void sees_search_of_address(struct rig *rig)
{
    (void)rig;
    sees_search(FIND_TERM, "192.0.2.1");
}

/* --- the items --- */

struct item {
    unsigned command;
    struct list_pane *(*on)(struct rig *rig);
    void (*sees)(struct rig *rig);
};

static const struct item of_process[] = {
    {CMD_PROPERTIES, on_ping, sees_ping_properties},
    {CMD_DETAILS, on_ping, sees_details},
    {CMD_SHOW_CONNECTIONS, on_ping, sees_its_connections},
    {CMD_SUSPEND, on_ping, sees_suspended},
    {CMD_RESUME, on_ping_that_stands, sees_resumed},
    {CMD_RESTART, on_ping, sees_restarted},
    {CMD_KILL, on_ping, sees_killed},
    {CMD_KILL_TREE, on_cmd, sees_tree_killed},
    {CMD_SUSPEND_TREE, on_cmd, sees_tree_suspended},
    {CMD_RESUME_TREE, on_tree_that_stands, sees_tree_resumed},
    {CMD_DUMP, on_ping, sees_dump},
    {CMD_SAMPLE, on_ping, sees_sample},
    {CMD_CASE_EVIDENCE, on_ping, sees_collection},
    {CMD_OPEN_FOLDER, on_ping, sees_folder},
    {CMD_REMOVE_FILE, on_ping, sees_removal},
    {CMD_PROCESS_HANDLES, on_ping, sees_search_of_ping},
    {CMD_PROCESS_REGISTRY, on_ping, sees_search_of_name},
    {CMD_PROCESS_MEMORY, on_ping, sees_search_of_ping},
    {CMD_WATCH_PROCESS, on_ping, sees_hit},
    {CMD_KNOWN_PROCESS, on_ping, sees_known},
    {CMD_COPY_CELL, on_ping, sees_cell_copied},
    {CMD_COPY_ROW, on_ping, sees_row_copied},
    {CMD_COPY_JSON, on_ping, sees_json_copied},
};

static const struct item of_connection[] = {
    {CMD_CLOSE_CONNECTION, on_connection, sees_closed},
    {CMD_WATCH_ADDRESS, on_connection, sees_hit},
    {CMD_KNOWN_ADDRESS, on_connection, sees_known},
    {CMD_ADDRESS_MEMORY, on_connection, sees_search_of_address},
    {CMD_SHOW_PROCESS, on_connection, sees_ping_selected},
    {CMD_PROPERTIES, on_connection, sees_ping_properties},
    {CMD_SUSPEND, on_connection, sees_suspended},
    {CMD_KILL, on_connection, sees_killed},
    {CMD_DETAILS, on_connection, sees_details},
    {CMD_COPY_CELL, on_connection, sees_cell_copied},
    {CMD_COPY_ROW, on_connection, sees_row_copied},
    {CMD_COPY_JSON, on_connection, sees_json_copied},
};

static const struct item of_hit[] = {
    {CMD_DETAILS, on_hit, sees_details},
    {CMD_SHOW_PROCESS, on_hit, sees_ping_selected},
    {CMD_PROPERTIES, on_hit, sees_ping_properties},
    {CMD_SUSPEND, on_hit, sees_suspended},
    {CMD_KILL, on_hit, sees_killed},
    {CMD_DUMP, on_hit, sees_dump},
    {CMD_SAMPLE, on_hit, sees_sample},
    {CMD_CASE_EVIDENCE, on_hit, sees_collection},
    {CMD_OPEN_FOLDER, on_hit, sees_folder},
    {CMD_REMOVE_FILE, on_hit, sees_removal},
    {CMD_PROCESS_HANDLES, on_hit, sees_search_of_ping},
    {CMD_PROCESS_REGISTRY, on_hit, sees_search_of_name},
    {CMD_PROCESS_MEMORY, on_hit, sees_search_of_ping},
    {CMD_ADDRESS_MEMORY, on_hit, sees_search_of_address},
    {CMD_CLOSE_CONNECTION, on_hit, sees_closed},
    {CMD_COPY_CELL, on_hit, sees_time_copied},
    {CMD_COPY_ROW, on_hit, sees_row_copied},
    {CMD_COPY_JSON, on_hit, sees_json_copied},
};

static void choose_each(const struct item *items, size_t count)
{
    unsigned commands[64];
    struct rig rig;

    for (size_t i = 0; i < count; i++) {
        open_rig(&rig);
        struct list_pane *pane = items[i].on(&rig);
        if (i == 0) {
            size_t offered = rig_context_commands(&rig, pane, commands, 64);
            for (size_t n = 0; n < offered; n++) {
                size_t at = 0;
                while (at < count && items[at].command != commands[n])
                    at++;
                if (at == count)
                    fail_msg("no test chooses item %u of this menu", commands[n]);
            }
            assert_int_equal(offered, count);
        }
        print_message("# item %u\n", items[i].command);
        rig_choose_item(&rig, pane, items[i].command);
        items[i].sees(&rig);
        close_rig(&rig);
    }
}

static void test_each_item_of_a_process(void **state)
{
    (void)state;
    choose_each(of_process, sizeof of_process / sizeof of_process[0]);
}

static void test_each_item_of_a_connection(void **state)
{
    (void)state;
    choose_each(of_connection, sizeof of_connection / sizeof of_connection[0]);
}

static void test_each_item_of_a_hit(void **state)
{
    (void)state;
    choose_each(of_hit, sizeof of_hit / sizeof of_hit[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_item_of_a_process),
        cmocka_unit_test(test_each_item_of_a_connection),
        cmocka_unit_test(test_each_item_of_a_hit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
