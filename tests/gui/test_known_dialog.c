/* The window of what is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <windows.h>

#include <cmocka.h>
#include <commctrl.h>

#include "gui/about.h"
#include "gui/known_dialog.h"
#include "gui/strings.h"
#include "tests/support/gui/user.h"

struct session {
    HANDLE thread;
    HWND dialog;
    HWND grid;
    struct known *known;
    const struct known *used;
    int uses;
};

static void take_known(void *context, const struct known *known)
{
    struct session *session = context;

    known_release(session->used);
    session->used = known_retain(known);
    session->uses++;
}

static void run_dialog(void *context)
{
    struct session *session = context;
    const struct known_dialog_setup setup = {
        .known = session->known, .use = take_known, .context = session};

    strings_choose(STRINGS_ENGLISH);
    known_dialog_run(&setup);
}

static void open_dialog(struct session *session, const char *content)
{
    memset(session, 0, sizeof *session);
    if (content)
        assert_int_equal(known_read(text_from(content), &session->known, NULL), ST_OK);
    strings_choose(STRINGS_ENGLISH);
    session->thread = user_starts(run_dialog, session);
    session->dialog = user_sees_dialog(STR_KNOWN_TITLE);
    session->grid = user_finds(session->dialog, KNOWN_GRID);
}

static void close_dialog(struct session *session)
{
    user_clicks(session->dialog, IDCANCEL);
    user_waits_for(session->thread);
    known_release(session->known);
    known_release(session->used);
}

static const char sample[] = "# looked at on Monday\naddress 192.0.2.0/24\nname svchost.exe\n"
                             "path C:\\Program Files\\Example App\\app.exe\nnonsense\n";

static void test_entries_are_listed_by_kind(void **state)
{
    struct session session;

    (void)state;
    open_dialog(&session, sample);
    user_waits_for_count(session.grid, 3);
    assert_string_equal(user_reads_cell(session.grid, 0, 0), "address");
    assert_string_equal(user_reads_cell(session.grid, 0, 1), "192.0.2.0/24");
    assert_string_equal(user_reads_cell(session.grid, 1, 0), "process name");
    assert_string_equal(user_reads_cell(session.grid, 2, 0), "program file");
    assert_string_equal(user_reads_cell(session.grid, 2, 1),
                        "C:\\Program Files\\Example App\\app.exe");
    user_waits_for_text(user_finds(session.dialog, KNOWN_COUNT), "entries: 3");
    close_dialog(&session);
    assert_int_equal(session.uses, 0);
}

static void test_removing_takes_one_and_keeps_comments(void **state)
{
    struct session session;
    struct buffer out;

    (void)state;
    open_dialog(&session, sample);
    user_waits_for_count(session.grid, 3);
    user_selects(session.grid, 1);
    user_clicks(session.dialog, KNOWN_REMOVE);
    user_waits_for_count(session.grid, 2);
    user_waits_for_text(user_finds(session.dialog, KNOWN_COUNT), "entries: 2");
    assert_string_equal(user_reads_cell(session.grid, 1, 0), "program file");
    user_clicks(session.dialog, IDCANCEL);
    user_waits_for(session.thread);
    assert_int_equal(session.uses, 1);
    buffer_init(&out, 65536);
    known_write(&out, session.used);
    assert_int_not_equal(text_find(buffer_text(&out), text_of("# looked at on Monday")), SIZE_MAX);
    assert_int_not_equal(text_find(buffer_text(&out), text_of("nonsense")), SIZE_MAX);
    assert_int_equal(text_find(buffer_text(&out), text_of("svchost.exe")), SIZE_MAX);
    buffer_done(&out);
    known_release(session.known);
    known_release(session.used);
}

static void test_entries_sort_by_what_they_mean_and_removing_keeps_the_place(void **state)
{
    struct session session;

    (void)state;
    open_dialog(&session, "address 192.0.2.10\nname b.exe\naddress 192.0.2.9\nname A.exe\n");
    user_waits_for_count(session.grid, 4);
    user_clicks_head(session.grid, 1);
    user_waits_for_column(session.grid, 1, "192.0.2.9|192.0.2.10|A.exe|b.exe");
    assert_int_equal(user_sees_arrow(session.grid, 1), HDF_SORTUP);
    user_selects(session.grid, 1);
    user_clicks(session.dialog, KNOWN_REMOVE);
    user_waits_for_column(session.grid, 1, "192.0.2.9|A.exe|b.exe");
    while (!(SendMessageW(session.grid, LVM_GETITEMSTATE, 1, LVIS_SELECTED) & LVIS_SELECTED))
        Sleep(5); /* the entry that came into its place */
    user_clicks_head(session.grid, 0);
    user_waits_for_column(session.grid, 1,
                          "192.0.2.9|b.exe|A.exe"); /* equal ones: as in the file */
    close_dialog(&session);
    assert_int_equal(session.uses, 1);
}

static void test_an_empty_list_opens_and_has_nothing_to_remove(void **state)
{
    struct session session;

    (void)state;
    open_dialog(&session, NULL);
    user_waits_for_count(session.grid, 0);
    assert_false(IsWindowEnabled(user_finds(session.dialog, KNOWN_REMOVE)));
    close_dialog(&session);
}

/* --- about --- */

static void run_about(void *context)
{
    strings_choose(STRINGS_ENGLISH);
    about_run(NULL, context);
}

static void test_about_says_what_may_be_done_here(void **state)
{
    struct about_facts facts = {false, false, text_of("C:\\x\\stakeout.ini")};

    (void)state;
    strings_choose(STRINGS_ENGLISH);
    HANDLE thread = user_starts(run_about, &facts);
    HWND dialog = user_sees_dialog(STR_ABOUT_TITLE);
    HWND words = user_finds(dialog, ABOUT_TEXT);
    user_waits_for_part(words, "Runs without administrator rights");
    user_waits_for_part(words, "The debug privilege is off.");
    user_waits_for_part(words, "Settings: C:\\x\\stakeout.ini");
    user_waits_for_part(words, "PCRE2 10.");
    user_presses(user_finds(dialog, IDCANCEL), VK_ESCAPE);
    user_waits_for(thread);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_entries_are_listed_by_kind, user_leaves),
        cmocka_unit_test_teardown(test_removing_takes_one_and_keeps_comments, user_leaves),
        cmocka_unit_test_teardown(test_entries_sort_by_what_they_mean_and_removing_keeps_the_place,
                                  user_leaves),
        cmocka_unit_test_teardown(test_an_empty_list_opens_and_has_nothing_to_remove, user_leaves),
        cmocka_unit_test_teardown(test_about_says_what_may_be_done_here, user_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
