/* Settings as a file: what is kept, what is left alone, and where it goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <windows.h>

#include <cmocka.h>

#include "core/windows/file/files.h"
#include "core/windows/text16.h"
#include "gui/preferences.h"
#include "gui/scale.h"
#include "gui/settings.h"

static struct buffer folder; /* of this test run, with a final slash */

static int make_folder(void **state)
{
    wchar_t path[MAX_PATH];
    DWORD length = GetTempPathW(MAX_PATH, path);

    (void)state;
    buffer_init(&folder, 4096);
    text16_add(&folder, path, length);
    buffer_add_string(&folder, "stakeout-settings-");
    buffer_add_unsigned(&folder, GetCurrentProcessId());
    buffer_add_byte(&folder, '\\');
    return files_make_folder(buffer_text(&folder), NULL) == ST_OK ? 0 : -1;
}

static int remove_folder(void **state)
{
    wchar_t *wide;

    (void)state;
    buffer_add_byte(&folder, '\0');
    folder.size--;
    wide = files_path(buffer_text(&folder), NULL);
    if (wide) {
        WIN32_FIND_DATAW found;
        wchar_t pattern[MAX_PATH * 2];
        swprintf(pattern, MAX_PATH * 2, L"%ls*", wide);
        HANDLE finding = FindFirstFileW(pattern, &found);
        if (finding != INVALID_HANDLE_VALUE) {
            do {
                swprintf(pattern, MAX_PATH * 2, L"%ls%ls", wide, found.cFileName);
                DeleteFileW(pattern);
            } while (FindNextFileW(finding, &found));
            FindClose(finding);
        }
        RemoveDirectoryW(wide);
    }
    text16_free(wide);
    buffer_done(&folder);
    return 0;
}

static void path_of(struct buffer *path, const char *name)
{
    buffer_init(path, 4096);
    buffer_add(path, buffer_text(&folder));
    buffer_add_string(path, name);
}

static struct settings *open_file(const char *name, const char *content)
{
    struct failure failure;
    struct buffer path;
    struct settings *settings;

    path_of(&path, name);
    if (content)
        assert_int_equal(files_replace(buffer_text(&path), text_from(content), NULL), ST_OK);
    settings = settings_open(buffer_text(&path), &failure);
    assert_non_null(settings);
    assert_int_equal(failure.status, ST_OK);
    assert_true(text_equal(settings_path(settings), buffer_text(&path)));
    buffer_done(&path);
    return settings;
}

static void assert_file(const char *name, const char *wanted)
{
    struct buffer path;
    struct buffer content;

    path_of(&path, name);
    buffer_init(&content, 65536);
    assert_int_equal(files_read(buffer_text(&path), &content, NULL), ST_OK);
    if (!text_equal(buffer_text(&content), text_from(wanted)))
        fail_msg("%s holds:\n%.*s\nnot:\n%s", name, (int)content.size, content.bytes, wanted);
    buffer_done(&content);
    buffer_done(&path);
}

static void test_without_a_file_all_is_as_it_comes(void **state)
{
    struct settings *settings = open_file("none.ini", NULL);

    (void)state;
    assert_true(text_equal(settings_text(settings, SETTING_LANGUAGE), text_of("system")));
    assert_true(text_equal(settings_text(settings, SETTING_THEME), text_of("follow")));
    assert_true(settings_flag(settings, SETTING_GHOSTS));
    assert_false(settings_flag(settings, SETTING_UTC));
    assert_int_equal(settings_number(settings, SETTING_CONNECTIONS_MS), 25);
    assert_int_equal(settings_number(settings, SETTING_PROCESSES_MS), 250);
    assert_int_equal(settings_number(settings, SETTING_KEEP_MINUTES), 30);
    assert_int_equal(settings_text(settings, SETTING_WATCHLIST).size, 0);
    /* Nothing changed, so that nothing is written. */
    assert_int_equal(settings_save(settings, NULL), ST_OK);
    assert_int_equal(files_exists(settings_path(settings), NULL), ST_NOT_FOUND);
    settings_close(settings);
}

static void test_what_is_set_is_there_the_next_time(void **state)
{
    struct settings *settings = open_file("kept.ini", NULL);
    struct text layout;

    (void)state;
    settings_set_text(settings, SETTING_LANGUAGE, text_of("ZH"));
    settings_set_flag(settings, SETTING_UTC, true);
    settings_set_number(settings, SETTING_CONNECTIONS_MS, 50);
    settings_set_text(settings, SETTING_WATCHLIST,
                      text_of("C:\\\xE6\xA1\x88\xE4\xBB\xB6\\list.txt"));
    settings_set_layout(settings, "processes", text_of("name:240,pid:60,-user:120"));
    assert_int_equal(settings_save(settings, NULL), ST_OK);
    settings_close(settings);

    settings = open_file("kept.ini", NULL);
    assert_true(text_equal(settings_text(settings, SETTING_LANGUAGE), text_of("zh")));
    assert_true(settings_flag(settings, SETTING_UTC));
    assert_int_equal(settings_number(settings, SETTING_CONNECTIONS_MS), 50);
    assert_true(text_equal(settings_text(settings, SETTING_WATCHLIST),
                           text_of("C:\\\xE6\xA1\x88\xE4\xBB\xB6\\list.txt")));
    assert_true(settings_layout(settings, "processes", &layout));
    assert_true(text_equal(layout, text_of("name:240,pid:60,-user:120")));
    assert_false(settings_layout(settings, "hits", &layout));
    settings_close(settings);
}

static void test_defaults_do_not_fill_the_file(void **state)
{
    struct settings *settings = open_file("small.ini", "[view]\nutc = 1\n");

    (void)state;
    settings_set_flag(settings, SETTING_GHOSTS, true);
    settings_set_number(settings, SETTING_PUBLISH_MS, 1000);
    settings_set_text(settings, SETTING_THEME, text_of("follow"));
    settings_set_flag(settings, SETTING_UTC, false);
    assert_int_equal(settings_save(settings, NULL), ST_OK);
    assert_file("small.ini", "[view]\nutc = 0\n");
    settings_close(settings);
}

static void test_a_newer_programs_settings_survive(void **state)
{
    struct settings *settings =
        open_file("newer.ini", "; mine\n[view]\nholograms = on\nutc = maybe\n[other]\nx=1\n");

    (void)state;
    assert_false(settings_flag(settings, SETTING_UTC));
    settings_set_number(settings, SETTING_SPLIT, 500);
    assert_int_equal(settings_save(settings, NULL), ST_OK);
    assert_file("newer.ini",
                "; mine\n[view]\nholograms = on\nutc = maybe\nsplit = 500\n[other]\nx=1\n");
    settings_close(settings);
}

static void test_values_out_of_range_do_no_harm(void **state)
{
    struct settings *settings =
        open_file("range.ini", "[rates]\nconnections_ms = 0\nprocesses_ms = 99999999999999999999\n"
                               "refresh_ms = -5\n[history]\nminutes = 1e3\n[window]\n"
                               "language = klingon\ntheme =\n");

    (void)state;
    assert_int_equal(settings_number(settings, SETTING_CONNECTIONS_MS), 25);
    assert_int_equal(settings_number(settings, SETTING_PROCESSES_MS), 250);
    assert_int_equal(settings_number(settings, SETTING_PUBLISH_MS), 1000);
    assert_int_equal(settings_number(settings, SETTING_KEEP_MINUTES), 30);
    assert_true(text_equal(settings_text(settings, SETTING_LANGUAGE), text_of("system")));
    assert_true(text_equal(settings_text(settings, SETTING_THEME), text_of("follow")));
    settings_set_number(settings, SETTING_CONNECTIONS_MS, 1);
    assert_int_equal(settings_number(settings, SETTING_CONNECTIONS_MS), 5);
    settings_set_number(settings, SETTING_CONNECTIONS_MS, 1000000);
    assert_int_equal(settings_number(settings, SETTING_CONNECTIONS_MS), 60000);
    settings_close(settings);
}

static void test_the_history_is_bounded_by_the_settings(void **state)
{
    struct settings *settings = open_file("limits.ini", NULL);
    struct history_limits limits = preferences_limits(settings);

    (void)state;
    /* What comes with the program is what the engine has by itself. */
    assert_int_equal(limits.keep, history_default_limits.keep);
    assert_int_equal(limits.ended_processes, history_default_limits.ended_processes);
    assert_int_equal(limits.closed_connections, history_default_limits.closed_connections);
    settings_set_number(settings, SETTING_KEEP_MINUTES, 90);
    settings_set_number(settings, SETTING_KEEP_PROCESSES, 500);
    limits = preferences_limits(settings);
    assert_int_equal(limits.keep, 90 * 60 * MOMENT_SECOND);
    assert_int_equal(limits.ended_processes, 500);
    settings_close(settings);
}

static void test_every_setting_can_be_asked(void **state)
{
    struct settings *settings = open_file("all.ini", NULL);

    (void)state;
    for (int i = 0; i < SETTING_COUNT; i++) {
        if (i == SETTING_LANGUAGE || i == SETTING_THEME || i == SETTING_WATCHLIST ||
            i == SETTING_TRAP_WHAT || i == SETTING_TRAP_NEVER || i == SETTING_TRAP_ONLY)
            assert_true(settings_text(settings, (enum setting)i).size < 10);
        else
            assert_true(settings_number(settings, (enum setting)i) >= 0);
    }
    settings_close(settings);
}

static void test_U5_a_place_is_kept_with_its_dpi(void **state)
{
    struct settings *settings = open_file("place.ini", NULL);
    const RECT kept = {100, 50, 700, 450};
    bool maximized = true;
    RECT place;

    (void)state;
    assert_false(settings_place(settings, "main", 96, &place, &maximized));
    settings_set_place(settings, "main", 96, &kept, false);
    assert_true(settings_place(settings, "main", 96, &place, &maximized));
    assert_true(EqualRect(&place, &kept));
    assert_false(maximized);
    assert_true(settings_place(settings, "main", 144, &place, &maximized));
    assert_int_equal(place.right - place.left, 900);
    assert_int_equal(place.bottom - place.top, 600);
    settings_set_place(settings, "main", 96, &kept, true);
    assert_true(settings_place(settings, "main", 96, &place, &maximized));
    assert_true(maximized);
    settings_close(settings);
}

static void test_a_place_that_no_screen_shows_is_forgotten(void **state)
{
    static const char *const places[] = {"main = 90000,100,600,400,96",
                                         "main = -5000,-5000,600,400,96",
                                         "main = 1,2,3",
                                         "main = 100,100,0,0,96",
                                         "main = 100,100,600,400,0",
                                         "main = a,b,c,d,e",
                                         "main =",
                                         "main = 100,100,600,400,99999"};
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct buffer content;
        RECT place = {1, 2, 3, 4};
        bool maximized = false;

        buffer_init(&content, 256);
        buffer_add_string(&content, "[places]\n");
        buffer_add_string(&content, places[i]);
        buffer_add_byte(&content, '\0');
        struct settings *settings = open_file("lost.ini", content.bytes);
        if (settings_place(settings, "main", 96, &place, &maximized))
            fail_msg("taken: %s", places[i]);
        assert_int_equal(place.left, 1);
        settings_close(settings);
        buffer_done(&content);
    }
}

static void test_a_window_comes_back_where_it_was(void **state)
{
    struct settings *settings = open_file("window.ini", NULL);
    RECT place;
    HWND window = CreateWindowExW(0, L"STATIC", L"", WS_OVERLAPPEDWINDOW | WS_VISIBLE, 60, 70, 500,
                                  300, NULL, NULL, GetModuleHandleW(NULL), NULL);

    (void)state;
    assert_non_null(window);
    settings_keep_window(settings, "main", window);
    SetWindowPos(window, NULL, 200, 200, 333, 222, SWP_NOZORDER);
    assert_true(settings_restore_window(settings, "main", window));
    GetWindowRect(window, &place);
    assert_int_equal(place.left, 60);
    assert_int_equal(place.top, 70);
    assert_int_equal(place.right - place.left, 500);
    assert_int_equal(place.bottom - place.top, 300);
    DestroyWindow(window);
    settings_close(settings);
}

static void test_a_file_that_cannot_be_read_gives_defaults_and_says_so(void **state)
{
    struct failure failure = {ST_OK, NULL, 0};
    struct settings *settings = settings_open(buffer_text(&folder), &failure); /* a folder */

    (void)state;
    assert_non_null(settings);
    assert_int_not_equal(failure.status, ST_OK);
    assert_int_equal(settings_number(settings, SETTING_PROCESSES_MS), 250);
    settings_set_flag(settings, SETTING_UTC, true);
    assert_int_not_equal(settings_save(settings, &failure), ST_OK);
    assert_true(settings_flag(settings, SETTING_UTC));
    settings_close(settings);
}

static void test_files_beside_the_settings(void **state)
{
    struct settings *settings = open_file("beside.ini", NULL);
    struct buffer path;
    struct buffer wanted;

    (void)state;
    buffer_init(&path, 4096);
    settings_path_of(settings, "watchlist.txt", &path);
    path_of(&wanted, "watchlist.txt");
    assert_true(text_equal(buffer_text(&path), buffer_text(&wanted)));
    buffer_done(&path);
    buffer_done(&wanted);
    settings_close(settings);
}

static void test_without_a_path_a_place_is_found(void **state)
{
    struct settings *settings = settings_open((struct text){NULL, 0}, NULL);

    (void)state;
    assert_non_null(settings);
    assert_true(text_ends_nocase(settings_path(settings), text_of("\\stakeout.ini")));
    assert_int_equal(settings_save(settings, NULL), ST_OK); /* nothing to write */
    settings_close(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_a_file_all_is_as_it_comes),
        cmocka_unit_test(test_what_is_set_is_there_the_next_time),
        cmocka_unit_test(test_defaults_do_not_fill_the_file),
        cmocka_unit_test(test_a_newer_programs_settings_survive),
        cmocka_unit_test(test_values_out_of_range_do_no_harm),
        cmocka_unit_test(test_the_history_is_bounded_by_the_settings),
        cmocka_unit_test(test_every_setting_can_be_asked),
        cmocka_unit_test(test_U5_a_place_is_kept_with_its_dpi),
        cmocka_unit_test(test_a_place_that_no_screen_shows_is_forgotten),
        cmocka_unit_test(test_a_window_comes_back_where_it_was),
        cmocka_unit_test(test_a_file_that_cannot_be_read_gives_defaults_and_says_so),
        cmocka_unit_test(test_files_beside_the_settings),
        cmocka_unit_test(test_without_a_path_a_place_is_found),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
