/* The window of the sinkhole: clicked, and its effects looked at in a hosts file, the watchlist,
 * the case. No hosts file of the machine is touched: it is one of the test's own, or made up. */
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
#include "gui/sinkhole_dialog.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/window_rig.h"
#include "tests/support/scripted_sinkhole.h"

static const char original[] = "127.0.0.1 localhost\r\n10.0.0.7 intranet.example\n# caf\xe9";
static struct rig rig;
static wchar_t hosts[RIG_PATH];
static struct sinkhole_system live = {NULL, 500};
static struct scripted_sinkhole made;
static struct sinkhole_means made_means;
static struct sinkhole_system scripted = {&made_means, 1000};
static struct elevation elevation;
static unsigned asked;

static bool could_write_hosts(struct text content)
{
    struct buffer name;
    buffer_init(&name, 65536);
    text16_add(&name, hosts, wcslen(hosts));
    bool could = files_replace(buffer_text(&name), content, NULL) == ST_OK;
    buffer_done(&name);
    return could;
}

static void write_hosts(struct text content)
{
    assert_true(could_write_hosts(content));
}

static bool read_file(const wchar_t *path, struct buffer *content)
{
    struct buffer name;
    buffer_init(&name, 65536);
    buffer_clear(content);
    text16_add(&name, path, wcslen(path));
    bool read = files_read(buffer_text(&name), content, NULL) == ST_OK;
    buffer_done(&name);
    return read;
}

static bool file_holds(const wchar_t *path, const char *words)
{
    struct buffer content;
    buffer_init(&content, 1u << 20);
    bool holds =
        read_file(path, &content) && text_find(buffer_text(&content), text_from(words)) != SIZE_MAX;
    buffer_done(&content);
    return holds;
}

static void assert_original(void)
{
    struct buffer content;
    buffer_init(&content, 1u << 20);
    assert_true(read_file(hosts, &content));
    assert_true(text_equal(buffer_text(&content), text_of("127.0.0.1 localhost\r\n10.0.0.7 "
                                                          "intranet.example\n# caf\xe9")));
    buffer_done(&content);
}

static enum status ask(void *context, void *owner, struct text arguments, struct failure *failure)
{
    (void)context;
    (void)owner;
    (void)arguments;
    (void)failure;
    asked++;
    return ST_CANCELLED;
}

static void prepare_live(struct rig *prepared)
{
    swprintf(hosts, RIG_PATH, L"%ls\\hosts", prepared->folder);
    write_hosts(text_from(original));
    elevation = (struct elevation){.start = ask};
    prepared->setup.hosts = hosts;
    prepared->setup.sinkhole = &live;
    prepared->setup.elevation = &elevation;
}

static void prepare_scripted(struct rig *prepared)
{
    scripted_sinkhole_begin(&made, "127.0.0.1 localhost\r\n");
    made_means = scripted_sinkhole_means(&made);
    elevation = (struct elevation){.start = ask, .elevated = true};
    prepared->setup.sinkhole = &scripted;
    prepared->setup.elevation = &elevation;
}

static void prepare_plain(struct rig *prepared)
{
    prepare_scripted(prepared);
    elevation.elevated = false;
}

static int open_live(void **state)
{
    (void)state;
    live.settle_ms = 500;
    rig_open_with(&rig, NULL, prepare_live);
    return 0;
}

static int open_scripted(void **state)
{
    (void)state;
    rig_open_with(&rig, NULL, prepare_scripted);
    return 0;
}

static int open_plain(void **state)
{
    (void)state;
    asked = 0;
    rig_open_with(&rig, NULL, prepare_plain);
    return 0;
}

static int close_window(void **state)
{
    user_leaves(state);
    rig_close(&rig);
    return 0;
}

static int close_scripted(void **state)
{
    close_window(state);
    scripted_sinkhole_end(&made);
    return 0;
}

static bool list_has(struct main_window *main, void *context)
{
    return watchlist_count(session_watchlist(main->session)) == *(const uint32_t *)context;
}

static void expect_watched(uint32_t count)
{
    rig_wait(&rig, list_has, &count, "that many indicators");
}

static HWND opens_with(const char *const *domains, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rig_watch(&rig, domains[i]);
        expect_watched((uint32_t)i + 1);
    }
    PostMessageW(rig.window, WM_COMMAND, CMD_SINKHOLE, 0);
    return user_sees_dialog(STR_SINKHOLE_TITLE);
}

static const char *const domains[] = {"evil.example", "*.bad.example", "intranet.example",
                                      "www.microsoft.com", "192.0.2.200"};

static bool is_disabled(HWND dialog, unsigned id)
{
    return !IsWindowEnabled(user_finds(dialog, id));
}

static void closes(HWND dialog)
{
    user_clicks(dialog, IDCANCEL);
    user_sees_no_dialog(STR_SINKHOLE_TITLE);
}

/* The whole way: what is proposed, Apply, and what it did to file, watchlist and case; Restore. */
static void test_apply_and_restore(void **state)
{
    (void)state;
    HWND dialog = opens_with(domains, 5);
    HWND grid = user_finds(dialog, SINKHOLE_GRID);
    HWND told = user_finds(dialog, SINKHOLE_TOLD);
    wchar_t journal[RIG_PATH];
    swprintf(journal, RIG_PATH, L"%ls\\journal.jsonl", rig.case_folder);
    user_waits_for_column(grid, 0, "evil.example|bad.example|intranet.example|www.microsoft.com");
    assert_string_equal(user_reads_cell(grid, 0, 1), "192.0.2.1");
    assert_string_equal(user_reads_cell(grid, 0, 2), "2001:db8::1");
    assert_string_equal(user_reads_cell(grid, 1, 3), "will be pinned; without the names below it");
    assert_string_equal(user_reads_cell(grid, 2, 1), "");
    assert_string_equal(user_reads_cell(grid, 2, 3),
                        "not possible: another line of the file names it already");
    assert_non_null(strstr(user_reads_cell(grid, 3, 3), "Microsoft's"));
    user_waits_for_part(told, "pins 2 and takes out 0");
    assert_true(is_disabled(dialog, SINKHOLE_UNDO));
    assert_false(IsWindowVisible(user_finds(dialog, SINKHOLE_ELEVATE)));
    user_clicks(dialog, SINKHOLE_DO);
    user_waits_for_part(told, "Done, and still so after some seconds");
    user_waits_for_column(grid, 3,
                          "pinned|pinned; without the names below it|"
                          "not possible: another line of the file names it already|"
                          "refused: Microsoft's, security software would put the file back");
    assert_true(is_disabled(dialog, SINKHOLE_DO));
    assert_true(file_holds(hosts, "192.0.2.1 evil.example\r\n2001:db8::1 evil.example\r\n"
                                  "192.0.2.2 bad.example\r\n"));
    assert_true(file_holds(journal, "\"action\":\"sinkhole-set\",\"outcome\":\"success\""));
    assert_true(file_holds(journal, "\"domains\":[\"evil.example\",\"bad.example\"]"));
    assert_true(file_holds(journal, "\"backup\":"));
    expect_watched(9); /* two addresses for each */
    user_clicks(dialog, SINKHOLE_UNDO);
    user_waits_for_part(user_finds(dialog, SINKHOLE_FILE), ": 0 pinned");
    assert_string_equal(user_reads_cell(grid, 0, 3), "taken out");
    assert_original();
    expect_watched(5);
    closes(dialog);
}

struct label {
    const char *address;
    const char *label;
};

static bool is_labelled(struct main_window *main, void *context)
{
    const struct label *label = context;
    const struct watchlist *list = session_watchlist(main->session);
    for (uint32_t i = 0; i < watchlist_count(list); i++) {
        struct indicator indicator;
        struct indicator_origin origin;
        struct buffer written;
        watchlist_indicator(list, i, &indicator, &origin);
        buffer_init(&written, 256);
        indicator_add(&written, &indicator);
        bool same = text_equal(buffer_text(&written), text_from(label->address)) &&
                    text_equal(origin.label, text_from(label->label));
        buffer_done(&written);
        if (same)
            return true;
    }
    return false;
}

/* One is unticked by Space; the other gets the address that was shown, which names it. */
static void test_ticks_say_what_is_wanted(void **state)
{
    (void)state;
    struct label label = {"192.0.2.1", "sinkhole of bad.example"};
    HWND dialog = opens_with(domains, 2);
    HWND grid = user_finds(dialog, SINKHOLE_GRID);
    HWND told = user_finds(dialog, SINKHOLE_TOLD);
    user_waits_for_count(grid, 2);
    user_waits_for_part(told, "pins 2");
    user_selects(grid, 0);
    user_presses(grid, VK_SPACE);
    user_waits_for_part(told, "pins 1 and takes out 0");
    assert_string_equal(user_reads_cell(grid, 0, 1), "");
    assert_string_equal(user_reads_cell(grid, 1, 1), "192.0.2.1");
    user_clicks(dialog, SINKHOLE_DO);
    user_waits_for_part(told, "Done");
    assert_false(file_holds(hosts, "evil.example"));
    assert_true(file_holds(hosts, "192.0.2.1 bad.example"));
    rig_wait(&rig, is_labelled, &label, "the address names its domain");
    closes(dialog);
    /* Opened anew, the ticks say what is pinned. */
    PostMessageW(rig.window, WM_COMMAND, CMD_SINKHOLE, 0);
    dialog = user_sees_dialog(STR_SINKHOLE_TITLE);
    grid = user_finds(dialog, SINKHOLE_GRID);
    user_waits_for_column(grid, 0, "bad.example|evil.example");
    user_waits_for_column(grid, 3, "pinned; without the names below it|");
    user_waits_for_part(user_finds(dialog, SINKHOLE_TOLD), "The ticks are as the file is");
    user_selects(grid, 0);
    user_presses(grid, VK_SPACE);
    user_waits_for_part(user_finds(dialog, SINKHOLE_TOLD), "pins 0 and takes out 1");
    user_clicks(dialog, SINKHOLE_DO);
    user_waits_for_part(user_finds(dialog, SINKHOLE_TOLD), "Done");
    assert_original();
    closes(dialog);
}

static DWORD WINAPI put_back(void *context)
{
    (void)context;
    while (!file_holds(hosts, "evil.example"))
        Sleep(5);
    while (!could_write_hosts(text_from(original))) /* the window looks at it just now */
        Sleep(5);
    return 0;
}

/* S1: another program puts the file back; that is noticed and told, in the row, too. */
static void test_S1_a_file_that_is_put_back_is_told(void **state)
{
    (void)state;
    live.settle_ms = 20000; /* it ends as soon as the change is noticed */
    HWND dialog = opens_with(domains, 1);
    HWND grid = user_finds(dialog, SINKHOLE_GRID);
    user_waits_for_count(grid, 1);
    HANDLE thread = CreateThread(NULL, 0, put_back, NULL, 0, NULL);
    assert_non_null(thread);
    user_clicks(dialog, SINKHOLE_DO);
    user_waits_for_part(user_finds(dialog, SINKHOLE_TOLD),
                        "somebody else had changed the file again");
    user_waits_for_column(grid, 3, "was pinned, and somebody took it out again");
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    assert_original();
    expect_watched(1);
    closes(dialog);
}

/* While others are watched for, the window lives, and can be closed at once. */
static void test_closing_does_not_wait(void **state)
{
    (void)state;
    wchar_t journal[RIG_PATH];
    swprintf(journal, RIG_PATH, L"%ls\\journal.jsonl", rig.case_folder);
    live.settle_ms = 3600000;
    HWND dialog = opens_with(domains, 1);
    user_waits_for_count(user_finds(dialog, SINKHOLE_GRID), 1);
    user_clicks(dialog, SINKHOLE_DO);
    user_waits_for_part(user_finds(dialog, SINKHOLE_TOLD), "Written. Looking for some seconds");
    assert_string_equal(user_reads_cell(user_finds(dialog, SINKHOLE_GRID), 0, 0), "evil.example");
    closes(dialog);
    assert_true(file_holds(journal, "\"outcome\":\"success\""));
    assert_true(file_holds(hosts, "192.0.2.1 evil.example"));
    expect_watched(3);
}

static void test_S2_utf16_is_offered_to_be_converted(void **state)
{
    (void)state;
    write_hosts(text_of("\xff\xfe"
                        "1\0\n\0"));
    HWND dialog = opens_with(domains, 1);
    HWND told = user_finds(dialog, SINKHOLE_TOLD);
    user_waits_for_part(user_finds(dialog, SINKHOLE_FILE), "it is UTF-16, which no resolver reads");
    user_waits_for_part(told, "No resolver reads a hosts file of UTF-16");
    assert_true(is_disabled(dialog, SINKHOLE_DO));
    user_clicks(dialog, SINKHOLE_CONVERT);
    user_waits_for_part(told, "Done");
    assert_false(IsWindowVisible(user_finds(dialog, SINKHOLE_CONVERT)));
    user_clicks(dialog, SINKHOLE_DO);
    user_waits_for_part(user_finds(dialog, SINKHOLE_FILE), ": 1 pinned");
    assert_true(file_holds(hosts, "1\n# BEGIN Stakeout sinkhole\n192.0.2.1 evil.example\n"));
    closes(dialog);
}

/* --- a made-up system --- */

static void test_what_the_system_resolves_is_told_in_the_row(void **state)
{
    (void)state;
    made.answers_other = "bad.example";
    made.answers_nothing = "evil.example";
    HWND dialog = opens_with(domains, 2);
    HWND grid = user_finds(dialog, SINKHOLE_GRID);
    user_waits_for_count(grid, 2);
    user_clicks(dialog, SINKHOLE_DO);
    user_waits_for_part(user_finds(dialog, SINKHOLE_TOLD), "Done");
    assert_non_null(strstr(user_reads_cell(grid, 0, 3), "could not be seen"));
    assert_non_null(strstr(user_reads_cell(grid, 1, 3), "still resolves it to another address"));
    assert_non_null(strstr(made.steps, "flush"));
    closes(dialog);
}

static void test_others_in_between_are_told(void **state)
{
    (void)state;
    HWND dialog = opens_with(domains, 1);
    HWND told = user_finds(dialog, SINKHOLE_TOLD);
    user_waits_for_count(user_finds(dialog, SINKHOLE_GRID), 1);
    made.write_status = ST_STALE;
    user_clicks(dialog, SINKHOLE_DO);
    user_waits_for_part(told, "somebody else has changed it in between");
    made.write_status = ST_DENIED;
    user_clicks(dialog, SINKHOLE_DO);
    user_waits_for_part(told, "access denied (MoveFileEx, 5)");
    made.write_status = ST_OK;
    made.open_status = ST_BUSY;
    user_clicks(dialog, SINKHOLE_DO);
    user_waits_for_part(told, "another Stakeout changes it right now");
    closes(dialog);
}

static void test_without_rights_the_shield_is_there(void **state)
{
    (void)state;
    HWND dialog = opens_with(domains, 1);
    user_waits_for_count(user_finds(dialog, SINKHOLE_GRID), 1);
    user_waits_for_part(user_finds(dialog, SINKHOLE_TOLD), "Only an administrator");
    assert_true(is_disabled(dialog, SINKHOLE_DO));
    assert_true(is_disabled(dialog, SINKHOLE_UNDO));
    user_clicks(dialog, SINKHOLE_ELEVATE);
    user_sees_no_dialog(STR_SINKHOLE_TITLE);
    for (int waited = 0; !asked && waited < RIG_PATIENCE; waited += 10)
        Sleep(10);
    assert_int_equal(asked, 1);
}

static void test_no_domain_is_an_empty_list_that_says_what_to_do(void **state)
{
    (void)state;
    HWND dialog = opens_with(domains + 4, 1);
    user_waits_for_part(user_finds(dialog, SINKHOLE_FILE), "0 pinned");
    assert_int_equal(user_counts(user_finds(dialog, SINKHOLE_GRID)), 0);
    assert_true(is_disabled(dialog, SINKHOLE_DO));
    user_presses(user_finds(dialog, SINKHOLE_GRID), VK_ESCAPE);
    user_sees_no_dialog(STR_SINKHOLE_TITLE);
}

#define LIVE(name) cmocka_unit_test_setup_teardown(name, open_live, close_window)
#define SCRIPTED(name) cmocka_unit_test_setup_teardown(name, open_scripted, close_scripted)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIVE(test_apply_and_restore),
        LIVE(test_ticks_say_what_is_wanted),
        LIVE(test_S1_a_file_that_is_put_back_is_told),
        LIVE(test_closing_does_not_wait),
        LIVE(test_S2_utf16_is_offered_to_be_converted),
        SCRIPTED(test_what_the_system_resolves_is_told_in_the_row),
        SCRIPTED(test_others_in_between_are_told),
        cmocka_unit_test_setup_teardown(test_without_rights_the_shield_is_there, open_plain,
                                        close_scripted),
        SCRIPTED(test_no_domain_is_an_empty_list_that_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
