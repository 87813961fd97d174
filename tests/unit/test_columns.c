/* columns and visible: what reaches a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/cli/text/columns.h"

static void assert_visible(struct text value, const char *expected)
{
    struct buffer out;
    buffer_init(&out, 1 << 16);
    visible_add(&out, value);
    assert_int_equal(out.size, strlen(expected));
    if (out.size)
        assert_memory_equal(out.bytes, expected, out.size);
    buffer_done(&out);
}

static void assert_read(const char *shown, struct text expected)
{
    struct buffer out;
    buffer_init(&out, 1 << 16);
    visible_read(&out, text_from(shown));
    assert_true(text_equal(buffer_text(&out), expected));
    buffer_done(&out);
}

static void test_escapes_are_read_back(void **state)
{
    (void)state;
    assert_read("hid\\x00den", text_of("hid\0den"));
    assert_read("HKLM\\a\\x1b\\u202e中", text_of("HKLM\\a\x1b\u202e中"));
    assert_read("\\x0", text_of("\\x0"));
    assert_read("\\x0g\\u12\\", text_of("\\x0g\\u12\\"));
    assert_read("", text_of(""));
}

static void test_controls_and_direction_marks_are_escaped(void **state)
{
    (void)state;
    assert_visible(text_of("plain тест 中😀"), "plain тест 中😀");
    assert_visible(text_of("a\x1b[2Jb\r\nc\0d\x7f"), "a\\x1b[2Jb\\x0d\\x0ac\\x00d\\x7f");
    assert_visible(text_of("exe.\u202egpj.scr"), "exe.\\u202egpj.scr");
    assert_visible(text_of("a\u200bb\uFEFF\xC2\x85"), "a\\u200bb\\ufeff\\x85");
    assert_visible(text_of("\xED\xA0\xBDx\xFF"), "\\ud83dx\uFFFD");
    assert_visible(text_of("\U000E0041"), "\\u0e0041");
    assert_visible(text_of("\\x1b"), "\\x1b");
}

static void test_width(void **state)
{
    (void)state;
    assert_int_equal(visible_width(text_of("abc")), 3);
    assert_int_equal(visible_width(text_of("中文")), 4);
    assert_int_equal(visible_width(text_of("e\u0301")), 1);
    assert_int_equal(visible_fit(text_of("中文a"), 3), 3);
    assert_int_equal(visible_fit(text_of("abc"), 3), 3);
    assert_int_equal(visible_fit(text_of("abc"), 0), 0);
}

static const struct column columns[] = {
    {"NAME", false, 6}, {"PID", true, 0}, {"EMPTY", false, 0}, {"COMMAND", false, 1}};

static void assert_printed(const struct columns *table, size_t width, const char *expected)
{
    struct buffer out;
    buffer_init(&out, 1 << 16);
    assert_int_equal(columns_print(table, &out, width), ST_OK);
    buffer_add_byte(&out, '\0');
    assert_string_equal(out.bytes, expected);
    buffer_done(&out);
}

static void test_table(void **state)
{
    (void)state;
    struct columns table;
    columns_init(&table, columns, 4);
    static const char *const names[] = {"a", "longer.exe", "中文"};
    for (size_t i = 0; i < 3; i++) {
        columns_string(&table, names[i]);
        columns_number(&table, i * 4000);
        columns_string(&table, "");
        columns_string(&table, i == 2 ? "" : "run\tit now");
    }
    assert_printed(&table, 0,
                   "NAME     PID  COMMAND\n"
                   "a          0  run\\x09it now\n"
                   "longer.exe  4000  run\\x09it now\n"
                   "中文    8000\n");
    assert_printed(&table, 20,
                   "NAME     PID  COMMA…\n"
                   "a          0  run\\x…\n"
                   "longer.exe  4000  r…\n"
                   "中文    8000\n");
    columns_done(&table);
}

static void test_no_rows(void **state)
{
    (void)state;
    struct columns table;
    columns_init(&table, columns, 4);
    assert_printed(&table, 0, "");
    columns_done(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_controls_and_direction_marks_are_escaped),
        cmocka_unit_test(test_escapes_are_read_back),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
