/* What a program tells the one that follows it: words that come out as they went in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/act/handover.h"

static void assert_word(const char *word, const char *expected)
{
    struct buffer out;
    buffer_init(&out, 4096);
    handover_add_word(&out, text_from(word));
    assert_int_equal(out.size, strlen(expected));
    assert_memory_equal(out.bytes, expected, out.size);
    buffer_done(&out);
}

static void test_words_are_quoted(void **state)
{
    (void)state;
    assert_word("C:\\case", "C:\\case");
    assert_word("C:\\my case", "\"C:\\my case\"");
    assert_word("C:\\my case\\", "\"C:\\my case\\\\\"");
    assert_word("a\"b", "\"a\\\"b\"");
    assert_word("a\\\\\"b", "\"a\\\\\\\\\\\"b\"");
    assert_word("", "\"\"");
    assert_word("tab\there", "\"tab\there\"");
}

static void test_what_is_not_there_is_left_out(void **state)
{
    const struct handover nothing = {.case_folder = {NULL, 0}};
    const struct handover all = {
        .case_folder = text_of("C:\\my case"),
        .list = text_of("C:\\list.txt"),
        .settings = text_of("C:\\s.ini"),
        .language = text_of("zh"),
        .selected = {104, MOMENT_SECOND},
        .self = {4, 2 * MOMENT_SECOND},
    };
    struct buffer out;
    (void)state;
    buffer_init(&out, 4096);
    handover_add(&out, &nothing);
    assert_int_equal(out.size, 0);
    handover_add(&out, &all);
    const char *expected =
        "--case \"C:\\my case\" --list C:\\list.txt --settings C:\\s.ini --lang zh "
        "--select 104:1601-01-01T00:00:01.0000000Z "
        "--after 4:1601-01-01T00:00:02.0000000Z";
    assert_int_equal(out.size, strlen(expected));
    assert_memory_equal(out.bytes, expected, out.size);
    buffer_done(&out);
}

static void test_a_key_comes_back(void **state)
{
    struct process_key key = {0, 0};
    (void)state;
    assert_true(handover_parse_key(text_of("4294967295:2026-11-25T02:43:29.1234567Z"), &key));
    assert_int_equal(key.pid, UINT32_MAX);
    struct buffer out;
    buffer_init(&out, 256);
    moment_add_iso(&out, key.start, true);
    assert_true(text_equal(buffer_text(&out), text_of("2026-11-25T02:43:29.1234567Z")));
    buffer_done(&out);
}

static void test_what_is_no_key_is_refused(void **state)
{
    static const char *const words[] = {"",
                                        "104",
                                        "104:",
                                        ":2026-11-25T02:43:29Z",
                                        "x:y",
                                        "0:2026-11-25T02:43:29Z",
                                        "4294967296:2026-11-25T02:43:29Z",
                                        "104:yesterday"};
    struct process_key key = {7, 7};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_false(handover_parse_key(text_from(words[i]), &key));
    assert_true(key.pid == 7 && key.start == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_quoted),
        cmocka_unit_test(test_what_is_not_there_is_left_out),
        cmocka_unit_test(test_a_key_comes_back),
        cmocka_unit_test(test_what_is_no_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
