#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/ini.h"
#include "tests/support/failing_memory.h"

static struct ini *read_ini(const char *content)
{
    struct ini *ini = NULL;

    assert_int_equal(ini_read(text_from(content), &ini), ST_OK);
    assert_non_null(ini);
    return ini;
}

static void assert_value(const struct ini *ini, const char *section, const char *key,
                         const char *wanted)
{
    struct text value = text_of("untouched");
    bool found = ini_get(ini, text_from(section), text_from(key), &value);

    if (!wanted) {
        assert_false(found);
        assert_true(text_equal(value, text_of("untouched")));
        return;
    }
    assert_true(found);
    if (!text_equal(value, text_from(wanted)))
        fail_msg("%s.%s is \"%.*s\", not \"%s\"", section, key, (int)value.size, value.bytes,
                 wanted);
}

static void assert_written(const struct ini *ini, const char *wanted)
{
    struct buffer out;

    buffer_init(&out, 4 * INI_MOST);
    ini_write(&out, ini);
    assert_int_equal(out.failed, ST_OK);
    if (!text_equal(buffer_text(&out), text_from(wanted)))
        fail_msg("written:\n%.*s\nnot:\n%s", (int)out.size, out.bytes, wanted);
    buffer_done(&out);
}

static void set(struct ini *ini, const char *section, const char *key, const char *value)
{
    assert_int_equal(ini_set(ini, text_from(section), text_from(key), text_from(value)), ST_OK);
}

static void test_values_are_found(void **state)
{
    struct ini *ini = read_ini("top = 1\r\n[Window]\r\n  Language =  zh \r\ntheme=dark\r\n"
                               "[columns]\r\nprocesses = name:200,pid:60\r\n");
    (void)state;
    assert_value(ini, "", "top", "1");
    assert_value(ini, "window", "language", "zh");
    assert_value(ini, "WINDOW", "THEME", "dark");
    assert_value(ini, "columns", "processes", "name:200,pid:60");
    assert_value(ini, "columns", "language", NULL);
    assert_value(ini, "", "language", NULL);
    assert_value(ini, "window", "", NULL);
    ini_free(ini);
}

static void test_what_is_unknown_is_written_as_it_was(void **state)
{
    static const char content[] = "; a comment\n\n[later]\n  new_thing=  7 \nno setting here\n"
                                  "# another\n[broken\n=x\n[later]\n";
    struct ini *ini = read_ini(content);

    (void)state;
    assert_written(ini, content);
    assert_false(ini_changed(ini));
    ini_free(ini);
}

static void test_a_changed_value_stays_in_its_place(void **state)
{
    struct ini *ini = read_ini("[a]\nx = 1 \n; why\ny = 2\n\n[b]\nx = 3\n");

    (void)state;
    set(ini, "A", "X", "9");
    assert_true(ini_changed(ini));
    assert_value(ini, "a", "x", "9");
    assert_value(ini, "b", "x", "3");
    set(ini, "a", "z", "new");
    set(ini, "c", "k", "v");
    assert_written(ini, "[a]\nx = 9\n; why\ny = 2\nz = new\n\n[b]\nx = 3\n\n[c]\nk = v\n");
    ini_free(ini);
}

static void test_the_same_value_is_no_change(void **state)
{
    struct ini *ini = read_ini("[a]\nx=  1\n");

    (void)state;
    set(ini, "a", "x", "1");
    assert_false(ini_changed(ini));
    assert_written(ini, "[a]\nx=  1\n");
    set(ini, "a", "x", "2");
    ini_set_unchanged(ini);
    assert_false(ini_changed(ini));
    ini_free(ini);
}

static void test_an_empty_document_gets_a_section(void **state)
{
    struct ini *ini = read_ini("");

    (void)state;
    set(ini, "window", "place", "1,2");
    set(ini, "window", "theme", "");
    assert_written(ini, "[window]\r\nplace = 1,2\r\ntheme = \r\n");
    assert_value(ini, "window", "theme", "");
    ini_free(ini);
}

static void test_a_key_without_section_goes_before_the_sections(void **state)
{
    struct ini *ini = read_ini("[a]\nx = 1\n");

    (void)state;
    set(ini, "", "top", "1");
    assert_written(ini, "top = 1\n[a]\nx = 1\n");
    ini_free(ini);
}

static void test_any_value_comes_back(void **state)
{
    static const char *const values[] = {"",
                                         " ",
                                         "  both ends ",
                                         "\"quoted\"",
                                         "one \"inside\"",
                                         "a\\b",
                                         "C:\\new\\read",
                                         "line\nbreak",
                                         "\r\n",
                                         "; not a comment",
                                         "# 1",
                                         "[section]",
                                         "a=b",
                                         "\xE7\x9B\x91\xE8\xA7\x86",
                                         "\"",
                                         "\\",
                                         "\"\\",
                                         "tab\t",
                                         "\t",
                                         "\\n \n"};
    struct buffer out;

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct ini *ini = read_ini("");
        struct ini *again = NULL;

        set(ini, "s", "k", values[i]);
        buffer_init(&out, INI_MOST);
        ini_write(&out, ini);
        assert_int_equal(ini_read(buffer_text(&out), &again), ST_OK);
        assert_value(again, "s", "k", values[i]);
        ini_free(again);
        ini_free(ini);
        buffer_done(&out);
    }
}

static void test_bom_and_line_ends(void **state)
{
    struct ini *ini = read_ini("\xEF\xBB\xBF[a]\rx = 1\r\ny = 2\nz = 3");

    (void)state;
    assert_value(ini, "a", "x", "1");
    assert_value(ini, "a", "y", "2");
    assert_value(ini, "a", "z", "3");
    assert_written(ini, "[a]\r\nx = 1\r\ny = 2\r\nz = 3\r\n");
    ini_free(ini);
    ini = read_ini("\xEF\xBB\xBF\xEF\xBB\xBFx = 1\n\xEF\xBB\xBFy = 2\n");
    assert_value(ini, "", "x", "1");
    assert_written(ini, "x = 1\n\xEF\xBB\xBFy = 2\n");
    ini_free(ini);
}

static void test_of_two_equal_keys_the_first_counts(void **state)
{
    struct ini *ini = read_ini("[a]\nx = 1\nx = 2\n");

    (void)state;
    assert_value(ini, "a", "x", "1");
    set(ini, "a", "x", "3");
    assert_written(ini, "[a]\nx = 3\nx = 2\n");
    ini_free(ini);
}

static void test_names_that_would_break_the_file_are_refused(void **state)
{
    static const char *const names[] = {"",   "a=b", "a\nb", "[a", "a]",
                                        " a", "a ",  "; a",  "#a", "\xEF\xBB\xBFk"};
    struct ini *ini = read_ini("");

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(ini_set(ini, text_of("s"), text_from(names[i]), text_of("v")), ST_INVALID);
        if (i > 0)
            assert_int_equal(ini_set(ini, text_from(names[i]), text_of("k"), text_of("v")),
                             ST_INVALID);
    }
    assert_written(ini, "");
    ini_free(ini);
}

static void test_noise_is_kept_and_too_much_is_refused(void **state)
{
    char *noise = malloc(INI_MOST + 1);
    struct ini *ini = NULL;
    uint32_t random = 7;

    (void)state;
    assert_non_null(noise);
    for (size_t i = 0; i <= INI_MOST; i++) {
        random = random * 1664525u + 1013904223u;
        noise[i] = (char)(random >> 24);
    }
    assert_int_equal(ini_read((struct text){noise, INI_MOST + 1}, &ini), ST_TOO_LARGE);
    assert_null(ini);
    assert_int_equal(ini_read((struct text){noise, INI_MOST}, &ini), ST_OK);
    set(ini, "after", "noise", "still fine");
    assert_value(ini, "after", "noise", "still fine");
    ini_free(ini);
    free(noise);
}

/* --- each request for memory fails in turn --- */

static enum status whole_life(void)
{
    struct ini *ini = NULL;
    struct buffer out;
    enum status status = ini_read(text_of("[a]\nx = \"1\\n\"\n"), &ini);

    if (status != ST_OK)
        return status;
    buffer_init(&out, INI_MOST);
    status = ini_set(ini, text_of("a"), text_of("y"), text_of("2"));
    if (status == ST_OK)
        status = ini_set(ini, text_of("b"), text_of("z"), text_of("3"));
    if (status == ST_OK) {
        ini_write(&out, ini);
        status = out.failed;
    }
    buffer_done(&out);
    ini_free(ini);
    return status;
}

static void test_every_request_for_memory_may_fail(void **state)
{
    enum status status = ST_NO_MEMORY;

    (void)state;
    for (size_t nth = 1; nth < 1000 && status != ST_OK; nth++) {
        failing_memory_run_out(nth);
        status = whole_life();
        failing_memory_end();
        assert_int_equal(status, failing_memory_failed() ? ST_NO_MEMORY : ST_OK);
        assert_int_equal(failing_memory_blocks(), 0);
    }
    assert_int_equal(status, ST_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_found),
        cmocka_unit_test(test_what_is_unknown_is_written_as_it_was),
        cmocka_unit_test(test_a_changed_value_stays_in_its_place),
        cmocka_unit_test(test_the_same_value_is_no_change),
        cmocka_unit_test(test_an_empty_document_gets_a_section),
        cmocka_unit_test(test_a_key_without_section_goes_before_the_sections),
        cmocka_unit_test(test_any_value_comes_back),
        cmocka_unit_test(test_bom_and_line_ends),
        cmocka_unit_test(test_of_two_equal_keys_the_first_counts),
        cmocka_unit_test(test_names_that_would_break_the_file_are_refused),
        cmocka_unit_test(test_noise_is_kept_and_too_much_is_refused),
        cmocka_unit_test(test_every_request_for_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
