/* Dump, collect sample, open folder, close a connection, restart as administrator: each from its
 * menu, on a made-up machine, with its effect or the reason why it is grey. */
#include <windows.h>

#include <commctrl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "gui/evidence_dialog.h"
#include "gui/notes.h"
#include "gui/progress_dialog.h"
#include "gui/tree_dialog.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/window_rig.h"
#include "tests/support/scripted_evidence.h"

static struct scripted_evidence made;
static struct closing_means closing;
static struct evidence_system evidence_system;
static struct elevation elevation;
static HANDLE let_go; /* a dump that hangs goes on */
static char shown[512];
static struct {
    enum status answer;
    char arguments[2048];
    unsigned calls;
} asked;

/* explorer > cmd > (ping, worker); an ended one, one without a known file; System */
static void make_machine(struct scripted_source *machine)
{
    scripted_source_start(machine, 4, 0, "System");
    scripted_source_start(machine, 50000, 0, "explorer.exe");
    scripted_source_start(machine, 50004, 50000, "cmd.exe");
    scripted_source_start(machine, 50008, 50004, "ping.exe");
    scripted_source_start(machine, 50012, 50004, "worker.exe");
    scripted_source_start(machine, 50016, 50000, "nowhere.exe");
    scripted_source_facts(machine, 50016)->image.state = READ_DENIED;
    scripted_source_connect(machine, 50008, "10.0.0.5:50000", "192.0.2.1:443", TCP_ESTABLISHED);
    scripted_source_connect(machine, 50008, "10.0.0.5:50001", "192.0.2.1:80", TCP_SYN_SENT);
    scripted_source_connect(machine, 50008, "10.0.0.5:50002", "192.0.2.1:81", TCP_TIME_WAIT);
    scripted_source_connect(machine, 50008, "[2001:db8::5]:50003", "[2001:db8::1]:443",
                            TCP_ESTABLISHED);
    scripted_source_listen(machine, 50008, "0.0.0.0:445");
    scripted_source_udp(machine, 50008, "0.0.0.0:53");
}

static enum status show(struct text path, struct failure *failure)
{
    (void)failure;
    snprintf(shown, sizeof shown, "%.*s", (int)path.size, path.bytes);
    return ST_OK;
}

static enum status ask(void *context, void *owner, struct text arguments, struct failure *failure)
{
    (void)context;
    (void)failure;
    assert_non_null(owner);
    snprintf(asked.arguments, sizeof asked.arguments, "%.*s", (int)arguments.size, arguments.bytes);
    asked.calls++;
    return asked.answer;
}

static void prepare(struct rig *rig)
{
    scripted_evidence_begin(&made);
    shown[0] = 0;
    memset(&asked, 0, sizeof asked);
    closing = (struct closing_means){.ipv6 = true, .elevated = true};
    evidence_system = (struct evidence_system){&made.means, &closing, show};
    elevation = (struct elevation){.start = ask};
    rig->setup.evidence = &evidence_system;
    rig->setup.elevation = &elevation;
}

static void prepare_elevated(struct rig *rig)
{
    prepare(rig);
    elevation.elevated = true;
    rig->setup.no_debug = true;
}

static void prepare_plain(struct rig *rig)
{
    prepare(rig);
    closing = (struct closing_means){.ipv6 = false, .elevated = false};
    rig->setup.no_debug = true;
    rig->setup.select = scripted_source_facts(rig->machine, 50008)->key;
}

static bool all_listed(struct main_window *main, void *context)
{
    (void)context;
    return tree_view_count(list_pane_view(main->processes)) == 6 &&
           tree_view_count(list_pane_view(main->connections)) == 6;
}

static int open_with(void **state, void (*how)(struct rig *rig))
{
    static struct rig rig;
    let_go = CreateEventW(NULL, TRUE, FALSE, NULL);
    rig_open_with(&rig, make_machine, how);
    rig_wait(&rig, all_listed, NULL, "all rows are there");
    *state = &rig;
    return 0;
}

static int open_window(void **state)
{
    return open_with(state, prepare);
}

static int open_elevated(void **state)
{
    return open_with(state, prepare_elevated);
}

static int open_plain(void **state)
{
    return open_with(state, prepare_plain);
}

static int close_window(void **state)
{
    SetEvent(let_go);
    user_leaves(state);
    rig_close(*state);
    scripted_evidence_end(&made);
    CloseHandle(let_go);
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

/* By the port of its local end. */
static void choose_connection(struct rig *rig, const char *port)
{
    struct choice choice = {rig->main->connections, 0};
    while (strcmp(rig_cell(rig, choice.pane, choice.row, 4), port) != 0)
        assert_true(++choice.row < rig_rows(rig, choice.pane));
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
            return text_starts(notes_find(facts->key), text_from(told->words));
    }
    return false;
}

static void expect_note(struct rig *rig, uint32_t pid, const char *words)
{
    struct told told = {pid, words};
    rig_wait(rig, is_told, &told, words);
}

static bool status_tells(struct main_window *main, void *context)
{
    wchar_t words[512] = L"";
    SendMessageW(main->status, SB_GETTEXTW, 3, (LPARAM)words);
    return wcsstr(words, context) != NULL;
}

struct grey {
    unsigned command;
    unsigned why;
};

/* A refresh may take the reason away again: the command is given until it is seen. */
struct refused {
    unsigned command;
    const wchar_t *why;
};

static bool is_refused(struct main_window *main, void *context)
{
    const struct refused *refused = context;
    commands_run(main, refused->command);
    return status_tells(main, (void *)(UINT_PTR)refused->why);
}

static void expect_refused(struct rig *rig, unsigned command, const wchar_t *why)
{
    struct refused refused = {command, why};
    rig_wait(rig, is_refused, &refused, "the reason is told");
}

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

/* How often the journal holds that; it is on the disk before it is told in a row. */
static unsigned journal_has(struct rig *rig, const char *text)
{
    wchar_t path[RIG_PATH];
    struct buffer name;
    struct buffer lines;
    unsigned count = 0;
    swprintf(path, RIG_PATH, L"%ls\\journal.jsonl", rig->case_folder);
    buffer_init(&name, 65536);
    buffer_init(&lines, 1u << 20);
    text16_add(&name, path, wcslen(path));
    if (files_read(buffer_text(&name), &lines, NULL) == ST_OK) {
        struct text rest = buffer_text(&lines);
        size_t at = text_find(rest, text_from(text));
        while (at != SIZE_MAX) {
            count++;
            rest = text_slice(rest, at + 1, rest.size - at - 1);
            at = text_find(rest, text_from(text));
        }
    }
    buffer_done(&lines);
    buffer_done(&name);
    return count;
}

static HWND opens(struct rig *rig, unsigned command, unsigned title)
{
    PostMessageW(rig->window, WM_COMMAND, command, 0);
    return user_sees_dialog(title);
}

/* --- dumps --- */

static void test_dump_asks_how_much_and_says_how_large_and_where(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    HWND dialog = opens(rig, CMD_DUMP, STR_DUMP_TITLE);
    user_waits_for_part(user_finds(dialog, EVIDENCE_SMALL), "about 32.0 MB");
    user_waits_for_part(user_finds(dialog, EVIDENCE_FULL), "about 3.0 GB");
    user_waits_for_part(user_finds(dialog, EVIDENCE_ROOM), "free: 64.0 GB");
    user_waits_for_part(user_finds(dialog, EVIDENCE_ROOM), "case");
    assert_false(IsWindowEnabled(user_finds(dialog, EVIDENCE_ALSO))); /* it started nothing */
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_DUMP_TITLE);
    scripted_evidence_assert_story(&made, "");
    assert_int_equal(journal_has(rig, "dump"), 0);
}

static void test_a_size_that_is_unknown_is_told_so(void **state)
{
    struct rig *rig = *state;
    made.estimate = ST_DENIED;
    made.room = ST_DENIED;
    choose(rig, "ping.exe");
    HWND dialog = opens(rig, CMD_DUMP, STR_DUMP_TITLE);
    user_waits_for_part(user_finds(dialog, EVIDENCE_SMALL), "about ?");
    user_waits_for_part(user_finds(dialog, EVIDENCE_ROOM), "free: ?");
    user_presses(dialog, VK_ESCAPE);
    user_sees_no_dialog(STR_DUMP_TITLE);
}

static void test_a_small_and_a_full_dump(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    HWND dialog = opens(rig, CMD_DUMP, STR_DUMP_TITLE);
    user_clicks(dialog, EVIDENCE_DO);
    expect_note(rig, 50008, "dumped: x.dmp, 6 bytes");
    user_sees_no_dialog(STR_PROGRESS_TITLE);
    assert_int_equal(journal_has(rig, "\"action\":\"dump\""), 2);
    assert_int_equal(journal_has(rig, "\"outcome\":\"success\""), 1);
    dialog = opens(rig, CMD_DUMP, STR_DUMP_TITLE);
    user_clicks(dialog, EVIDENCE_FULL);
    made.make = ST_DISK_FULL;
    user_clicks(dialog, EVIDENCE_DO);
    expect_note(rig, 50008, "not done: the disk is full");
    scripted_evidence_assert_story(&made, "dump 50008\nfull dump 50008\n");
    assert_int_equal(journal_has(rig, "\"outcome\":\"failure\""), 1);
}

static void test_a_tree_is_dumped_suspended_and_resumed(void **state)
{
    struct rig *rig = *state;
    choose(rig, "cmd.exe");
    HWND dialog = opens(rig, CMD_DUMP, STR_DUMP_TITLE);
    user_waits_for_part(user_finds(dialog, EVIDENCE_ALSO), "2 more");
    user_clicks(dialog, EVIDENCE_ALSO);
    user_clicks(dialog, EVIDENCE_DO);
    HWND list = user_sees_dialog(STR_TREE_TITLE);
    user_waits_for_column(user_finds(list, TREE_GRID), 1, "50004|50008|50012");
    user_waits_for_text(user_finds(list, TREE_DO), "&Dump 3");
    user_clicks(list, TREE_DO);
    expect_note(rig, 50004, "dumped: x.dmp");
    expect_note(rig, 50008, "dumped: x.dmp");
    expect_note(rig, 50012, "dumped: x.dmp");
    rig_lock(rig);
    bool all_run = scripted_hand_runs(rig->hand, 50004) && scripted_hand_runs(rig->hand, 50008) &&
                   scripted_hand_runs(rig->hand, 50012);
    unsigned suspends = scripted_hand_puppet(rig->hand, 50008)->suspends;
    rig_unlock(rig);
    assert_true(all_run);
    assert_int_equal(suspends, 1);
    assert_int_equal(journal_has(rig, "suspend-tree"), 2);
}

static void test_a_part_of_the_tree_is_dumped(void **state)
{
    struct rig *rig = *state;
    choose(rig, "cmd.exe");
    HWND dialog = opens(rig, CMD_DUMP, STR_DUMP_TITLE);
    user_clicks(dialog, EVIDENCE_ALSO);
    user_clicks(dialog, EVIDENCE_DO);
    HWND list = user_sees_dialog(STR_TREE_TITLE);
    user_clicks_row(user_finds(list, TREE_GRID), 1, 8); /* not 50008 */
    user_waits_for_text(user_finds(list, TREE_DO), "&Dump 2");
    user_clicks(list, TREE_DO);
    expect_note(rig, 50004, "dumped: x.dmp");
    expect_note(rig, 50012, "dumped: x.dmp");
    rig_lock(rig);
    unsigned suspends = scripted_hand_puppet(rig->hand, 50008)->suspends;
    rig_unlock(rig);
    assert_int_equal(suspends, 0);
    scripted_evidence_assert_story(&made, "dump 50004\ndump 50012\n");
}

static void test_no_tree_is_dumped_when_its_list_is_declined(void **state)
{
    struct rig *rig = *state;
    choose(rig, "cmd.exe");
    HWND dialog = opens(rig, CMD_DUMP, STR_DUMP_TITLE);
    user_clicks(dialog, EVIDENCE_ALSO);
    user_clicks(dialog, EVIDENCE_DO);
    user_clicks(user_sees_dialog(STR_TREE_TITLE), IDCANCEL);
    user_sees_no_dialog(STR_TREE_TITLE);
    assert_int_equal(journal_has(rig, "dump"), 0);
    scripted_evidence_assert_story(&made, "");
}

static void hang(void *context)
{
    (void)context;
    WaitForSingleObject(let_go, RIG_PATIENCE);
}

/* The work has not noticed yet, and may need its time: nobody waits for that. */
static void test_a_cancel_is_at_once_and_leaves_a_line(void **state)
{
    struct rig *rig = *state;
    made.on_make = hang;
    choose(rig, "ping.exe");
    HWND dialog = opens(rig, CMD_DUMP, STR_DUMP_TITLE);
    user_clicks(dialog, EVIDENCE_DO);
    dialog = user_sees_dialog(STR_PROGRESS_TITLE);
    user_waits_for_text(user_finds(dialog, PROGRESS_SO_FAR), "50 per cent");
    assert_int_equal(SendMessageW(user_finds(dialog, PROGRESS_BAR), PBM_GETPOS, 0, 0), 500);
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_PROGRESS_TITLE);
    assert_int_equal(why_grey(rig, CMD_DUMP), STR_WHY_EVIDENCE_BUSY);
    assert_int_equal(why_grey(rig, CMD_SAMPLE), STR_WHY_EVIDENCE_BUSY);
    SetEvent(let_go);
    expect_note(rig, 50008, "not done: cancelled");
    assert_int_equal(why_grey(rig, CMD_DUMP), 0);
    assert_int_equal(journal_has(rig, "\"outcome\":\"failure\""), 1);
}

/* The program may be closed while it works: what is under way is ended first. */
static void test_the_window_may_be_closed_over_a_dump(void **state)
{
    struct rig *rig = *state;
    made.on_make = hang;
    choose(rig, "ping.exe");
    HWND dialog = opens(rig, CMD_DUMP, STR_DUMP_TITLE);
    user_clicks(dialog, EVIDENCE_DO);
    user_sees_dialog(STR_PROGRESS_TITLE);
    PostMessageW(rig->window, WM_CLOSE, 0, 0);
    SetEvent(let_go);
    rig_expect_end(rig);
    assert_int_equal(journal_has(rig, "\"action\":\"dump\""), 2); /* it has its end */
}

/* --- why not --- */

static void select_all(struct main_window *main, void *context)
{
    (void)context;
    rowview_select_all(list_pane_rowview(main->processes));
}

static void test_grey_says_why(void **state)
{
    struct rig *rig = *state;
    choose(rig, "System");
    assert_int_equal(why_grey(rig, CMD_DUMP), STR_WHY_NO_OWN_MEMORY);
    choose(rig, "nowhere.exe");
    assert_int_equal(why_grey(rig, CMD_DUMP), 0);
    assert_int_equal(why_grey(rig, CMD_SAMPLE), STR_WHY_NO_IMAGE);
    assert_int_equal(why_grey(rig, CMD_OPEN_FOLDER), STR_WHY_NO_IMAGE);
    expect_refused(rig, CMD_SAMPLE, L"could not be read");
    rig_call(rig, select_all, NULL);
    assert_int_equal(why_grey(rig, CMD_DUMP), STR_WHY_ONE_ROW);
    assert_int_equal(why_grey(rig, CMD_CLOSE_CONNECTION), STR_WHY_NO_CONNECTION);
    rig_lock(rig);
    scripted_source_exit(rig->machine, 50012, 0);
    rig_unlock(rig);
    rig_refresh(rig);
    choose(rig, "worker.exe");
    assert_int_equal(why_grey(rig, CMD_DUMP), STR_WHY_ENDED);
    assert_int_equal(why_grey(rig, CMD_SAMPLE), 0); /* its file is still there */
}

/* --- samples, folders --- */

static void test_a_sample_of_one_that_is_gone(void **state)
{
    struct rig *rig = *state;
    rig_lock(rig);
    scripted_source_exit(rig->machine, 50012, 0);
    rig_unlock(rig);
    rig_refresh(rig);
    choose(rig, "worker.exe");
    HWND dialog = opens(rig, CMD_SAMPLE, STR_SAMPLE_TITLE);
    user_waits_for_part(user_finds(dialog, EVIDENCE_FILE), "worker.exe");
    assert_false(IsWindowEnabled(user_finds(dialog, EVIDENCE_ALSO))); /* its modules are gone */
    user_clicks(dialog, EVIDENCE_DO);
    expect_note(rig, 50012, "copied: a5.sample, 6 bytes");
    assert_int_equal(journal_has(rig, "\"action\":\"sample\""), 2);
    dialog = opens(rig, CMD_SAMPLE, STR_SAMPLE_TITLE);
    made.was_stored = true;
    user_clicks(dialog, EVIDENCE_DO);
    expect_note(rig, 50012, "the case has it already: a5.sample");
}

/* The made-up process is none of this system's: its modules can't be had, and that is told. */
static void test_a_sample_with_modules(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    HWND dialog = opens(rig, CMD_SAMPLE, STR_SAMPLE_TITLE);
    user_clicks(dialog, EVIDENCE_ALSO);
    user_clicks(dialog, EVIDENCE_DO);
    expect_note(rig, 50008, "copied: a5.sample, 6 bytes; its modules could not be read: ");
}

static bool is_shown(struct main_window *main, void *context)
{
    (void)main;
    return strstr(shown, context) != NULL;
}

static void test_the_folder_of_the_image_is_opened(void **state)
{
    struct rig *rig = *state;
    choose(rig, "ping.exe");
    rig_command(rig, CMD_OPEN_FOLDER);
    rig_wait(rig, is_shown, "ping.exe", "its file is shown");
    assert_int_equal(journal_has(rig, "event"), 0); /* a look is no deed */
}

/* --- connections --- */

static void set_closing(struct main_window *main, void *context)
{
    main->closing = *(const struct closing_means *)context;
}

/* An IPv6 connection has no documented call: the item is grey and says so. So are the others that
 * nobody can close. */
static void test_N9_what_cannot_be_closed_is_grey_with_the_reason(void **state)
{
    struct rig *rig = *state;
    struct closing_means means = {.ipv6 = false, .elevated = true};
    rig_command(rig, CMD_TAB_CONNECTIONS);
    choose_connection(rig, "50003");
    assert_int_equal(why_grey(rig, CMD_CLOSE_CONNECTION), 0);
    rig_call(rig, set_closing, &means);
    assert_int_equal(why_grey(rig, CMD_CLOSE_CONNECTION), STR_WHY_CLOSING + CLOSING_BAR_IPV6);
    assert_int_equal(
        strncmp(rig_context_menu(rig, rig->main->connections), "-Close connection", 17), 0);
    expect_refused(rig, CMD_CLOSE_CONNECTION, L"closes IPv6 connections");
    choose_connection(rig, "50001");
    assert_int_equal(why_grey(rig, CMD_CLOSE_CONNECTION), STR_WHY_CLOSING + CLOSING_BAR_OPENING);
    choose_connection(rig, "50002");
    assert_int_equal(why_grey(rig, CMD_CLOSE_CONNECTION), STR_WHY_CLOSING + CLOSING_BAR_ENDING);
    choose_connection(rig, "445");
    assert_int_equal(why_grey(rig, CMD_CLOSE_CONNECTION), STR_WHY_CLOSING + CLOSING_BAR_LISTENER);
    choose_connection(rig, "53");
    assert_int_equal(why_grey(rig, CMD_CLOSE_CONNECTION), STR_WHY_CLOSING + CLOSING_BAR_UDP);
    means.elevated = false;
    rig_call(rig, set_closing, &means);
    choose_connection(rig, "50000");
    assert_int_equal(why_grey(rig, CMD_CLOSE_CONNECTION), STR_WHY_CLOSING + CLOSING_BAR_RIGHTS);
    assert_int_equal(journal_has(rig, "event"), 0);
}

static bool connection_tells(struct main_window *main, void *context)
{
    const struct snapshot *snapshot = main->connections_shown;
    for (uint32_t i = 0; i < snapshot->connection_count; i++)
        if (snapshot->connections[i].seen.local.port == 50000)
            return text_equal(notes_find(notes_key_of_connection(snapshot->connections[i].id)),
                              text_from(context));
    return false;
}

/* The system said "done" and did nothing: the row says what is seen. */
static void test_N9_a_close_tells_what_is_seen_afterwards(void **state)
{
    struct rig *rig = *state;
    rig_command(rig, CMD_TAB_CONNECTIONS);
    choose_connection(rig, "50000");
    made.seen = (struct closing_result){.outcome = CLOSING_STANDS, .state = TCP_ESTABLISHED};
    rig_command(rig, CMD_CLOSE_CONNECTION);
    rig_wait(rig, connection_tells,
             "still there, ESTABLISHED, though the system said it was closed", "it stands");
    assert_int_not_equal(rig_row_named(rig, rig->main->connections,
                                       "ping.exe  \xe2\x80\x94 still there, ESTABLISHED, though "
                                       "the system said it was closed"),
                         VIEW_NO_ROW);
    assert_int_equal(journal_has(rig, "\"outcome\":\"failure\""), 1);
    assert_int_equal(journal_has(rig, "\"destination\":{\"ip\":\"192.0.2.1\",\"port\":443}"), 2);
    made.seen = (struct closing_result){.outcome = CLOSING_GONE};
    choose_connection(rig, "50000");
    rig_command(rig, CMD_CLOSE_CONNECTION);
    rig_wait(rig, connection_tells, "closed: gone from the table", "it is gone");
    made.seen = (struct closing_result){.outcome = CLOSING_UNSEEN};
    rig_command(rig, CMD_CLOSE_CONNECTION);
    rig_wait(rig, connection_tells, "what became of it could not be read", "nobody knows");
    assert_int_equal(journal_has(rig, "\"outcome\":\"unknown\""), 1);
}

/* --- more rights --- */

static bool was_asked(struct main_window *main, void *context)
{
    (void)main;
    return asked.calls == *(const unsigned *)context && !main->elevating;
}

static void test_declined_it_goes_on_as_before(void **state)
{
    struct rig *rig = *state;
    unsigned calls = 1;
    choose(rig, "ping.exe");
    asked.answer = ST_CANCELLED;
    rig_command(rig, CMD_ELEVATE);
    rig_wait(rig, was_asked, &calls, "the system asked");
    rig_wait(rig, status_tells, L"you declined", "that is told");
    assert_int_equal(why_grey(rig, CMD_ELEVATE), 0);
    asked.answer = ST_DENIED;
    calls = 2;
    rig_command(rig, CMD_ELEVATE);
    rig_wait(rig, was_asked, &calls, "the system asked again");
    rig_wait(rig, status_tells, L"Not restarted: access denied", "that is told");
    assert_true(IsWindow(rig->window));
}

static void test_the_new_program_gets_the_case_the_list_and_the_selection(void **state)
{
    struct rig *rig = *state;
    struct buffer expected;
    buffer_init(&expected, 4096);
    buffer_add_string(&expected, "--select 50008:");
    moment_add_iso(&expected, scripted_source_facts(rig_lock(rig), 50008)->key.start, true);
    rig_unlock(rig);
    rig_watch(rig, "192.0.2.1");
    choose(rig, "ping.exe");
    rig_command(rig, CMD_ELEVATE);
    rig_expect_end(rig); /* the new one was started, and the machine went with the window */
    assert_int_equal(asked.calls, 1);
    assert_int_not_equal(text_find(text_from(asked.arguments), buffer_text(&expected)), SIZE_MAX);
    buffer_done(&expected);
    assert_non_null(strstr(asked.arguments, "--case "));
    assert_non_null(strstr(asked.arguments, "--settings "));
    assert_non_null(strstr(asked.arguments, "--after "));
    assert_null(strstr(asked.arguments, "--list ")); /* it is kept where the new one looks */
}

static void test_an_administrator_has_nothing_more_to_get(void **state)
{
    struct rig *rig = *state;
    rig_wait(rig, status_tells, L"a policy takes it", "what is missing, and why");
    assert_int_equal(why_grey(rig, CMD_ELEVATE), STR_WHY_ELEVATED);
    expect_refused(rig, CMD_ELEVATE, L"administrator already");
    assert_int_equal(asked.calls, 0);
}

static bool ping_is_selected(struct main_window *main, void *context)
{
    uint32_t index = list_pane_current(main->processes);
    (void)context;
    return index != VIEW_NO_ROW && main->processes_shown->processes[index].facts->key.pid == 50008;
}

static void test_without_the_privilege_the_status_bar_says_what_to_do(void **state)
{
    struct rig *rig = *state;
    rig_wait(rig, status_tells, L"Restart as administrator", "what to do");
    rig_wait(rig, ping_is_selected, NULL, "what was handed over is selected");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_window, close_window)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_dump_asks_how_much_and_says_how_large_and_where),
        TEST(test_a_size_that_is_unknown_is_told_so),
        TEST(test_a_small_and_a_full_dump),
        TEST(test_a_tree_is_dumped_suspended_and_resumed),
        TEST(test_a_part_of_the_tree_is_dumped),
        TEST(test_no_tree_is_dumped_when_its_list_is_declined),
        TEST(test_a_cancel_is_at_once_and_leaves_a_line),
        TEST(test_the_window_may_be_closed_over_a_dump),
        TEST(test_grey_says_why),
        TEST(test_a_sample_of_one_that_is_gone),
        TEST(test_a_sample_with_modules),
        TEST(test_the_folder_of_the_image_is_opened),
        TEST(test_N9_what_cannot_be_closed_is_grey_with_the_reason),
        TEST(test_N9_a_close_tells_what_is_seen_afterwards),
        TEST(test_declined_it_goes_on_as_before),
        TEST(test_the_new_program_gets_the_case_the_list_and_the_selection),
        cmocka_unit_test_setup_teardown(test_an_administrator_has_nothing_more_to_get,
                                        open_elevated, close_window),
        cmocka_unit_test_setup_teardown(test_without_the_privilege_the_status_bar_says_what_to_do,
                                        open_plain, close_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
