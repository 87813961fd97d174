/* The watchlist's editor, as a user works with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <windows.h>

#include <cmocka.h>
#include <commctrl.h>
#include <shlobj.h>

#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "gui/strings.h"
#include "gui/watch_dialog.h"
#include "gui/watch_review.h"
#include "tests/support/gui/user.h"
#include "tests/support/gui/watch_editor.h"

/* --- typing --- */

static void test_what_is_typed_is_added_and_used(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, "192.0.2.1 # Emotet\n");
    user_waits_for_count(editor.grid, 1);
    assert_string_equal(user_reads_cell(editor.grid, 0, WATCH_INDICATOR), "192.0.2.1");
    assert_string_equal(user_reads_cell(editor.grid, 0, WATCH_KIND), "address");
    assert_string_equal(user_reads_cell(editor.grid, 0, WATCH_LABEL), "Emotet");
    assert_string_equal(user_reads_cell(editor.grid, 0, WATCH_FROM), "iocs.txt, line 1");

    user_types(watch_editor_finds(&editor, WATCH_TYPE),
               L"203.0.113.9:8443\nport:4444\nname:evil.exe");
    user_waits_for_text(watch_editor_finds(&editor, WATCH_READ),
                        "Understood 3 indicators, the first as 203.0.113.9:8443 (address)");
    user_clicks(editor.dialog, WATCH_ADD);
    user_waits_for_count(editor.grid, 4);
    user_waits_for_text(watch_editor_finds(&editor, WATCH_TYPE), "");
    user_waits_for_part(watch_editor_finds(&editor, WATCH_COUNT),
                        "3 added, 0 were in the list already");
    assert_string_equal(user_reads_cell(editor.grid, 1, WATCH_PORT), "8443");
    assert_string_equal(user_reads_cell(editor.grid, 1, WATCH_FROM), "typed");
    user_clicks(editor.dialog, IDOK);
    watch_editor_close_with(&editor, "192.0.2.1\n203.0.113.9:8443\nport:4444\nname:evil.exe\n");
}

/* W1: what is written defanged is taken, and shown as what it was understood as. */
static void test_W1_defanged_typing_is_understood_while_it_is_typed(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, NULL);
    user_types(watch_editor_finds(&editor, WATCH_TYPE), L"hxxps://evil[.]badguys[.]ru/gate.php");
    user_waits_for_text(watch_editor_finds(&editor, WATCH_READ),
                        "Understood as evil.badguys.ru (domain)");
    user_clicks(editor.dialog, WATCH_ADD);
    user_waits_for_count(editor.grid, 1);
    assert_string_equal(user_reads_cell(editor.grid, 0, WATCH_INDICATOR), "evil.badguys.ru");
    user_clicks(editor.dialog, IDOK);
    watch_editor_close_with(&editor, "evil.badguys.ru\n");
}

static void test_what_is_still_in_the_field_is_watched_too(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, NULL);
    user_types(watch_editor_finds(&editor, WATCH_TYPE), L"192.0.2.7");
    user_clicks(editor.dialog, IDOK);
    watch_editor_close_with(&editor, "192.0.2.7\n");
}

static void test_what_is_not_understood_stays_and_is_told(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, NULL);
    user_types(watch_editor_finds(&editor, WATCH_TYPE), L"no idea");
    user_waits_for_text(watch_editor_finds(&editor, WATCH_READ),
                        "Not understood: “no idea” (lines like it: 1)");
    user_clicks(editor.dialog, IDOK);
    user_waits_until_enabled(watch_editor_finds(&editor, IDOK));
    user_waits_for_text(watch_editor_finds(&editor, WATCH_TYPE), "no idea");
    assert_int_equal(editor.uses, 0);
    watch_editor_cancel(&editor);
}

static void test_a_doubt_about_a_typed_address_is_said_not_enforced(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, NULL);
    user_types(watch_editor_finds(&editor, WATCH_TYPE), L"10.0.0.5");
    user_waits_for_part(watch_editor_finds(&editor, WATCH_READ),
                        "Understood as 10.0.0.5 (address). Mind: ");
    user_clicks(editor.dialog, WATCH_ADD);
    user_waits_for_count(editor.grid, 1);
    user_clicks(editor.dialog, IDOK);
    watch_editor_close(&editor, true);
}

/* --- taking away, searching --- */

static void test_removing_keeps_the_others(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, "192.0.2.1\n192.0.2.2\n192.0.2.3\n");
    user_waits_for_count(editor.grid, 3);
    user_selects(editor.grid, 1);
    user_clicks(editor.dialog, WATCH_REMOVE);
    user_waits_for_count(editor.grid, 2);
    user_waits_for_text(watch_editor_finds(&editor, WATCH_COUNT), "indicators: 2 · 1 removed");
    SetForegroundWindow(editor.dialog);
    user_presses(editor.grid, VK_DELETE); /* the row that came into its place */
    user_waits_for_count(editor.grid, 1);
    user_clicks(editor.dialog, IDOK);
    watch_editor_close_with(&editor, "192.0.2.1\n");
}

static void test_clearing_and_cancelling_asks_and_changes_nothing(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, "192.0.2.1\n192.0.2.2\n");
    user_clicks(editor.dialog, WATCH_CLEAR);
    user_waits_for_count(editor.grid, 0);
    PostMessageW(editor.dialog, WM_CLOSE, 0, 0);
    HWND question = user_sees_question(editor.dialog);
    PostMessageW(question, WM_CLOSE, 0, 0); /* Esc: the safe answer */
    user_waits_until_enabled(editor.dialog);
    assert_int_equal(user_counts(editor.grid), 0);
    user_clicks(editor.dialog, IDOK);
    watch_editor_close_with(&editor, "");
}

static void test_nothing_changed_means_nothing_is_handed_over(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, "192.0.2.1\n");
    user_clicks(editor.dialog, IDOK);
    watch_editor_close(&editor, false);
}

static void test_search_narrows_and_remove_takes_only_what_is_shown(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, "192.0.2.1 # Emotet\nevil.example\n192.0.2.3 # emotet, too\n");
    user_types(watch_editor_finds(&editor, WATCH_SEARCH), L"EMOTET");
    user_waits_for_count(editor.grid, 2);
    user_waits_for_part(watch_editor_finds(&editor, WATCH_COUNT), "indicators: 2 of 3");
    assert_string_equal(user_reads_cell(editor.grid, 1, WATCH_INDICATOR), "192.0.2.3");
    SendMessageW(editor.grid, LVM_SETITEMSTATE, (WPARAM)-1,
                 (LPARAM) & (LVITEMW){.state = LVIS_SELECTED, .stateMask = LVIS_SELECTED});
    user_clicks(editor.dialog, WATCH_REMOVE);
    user_waits_for_count(editor.grid, 0);
    SetWindowTextW(watch_editor_finds(&editor, WATCH_SEARCH), L"");
    user_waits_for_count(editor.grid, 1);
    assert_string_equal(user_reads_cell(editor.grid, 0, WATCH_INDICATOR), "evil.example");
    user_clicks(editor.dialog, IDOK);
    watch_editor_close(&editor, true);
}

/* --- files --- */

static void test_path(struct buffer *path, const char *name)
{
    wchar_t folder[MAX_PATH];
    DWORD length = GetTempPathW(MAX_PATH, folder);

    buffer_init(path, 65536);
    text16_add(path, folder, length);
    buffer_add_string(path, "stakeout-");
    buffer_add_unsigned(path, GetCurrentProcessId());
    buffer_add_byte(path, '-');
    buffer_add_string(path, name);
}

static void remove_file(struct buffer *path)
{
    wchar_t *wide = files_path(buffer_text(path), NULL);

    if (wide)
        DeleteFileW(wide);
    text16_free(wide);
    buffer_done(path);
}

/* As the shell does it: a list of paths in a block of memory. */
static void drop(HWND window, const struct buffer *path)
{
    size_t length = 0;
    wchar_t *wide = text16_from(buffer_text(path), &length);
    HGLOBAL held = GlobalAlloc(GHND, sizeof(DROPFILES) + (length + 2) * sizeof *wide);

    assert_non_null(held);
    DROPFILES *files = GlobalLock(held);
    files->pFiles = sizeof *files;
    files->fWide = TRUE;
    memcpy(files + 1, wide, (length + 1) * sizeof *wide);
    GlobalUnlock(held);
    text16_free(wide);
    PostMessageW(window, WM_DROPFILES, (WPARAM)held, 0);
}

static void test_a_dropped_file_is_read_and_reviewed(void **state)
{
    struct watch_editor editor;
    struct buffer path;

    (void)state;
    test_path(&path, "list.txt");
    assert_int_equal(
        files_replace(buffer_text(&path), text_of("185.220.101.7\n185.220.101.8\n"), NULL), ST_OK);
    watch_editor_open(&editor, NULL);
    drop(editor.dialog, &path);
    HWND review = user_sees_dialog(STR_REVIEW_TITLE);
    user_waits_for_count(user_finds(review, REVIEW_GRID), 2);
    user_clicks(review, IDOK);
    user_waits_for_count(editor.grid, 2);
    user_clicks(editor.dialog, IDOK);
    watch_editor_close(&editor, true);
    remove_file(&path);
}

static void test_a_file_that_is_not_there_is_told(void **state)
{
    struct watch_editor editor;
    struct buffer path;

    (void)state;
    test_path(&path, "missing.txt");
    watch_editor_open(&editor, NULL);
    drop(editor.dialog, &path);
    user_waits_for_part(watch_editor_finds(&editor, WATCH_COUNT), "could not be read: not found");
    user_waits_until_enabled(watch_editor_finds(&editor, IDOK));
    watch_editor_cancel(&editor);
    buffer_done(&path);
}

/* The readers of JSON may not be part of the importer yet. */
static bool json_is_read(void)
{
    const struct import_context nothing = {NULL, 0, NULL};
    struct import_result *result = NULL;
    struct buffer problem;
    enum status status;

    buffer_init(&problem, 65536);
    status = import_text(text_of("{\"Event\" 1}"), text_of("x.json"), &nothing, &result, &problem);
    import_free(result);
    buffer_done(&problem);
    return status == ST_INVALID;
}

static void test_malformed_json_is_told_with_its_line(void **state)
{
    struct watch_editor editor;
    struct buffer path;

    (void)state;
    if (!json_is_read())
        skip();
    test_path(&path, "event.json");
    assert_int_equal(
        files_replace(buffer_text(&path),
                      text_of("{\"Event\": {\n\"Attribute\": [\n{\"type\" \"ip-dst\"}]}}"), NULL),
        ST_OK);
    watch_editor_open(&editor, NULL);
    drop(editor.dialog, &path);
    user_waits_for_part(watch_editor_finds(&editor, WATCH_COUNT), "event.json");
    user_waits_for_part(watch_editor_finds(&editor, WATCH_COUNT), "line 3");
    watch_editor_cancel(&editor);
    remove_file(&path);
}

static void test_the_list_is_kept_where_it_lives(void **state)
{
    struct watch_editor editor;
    struct buffer content;

    (void)state;
    watch_editor_open(&editor, "192.0.2.1 # Emotet\n");
    /* The path is read when the list is used. */
    user_types(watch_editor_finds(&editor, WATCH_TYPE), L"192.0.2.2");
    user_clicks(editor.dialog, WATCH_ADD);
    user_waits_for_count(editor.grid, 2);
    user_clicks(editor.dialog, IDOK);
    watch_editor_ends(&editor, true);
    assert_int_equal(editor.kept, ST_OK);

    /* Again, with a place to keep it. */
    test_path(&editor.path, "watchlist.txt");
    watch_editor_begin(&editor);
    user_types(watch_editor_finds(&editor, WATCH_TYPE), L"192.0.2.2");
    user_clicks(editor.dialog, IDOK);
    watch_editor_ends(&editor, true);
    assert_int_equal(editor.kept, ST_OK);
    buffer_init(&content, 65536);
    assert_int_equal(files_read(buffer_text(&editor.path), &content, NULL), ST_OK);
    assert_true(text_equal(buffer_text(&content),
                           text_of("192.0.2.1 # Emotet (iocs.txt, line 1)\n192.0.2.2\n")));
    buffer_done(&content);
    remove_file(&editor.path);
    watch_editor_done(&editor);
}

static void test_a_list_that_cannot_be_kept_is_used_all_the_same(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_make(&editor, NULL);
    buffer_add_string(&editor.path, "C:\\windows\\system32\\kernel32.dll\\no\\list.txt");
    watch_editor_begin(&editor);
    user_types(watch_editor_finds(&editor, WATCH_TYPE), L"192.0.2.2");
    user_clicks(editor.dialog, IDOK);
    watch_editor_close_with(&editor, "192.0.2.2\n");
    assert_int_not_equal(editor.kept, ST_OK);
}

/* --- many, and another language --- */

#define MANY 200000

static struct watchlist *many_entries(void)
{
    struct watchlist_builder *builder = watchlist_builder_new();
    struct watchlist *list = NULL;

    assert_non_null(builder);
    for (uint32_t i = 0; i < MANY; i++) {
        struct indicator indicator = {.kind = INDICATOR_ADDRESS};
        const struct indicator_origin origin = {.line = i + 1};
        char words[32];
        struct buffer scratch;
        const char *why;

        buffer_init(&scratch, 256);
        snprintf(words, sizeof words, "%u.%u.%u.%u", 11 + (i >> 16) % 100, 1 + (i >> 8) % 250,
                 i & 255, 7 + (i >> 16));
        assert_int_equal(indicator_parse(text_from(words), &scratch, &indicator, &why), ST_OK);
        assert_int_equal(watchlist_add(builder, &indicator, &origin, NULL), ST_OK);
        buffer_done(&scratch);
    }
    assert_int_equal(watchlist_build(builder, &list), ST_OK);
    return list;
}

/* Within the time after which Windows itself calls a window hung. */
static void expect_answer(HWND window)
{
    DWORD_PTR answer;

    assert_true(SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_ABORTIFHUNG, 5000, &answer));
}

/* The window answers while it searches a long list, and Esc ends what is under way. */
static void test_U3_a_long_list_keeps_the_window_answering(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_make(&editor, many_entries());
    watch_editor_begin(&editor);
    int count = (int)watchlist_count(editor.list);
    user_waits_for_count(editor.grid, count);
    SendMessageW(watch_editor_finds(&editor, WATCH_SEARCH), WM_CHAR, L'z', 1);
    while (!strstr(user_reads(watch_editor_finds(&editor, WATCH_COUNT)), ": 0 of "))
        expect_answer(editor.dialog);
    for (int i = 0; i < 50; i++)
        expect_answer(editor.dialog);
    SetWindowTextW(watch_editor_finds(&editor, WATCH_SEARCH), L"");
    user_waits_for_count(editor.grid, count);
    watch_editor_cancel(&editor);
}

/* --- sorting --- */

static bool is_selected(HWND grid, int row)
{
    return SendMessageW(grid, LVM_GETITEMSTATE, (WPARAM)row, LVIS_SELECTED) & LVIS_SELECTED;
}

static void test_a_click_on_a_head_sorts_addresses_as_addresses(void **state)
{
    static const char natural[] = "192.0.2.10|evil.example|192.0.2.9|10.0.0.0/8|port:80";
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, "192.0.2.10\nevil.example\n192.0.2.9\n10.0.0.0/8\nport:80\n");
    user_waits_for_column(editor.grid, WATCH_INDICATOR, natural);
    user_selects(editor.grid, 2); /* 192.0.2.9 */
    user_clicks_head(editor.grid, WATCH_INDICATOR);
    user_waits_for_column(editor.grid, WATCH_INDICATOR,
                          "10.0.0.0/8|192.0.2.9|192.0.2.10|port:80|evil.example");
    assert_int_equal(user_sees_arrow(editor.grid, WATCH_INDICATOR), HDF_SORTUP);
    assert_true(is_selected(editor.grid, 1)); /* the entry, not the place */
    assert_false(is_selected(editor.grid, 2));
    user_clicks_head(editor.grid, WATCH_INDICATOR);
    user_waits_for_column(editor.grid, WATCH_INDICATOR,
                          "evil.example|port:80|192.0.2.10|192.0.2.9|10.0.0.0/8");
    assert_int_equal(user_sees_arrow(editor.grid, WATCH_INDICATOR), HDF_SORTDOWN);
    assert_true(is_selected(editor.grid, 3));
    user_clicks_head(editor.grid, WATCH_INDICATOR);
    user_waits_for_column(editor.grid, WATCH_INDICATOR, natural);
    assert_int_equal(user_sees_arrow(editor.grid, WATCH_INDICATOR), 0);
    assert_true(is_selected(editor.grid, 2));
    watch_editor_cancel(&editor);
}

/* Equal ones stay as they were; another column takes the arrow; what is removed is what was shown.
 */
static void test_sorting_is_stable_and_removing_takes_what_is_shown(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_open(&editor, "192.0.2.3 # b\n192.0.2.1 # a\n192.0.2.2 # b\n192.0.2.4 # a\n");
    user_waits_for_count(editor.grid, 4);
    user_clicks_head(editor.grid, WATCH_INDICATOR);
    user_waits_for_column(editor.grid, WATCH_INDICATOR, "192.0.2.1|192.0.2.2|192.0.2.3|192.0.2.4");
    user_clicks_head(editor.grid, WATCH_LABEL);
    user_waits_for_column(editor.grid, WATCH_INDICATOR, "192.0.2.1|192.0.2.4|192.0.2.3|192.0.2.2");
    assert_int_equal(user_sees_arrow(editor.grid, WATCH_INDICATOR), 0);
    assert_int_equal(user_sees_arrow(editor.grid, WATCH_LABEL), HDF_SORTUP);
    user_selects(editor.grid, 2);
    user_clicks(editor.dialog, WATCH_REMOVE);
    user_waits_for_column(editor.grid, WATCH_INDICATOR, "192.0.2.1|192.0.2.4|192.0.2.2");
    SetWindowTextW(watch_editor_finds(&editor, WATCH_SEARCH), L"192.0.2.");
    user_waits_for_text(watch_editor_finds(&editor, WATCH_COUNT), "indicators: 3 of 3");
    user_waits_for_column(editor.grid, WATCH_INDICATOR, "192.0.2.1|192.0.2.4|192.0.2.2");
    SetWindowTextW(watch_editor_finds(&editor, WATCH_SEARCH), L"");
    user_types(watch_editor_finds(&editor, WATCH_TYPE),
               L"192.0.2.0"); /* no label: it comes first */
    user_clicks(editor.dialog, WATCH_ADD);
    user_waits_for_column(editor.grid, WATCH_INDICATOR, "192.0.2.0|192.0.2.1|192.0.2.4|192.0.2.2");
    user_clicks(editor.dialog, IDOK);
    watch_editor_close_with(&editor, "192.0.2.1\n192.0.2.2\n192.0.2.4\n192.0.2.0\n");
}

static void test_U3_sorting_a_long_list_keeps_the_window_answering(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_make(&editor, many_entries());
    watch_editor_begin(&editor);
    int count = (int)watchlist_count(editor.list);
    user_waits_for_count(editor.grid, count);
    char last[64];
    strcpy_s(last, sizeof last, user_reads_cell(editor.grid, count - 1, WATCH_INDICATOR));
    user_clicks_head(editor.grid, WATCH_FROM);
    user_clicks_head(editor.grid, WATCH_FROM); /* by the line, the last one first */
    while (strcmp(user_reads_cell(editor.grid, 0, WATCH_INDICATOR), last) != 0)
        expect_answer(editor.dialog);
    watch_editor_cancel(&editor);
}

static void test_the_editor_speaks_chinese(void **state)
{
    struct watch_editor editor;

    (void)state;
    watch_editor_make(&editor, watch_editor_list("192.0.2.1\n"));
    editor.language = STRINGS_CHINESE;
    watch_editor_begin(&editor);
    user_waits_for_count(editor.grid, 1);
    assert_string_equal(user_reads_cell(editor.grid, 0, WATCH_KIND), "IP 地址");
    assert_string_equal(user_reads_cell(editor.grid, 0, WATCH_FROM), "iocs.txt，第 1 行");
    user_types(watch_editor_finds(&editor, WATCH_TYPE), L"evil[.]badguys[.]ru");
    user_waits_for_text(watch_editor_finds(&editor, WATCH_READ), "识别为 evil.badguys.ru（域名）");
    watch_editor_cancel(&editor);
    strings_choose(STRINGS_ENGLISH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_what_is_typed_is_added_and_used, user_leaves),
        cmocka_unit_test_teardown(test_W1_defanged_typing_is_understood_while_it_is_typed,
                                  user_leaves),
        cmocka_unit_test_teardown(test_what_is_still_in_the_field_is_watched_too, user_leaves),
        cmocka_unit_test_teardown(test_what_is_not_understood_stays_and_is_told, user_leaves),
        cmocka_unit_test_teardown(test_a_doubt_about_a_typed_address_is_said_not_enforced,
                                  user_leaves),
        cmocka_unit_test_teardown(test_removing_keeps_the_others, user_leaves),
        cmocka_unit_test_teardown(test_clearing_and_cancelling_asks_and_changes_nothing,
                                  user_leaves),
        cmocka_unit_test_teardown(test_nothing_changed_means_nothing_is_handed_over, user_leaves),
        cmocka_unit_test_teardown(test_search_narrows_and_remove_takes_only_what_is_shown,
                                  user_leaves),
        cmocka_unit_test_teardown(test_a_dropped_file_is_read_and_reviewed, user_leaves),
        cmocka_unit_test_teardown(test_a_file_that_is_not_there_is_told, user_leaves),
        cmocka_unit_test_teardown(test_malformed_json_is_told_with_its_line, user_leaves),
        cmocka_unit_test_teardown(test_the_list_is_kept_where_it_lives, user_leaves),
        cmocka_unit_test_teardown(test_a_list_that_cannot_be_kept_is_used_all_the_same,
                                  user_leaves),
        cmocka_unit_test_teardown(test_U3_a_long_list_keeps_the_window_answering, user_leaves),
        cmocka_unit_test_teardown(test_a_click_on_a_head_sorts_addresses_as_addresses, user_leaves),
        cmocka_unit_test_teardown(test_sorting_is_stable_and_removing_takes_what_is_shown,
                                  user_leaves),
        cmocka_unit_test_teardown(test_U3_sorting_a_long_list_keeps_the_window_answering,
                                  user_leaves),
        cmocka_unit_test_teardown(test_the_editor_speaks_chinese, user_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
