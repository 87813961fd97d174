/* What was found in a report, reviewed before it goes into the watchlist, as a user works with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <windows.h>

#include <cmocka.h>
#include <commctrl.h>

#include "gui/strings.h"
#include "gui/watch_dialog.h"
#include "gui/watch_review.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/watch_editor.h"

static void put_on_clipboard(const wchar_t *words)
{
    size_t size = (wcslen(words) + 1) * sizeof *words;
    HGLOBAL held = GlobalAlloc(GMEM_MOVEABLE, size);

    assert_non_null(held);
    memcpy(GlobalLock(held), words, size);
    GlobalUnlock(held);
    assert_true(OpenClipboard(NULL));
    EmptyClipboard();
    SetClipboardData(CF_UNICODETEXT, held);
    CloseClipboard();
}

static const wchar_t report[] = L"See https://www.example.com/blog\r\n"
                                L"185[.]220[.]101[.]7 port 8443\r\n"
                                L"hxxps://evil[.]badguys[.]ru/gate.php\r\n"
                                L"10.0.0[.]5\r\n"
                                L"44d88612fea8a8f36de82e1278abb02f\r\n";

static int find_row(HWND grid, int column, const char *words)
{
    for (int row = 0; row < user_counts(grid); row++) {
        if (strcmp(user_reads_cell(grid, row, column), words) == 0)
            return row;
    }
    fail_msg("no row reads \"%s\"", words);
    return -1;
}

static void test_a_pasted_report_is_reviewed_before_it_is_taken(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, NULL);
    put_on_clipboard(report);
    user_clicks(editor.dialog, WATCH_PASTE);
    HWND review = user_sees_dialog(STR_REVIEW_TITLE);
    HWND found = user_finds(review, REVIEW_GRID);
    user_waits_for_count(found, 5);
    user_waits_for_text(user_finds(review, IDOK), "T&ake 2");
    int private = find_row(found, REVIEW_INDICATOR, "10.0.0.5");
    assert_string_equal(user_reads_cell(found, private, REVIEW_DOUBT_NAME), "private");
    assert_true(user_reads_cell(found, private, REVIEW_REASON)[0] != '\0');
    /* A hash cannot be ticked, a private address can. */
    user_clicks_row(found, find_row(found, REVIEW_DOUBT_NAME, "not watchable"), 10);
    user_clicks_row(found, private, 10);
    user_waits_for_text(user_finds(review, IDOK), "T&ake 3");
    user_clicks(review, IDOK);
    user_sees_no_dialog(STR_REVIEW_TITLE);
    user_waits_for_count(editor.grid, 3);
    assert_string_equal(user_reads_cell(editor.grid, 0, WATCH_FROM), "clipboard, line 2");
    user_clicks(editor.dialog, IDOK);
    watch_editor_close_with(&editor, "185.220.101.7:8443\nevil.badguys.ru\n10.0.0.5\n");
}

static void test_it_filters_by_doubt_and_ticks_what_is_shown(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, NULL);
    put_on_clipboard(report);
    user_clicks(editor.dialog, WATCH_PASTE);
    HWND review = user_sees_dialog(STR_REVIEW_TITLE);
    HWND found = user_finds(review, REVIEW_GRID);
    HWND show = user_finds(review, REVIEW_SHOW);
    user_waits_for_count(found, 5);
    user_clicks(review, REVIEW_UNTICK);
    user_waits_for_text(user_finds(review, IDOK), "T&ake 0");
    assert_false(IsWindowEnabled(user_finds(review, IDOK)));
    LRESULT place = SendMessageW(show, CB_FINDSTRING, (WPARAM)-1, (LPARAM)L"reference");
    assert_true(place > 0);
    SendMessageW(show, CB_SETCURSEL, (WPARAM)place, 0);
    SendMessageW(review, WM_COMMAND, MAKEWPARAM(REVIEW_SHOW, CBN_SELCHANGE), (LPARAM)show);
    user_waits_for_count(found, 1);
    assert_string_equal(user_reads_cell(found, 0, REVIEW_INDICATOR), "www.example.com");
    user_clicks(review, REVIEW_TICK);
    user_waits_for_text(user_finds(review, IDOK), "T&ake 1");
    user_clicks(review, IDOK);
    user_waits_for_count(editor.grid, 1);
    assert_string_equal(user_reads_cell(editor.grid, 0, WATCH_INDICATOR), "www.example.com");
    user_clicks(editor.dialog, IDOK);
    watch_editor_close(&editor, true);
}

static void test_a_review_that_is_cancelled_takes_nothing(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, "192.0.2.1\n");
    put_on_clipboard(report);
    user_clicks(editor.dialog, WATCH_PASTE);
    user_clicks(user_sees_dialog(STR_REVIEW_TITLE), IDCANCEL);
    user_sees_no_dialog(STR_REVIEW_TITLE);
    user_waits_until_enabled(watch_editor_finds(&editor, IDOK));
    assert_int_equal(user_counts(editor.grid), 1);
    watch_editor_cancel(&editor);
}

static void test_it_sorts_and_keeps_its_ticks(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, NULL);
    put_on_clipboard(report);
    user_clicks(editor.dialog, WATCH_PASTE);
    HWND review = user_sees_dialog(STR_REVIEW_TITLE);
    HWND found = user_finds(review, REVIEW_GRID);
    user_waits_for_count(found, 5);
    user_clicks_head(found, REVIEW_INDICATOR);
    user_waits_for_column(found, REVIEW_INDICATOR,
                          "10.0.0.5|185.220.101.7:8443|evil.badguys.ru|www.example.com|"
                          "44d88612fea8a8f36de82e1278abb02f");
    assert_int_equal(user_sees_arrow(found, REVIEW_INDICATOR), HDF_SORTUP);
    user_waits_for_text(user_finds(review, IDOK), "T&ake 2");
    user_clicks_row(found, 0, 10); /* the private address, which is on top now */
    user_waits_for_text(user_finds(review, IDOK), "T&ake 3");
    user_clicks_head(found, REVIEW_LINE);
    user_waits_for_column(found, REVIEW_LINE, "1|2|3|4|5");
    user_clicks_head(found, REVIEW_LINE);
    user_waits_for_column(found, REVIEW_LINE, "5|4|3|2|1");
    user_clicks(review, IDOK);
    user_waits_for_count(editor.grid, 3);
    user_clicks(editor.dialog, IDOK);
    watch_editor_close_with(&editor, "185.220.101.7:8443\nevil.badguys.ru\n10.0.0.5\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_pasted_report_is_reviewed_before_it_is_taken, user_leaves),
        cmocka_unit_test_teardown(test_it_filters_by_doubt_and_ticks_what_is_shown, user_leaves),
        cmocka_unit_test_teardown(test_a_review_that_is_cancelled_takes_nothing, user_leaves),
        cmocka_unit_test_teardown(test_it_sorts_and_keeps_its_ticks, user_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
